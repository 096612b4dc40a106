//! `airflow.cfg` and `webserver_config.py`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::HOME;
use super::processes::{TEMPLATES, WORKER_TEMPLATE, api};
use super::values::AirflowValues;
use crate::components::configuration::Files;
use crate::instance::Instance;
use crate::platform::object::sorted;

/// Section, key, value.
type Setting = (&'static str, &'static str, String);

/// The files, by name. `url` is where people see the web UI, or empty.
pub(super) fn files(instance: &Instance, values: &AirflowValues, url: &str) -> Files {
    let mut sections: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    let own = if values.is_3() { airflow_3(instance, values, url) } else { airflow_2(url) };
    for (section, key, value) in common(instance, values).into_iter().chain(own) {
        sections.entry(section).or_default().insert(key, value);
    }
    for (section, settings) in &values.config {
        let all = sections.entry(section).or_default();
        for (key, value) in settings {
            if value.0.is_empty() {
                all.remove(key.as_str());
            } else {
                all.insert(key, value.0.clone());
            }
        }
    }
    let webserver_config = match values.webserver_config.as_str() {
        "" => BY_PASSWORD,
        own => own,
    };
    let mut files = sorted([
        ("airflow.cfg".into(), text(&sections)),
        ("webserver_config.py".to_owned(), webserver_config.to_owned()),
    ]);
    if !values.dags.git_sync.known_hosts.is_empty() {
        files.insert("known_hosts".into(), values.dags.git_sync.known_hosts.trim_end().to_owned() + "\n");
    }
    files
}

const BY_PASSWORD: &str = "from flask_appbuilder.const import AUTH_DB

AUTH_TYPE = AUTH_DB
WTF_CSRF_ENABLED = True
";

/// Airflow's documentation, "Configuration Reference", and those of the providers.
fn common(instance: &Instance, values: &AirflowValues) -> Vec<Setting> {
    let s3 = instance.platform.s3.is_configured();
    let mut settings = vec![
        ("core", "executor", "KubernetesExecutor".into()),
        ("core", "dags_folder", values.dags.folder()),
        ("core", "load_examples", "False".into()),
        // .airflowignore; Airflow 2 would read it as regular expressions
        ("core", "dag_ignore_file_syntax", "glob".into()),
        ("logging", "colored_console_log", "False".into()),
        ("logging", "remote_logging", python(s3)),
        ("scheduler", "enable_health_check", "True".into()),
        ("scheduler", "scheduler_health_check_server_port", super::processes::HEALTH_PORT.to_string()),
        ("kubernetes_executor", "namespace", instance.release.namespace.clone()),
        ("kubernetes_executor", "pod_template_file", format!("{TEMPLATES}/{WORKER_TEMPLATE}")),
        ("kubernetes_executor", "delete_worker_pods", "True".into()),
        // without a log elsewhere a failed pod is all that tells why
        ("kubernetes_executor", "delete_worker_pods_on_failure", python(s3)),
    ];
    if s3 {
        settings.extend([
            ("logging", "remote_base_log_folder", values.logs.url("s3")),
            // none: the variables that boto3 itself reads, so that no key is in Airflow's database
            ("logging", "remote_log_conn_id", String::new()),
        ]);
    }
    settings
}

fn airflow_3(instance: &Instance, values: &AirflowValues, url: &str) -> Vec<Setting> {
    let manager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager";
    let mut settings = vec![
        ("core", "auth_manager", manager.into()),
        ("core", "execution_api_server_url", format!("{}/execution/", api(instance, values))),
        ("api", "workers", "1".into()), // each is a process of its own size: pods are the way to more
        // a changed ConfigMap is seen after the kubelet's minute and this
        ("dag_processor", "refresh_interval", "30".into()),
        // how long a task's pod may wait for a node
        ("execution_api", "jwt_expiration_time", "3600".into()),
    ];
    if !url.is_empty() {
        settings.extend([("api", "base_url", url.into()), ("fab", "enable_proxy_fix", "True".into())]);
    }
    settings
}

fn airflow_2(url: &str) -> Vec<Setting> {
    let backends = "airflow.providers.fab.auth_manager.api.auth.backend.basic_auth,airflow.api.auth.backend.session";
    let mut settings = vec![
        ("api", "auth_backends", backends.into()),
        ("webserver", "workers", "1".into()),
        // The scheduler forks the server of its health, which then asks over the connection that the scheduler is waiting on
        // (SQLAlchemy's pre-ping comes before Airflow's check for that), and an answer is lost: the scheduler hangs. Airflow 3
        // drops the pool after a fork.
        ("database", "sql_alchemy_pool_enabled", "False".into()),
        // else the scheduler keeps a log of each DAG file for ever
        ("logging", "dag_processor_log_target", "stdout".into()),
    ];
    if !url.is_empty() {
        settings.extend([("webserver", "base_url", url.into()), ("webserver", "enable_proxy_fix", "True".into())]);
    }
    settings
}

fn python(flag: bool) -> String {
    if flag { "True" } else { "False" }.into()
}

/// An INI file as Python's configparser reads it: the further lines of a value are indented.
fn text(sections: &BTreeMap<&str, BTreeMap<&str, String>>) -> String {
    let mut text = String::new();
    for (section, settings) in sections {
        // writing to a String cannot fail
        let _ = writeln!(text, "[{section}]");
        for (key, value) in settings {
            let _ = writeln!(text, "{key} = {}", value.trim().replace('\n', "\n    "));
        }
    }
    text.replace(" = \n", " =\n")
}

impl super::values::DagValues {
    /// Where Airflow finds them.
    pub(super) fn folder(&self) -> String {
        let sub_path = self.sub_path.trim_matches('/');
        let folder = if self.are_in_git() { format!("{HOME}/dags/repo/{sub_path}") } else { format!("{HOME}/dags") };
        folder.trim_end_matches('/').to_owned()
    }
}
