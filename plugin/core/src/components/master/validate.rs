//! What the types of `master` cannot say.

use super::values::MasterValues;
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::quantity::spark_mib;
use crate::platform::values::ServiceType;
use crate::platform::{disruption, memory, ports, ranges};

/// Adds what is wrong.
pub fn validate(values: &MasterValues, problems: &mut Diagnostics) {
    let path = Path::of("master");
    if values.replica_count != 1 {
        problems.add(
            path.key("replicaCount"),
            format!(
                "{} masters without a leader election would each lead a cluster of their own",
                values.replica_count
            ),
            "set master.replicaCount: 1; its state outlives a crash with master.recovery.mode: filesystem",
        );
    }
    disruption::validate(&path.key("pdb"), &values.pdb, problems);
    values.validate_pod(&path, problems);
    let grace = values.termination_grace_period_seconds;
    ranges::validate(path.key("terminationGracePeriodSeconds"), grace, 1, i64::MAX, problems);
    ranges::validate(path.key("service").key("ports").key("http"), values.service.ports.http, 1, 65535, problems);
    ports::validate(
        &path.key("containerPorts"),
        &[("rpc", values.container_ports.rpc), ("http", values.container_ports.http)],
        problems,
    );
    if let Some(port) = values.service.node_ports.http {
        let at = path.key("service").key("nodePorts").key("http");
        if values.service.kind == ServiceType::ClusterIP {
            problems.add(
                at,
                format!("{port} has no effect with service.type ClusterIP"),
                "set master.service.type: NodePort, or empty it",
            );
        }
    }
    if !values.daemon_memory.is_empty() && spark_mib(&values.daemon_memory).is_none() {
        problems.add(
            path.key("daemonMemory"),
            format!("\"{}\" is not a Spark memory size", values.daemon_memory),
            "a whole number with k, m or g, such as 614m",
        );
    } else if let Some(limit) = memory::limit(&values.resources.0) {
        let heap = memory::master_heap(values);
        if heap + 128 > limit {
            problems.add(
                path.key("daemonMemory"),
                format!("a heap of {heap} MiB leaves less than 128 MiB of the container's {limit} MiB; the kernel would kill the master"),
                format!("at most {}m, or raise master.resources.limits.memory", limit.saturating_sub(128)),
            );
        }
    }
}
