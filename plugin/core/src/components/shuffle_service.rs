//! The external shuffle service: shuffle files outlive the executor that wrote them.
//!
//! It is a part of the worker's process and not a pod of its own: an executor asks for shuffle files at its own host
//! (`BlockManager.shuffleServerId`), so the service must share the worker's address and disk.

use serde::Deserialize;

use crate::diagnostic::{Diagnostics, Path};

/// The external shuffle service: shuffle files outlive the executor that wrote them.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShuffleServiceValues {
    /// Run it inside every worker; dynamic allocation needs it.
    pub enabled: bool,
    /// Its port.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub port: u16,
}

impl ShuffleServiceValues {
    /// What the types cannot say.
    pub fn validate(&self, problems: &mut Diagnostics) {
        if self.port < 1024 {
            problems.add(
                Path::of("shuffleService.port"),
                format!("{} needs a privilege that no pod has here", self.port),
                "choose a port from 1024 to 65535; Spark's own is 7337",
            );
        }
    }

    /// Settings that worker and application must share.
    pub fn spark_conf(values: Option<&Self>) -> Vec<(&'static str, String)> {
        match values {
            Some(values) => vec![
                ("spark.shuffle.service.enabled", "true".into()),
                ("spark.shuffle.service.port", values.port.to_string()),
                // registrations survive a restart of the worker's container
                ("spark.shuffle.service.db.enabled", "true".into()),
            ],
            None => vec![("spark.shuffle.service.enabled", "false".into())],
        }
    }
}
