//! Spark's configuration folder: `spark-defaults.conf`, `log4j2.properties`, `spark-env.sh`, in one ConfigMap.

mod files;
mod values;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Volume};
use sha2::{Digest, Sha256};

pub use files::{Files, Property, files};
pub(crate) use values::is_secret;
pub use values::{ConfigurationValues, EventLog, Log4j2, LogLevel, Scalar};

use crate::instance::Instance;
use crate::platform::labels::metadata;
use crate::platform::names::hex;
use crate::platform::object::{Object, sorted};
use crate::platform::pod::config_map_volume;

/// Name of the volume that holds the folder.
pub const VOLUME: &str = "spark-conf";

/// The ConfigMap.
pub fn objects(instance: &Instance, files: &Files) -> Vec<Object> {
    vec![Object::new(&ConfigMap {
        metadata: metadata(instance, "configuration", name(instance)),
        data: Some(files.clone()),
        ..ConfigMap::default()
    })]
}

/// The ConfigMap's name.
pub fn name(instance: &Instance) -> String {
    instance.names.of("conf")
}

/// Where daemons find the folder (`SPARK_CONF_DIR`).
pub fn folder(instance: &Instance) -> String {
    format!("{}/conf", instance.platform.spark_home)
}

/// The volume.
pub fn volume(instance: &Instance) -> Volume {
    config_map_volume(VOLUME, name(instance))
}

/// The annotation that restarts pods when the configuration changes: daemons read it only at start.
pub type Checksum = BTreeMap<String, String>;

/// The checksum of these files.
pub fn checksum(files: &Files) -> Checksum {
    let mut hash = Sha256::new();
    for (name, text) in files {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    sorted([("checksum/configuration".into(), hex(&hash.finalize(), 64))])
}
