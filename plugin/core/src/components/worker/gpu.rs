//! `worker.gpu`: GPUs that a worker offers to executors.
//!
//! Spark knows them as the resource `gpu`, whoever made them. The worker asks a script for their addresses at its start
//! (`ResourceDiscoveryScriptPlugin`) and hands them out; what a job needs is the job's to say.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, ConfigMapVolumeSource, Container, ResourceRequirements, Volume};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde::Deserialize;

use super::COMPONENT;
use crate::components::configuration::Scalar;
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;
use crate::platform::labels::metadata;
use crate::platform::object::Object;
use crate::platform::pod::{env, mount};

const SCRIPT: &str = include_str!("gpu/discover-gpus.sh");
const FILE: &str = "discover-gpus.sh";
const FOLDER: &str = "/opt/spark-gpu";
const VOLUME: &str = "gpu";

/// `worker.gpu`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gpu {
    /// GPUs of each worker; each whole to one executor at a time. 0: none.
    pub amount: u32,
    /// What the cluster's device plugin calls them, such as `amd.com/gpu`.
    pub resource_name: String,
    /// Path of a program in the container that prints their addresses, as `spark.worker.resource.gpu.discoveryScript` asks. Empty: the chart's own, which asks `nvidia-smi`, else `NVIDIA_VISIBLE_DEVICES`, else counts `amount` from 0.
    pub discovery_script: String,
}

impl Gpu {
    fn has_script(&self) -> bool {
        self.amount > 0 && self.discovery_script.is_empty()
    }

    /// The ConfigMap with the chart's script.
    pub fn object(&self, instance: &Instance) -> Option<Object> {
        self.has_script().then(|| {
            Object::new(&ConfigMap {
                metadata: metadata(instance, COMPONENT, name(instance)),
                data: Some(BTreeMap::from([(FILE.into(), SCRIPT.into())])),
                ..ConfigMap::default()
            })
        })
    }

    /// The volume with it. Spark runs it as a program.
    pub fn volume(&self, instance: &Instance) -> Option<Volume> {
        let source = ConfigMapVolumeSource {
            name: name(instance),
            default_mode: Some(0o555),
            ..ConfigMapVolumeSource::default()
        };
        self.has_script().then(|| Volume { name: VOLUME.into(), config_map: Some(source), ..Volume::default() })
    }

    /// JVM options of the worker. Not in `spark-defaults.conf`, which masters and jobs read too.
    pub fn java_options(&self) -> String {
        if self.amount == 0 {
            return String::new();
        }
        let own = format!("{FOLDER}/{FILE}");
        let script = if self.has_script() { &own } else { &self.discovery_script };
        let property = "-Dspark.worker.resource.gpu";
        format!("{property}.amount={} {property}.discoveryScript={script}", self.amount)
    }

    /// Gives the container the GPUs, and the script what it needs. Kubernetes takes such a limit for the request.
    pub fn add_to(&self, container: &mut Container) {
        if self.amount > 0 {
            let amount = Quantity(self.amount.to_string());
            container.resources = Some(ResourceRequirements {
                limits: Some(BTreeMap::from([(self.resource_name.clone(), amount)])),
                ..ResourceRequirements::default()
            });
        }
        if self.has_script() {
            container.env.get_or_insert_default().push(env("WORKER_GPU_AMOUNT", self.amount.to_string()));
            container.volume_mounts.get_or_insert_default().push(mount(VOLUME, FOLDER, true));
        }
    }
}

fn name(instance: &Instance) -> String {
    instance.names.of("gpu")
}

/// Adds what is wrong. `resources` are the container's as given.
pub fn validate(
    values: &Gpu,
    resources: &ResourceRequirements,
    spark_conf: &BTreeMap<String, Scalar>,
    problems: &mut Diagnostics,
) {
    let path = Path::of("worker.gpu");
    let Gpu { amount, resource_name: resource, discovery_script: script } = values;
    let asked = "spark.executor.resource.gpu.amount";
    let needed: u32 = spark_conf.get(asked).and_then(|value| value.0.parse().ok()).unwrap_or(0);
    if needed > *amount {
        problems.add(
            Path::of("sparkConf").key(asked),
            format!("an executor asks for {needed} GPUs, but a worker offers {amount}: jobs would wait for resources for ever"),
            "lower it, or raise worker.gpu.amount",
        );
    }
    if *amount == 0 {
        if !script.is_empty() {
            problems.add(path.key("discoveryScript"), "has no effect: worker.gpu.amount is 0", "set worker.gpu.amount");
        }
        return;
    }
    if resource.split('/').filter(|part| !part.is_empty()).count() != 2 {
        problems.add(
            path.key("resourceName"),
            format!("\"{resource}\" is not a name of an extended resource"),
            "a domain and a name, such as nvidia.com/gpu; kubectl describe node shows them",
        );
    }
    for (side, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        if amounts.as_ref().is_some_and(|amounts| amounts.contains_key(resource)) {
            problems.add(
                Path::of("worker.resources").key(side).key(resource),
                "is set by worker.gpu.amount",
                "remove it here",
            );
        }
    }
    // it is one word of SPARK_WORKER_OPTS
    if !script.is_empty() && (!script.starts_with('/') || script.contains(char::is_whitespace)) {
        problems.add(
            path.key("discoveryScript"),
            format!("\"{script}\" is not an absolute path without spaces"),
            "such as /opt/sparkRapidsPlugin/getGpusResources.sh",
        );
    }
}
