//! `master`.

use serde::Deserialize;

use crate::platform::pod_settings::component_values;
use crate::platform::s3::S3;
use crate::platform::service::ServiceValues;
use crate::platform::values::PodDisruptionBudgetValues;

component_values! {
    /// The Spark master: it knows the workers and gives applications executors on them.
    pub struct MasterValues {
        /// Masters. Of several one leads and the others stand by; they need `master.recovery.mode` `s3`.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3)))]
        pub replica_count: i32,
        /// What a restarted master still knows of its workers and applications.
        pub recovery: RecoveryValues,
        /// Ports of the container.
        pub container_ports: MasterPorts,
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
    /// `s3` keeps the state in the object store: it outlives the pod and the node. `filesystem` keeps it in the pod: it outlives a crash of the process, not the pod. `none` keeps nothing. `auto` is `s3` where `s3.endpoint` is set, else `filesystem`.
    pub mode: RecoveryMode,
    /// Bucket of the state; made where it is missing. Who may write there may run code in the master: keep it apart from buckets of users.
    pub bucket: String,
    /// Folder in the bucket. Empty: namespace and name of the installation.
    pub prefix: String,
    /// Seconds without a sign of life of the leader until another master takes over. A leader that was stopped is followed at once, and the same pod takes up its own lease at once.
    #[cfg_attr(feature = "schema", schemars(range(min = 3, max = 600)))]
    pub lease_seconds: i32,
}

/// `master.containerPorts`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MasterPorts {
    /// RPC among master, workers and drivers.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub rpc: u16,
    /// Web UI.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub http: u16,
    /// With recovery mode `s3`: `/ready`, `/live` and `/leader`, answered from inside the master.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub health: u16,
    /// With several masters: the web UI of whichever leads, by way of any of them. The Service leads here.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub leader: u16,
}

/// `master.recovery.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RecoveryMode {
    /// The best that the other values allow.
    Auto,
    /// `CUSTOM`, with state and leader lease in the object store.
    S3,
    /// `FILESYSTEM` on an emptyDir.
    Filesystem,
    /// Nothing is kept.
    None,
}

impl RecoveryValues {
    /// The mode that `auto` stands for.
    pub fn mode(&self, s3: &S3) -> RecoveryMode {
        match self.mode {
            RecoveryMode::Auto if s3.is_configured() => RecoveryMode::S3,
            RecoveryMode::Auto => RecoveryMode::Filesystem,
            mode => mode,
        }
    }
}
