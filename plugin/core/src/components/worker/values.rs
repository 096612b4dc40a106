//! `worker`.

use serde::Deserialize;

use super::autoscaling::Autoscaling;
use super::decommission::Decommission;
use super::gpu::Gpu;
use super::local_dirs::LocalDirs;
use crate::components::configuration::Scalar;
use crate::platform::pod_settings::component_values;
use crate::platform::ports::ContainerPorts;
use crate::platform::values::PodDisruptionBudgetValues;

component_values! {
    /// The Spark workers: they run the executors of applications.
    pub struct WorkerValues {
        /// Workers, 1 to 10. Without effect where `autoscaling.enabled`.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10)))]
        pub replica_count: i32,
        /// More workers under load, fewer without.
        pub autoscaling: Autoscaling,
        /// Cores that a worker offers to executors. Empty: `resources.limits.cpu`, else `requests.cpu`, rounded up.
        pub cores: Scalar,
        /// Memory that a worker offers to executors, as a Spark size such as `1200m`. Empty: 80 % of what `resources.limits.memory` leaves beside the worker's own JVM and a RAM disk of `localDirs`.
        pub memory: String,
        /// GPUs that a worker offers to executors.
        pub gpu: Gpu,
        /// Heap of the worker's own JVM, as a Spark size. It also runs the shuffle service.
        pub daemon_memory: String,
        /// Further JVM options of the worker (`SPARK_WORKER_OPTS`).
        pub extra_java_options: String,
        /// Ports of the container.
        pub container_ports: ContainerPorts,
        /// Where executors keep shuffle files and what does not fit into memory (`SPARK_LOCAL_DIRS`).
        pub local_dirs: LocalDirs,
        /// Where the worker keeps the logs and jars of applications.
        pub work_dir: WorkDir,
        /// What a worker does before it stops: on scale-in, eviction, upgrade.
        pub decommission: Decommission,
        /// How many pods an eviction may take at once.
        pub pdb: PodDisruptionBudgetValues,
    }
}

/// `worker.workDir`: an emptyDir.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkDir {
    /// Beyond it the kubelet evicts the pod. Empty: no limit.
    pub size_limit: String,
    /// Seconds that the folder of a finished application is kept (`spark.worker.cleanup.appDataTtl`).
    #[cfg_attr(feature = "schema", schemars(range(min = 60)))]
    pub retention_seconds: u32,
}
