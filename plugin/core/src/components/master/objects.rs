//! The master's objects.

use k8s_openapi::api::core::v1::{Container, Service, ServicePort, ServiceSpec};

use super::values::{MasterValues, RecoveryMode};
use super::{COMPONENT, recovery};
use crate::components::configuration::{self, Files};
use crate::components::daemon::{self, USER};
use crate::components::ingress::Ui;
use crate::instance::Instance;
use crate::platform::labels::{annotate, metadata, selector_labels};
use crate::platform::object::Object;
use crate::platform::pod::{PodParts, empty_dir, env, mount};
use crate::platform::probes::master_reports;
use crate::platform::values::ServiceType;
use crate::platform::{disruption, memory, names};

/// The full name of a master's pod; the same text as in `--host`, or Spark would not take it for the same master.
pub fn host(instance: &Instance, ordinal: i32) -> String {
    daemon::host(instance, COMPONENT, &format!("{}-{ordinal}", instance.names.of(COMPONENT)))
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
    let ports = ports(values);
    let mut objects = vec![
        daemon::headless_service(instance, COMPONENT, &ports),
        service(instance, values),
        daemon::stateful_set(instance, values.replica_count, &values.pod(), parts(instance, values, &ports, files)),
    ];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    objects
}

/// The web UI, for what publishes it.
pub fn ui(instance: &Instance, values: &MasterValues) -> Ui {
    Ui { key: COMPONENT, service: instance.names.of(COMPONENT), port: values.service.ports.http }
}

fn ports(values: &MasterValues) -> [(&'static str, u16); 2] {
    [("rpc", values.container_ports.rpc), ("http", values.container_ports.http)]
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
            ports: Some(vec![ServicePort { node_port, ..daemon::service_port("http", values.service.ports.http) }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    })
}

fn parts(instance: &Instance, values: &MasterValues, ports: &[(&str, u16)], files: &Files) -> PodParts {
    let has_state = values.recovery.mode == RecoveryMode::Filesystem;
    PodParts {
        component: COMPONENT,
        container: container(instance, values, ports),
        init_containers: Vec::new(),
        volumes: daemon::volumes(instance, has_state.then(|| empty_dir("recovery", "1Gi", ""))),
        annotations: configuration::checksum(files),
        termination_grace_period_seconds: values.termination_grace_period_seconds,
        user: USER,
    }
}

fn container(instance: &Instance, values: &MasterValues, ports: &[(&str, u16)]) -> Container {
    let (rpc, http, mode) = (values.container_ports.rpc, values.container_ports.http, values.recovery.mode);
    let start =
        format!("exec {}/bin/spark-class org.apache.spark.deploy.master.Master \"$@\"", instance.platform.spark_home);
    let options = names::words(&[&recovery::options(mode), &values.extra_java_options]);
    let host = daemon::own_host(instance, COMPONENT);
    let arguments = ["--host", &host, "--port", &rpc.to_string(), "--webui-port", &http.to_string()];
    let state = (mode == RecoveryMode::Filesystem).then(|| mount("recovery", recovery::FOLDER, false));
    Container {
        name: COMPONENT.into(),
        // bash and spark-class both exec, so the JVM is PID 1 and gets SIGTERM itself
        command: Some(vec!["/bin/bash".into(), "-ec".into(), recovery::prepare(values) + &start, COMPONENT.into()]),
        args: Some(arguments.map(str::to_owned).into()),
        env: Some(daemon::environment(
            instance,
            format!("{}m", memory::master_heap(values)),
            vec![env("SPARK_MASTER_OPTS", options)],
        )),
        ports: Some(daemon::container_ports(ports)),
        startup_probe: values.startup_probe.probe(&recovery::is_started(http, mode)),
        readiness_probe: values.readiness_probe.probe(&master_reports(http, &["ALIVE"])),
        liveness_probe: values.liveness_probe.probe(&recovery::is_alive(http)),
        volume_mounts: Some(daemon::mounts(instance, state)),
        ..Container::default()
    }
}
