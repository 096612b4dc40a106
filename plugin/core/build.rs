//! Looks for the jar of plugin/spark-ext, which the core carries inside.

fn main() {
    let jar = concat!(env!("CARGO_MANIFEST_DIR"), "/../spark-ext/target/spark-ext.jar");
    println!("cargo::rerun-if-changed={jar}");
    if !std::path::Path::new(jar).exists() {
        println!("cargo::error=plugin/spark-ext/target/spark-ext.jar is not built yet: run scripts/build jar");
    }
}
