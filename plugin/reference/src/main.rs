//! Writes what documents the values, from the one place where they are described: the doc comments of the core's types.
//!
//! `chart/values.schema.json`, the comments of `chart/values.yaml`, the tables in `README.md`. With `--check` nothing is
//! written; stale files are named and the command fails. `scripts/generate` runs it.

mod comments;
mod defaults;
mod node;
mod outputs;
mod tables;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context as _, Result, bail};

/// The top of the repository that this was built from.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let is_check = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--check"] => true,
        _ => bail!("usage: sparkwasm-reference [--check]"),
    };
    let stale = outputs::stale(Path::new(ROOT))?;
    if is_check && !stale.is_empty() {
        let names: Vec<_> = stale.iter().map(|output| output.path).collect();
        bail!("not what the Rust types say: {}\nwrite them again: scripts/generate", names.join(", "));
    }
    for output in stale {
        fs::write(Path::new(ROOT).join(output.path), &output.text).with_context(|| output.path)?;
        eprintln!("written: {}", output.path);
    }
    Ok(())
}
