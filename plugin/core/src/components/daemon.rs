//! What Spark's daemons (master, worker) have in common: pods with stable names behind a headless Service, the same
//! configuration folder, the same environment.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{ContainerPort, EnvVar, Service, ServicePort, ServiceSpec, Volume, VolumeMount};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::configuration;
use crate::instance::Instance;
use crate::platform::labels::{metadata, selector, selector_labels};
use crate::platform::memory;
use crate::platform::object::Object;
use crate::platform::pod::{self, PodParts, empty_dir, env, env_field, mount};
use crate::platform::pod_settings::PodSettings;
use crate::platform::security::User;

/// The user of the Spark image.
pub const USER: User = User { uid: 1000, gid: 1000 };

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
    Object::new(&Service {
        metadata: metadata(instance, component, instance.names.headless(component)),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".into()),
            publish_not_ready_addresses: Some(true),
            selector: Some(selector_labels(instance, component)),
            ports: Some(ports.iter().map(|(name, port)| service_port(name, *port)).collect()),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    })
}

/// A port of a Service that leads to the container's port of the same name.
pub fn service_port(name: &str, number: u16) -> ServicePort {
    ServicePort {
        name: Some(name.into()),
        port: i32::from(number),
        target_port: Some(IntOrString::String(name.into())),
        ..ServicePort::default()
    }
}

/// Ports of the container.
pub fn container_ports(ports: &[(&str, u16)]) -> Vec<ContainerPort> {
    let one = |(name, port): &(&str, u16)| ContainerPort {
        name: Some((*name).into()),
        container_port: i32::from(*port),
        ..ContainerPort::default()
    };
    ports.iter().map(one).collect()
}

/// The pods.
pub fn stateful_set(instance: &Instance, replicas: i32, settings: &PodSettings<'_>, parts: PodParts) -> Object {
    let component = parts.component;
    Object::new(&StatefulSet {
        metadata: metadata(instance, component, instance.names.of(component)),
        spec: StatefulSetSpec {
            replicas: Some(replicas),
            service_name: Some(instance.names.headless(component)),
            // all at once; and one that is broken must not keep the others from being repaired
            pod_management_policy: Some("Parallel".into()),
            selector: selector(instance, component),
            template: pod::template(instance, settings, parts),
            ..StatefulSetSpec::default()
        },
        ..StatefulSet::default()
    })
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
