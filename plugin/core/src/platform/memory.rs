//! Memory: what of a container's limit goes to which JVM.
//!
//! A JVM needs more than its heap (metaspace, threads, code, direct buffers), and the kernel kills the container at its
//! limit. All sizes are mebibytes.

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::quantity::{MIB, bytes, spark_mib};
use crate::components::worker::WorkerValues;
use crate::diagnostic::{Diagnostics, Path};

/// Options of every daemon's JVM. Serial GC: daemons are small and mostly wait. Names are forgotten after 3 s, not 30:
/// a restarted pod has its old name and a new address.
pub const DAEMON_JAVA_OPTIONS: &str = "-XX:+UseSerialGC -Dsun.net.inetaddr.ttl=3 -Dsun.net.inetaddr.negative.ttl=1";

/// Spark's own default of `spark.executor.memory`.
pub const DEFAULT_EXECUTOR: u64 = 1024;

/// `limits.memory` in MiB, else `requests.memory`; `None` when neither is given, or it is no quantity.
pub fn limit(resources: &ResourceRequirements) -> Option<u64> {
    stated(resources).and_then(bytes).map(|bytes| bytes / MIB)
}

/// Whether the amount that [`limit`] looks at is given and no quantity, which `resources::validate` tells of.
pub fn is_misread(resources: &ResourceRequirements) -> bool {
    stated(resources).is_some_and(|quantity| bytes(quantity).is_none())
}

fn stated(resources: &ResourceRequirements) -> Option<&Quantity> {
    [&resources.limits, &resources.requests].into_iter().find_map(|amounts| amounts.as_ref()?.get("memory"))
}

/// The heap of a JVM that has its container to itself: as given, else 60 % of the limit, else Spark's own 1 GiB.
pub fn heap(daemon_memory: &str, resources: &ResourceRequirements) -> u64 {
    spark_mib(daemon_memory).or_else(|| limit(resources).map(|limit| limit * 6 / 10)).unwrap_or(1024)
}

/// Such a heap must be a size and leave room beside it.
pub fn validate_heap(path: &Path, daemon_memory: &str, resources: &ResourceRequirements, problems: &mut Diagnostics) {
    if !daemon_memory.is_empty() && spark_mib(daemon_memory).is_none() {
        problems.add(
            path.key("daemonMemory"),
            format!("\"{daemon_memory}\" is not a Spark memory size"),
            "a whole number with k, m or g, such as 614m",
        );
        return;
    }
    let heap = heap(daemon_memory, resources);
    if let Some(limit) = limit(resources)
        && heap + 128 > limit
    {
        problems.add(
            path.key("daemonMemory"),
            format!(
                "a heap of {heap} MiB leaves less than 128 MiB of the container's {limit} MiB; the kernel would kill it"
            ),
            format!("at most {}m, or raise {path}.resources.limits.memory", limit.saturating_sub(128)),
        );
    }
}

/// What the worker itself takes of the container: its JVM's heap, a quarter of it beside, and 64 MiB; and a RAM disk.
pub fn worker_own(values: &WorkerValues) -> u64 {
    let heap = spark_mib(&values.daemon_memory).unwrap_or(512);
    heap + heap / 4 + 64 + values.local_dirs.memory()
}

/// What the worker offers to executors as heap: as given, else 80 % of what the worker itself leaves. The rest is the
/// executors' overhead, which Spark Standalone does not count (Python workers, direct buffers).
pub fn worker_executors(values: &WorkerValues) -> Option<u64> {
    spark_mib(&values.memory)
        .or_else(|| limit(&values.resources.0).map(|limit| limit.saturating_sub(worker_own(values)) * 8 / 10))
}
