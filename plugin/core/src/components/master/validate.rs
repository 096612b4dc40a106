//! What the types of `master` cannot say.

use super::values::{MasterValues, RecoveryMode};
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::s3::{S3, validate_bucket};
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
    values.service.validate(&path.key("service"), problems);
    let ports = &values.container_ports;
    let all = [("rpc", ports.rpc), ("http", ports.http), ("health", ports.health), ("leader", ports.leader)];
    ports::validate(&path.key("containerPorts"), &all, problems);
    memory::validate_heap(&path, &values.daemon_memory, &values.resources.0, problems);
}

fn validate_recovery(path: &Path, values: &MasterValues, s3: &S3, problems: &mut Diagnostics) {
    let at = path.key("recovery");
    ranges::validate(at.key("leaseSeconds"), values.recovery.lease_seconds, 3, 600, problems);
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
