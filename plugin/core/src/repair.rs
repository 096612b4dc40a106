//! Reading values into types without stopping at the first mistake.
//!
//! serde ends at the first value that does not fit. Here the mistake is noted, the value replaced by the chart's default
//! (or the unknown key dropped), and the reading begun again: so all mistakes are found, and the checks across
//! components can still run.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::defaults;
use crate::diagnostic::{Diagnostics, Hint, Path, one_of, unknown_key};
use crate::intent::{carried, path_in_values};
use crate::sections::Section;
use crate::tree::{self, Fault, Mistake};

/// More mistakes than a person reads; bounds the work.
const MOST: usize = 100;

/// Reads a section's values. `None` only where even repaired values do not fit.
pub fn read<T: DeserializeOwned>(section: Section, spec: &Value, problems: &mut Diagnostics) -> Option<T> {
    let mut values = None;
    let mut attempt = |spec: &Value| {
        let (result, ignored) = tree::read(spec);
        let mistake = match result {
            Ok(read) => {
                values = Some(read);
                None
            }
            Err(error) => Some(*error.0),
        };
        (mistake, ignored)
    };
    repair(section, spec, &mut attempt, problems);
    values
}

/// One attempt to read values: the first mistake, and the keys that nobody asked for.
type Attempt<'a> = dyn FnMut(&Value) -> (Option<Mistake>, Vec<Path>) + 'a;

/// Attempts until there is no mistake. Apart from [`read`], so that only the attempt is compiled for each type.
fn repair(section: Section, spec: &Value, attempt: &mut Attempt<'_>, problems: &mut Diagnostics) {
    let mut spec = Cow::Borrowed(spec); // copied only to be repaired
    let mut defaults = None;
    for _ in 0..MOST {
        let (mistake, ignored) = attempt(&spec);
        for path in ignored.iter().filter(|path| !is_shared(path)) {
            problems.add(
                path_in_values(section, path),
                "not a field of this Kubernetes type",
                "compare its spelling with `kubectl explain`",
            );
        }
        let Some(Mistake { path, fault, .. }) = mistake else { return };
        let at = match &fault {
            Fault::UnknownKey { key, .. } => path.key(key),
            Fault::Missing(key) => path.key(*key),
            _ => path,
        };
        let (message, hint) = explained(&fault);
        problems.add(path_in_values(section, &at), message, hint);
        let default = match fault {
            Fault::UnknownKey { .. } => None,
            _ => tree::get(defaults.get_or_insert_with(|| default_of(section)), &at).cloned(),
        };
        if !tree::set(spec.to_mut(), &at, default) {
            return;
        }
    }
}

fn default_of(section: Section) -> Value {
    carried(section, |key| defaults::values().get(key).cloned())
}

/// `global` is shared with other charts, which have keys of their own there.
fn is_shared(path: &Path) -> bool {
    path.parent() == Some(Path::of("global"))
}

fn explained(fault: &Fault) -> (String, Hint) {
    match fault {
        Fault::UnknownKey { key, known } => ("unknown key".into(), unknown_key(key, known)),
        Fault::Missing(_) => (
            "is missing".into(),
            "a null in the values removed it, or they come from an older chart (helm upgrade --reset-then-reuse-values)".into(),
        ),
        Fault::NotOneOf { given, known } => (format!("\"{given}\" is not one of its values"), one_of(given, known)),
        Fault::Mismatch { given, expected } => (format!("is {given}, but {expected} is expected"), Hint::default()),
        Fault::Other(message) => (message.clone(), Hint::default()),
    }
}
