//! `master`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::platform::pod_settings::component_values;
use crate::platform::ports::ContainerPorts;
use crate::platform::values::{PodDisruptionBudgetValues, ServiceType};

component_values! {
    /// The Spark master: it knows the workers and gives applications executors on them.
    pub struct MasterValues {
        /// Masters. More than one needs a leader election, which no recovery mode offered here has.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3)))]
        pub replica_count: i32,
        /// What a restarted master still knows of its workers and applications.
        pub recovery: RecoveryValues,
        /// Ports of the container.
        pub container_ports: ContainerPorts,
        /// Heap of the master's JVM as a Spark size, such as `614m`. Empty: 60 % of `resources.limits.memory`.
        pub daemon_memory: String,
        /// Further JVM options of the master (`SPARK_MASTER_OPTS`).
        pub extra_java_options: String,
        /// The Service for people: the web UI.
        pub service: ServiceValues,
        /// How many pods an eviction may take at once.
        pub pdb: PodDisruptionBudgetValues,
        /// Seconds from SIGTERM to SIGKILL.
        #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
        pub termination_grace_period_seconds: i64,
    }
}

/// `master.recovery`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoveryValues {
    /// `filesystem` keeps the state in the pod: it outlives a crash of the process, not the pod. `none` keeps nothing.
    pub mode: RecoveryMode,
}

/// `master.recovery.mode`, as `spark.deploy.recoveryMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RecoveryMode {
    /// Nothing is kept.
    None,
    /// `FILESYSTEM` on an emptyDir.
    Filesystem,
}

/// `master.service`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceValues {
    /// How it is reached.
    #[serde(rename = "type")]
    pub kind: ServiceType,
    /// Ports of the Service.
    pub ports: ServicePorts,
    /// Ports on the nodes for `NodePort` and `LoadBalancer`. Empty: chosen by the cluster.
    pub node_ports: NodePorts,
    /// Annotations, such as those of a cloud's load balancer.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// `master.service.ports`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServicePorts {
    /// Web UI.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 65535)))]
    pub http: u16,
}

/// `master.service.nodePorts`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePorts {
    /// Web UI.
    pub http: Option<u16>,
}
