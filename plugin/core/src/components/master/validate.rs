//! What the types of `master` cannot say.

use super::values::{MasterValues, RecoveryMode};
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::quantity::spark_mib;
use crate::platform::s3::{S3, validate_bucket};
use crate::platform::values::ServiceType;
use crate::platform::{disruption, memory, ports, ranges};

/// Adds what is wrong.
pub fn validate(values: &MasterValues, s3: &S3, problems: &mut Diagnostics) {
    let path = Path::of("master");
    ranges::validate(path.key("replicaCount"), values.replica_count, 1, 3, problems);
    validate_recovery(&path, values, s3, problems);
    disruption::validate(&path.key("pdb"), &values.pdb, problems);
    values.validate_pod(&path, problems);
    let grace = values.termination_grace_period_seconds;
    ranges::validate(path.key("terminationGracePeriodSeconds"), grace, 1, i64::MAX, problems);
    ranges::validate(path.key("service").key("ports").key("http"), values.service.ports.http, 1, 65535, problems);
    let ports = &values.container_ports;
    let all = [("rpc", ports.rpc), ("http", ports.http), ("health", ports.health), ("leader", ports.leader)];
    ports::validate(&path.key("containerPorts"), &all, problems);
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

fn validate_recovery(path: &Path, values: &MasterValues, s3: &S3, problems: &mut Diagnostics) {
    let at = path.key("recovery");
    let mode = values.recovery.mode(s3);
    if (2..=3).contains(&values.replica_count) && mode != RecoveryMode::S3 {
        problems.add(
            path.key("replicaCount"),
            format!(
                "{} masters without a common state and a leader election would each lead a cluster of their own",
                values.replica_count
            ),
            "set s3.endpoint, which turns master.recovery.mode s3 on; or master.replicaCount: 1",
        );
    }
    if mode == RecoveryMode::S3 {
        if !s3.is_configured() {
            problems.add(
                at.key("mode"),
                "is s3, but there is no object store",
                "set s3.endpoint, or master.recovery.mode: filesystem",
            );
        }
        validate_bucket(at.key("bucket"), &values.recovery.bucket, problems);
        ranges::validate(at.key("leaseSeconds"), values.recovery.lease_seconds, 3, 600, problems);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
        if !values.recovery.prefix.bytes().all(plain) || values.recovery.prefix.contains("..") {
            problems.add(
                at.key("prefix"),
                format!("\"{}\" is no plain path", values.recovery.prefix),
                "letters, digits, hyphens, underscores, dots and slashes",
            );
        }
    }
    // -D in extraJavaOptions would win over what the mode says
    if values.extra_java_options.contains("spark.deploy.recovery")
        || values.extra_java_options.contains("spark.deploy.s3.election")
    {
        problems.add(
            path.key("extraJavaOptions"),
            "sets Spark's recovery, which master.recovery does: the master's probes, ports and volumes follow that",
            "use master.recovery (FILESYSTEM with s3a:// does not work: Spark writes to a local folder of that name)",
        );
    }
}
