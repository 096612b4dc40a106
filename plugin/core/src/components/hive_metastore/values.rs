//! `hiveMetastore`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::components::configuration::Scalar;
use crate::platform::database::ExternalDatabaseValues;
use crate::platform::pod_settings::component_values;
use crate::platform::postgresql::PostgresqlValues;
use crate::platform::values::PodDisruptionBudgetValues;

component_values! {
    /// The Hive Metastore: the catalog of tables that all jobs share. Off: tables are known to the job that made them.
    pub struct HiveMetastoreValues {
        /// Run it, and let Spark SQL use it: `sparkConf` then has its address.
        pub enabled: bool,
        /// Pods. They keep nothing: one is enough, two let one be lost unnoticed.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10)))]
        pub replica_count: i32,
        /// Where the files of tables are.
        pub warehouse: WarehouseValues,
        /// Further settings, into `hive-site.xml`; they win over those that the chart derives. An empty value removes a derived one. Not for secrets.
        #[serde(default)]
        pub config: BTreeMap<String, Scalar>,
        /// Heap of the JVM as a Spark size, such as `460m`. Empty: 60 % of `resources.limits.memory`.
        pub daemon_memory: String,
        /// Further JVM options.
        pub extra_java_options: String,
        /// Ports of the container.
        pub container_ports: ThriftPorts,
        /// The Service that clients connect to, within the cluster: Thrift here knows no passwords.
        pub service: ThriftServiceValues,
        /// How many pods an eviction may take at once.
        pub pdb: PodDisruptionBudgetValues,
        /// The PostgreSQL in the chart, for trials and tests.
        pub postgresql: PostgresqlValues,
        /// A PostgreSQL of yours, in its place.
        pub external_database: ExternalDatabaseValues,
    }
}

/// `hiveMetastore.warehouse`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WarehouseValues {
    /// Bucket in the object store of `s3`. It must exist.
    pub bucket: String,
    /// Folder within the bucket. The catalog remembers it at its first start: the tables of the database `default` stay there.
    pub prefix: String,
    /// A folder elsewhere, as a URL that metastore, drivers and executors all reach. Empty: bucket and prefix.
    pub directory: String,
}

/// `hiveMetastore.service`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ThriftServiceValues {
    /// Ports of the Service.
    pub ports: ThriftPorts,
    /// Annotations.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// `containerPorts` and `service.ports`. A container's port is also from 1024: its pod has no privilege.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ThriftPorts {
    /// Thrift.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 65535)))]
    pub thrift: u16,
}

impl WarehouseValues {
    /// `hive.metastore.warehouse.dir`, which is also `spark.sql.warehouse.dir`.
    pub fn url(&self) -> String {
        if self.directory.is_empty() {
            format!("s3a://{}/{}", self.bucket, self.prefix.trim_matches('/'))
        } else {
            self.directory.clone()
        }
    }
}
