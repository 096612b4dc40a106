//! Objects against each other: names once, selectors that find their pods, volumes and ports that exist.

use serde_json::Value;

use super::{items, pod_spec};
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::object::Object;
use crate::sections;

/// Adds what does not fit together.
pub(super) fn check(objects: &[&Object], problems: &mut Diagnostics) {
    let names: Vec<(&str, &str)> = objects.iter().map(|object| (object.kind(), object.name())).collect();
    for (position, (object, own)) in objects.iter().zip(&names).enumerate() {
        let path = sections::values_path(object.component());
        if own.0.is_empty() || own.1.is_empty() {
            problems.add(
                path.clone(),
                "an object has no kind or no name",
                "this is a mistake of sparkwasm; please report it",
            );
        }
        if names.iter().take(position).any(|other| other == own) {
            problems.add(
                path.clone(),
                format!("two objects are called {} {}", own.0, own.1),
                "give one of them another name",
            );
        }
        if let Some(spec) = pod_spec(&object.0) {
            let claims = items(&object.0["spec"]["volumeClaimTemplates"]).map(|claim| name(&claim["metadata"]));
            check_pod(&path, spec, claims.collect(), problems);
            check_selector(&path, object, problems);
        }
    }
}

/// `claims` are the volumes that a StatefulSet gives each of its pods.
fn check_pod(path: &Path, spec: &Value, claims: Vec<&str>, problems: &mut Diagnostics) {
    let hint = "look at podOverrides, initContainers, sidecars, extraVolumes and extraVolumeMounts";
    let volumes: Vec<&str> = claims.into_iter().chain(items(&spec["volumes"]).map(name)).collect();
    let mut seen: Vec<&str> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for (position, volume) in volumes.iter().enumerate() {
        if volumes.iter().take(position).any(|other| other == volume) {
            problems.add(path.clone(), format!("two volumes are called \"{volume}\""), hint);
        }
    }
    for container in containers(spec) {
        let container_name = name(container);
        if container_name.is_empty() {
            problems.add(
                path.clone(),
                "a container has no name",
                "in podOverrides the name says which container is meant",
            );
        }
        if seen.contains(&container_name) {
            problems.add(path.clone(), format!("two containers are called \"{container_name}\""), hint);
        }
        seen.push(container_name);
        if container["image"].as_str().unwrap_or_default().is_empty() {
            let names: Vec<&str> = containers(spec).filter(|other| !other["image"].is_null()).map(name).collect();
            let hint = format!("in podOverrides the name says which container is meant: {}", names.join(", "));
            problems.add(path.clone(), format!("the container \"{container_name}\" has no image"), hint);
        }
        let mut paths: Vec<&str> = Vec::new();
        for mount in items(&container["volumeMounts"]) {
            // extraVolumeMounts go to several containers: once is enough
            if !volumes.contains(&name(mount)) && !missing.contains(&name(mount)) {
                missing.push(name(mount));
                problems.add(
                    path.clone(),
                    format!(
                        "the container \"{container_name}\" mounts the volume \"{}\", which the pod does not have",
                        name(mount)
                    ),
                    "add it to extraVolumes",
                );
            }
            let at = mount["mountPath"].as_str().unwrap_or_default();
            if paths.contains(&at) {
                problems.add(
                    path.clone(),
                    format!("the container \"{container_name}\" mounts two volumes at {at}"),
                    hint,
                );
            }
            paths.push(at);
        }
    }
}

/// A selector that does not find its own pods makes an object that Kubernetes refuses.
fn check_selector(path: &Path, object: &Object, problems: &mut Diagnostics) {
    let labels = &object.0["spec"]["template"]["metadata"]["labels"];
    for (key, value) in object.0["spec"]["selector"]["matchLabels"].as_object().into_iter().flatten() {
        if labels.get(key) != Some(value) {
            problems.add(
                path.clone(),
                format!("the label {key} of the pods must stay {value}, by which {} finds them", object.name()),
                "remove it from podLabels, commonLabels or podOverrides.metadata.labels",
            );
        }
    }
}

fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    ["containers", "initContainers"].into_iter().flat_map(|kind| items(&spec[kind]))
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}
