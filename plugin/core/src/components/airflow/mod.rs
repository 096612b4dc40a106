//! Airflow with the KubernetesExecutor: web server, scheduler, DAG processor, triggerer, the Job that makes its tables, and
//! the templates of the pods that tasks run in.
//!
//! A task's pod runs Airflow. What runs Spark is a pod that a task makes (`KubernetesPodOperator`) from a second template,
//! with the Spark image: neither DAG nor image must know security contexts, addresses or keys.

mod configuration;
mod dags;
mod migration;
mod objects;
mod processes;
mod tasks;
mod validate;
mod values;

pub use objects::{components, data, has_triggerer, objects, ui};
pub use processes::TRIGGERER_LOGS;
pub use tasks::task_pods;
pub use validate::validate;
pub use values::AirflowValues;

use crate::platform::security::User;

/// `app.kubernetes.io/component` of the web server, called api-server in Airflow 3.
pub const WEBSERVER: &str = "airflow-webserver";
/// Of the scheduler.
pub const SCHEDULER: &str = "airflow-scheduler";
/// Of what parses DAG files in Airflow 3; in Airflow 2 the scheduler does.
pub const DAG_PROCESSOR: &str = "airflow-dag-processor";
/// Of what waits for deferred tasks.
pub const TRIGGERER: &str = "airflow-triggerer";
/// Of the pods of tasks.
pub const WORKER: &str = "airflow-worker";
/// Of the pods that tasks make to run Spark.
pub const SPARK_DRIVER: &str = "airflow-spark-driver";
/// Of the Job that makes the tables.
pub const MIGRATION: &str = "airflow-migration";
/// Of its database in the chart.
pub const DATABASE: &str = "airflow-db";

/// The part of the names of what is not one component's.
const NAME: &str = "airflow";
/// `AIRFLOW_HOME`.
const HOME: &str = "/opt/airflow";
/// Any UID will do, but apache/airflow's files belong to group 0 and are closed to others (its documentation,
/// "Entrypoint: Allowing arbitrary user to run the container").
const USER: User = User { uid: 1000, gid: 0, fs_group: 1000 };
