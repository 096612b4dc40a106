//! What the types of `historyServer` cannot say.

use super::values::HistoryServerValues;
use crate::components::configuration::EventLog;
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::quantity::is_spark_time;
use crate::platform::s3::{S3, validate_bucket};
use crate::platform::{memory, ports, storage};

/// Adds what is wrong.
pub fn validate(values: &HistoryServerValues, event_log: &EventLog, s3: &S3, problems: &mut Diagnostics) {
    let path = Path::of("historyServer");
    if !s3.is_configured() {
        problems.add(
            path.key("enabled"),
            "is true, but there is no object store: pods share no disk that event logs could be on",
            "set s3.endpoint, or historyServer.enabled: false",
        );
    } else if !event_log.enabled && values.extra_log_directories.is_empty() {
        problems.add(
            path.key("enabled"),
            "is true, but there is nothing to show: eventLog.enabled is false and extraLogDirectories is empty",
            "set eventLog.enabled: true, or name folders in historyServer.extraLogDirectories",
        );
    }
    validate_directories(&path.key("extraLogDirectories"), values, event_log, problems);
    let cleaner = path.key("cleaner");
    for (at, time) in [
        (path.key("updateInterval"), &values.update_interval),
        (cleaner.key("interval"), &values.cleaner.interval),
        (cleaner.key("maxAge"), &values.cleaner.max_age),
    ] {
        if !is_spark_time(time) {
            problems.add(
                at,
                format!("\"{time}\" is not a Spark time"),
                "a whole number with s, min, h or d, such as 10s",
            );
        }
    }
    if values.store.enabled {
        storage::validate_size(path.key("store").key("sizeLimit"), &values.store.size_limit, "such as 10Gi", problems);
    }
    memory::validate_heap(&path, &values.daemon_memory, &values.resources.0, problems);
    ports::validate(&path.key("containerPorts"), &[("http", values.container_ports.http)], problems);
    values.service.validate(&path.key("service"), problems);
    values.validate_pod(&path, problems);
}

fn validate_directories(path: &Path, values: &HistoryServerValues, event_log: &EventLog, problems: &mut Diagnostics) {
    let mut seen = vec![event_log.directory()];
    for (index, directory) in values.extra_log_directories.iter().enumerate() {
        let at = path.index(index);
        let (bucket, folder) = match directory.strip_prefix("s3a://").map(|rest| rest.split_once('/')) {
            Some(Some((bucket, folder))) if !folder.trim_matches('/').is_empty() => (bucket, folder),
            _ => {
                problems.add(
                    at,
                    format!("\"{directory}\" is not a folder in the object store"),
                    "such as s3a://spark-connect-logs/events; Spark refuses the root of a bucket",
                );
                continue;
            }
        };
        if folder.contains([',', '*', '{', ' ', '"', '\'', '\\']) {
            problems.add(
                at.clone(),
                format!("\"{directory}\" is not one folder"),
                "one entry for each folder; Spark knows no patterns here",
            );
        }
        let plain = format!("s3a://{bucket}/{}", folder.trim_matches('/'));
        if seen.contains(&plain) {
            problems.add(
                at.clone(),
                format!("{plain} is read already"),
                "name each folder once; that of eventLog is among them",
            );
        }
        seen.push(plain);
        validate_bucket(at, bucket, problems);
    }
}
