//! What the types of `worker` cannot say.

use std::collections::BTreeMap;

use super::values::WorkerValues;
use super::{autoscaling, decommission, gpu, local_dirs, objects};
use crate::components::configuration::Scalar;
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::quantity::spark_mib;
use crate::platform::{disruption, memory, ports, ranges, storage};

/// Adds what is wrong, in the worker's values and in what `sparkConf` asks of workers.
pub fn validate(
    values: &WorkerValues,
    shuffle_service: Option<&ShuffleServiceValues>,
    spark_conf: &BTreeMap<String, Scalar>,
    problems: &mut Diagnostics,
) {
    let path = Path::of("worker");
    ranges::validate(path.key("replicaCount"), values.replica_count, 1, 10, problems);
    if !values.cores.0.is_empty() && !values.cores.0.parse::<u32>().is_ok_and(|cores| (1..=1024).contains(&cores)) {
        problems.add(
            path.key("cores"),
            format!("\"{}\" is not a whole number from 1", values.cores.0),
            "such as 2, or empty to derive it from resources",
        );
    }
    let mut worker_ports = vec![("rpc", values.container_ports.rpc), ("http", values.container_ports.http)];
    // a privileged one is told of where it stands
    let shared = shuffle_service.map(|service| ("shuffleService", service.port)).filter(|(_, port)| *port >= 1024);
    worker_ports.splice(0..0, shared);
    ports::validate(&path.key("containerPorts"), &worker_ports, problems);
    autoscaling::validate(&path.key("autoscaling"), &values.autoscaling, &values.resources.0, problems);
    disruption::validate(&path.key("pdb"), &values.pdb, problems);
    values.validate_pod(&path, problems);
    let retention = values.work_dir.retention_seconds;
    ranges::validate(path.key("workDir").key("retentionSeconds"), retention, 60, i64::MAX, problems);
    decommission::validate(values, shuffle_service.is_some(), spark_conf, problems);
    gpu::validate(&values.gpu, &values.resources.0, spark_conf, problems);
    local_dirs::validate(&path.key("localDirs"), &values.local_dirs, problems);
    storage::validate_limit(&path.key("workDir"), &values.work_dir.size_limit, problems);
    for (key, size) in [("memory", &values.memory), ("daemonMemory", &values.daemon_memory)] {
        if !size.is_empty() && spark_mib(size).is_none() {
            problems.add(
                path.key(key),
                format!("\"{size}\" is not a Spark memory size"),
                "a whole number with k, m or g, such as 1200m",
            );
        }
    }
    let executor_memory = spark_conf.get("spark.executor.memory").map(|value| value.0.as_str());
    validate_memory(values, executor_memory.filter(|size| !size.is_empty()), problems);
    if objects::cores(values).is_none() {
        problems.add(
            path.key("cores"),
            "is empty, and resources give no cpu to derive it from",
            "set worker.cores or worker.resources.requests.cpu",
        );
    }
}

/// Executors must fit into what the worker offers, and that into the container.
fn validate_memory(values: &WorkerValues, executor_memory: Option<&str>, problems: &mut Diagnostics) {
    let path = Path::of("worker");
    if memory::is_misread(&values.resources.0) {
        return;
    }
    let limit = memory::limit(&values.resources.0);
    let own = memory::worker_own(values);
    let Some(offered) = memory::worker_executors(values) else {
        if values.memory.is_empty() {
            problems.add(
                path.key("memory"),
                "is empty, and resources give no memory to derive it from",
                "set worker.resources.limits.memory or worker.memory",
            );
        }
        return;
    };
    if let Some(limit) = limit
        && offered + own > limit
    {
        let disk = if values.local_dirs.memory() > 0 { " with its RAM disk" } else { "" };
        problems.add(
            path.key("memory"),
            format!("{offered} MiB for executors and {own} MiB for the worker itself{disk} exceed the container's {limit} MiB; the kernel would kill it"),
            "lower worker.memory, or raise worker.resources.limits.memory",
        );
    }
    let executor = executor_memory.map_or(Some(memory::DEFAULT_EXECUTOR), spark_mib);
    match executor {
        None => problems.add(
            Path::of("sparkConf").key("spark.executor.memory"),
            format!("\"{}\" is not a Spark memory size", executor_memory.unwrap_or_default()),
            "a whole number with k, m or g, such as 1g",
        ),
        Some(executor) if executor > offered => {
            let least = (executor * 10).div_ceil(8) + own;
            let raise = if values.memory.is_empty() {
                format!("raise worker.resources.limits.memory to {least}Mi")
            } else {
                format!("raise worker.memory to {executor}m")
            };
            let at = if values.memory.is_empty() {
                path.key("resources").key("limits").key("memory")
            } else {
                path.key("memory")
            };
            problems.add(
                at,
                format!("a worker offers {offered} MiB, but an executor asks for {executor} MiB (spark.executor.memory): jobs would wait for resources for ever"),
                format!("{raise}, or lower sparkConf[\"spark.executor.memory\"]"),
            );
        }
        Some(_) => {}
    }
}
