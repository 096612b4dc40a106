//! The workers' objects.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{
    Container, ContainerPort, ExecAction, Lifecycle, LifecycleHandler, Service, ServicePort, ServiceSpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::COMPONENT;
use super::values::WorkerValues;
use crate::components::configuration::{self, Files};
use crate::components::master::{self, MasterValues};
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::instance::Instance;
use crate::platform::labels::{metadata, selector, selector_labels};
use crate::platform::object::Object;
use crate::platform::pod::{self, PodParts, empty_dir, env, env_field, mount};
use crate::platform::probes::Question;
use crate::platform::quantity::number;
use crate::platform::security::User;
use crate::platform::{disruption, memory, names};

/// The user of the Spark image.
const USER: User = User { uid: 1000, gid: 1000 };
/// Seconds beyond the decommission's time-out until SIGKILL.
const GRACE: i64 = 15;
const LOCAL_DIRS: &str = "/opt/spark-local";

/// All of them.
pub fn objects(
    instance: &Instance,
    values: &WorkerValues,
    master: &MasterValues,
    shuffle_service: Option<&ShuffleServiceValues>,
    files: &Files,
) -> Vec<Object> {
    let ports = ports(values, shuffle_service);
    let mut objects = vec![headless_service(instance, &ports), stateful_set(instance, values, master, &ports, files)];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    objects
}

/// Cores offered to executors; `None` when nothing says how many.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
pub fn cores(values: &WorkerValues) -> Option<u32> {
    if !values.cores.0.is_empty() {
        return Some(values.cores.0.parse().unwrap_or(1));
    }
    let resources = &values.resources.0;
    let of = |map: &Option<
        std::collections::BTreeMap<String, k8s_openapi::apimachinery::pkg::api::resource::Quantity>,
    >| map.as_ref().and_then(|map| map.get("cpu")).and_then(|cpu| number(&cpu.0));
    let cpu = of(&resources.limits).or_else(|| of(&resources.requests))?;
    Some(cpu.ceil().clamp(1.0, 1024.0) as u32)
}

fn ports(values: &WorkerValues, shuffle_service: Option<&ShuffleServiceValues>) -> Vec<(&'static str, u16)> {
    let mut ports = vec![("rpc", values.container_ports.rpc), ("http", values.container_ports.http)];
    ports.extend(shuffle_service.map(|service| ("shuffle", service.port)));
    ports
}

/// Gives the pods their DNS names, also while they stop: the executors of a worker that is being decommissioned still
/// serve blocks.
fn headless_service(instance: &Instance, ports: &[(&'static str, u16)]) -> Object {
    Object::new(&Service {
        metadata: metadata(instance, COMPONENT, instance.names.headless(COMPONENT)),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".into()),
            publish_not_ready_addresses: Some(true),
            selector: Some(selector_labels(instance, COMPONENT)),
            ports: Some(
                ports
                    .iter()
                    .map(|(name, port)| ServicePort {
                        name: Some((*name).into()),
                        port: i32::from(*port),
                        target_port: Some(IntOrString::String((*name).into())),
                        ..ServicePort::default()
                    })
                    .collect(),
            ),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    })
}

fn stateful_set(
    instance: &Instance,
    values: &WorkerValues,
    master: &MasterValues,
    ports: &[(&'static str, u16)],
    files: &Files,
) -> Object {
    let pod_parts = PodParts {
        component: COMPONENT,
        container: container(instance, values, master, ports),
        init_containers: vec![wait_for_master(instance, master)],
        volumes: vec![
            configuration::volume(instance),
            empty_dir("tmp", "", ""),
            empty_dir("work-dir", &values.work_dir.size_limit, ""),
            empty_dir("local-dirs", &values.local_dirs.size_limit, &values.local_dirs.medium),
        ],
        annotations: configuration::checksum(files),
        termination_grace_period_seconds: if values.decommission.enabled {
            values.decommission.timeout_seconds + GRACE
        } else {
            GRACE
        },
        user: USER,
    };
    Object::new(&StatefulSet {
        metadata: metadata(instance, COMPONENT, instance.names.of(COMPONENT)),
        spec: StatefulSetSpec {
            replicas: Some(values.replica_count),
            service_name: Some(instance.names.headless(COMPONENT)),
            pod_management_policy: Some("Parallel".into()),
            selector: selector(instance, COMPONENT),
            template: pod::template(instance, &values.pod(), pod_parts),
            ..StatefulSetSpec::default()
        },
        ..StatefulSet::default()
    })
}

/// A worker that starts long before its master retries at growing intervals of up to 90 s, and then exits
/// (`Worker.INITIAL_REGISTRATION_RETRIES`); so it waits here, where half a second is enough.
fn wait_for_master(instance: &Instance, values: &MasterValues) -> Container {
    let hosts: Vec<String> = (0..values.replica_count).map(|ordinal| master::host(instance, ordinal)).collect();
    let script = format!(
        "until for host in {}; do timeout 2 bash -c \"exec 3<>/dev/tcp/$host/{}\" 2>/dev/null && exit 0; done; false; do sleep 0.5; done",
        hosts.join(" "),
        values.container_ports.rpc
    );
    Container {
        name: "wait-for-master".into(),
        command: Some(vec!["/bin/bash".into(), "-c".into(), script]),
        ..Container::default()
    }
}

fn container(
    instance: &Instance,
    values: &WorkerValues,
    master: &MasterValues,
    ports: &[(&'static str, u16)],
) -> Container {
    let spark_home = &instance.platform.spark_home;
    let work_dir = format!("{spark_home}/work-dir");
    let service = instance.names.headless(COMPONENT);
    let host = format!("$(POD_NAME).{service}.{}.svc.{}", instance.release.namespace, instance.platform.cluster_domain);
    // Python workers of a killed executor become children of PID 1, and a JVM does not reap them: tini does, where the image has it
    let script = format!(
        "set -- {spark_home}/bin/spark-class org.apache.spark.deploy.worker.Worker \"$@\"\ncommand -v tini >/dev/null && exec tini -- \"$@\"\nexec \"$@\""
    );
    let args = [
        "--host",
        &host,
        "--port",
        &values.container_ports.rpc.to_string(),
        "--webui-port",
        &values.container_ports.http.to_string(),
        "--cores",
        &cores(values).unwrap_or(1).to_string(),
        "--memory",
        &format!("{}m", memory::worker_executors(values).unwrap_or(memory::DEFAULT_EXECUTOR)),
        "--work-dir",
        &work_dir,
        &master::url(instance, master),
    ];
    // the shuffle service keeps its register in spark.local.dir, not in SPARK_LOCAL_DIRS
    let options = format!(
        "-Dspark.local.dir={LOCAL_DIRS} -Dspark.worker.cleanup.enabled=true -Dspark.worker.cleanup.appDataTtl={}",
        values.work_dir.retention_seconds
    );
    Container {
        name: COMPONENT.into(),
        command: Some(vec!["/bin/bash".into(), "-c".into(), script, COMPONENT.into()]),
        args: Some(args.map(str::to_owned).into()),
        env: Some(
            [
                vec![
                    env_field("POD_NAME", "metadata.name"),
                    env("SPARK_CONF_DIR", format!("{spark_home}/conf")),
                    env(
                        "SPARK_DAEMON_MEMORY",
                        if values.daemon_memory.is_empty() { "512m".to_owned() } else { values.daemon_memory.clone() },
                    ),
                    env("SPARK_DAEMON_JAVA_OPTS", memory::DAEMON_JAVA_OPTIONS),
                    env("SPARK_LOCAL_DIRS", LOCAL_DIRS),
                    env("SPARK_WORKER_OPTS", names::words(&[&options, &values.extra_java_options])),
                ],
                // executors inherit the worker's environment
                instance.platform.s3.env(),
            ]
            .concat(),
        ),
        ports: Some(
            ports
                .iter()
                .map(|(name, port)| ContainerPort {
                    name: Some((*name).into()),
                    container_port: i32::from(*port),
                    ..ContainerPort::default()
                })
                .collect(),
        ),
        startup_probe: values.startup_probe.probe(&Question::Open("http")),
        readiness_probe: values.readiness_probe.probe(&Question::Http("/json/", "http")),
        liveness_probe: values.liveness_probe.probe(&Question::Http("/json/", "http")),
        lifecycle: values.decommission.enabled.then(|| decommission(values.decommission.timeout_seconds)),
        volume_mounts: Some(vec![
            mount(configuration::VOLUME, format!("{spark_home}/conf"), true),
            mount("tmp", "/tmp", false),
            mount("work-dir", work_dir, false),
            mount("local-dirs", LOCAL_DIRS, false),
        ]),
        ..Container::default()
    }
}

/// SIGPWR is Spark's "decommission" (`spark.worker.decommission.signal`): the master gives this worker no new executors,
/// and the present ones exit after their tasks. `[C]` keeps pgrep from finding this shell itself.
fn decommission(timeout_seconds: i64) -> Lifecycle {
    let script = format!(
        "kill -PWR 1; for i in $(seq {timeout_seconds}); do pgrep -f '[C]oarseGrainedExecutorBackend' >/dev/null || break; sleep 1; done"
    );
    let exec = ExecAction { command: Some(vec!["/bin/bash".into(), "-c".into(), script]) };
    Lifecycle {
        pre_stop: Some(LifecycleHandler { exec: Some(exec), ..LifecycleHandler::default() }),
        ..Lifecycle::default()
    }
}
