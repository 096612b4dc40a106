//! What the types of `hiveMetastore` cannot say.

use super::values::HiveMetastoreValues;
use crate::components::configuration::is_secret;
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::s3::{S3, validate_bucket};
use crate::platform::{database, disruption, memory, ports, ranges};

/// Adds what is wrong.
pub fn validate(values: &HiveMetastoreValues, s3: &S3, problems: &mut Diagnostics) {
    let path = Path::of("hiveMetastore");
    ranges::validate(path.key("replicaCount"), values.replica_count, 1, 10, problems);
    ports::validate(&path.key("containerPorts"), &[("thrift", values.container_ports.thrift)], problems);
    let service = path.key("service").key("ports").key("thrift");
    ranges::validate(service, values.service.ports.thrift, 1, 65535, problems);
    disruption::validate(&path.key("pdb"), &values.pdb, problems);
    memory::validate_heap(&path, &values.daemon_memory, &values.resources.0, problems);
    values.validate_pod(&path, problems);
    database::validate(&path, &values.postgresql, &values.external_database, problems);
    validate_warehouse(&path.key("warehouse"), values, s3, problems);
    for (key, value) in &values.config {
        if is_secret(key) && !value.0.contains("${env.") {
            problems.add(
                path.key("config").key(key),
                "is a secret, and config goes into a ConfigMap that many may read",
                "keep it in a Secret, name that in extraEnvVarsSecret, and write ${env.NAME} here",
            );
        }
    }
}

fn validate_warehouse(path: &Path, values: &HiveMetastoreValues, s3: &S3, problems: &mut Diagnostics) {
    let warehouse = &values.warehouse;
    if !warehouse.directory.is_empty() {
        if !warehouse.directory.contains(":/") {
            problems.add(
                path.key("directory"),
                format!("\"{}\" is not a URL", warehouse.directory),
                "such as s3a://bucket/folder, hdfs://namenode:8020/warehouse, or file:///warehouse on a volume that all pods mount",
            );
        }
    } else if !s3.is_configured() {
        problems.add(
            path.key("directory"),
            "is empty, and there is no object store: pods share no disk that tables could be on",
            "set s3.endpoint, or name a folder that metastore, drivers and executors all reach",
        );
    } else {
        validate_bucket(path.key("bucket"), &warehouse.bucket, problems);
        if warehouse.prefix.trim_matches('/').is_empty() {
            problems.add(
                path.key("prefix"),
                "is empty, but the root of a bucket is no folder that can be made and removed",
                "name a folder, such as warehouse",
            );
        }
    }
}
