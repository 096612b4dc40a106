//! `historyServer`.

use serde::Deserialize;

use crate::platform::pod_settings::component_values;
use crate::platform::service::{ServicePorts, ServiceValues};

component_values! {
    /// Spark's History Server: the web UI of applications that have ended, from their event logs.
    pub struct HistoryServerValues {
        /// Run it.
        pub enabled: bool,
        /// Further folders of event logs beside that of `eventLog`, such as that of Spark Connect: `s3a://bucket/folder`, with the keys of `s3`.
        #[serde(default)]
        pub extra_log_directories: Vec<String>,
        /// How often the folders are read for news, as a Spark time such as `10s` (`spark.history.fs.update.interval`).
        pub update_interval: String,
        /// Whether old event logs are deleted, in all folders.
        pub cleaner: CleanerValues,
        /// A store on the disk of the pod for what was read: UIs of large applications open sooner, and a restarted container need not read all anew.
        pub store: StoreValues,
        /// Heap of the JVM as a Spark size, such as `614m`. Empty: 60 % of `resources.limits.memory`.
        pub daemon_memory: String,
        /// Further JVM options (`SPARK_HISTORY_OPTS`).
        pub extra_java_options: String,
        /// Ports of the container, from 1024.
        pub container_ports: ServicePorts,
        /// The Service for people: the web UI.
        pub service: ServiceValues,
    }
}

/// `historyServer.cleaner`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CleanerValues {
    /// Delete them.
    pub enabled: bool,
    /// How often, as a Spark time such as `1d`.
    pub interval: String,
    /// Event logs that are older go, as a Spark time such as `7d`.
    pub max_age: String,
}

/// `historyServer.store`: an emptyDir.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoreValues {
    /// Have it (`spark.history.store.path`, hybrid).
    pub enabled: bool,
    /// Beyond it the kubelet evicts the pod; the server keeps to 80 % of it.
    pub size_limit: String,
}
