//! Labels and annotations: Kubernetes' recommended set, Helm's, and the user's own.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use super::object::sorted;
use crate::instance::Instance;

/// A map of labels or annotations.
pub type Map = BTreeMap<String, String>;

/// What finds the pods of a component; it never changes, since a StatefulSet's selector cannot.
pub fn selector_labels(instance: &Instance, component: &str) -> Map {
    sorted([
        ("app.kubernetes.io/component".into(), component.into()),
        ("app.kubernetes.io/instance".into(), instance.release.name.clone()),
        ("app.kubernetes.io/name".into(), instance.name().into()),
    ])
}

/// [`selector_labels`] as a selector.
pub fn selector(instance: &Instance, component: &str) -> LabelSelector {
    LabelSelector { match_labels: Some(selector_labels(instance, component)), match_expressions: None }
}

/// The labels of a pod: not the chart's version, or each new chart would restart every pod.
pub fn pod_labels(instance: &Instance, component: &str) -> Map {
    let mut labels = instance.platform.common_labels.clone();
    labels.extend(selector_labels(instance, component));
    labels.insert("app.kubernetes.io/managed-by".into(), instance.release.service.clone());
    labels.insert("app.kubernetes.io/part-of".into(), instance.chart.name.clone());
    labels
}

/// Name, namespace, labels and annotations of an object.
pub fn metadata(instance: &Instance, component: &str, name: impl Into<String>) -> ObjectMeta {
    let mut labels = pod_labels(instance, component);
    labels.insert("app.kubernetes.io/version".into(), instance.chart.app_version.clone());
    labels.insert(
        "helm.sh/chart".into(),
        format!("{}-{}", instance.chart.name, instance.chart.version.replace('+', "_")),
    );
    ObjectMeta {
        name: Some(name.into()),
        namespace: Some(instance.release.namespace.clone()),
        labels: Some(labels),
        annotations: not_empty(instance.platform.common_annotations.clone()),
        ..ObjectMeta::default()
    }
}

/// Adds annotations to an object's.
pub fn annotate(metadata: &mut ObjectMeta, annotations: &Map) {
    let mut all = metadata.annotations.take().unwrap_or_default();
    all.extend(annotations.clone());
    metadata.annotations = not_empty(all);
}

/// `None` for an empty map, so that no `annotations: {}` is written.
pub fn not_empty(map: Map) -> Option<Map> {
    (!map.is_empty()).then_some(map)
}
