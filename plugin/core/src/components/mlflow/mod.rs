//! MLflow's tracking server: runs, metrics and models of all jobs. Deployment, Service, its database.
//!
//! It hands the artifacts on itself (`--serve-artifacts`), so that its clients need no keys of the object store.

mod objects;
mod validate;
mod values;

pub use objects::{client_env, objects, ui};
pub use validate::validate;
pub use values::MlflowValues;

/// `app.kubernetes.io/component` and the part of the names.
pub const COMPONENT: &str = "mlflow";
/// The same of its database in the chart.
pub const DATABASE: &str = "mlflow-db";
