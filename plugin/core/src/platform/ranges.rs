//! Numbers within bounds. The schema says the same bounds; here they hold where there is no Helm to read it.

use crate::diagnostic::{Diagnostics, Path};

/// Adds a mistake when `value` is not from `least` to `most`.
pub fn validate(path: Path, value: impl Into<i64>, least: i64, most: i64, problems: &mut Diagnostics) {
    let value = value.into();
    if (least..=most).contains(&value) {
        return;
    }
    let message = if most == i64::MAX {
        format!("is {value}, but must be at least {least}")
    } else {
        format!("is {value}, but must be from {least} to {most}")
    };
    problems.add_bound(path, message);
}
