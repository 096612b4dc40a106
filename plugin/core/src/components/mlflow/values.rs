//! `mlflow`.

use serde::Deserialize;

use crate::platform::database::ExternalDatabaseValues;
use crate::platform::image::Image;
use crate::platform::pod_settings::component_values;
use crate::platform::postgresql::PostgresqlValues;
use crate::platform::s3::FolderValues;
use crate::platform::service::{ServicePorts, ServiceValues};
use crate::platform::values::PodDisruptionBudgetValues;

component_values! {
    /// MLflow's tracking server: runs, metrics and models of all jobs. Airflow's tasks find it by themselves.
    pub struct MlflowValues {
        /// Run it.
        pub enabled: bool,
        /// Its image: MLflow 3, with psycopg2 and boto3.
        pub image: Image,
        /// Pods.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10)))]
        pub replica_count: i32,
        /// Where artifacts are, in the object store of `s3`. Clients send them through the server.
        pub artifacts: FolderValues,
        /// Users and passwords (MLflow's `basic-auth`). Off: whoever reaches the server may do everything.
        pub auth: MlflowAuthValues,
        /// Host names that clients and browsers may use, beside those of its Service and of `ingress.hosts.mlflow`; `*` is any.
        #[serde(default)]
        pub extra_allowed_hosts: Vec<String>,
        /// Ports of the container, from 1024.
        pub container_ports: ServicePorts,
        /// The Service: web UI and API.
        pub service: ServiceValues,
        /// How many pods an eviction may take at once.
        pub pdb: PodDisruptionBudgetValues,
        /// The PostgreSQL in the chart, for trials and tests.
        pub postgresql: PostgresqlValues,
        /// A PostgreSQL of yours, in its place.
        pub external_database: ExternalDatabaseValues,
    }
}

/// `mlflow.auth`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MlflowAuthValues {
    /// Ask for them.
    pub enabled: bool,
    /// The administrator, made at the first start; Airflow's tasks use it too.
    pub username: String,
    /// Name of the Secret with the administrator's password and the key that signs forms. Empty: Helm makes one at the first install and keeps it, as for `postgresql.auth.existingSecret`.
    pub existing_secret: String,
    /// Which key of the Secret holds what.
    pub secret_keys: MlflowSecretKeys,
}

/// `mlflow.auth.secretKeys`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MlflowSecretKeys {
    /// Key of the administrator's password, of at least 12 characters.
    pub password_key: String,
    /// Key of what signs the forms of the web UI (`MLFLOW_FLASK_SERVER_SECRET_KEY`).
    pub form_key: String,
}
