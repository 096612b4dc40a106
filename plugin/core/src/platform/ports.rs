//! Ports of containers and Services.

use k8s_openapi::api::core::v1::{ContainerPort, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::labels::selector_labels;
use super::ranges;
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;

/// `containerPorts` of a Spark daemon.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerPorts {
    /// RPC among master, workers and drivers.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub rpc: u16,
    /// Web UI.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub http: u16,
}

/// A Service in front of a component's pods, within the cluster.
pub fn service(instance: &Instance, component: &str, ports: &[(&str, u16)]) -> ServiceSpec {
    ServiceSpec {
        selector: Some(selector_labels(instance, component)),
        ports: Some(ports.iter().map(|(name, port)| service_port(name, *port)).collect()),
        ..ServiceSpec::default()
    }
}

/// A port of a Service that leads to the container's port of the same name.
pub fn service_port(name: &str, number: u16) -> ServicePort {
    ServicePort {
        name: Some(name.into()),
        port: i32::from(number),
        target_port: Some(IntOrString::String(name.into())),
        ..ServicePort::default()
    }
}

/// Ports of the container.
pub fn container_ports(ports: &[(&str, u16)]) -> Vec<ContainerPort> {
    let one = |(name, port): &(&str, u16)| ContainerPort {
        name: Some((*name).into()),
        container_port: i32::from(*port),
        ..ContainerPort::default()
    };
    ports.iter().map(one).collect()
}

/// Each from 1024 (a lower one needs a privilege that no pod has here), none twice.
pub fn validate(path: &Path, ports: &[(&str, u16)], problems: &mut Diagnostics) {
    for (position, (name, port)) in ports.iter().enumerate() {
        if *port == 0 {
            ranges::validate(path.key(*name), *port, 1024, 65535, problems);
        } else if *port < 1024 {
            problems.add(
                path.key(*name),
                format!("{port} needs a privilege that no pod has here"),
                "choose a port from 1024 to 65535",
            );
        }
        if let Some((other, _)) = ports.iter().take(position).find(|(_, earlier)| earlier == port) {
            problems.add(path.key(*name), format!("{port} is also the port of {other}"), "give each its own");
        }
    }
}
