//! The pod of a component: its own parts, the settings that every pod has, then `podOverrides`.

use std::collections::BTreeMap;

use k8s_openapi::DeepMerge;
use k8s_openapi::api::core::v1::{
    Affinity, ConfigMapEnvSource, ConfigMapVolumeSource, Container, EmptyDirVolumeSource, EnvFromSource, EnvVar,
    PodAffinityTerm, PodAntiAffinity, PodSpec, PodTemplateSpec, SecretEnvSource, TopologySpreadConstraint, Volume,
    VolumeMount, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::identity;
use super::image::Image;
use super::kubernetes::Kubernetes;
use super::labels::{not_empty, pod_labels, selector};
use super::pod_settings::{AntiAffinityPreset, PodOverrides, PodSettings};
use super::security::{self, User};
use crate::instance::Instance;

/// What a component adds to the common pod.
#[derive(Debug, Clone)]
pub struct PodParts<'a> {
    /// `app.kubernetes.io/component`.
    pub component: &'static str,
    /// The image of all of its containers.
    pub image: &'a Image,
    /// The container; image, security, common environment and mounts are filled in, and the settings' resources beside its own.
    pub container: Container,
    /// Init containers after the one that writes the user's name; image, security and resources that are missing are
    /// filled in, and the settings' environment and mounts.
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

impl<'a> PodParts<'a> {
    /// A pod with nothing beside its container, and Kubernetes' own grace period.
    pub fn new(component: &'static str, image: &'a Image, container: Container, user: User) -> Self {
        Self {
            component,
            image,
            container,
            init_containers: Vec::new(),
            volumes: Vec::new(),
            annotations: BTreeMap::new(),
            termination_grace_period_seconds: 30,
            user,
        }
    }
}

/// What a pod has that calls the Kubernetes API, or that is more than one container.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Its ServiceAccount, whose token is mounted. None: the shared one.
    pub service_account: Option<String>,
    /// Containers beside the main one; what restricted asks is filled in.
    pub sidecars: Vec<Container>,
}

/// The finished pod: parts, then settings, then `podOverrides`.
pub fn template(instance: &Instance, settings: &PodSettings, parts: PodParts<'_>) -> PodTemplateSpec {
    template_with(instance, settings, parts, Extras::default())
}

/// [`template`], and what is not common to all pods.
pub fn template_with(
    instance: &Instance,
    settings: &PodSettings,
    parts: PodParts<'_>,
    extras: Extras,
) -> PodTemplateSpec {
    let platform = &instance.platform;
    let image = parts.image.reference(&platform.global);
    let pull_policy = parts.image.pull_policy();
    let component = parts.component;

    let mut container = parts.container;
    container.image = Some(image.clone());
    container.image_pull_policy = Some(pull_policy.clone());
    container.resources.merge_from(Some(settings.resources.0.clone()));
    container.security_context = Some(security::container(settings.container_security_context.as_ref()));
    container.env.get_or_insert_default().extend(inner(&settings.extra_env_vars));
    container.env_from = env_from(settings);
    container.volume_mounts.get_or_insert_default().extend(identity::mounts());
    container.volume_mounts.get_or_insert_default().extend(inner(&settings.extra_volume_mounts));
    if platform.diagnostic_mode.enabled {
        idle(&mut container, &platform.diagnostic_mode);
    }

    let mut init_containers = vec![identity::init_container(&image, &pull_policy)];
    // idle containers are waited for in vain
    let own = if platform.diagnostic_mode.enabled { Vec::new() } else { parts.init_containers };
    init_containers.extend(own.into_iter().map(|mut init| {
        init.image.get_or_insert_with(|| image.clone());
        init.image_pull_policy.get_or_insert_with(|| pull_policy.clone());
        init.security_context = Some(security::container(None));
        init.resources.get_or_insert_with(identity::small);
        // they reach the same places as the container itself, with what its owner gave it for that (proxies, authorities)
        init.env = some(init.env.into_iter().flatten().chain(inner(&settings.extra_env_vars)));
        init.env_from = env_from(settings);
        init.volume_mounts = some(init.volume_mounts.into_iter().flatten().chain(inner(&settings.extra_volume_mounts)));
        init
    }));
    init_containers.extend(inner(&settings.init_containers).map(completed));

    let mut volumes = parts.volumes;
    volumes.push(identity::volume());
    volumes.extend(inner(&settings.extra_volumes));

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
            automount_service_account_token: Some(
                extras.service_account.is_some() || platform.service_account.automount_service_account_token,
            ),
            containers: std::iter::once(container)
                .chain(extras.sidecars.into_iter().chain(inner(&settings.sidecars)).map(completed))
                .collect(),
            // a Service named like a Spark variable would inject SPARK_MASTER_PORT=tcp://…, which the master cannot parse
            enable_service_links: Some(false),
            host_aliases: some(inner(&settings.host_aliases)),
            image_pull_secrets: parts.image.pull_secrets(&platform.global),
            init_containers: Some(init_containers),
            node_selector: not_empty(settings.node_selector.clone()),
            priority_class_name: text(&settings.priority_class_name),
            scheduler_name: text(&settings.scheduler_name),
            security_context: Some(security::pod(instance.profile, parts.user, settings.pod_security_context.as_ref())),
            service_account_name: extras
                .service_account
                .or_else(|| Some(platform.service_account.name_for(instance.names.fullname()))),
            termination_grace_period_seconds: Some(parts.termination_grace_period_seconds),
            tolerations: some(inner(&settings.tolerations)),
            topology_spread_constraints: some(inner(&settings.topology_spread_constraints).map(
                |mut constraint: TopologySpreadConstraint| {
                    constraint.label_selector.get_or_insert_with(|| selector(instance, component));
                    constraint
                },
            )),
            volumes: Some(volumes),
            ..PodSpec::default()
        }),
    };
    template.merge_from(overrides(&settings.pod_overrides));
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

fn affinity(instance: &Instance, component: &str, settings: &PodSettings) -> Option<Affinity> {
    let own = settings
        .affinity
        .as_ref()
        .map(|affinity| affinity.0.clone())
        .filter(|affinity| *affinity != Affinity::default());
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

fn env_from(settings: &PodSettings) -> Option<Vec<EnvFromSource>> {
    let config_map = text(&settings.extra_env_vars_config_map).map(|name| EnvFromSource {
        config_map_ref: Some(ConfigMapEnvSource { name, optional: None }),
        ..EnvFromSource::default()
    });
    let secret = text(&settings.extra_env_vars_secret).map(|name| EnvFromSource {
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

/// An environment variable with a key of a Secret.
pub fn env_secret(name: &str, secret: &str, key: &str) -> EnvVar {
    use k8s_openapi::api::core::v1::{EnvVarSource, SecretKeySelector};
    let reference = SecretKeySelector { name: secret.into(), key: key.into(), optional: None };
    EnvVar {
        name: name.into(),
        value_from: Some(EnvVarSource { secret_key_ref: Some(reference), ..EnvVarSource::default() }),
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

/// A volume with the files of a ConfigMap.
pub fn config_map_volume(name: &str, config_map: String) -> Volume {
    let source = ConfigMapVolumeSource { name: config_map, ..ConfigMapVolumeSource::default() };
    Volume { name: name.into(), config_map: Some(source), ..Volume::default() }
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
