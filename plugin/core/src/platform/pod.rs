//! What the pods of all components have in common: the settings that every chart's user knows, and the pod made of them.

use std::collections::BTreeMap;

use k8s_openapi::DeepMerge;
use k8s_openapi::api::core::v1::{
    Affinity, ConfigMapEnvSource, Container, EmptyDirVolumeSource, EnvFromSource, EnvVar, HostAlias, PodAffinityTerm,
    PodAntiAffinity, PodSecurityContext, PodSpec, PodTemplateSpec, Probe, ResourceRequirements, SecretEnvSource,
    SecurityContext, Toleration, TopologySpreadConstraint, Volume, VolumeMount, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::identity;
use super::kubernetes::Kubernetes;
use super::labels::{not_empty, pod_labels, selector};
use super::security::{self, User};
use crate::instance::Instance;

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
            pub pod_anti_affinity_preset: $crate::platform::pod::AntiAffinityPreset,
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
            pub pod_overrides: $crate::platform::pod::PodOverrides,
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
            pub fn pod(&self) -> $crate::platform::pod::PodSettings<'_> {
                $crate::platform::pod::PodSettings {
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

/// What a component adds to the common pod.
#[derive(Debug, Clone)]
pub struct PodParts {
    /// `app.kubernetes.io/component`.
    pub component: &'static str,
    /// The container; image, resources, security, common environment and mounts are filled in.
    pub container: Container,
    /// Init containers after the one that writes the user's name; image and security are filled in.
    pub init_containers: Vec<Container>,
    /// Volumes.
    pub volumes: Vec<Volume>,
    /// Annotations, such as checksums of the configuration.
    pub annotations: BTreeMap<String, String>,
    /// `terminationGracePeriodSeconds`.
    pub termination_grace_period_seconds: i64,
    /// The user of the image.
    pub user: User,
}

/// The finished pod: parts, then settings, then `podOverrides`.
pub fn template(instance: &Instance, settings: &PodSettings<'_>, parts: PodParts) -> PodTemplateSpec {
    let platform = &instance.platform;
    let image = platform.image.reference(&platform.global);
    let pull_policy = platform.image.pull_policy();
    let component = parts.component;

    let mut container = parts.container;
    container.image = Some(image.clone());
    container.image_pull_policy = Some(pull_policy.clone());
    container.resources = Some(settings.resources.clone());
    container.security_context = Some(security::container(settings.container_security_context));
    container.env.get_or_insert_default().extend(inner(settings.extra_env_vars));
    container.env_from = env_from(settings);
    container.volume_mounts.get_or_insert_default().extend(identity::mounts());
    container.volume_mounts.get_or_insert_default().extend(inner(settings.extra_volume_mounts));
    if platform.diagnostic_mode.enabled {
        idle(&mut container, &platform.diagnostic_mode);
    }

    let mut init_containers = vec![identity::init_container(&image, &pull_policy)];
    init_containers.extend(parts.init_containers.into_iter().map(|init| Container {
        image: Some(image.clone()),
        image_pull_policy: Some(pull_policy.clone()),
        security_context: Some(security::container(None)),
        resources: Some(identity::small()),
        ..init
    }));
    init_containers.extend(inner(settings.init_containers).map(completed));

    let mut volumes = parts.volumes;
    volumes.push(identity::volume());
    volumes.extend(inner(settings.extra_volumes));

    let mut labels = pod_labels(instance, component);
    labels.extend(settings.pod_labels.clone());
    let mut annotations = platform.common_annotations.clone();
    annotations.extend(parts.annotations);
    annotations.extend(settings.pod_annotations.clone());

    let mut template = PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(labels),
            annotations: not_empty(annotations),
            ..ObjectMeta::default()
        }),
        spec: Some(PodSpec {
            affinity: affinity(instance, component, settings),
            automount_service_account_token: Some(platform.service_account.automount_service_account_token),
            containers: std::iter::once(container).chain(inner(settings.sidecars).map(completed)).collect(),
            // a Service named like a Spark variable would inject SPARK_MASTER_PORT=tcp://…, which the master cannot parse
            enable_service_links: Some(false),
            host_aliases: some(inner(settings.host_aliases)),
            image_pull_secrets: platform.image.pull_secrets(&platform.global),
            init_containers: Some(init_containers),
            node_selector: not_empty(settings.node_selector.clone()),
            priority_class_name: text(settings.priority_class_name),
            scheduler_name: text(settings.scheduler_name),
            security_context: Some(security::pod(instance.profile, parts.user, settings.pod_security_context)),
            service_account_name: Some(platform.service_account.name_for(instance.names.fullname())),
            termination_grace_period_seconds: Some(parts.termination_grace_period_seconds),
            tolerations: some(inner(settings.tolerations)),
            topology_spread_constraints: some(inner(settings.topology_spread_constraints).map(
                |mut constraint: TopologySpreadConstraint| {
                    constraint.label_selector.get_or_insert_with(|| selector(instance, component));
                    constraint
                },
            )),
            volumes: Some(volumes),
            ..PodSpec::default()
        }),
    };
    template.merge_from(overrides(settings.pod_overrides));
    template
}

fn overrides(values: &PodOverrides) -> PodTemplateSpec {
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: not_empty(values.metadata.labels.clone()),
            annotations: not_empty(values.metadata.annotations.clone()),
            ..ObjectMeta::default()
        }),
        spec: values.spec.clone().map(|spec| spec.0),
    }
}

/// `diagnosticMode`: the container waits for `kubectl exec`.
fn idle(container: &mut Container, mode: &super::values::DiagnosticMode) {
    container.command = Some(mode.command.clone());
    container.args = Some(mode.args.clone());
    container.lifecycle = None;
    container.liveness_probe = None;
    container.readiness_probe = None;
    container.startup_probe = None;
}

fn affinity(instance: &Instance, component: &str, settings: &PodSettings<'_>) -> Option<Affinity> {
    let own = settings.affinity.map(|affinity| affinity.0.clone()).filter(|affinity| *affinity != Affinity::default());
    if own.as_ref().is_some_and(|affinity| affinity.pod_anti_affinity.is_some()) {
        return own;
    }
    let term = PodAffinityTerm {
        label_selector: Some(selector(instance, component)),
        topology_key: "kubernetes.io/hostname".into(),
        ..PodAffinityTerm::default()
    };
    let anti_affinity = match settings.pod_anti_affinity_preset {
        AntiAffinityPreset::None => return own,
        AntiAffinityPreset::Soft => PodAntiAffinity {
            preferred_during_scheduling_ignored_during_execution: Some(vec![WeightedPodAffinityTerm {
                weight: 1,
                pod_affinity_term: term,
            }]),
            ..PodAntiAffinity::default()
        },
        AntiAffinityPreset::Hard => PodAntiAffinity {
            required_during_scheduling_ignored_during_execution: Some(vec![term]),
            ..PodAntiAffinity::default()
        },
    };
    Some(Affinity { pod_anti_affinity: Some(anti_affinity), ..own.unwrap_or_default() })
}

fn env_from(settings: &PodSettings<'_>) -> Option<Vec<EnvFromSource>> {
    let config_map = text(settings.extra_env_vars_config_map).map(|name| EnvFromSource {
        config_map_ref: Some(ConfigMapEnvSource { name, optional: None }),
        ..EnvFromSource::default()
    });
    let secret = text(settings.extra_env_vars_secret).map(|name| EnvFromSource {
        secret_ref: Some(SecretEnvSource { name, optional: None }),
        ..EnvFromSource::default()
    });
    some(config_map.into_iter().chain(secret))
}

fn completed(container: Container) -> Container {
    Container { security_context: Some(security::complete(container.security_context.clone())), ..container }
}

fn inner<T: Clone>(items: &[Kubernetes<T>]) -> impl Iterator<Item = T> + '_ {
    items.iter().map(|item| item.0.clone())
}

fn some<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

/// An environment variable with a plain value.
pub fn env(name: &str, value: impl Into<String>) -> EnvVar {
    EnvVar { name: name.into(), value: Some(value.into()), value_from: None }
}

/// An environment variable with a field of the pod, such as `metadata.name`.
pub fn env_field(name: &str, field: &str) -> EnvVar {
    use k8s_openapi::api::core::v1::{EnvVarSource, ObjectFieldSelector};
    let reference = ObjectFieldSelector { field_path: field.into(), api_version: None };
    EnvVar {
        name: name.into(),
        value_from: Some(EnvVarSource { field_ref: Some(reference), ..EnvVarSource::default() }),
        ..EnvVar::default()
    }
}

/// A volume that lives as long as the pod. Empty strings: no limit, on disk.
pub fn empty_dir(name: &str, size_limit: &str, medium: &str) -> Volume {
    let source = EmptyDirVolumeSource {
        size_limit: text(size_limit).map(Quantity),
        medium: text(medium),
        ..EmptyDirVolumeSource::default()
    };
    Volume { name: name.into(), empty_dir: Some(source), ..Volume::default() }
}

/// A mount of a whole volume.
pub fn mount(name: &str, path: impl Into<String>, read_only: bool) -> VolumeMount {
    VolumeMount {
        name: name.into(),
        mount_path: path.into(),
        read_only: read_only.then_some(true),
        ..VolumeMount::default()
    }
}

/// The three probes of a container.
#[derive(Debug, Clone, Default)]
pub struct Probes {
    /// `startupProbe`.
    pub startup: Option<Probe>,
    /// `readinessProbe`.
    pub readiness: Option<Probe>,
    /// `livenessProbe`.
    pub liveness: Option<Probe>,
}
