//! `networkPolicy`.

use k8s_openapi::api::networking::v1::{NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Deserialize;

use crate::diagnostic::{Diagnostics, Path};
use crate::platform::kubernetes::Kubernetes;

/// NetworkPolicies: masters and workers accept one another, clients and, at published web UIs, visitors; nothing else.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkPolicyValues {
    /// Create them. A network plugin that knows none passes over them.
    pub enabled: bool,
    /// Take whoever comes for a client, from anywhere.
    pub allow_external: bool,
    /// Let masters and workers connect to anything. Off: only within the installation, to clients, to DNS and to the port of `s3.endpoint`.
    pub allow_external_egress: bool,
    /// Pods that run drivers (LabelSelector). Empty: those with the label `<fullname>-client: "true"`, which get a policy that lets executors and the master in. `{}` is every pod of the namespace.
    #[serde(default)]
    pub client_selector: Option<Kubernetes<LabelSelector>>,
    /// Namespaces of these pods (LabelSelector). Empty: the release's own.
    #[serde(default)]
    pub client_namespace_selector: Option<Kubernetes<LabelSelector>>,
    /// Where visitors of published web UIs come from (list of `networking.k8s.io/v1` NetworkPolicyPeer), such as the pods of the Ingress controller. Empty: from everywhere.
    #[serde(default)]
    pub ingress_from: Vec<Kubernetes<NetworkPolicyPeer>>,
    /// What masters and workers accept besides (list of `networking.k8s.io/v1` NetworkPolicyIngressRule).
    #[serde(default)]
    pub extra_ingress: Vec<Kubernetes<NetworkPolicyIngressRule>>,
    /// What masters and workers may connect to besides (list of `networking.k8s.io/v1` NetworkPolicyEgressRule).
    #[serde(default)]
    pub extra_egress: Vec<Kubernetes<NetworkPolicyEgressRule>>,
}

impl NetworkPolicyValues {
    /// What the types cannot say.
    pub fn validate(&self, problems: &mut Diagnostics) {
        if self.allow_external_egress && !self.extra_egress.is_empty() {
            problems.add(
                Path::of("networkPolicy.extraEgress"),
                "has no effect: masters and workers may connect to anything",
                "set networkPolicy.allowExternalEgress: false, or empty it",
            );
        }
    }
}
