//! What an installation will be, told from its objects: pods and what they ask for, volumes, ports, URLs, Secrets.
//!
//! It reads the finished trees of any component, as the guard does, and knows none by name.

#![allow(clippy::indexing_slicing, reason = "serde_json gives null for what is not there")]

mod openshift;
mod resources;
mod secrets;

use serde::Serialize;
use serde_json::Value;

pub use resources::{Amounts, Pods, Totals, Volume};
pub use secrets::Secret;

use crate::guard::items;
use crate::platform::object::Object;
use crate::sections;

/// What an installation will be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Each maker of pods.
    pub pods: Vec<Pods>,
    /// All pods together.
    pub totals: Totals,
    /// Volumes that outlive their pods.
    pub volumes: Vec<Volume>,
    /// Ports of Services.
    pub ports: Vec<Port>,
    /// Web pages outside the cluster.
    pub urls: Vec<Url>,
    /// Secrets that the pods read and nobody here makes.
    pub secrets: Vec<Secret>,
    /// Values that Helm's own templates turn into objects, which are therefore not among these.
    pub left_to_helm: Vec<String>,
    /// What OpenShift's SCC `restricted-v2` would refuse, such as a UID.
    pub openshift: Vec<String>,
}

/// One port of a Service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Port {
    /// `app.kubernetes.io/component`.
    pub component: String,
    /// The Service.
    pub service: String,
    /// Its type; `None` for a headless one.
    #[serde(rename = "type")]
    pub kind: String,
    /// The port's name.
    pub name: String,
    /// The number.
    pub port: i64,
    /// The number on every node.
    pub node_port: Option<i64>,
}

/// A web page outside the cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Url {
    /// The address.
    pub url: String,
    /// The object that publishes it.
    pub by: String,
}

/// Sums up; `on_openshift` are the same values' objects there, `values` what was asked for.
pub fn of<'a>(objects: &[&'a Object], on_openshift: &[&'a Object], values: &Value) -> Summary {
    let pods = resources::pods(objects);
    Summary {
        totals: resources::totals(&pods),
        pods,
        volumes: resources::volumes(objects),
        ports: objects.iter().filter(|object| object.kind() == "Service").flat_map(|object| ports(object)).collect(),
        urls: objects.iter().flat_map(|object| urls(object)).collect(),
        secrets: secrets::named(objects, values),
        left_to_helm: left_to_helm(values),
        openshift: on_openshift.iter().flat_map(|object| openshift::refused(object)).collect(),
    }
}

/// The keys that no intent carries, where something stands behind them.
fn left_to_helm(values: &Value) -> Vec<String> {
    let is_given = |key: &&str| items(&values[*key]).next().is_some();
    sections::PLAIN_KEYS.into_iter().filter(is_given).map(str::to_owned).collect()
}

fn ports(service: &Object) -> Vec<Port> {
    let spec = &service.0["spec"];
    let headless = spec["clusterIP"] == "None";
    let port = |port: &Value| {
        Some(Port {
            component: service.component().to_owned(),
            service: service.name().to_owned(),
            kind: if headless { "None" } else { spec["type"].as_str().unwrap_or("ClusterIP") }.to_owned(),
            name: text(&port["name"]),
            port: port["port"].as_i64()?,
            node_port: port["nodePort"].as_i64(),
        })
    };
    items(&spec["ports"]).filter_map(port).collect()
}

/// Addresses of an Ingress, of an HTTPRoute (whose TLS is its Gateway's: unknown here, so https is not claimed), of a Route.
fn urls(object: &Object) -> Vec<Url> {
    let spec = &object.0["spec"];
    let url = |is_secure: bool, host: &str, path: &str| Url {
        url: format!("{}://{host}{}", if is_secure { "https" } else { "http" }, path.trim_end_matches('/')),
        by: format!("{}/{}", object.kind(), object.name()),
    };
    match object.kind() {
        "Ingress" => {
            let is_secure = |host: &str| {
                items(&spec["tls"])
                    .any(|tls| tls["hosts"].is_null() || items(&tls["hosts"]).any(|other| covers(&text(other), host)))
            };
            let rules = items(&spec["rules"]).filter_map(|rule| Some((rule, rule["host"].as_str()?)));
            rules
                .flat_map(|(rule, host)| items(&rule["http"]["paths"]).map(move |path| (host, text(&path["path"]))))
                .map(|(host, path)| url(is_secure(host), host, &path))
                .collect()
        }
        "HTTPRoute" => items(&spec["hostnames"]).map(|host| url(false, &text(host), "")).collect(),
        "Route" => {
            let host = spec["host"].as_str();
            host.map(|host| url(!spec["tls"].is_null(), host, &text(&spec["path"]))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a name of a certificate, perhaps `*.example.com`, is for this host.
fn covers(name: &str, host: &str) -> bool {
    name == host
        || name
            .strip_prefix('*')
            .is_some_and(|rest| host.split_once('.').is_some_and(|(_, domain)| rest.strip_prefix('.') == Some(domain)))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.com", "spark.example.com"));
        assert!(!covers("*.example.com", "a.spark.example.com"));
        assert!(!covers("*.example.com", "example.com"));
    }

    #[test]
    fn an_ingress_with_a_certificate_is_https() {
        let ingress = Object(json!({"kind": "Ingress", "metadata": {"name": "x"}, "spec": {
            "tls": [{"hosts": ["a.example.com"], "secretName": "t"}],
            "rules": [
                {"host": "a.example.com", "http": {"paths": [{"path": "/"}]}},
                {"host": "b.example.com", "http": {"paths": [{"path": "/"}]}},
            ],
        }}));
        let found: Vec<String> = urls(&ingress).into_iter().map(|url| url.url).collect();
        assert_eq!(found, ["https://a.example.com", "http://b.example.com"]);
    }
}
