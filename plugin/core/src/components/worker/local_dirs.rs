//! `worker.localDirs`: where executors keep shuffle files and what does not fit into memory (`SPARK_LOCAL_DIRS`).

use k8s_openapi::api::core::v1::Volume;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde::Deserialize;

use super::COMPONENT;
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;
use crate::platform::pod::empty_dir;
use crate::platform::quantity::{MIB, bytes};
use crate::platform::storage;

/// `worker.localDirs`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocalDirs {
    /// `emptyDir`: on the node's disk, or in memory. `ephemeral`: on a volume of each pod's own, made and removed with it, where the node's disk is too small or too slow.
    #[serde(rename = "type")]
    pub kind: LocalDirsType,
    /// Type `emptyDir`: beyond it the kubelet evicts the pod. Empty: no limit.
    pub size_limit: String,
    /// Type `emptyDir`: `Memory` for a RAM disk, which counts against `resources.limits.memory`. Empty: the node's disk.
    pub medium: String,
    /// Type `ephemeral`: size of the volume, such as `100Gi`.
    pub size: String,
    /// Type `ephemeral`: StorageClass of the volume. Empty: `global.defaultStorageClass`, else the cluster's default.
    pub storage_class: String,
}

/// `worker.localDirs.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "Kubernetes' own words for volumes")]
pub enum LocalDirsType {
    EmptyDir,
    Ephemeral,
}

/// The volume.
pub fn volume(instance: &Instance, name: &str, values: &LocalDirs) -> Volume {
    match values.kind {
        LocalDirsType::EmptyDir => empty_dir(name, &values.size_limit, &values.medium),
        LocalDirsType::Ephemeral => storage::ephemeral(instance, COMPONENT, name, &values.size, &values.storage_class),
    }
}

impl LocalDirs {
    /// What of the container's memory a RAM disk takes when it is full, in MiB.
    pub fn memory(&self) -> u64 {
        if self.kind != LocalDirsType::EmptyDir || self.medium != "Memory" {
            return 0;
        }
        bytes(&Quantity(self.size_limit.clone())).unwrap_or_default() / MIB
    }
}

/// Adds what is wrong.
pub fn validate(path: &Path, values: &LocalDirs, problems: &mut Diagnostics) {
    let LocalDirs { size_limit, medium, size, storage_class, .. } = values;
    match values.kind {
        LocalDirsType::EmptyDir => {
            without_effect(
                path.key("size"),
                size,
                "name it sizeLimit, or set worker.localDirs.type: ephemeral",
                problems,
            );
            without_effect(path.key("storageClass"), storage_class, "set worker.localDirs.type: ephemeral", problems);
            storage::validate_limit(path, size_limit, problems);
            if size_limit.is_empty() && medium == "Memory" {
                problems.add(
                    path.key("sizeLimit"),
                    "is empty, but a RAM disk without a limit grows until the kernel kills the container",
                    "such as 512Mi",
                );
            }
            if !matches!(medium.as_str(), "" | "Memory") && !medium.starts_with("HugePages") {
                problems.add(
                    path.key("medium"),
                    format!("\"{medium}\" is not a medium of emptyDir"),
                    "Memory, or empty for the node's disk",
                );
            }
        }
        LocalDirsType::Ephemeral => {
            without_effect(path.key("medium"), medium, "empty it, or set worker.localDirs.type: emptyDir", problems);
            storage::validate_size(path.key("size"), size, "such as 100Gi", problems);
        }
    }
}

fn without_effect(path: Path, value: &str, hint: &str, problems: &mut Diagnostics) {
    if !value.is_empty() {
        problems.add(path, "has no effect with this worker.localDirs.type", hint);
    }
}
