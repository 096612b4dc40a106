//! What Airflow's own pods have in common: environment, volumes, and waiting for the tables.

use k8s_openapi::api::core::v1::{Container, EnvVar, Volume, VolumeMount};

use super::values::AirflowValues;
use super::{DATABASE, HOME, NAME, WEBSERVER, dags};
use crate::instance::Instance;
use crate::platform::database::Database;
use crate::platform::pod::{config_map_volume, empty_dir, env, env_secret, mount};
use crate::platform::secrets;
use crate::texts::text;

/// The scheduler's port that tells whether it is alive.
pub(super) const HEALTH_PORT: u16 = 8974;
/// The port at which the triggerer hands out the logs of what it waits for.
pub const TRIGGERER_LOGS: u16 = 8794;
/// Where the templates of tasks' pods are. DAGs name it.
pub(super) const TEMPLATES: &str = "/opt/airflow/pod-templates";
/// The template of the pods of tasks.
pub(super) const WORKER_TEMPLATE: &str = "worker.yaml";
const TEMPLATE_VOLUME: &str = "pod-templates";

/// The address of the web server within the cluster.
pub(super) fn api(instance: &Instance, values: &AirflowValues) -> String {
    format!("http://{}:{}", instance.host(WEBSERVER), values.webserver.service.ports.http)
}

/// The database that is chosen.
pub(super) fn database<'a>(instance: &Instance, values: &'a AirflowValues) -> Database<'a> {
    Database::chosen(instance, DATABASE, &values.postgresql, &values.external_database)
}

/// The environment of whatever runs Airflow; tasks of Airflow 3 need no more.
pub(super) fn environment(instance: &Instance) -> Vec<EnvVar> {
    let mut environment = vec![env("AIRFLOW_HOME", HOME), env("HOME", "/tmp"), env("USER", NAME)];
    environment.extend(instance.platform.s3.boto3_env());
    environment
}

/// Database and keys, by reference.
pub(super) fn secrets(instance: &Instance, values: &AirflowValues) -> Vec<EnvVar> {
    let keys = &values.auth.secret_keys;
    let secret = secret(instance, values);
    let database = database(instance, values);
    let mut environment = vec![
        env("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", database.sqlalchemy()),
        env_secret("AIRFLOW__CORE__FERNET_KEY", &secret, &keys.fernet_key),
    ];
    if values.is_3() {
        environment.push(env_secret("AIRFLOW__API__SECRET_KEY", &secret, &keys.session_key));
        environment.push(env_secret("AIRFLOW__API_AUTH__JWT_SECRET", &secret, &keys.jwt_key));
    } else {
        environment.push(env_secret("AIRFLOW__WEBSERVER__SECRET_KEY", &secret, &keys.session_key));
    }
    environment.extend(database.libpq());
    environment
}

/// The Secret with password and keys.
pub(super) fn secret(instance: &Instance, values: &AirflowValues) -> String {
    secrets::chosen(instance, NAME, &values.auth.existing_secret)
}

/// Volumes; `reads_dags`: those of the DAG files too.
pub(super) fn volumes(instance: &Instance, values: &AirflowValues, reads_dags: bool) -> Vec<Volume> {
    let mut volumes = vec![
        config_map_volume(NAME, instance.names.of(NAME)),
        config_map_volume(TEMPLATE_VOLUME, templates(instance)),
        empty_dir("logs", "", ""),
        empty_dir("tmp", "", ""),
    ];
    if reads_dags {
        volumes.extend(dags::volumes(instance, values));
    }
    volumes
}

/// Where they are mounted.
pub(super) fn mounts(values: &AirflowValues, reads_dags: bool) -> Vec<VolumeMount> {
    // without the file Airflow would write one, and its home is read-only
    let file = |name: &str| VolumeMount { sub_path: Some(name.into()), ..mount(NAME, format!("{HOME}/{name}"), true) };
    let mut mounts = vec![
        file("airflow.cfg"),
        file("webserver_config.py"),
        mount(TEMPLATE_VOLUME, TEMPLATES, true),
        mount("logs", format!("{HOME}/logs"), false),
        mount("tmp", "/tmp", false),
    ];
    if reads_dags {
        mounts.push(dags::volume_mount(values));
    }
    mounts
}

/// The ConfigMap with the templates.
pub(super) fn templates(instance: &Instance) -> String {
    instance.names.of(&format!("{NAME}-{TEMPLATE_VOLUME}"))
}

/// What the Job writes down when the tables are there: the image that made them.
pub(super) fn migration(instance: &Instance, values: &AirflowValues) -> EnvVar {
    env("MIGRATION", values.image.reference(&instance.platform.global))
}

/// The init container that waits for the Job. Not `airflow db check-migrations`: that is a whole start of Airflow in each
/// pod at once, and ends where the database does not answer yet.
pub(super) fn wait_for_migration(instance: &Instance, values: &AirflowValues) -> Container {
    let database = database(instance, values);
    // libpq looks for certificates in the home, which an arbitrary UID has only by name
    let mut environment = vec![env("HOME", "/"), migration(instance, values), database.address()];
    environment.extend(database.libpq());
    Container {
        name: "wait-for-migration".into(),
        command: Some(Database::script(&text!("components/airflow/scripts/wait.py"))),
        env: Some(environment),
        ..Container::default()
    }
}
