//! The Services that people and Ingress use: those of the web UIs.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::labels::{annotate, metadata, selector_labels};
use super::object::Object;
use super::{ports, ranges};
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;

/// A Service for people: a web UI.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceValues {
    /// How it is reached.
    #[serde(rename = "type")]
    pub kind: ServiceType,
    /// Ports of the Service.
    pub ports: ServicePorts,
    /// Ports on the nodes for `NodePort` and `LoadBalancer`. Empty: chosen by the cluster.
    pub node_ports: NodePorts,
    /// Annotations, such as those of a cloud's load balancer.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// `service.ports`, or `containerPorts`, which are from 1024.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServicePorts {
    /// Web UI.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 65535)))]
    pub http: u16,
}

/// `service.nodePorts`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePorts {
    /// Web UI.
    pub http: Option<u16>,
}

/// How a Service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ServiceType {
    /// Inside the cluster.
    ClusterIP,
    /// At a port of every node.
    NodePort,
    /// Through a load balancer of the cloud.
    LoadBalancer,
}

impl ServiceValues {
    /// What the types cannot say.
    pub fn validate(&self, path: &Path, problems: &mut Diagnostics) {
        ranges::validate(path.key("ports").key("http"), self.ports.http, 1, 65535, problems);
        if let Some(port) = self.node_ports.http
            && self.kind == ServiceType::ClusterIP
        {
            problems.add(
                path.key("nodePorts").key("http"),
                format!("{port} has no effect with service.type ClusterIP"),
                format!("set {}: NodePort, or empty it", path.key("type")),
            );
        }
    }

    /// The Service of a component that leads to this named port of its container.
    pub fn object(&self, instance: &Instance, component: &str, target_port: &str) -> Object {
        let mut meta = metadata(instance, component, instance.names.of(component));
        annotate(&mut meta, &self.annotations);
        let node_port = self.node_ports.http.filter(|_| self.kind != ServiceType::ClusterIP).map(i32::from);
        Object::with_spec::<Service>(
            &meta,
            &ServiceSpec {
                type_: Some(format!("{:?}", self.kind)),
                selector: Some(selector_labels(instance, component)),
                ports: Some(vec![ServicePort {
                    node_port,
                    target_port: Some(IntOrString::String(target_port.into())),
                    ..ports::service_port("http", self.ports.http)
                }]),
                ..ServiceSpec::default()
            },
        )
    }
}
