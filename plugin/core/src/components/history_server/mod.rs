//! Spark's History Server: the web UI of applications that have ended, from their event logs. Deployment, Service.

mod objects;
mod validate;
mod values;

pub use objects::{objects, ui};
pub use validate::validate;
pub use values::HistoryServerValues;

/// `app.kubernetes.io/component` and the part of the names.
pub const COMPONENT: &str = "history-server";
