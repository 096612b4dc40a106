//! Owns how plugin.wasm becomes a runnable module: from a compiled file of an earlier run, or by compiling it now.

mod entry;
mod folder;

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wasmtime::{Engine, Module};

use crate::output::complain;

/// A module that can be called, and how it was come by.
pub(crate) struct Loaded {
    pub(crate) module: Module,
    pub(crate) origin: Origin,
}

/// Where a module came from.
pub(crate) enum Origin {
    /// From this compiled file.
    Cached(PathBuf),
    /// Compiled now, and kept in this file.
    Saved(PathBuf),
    /// Compiled now; no folder would keep it.
    Unsaved,
}

/// The module of the plugin at `path`.
pub(crate) fn load(path: &Path) -> Result<Loaded> {
    let engine = crate::engine::loading()?;
    let unreadable = || format!("cannot read the plugin {}", path.display());
    let name = File::open(path).map_err(anyhow::Error::from).and_then(entry::name).with_context(unreadable)?;
    if let Some((module, file)) = find(&engine, &name) {
        return Ok(Loaded { module, origin: Origin::Cached(file) });
    }
    let wasm = std::fs::read(path).with_context(unreadable)?;
    compile(&engine, &wasm).with_context(|| format!("cannot compile the plugin {}", path.display()))
}

/// The first usable entry. A damaged, foreign or outdated one counts as none: it will be made again.
fn find(engine: &Engine, name: &str) -> Option<(Module, PathBuf)> {
    folder::places().find_map(|place| {
        let file = place.join(name);
        let module = entry::open(&place, name).and_then(|open| from_file(engine, open))?;
        Some((module, file))
    })
}

#[allow(unsafe_code, reason = "native code cannot be proven safe; the checksum and the owner vouch for it")]
fn from_file(engine: &Engine, file: File) -> Option<Module> {
    // SAFETY: `entry::open` gives only files that nobody but this user could write, complete and undamaged by their
    // checksum, under a name that only `entry::save` uses, which writes what the engine's compiler made.
    unsafe { Module::deserialize_open_file(engine, file) }.ok()
}

#[allow(unsafe_code, reason = "native code cannot be proven safe; it was made here")]
fn from_memory(engine: &Engine, compiled: &[u8]) -> Result<Module> {
    // SAFETY: `compiled` was made by the engine's compiler in this process.
    Ok(unsafe { Module::deserialize(engine, compiled) }?)
}

fn compile(engine: &Engine, wasm: &[u8]) -> Result<Loaded> {
    // Named anew, by the bytes that are compiled: the file may have changed since it was looked up.
    let name = entry::name(wasm)?;
    let place = folder::writable();
    // Many may start at once, as when a pipeline renders several charts. One compiles, the others wait for its file.
    let _turn = place.as_deref().and_then(folder::turn);
    if let Some((module, file)) = find(engine, &name) {
        return Ok(Loaded { module, origin: Origin::Cached(file) });
    }
    let compiled = crate::engine::compiling()?.precompile_module(wasm)?;
    let module = from_memory(engine, &compiled)?;
    let saved = match place {
        Some(place) => entry::save(&place, &name, &compiled).map(|()| {
            folder::prune(&place, &name);
            place.join(&name)
        }),
        None => Err(anyhow::anyhow!("no folder of our own can be written")),
    };
    let origin = match saved {
        Ok(file) => Origin::Saved(file),
        Err(error) => {
            complain(&format!(
                "note: the compiled plugin could not be kept ({error:#}), so each run compiles it again. \
                 Hint: point XDG_CACHE_HOME to a folder that can be written."
            ));
            Origin::Unsaved
        }
    };
    Ok(Loaded { module, origin })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_that_the_engine_refuses_counts_as_none() {
        // What a file made for another processor or engine is: undamaged, ours, and of no use here.
        let place = tempfile::tempdir().unwrap();
        entry::save(place.path(), "name", b"of another engine").unwrap();
        let file = entry::open(place.path(), "name").expect("the file itself is sound");
        assert!(from_file(&crate::engine::loading().unwrap(), file).is_none());
    }

    #[test]
    fn the_loading_engine_takes_what_the_compiling_one_makes() {
        let wasm = wat::parse_str("(module (func (export \"f\") (result i32) (i32.const 1)))").unwrap();
        let compiled = crate::engine::compiling().unwrap().precompile_module(&wasm).unwrap();
        assert!(from_memory(&crate::engine::loading().unwrap(), &compiled).is_ok());
    }
}
