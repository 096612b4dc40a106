//! The settings that every pod has and every chart's user knows.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Affinity, Container, EnvVar, HostAlias, PodSecurityContext, PodSpec, ResourceRequirements, SecurityContext,
    Toleration, TopologySpreadConstraint, Volume, VolumeMount,
};
use serde::Deserialize;

use super::kubernetes::Kubernetes;
use super::probes::ProbeValues;
use super::resources;
use crate::diagnostic::{Diagnostics, Path};

/// How strongly pods of one component keep to different nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AntiAffinityPreset {
    /// Not at all.
    #[default]
    #[serde(rename = "")]
    None,
    /// Where possible.
    #[serde(rename = "soft")]
    Soft,
    /// Always: without a node of its own a pod waits.
    #[serde(rename = "hard")]
    Hard,
}

/// `podOverrides`: laid over the finished pod, as `kubectl patch` would (strategic merge: containers by name).
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodOverrides {
    /// Labels and annotations of the pod.
    #[serde(default)]
    pub metadata: OverrideMetadata,
    /// Any field of the pod (`core/v1` PodSpec).
    #[serde(default)]
    pub spec: Option<Kubernetes<PodSpec>>,
}

/// `podOverrides.metadata`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverrideMetadata {
    /// Labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// What every pod may be told.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodSettings {
    /// CPU and memory of the container (`core/v1` ResourceRequirements). The heap of a JVM is derived from `limits.memory`.
    pub resources: Kubernetes<ResourceRequirements>,
    /// Labels of the pods.
    #[serde(default)]
    pub pod_labels: BTreeMap<String, String>,
    /// Annotations of the pods.
    #[serde(default)]
    pub pod_annotations: BTreeMap<String, String>,
    /// Fields laid over the pod's security context (`core/v1` PodSecurityContext).
    #[serde(default)]
    pub pod_security_context: Option<Kubernetes<PodSecurityContext>>,
    /// Fields laid over the container's security context (`core/v1` SecurityContext).
    #[serde(default)]
    pub container_security_context: Option<Kubernetes<SecurityContext>>,
    /// Is the container started? Until then no other probe asks.
    #[serde(default)] // task pods have none
    pub startup_probe: ProbeValues,
    /// Is it of use? Only then it counts as ready.
    #[serde(default)]
    pub readiness_probe: ProbeValues,
    /// Does it hang? Then it is restarted.
    #[serde(default)]
    pub liveness_probe: ProbeValues,
    /// Labels of the nodes that may run the pods.
    #[serde(default)]
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pods bear (list of `core/v1` Toleration).
    #[serde(default)]
    pub tolerations: Vec<Kubernetes<Toleration>>,
    /// Keep the pods on different nodes: `soft` where possible, `hard` always, empty not at all. `affinity.podAntiAffinity` wins.
    pub pod_anti_affinity_preset: AntiAffinityPreset,
    /// Affinity of the pods (`core/v1` Affinity).
    #[serde(default)]
    pub affinity: Option<Kubernetes<Affinity>>,
    /// Spread over zones or nodes (list of `core/v1` TopologySpreadConstraint). A missing labelSelector is filled in.
    #[serde(default)]
    pub topology_spread_constraints: Vec<Kubernetes<TopologySpreadConstraint>>,
    /// PriorityClass of the pods.
    pub priority_class_name: String,
    /// Scheduler of the pods. Empty: the cluster's.
    pub scheduler_name: String,
    /// Further lines of `/etc/hosts` (list of `core/v1` HostAlias).
    #[serde(default)]
    pub host_aliases: Vec<Kubernetes<HostAlias>>,
    /// Further environment of the container (list of `core/v1` EnvVar).
    #[serde(default)]
    pub extra_env_vars: Vec<Kubernetes<EnvVar>>,
    /// Name of a ConfigMap whose every key becomes environment.
    pub extra_env_vars_config_map: String,
    /// Name of a Secret whose every key becomes environment.
    pub extra_env_vars_secret: String,
    /// Further volumes of the pods (list of `core/v1` Volume).
    #[serde(default)]
    pub extra_volumes: Vec<Kubernetes<Volume>>,
    /// Where the container mounts them (list of `core/v1` VolumeMount).
    #[serde(default)]
    pub extra_volume_mounts: Vec<Kubernetes<VolumeMount>>,
    /// Further init containers (list of `core/v1` Container); what restricted asks is filled in.
    #[serde(default)]
    pub init_containers: Vec<Kubernetes<Container>>,
    /// Further containers (list of `core/v1` Container); what restricted asks is filled in.
    #[serde(default)]
    pub sidecars: Vec<Kubernetes<Container>>,
    /// Anything else, laid over the finished pod by strategic merge (containers by name): `{metadata: {labels, annotations}, spec: {…}}`.
    #[serde(default)]
    pub pod_overrides: PodOverrides,
}

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

impl PodSettings {
    fn probes(&self) -> [&ProbeValues; 3] {
        [&self.startup_probe, &self.readiness_probe, &self.liveness_probe]
    }

    /// What the types cannot say.
    pub fn validate_pod(&self, path: &Path, problems: &mut Diagnostics) {
        resources::validate(&path.key("resources"), &self.resources.0, problems);
        for (key, probe) in PROBES.into_iter().zip(self.probes()) {
            probe.validate(&path.key(key), problems);
        }
    }
}

/// The settings of pods that a component makes for tasks: those of every pod but probes, since a task ends by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct TaskPodSettings(PodSettings);

impl std::ops::Deref for TaskPodSettings {
    type Target = PodSettings;

    fn deref(&self) -> &PodSettings {
        &self.0
    }
}

impl TaskPodSettings {
    /// What the types cannot say.
    pub fn validate_pod(&self, path: &Path, problems: &mut Diagnostics) {
        resources::validate(&path.key("resources"), &self.resources.0, problems);
        for (key, _) in PROBES.into_iter().zip(self.probes()).filter(|(_, probe)| probe.enabled) {
            problems.add(path.key(key), "has no effect: a pod of a task ends by itself", "remove it");
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TaskPodSettings {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TaskPodSettings".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = PodSettings::json_schema(generator);
        if let Some(properties) = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
            properties.retain(|key, _| !PROBES.contains(&key.as_str()));
        }
        schema
    }
}

/// Defines a component's values: its own fields and the [`PodSettings`], in one flat and closed mapping.
///
/// serde's `flatten` would do the same but then accepts unknown keys, and all the fields in each struct make plugin.wasm 10 kB
/// larger each time: so the mapping is read in two halves (`tree::HALVES`).
macro_rules! component_values {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!remote))]
        #[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $kind,)*
            #[serde(skip)]
            #[cfg_attr(feature = "schema", schemars(!skip, flatten))]
            settings: $crate::platform::pod_settings::PodSettings,
        }

        impl $name {
            /// The settings that every pod has.
            pub fn pod(&self) -> &$crate::platform::pod_settings::PodSettings {
                &self.settings
            }
        }

        impl std::ops::Deref for $name {
            type Target = $crate::platform::pod_settings::PodSettings;

            fn deref(&self) -> &Self::Target {
                &self.settings
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Own($name);

                impl<'de> serde::Deserialize<'de> for Own {
                    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        $name::deserialize(deserializer).map(Self)
                    }
                }

                let (settings, Own(own)) = $crate::tree::halves(deserializer)?;
                Ok(Self { settings, ..own })
            }
        }
    };
}
pub(crate) use component_values;
