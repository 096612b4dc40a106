//! Owns the search for plugin.wasm.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The variable that names the plugin.
pub(crate) const VARIABLE: &str = "SPARKWASM_PLUGIN";

/// Where the plugin may lie, seen from the folder of the executable: Helm's plugin folder, a plain folder, a Unix prefix.
const PLACES: [&str; 3] = ["../plugin.wasm", "plugin.wasm", "../share/sparkwasm/plugin.wasm"];

/// The plugin to run: `given` (a flag), or the variable's, or the one that was installed with this executable.
pub(crate) fn plugin(given: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(path) = given {
        return named(path, "--plugin");
    }
    if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return named(path.into(), VARIABLE);
    }
    let executable = std::env::current_exe().context("cannot find the place of this executable")?;
    // A package manager may have linked the command into a folder of commands; the plugin lies beside the real file.
    let executable = executable.canonicalize().unwrap_or(executable);
    beside(&executable)
}

fn named(path: PathBuf, by: &str) -> Result<PathBuf> {
    if !path.is_file() {
        bail!("{by} names {}, which is not a file", path.display());
    }
    Ok(path)
}

fn beside(executable: &Path) -> Result<PathBuf> {
    let folder = executable.parent().unwrap_or(Path::new("."));
    let mut looked = String::new();
    for place in PLACES {
        let path = match place.strip_prefix("../") {
            Some(rest) => folder.parent().unwrap_or(folder).join(rest),
            None => folder.join(place),
        };
        if path.is_file() {
            return Ok(path);
        }
        looked.push_str("\n  ");
        looked.push_str(&path.to_string_lossy());
    }
    bail!(
        "plugin.wasm is not there. Looked for:{looked}\n\
         Hint: install the plugin again, or name the file with --plugin or {VARIABLE}."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_found_in_its_order() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("bin");
        std::fs::create_dir_all(root.path().join("share/sparkwasm")).unwrap();
        std::fs::create_dir(&folder).unwrap();
        let executable = folder.join("sparkwasm");
        for place in ["share/sparkwasm/plugin.wasm", "bin/plugin.wasm", "plugin.wasm"] {
            let path = root.path().join(place);
            std::fs::write(&path, "").unwrap();
            assert_eq!(beside(&executable).unwrap(), path);
        }
    }

    #[test]
    fn the_error_lists_every_place() {
        let root = tempfile::tempdir().unwrap();
        let text = beside(&root.path().join("bin/sparkwasm")).unwrap_err().to_string();
        for place in ["bin/plugin.wasm", "share/sparkwasm/plugin.wasm", "--plugin"] {
            assert!(text.contains(place), "{text}");
        }
    }
}
