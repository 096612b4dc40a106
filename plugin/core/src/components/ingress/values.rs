//! `ingress`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Web UIs outside the cluster. They ask for no password: publish them only where who comes may see everything, or behind a proxy that asks.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IngressValues {
    /// Publish the web UIs that `hosts` names.
    pub enabled: bool,
    /// By what: `Ingress`, `HTTPRoute` (Gateway API) or `Route` (OpenShift).
    pub kind: IngressKind,
    /// The host of each web UI, one of its own. Empty: not published.
    pub hosts: IngressHosts,
    /// IngressClass. Empty: the cluster's default. Only with kind `Ingress`.
    pub class_name: String,
    /// Annotations, such as those of a controller.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// TLS: list of `{secretName, hosts}`. Without `secretName` the controller's own certificate, without `hosts` for all of them. Not with kind `HTTPRoute`, whose TLS is the Gateway's.
    #[serde(default)]
    pub tls: Vec<IngressTls>,
    /// Gateways that take the routes: list of `{name, namespace, sectionName, port}`. Only with kind `HTTPRoute`.
    #[serde(default)]
    pub parent_refs: Vec<ParentRef>,
}

/// `ingress.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum IngressKind {
    /// `networking.k8s.io/v1`.
    Ingress,
    /// `gateway.networking.k8s.io/v1`.
    HTTPRoute,
    /// `route.openshift.io/v1`.
    Route,
}

/// `ingress.hosts`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IngressHosts {
    /// The master's, and through it those of workers and running applications.
    pub master: String,
    /// The History Server's.
    pub history: String,
    /// Airflow's.
    pub airflow: String,
    /// MLflow's.
    pub mlflow: String,
}

/// An item of `ingress.tls`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IngressTls {
    /// Secret with certificate and key.
    pub secret_name: Option<String>,
    /// Hosts that the certificate is for.
    #[serde(default)]
    pub hosts: Vec<String>,
}

/// An item of `ingress.parentRefs`, as in `gateway.networking.k8s.io/v1`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParentRef {
    /// Name of the Gateway.
    pub name: String,
    /// Its namespace. Empty: the release's.
    pub namespace: Option<String>,
    /// Its listener. Empty: any that fits.
    pub section_name: Option<String>,
    /// Port of its listener. Empty: any that fits.
    pub port: Option<u16>,
}

impl IngressHosts {
    /// Key, host, and the value that turns the component on. A further UI is a line here and a [`super::Ui`] in `compose`.
    pub fn all(&self) -> [(&'static str, &str, &'static str); 4] {
        [
            ("master", &self.master, ""),
            ("history", &self.history, "historyServer.enabled"),
            ("airflow", &self.airflow, "airflow.enabled"),
            ("mlflow", &self.mlflow, "mlflow.enabled"),
        ]
    }

    /// The host of a UI; empty when it is not published.
    pub fn of(&self, key: &str) -> &str {
        self.all().into_iter().find(|(other, ..)| *other == key).map_or("", |(_, host, _)| host)
    }
}

impl IngressValues {
    /// Where the browser sees a UI; empty when it is not published. An HTTPRoute's TLS is its Gateway's: taken for granted.
    pub fn url(&self, key: &str) -> String {
        let host = self.hosts.of(key);
        let is_secure = self.kind == IngressKind::HTTPRoute || self.tls.iter().any(|tls| tls.covers(host));
        match (host, is_secure) {
            ("", _) => String::new(),
            (host, true) => format!("https://{host}"),
            (host, false) => format!("http://{host}"),
        }
    }
}

impl IngressTls {
    /// Whether it is for a host; its own hosts may begin with `*.`, for one label.
    pub fn covers(&self, host: &str) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|own| matches(own, host))
    }
}

/// Whether a host, or a wildcard such as `*.example.com`, is or covers a host.
pub fn matches(pattern: &str, host: &str) -> bool {
    let below = pattern.strip_prefix("*.").zip(host.split_once('.'));
    pattern == host || below.is_some_and(|(domain, (_, rest))| domain == rest)
}
