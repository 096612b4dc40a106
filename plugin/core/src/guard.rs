//! The last look at everything that leaves: what no pod may be, whatever the values said.
//!
//! Every pod against Pod Security `restricted` and a read-only root, every reference and selector against what is there.
//! It reads the finished trees, so it also sees what `podOverrides` made of them.

#![allow(clippy::indexing_slicing, reason = "serde_json gives null for what is not there")]

mod pod_security;
mod references;

use serde_json::Value;

use crate::diagnostic::{Diagnostics, Path};
use crate::documents::Origin;
use crate::platform::object::Object;
use crate::sections;

/// Adds what is wrong with the objects, and with the templates of pods that they hold as text. `values` are a component's values as they came, to name the guilty one.
pub fn check<'a>(
    objects: &[(Object, Origin)],
    templates: &[Object],
    values: &dyn Fn(&Path) -> Option<&'a Value>,
    problems: &mut Diagnostics,
) {
    let all: Vec<&Object> = objects.iter().map(|(object, _)| object).chain(templates).collect();
    for object in &all {
        if let Some(spec) = pod_spec(&object.0) {
            let path = sections::values_path(object.component());
            let values = values(&path);
            pod_security::check(path, spec, values, problems);
        }
    }
    references::check(&all, problems);
}

/// The PodSpec within an object, if it makes pods.
pub(crate) fn pod_spec(object: &Value) -> Option<&Value> {
    if object["kind"] == "Pod" {
        return object.get("spec");
    }
    ["/spec/template/spec", "/spec/jobTemplate/spec/template/spec"].iter().find_map(|pointer| object.pointer(pointer))
}

/// The items of a list; none where there is no list.
pub(crate) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
