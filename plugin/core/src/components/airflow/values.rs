//! `airflow`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::components::configuration::Scalar;
use crate::platform::database::ExternalDatabaseValues;
use crate::platform::image::Image;
use crate::platform::kubernetes::Kubernetes;
use crate::platform::pod_settings::{TaskPodSettings, component_values};
use crate::platform::postgresql::PostgresqlValues;
use crate::platform::s3::FolderValues;
use crate::platform::service::{ServicePorts, ServiceValues};
use crate::platform::values::PodDisruptionBudgetValues;
use k8s_openapi::api::core::v1::ResourceRequirements;

/// Airflow with the KubernetesExecutor: each task runs in a pod of its own, in the same namespace. One for each namespace.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AirflowValues {
    /// Run it.
    pub enabled: bool,
    /// Which line of Airflow the image holds: `3`, or `2` for 2.11.
    pub version: Scalar,
    /// Its image: any with Airflow, the providers cncf-kubernetes, fab, postgres and, for task logs in the object store, amazon. Your DAGs' Python packages belong there too.
    pub image: Image,
    /// The first user, and the keys that Airflow encrypts and signs with.
    pub auth: AuthValues,
    /// Settings of `airflow.cfg` by section, such as `core: {parallelism: 16}`; they win over those that the chart derives. An empty value removes a derived one. Not for secrets.
    #[serde(default)]
    pub config: BTreeMap<String, BTreeMap<String, Scalar>>,
    /// Text of `webserver_config.py`: how users log in (OAuth, LDAP; Flask AppBuilder's settings). Secrets in it by `os.environ`. Empty: by password.
    pub webserver_config: String,
    /// Where DAGs come from, and the programs that they give to Spark.
    pub dags: DagValues,
    /// Where task logs are kept in the object store of `s3`, so that they outlive the tasks' pods. Without `s3.endpoint` they go with the pods.
    pub logs: FolderValues,
    /// Where the examples write, in the object store of `s3`: pods that run Spark have it as the variable `DATA_URL`.
    pub data: FolderValues,
    /// Let tasks run commands in pods of this namespace (`pods/exec`): `do_xcom_push` of a KubernetesPodOperator needs it.
    pub pod_exec: bool,
    /// The web UI and API; in Airflow 3 the api-server, which tasks talk to as well.
    pub webserver: WebserverValues,
    /// The scheduler; in Airflow 2 it parses DAG files too.
    pub scheduler: ProcessValues,
    /// The DAG processor. Only with version 3.
    pub dag_processor: ProcessValues,
    /// The triggerer, for deferrable operators. 0 replicas: none.
    pub triggerer: ProcessValues,
    /// The pods of tasks.
    pub worker: TaskPodSettings,
    /// The pods that run Spark for tasks: a KubernetesPodOperator has them by `pod_template_file="/opt/airflow/pod-templates/spark-driver.yaml"`.
    pub spark_driver: TaskPodSettings,
    /// The Job that makes the tables or brings them up to date.
    pub migration: TaskPodSettings,
    /// The PostgreSQL in the chart, for trials and tests.
    pub postgresql: PostgresqlValues,
    /// A PostgreSQL of yours, in its place.
    pub external_database: ExternalDatabaseValues,
}

/// `airflow.auth`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthValues {
    /// The administrator, made at the first start; later changes are made in Airflow. Empty: none is made.
    pub username: String,
    /// The administrator's address.
    pub email: String,
    /// Name of the Secret with password and keys. Empty: Helm makes one at the first install and keeps it, as for `postgresql.auth.existingSecret`.
    pub existing_secret: String,
    /// Which key of the Secret holds what.
    pub secret_keys: AuthKeys,
}

/// `airflow.auth.secretKeys`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "as the values are called")]
pub struct AuthKeys {
    /// Key of the administrator's password.
    pub password_key: String,
    /// Key of the Fernet key, which encrypts connections in the database: 32 bytes in URL-safe base64. Without it they are lost.
    pub fernet_key: String,
    /// Key of what signs sessions of the web UI.
    pub session_key: String,
    /// Key of what signs the tokens of users and tasks. Only with version 3.
    pub jwt_key: String,
}

/// `airflow.dags`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DagValues {
    /// Have the examples among the `files` and `jobs`: `spark_etl_synthetic` and `mlflow_training_synthetic`.
    pub examples: bool,
    /// DAG files: name to text. Together at most 1 MiB, as for each ConfigMap.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Programs for `spark-submit`: name to text; pods that run Spark have them in `/opt/spark-jobs`. Together at most 1 MiB.
    #[serde(default)]
    pub jobs: BTreeMap<String, String>,
    /// A PersistentVolumeClaim with the DAGs, in place of `files`. Several pods read it at once: ReadOnlyMany or ReadWriteMany.
    pub existing_claim: String,
    /// A Git repository with the DAGs, in place of `files`.
    pub git_sync: GitSyncValues,
    /// Folder within claim or repository.
    pub sub_path: String,
}

/// `airflow.dags.gitSync`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitSyncValues {
    /// URL of the repository: `https://…`, `ssh://git@…` or `git@…`. Empty: none.
    pub repo: String,
    /// Branch, tag or commit.
    #[serde(rename = "ref")]
    pub revision: String,
    /// Time between two looks at it, such as `60s`.
    pub period: String,
    /// Name of a Secret for it, of Kubernetes' own types: `kubernetes.io/basic-auth` (`username`, `password` or token) for https, `kubernetes.io/ssh-auth` (`ssh-privatekey`) for ssh.
    pub existing_secret: String,
    /// Lines of `known_hosts`: the repository's host. Needed for ssh.
    pub known_hosts: String,
    /// The image of git-sync 4.
    pub image: Image,
    /// CPU and memory of each container of git-sync (`core/v1` ResourceRequirements).
    pub resources: Kubernetes<ResourceRequirements>,
}

component_values! {
    /// A process of Airflow.
    pub struct ProcessValues {
        /// Pods.
        #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 10)))]
        pub replica_count: i32,
        /// How many pods an eviction may take at once.
        pub pdb: PodDisruptionBudgetValues,
    }
}

component_values! {
    /// The web UI and API.
    pub struct WebserverValues {
        /// Pods.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10)))]
        pub replica_count: i32,
        /// Ports of the container, from 1024.
        pub container_ports: ServicePorts,
        /// The Service: web UI and API.
        pub service: ServiceValues,
        /// How many pods an eviction may take at once.
        pub pdb: PodDisruptionBudgetValues,
    }
}

impl AirflowValues {
    /// Whether it is Airflow 3, where tasks talk to the web server and not to the database.
    pub fn is_3(&self) -> bool {
        self.version.0 != "2"
    }
}

impl DagValues {
    /// Whether they come from Git.
    pub fn are_in_git(&self) -> bool {
        !self.git_sync.repo.is_empty()
    }

    /// Whether they are in a ConfigMap of the chart.
    pub fn are_in_values(&self) -> bool {
        !self.are_in_git() && self.existing_claim.is_empty()
    }
}
