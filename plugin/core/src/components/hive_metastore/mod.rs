//! The Hive Metastore: the catalog of tables that all jobs share. Deployment, Service, its configuration, its database.
//!
//! It runs from the Spark image: Hive 2.3.9 is among Spark's own jars, and its clients are Spark's built-in ones.

mod objects;
mod probes;
mod site;
mod validate;
mod values;

pub use objects::{objects, spark_conf};
pub use validate::validate;
pub use values::HiveMetastoreValues;

/// `app.kubernetes.io/component` and the part of the names.
pub const COMPONENT: &str = "hive-metastore";
/// The same of its database in the chart.
pub const DATABASE: &str = "hive-metastore-db";
