//! One NetworkPolicy for each component that has a flow, and one for the clients.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde_json::Value;

use super::{Flow, NetworkPolicyValues, Party, Ports};
use crate::instance::Instance;
use crate::platform::kubernetes::Kubernetes;
use crate::platform::labels::{metadata, selector};
use crate::platform::object::{Object, map, tree};

/// `app.kubernetes.io/component` of the clients' policy, and the end of their label.
const CLIENT: &str = "client";

/// All of them.
pub fn objects(instance: &Instance, values: &NetworkPolicyValues, flows: &[Flow]) -> Vec<Object> {
    let policies = Policies { instance, values, flows };
    let mut components: Vec<&'static str> = Vec::new();
    for party in flows.iter().flat_map(|flow| [flow.0, flow.1]) {
        match party {
            Party::Pods(component) if !components.contains(&component) => components.push(component),
            _ => {}
        }
    }
    let mut objects: Vec<Object> = components.into_iter().map(|component| policies.of_component(component)).collect();
    objects.extend(policies.of_clients());
    objects
}

struct Policies<'a> {
    instance: &'a Instance,
    values: &'a NetworkPolicyValues,
    flows: &'a [Flow],
}

impl Policies<'_> {
    fn of_component(&self, component: &'static str) -> Object {
        let party = Party::Pods(component);
        let mut ingress = self.ingress(party);
        ingress.extend(self.values.extra_ingress.iter().map(value));
        let egress = if self.values.allow_external_egress {
            vec![Value::Object(serde_json::Map::new())]
        } else {
            self.egress(party)
        };
        let spec = vec![
            ("egress", egress.into()),
            ("ingress", ingress.into()),
            ("podSelector", tree(&selector(self.instance, component))),
            ("policyTypes", Value::Array(vec!["Ingress".into(), "Egress".into()])),
        ];
        self.object(component, spec)
    }

    /// Only for the pods of our own label or of the user's choice, in this namespace: they are closed to all others.
    fn of_clients(&self) -> Option<Object> {
        let all = LabelSelector::default();
        let is_wide = self.values.client_selector.as_ref().is_some_and(|selector| selector.0 == all);
        if is_wide || self.values.client_namespace_selector.is_some() {
            return None;
        }
        let spec = vec![
            ("ingress", self.ingress(Party::Clients).into()),
            ("podSelector", self.client_selector()),
            ("policyTypes", Value::Array(vec!["Ingress".into()])),
        ];
        Some(self.object(CLIENT, spec))
    }

    fn ingress(&self, to: Party) -> Vec<Value> {
        let flows = self.flows.iter().filter(|flow| flow.1 == to);
        flows.map(|Flow(from, _, ports)| map(vec![("from", self.peers(*from)), ("ports", tcp(ports))])).collect()
    }

    fn egress(&self, from: Party) -> Vec<Value> {
        let flows = self.flows.iter().filter(|flow| flow.0 == from);
        let mut rules: Vec<Value> =
            flows.map(|Flow(_, to, ports)| map(vec![("ports", tcp(ports)), ("to", self.peers(*to))])).collect();
        // 5353: pods of OpenShift's DNS, which its Service's 53 leads to
        let dns = [53, 5353].into_iter().flat_map(|port| ["UDP", "TCP"].map(|protocol| ports(protocol, (port, port))));
        rules.push(map(vec![("ports", dns.collect())]));
        rules.extend(self.instance.platform.s3.port().map(|port| map(vec![("ports", tcp(&[(port, port)]))])));
        rules.extend(self.values.extra_egress.iter().map(value));
        rules
    }

    /// Null, which a rule leaves out, is everywhere.
    fn peers(&self, party: Party) -> Value {
        let peer = match party {
            Party::Pods(component) => vec![("podSelector", tree(&selector(self.instance, component)))],
            Party::Anywhere => return Value::Null,
            Party::Visitors if self.values.ingress_from.is_empty() => return Value::Null,
            Party::Visitors => return self.values.ingress_from.iter().map(value).collect(),
            Party::Clients if self.values.allow_external => return Value::Null,
            Party::Clients => vec![
                ("namespaceSelector", self.values.client_namespace_selector.as_ref().map_or(Value::Null, value)),
                ("podSelector", self.client_selector()),
            ],
        };
        Value::Array(vec![map(peer)])
    }

    fn client_selector(&self) -> Value {
        let own = || map(vec![("matchLabels", map(vec![(&*self.instance.names.of(CLIENT), "true".into())]))]);
        self.values.client_selector.as_ref().map_or_else(own, value)
    }

    fn object(&self, component: &str, spec: Vec<(&str, Value)>) -> Object {
        let meta = metadata(self.instance, component, self.instance.names.of(component));
        Object::of("networking.k8s.io/v1", "NetworkPolicy", &meta, map(spec))
    }
}

/// Null, which a rule leaves out, is all ports.
fn tcp(ranges: &[Ports]) -> Value {
    if ranges.is_empty() {
        return Value::Null;
    }
    ranges.iter().map(|range| ports("TCP", *range)).collect()
}

fn ports(protocol: &str, (first, last): Ports) -> Value {
    let end = if last > first { last.into() } else { Value::Null };
    map(vec![("endPort", end), ("port", first.into()), ("protocol", protocol.into())])
}

fn value<T: k8s_openapi::serde::Serialize>(given: &Kubernetes<T>) -> Value {
    tree(&given.0)
}
