//! Owns `sparkwasm compile`: what Helm's install and update hooks run, so that the first render is as fast as the next.

use std::time::Instant;

use anyhow::Result;

use crate::cache::{self, Origin};
use crate::cli::Global;
use crate::locate;
use crate::output::{code, print};

pub(crate) fn run(global: &Global) -> Result<i32> {
    let plugin = locate::plugin(global.plugin.clone())?;
    let begun = Instant::now();
    let loaded = cache::load(&plugin)?;
    let took = begun.elapsed().as_secs_f64();
    let text = match loaded.origin {
        Origin::Cached(file) => format!("{} is compiled already: {}\n", plugin.display(), file.display()),
        Origin::Saved(file) => format!("compiled {} in {took:.1} s: {}\n", plugin.display(), file.display()),
        Origin::Unsaved => format!("compiled {} in {took:.1} s, but could not keep the result\n", plugin.display()),
    };
    Ok(print(text.as_bytes(), code::OK))
}
