//! Looks for the jar of plugin/spark-ext, which the core carries inside, and for its SHA-256.

use sha2::{Digest, Sha256};

#[allow(clippy::disallowed_methods, reason = "this builds the core and is no part of it")]
fn main() {
    let jar = concat!(env!("CARGO_MANIFEST_DIR"), "/../spark-ext/target/spark-ext.jar");
    println!("cargo::rerun-if-changed={jar}");
    let Ok(bytes) = std::fs::read(jar) else {
        println!("cargo::error=plugin/spark-ext/target/spark-ext.jar is not built yet: run scripts/build jar");
        return;
    };
    let hash = Sha256::digest(bytes).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
    println!("cargo::rustc-env=SPARK_EXT_SHA256={hash}");
}
