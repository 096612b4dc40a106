//! The master's objects.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{Container, ContainerPort, Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::values::{MasterValues, RecoveryMode};
use super::{COMPONENT, recovery};
use crate::components::configuration::{self, Files};
use crate::instance::Instance;
use crate::platform::labels::{annotate, metadata, selector, selector_labels};
use crate::platform::memory;
use crate::platform::object::Object;
use crate::platform::pod::{self, PodParts, empty_dir, env, env_field, mount};
use crate::platform::probes::master_reports;
use crate::platform::security::User;
use crate::platform::values::ServiceType;
use crate::platform::{disruption, names};

/// The user of the Spark image.
const USER: User = User { uid: 1000, gid: 1000 };

/// The full name of a master's pod; the same text as in `--host`, or Spark would not take it for the same master.
pub fn host(instance: &Instance, ordinal: i32) -> String {
    format!("{}-{ordinal}.{}", instance.names.of(COMPONENT), domain(instance, &instance.names.headless(COMPONENT)))
}

/// What workers and drivers connect to: `spark://…`.
pub fn url(instance: &Instance, values: &MasterValues) -> String {
    let masters: Vec<String> = (0..values.replica_count)
        .map(|ordinal| format!("{}:{}", host(instance, ordinal), values.container_ports.rpc))
        .collect();
    format!("spark://{}", masters.join(","))
}

/// All of them.
pub fn objects(instance: &Instance, values: &MasterValues, files: &Files) -> Vec<Object> {
    let mut objects =
        vec![headless_service(instance, values), service(instance, values), stateful_set(instance, values, files)];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    objects
}

fn domain(instance: &Instance, service: &str) -> String {
    format!("{service}.{}.svc.{}", instance.release.namespace, instance.platform.cluster_domain)
}

/// Gives the pods their DNS names, also before they are ready: workers must reach a master that is still recovering,
/// or its recovery would wait for workers that cannot find it.
fn headless_service(instance: &Instance, values: &MasterValues) -> Object {
    Object::new(&Service {
        metadata: metadata(instance, COMPONENT, instance.names.headless(COMPONENT)),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".into()),
            publish_not_ready_addresses: Some(true),
            selector: Some(selector_labels(instance, COMPONENT)),
            ports: Some(vec![port("rpc", values.container_ports.rpc), port("http", values.container_ports.http)]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    })
}

/// For people and Ingress. Not for `spark://`: that must be the name that the master itself advertises.
fn service(instance: &Instance, values: &MasterValues) -> Object {
    let mut meta = metadata(instance, COMPONENT, instance.names.of(COMPONENT));
    annotate(&mut meta, &values.service.annotations);
    let node_port =
        values.service.node_ports.http.filter(|_| values.service.kind != ServiceType::ClusterIP).map(i32::from);
    Object::new(&Service {
        metadata: meta,
        spec: Some(ServiceSpec {
            type_: Some(format!("{:?}", values.service.kind)),
            selector: Some(selector_labels(instance, COMPONENT)),
            ports: Some(vec![ServicePort { node_port, ..port("http", values.service.ports.http) }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    })
}

fn port(name: &str, number: u16) -> ServicePort {
    ServicePort {
        name: Some(name.into()),
        port: i32::from(number),
        target_port: Some(IntOrString::String(name.into())),
        ..ServicePort::default()
    }
}

fn stateful_set(instance: &Instance, values: &MasterValues, files: &Files) -> Object {
    let name = instance.names.of(COMPONENT);
    let parts = PodParts {
        component: COMPONENT,
        container: container(instance, values),
        init_containers: Vec::new(),
        volumes: [
            Some(configuration::volume(instance)),
            Some(empty_dir("tmp", "", "")),
            (values.recovery.mode == RecoveryMode::Filesystem).then(|| empty_dir("recovery", "1Gi", "")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        annotations: configuration::checksum(files),
        termination_grace_period_seconds: values.termination_grace_period_seconds,
        user: USER,
    };
    Object::new(&StatefulSet {
        metadata: metadata(instance, COMPONENT, name),
        spec: StatefulSetSpec {
            replicas: Some(values.replica_count),
            service_name: Some(instance.names.headless(COMPONENT)),
            // a broken master-0 must not keep master-1 from being repaired
            pod_management_policy: Some("Parallel".into()),
            selector: selector(instance, COMPONENT),
            template: pod::template(instance, &values.pod(), parts),
            ..StatefulSetSpec::default()
        },
        ..StatefulSet::default()
    })
}

fn container(instance: &Instance, values: &MasterValues) -> Container {
    let spark_home = &instance.platform.spark_home;
    let (rpc, http) = (values.container_ports.rpc, values.container_ports.http);
    let start = format!("exec {spark_home}/bin/spark-class org.apache.spark.deploy.master.Master \"$@\"");
    let mode = values.recovery.mode;
    let (script, options) = (format!("{}{start}", recovery::prepare(values)), recovery::options(mode));
    let mut mounts =
        vec![mount(configuration::VOLUME, format!("{spark_home}/conf"), true), mount("tmp", "/tmp", false)];
    if mode == RecoveryMode::Filesystem {
        mounts.push(mount("recovery", recovery::FOLDER, false));
    }
    Container {
        name: COMPONENT.into(),
        // bash and spark-class both exec, so the JVM is PID 1 and gets SIGTERM itself
        command: Some(vec!["/bin/bash".into(), "-ec".into(), script, COMPONENT.into()]),
        args: Some(
            // the kubelet writes this name into the pod's /etc/hosts, so that binding never waits for DNS
            [
                "--host",
                &format!("$(POD_NAME).{}", domain(instance, &instance.names.headless(COMPONENT))),
                "--port",
                &rpc.to_string(),
                "--webui-port",
                &http.to_string(),
            ]
            .map(str::to_owned)
            .into(),
        ),
        env: Some(
            [
                vec![
                    env_field("POD_NAME", "metadata.name"),
                    env("SPARK_CONF_DIR", format!("{spark_home}/conf")),
                    env("SPARK_DAEMON_MEMORY", format!("{}m", memory::master_heap(values))),
                    env("SPARK_DAEMON_JAVA_OPTS", memory::DAEMON_JAVA_OPTIONS),
                    env("SPARK_MASTER_OPTS", names::words(&[&options, &values.extra_java_options])),
                ],
                instance.platform.s3.env(),
            ]
            .concat(),
        ),
        ports: Some(vec![container_port("rpc", rpc), container_port("http", http)]),
        startup_probe: values.startup_probe.probe(&recovery::is_started(http, mode)),
        readiness_probe: values.readiness_probe.probe(&master_reports(http, &["ALIVE"])),
        liveness_probe: values.liveness_probe.probe(&recovery::is_alive(http)),
        volume_mounts: Some(mounts),
        ..Container::default()
    }
}

fn container_port(name: &str, number: u16) -> ContainerPort {
    ContainerPort { name: Some(name.into()), container_port: i32::from(number), ..ContainerPort::default() }
}
