//! Looks for the jar of plugin/spark-ext, which the core carries inside, and for its SHA-256; writes the texts that it
//! carries (`src/texts.rs`), compressed with the feature `packed-texts`.

#![allow(clippy::disallowed_methods, reason = "this builds the core and is no part of it")]
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let jar = root.join("../spark-ext/target/spark-ext.jar");
    println!("cargo::rerun-if-changed={}", jar.display());
    let Ok(bytes) = fs::read(&jar) else {
        println!("cargo::error=plugin/spark-ext/target/spark-ext.jar is not built yet: run scripts/build jar");
        return;
    };
    let hash = Sha256::digest(bytes).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
    println!("cargo::rustc-env=SPARK_EXT_SHA256={hash}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=src"); // also for new files
    for path in files(&root.join("src")) {
        let kind = path.extension().unwrap_or_default();
        if ["java", "py", "sh"].iter().any(|known| kind == *known) {
            write(&out, path.strip_prefix(root.join("src")).expect("below src"), &read(&path));
        }
    }
    let values = root.join("../../chart/values.yaml");
    println!("cargo::rerun-if-changed={}", values.display());
    // nobody reads the comments there; no value of several lines has a line that looks like one, which a test holds
    let is_comment = |line: &&str| !line.trim_start().starts_with('#');
    write(&out, Path::new("values.yaml"), &read(&values).split_inclusive('\n').filter(is_comment).collect::<String>());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("its entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(out: &Path, name: &Path, text: &str) {
    let path = out.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let packed = env::var_os("CARGO_FEATURE_PACKED_TEXTS").is_some();
    let bytes = if packed { lz4_flex::compress_prepend_size(text.as_bytes()) } else { text.into() };
    fs::write(path, bytes).expect("written");
}
