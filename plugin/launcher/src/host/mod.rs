//! Owns one call of the plugin: its world (exchanged memory and nothing else), its limits, and how it ended.

mod arena;
mod ending;
mod imports;
mod watchdog;

use std::mem::ManuallyDrop;

use anyhow::{Context as _, Result, bail};
use wasmtime::{Instance, Module, ResourceLimiter, Store};

use self::arena::Arena;
use crate::limits::Limits;

/// How a call ended that ended well. A trap, a breached limit or a wrong plugin is an `Err` instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// What the plugin put out.
    Output(Vec<u8>),
    /// What the plugin says is wrong with its input.
    Refused(String),
}

/// What the functions that the plugin imports work on.
struct World {
    arena: Arena,
    memory_limit: usize,
}

/// Marks the error of a plugin that wanted more memory than it may have.
#[derive(Debug)]
struct MemoryBreach;

impl std::fmt::Display for MemoryBreach {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("memory limit")
    }
}

impl std::error::Error for MemoryBreach {}

impl ResourceLimiter for World {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        // An error, not a refusal: the plugin would make an unexplained trap of a refusal.
        if desired > self.memory_limit { Err(MemoryBreach.into()) } else { Ok(true) }
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        // An element takes a pointer's room of ours.
        if desired.saturating_mul(size_of::<usize>()) > self.memory_limit { Err(MemoryBreach.into()) } else { Ok(true) }
    }
}

/// Calls the function `export` of the plugin with `input`.
pub(crate) fn call(module: &Module, export: &str, input: Vec<u8>, limits: Limits) -> Result<Reply> {
    let memory_limit = limits.memory_bytes();
    let world = World { arena: Arena::new(input, memory_limit), memory_limit };
    // Never dropped: the process ends soon, and that frees all of it at once.
    let mut store = ManuallyDrop::new(Store::new(module.engine(), world));
    store.limiter(|world| world);

    let imports = imports::for_module(module, &mut store)?;
    let watchdog = watchdog::start(limits)?;
    let ended = Instance::new(&mut *store, module, &imports).and_then(|instance| {
        let function = instance.get_typed_func::<(), i32>(&mut *store, export)?;
        function.call(&mut *store, ())
    });
    watchdog.stop();

    let arena = &store.data().arena;
    match ended {
        Ok(0) => Ok(Reply::Output(arena.output()?.to_vec())),
        Ok(status) => match arena.error() {
            Some(text) => Ok(Reply::Refused(text)),
            None => bail!("the plugin's {export:?} failed with status {status} and gave no reason"),
        },
        Err(error) if error.is::<MemoryBreach>() => bail!(limits.memory_breach()),
        Err(error) => {
            Err(ending::explained(&error, arena.error())).with_context(|| format!("in the plugin's {export:?}"))
        }
    }
}
