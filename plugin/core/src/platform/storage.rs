//! Volumes from a StorageClass.

use k8s_openapi::api::core::v1::{
    EphemeralVolumeSource, PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, Volume,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::labels::selector_labels;
use super::object::sorted;
use super::quantity::number;
use crate::diagnostic::{Diagnostics, Path, one_of};
use crate::instance::Instance;

const ACCESS_MODES: [&str; 3] = ["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"];

/// `persistence` of a component.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersistenceValues {
    /// Keep the data on a PersistentVolume. Off: they go with the pod.
    pub enabled: bool,
    /// Size of the volume. Kubernetes refuses another one later: enlarge the PersistentVolumeClaim itself.
    pub size: String,
    /// StorageClass of the volume. Empty: `global.defaultStorageClass`, else the cluster's default. `-`: none, for a volume that waits for the claim.
    pub storage_class: String,
    /// Access modes of the volume.
    #[serde(default)]
    pub access_modes: Vec<String>,
}

impl PersistenceValues {
    /// What the types cannot say.
    pub fn validate(&self, path: &Path, problems: &mut Diagnostics) {
        if !self.enabled {
            return;
        }
        validate_size(path.key("size"), &self.size, "such as 8Gi", problems);
        let at = path.key("accessModes");
        if self.access_modes.is_empty() {
            problems.add(at.clone(), "is empty", "such as [ReadWriteOnce]");
        }
        for (index, mode) in self.access_modes.iter().enumerate() {
            if !ACCESS_MODES.contains(&mode.as_str()) {
                problems.add(
                    at.index(index),
                    format!("\"{mode}\" is not an access mode that can be written in"),
                    one_of(mode, &ACCESS_MODES),
                );
            }
        }
    }

    /// The claim of each pod of a StatefulSet, unless the data go with the pod. Helm does not know these claims, so an
    /// uninstall leaves them; and no label of theirs may ever change.
    pub fn claims(&self, instance: &Instance, component: &str, name: &str) -> Option<Vec<PersistentVolumeClaim>> {
        if !self.enabled {
            return None;
        }
        Some(vec![PersistentVolumeClaim {
            metadata: ObjectMeta {
                name: Some(name.into()),
                labels: Some(selector_labels(instance, component)),
                ..ObjectMeta::default()
            },
            spec: Some(claim(instance, self.access_modes.clone(), &self.size, &self.storage_class)),
            ..PersistentVolumeClaim::default()
        }])
    }
}

/// A volume of the pod's own, made and removed with it.
pub fn ephemeral(instance: &Instance, component: &str, name: &str, size: &str, storage_class: &str) -> Volume {
    let template = PersistentVolumeClaimTemplate {
        metadata: Some(ObjectMeta { labels: Some(selector_labels(instance, component)), ..ObjectMeta::default() }),
        spec: claim(instance, vec!["ReadWriteOnce".into()], size, storage_class),
    };
    Volume {
        name: name.into(),
        ephemeral: Some(EphemeralVolumeSource { volume_claim_template: Some(template) }),
        ..Volume::default()
    }
}

/// `storage_class` as in the values: empty is the default, `-` none.
fn claim(instance: &Instance, access_modes: Vec<String>, size: &str, storage_class: &str) -> PersistentVolumeClaimSpec {
    let class = [storage_class, &instance.platform.global.default_storage_class];
    let class = class.into_iter().find(|class| !class.is_empty());
    PersistentVolumeClaimSpec {
        access_modes: Some(access_modes),
        resources: Some(VolumeResourceRequirements {
            requests: Some(sorted([("storage".to_owned(), Quantity(size.into()))])),
            limits: None,
        }),
        storage_class_name: class.map(|class| if class == "-" { String::new() } else { class.into() }),
        ..PersistentVolumeClaimSpec::default()
    }
}

/// `sizeLimit` of an emptyDir at `path`.
pub fn validate_limit(path: &Path, size: &str, problems: &mut Diagnostics) {
    if !size.is_empty() {
        validate_size(path.key("sizeLimit"), size, "such as 10Gi, or empty for no limit", problems);
    }
}

/// The size of a volume must be one.
pub fn validate_size(path: Path, size: &str, hint: &str, problems: &mut Diagnostics) {
    if number(size).is_none_or(|bytes| bytes <= 0.0) {
        problems.add(path, format!("\"{size}\" is not an amount that Kubernetes knows"), hint);
    }
}
