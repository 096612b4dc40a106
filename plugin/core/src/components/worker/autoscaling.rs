//! `worker.autoscaling`: a HorizontalPodAutoscaler for the workers.

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerBehavior;
use k8s_openapi::api::core::v1::ResourceRequirements;
use serde::Deserialize;

use super::COMPONENT;
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;
use crate::platform::kubernetes::Kubernetes;
use crate::platform::labels::metadata;
use crate::platform::object::{Object, map, tree};
use crate::platform::quantity::number;
use crate::platform::ranges;

/// `worker.autoscaling`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    /// Create a HorizontalPodAutoscaler. It needs the cluster's metrics-server. Where it is turned on later, all workers but one stop first: Helm takes its own number away.
    pub enabled: bool,
    /// Workers at least.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10)))]
    pub min_replicas: i32,
    /// Workers at most.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10)))]
    pub max_replicas: i32,
    /// CPU to aim at, as a percentage of `resources.requests.cpu`. Empty: CPU does not count.
    #[serde(rename = "targetCPU")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub target_cpu: Option<i32>,
    /// Memory to aim at, as a percentage of `resources.requests.memory`. Empty: memory does not count. A JVM seldom gives memory back before its executor ends.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub target_memory: Option<i32>,
    /// How fast (`autoscaling/v2` HorizontalPodAutoscalerBehavior). Slowly down by default: with a worker go its executors and their cached blocks.
    #[serde(default)]
    pub behavior: Option<Kubernetes<HorizontalPodAutoscalerBehavior>>,
}

impl Autoscaling {
    /// Key of the values, name of the resource, percentage.
    fn targets(&self) -> impl Iterator<Item = (&'static str, &'static str, i32)> {
        [("targetCPU", "cpu", self.target_cpu), ("targetMemory", "memory", self.target_memory)]
            .into_iter()
            .filter_map(|(key, resource, target)| Some((key, resource, target?)))
    }
}

/// The autoscaler, if one is wanted. It looks at the worker's container alone: a sidecar neither hides its load nor needs
/// requests of its own.
pub fn object(instance: &Instance, values: &Autoscaling) -> Option<Object> {
    if !values.enabled {
        return None;
    }
    let metric = |(_, resource, target): (&str, &str, i32)| {
        let target = map(vec![("averageUtilization", target.into()), ("type", "Utilization".into())]);
        let source = map(vec![("container", COMPONENT.into()), ("name", resource.into()), ("target", target)]);
        map(vec![("containerResource", source), ("type", "ContainerResource".into())])
    };
    let name = instance.names.of(COMPONENT);
    let workers =
        map(vec![("apiVersion", "apps/v1".into()), ("kind", "StatefulSet".into()), ("name", name.as_str().into())]);
    let spec = vec![
        ("behavior", values.behavior.as_ref().map(|behavior| tree(&behavior.0)).unwrap_or_default()),
        ("maxReplicas", values.max_replicas.into()),
        ("metrics", values.targets().map(metric).collect()),
        ("minReplicas", values.min_replicas.into()),
        ("scaleTargetRef", workers),
    ];
    Some(Object::of("autoscaling/v2", "HorizontalPodAutoscaler", &metadata(instance, COMPONENT, name), map(spec)))
}

/// Adds what is wrong. `resources` are the container's.
pub fn validate(path: &Path, values: &Autoscaling, resources: &ResourceRequirements, problems: &mut Diagnostics) {
    let Autoscaling { min_replicas: least, max_replicas: most, .. } = *values;
    ranges::validate(path.key("minReplicas"), least, 1, 10, problems);
    ranges::validate(path.key("maxReplicas"), most, 1, 10, problems);
    for (key, _, target) in values.targets() {
        ranges::validate(path.key(key), target, 1, i64::MAX, problems);
    }
    if !values.enabled {
        return;
    }
    if least > most {
        let message = format!("is {least}, but maxReplicas is {most}");
        problems.add(path.key("minReplicas"), message, "lower it, or raise maxReplicas");
    }
    if values.targets().next().is_none() {
        problems.add(
            path.key("targetCPU"),
            "is empty and so is targetMemory: nothing says when to scale",
            "such as 75, the percentage of the requested CPU to aim at",
        );
    }
    for (key, resource, _) in values.targets() {
        // a request that is missing is the limit
        let stated = [&resources.requests, &resources.limits].into_iter().find_map(|side| side.as_ref()?.get(resource));
        if stated.is_none_or(|amount| number(&amount.0) == Some(0.0)) {
            problems.add(
                path.key(key),
                format!("is a percentage of the {resource} that the container requests, but it requests none"),
                format!("set worker.resources.requests.{resource}, or empty worker.autoscaling.{key}"),
            );
        }
    }
}
