//! The Java classes that the chart adds to Spark (plugin/spark-ext): carried inside the core, delivered in a ConfigMap.

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Container, ResourceRequirements, Volume, VolumeMount};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::components::configuration;
use crate::instance::Instance;
use crate::platform::labels::metadata;
use crate::platform::object::{Object, sorted};
use crate::platform::pod::{config_map_volume, env, mount};

#[cfg(feature = "embed-jar")]
const JAR: &[u8] = include_bytes!("../../../spark-ext/target/spark-ext.jar");
/// What stands in its place: 80 kB that no compression makes smaller are fetched only when somebody takes the objects along.
#[cfg(not(feature = "embed-jar"))]
const JAR: &[u8] = concat!("sha256:", env!("SPARK_EXT_SHA256")).as_bytes();
const FILE: &str = "spark-ext.jar";
const FOLDER: &str = "/opt/spark-ext";
const VOLUME: &str = "spark-ext";

/// `spark.deploy.recoveryMode.factory`: state and leader lease in S3.
pub const RECOVERY_FACTORY: &str = "io.sparkwasm.spark.S3RecoveryModeFactory";
/// `spark.history.provider`: several directories of event logs in one server.
pub const HISTORY_PROVIDER: &str = "io.sparkwasm.spark.MultiDirHistoryProvider";

/// The ConfigMap with the jar.
pub fn object(instance: &Instance) -> Object {
    Object::new(&ConfigMap {
        metadata: metadata(instance, "configuration", name(instance)),
        binary_data: Some(sorted([(FILE.into(), ByteString(JAR.to_vec()))])),
        ..ConfigMap::default()
    })
}

/// The ConfigMap's name.
fn name(instance: &Instance) -> String {
    instance.names.of("ext")
}

/// The path of the jar in a container with [`volume_mount`]; for `SPARK_DAEMON_CLASSPATH`.
pub fn classpath() -> String {
    format!("{FOLDER}/{FILE}")
}

/// The volume with the jar.
pub fn volume(instance: &Instance) -> Volume {
    config_map_volume(VOLUME, name(instance))
}

/// Where it is mounted.
pub fn volume_mount() -> VolumeMount {
    mount(VOLUME, FOLDER, true)
}

/// The annotation that restarts pods when the jar is another.
pub fn checksum() -> (String, String) {
    ("checksum/spark-ext".into(), env!("SPARK_EXT_SHA256").into())
}

/// The init container that makes what is missing of these `s3a://bucket[/folder]`, and waits for the object store.
pub fn make_buckets(instance: &Instance, urls: &[String]) -> Container {
    let script = format!(
        "exec \"${{JAVA_HOME:+$JAVA_HOME/bin/}}java\" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp {} io.sparkwasm.spark.Buckets \"$@\"",
        classpath()
    );
    let amount = |name: &str, amount: &str| Some(sorted([(name.into(), Quantity(amount.into()))]));
    Container {
        name: "buckets".into(),
        command: Some(vec!["/bin/sh".into(), "-ec".into(), script, "buckets".into()]),
        args: Some(urls.to_vec()),
        env: Some([vec![env("SPARK_CONF_DIR", configuration::folder(instance))], instance.platform.s3.env()].concat()),
        resources: Some(ResourceRequirements {
            requests: amount("memory", "64Mi"),
            limits: amount("memory", "192Mi"),
            claims: None,
        }),
        volume_mounts: Some(vec![
            mount(configuration::VOLUME, configuration::folder(instance), true),
            volume_mount(),
            mount("tmp", "/tmp", false),
        ]),
        ..Container::default()
    }
}
