//! Which part of values.yaml each thin template carries, as which kind: the contract between chart and core.
//!
//! The chart's templates and this table say the same; wasm-tests hold them equal through real Helm.

use crate::diagnostic::Path;

/// One template of the chart.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// File below `templates/`.
    pub template: &'static str,
    /// Kind of the intent.
    pub kind: &'static str,
    /// Which values it carries as `spec`.
    pub carries: Carries,
}

/// What of the values becomes the `spec` of an intent.
#[derive(Debug, Clone, Copy)]
pub enum Carries {
    /// The value of one top-level key.
    Key(&'static str),
    /// A mapping of some top-level keys.
    Keys(&'static [&'static str]),
}

/// The kind with the shared values; it also says who is installed where.
pub const PLATFORM: Section = Section {
    template: "platform.yaml",
    kind: "SparkPlatform",
    carries: Carries::Keys(&[
        "global",
        "nameOverride",
        "fullnameOverride",
        "commonLabels",
        "commonAnnotations",
        "clusterDomain",
        "image",
        "sparkHome",
        "s3",
        "security",
        "serviceAccount",
        "diagnosticMode",
    ]),
};
/// Airflow.
pub const AIRFLOW: Section =
    Section { template: "airflow.yaml", kind: "SparkAirflow", carries: Carries::Key("airflow") };
/// Spark's configuration folder.
pub const CONFIGURATION: Section = Section {
    template: "configmap.yaml",
    kind: "SparkConfiguration",
    carries: Carries::Keys(&["sparkConf", "sparkEnv", "log4j2", "eventLog"]),
};
/// Web UIs outside the cluster.
pub const INGRESS: Section =
    Section { template: "ingress.yaml", kind: "SparkIngress", carries: Carries::Key("ingress") };
/// The master.
pub const MASTER: Section = Section { template: "master.yaml", kind: "SparkMaster", carries: Carries::Key("master") };
/// MLflow.
pub const MLFLOW: Section = Section { template: "mlflow.yaml", kind: "SparkMlflow", carries: Carries::Key("mlflow") };
/// Who may connect to whom.
pub const NETWORK_POLICY: Section =
    Section { template: "network-policy.yaml", kind: "SparkNetworkPolicy", carries: Carries::Key("networkPolicy") };
/// The workers.
pub const WORKER: Section = Section { template: "worker.yaml", kind: "SparkWorker", carries: Carries::Key("worker") };
/// The shuffle service.
pub const SHUFFLE_SERVICE: Section =
    Section { template: "shuffle-service.yaml", kind: "SparkShuffleService", carries: Carries::Key("shuffleService") };
/// The History Server.
pub const HISTORY_SERVER: Section =
    Section { template: "history-server.yaml", kind: "SparkHistoryServer", carries: Carries::Key("historyServer") };
/// The Hive Metastore.
pub const HIVE_METASTORE: Section =
    Section { template: "hive-metastore.yaml", kind: "SparkHiveMetastore", carries: Carries::Key("hiveMetastore") };
/// ServiceAccount and rights.
pub const ACCESS: Section = Section { template: "rbac.yaml", kind: "SparkAccess", carries: Carries::Keys(&["rbac"]) };

/// All of them, in the order of their files' names, which is the order in which Helm sends them.
pub const ALL: [Section; 12] = [
    AIRFLOW,
    CONFIGURATION,
    HISTORY_SERVER,
    HIVE_METASTORE,
    INGRESS,
    MASTER,
    MLFLOW,
    NETWORK_POLICY,
    PLATFORM,
    ACCESS,
    SHUFFLE_SERVICE,
    WORKER,
];

/// Where the values of a component stand, by its label `app.kubernetes.io/component`: `hive-metastore` is `hiveMetastore`,
/// its own database `hive-metastore-db` is `hiveMetastore.postgresql`, and a part `airflow-dag-processor` is
/// `airflow.dagProcessor`.
pub fn values_path(component: &str) -> Path {
    let (owner, own) = match (component.strip_suffix("-db"), component.strip_prefix("airflow-")) {
        (Some(owner), _) => (owner, Path::of("postgresql")),
        (None, Some(part)) => ("airflow", Path::default().key(camel_case(part))),
        (None, None) => (component, Path::default()),
    };
    Path::default().key(camel_case(owner)).join(&own)
}

fn camel_case(label: &str) -> String {
    let mut words = label.split('-');
    let mut key = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        key += &first.to_ascii_uppercase();
        key += rest;
    }
    key
}

/// Top-level keys that no intent carries: the chart's templates use them as they are.
pub const PLAIN_KEYS: [&str; 1] = ["extraDeploy"];

/// Every top-level key of values.yaml.
pub fn top_level_keys() -> impl Iterator<Item = &'static str> {
    let carried = ALL.into_iter().flat_map(|section| match section.carries {
        Carries::Key(key) => vec![key],
        Carries::Keys(keys) => keys.to_vec(),
    });
    carried.chain(PLAIN_KEYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_of_a_component_leads_to_its_values() {
        for (component, path) in [
            ("worker", "worker"),
            ("hive-metastore", "hiveMetastore"),
            ("hive-metastore-db", "hiveMetastore.postgresql"),
            ("airflow-db", "airflow.postgresql"),
            ("airflow-dag-processor", "airflow.dagProcessor"),
        ] {
            assert_eq!(values_path(component), Path::of(path));
        }
    }
}
