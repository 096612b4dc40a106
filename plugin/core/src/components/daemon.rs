//! What Spark's daemons have in common: the same configuration folder, the same environment; and master and worker pods
//! with stable names behind a headless Service.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{EnvVar, Service, ServiceSpec, Volume, VolumeMount};

use super::configuration;
use crate::instance::Instance;
use crate::platform::deployment::{self, Update};
use crate::platform::labels::{metadata, selector};
use crate::platform::object::Object;
use crate::platform::pod::{self, PodParts, empty_dir, env, env_field, mount};
use crate::platform::pod_settings::PodSettings;
use crate::platform::security::User;
use crate::platform::{memory, ports};

pub use crate::platform::ports::container_ports;

/// The user of the Spark image.
pub const USER: User = User { uid: 1000, gid: 1000, fs_group: 1000 };

/// The name that a daemon gives itself, for `--host`. A name and never an address: it is what the others keep. The kubelet
/// writes it into the pod's /etc/hosts, so that binding never waits for DNS.
pub fn own_host(instance: &Instance, component: &str) -> String {
    host(instance, component, "$(POD_NAME)")
}

/// The full name of a pod of a component.
pub fn host(instance: &Instance, component: &str, pod: &str) -> String {
    let service = instance.names.headless(component);
    format!("{pod}.{service}.{}.svc.{}", instance.release.namespace, instance.platform.cluster_domain)
}

/// The Service that gives the pods these names: also before they are ready, since workers must reach a master that is
/// still recovering; and while they stop, since the executors of a worker that leaves still serve blocks.
pub fn headless_service(instance: &Instance, component: &str, ports: &[(&str, u16)]) -> Object {
    Object::with_spec::<Service>(
        &metadata(instance, component, instance.names.headless(component)),
        &ServiceSpec {
            cluster_ip: Some("None".into()),
            publish_not_ready_addresses: Some(true),
            ..ports::service(instance, component, ports)
        },
    )
}

/// The pods. Without `replicas` their number is left to whoever scales them.
pub fn stateful_set(instance: &Instance, replicas: Option<i32>, settings: &PodSettings, parts: PodParts<'_>) -> Object {
    let component = parts.component;
    Object::with_spec::<StatefulSet>(
        &metadata(instance, component, instance.names.of(component)),
        &StatefulSetSpec {
            replicas,
            service_name: Some(instance.names.headless(component)),
            // all at once; and one that is broken must not keep the others from being repaired
            pod_management_policy: Some("Parallel".into()),
            selector: selector(instance, component),
            template: pod::template(instance, settings, parts),
            ..StatefulSetSpec::default()
        },
    )
}

/// Pods of a component that keeps nothing.
pub fn deployment(instance: &Instance, replicas: i32, settings: &PodSettings, parts: PodParts<'_>) -> Object {
    let component = parts.component;
    deployment::object(instance, component, replicas, Update::Rolling, pod::template(instance, settings, parts))
}

/// The environment: `heap` is a Spark size. Executors inherit the worker's, and with it the keys of the object store.
pub fn environment(instance: &Instance, heap: String, own: Vec<EnvVar>) -> Vec<EnvVar> {
    let common = vec![
        env_field("POD_NAME", "metadata.name"),
        env("SPARK_CONF_DIR", configuration::folder(instance)),
        env("SPARK_DAEMON_MEMORY", heap),
        env("SPARK_DAEMON_JAVA_OPTS", memory::DAEMON_JAVA_OPTIONS),
    ];
    [common, own, instance.platform.s3.env(), instance.platform.security.env()].concat()
}

/// The volumes that every daemon has, and `own`.
pub fn volumes(instance: &Instance, own: impl IntoIterator<Item = Volume>) -> Vec<Volume> {
    [configuration::volume(instance), empty_dir("tmp", "", "")].into_iter().chain(own).collect()
}

/// Where they are mounted, and `own`.
pub fn mounts(instance: &Instance, own: impl IntoIterator<Item = VolumeMount>) -> Vec<VolumeMount> {
    let configuration = mount(configuration::VOLUME, configuration::folder(instance), true);
    [configuration, mount("tmp", "/tmp", false)].into_iter().chain(own).collect()
}
