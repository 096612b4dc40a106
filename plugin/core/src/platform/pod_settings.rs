//! The settings that every pod has and every chart's user knows.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Affinity, Container, EnvVar, HostAlias, PodSecurityContext, PodSpec, ResourceRequirements, SecurityContext,
    Toleration, TopologySpreadConstraint, Volume, VolumeMount,
};
use serde::Deserialize;

use super::kubernetes::Kubernetes;

/// How strongly pods of one component keep to different nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AntiAffinityPreset {
    /// Not at all.
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

/// Defines a component's values: its own fields and those of every pod, in one flat and closed mapping.
///
/// serde's `flatten` would do the same but then accepts unknown keys.
macro_rules! component_values {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $kind,)*
            /// CPU and memory of the container (`core/v1` ResourceRequirements). Spark's own memory is derived from `limits.memory`.
            pub resources: $crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::ResourceRequirements>,
            /// Labels of the pods.
            #[serde(default)]
            pub pod_labels: std::collections::BTreeMap<String, String>,
            /// Annotations of the pods.
            #[serde(default)]
            pub pod_annotations: std::collections::BTreeMap<String, String>,
            /// Fields laid over the pod's security context (`core/v1` PodSecurityContext).
            #[serde(default)]
            pub pod_security_context: Option<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::PodSecurityContext>>,
            /// Fields laid over the container's security context (`core/v1` SecurityContext).
            #[serde(default)]
            pub container_security_context: Option<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::SecurityContext>>,
            /// Is the container started? Until then no other probe asks.
            pub startup_probe: $crate::platform::probes::ProbeValues,
            /// Is it of use? Only then it counts as ready.
            pub readiness_probe: $crate::platform::probes::ProbeValues,
            /// Does it hang? Then it is restarted.
            pub liveness_probe: $crate::platform::probes::ProbeValues,
            /// Labels of the nodes that may run the pods.
            #[serde(default)]
            pub node_selector: std::collections::BTreeMap<String, String>,
            /// Taints that the pods bear (list of `core/v1` Toleration).
            #[serde(default)]
            pub tolerations: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::Toleration>>,
            /// Keep the pods on different nodes: `soft` where possible, `hard` always, empty not at all. `affinity.podAntiAffinity` wins.
            pub pod_anti_affinity_preset: $crate::platform::pod_settings::AntiAffinityPreset,
            /// Affinity of the pods (`core/v1` Affinity).
            #[serde(default)]
            pub affinity: Option<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::Affinity>>,
            /// Spread over zones or nodes (list of `core/v1` TopologySpreadConstraint). A missing labelSelector is filled in.
            #[serde(default)]
            pub topology_spread_constraints: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::TopologySpreadConstraint>>,
            /// PriorityClass of the pods.
            pub priority_class_name: String,
            /// Scheduler of the pods. Empty: the cluster's.
            pub scheduler_name: String,
            /// Further lines of `/etc/hosts` (list of `core/v1` HostAlias).
            #[serde(default)]
            pub host_aliases: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::HostAlias>>,
            /// Further environment of the container (list of `core/v1` EnvVar).
            #[serde(default)]
            pub extra_env_vars: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::EnvVar>>,
            /// Name of a ConfigMap whose every key becomes environment.
            pub extra_env_vars_config_map: String,
            /// Name of a Secret whose every key becomes environment.
            pub extra_env_vars_secret: String,
            /// Further volumes of the pods (list of `core/v1` Volume).
            #[serde(default)]
            pub extra_volumes: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::Volume>>,
            /// Where the container mounts them (list of `core/v1` VolumeMount).
            #[serde(default)]
            pub extra_volume_mounts: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::VolumeMount>>,
            /// Further init containers (list of `core/v1` Container); what restricted asks is filled in.
            #[serde(default)]
            pub init_containers: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::Container>>,
            /// Further containers (list of `core/v1` Container); what restricted asks is filled in.
            #[serde(default)]
            pub sidecars: Vec<$crate::platform::kubernetes::Kubernetes<k8s_openapi::api::core::v1::Container>>,
            /// Anything else, laid over the finished pod by strategic merge (containers by name): `{metadata: {labels, annotations}, spec: {…}}`.
            #[serde(default)]
            pub pod_overrides: $crate::platform::pod_settings::PodOverrides,
        }

        impl $name {
            /// What the types of the settings that every pod has cannot say.
            pub fn validate_pod(&self, path: &$crate::diagnostic::Path, problems: &mut $crate::diagnostic::Diagnostics) {
                $crate::platform::resources::validate(&path.key("resources"), &self.resources.0, problems);
                self.startup_probe.validate(&path.key("startupProbe"), problems);
                self.readiness_probe.validate(&path.key("readinessProbe"), problems);
                self.liveness_probe.validate(&path.key("livenessProbe"), problems);
            }

            /// The settings that every pod has.
            pub fn pod(&self) -> $crate::platform::pod_settings::PodSettings<'_> {
                $crate::platform::pod_settings::PodSettings {
                    resources: &self.resources.0,
                    pod_labels: &self.pod_labels,
                    pod_annotations: &self.pod_annotations,
                    pod_security_context: self.pod_security_context.as_ref(),
                    container_security_context: self.container_security_context.as_ref(),
                    node_selector: &self.node_selector,
                    tolerations: &self.tolerations,
                    pod_anti_affinity_preset: self.pod_anti_affinity_preset,
                    affinity: self.affinity.as_ref(),
                    topology_spread_constraints: &self.topology_spread_constraints,
                    priority_class_name: &self.priority_class_name,
                    scheduler_name: &self.scheduler_name,
                    host_aliases: &self.host_aliases,
                    extra_env_vars: &self.extra_env_vars,
                    extra_env_vars_config_map: &self.extra_env_vars_config_map,
                    extra_env_vars_secret: &self.extra_env_vars_secret,
                    extra_volumes: &self.extra_volumes,
                    extra_volume_mounts: &self.extra_volume_mounts,
                    init_containers: &self.init_containers,
                    sidecars: &self.sidecars,
                    pod_overrides: &self.pod_overrides,
                }
            }
        }
    };
}
pub(crate) use component_values;

/// A view of the settings that [`component_values!`] gives to every component; each is described there.
#[allow(missing_docs, reason = "described where component_values! defines them")]
#[derive(Debug, Clone)]
pub struct PodSettings<'a> {
    pub resources: &'a ResourceRequirements,
    pub pod_labels: &'a BTreeMap<String, String>,
    pub pod_annotations: &'a BTreeMap<String, String>,
    pub pod_security_context: Option<&'a Kubernetes<PodSecurityContext>>,
    pub container_security_context: Option<&'a Kubernetes<SecurityContext>>,
    pub node_selector: &'a BTreeMap<String, String>,
    pub tolerations: &'a [Kubernetes<Toleration>],
    pub pod_anti_affinity_preset: AntiAffinityPreset,
    pub affinity: Option<&'a Kubernetes<Affinity>>,
    pub topology_spread_constraints: &'a [Kubernetes<TopologySpreadConstraint>],
    pub priority_class_name: &'a str,
    pub scheduler_name: &'a str,
    pub host_aliases: &'a [Kubernetes<HostAlias>],
    pub extra_env_vars: &'a [Kubernetes<EnvVar>],
    pub extra_env_vars_config_map: &'a str,
    pub extra_env_vars_secret: &'a str,
    pub extra_volumes: &'a [Kubernetes<Volume>],
    pub extra_volume_mounts: &'a [Kubernetes<VolumeMount>],
    pub init_containers: &'a [Kubernetes<Container>],
    pub sidecars: &'a [Kubernetes<Container>],
    pub pod_overrides: &'a PodOverrides,
}
