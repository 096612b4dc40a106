//! Pods with what they ask for, and volumes that outlive them.

use serde::Serialize;
use serde_json::Value;

use super::text;
use crate::guard::{items, pod_spec};
use crate::platform::object::Object;
use crate::platform::quantity;

/// CPUs, and bytes of memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Amounts {
    /// CPUs.
    pub cpu: f64,
    /// Bytes.
    pub memory: f64,
}

/// The pods of one object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pods {
    /// `app.kubernetes.io/component`.
    pub component: String,
    /// The kind of the object that makes them.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How many, at first.
    pub count: u64,
    /// How many at most, where a HorizontalPodAutoscaler decides.
    pub most: u64,
    /// What each asks for, as the scheduler counts.
    pub requests: Amounts,
}

/// All pods together.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Totals {
    /// How many.
    pub pods: u64,
    /// What they ask for together.
    pub requests: Amounts,
}

/// A volume, or one for each pod of a StatefulSet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volume {
    /// `app.kubernetes.io/component`.
    pub component: String,
    /// The claim's name, or that of the template.
    pub name: String,
    /// How many.
    pub count: u64,
    /// Bytes of each.
    pub size: f64,
    /// The StorageClass; empty: the cluster's default.
    pub class: String,
}

pub(super) fn pods(objects: &[&Object]) -> Vec<Pods> {
    let makers = objects.iter().filter_map(|object| Some((object, pod_spec(&object.0)?)));
    makers
        .map(|(object, spec)| {
            let (count, most) = replicas(object, objects);
            Pods {
                component: object.component().to_owned(),
                kind: object.kind().to_owned(),
                name: object.name().to_owned(),
                count,
                most,
                requests: Amounts { cpu: requested(spec, "cpu"), memory: requested(spec, "memory") },
            }
        })
        .collect()
}

#[allow(clippy::cast_precision_loss, reason = "numbers of pods")]
pub(super) fn totals(pods: &[Pods]) -> Totals {
    // Jobs end: what they ask for is free again
    pods.iter().filter(|pods| !pods.kind.ends_with("Job")).fold(Totals::default(), |mut totals, pods| {
        totals.pods += pods.count;
        totals.requests.cpu += pods.requests.cpu * pods.count as f64;
        totals.requests.memory += pods.requests.memory * pods.count as f64;
        totals
    })
}

pub(super) fn volumes(objects: &[&Object]) -> Vec<Volume> {
    let volume = |object: &Object, claim: &Value, count: u64| Volume {
        component: object.component().to_owned(),
        name: text(&claim["metadata"]["name"]),
        count,
        size: amount(&claim["spec"]["resources"]["requests"]["storage"]),
        class: text(&claim["spec"]["storageClassName"]),
    };
    let of = |object: &&Object| -> Vec<Volume> {
        match object.kind() {
            "PersistentVolumeClaim" => vec![volume(object, &object.0, 1)],
            "StatefulSet" => {
                let (count, _) = replicas(object, objects);
                items(&object.0["spec"]["volumeClaimTemplates"]).map(|claim| volume(object, claim, count)).collect()
            }
            _ => Vec::new(),
        }
    };
    objects.iter().flat_map(of).collect()
}

/// How many pods, and how many at most.
fn replicas(object: &Object, objects: &[&Object]) -> (u64, u64) {
    let scaler = objects.iter().find(|other| {
        let target = &other.0["spec"]["scaleTargetRef"];
        target["kind"] == object.kind() && target["name"] == object.name()
    });
    if let Some(scaler) = scaler {
        let spec = &scaler.0["spec"];
        return (spec["minReplicas"].as_u64().unwrap_or(1), spec["maxReplicas"].as_u64().unwrap_or(1));
    }
    let count = object.0["spec"]["replicas"].as_u64().unwrap_or(1);
    (count, count)
}

/// What the scheduler counts: all containers and sidecars together, or the largest init container beside the sidecars
/// started before it; a missing request is the limit (kubernetes.io, "Sidecar containers", resource sharing).
fn requested(spec: &Value, name: &str) -> f64 {
    let of = |container: &Value| {
        let resources = &container["resources"];
        let request = &resources["requests"][name];
        amount(if request.is_null() { &resources["limits"][name] } else { request })
    };
    let (mut running, mut starting) = (0.0, 0.0_f64);
    for container in items(&spec["initContainers"]) {
        if container["restartPolicy"] == "Always" {
            running += of(container);
            starting = starting.max(running);
        } else {
            starting = starting.max(running + of(container));
        }
    }
    running += items(&spec["containers"]).map(of).sum::<f64>();
    running.max(starting)
}

fn amount(value: &Value) -> f64 {
    match value {
        Value::String(text) => quantity::number(text).unwrap_or_default(),
        other => other.as_f64().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_asks_for_its_containers_or_for_its_largest_init_container() {
        let of = |memory: &str| json!({"resources": {"requests": {"memory": memory}}});
        let spec = json!({"initContainers": [of("3Gi"), of("1Gi")], "containers": [of("1Gi"), of("1Gi")]});
        assert!((requested(&spec, "memory") - 3_221_225_472.0).abs() < 1.0);
        let spec =
            json!({"containers": [{"resources": {"limits": {"cpu": "500m"}}}, {"resources": {"limits": {"cpu": 1}}}]});
        assert!((requested(&spec, "cpu") - 1.5).abs() < 1e-9);
    }

    #[test]
    fn an_autoscaler_says_how_many_pods_there_may_be() {
        let set = Object(
            json!({"kind": "StatefulSet", "metadata": {"name": "w"}, "spec": {"replicas": 2, "template": {"spec": {}}}}),
        );
        let target = json!({"kind": "StatefulSet", "name": "w"});
        let scaler = Object(
            json!({"kind": "HorizontalPodAutoscaler", "spec": {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 9}}),
        );
        let made = pods(&[&set, &scaler]);
        assert_eq!((made[0].count, made[0].most), (3, 9));
        assert_eq!(totals(&made).pods, 3);
    }
}
