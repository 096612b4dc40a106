//! What the types of `mlflow` cannot say.

use super::values::MlflowValues;
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::s3::S3;
use crate::platform::{database, disruption, ports, ranges};

/// Adds what is wrong.
pub fn validate(values: &MlflowValues, s3: &S3, problems: &mut Diagnostics) {
    let path = Path::of("mlflow");
    values.image.validate(&path.key("image"), problems);
    ranges::validate(path.key("replicaCount"), values.replica_count, 1, 10, problems);
    ports::validate(&path.key("containerPorts"), &[("http", values.container_ports.http)], problems);
    values.service.validate(&path.key("service"), problems);
    disruption::validate(&path.key("pdb"), &values.pdb, problems);
    values.validate_pod(&path, problems);
    database::validate(&path, &values.postgresql, &values.external_database, problems);
    if s3.is_configured() {
        values.artifacts.validate(&path.key("artifacts"), problems);
    } else {
        problems.add(
            path.key("enabled"),
            "is true, but there is no object store: models and other artifacts would go with the pod",
            "set s3.endpoint, or mlflow.enabled: false",
        );
    }
    let auth = path.key("auth");
    let keys = auth.key("secretKeys");
    for (at, value) in [
        (auth.key("username"), &values.auth.username),
        (keys.key("passwordKey"), &values.auth.secret_keys.password_key),
        (keys.key("formKey"), &values.auth.secret_keys.form_key),
    ] {
        if values.auth.enabled && value.is_empty() {
            problems.add(at, "is empty although mlflow.auth.enabled", String::new());
        }
    }
    for (index, host) in values.extra_allowed_hosts.iter().enumerate() {
        if host.is_empty() || host.contains(['/', ',', ' ']) {
            problems.add(
                path.key("extraAllowedHosts").index(index),
                format!("\"{host}\" is not a host"),
                "without scheme and path, such as mlflow.example.com or mlflow.example.com:8443",
            );
        }
    }
}
