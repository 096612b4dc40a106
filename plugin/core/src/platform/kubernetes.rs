//! Kubernetes types inside the values: `worker.tolerations`, `master.podOverrides`, …

use serde::Deserialize;

/// A Kubernetes type as users write it. Its own wrapper, so that the schema says no more of it than that it is a mapping:
/// the schemas of the Pod types alone would fill the Secret in which Helm stores a release.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Kubernetes<T>(pub T);

#[cfg(feature = "schema")]
impl<T> schemars::JsonSchema for Kubernetes<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KubernetesObject".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}
