//! What the types of `ingress` cannot say.

use super::Ui;
use super::values::{IngressKind, IngressValues, matches};
use crate::diagnostic::{Diagnostics, Path};

/// Adds what is wrong. `uis` are those of the components that are on.
pub fn validate(values: &IngressValues, uis: &[Ui], problems: &mut Diagnostics) {
    let path = Path::of("ingress");
    let hosts = values.hosts.all();
    if hosts.iter().all(|(_, host, _)| host.is_empty()) {
        problems.add(
            path.key("hosts"),
            "names no host although ingress.enabled",
            "name that of the master's web UI in ingress.hosts.master, such as spark.example.com",
        );
    }
    for (position, (key, host, switch)) in hosts.iter().enumerate().filter(|(_, (_, host, _))| !host.is_empty()) {
        let at = path.key("hosts").key(*key);
        if !is_host(host) {
            problems.add(
                at,
                not_a_host(host),
                "the name alone, without scheme, port or path, such as spark.example.com",
            );
        } else if !uis.iter().any(|ui| ui.key == *key) {
            problems.add(
                at,
                format!("{host} would lead to a component that is off"),
                format!("set {switch}: true, or empty the host"),
            );
        } else if let Some((other, ..)) = hosts.iter().take(position).find(|(_, earlier, _)| earlier == host) {
            problems.add(at, format!("{host} is also the host of {other}"), "each web UI begins at / of its own host");
        }
    }
    validate_tls(values, problems);
    validate_kind(values, problems);
}

fn validate_tls(values: &IngressValues, problems: &mut Diagnostics) {
    let published = values.hosts.all().map(|(_, host, _)| host);
    for (index, tls) in values.tls.iter().enumerate() {
        for (number, host) in tls.hosts.iter().enumerate() {
            let at = Path::of("ingress.tls").index(index).key("hosts").index(number);
            if !is_host(host.strip_prefix("*.").unwrap_or(host)) {
                problems.add(at, not_a_host(host), "the name alone, such as spark.example.com or *.example.com");
            } else if !published.iter().any(|published| matches(host, published)) {
                problems.add(at, format!("{host} is none of ingress.hosts"), "name a host that is published");
            }
        }
    }
}

/// Fields that another kind has not.
fn validate_kind(values: &IngressValues, problems: &mut Diagnostics) {
    let path = Path::of("ingress");
    let mut no_effect = |key: &str, is_given: bool, hint: &str| {
        if is_given {
            problems.add(path.key(key), format!("has no effect with ingress.kind {:?}", values.kind), hint);
        }
    };
    no_effect("className", values.kind != IngressKind::Ingress && !values.class_name.is_empty(), "empty it");
    no_effect("parentRefs", values.kind != IngressKind::HTTPRoute && !values.parent_refs.is_empty(), "empty it");
    let of_the_gateway = "TLS is set at the Gateway's listener: empty it";
    no_effect("tls", values.kind == IngressKind::HTTPRoute && !values.tls.is_empty(), of_the_gateway);
    if values.kind == IngressKind::HTTPRoute && values.parent_refs.is_empty() {
        problems.add(
            path.key("parentRefs"),
            "is empty, so that no Gateway would take the routes",
            "name it: [{name: my-gateway, namespace: gateways}]",
        );
    }
    for (index, _) in values.parent_refs.iter().enumerate().filter(|(_, parent)| parent.name.is_empty()) {
        problems.add(path.key("parentRefs").index(index).key("name"), "is empty", "name the Gateway");
    }
}

fn not_a_host(host: &str) -> String {
    format!("\"{host}\" is not a DNS name")
}

/// A DNS subdomain (RFC 1123), as Ingress, HTTPRoute and Route take it.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_dns_names() {
        for host in ["spark.example.com", "localhost", "a-1.b"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["", "http://x", "x:80", "x/y", "*.x", "-a.b", "a..b", "A.b", "a_b", &"a".repeat(64)] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn each_ui_has_a_host_of_its_own() {
        let values: IngressValues = serde_json::from_value(serde_json::json!({
            "enabled": true, "kind": "Ingress", "className": "", "hosts": {"master": "a.b", "history": "a.b", "airflow": "", "mlflow": ""},
        }))
        .unwrap();
        let uis = ["master", "history"].map(|key| Ui { key, service: key.into(), port: 80 });
        let mut problems = Diagnostics::default();
        validate(&values, &uis, &mut problems);
        assert!(problems.to_string().contains("ingress.hosts.history: a.b is also the host of master"), "{problems}");
    }

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(matches("*.b.c", "a.b.c") && matches("a.b.c", "a.b.c"));
        assert!(!matches("*.b.c", "b.c") && !matches("*.b.c", "x.a.b.c") && !matches("*.b.c", ""));
    }
}
