//! Owns the settings of the WebAssembly engine: one set for the compiling and the loading side, so that they agree.

use anyhow::Result;
use wasmtime::{Config, Engine};

/// The engine's name and version, for people. A test compares it with what Cargo resolved.
pub(crate) const NAME: &str = "wasmtime 48.0.8";

/// The engine that runs compiled modules. It carries no compiler, which would cost start-up time.
pub(crate) fn loading() -> Result<Engine> {
    Ok(Engine::new(settings().enable_compiler(false))?)
}

/// The engine that turns wasm into native code, for `loading` to run.
pub(crate) fn compiling() -> Result<Engine> {
    Ok(Engine::new(&settings())?)
}

fn settings() -> Config {
    let mut config = Config::new();
    // All that only serves backtraces: it would fill the cache file, and be read at each start.
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config.wasm_backtrace_max_frames(None);
    config
}
