//! `sparkwasm`, the native command: it runs plugin.wasm, compiled ahead of time, for Helm and for people.
//!
//! It holds no domain word. What a values file means is known in plugin.wasm alone; this crate finds that file,
//! compiles it once, gives it bytes, takes bytes back, and keeps it within a memory and a time limit.

mod cache;
mod chart;
mod cli;
mod commands;
mod engine;
mod explain;
mod host;
mod limits;
mod locate;
mod output;

fn main() {
    // `exit` and not a return: the operating system gives everything back faster than destructors do.
    std::process::exit(cli::run())
}
