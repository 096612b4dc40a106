//! The pods of tasks: not objects of the chart but templates, which Airflow's scheduler and its operators complete.

use k8s_openapi::api::core::v1::{Container, EnvVar, PodTemplateSpec};
use serde_json::Value;

use super::dags::{self, JOBS_FOLDER};
use super::processes::{self, WORKER_TEMPLATE};
use super::values::AirflowValues;
use super::{NAME, SPARK_DRIVER, USER, WORKER};
use crate::components::configuration::Files;
use crate::components::{client, daemon};
use crate::instance::Instance;
use crate::platform::access::component_account;
use crate::platform::object::{Object, map, sorted};
use crate::platform::pod::{self, Extras, PodParts, config_map_volume, empty_dir, env, env_field, mount};
use crate::yaml;

/// Where pods that run Spark find its configuration.
const SPARK_CONF: &str = "/etc/spark";
/// The name by which Airflow knows the container that is the task.
const BASE: &str = "base";

/// The pods, as objects for the guard to look at. `clients` is what a client of MLflow needs.
pub fn task_pods(instance: &Instance, values: &AirflowValues, clients: &[EnvVar]) -> Vec<Object> {
    vec![worker(instance, values, clients), spark_driver(instance, values, clients)]
}

/// The same as files of a ConfigMap.
pub(super) fn templates(pods: &[Object]) -> Files {
    let files = [WORKER_TEMPLATE, "spark-driver.yaml"].into_iter().zip(pods);
    sorted(files.map(|(file, pod)| (file.to_owned(), yaml::write(&pod.0))))
}

/// The name of the ConfigMap with the programs for Spark.
pub(super) fn jobs_config_map(instance: &Instance) -> String {
    instance.names.of(&format!("{NAME}-jobs"))
}

/// Runs Airflow, which gives it its arguments, and calls the Kubernetes API for KubernetesPodOperators.
fn worker(instance: &Instance, values: &AirflowValues, clients: &[EnvVar]) -> Object {
    let mut environment = processes::environment(instance);
    environment.extend_from_slice(clients);
    if !values.is_3() {
        environment.extend(processes::secrets(instance, values));
        // the task's process makes an executor of its own, and must not make pods
        environment.push(env("AIRFLOW__CORE__EXECUTOR", "LocalExecutor"));
    }
    let container = Container {
        name: BASE.into(),
        // runs its arguments as they are: an image's entrypoint may look for a database first
        command: Some(vec!["/usr/bin/env".into()]),
        env: Some(environment),
        volume_mounts: Some(processes::mounts(values, true)),
        ..Container::default()
    };
    let parts = PodParts {
        init_containers: dags::git_sync(instance, values, true).into_iter().collect(),
        volumes: processes::volumes(instance, values, true),
        ..PodParts::new(WORKER, &values.image, container, USER)
    };
    let extras = Extras { service_account: Some(component_account(instance, WORKER)), ..Extras::default() };
    object(instance, WORKER, pod::template_with(instance, &values.worker, parts, extras))
}

/// Runs `spark-submit` with the arguments that a task gives it. It knows the cluster by the ConfigMap for clients.
fn spark_driver(instance: &Instance, values: &AirflowValues, clients: &[EnvVar]) -> Object {
    let platform = &instance.platform;
    let mut environment = vec![
        env_field("POD_IP", "status.podIP"),
        env("HOME", "/tmp"),
        env("SPARK_CONF_DIR", SPARK_CONF),
        env("GIT_PYTHON_REFRESH", "quiet"), // MLflow's client looks for git, and warns at length
    ];
    if platform.s3.is_configured() {
        environment.push(env("DATA_URL", values.data.url("s3a")));
    }
    environment.extend_from_slice(clients);
    environment.extend(platform.s3.boto3_env());
    environment.extend(platform.security.env());
    let container = Container {
        name: BASE.into(),
        command: Some(vec![format!("{}/bin/spark-submit", platform.spark_home)]),
        env: Some(environment),
        volume_mounts: Some(vec![
            mount("spark-conf", SPARK_CONF, true),
            mount("spark-jobs", JOBS_FOLDER, true),
            mount("tmp", "/tmp", false),
        ]),
        ..Container::default()
    };
    let parts = PodParts {
        volumes: vec![
            config_map_volume("spark-conf", client::name(instance)),
            config_map_volume("spark-jobs", jobs_config_map(instance)),
            empty_dir("tmp", "", ""),
        ],
        ..PodParts::new(SPARK_DRIVER, &platform.image, container, daemon::USER)
    };
    object(instance, SPARK_DRIVER, pod::template(instance, &values.spark_driver, parts))
}

/// A Pod of this template. Airflow gives it name and namespace.
fn object(instance: &Instance, component: &str, mut template: PodTemplateSpec) -> Object {
    if let Some(spec) = &mut template.spec {
        spec.restart_policy.get_or_insert_with(|| "Never".into());
    }
    template.metadata.get_or_insert_default().name = Some(instance.names.of(component));
    let mut tree = Object::new(&template).0;
    let mut part = |key: &str| tree.get_mut(key).map(Value::take).unwrap_or_default();
    Object(map(vec![
        ("apiVersion", "v1".into()),
        ("kind", "Pod".into()),
        ("metadata", part("metadata")),
        ("spec", part("spec")),
    ]))
}
