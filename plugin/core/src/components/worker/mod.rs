//! The Spark workers: StatefulSet, headless Service, PodDisruptionBudget, HorizontalPodAutoscaler.

mod autoscaling;
mod decommission;
mod gpu;
mod local_dirs;
mod objects;
mod validate;
mod values;

pub use objects::objects;
pub use validate::validate;
pub use values::WorkerValues;

/// `app.kubernetes.io/component` and the part of the names.
pub const COMPONENT: &str = "worker";
