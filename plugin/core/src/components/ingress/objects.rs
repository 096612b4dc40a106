//! The objects that publish: one Ingress for all hosts, or an HTTPRoute or Route for each.

use serde_json::Value;

use super::values::{IngressKind, IngressTls, IngressValues, ParentRef};
use super::{COMPONENT, Ui};
use crate::instance::Instance;
use crate::platform::labels::{annotate, metadata};
use crate::platform::object::{Object, map};

/// A UI and its host.
type Published<'a> = (&'a Ui, &'a str);

/// All of them. `uis` are those of the components that are on.
pub fn objects(instance: &Instance, values: &IngressValues, uis: &[Ui]) -> Vec<Object> {
    let with_host = uis.iter().map(|ui| (ui, values.hosts.of(ui.key)));
    let published: Vec<Published<'_>> = with_host.filter(|(_, host)| !host.is_empty()).collect();
    let object = |api_version, kind, name: &str, spec| {
        let mut meta = metadata(instance, COMPONENT, name);
        annotate(&mut meta, &values.annotations);
        Object::of(api_version, kind, &meta, spec)
    };
    // a Service has the right name for the route that leads to it
    let each = published.iter();
    match values.kind {
        IngressKind::Ingress => {
            vec![object("networking.k8s.io/v1", "Ingress", instance.names.fullname(), ingress(values, &published))]
        }
        IngressKind::HTTPRoute => each
            .map(|at| object("gateway.networking.k8s.io/v1", "HTTPRoute", &at.0.service, http_route(values, *at)))
            .collect(),
        IngressKind::Route => {
            each.map(|at| object("route.openshift.io/v1", "Route", &at.0.service, route(values, *at))).collect()
        }
    }
}

fn ingress(values: &IngressValues, published: &[Published<'_>]) -> Value {
    let tls = |tls: &IngressTls| {
        let all = published.iter().map(|(_, host)| Value::from(*host));
        let own = tls.hosts.iter().map(|host| Value::from(host.as_str()));
        let hosts = if tls.hosts.is_empty() { all.collect() } else { own.collect() };
        map(vec![("hosts", hosts), ("secretName", optional(tls.secret_name.as_ref()))])
    };
    map(vec![
        ("ingressClassName", optional(Some(&values.class_name))),
        ("rules", published.iter().map(rule).collect()),
        ("tls", if values.tls.is_empty() { Value::Null } else { values.tls.iter().map(tls).collect() }),
    ])
}

fn rule((ui, host): &Published<'_>) -> Value {
    let port = map(vec![("number", ui.port.into())]);
    let service = map(vec![("name", ui.service.as_str().into()), ("port", port)]);
    let backend = map(vec![("service", service)]);
    let path = map(vec![("backend", backend), ("path", "/".into()), ("pathType", "Prefix".into())]);
    map(vec![("host", (*host).into()), ("http", map(vec![("paths", list(path))]))])
}

fn http_route(values: &IngressValues, (ui, host): Published<'_>) -> Value {
    let parent = |parent: &ParentRef| {
        map(vec![
            ("name", parent.name.as_str().into()),
            ("namespace", optional(parent.namespace.as_ref())),
            ("port", parent.port.map_or(Value::Null, Value::from)),
            ("sectionName", optional(parent.section_name.as_ref())),
        ])
    };
    let backend = map(vec![("name", ui.service.as_str().into()), ("port", ui.port.into())]);
    let path = map(vec![("type", "PathPrefix".into()), ("value", "/".into())]);
    let matches = list(map(vec![("path", path)]));
    map(vec![
        ("hostnames", list(host.into())),
        ("parentRefs", values.parent_refs.iter().map(parent).collect()),
        ("rules", list(map(vec![("backendRefs", list(backend)), ("matches", matches)]))),
    ])
}

/// A Route finds the endpoints by the name of the Service's port, which all UIs call `http`.
fn route(values: &IngressValues, (ui, host): Published<'_>) -> Value {
    let tls = values.tls.iter().find(|tls| tls.covers(host)).map_or(Value::Null, |tls| {
        let certificate = |name: &String| map(vec![("name", name.as_str().into())]);
        map(vec![
            ("externalCertificate", tls.secret_name.as_ref().map_or(Value::Null, certificate)),
            ("insecureEdgeTerminationPolicy", "Redirect".into()),
            ("termination", "edge".into()),
        ])
    });
    let to = vec![("kind", "Service".into()), ("name", ui.service.as_str().into()), ("weight", 100.into())];
    map(vec![("host", host.into()), ("port", map(vec![("targetPort", "http".into())])), ("tls", tls), ("to", map(to))])
}

fn list(item: Value) -> Value {
    Value::Array(vec![item])
}

/// Null for no text, which a mapping leaves out.
fn optional(text: Option<&String>) -> Value {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, |text| text.as_str().into())
}
