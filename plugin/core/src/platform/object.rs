//! A Kubernetes object on its way out, and the order in which Helm installs them.

use k8s_openapi::serde::Serialize;
use serde_json::Value;

/// One object, as a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Object(pub Value);

impl Object {
    /// The tree of a typed object.
    ///
    /// k8s-openapi's types have string keys only, so that making a tree of them cannot fail; should it ever, the object
    /// is null and the guard refuses it.
    pub fn new(typed: &impl Serialize) -> Self {
        Self(serde_json::to_value(typed).unwrap_or(Value::Null))
    }

    /// `kind`, or nothing.
    pub fn kind(&self) -> &str {
        self.text("/kind")
    }

    /// `metadata.name`, or nothing.
    pub fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// The component that it belongs to, by its label.
    pub fn component(&self) -> &str {
        self.text("/metadata/labels/app.kubernetes.io~1component")
    }

    fn text(&self, pointer: &str) -> &str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

/// The place of a kind in Helm's install order (`pkg/release/v1/util/kind_sorter.go`), which Helm 3 does not apply to
/// what a post-renderer returns. Only the kinds that this crate makes; others come last.
pub fn install_order(kind: &str) -> usize {
    const ORDER: [&str; 14] = [
        "NetworkPolicy",
        "PodDisruptionBudget",
        "ServiceAccount",
        "Secret",
        "ConfigMap",
        "PersistentVolumeClaim",
        "Role",
        "RoleBinding",
        "Service",
        "Deployment",
        "HorizontalPodAutoscaler",
        "StatefulSet",
        "Job",
        "Ingress",
    ];
    ORDER.iter().position(|other| *other == kind).unwrap_or(ORDER.len())
}
