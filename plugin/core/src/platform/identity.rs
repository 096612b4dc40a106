//! A name for whatever user the container runs as.
//!
//! Hadoop's UserGroupInformation asks the system for the user's name and fails when `/etc/passwd` has no line for the
//! UID: always so under an arbitrary UID (OpenShift), and for any UID that the image does not know. An init container
//! writes the line for its own UID; the same serves every UID, with a read-only root.

use k8s_openapi::api::core::v1::{Container, EmptyDirVolumeSource, ResourceRequirements, Volume, VolumeMount};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::object::sorted;
use super::security;

const VOLUME: &str = "identity";

/// Writes `passwd` and `group` for the user that it runs as.
const SCRIPT: &str = "u=$(id -u) g=$(id -g)
printf 'root:x:0:0:root:/root:/bin/sh\\nspark:x:%s:%s:spark:/tmp:/bin/sh\\n' \"$u\" \"$g\" >/identity/passwd
printf 'root:x:0:\\nspark:x:%s:\\n' \"$g\" >/identity/group
";

/// The init container that writes the line; `image` must have `sh` and `id`.
pub fn init_container(image: &str, pull_policy: &str) -> Container {
    Container {
        name: VOLUME.into(),
        image: Some(image.into()),
        image_pull_policy: Some(pull_policy.into()),
        command: Some(vec!["/bin/sh".into(), "-ec".into(), SCRIPT.into()]),
        resources: Some(small()),
        security_context: Some(security::container(None)),
        volume_mounts: Some(vec![mount("/identity", None)]),
        ..Container::default()
    }
}

/// Where the containers find it.
pub fn mounts() -> Vec<VolumeMount> {
    ["passwd", "group"].into_iter().map(|file| mount(&format!("/etc/{file}"), Some(file))).collect()
}

/// The volume between them.
pub fn volume() -> Volume {
    Volume {
        name: VOLUME.into(),
        empty_dir: Some(EmptyDirVolumeSource {
            size_limit: Some(Quantity("1Mi".into())),
            ..EmptyDirVolumeSource::default()
        }),
        ..Volume::default()
    }
}

/// Resources of a container that runs a few shell commands.
pub fn small() -> ResourceRequirements {
    let of = |pairs: &[(&str, &str)]| {
        Some(sorted(pairs.iter().map(|(name, amount)| ((*name).to_owned(), Quantity((*amount).into())))))
    };
    ResourceRequirements {
        requests: of(&[("cpu", "10m"), ("memory", "16Mi")]),
        limits: of(&[("memory", "64Mi")]),
        claims: None,
    }
}

fn mount(path: &str, file: Option<&str>) -> VolumeMount {
    VolumeMount {
        name: VOLUME.into(),
        mount_path: path.into(),
        sub_path: file.map(Into::into),
        read_only: file.map(|_| true),
        ..VolumeMount::default()
    }
}
