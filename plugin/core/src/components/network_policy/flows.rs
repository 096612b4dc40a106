//! Who connects to whom: one line for each kind of connection. All policies, in both directions, are made from them.

use std::collections::BTreeMap;

use crate::components::airflow::{self, AirflowValues};
use crate::components::configuration::Scalar;
use crate::components::history_server::{self, HistoryServerValues};
use crate::components::hive_metastore::{self, HiveMetastoreValues};
use crate::components::ingress::IngressValues;
use crate::components::master::{self, MasterValues};
use crate::components::mlflow::{self, MlflowValues};
use crate::components::worker::{self, WorkerValues};
use crate::platform::database::ExternalDatabaseValues;
use crate::platform::postgresql::{self, PostgresqlValues};
use crate::platform::service::{ServiceType, ServiceValues};

/// An end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The pods of a component.
    Pods(&'static str),
    /// Pods that run drivers.
    Clients,
    /// Whoever comes to a published web UI.
    Visitors,
    /// A server that is none of ours.
    Anywhere,
}

/// First and last port of a range.
pub type Ports = (u16, u16);

/// One kind of connection: from, to, TCP ports; no ports are all.
#[derive(Debug, Clone)]
pub struct Flow(pub Party, pub Party, pub Vec<Ports>);

/// The components that are on.
#[derive(Debug, Clone, Copy)]
pub struct Installed<'a> {
    /// The master.
    pub master: &'a MasterValues,
    /// The workers.
    pub worker: &'a WorkerValues,
    /// The History Server.
    pub history_server: Option<&'a HistoryServerValues>,
    /// The Hive Metastore.
    pub hive_metastore: Option<&'a HiveMetastoreValues>,
    /// Airflow.
    pub airflow: Option<&'a AirflowValues>,
    /// MLflow.
    pub mlflow: Option<&'a MlflowValues>,
    /// What publishes web UIs.
    pub ingress: Option<&'a IngressValues>,
    /// Spark's properties, for the ports of drivers.
    pub spark_conf: &'a BTreeMap<String, Scalar>,
}

/// All of them.
pub fn flows(installed: &Installed<'_>) -> Vec<Flow> {
    let mut flows = spark(installed);
    if let Some(values) = installed.history_server {
        const HISTORY: Party = Party::Pods(history_server::COMPONENT);
        let http = one(values.container_ports.http);
        flows.push(Flow(Party::Clients, HISTORY, vec![http]));
        flows
            .extend(installed.visitors("history", &values.service).then(|| Flow(Party::Visitors, HISTORY, vec![http])));
    }
    if let Some(values) = installed.hive_metastore {
        const METASTORE: Party = Party::Pods(hive_metastore::COMPONENT);
        const DATABASE: Party = Party::Pods(hive_metastore::DATABASE);
        let thrift = one(values.container_ports.thrift);
        // drivers; those of cluster mode are children of a worker
        flows.extend([Flow(Party::Clients, METASTORE, vec![thrift]), Flow(WORKER, METASTORE, vec![thrift])]);
        flows.push(to_database(METASTORE, DATABASE, &values.postgresql, &values.external_database));
    }
    if let Some(values) = installed.mlflow {
        const MLFLOW: Party = Party::Pods(mlflow::COMPONENT);
        const DATABASE: Party = Party::Pods(mlflow::DATABASE);
        let http = one(values.container_ports.http);
        flows.push(Flow(Party::Clients, MLFLOW, vec![http]));
        flows.extend(installed.airflow.map(|_| Flow(Party::Pods(airflow::WORKER), MLFLOW, vec![http])));
        flows.extend(installed.visitors("mlflow", &values.service).then(|| Flow(Party::Visitors, MLFLOW, vec![http])));
        flows.push(to_database(MLFLOW, DATABASE, &values.postgresql, &values.external_database));
    }
    if let Some(values) = installed.airflow {
        flows.extend(of_airflow(installed, values));
        // pods that run Spark for tasks are drivers like others, whichever pods the user takes for clients
        let driver = Party::Pods(airflow::SPARK_DRIVER);
        let as_driver = |party| if party == Party::Clients { driver } else { party };
        let of_clients = flows.iter().filter(|flow| flow.0 == Party::Clients || flow.1 == Party::Clients);
        let same: Vec<Flow> =
            of_clients.map(|Flow(from, to, ports)| Flow(as_driver(*from), as_driver(*to), ports.clone())).collect();
        flows.extend(same);
    }
    flows
}

fn of_airflow(installed: &Installed<'_>, values: &AirflowValues) -> Vec<Flow> {
    const WEBSERVER: Party = Party::Pods(airflow::WEBSERVER);
    const TRIGGERER: Party = Party::Pods(airflow::TRIGGERER);
    const TASKS: Party = Party::Pods(airflow::WORKER);
    let http = vec![one(values.webserver.container_ports.http)];
    // tasks, and who asks it for their own heartbeat
    let asking = [TASKS, Party::Pods(airflow::DAG_PROCESSOR), TRIGGERER].into_iter();
    let asking = asking.filter(|party| values.is_3() || *party == TRIGGERER);
    let mut flows: Vec<Flow> = asking.map(|party| Flow(party, WEBSERVER, http.clone())).collect();
    flows.extend(installed.visitors("airflow", &values.webserver.service).then_some(Flow(
        Party::Visitors,
        WEBSERVER,
        http,
    )));
    flows.push(Flow(WEBSERVER, TRIGGERER, vec![one(airflow::TRIGGERER_LOGS)]));
    let database = Party::Pods(airflow::DATABASE);
    flows.extend(
        airflow::components(values).into_iter().map(|component| {
            to_database(Party::Pods(component), database, &values.postgresql, &values.external_database)
        }),
    );
    // the Kubernetes API: its Service's port, and that of the servers behind it
    flows.extend(
        [WEBSERVER, Party::Pods(airflow::SCHEDULER), TASKS, TRIGGERER]
            .map(|party| Flow(party, Party::Anywhere, vec![one(443), one(6443)])),
    );
    flows.retain(|Flow(from, to, _)| airflow::has_triggerer(values) || ![from, to].contains(&&TRIGGERER));
    flows
}

fn to_database(from: Party, own: Party, values: &PostgresqlValues, external: &ExternalDatabaseValues) -> Flow {
    if values.enabled {
        Flow(from, own, vec![one(postgresql::PORT)])
    } else {
        Flow(from, Party::Anywhere, vec![one(external.port)])
    }
}

const MASTER: Party = Party::Pods(master::COMPONENT);
const WORKER: Party = Party::Pods(worker::COMPONENT);

fn spark(installed: &Installed<'_>) -> Vec<Flow> {
    let Installed { master, worker, spark_conf, .. } = *installed;
    let (rpc, http) = (one(master.container_ports.rpc), one(master.container_ports.http));
    let mut flows = vec![
        Flow(WORKER, MASTER, vec![rpc]),
        Flow(Party::Clients, MASTER, vec![rpc, http]),
        // the master's web UI is the way to those of workers and applications
        Flow(MASTER, WORKER, vec![one(worker.container_ports.rpc), one(worker.container_ports.http)]),
        Flow(MASTER, Party::Clients, driver_ports(spark_conf, &[("spark.ui.port", 4040)])),
        // blocks: an executor listens wherever a port is free, the shuffle service beside it
        Flow(WORKER, WORKER, Vec::new()),
        Flow(Party::Clients, WORKER, Vec::new()),
        // executors are children of the worker
        Flow(
            WORKER,
            Party::Clients,
            driver_ports(spark_conf, &[("spark.driver.port", 7078), ("spark.driver.blockManager.port", 7079)]),
        ),
    ];
    let visited = if master.replica_count > 1 {
        // whichever master is asked leads to the one that leads
        flows.push(Flow(MASTER, MASTER, vec![http]));
        vec![one(master.container_ports.leader)]
    } else {
        vec![http]
    };
    flows.extend(installed.visitors("master", &master.service).then_some(Flow(Party::Visitors, MASTER, visited)));
    flows
}

fn one(port: u16) -> Ports {
    (port, port)
}

impl Installed<'_> {
    /// Is a web UI reached from outside the cluster, by its key in `ingress.hosts` or its Service?
    fn visitors(&self, host: &str, service: &ServiceValues) -> bool {
        self.ingress.is_some_and(|ingress| !ingress.hosts.of(host).is_empty()) || service.kind != ServiceType::ClusterIP
    }
}

/// The ports of a driver. Where one is taken, as by another driver in the same pod, Spark tries the next ones
/// (`Utils.startServiceOnPort`). With one that Spark chooses itself, all.
fn driver_ports(spark_conf: &BTreeMap<String, Scalar>, ports: &[(&str, u16)]) -> Vec<Ports> {
    let number = |key: &str, default| spark_conf.get(key).map_or(Some(default), |value| value.0.parse::<u16>().ok());
    let retries = number("spark.port.maxRetries", 16);
    let range = |(key, default): &(&str, u16)| {
        let first = number(key, *default).filter(|port| *port > 0)?;
        Some((first, first.checked_add(retries?)?))
    };
    ports.iter().map(range).collect::<Option<_>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_the_users_is_followed_and_a_random_one_opens_all() {
        let ports = |conf: &[(&str, &str)]| {
            let conf = conf.iter().map(|(key, value)| ((*key).to_owned(), Scalar((*value).into()))).collect();
            driver_ports(&conf, &[("spark.driver.port", 7078)])
        };
        assert_eq!(ports(&[]), [(7078, 7094)]);
        assert_eq!(ports(&[("spark.driver.port", "9000"), ("spark.port.maxRetries", "2")]), [(9000, 9002)]);
        for random in ["0", "", "x"] {
            assert!(ports(&[("spark.driver.port", random)]).is_empty(), "{random}");
        }
    }
}
