//! What OpenShift's SCC `restricted-v2` refuses beyond Pod Security `restricted`: whatever it wants to choose itself.
//!
//! Source: OpenShift, "Managing security context constraints": `runAsUser` MustRunAsRange, `fsGroup` and `seLinuxContext`
//! MustRunAs, with ranges of the namespace that no chart can know.

use serde_json::Value;

use crate::guard::{items, pod_spec};
use crate::platform::object::Object;

/// A sentence for each field that a pod of this object sets and must not.
pub(super) fn refused(object: &Object) -> Vec<String> {
    let Some(spec) = pod_spec(&object.0) else { return Vec::new() };
    let name = format!("{}/{}", object.kind(), object.name());
    let set = |context: &Value, field: &str| !context[field].is_null();
    let mut found = Vec::new();
    let pod = &spec["securityContext"];
    for field in ["runAsUser", "fsGroup", "seLinuxOptions"].into_iter().filter(|field| set(pod, field)) {
        found.push(format!("{name} sets securityContext.{field}"));
    }
    for kind in ["initContainers", "containers"] {
        for container in items(&spec[kind]) {
            let context = &container["securityContext"];
            for field in ["runAsUser", "seLinuxOptions"].into_iter().filter(|field| set(context, field)) {
                let container = container["name"].as_str().unwrap_or_default();
                found.push(format!("{name} sets securityContext.{field} of the container {container}"));
            }
        }
    }
    found
}
