//! Owns the two limits of a plugin's run, memory and time, with the flags and variables that change them.

use std::num::NonZeroU64;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// The variable that sets the memory limit.
pub(crate) const MEMORY_VARIABLE: &str = "SPARKWASM_MEMORY_LIMIT_MIB";
/// The variable that sets the time limit.
pub(crate) const TIME_VARIABLE: &str = "SPARKWASM_TIME_LIMIT_SECONDS";

/// What a run of the plugin may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Of the plugin's linear memory, and again of what it exchanges with us.
    pub(crate) memory_mib: NonZeroU64,
    /// Of one call, by the wall clock.
    pub(crate) time_seconds: NonZeroU64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_mib: NonZeroU64::new(256).expect("not zero"),
            time_seconds: NonZeroU64::new(10).expect("not zero"),
        }
    }
}

impl Limits {
    /// The defaults, changed by the environment. Without clap, for the path that Helm takes.
    pub(crate) fn from_environment() -> Result<Self> {
        let default = Self::default();
        Ok(Self {
            memory_mib: variable(MEMORY_VARIABLE)?.unwrap_or(default.memory_mib),
            time_seconds: variable(TIME_VARIABLE)?.unwrap_or(default.time_seconds),
        })
    }

    /// The memory limit in bytes; more than the machine can address means all of it.
    pub(crate) fn memory_bytes(self) -> usize {
        usize::try_from(self.memory_mib.get().saturating_mul(1 << 20)).unwrap_or(usize::MAX)
    }

    pub(crate) fn time(self) -> Duration {
        Duration::from_secs(self.time_seconds.get())
    }

    /// What to say when the plugin wanted more memory.
    pub(crate) fn memory_breach(self) -> String {
        let limit = self.memory_mib;
        let more = limit.get().saturating_mul(2);
        format!(
            "the plugin wanted more than its memory limit of {limit} MiB. Likely causes: very large input, or a mistake in the plugin.\n\
             Hint: allow more with {MEMORY_VARIABLE}={more} or --memory-limit-mib {more}."
        )
    }

    /// What to say when the plugin took too long.
    pub(crate) fn time_breach(self) -> String {
        let limit = self.time_seconds;
        let more = limit.get().saturating_mul(3);
        format!(
            "the plugin was stopped at its time limit of {limit} s. Likely causes: very large input, a machine under heavy load, or a mistake in the plugin.\n\
             Hint: allow more with {TIME_VARIABLE}={more} or --time-limit-seconds {more}."
        )
    }
}

fn variable(name: &str) -> Result<Option<NonZeroU64>> {
    let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    let number = text.trim().parse().with_context(|| format!("{name} must be a whole number above 0, not {text:?}"))?;
    Ok(Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_names_the_limit_and_what_changes_it() {
        let limits = Limits::default();
        for word in ["256 MiB", "SPARKWASM_MEMORY_LIMIT_MIB=512", "--memory-limit-mib 512"] {
            assert!(limits.memory_breach().contains(word), "{word}");
        }
        for word in ["10 s", "SPARKWASM_TIME_LIMIT_SECONDS=30", "--time-limit-seconds 30"] {
            assert!(limits.time_breach().contains(word), "{word}");
        }
    }

    #[test]
    fn a_limit_beyond_the_machine_is_everything() {
        let limits = Limits { memory_mib: NonZeroU64::MAX, ..Limits::default() };
        assert_eq!(limits.memory_bytes(), usize::MAX);
    }
}
