//! A Kubernetes object on its way out, and the order in which Helm installs them.

use std::collections::BTreeMap;

use k8s_openapi::Resource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
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
        Self(tree(typed))
    }

    /// An object whose type k8s-openapi does not have, or not at a price that plugin.wasm can pay.
    pub fn of(api_version: &str, kind: &str, metadata: &ObjectMeta, spec: Value) -> Self {
        Self(map(vec![
            ("apiVersion", api_version.into()),
            ("kind", kind.into()),
            ("metadata", tree(metadata)),
            ("spec", spec),
        ]))
    }

    /// The tree of an object that has a `spec`: without the code that could write its `status`, which only a cluster does.
    pub fn with_spec<K: Resource>(metadata: &ObjectMeta, spec: &impl Serialize) -> Self {
        Self::of(K::API_VERSION, K::KIND, metadata, tree(spec))
    }

    /// `kind`, or nothing.
    pub fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    /// `metadata.name`, or nothing.
    pub fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    /// The component that it belongs to, by its label.
    pub fn component(&self) -> &str {
        self.text(&["metadata", "labels", "app.kubernetes.io/component"])
    }

    /// By keys and not by a JSON pointer, which copies each of them: this is asked often.
    fn text(&self, keys: &[&str]) -> &str {
        keys.iter().try_fold(&self.0, |value, key| value.get(key)).and_then(Value::as_str).unwrap_or_default()
    }
}

/// The tree of a part of an object.
pub fn tree(typed: &impl Serialize) -> Value {
    crate::tree::write(typed).unwrap_or(Value::Null)
}

/// A mapping; null entries are left out.
pub fn map(entries: Vec<(&str, Value)>) -> Value {
    let given = entries.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(given.map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A sorted map. By inserting: `collect` and `BTreeMap::from` sort first, whose code is 5 kB of plugin.wasm for each type.
pub fn sorted<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// In the order of `key`; those with the same stay in theirs. By inserting too: the library's sort is code for each type.
pub fn in_order<T, K: Ord>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut ordered = Vec::new();
    for item in items {
        let place = key(&item);
        ordered.insert(ordered.partition_point(|other| key(other) <= place), item);
    }
    ordered
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
