//! Owns the time limit: a thread that ends the process when the plugin has not come back.
//!
//! The engine could count time inside the compiled code instead, but then every loop of the plugin pays for a case
//! that almost never happens. This process makes one call and prints after it, so ending it loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::limits::Limits;
use crate::output::{code, fail};

/// Enough to format one message; a default stack would be 2 MiB of address space.
const STACK: usize = 128 << 10;

/// A running watch.
pub(super) struct Watchdog(Arc<AtomicBool>);

/// Begins to watch.
pub(super) fn start(limits: Limits) -> Result<Watchdog> {
    let settled = Arc::new(AtomicBool::new(false));
    let watched = Arc::clone(&settled);
    let watch = move || {
        let started = Instant::now();
        while let Some(left) = limits.time().checked_sub(started.elapsed()).filter(|left| !left.is_zero()) {
            std::thread::park_timeout(left);
        }
        if !watched.swap(true, Ordering::AcqRel) {
            std::process::exit(fail(&limits.time_breach(), code::BROKEN));
        }
    };
    Builder::new().stack_size(STACK).spawn(watch).context("cannot start the thread that holds the time limit")?;
    Ok(Watchdog(settled))
}

impl Watchdog {
    /// Ends the watch. Does not return when the time was over first, as the process is then ending.
    pub(super) fn stop(self) {
        while self.0.swap(true, Ordering::AcqRel) {
            std::thread::park();
        }
    }
}
