//! Owns what the plugin can ask of us: Extism's exchange of memory. No files, network, clock, environment or randomness.
//!
//! The names and types are those of extism-pdk's `extism.rs`.

use anyhow::{Result, bail};
use wasmtime::{Caller, Extern, Func, Module, Store};

use super::{MemoryBreach, World};

/// "Bad file descriptor": what reading and writing WASI's files gives.
const EBADF: i32 = 8;
/// Extism's number for warnings: what is less than that is not logged.
const WARN: i32 = 3;

/// A function for each import of `module`, in its order. Only those that it wants are made.
pub(super) fn for_module(module: &Module, store: &mut Store<World>) -> Result<Vec<Extern>> {
    let mut functions = Vec::with_capacity(module.imports().len());
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        let function = match from {
            "extism:host/env" => memory(store, name).or_else(|| surroundings(store, name)),
            "wasi_snapshot_preview1" => files(store, name),
            _ => None,
        };
        let Some(function) = function else {
            bail!(
                "plugin.wasm asks for {from:?} {name:?}, which sparkwasm does not give: \
                 the plugin gets no files, network, clock or environment"
            );
        };
        functions.push(function.into());
    }
    Ok(functions)
}

/// The exchanged memory.
fn memory(store: &mut Store<World>, name: &str) -> Option<Func> {
    Some(match name {
        "input_length" => Func::wrap(store, |me: Caller<'_, World>| me.data().arena.input_length()),
        "input_load_u8" => Func::wrap(store, |me: Caller<'_, World>, offset: u64| {
            me.data().arena.input(offset).map(|[byte]| u32::from(byte))
        }),
        "input_load_u64" => Func::wrap(store, |me: Caller<'_, World>, offset: u64| {
            me.data().arena.input(offset).map(u64::from_le_bytes)
        }),
        "load_u8" => Func::wrap(store, |me: Caller<'_, World>, offset: u64| {
            me.data().arena.load(offset).map(|[byte]| u32::from(byte))
        }),
        "load_u64" => {
            Func::wrap(store, |me: Caller<'_, World>, offset: u64| me.data().arena.load(offset).map(u64::from_le_bytes))
        }
        "store_u8" => Func::wrap(store, |mut me: Caller<'_, World>, offset: u64, data: u32| {
            me.data_mut().arena.store(offset, [data.to_le_bytes()[0]])
        }),
        "store_u64" => Func::wrap(store, |mut me: Caller<'_, World>, offset: u64, data: u64| {
            me.data_mut().arena.store(offset, data.to_le_bytes())
        }),
        "alloc" => Func::wrap(store, |mut me: Caller<'_, World>, length: u64| {
            me.data_mut().arena.alloc(length).ok_or_else(|| wasmtime::Error::from(MemoryBreach))
        }),
        "free" => Func::wrap(store, |mut me: Caller<'_, World>, offset: u64| me.data_mut().arena.free(offset)),
        "length" | "length_unsafe" => {
            Func::wrap(store, |me: Caller<'_, World>, offset: u64| me.data().arena.length(offset))
        }
        "output_set" => Func::wrap(store, |mut me: Caller<'_, World>, offset: u64, length: u64| {
            me.data_mut().arena.set_output(offset, length)
        }),
        "error_set" => Func::wrap(store, |mut me: Caller<'_, World>, offset: u64| {
            me.data_mut().arena.set_error(offset);
        }),
        _ => return None,
    })
}

/// Configuration and variables, of which there are none, and the log, which is stderr.
fn surroundings(store: &mut Store<World>, name: &str) -> Option<Func> {
    Some(match name {
        "config_get" | "var_get" => Func::wrap(store, |_key: u64| 0_u64),
        "var_set" => Func::wrap(store, |_key: u64, _value: u64| ()),
        "get_log_level" => Func::wrap(store, || WARN),
        "log_trace" | "log_debug" | "log_info" => Func::wrap(store, |_text: u64| ()),
        "log_warn" | "log_error" => Func::wrap(store, |me: Caller<'_, World>, text: u64| {
            if let Some(text) = me.data().arena.text(text) {
                crate::output::complain(&text);
            }
        }),
        _ => return None,
    })
}

/// The plugin reads stdin and writes stdout itself where Helm is its host. Not here, where bytes are passed to it.
fn files(store: &mut Store<World>, name: &str) -> Option<Func> {
    let absent = |_file: i32, _pieces: i32, _count: i32, _done: i32| EBADF;
    matches!(name, "fd_read" | "fd_write").then(|| Func::wrap(store, absent))
}
