//! The Spark master: StatefulSet, Services, PodDisruptionBudget.

mod objects;
mod recovery;
mod validate;
mod values;

pub use objects::{host, objects, ui, url};
pub use validate::validate;
pub use values::{MasterValues, RecoveryMode};

/// `app.kubernetes.io/component` and the part of the names.
pub const COMPONENT: &str = "master";
