//! What the types of `airflow` cannot say.

use super::dags::{self, MOST};
use super::values::{AirflowValues, ProcessValues};
use crate::components::configuration::{Files, is_secret};
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::quantity::is_spark_time;
use crate::platform::s3::S3;
use crate::platform::{database, disruption, ports, ranges, resources};

/// Adds what is wrong.
pub fn validate(values: &AirflowValues, s3: &S3, problems: &mut Diagnostics) {
    let path = Path::of("airflow");
    validate_version(&path, values, problems);
    values.image.validate(&path.key("image"), problems);
    validate_auth(&path, values, problems);
    validate_config(&path.key("config"), values, problems);
    validate_dags(&path.key("dags"), values, problems);
    if s3.is_configured() {
        values.logs.validate(&path.key("logs"), problems);
        values.data.validate(&path.key("data"), problems);
    }
    validate_processes(&path, values, problems);
    values.worker.validate_pod(&path.key("worker"), problems);
    values.spark_driver.validate_pod(&path.key("sparkDriver"), problems);
    values.migration.validate_pod(&path.key("migration"), problems);
    database::validate(&path, &values.postgresql, &values.external_database, problems);
}

/// `version` says how the processes are called and which there are: it must be that of the image.
fn validate_version(path: &Path, values: &AirflowValues, problems: &mut Diagnostics) {
    let version = &values.version.0;
    if !["2", "3"].contains(&version.as_str()) {
        problems.add(
            path.key("version"),
            format!("\"{version}\" is not a line of Airflow known here"),
            "3, or 2 for 2.11",
        );
        return;
    }
    let tag = &values.image.tag;
    let major: String = tag.chars().take_while(char::is_ascii_digit).collect();
    if tag.starts_with(&format!("{major}.")) && !major.is_empty() && major != *version {
        problems.add(
            path.key("version"),
            format!("is {version}, but airflow.image.tag is {tag}"),
            format!("set airflow.version: \"{major}\", or a tag of Airflow {version}"),
        );
    }
}

fn validate_auth(path: &Path, values: &AirflowValues, problems: &mut Diagnostics) {
    let auth = path.key("auth");
    let keys = &values.auth.secret_keys;
    let own = auth.key("secretKeys");
    for (at, value) in [
        (own.key("passwordKey"), &keys.password_key),
        (own.key("fernetKey"), &keys.fernet_key),
        (own.key("sessionKey"), &keys.session_key),
        (own.key("jwtKey"), &keys.jwt_key),
    ] {
        if value.is_empty() {
            problems.add(at, "is empty", "name the key of the Secret that holds it");
        }
    }
    if !values.auth.username.is_empty() && !values.auth.email.contains('@') {
        problems.add(
            auth.key("email"),
            format!("\"{}\" is not an address, which Airflow asks of every user", values.auth.email),
            "such as admin@example.com",
        );
    }
    let manager = values.config.get("core").and_then(|core| core.get("auth_manager"));
    if manager.is_some_and(|manager| !manager.0.contains(".fab.")) && !values.auth.username.is_empty() {
        problems.add(
            auth.key("username"),
            "would be a user of the FAB auth manager, but airflow.config.core.auth_manager is another",
            "empty it",
        );
    }
}

fn validate_config(path: &Path, values: &AirflowValues, problems: &mut Diagnostics) {
    for (section, settings) in &values.config {
        let at = path.key(section);
        for (name, what) in std::iter::once((section, "section")).chain(settings.keys().map(|key| (key, "setting"))) {
            let is_plain = !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-' || b == b'.');
            if !is_plain {
                let at = if what == "section" { at.clone() } else { at.key(name) };
                problems.add(at, format!("is not a name of a {what} of airflow.cfg"), "such as core or parallelism");
            }
        }
        for (key, value) in settings {
            let has_password = value.0.split_once("://").is_some_and(|(_, rest)| {
                rest.split_once('@').is_some_and(|(user, _)| user.contains(':') && !user.contains('/'))
            });
            if !value.0.is_empty() && (is_secret(key) || key.ends_with("_key") || has_password) {
                problems.add(
                    at.key(key),
                    "is a secret, and airflow.config goes into a ConfigMap that many may read",
                    format!(
                        "keep it in a Secret as AIRFLOW__{}__{}, and name that in extraEnvVarsSecret",
                        section.to_ascii_uppercase(),
                        key.to_ascii_uppercase()
                    ),
                );
            }
        }
    }
}

fn validate_dags(path: &Path, values: &AirflowValues, problems: &mut Diagnostics) {
    let dags = &values.dags;
    let git = path.key("gitSync");
    if dags.are_in_git() && !dags.existing_claim.is_empty() {
        problems.add(
            path.key("existingClaim"),
            "is set together with airflow.dags.gitSync.repo: two sources of DAGs",
            "keep one of them",
        );
    }
    if !dags.are_in_values() && !dags.files.is_empty() {
        problems.add(
            path.key("files"),
            "has no effect: DAGs come from airflow.dags.existingClaim or airflow.dags.gitSync",
            "put the files there, or empty both",
        );
    }
    if dags.are_in_values() && !dags.sub_path.is_empty() {
        problems.add(path.key("subPath"), "has no effect without a claim or a repository", "empty it");
    }
    if dags.sub_path.split('/').any(|part| part == "..") {
        problems.add(path.key("subPath"), format!("\"{}\" leads out of it", dags.sub_path), "a folder within it");
    }
    let own = dags::files(values).unwrap_or_default();
    for (at, own, all) in [(path.key("files"), &dags.files, own), (path.key("jobs"), &dags.jobs, dags::jobs(values))] {
        validate_files(&at, own, &all, problems);
    }
    if dags.are_in_git() {
        dags.git_sync.image.validate(&git.key("image"), problems);
        resources::validate(&git.key("resources"), &dags.git_sync.resources.0, problems);
        if !is_spark_time(&dags.git_sync.period) {
            problems.add(git.key("period"), format!("\"{}\" is not a time", dags.git_sync.period), "such as 60s");
        }
        if dags.git_sync.is_ssh() && dags.git_sync.known_hosts.trim().is_empty() {
            problems.add(
                git.key("knownHosts"),
                "is empty: whoever answers would be taken for the repository",
                "the lines that `ssh-keyscan <host>` prints, once you have compared them with what the host publishes",
            );
        }
    }
}

/// Kubernetes' limits of a ConfigMap, which tell neither which file nor what to do.
fn validate_files(path: &Path, own: &Files, all: &Files, problems: &mut Diagnostics) {
    for name in own.keys() {
        let is_plain = !name.is_empty()
            && name.len() <= 253
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            && !name.starts_with("..");
        if !is_plain {
            problems.add(
                path.key(name),
                "is not a file name that a ConfigMap can hold",
                "letters, digits, hyphens, underscores and dots; folders need airflow.dags.gitSync or existingClaim",
            );
        }
    }
    let size: usize = all.values().map(String::len).sum();
    if size > MOST {
        let largest = all.iter().max_by_key(|(_, text)| text.len());
        let largest = largest.map(|(name, text)| format!("; the largest is {name} with {} KiB", text.len() / 1024));
        problems.add(
            path.clone(),
            format!(
                "hold {} KiB together, but a ConfigMap holds at most {} KiB{}",
                size.div_ceil(1024),
                MOST / 1024,
                largest.unwrap_or_default()
            ),
            "bring them by airflow.dags.gitSync, airflow.dags.existingClaim, or in the image",
        );
    }
}

fn validate_processes(path: &Path, values: &AirflowValues, problems: &mut Diagnostics) {
    let web = &values.webserver;
    let at = path.key("webserver");
    ranges::validate(at.key("replicaCount"), web.replica_count, 1, 10, problems);
    ports::validate(&at.key("containerPorts"), &[("http", web.container_ports.http)], problems);
    web.service.validate(&at.key("service"), problems);
    disruption::validate(&at.key("pdb"), &web.pdb, problems);
    web.validate_pod(&at, problems);
    let mut process = |key: &str, values: &ProcessValues, least: i64| {
        let at = path.key(key);
        ranges::validate(at.key("replicaCount"), values.replica_count, least, 10, problems);
        disruption::validate(&at.key("pdb"), &values.pdb, problems);
        values.validate_pod(&at, problems);
    };
    process("scheduler", &values.scheduler, 1);
    process("dagProcessor", &values.dag_processor, 1);
    process("triggerer", &values.triggerer, 0);
}
