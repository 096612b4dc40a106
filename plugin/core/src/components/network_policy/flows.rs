//! Who connects to whom: one line for each kind of connection. All policies, in both directions, are made from them.

use std::collections::BTreeMap;

use crate::components::configuration::Scalar;
use crate::components::ingress::IngressValues;
use crate::components::master::{self, MasterValues};
use crate::components::worker::{self, WorkerValues};
use crate::platform::values::ServiceType;

/// An end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The pods of a component.
    Pods(&'static str),
    /// Pods that run drivers.
    Clients,
    /// Whoever comes to a published web UI.
    Visitors,
}

/// First and last port of a range.
pub type Ports = (u16, u16);

/// One kind of connection: from, to, TCP ports; no ports are all.
#[derive(Debug, Clone)]
pub struct Flow(pub Party, pub Party, pub Vec<Ports>);

/// All of them. A component of its own that others connect to is a line here.
pub fn flows(
    master: &MasterValues,
    worker: &WorkerValues,
    spark_conf: &BTreeMap<String, Scalar>,
    ingress: Option<&IngressValues>,
) -> Vec<Flow> {
    const MASTER: Party = Party::Pods(master::COMPONENT);
    const WORKER: Party = Party::Pods(worker::COMPONENT);
    let one = |port: u16| (port, port);
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
    let has_host = ingress.is_some_and(|ingress| !ingress.hosts.of(master::COMPONENT).is_empty());
    if has_host || master.service.kind != ServiceType::ClusterIP {
        flows.push(Flow(Party::Visitors, MASTER, vec![http]));
    }
    flows
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
