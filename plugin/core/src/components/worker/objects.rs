//! The workers' objects.

use k8s_openapi::api::core::v1::Container;

use super::values::WorkerValues;
use super::{COMPONENT, autoscaling, local_dirs};
use crate::components::configuration::Checksum;
use crate::components::daemon::{self, USER};
use crate::components::master::{self, MasterValues};
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::instance::Instance;
use crate::platform::object::Object;
use crate::platform::pod::{PodParts, empty_dir, env, mount};
use crate::platform::probes::{Question, worker_is_registered};
use crate::platform::quantity::number;
use crate::platform::{disruption, memory, names};

const LOCAL_DIRS: &str = "/opt/spark-local";

/// All of them.
pub fn objects(
    instance: &Instance,
    values: &WorkerValues,
    master: &MasterValues,
    shuffle_service: Option<&ShuffleServiceValues>,
    checksum: &Checksum,
) -> Vec<Object> {
    let ports = ports(values, shuffle_service);
    let pod = parts(instance, values, container(instance, values, master, &ports), master, checksum);
    // with an autoscaler the number is its own, and an upgrade must not set it back
    let replicas = (!values.autoscaling.enabled).then_some(values.replica_count);
    let mut objects = vec![
        daemon::headless_service(instance, COMPONENT, &ports),
        daemon::stateful_set(instance, replicas, values.pod(), pod),
    ];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    objects.extend(autoscaling::object(instance, &values.autoscaling));
    objects.extend(values.gpu.object(instance));
    objects
}

/// Cores offered to executors; `None` when nothing says how many.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
pub fn cores(values: &WorkerValues) -> Option<u32> {
    if !values.cores.0.is_empty() {
        return Some(values.cores.0.parse().unwrap_or(1));
    }
    let resources = &values.resources.0;
    let stated = [&resources.limits, &resources.requests].into_iter().find_map(|amounts| amounts.as_ref()?.get("cpu"));
    let cpu = number(&stated?.0)?;
    Some(cpu.ceil().clamp(1.0, 1024.0) as u32)
}

fn ports(values: &WorkerValues, shuffle_service: Option<&ShuffleServiceValues>) -> Vec<(&'static str, u16)> {
    let mut ports = vec![("rpc", values.container_ports.rpc), ("http", values.container_ports.http)];
    ports.extend(shuffle_service.map(|service| ("shuffle", service.port)));
    ports
}

fn parts<'a>(
    instance: &'a Instance,
    values: &WorkerValues,
    container: Container,
    master: &MasterValues,
    checksum: &Checksum,
) -> PodParts<'a> {
    let own = [
        empty_dir("work-dir", &values.work_dir.size_limit, ""),
        local_dirs::volume(instance, "local-dirs", &values.local_dirs),
    ];
    PodParts {
        component: COMPONENT,
        image: &instance.platform.image,
        container,
        init_containers: vec![wait_for_master(instance, master)],
        volumes: daemon::volumes(instance, own.into_iter().chain(values.gpu.volume(instance))),
        annotations: checksum.clone(),
        termination_grace_period_seconds: values.decommission.grace_period(),
        user: USER,
    }
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

fn container(instance: &Instance, values: &WorkerValues, master: &MasterValues, ports: &[(&str, u16)]) -> Container {
    let spark_home = &instance.platform.spark_home;
    let work_dir = format!("{spark_home}/work-dir");
    let host = daemon::own_host(instance, COMPONENT);
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
    let heap = if values.daemon_memory.is_empty() { "512m".to_owned() } else { values.daemon_memory.clone() };
    let mut container = Container {
        name: COMPONENT.into(),
        command: Some(vec!["/bin/bash".into(), "-c".into(), script, COMPONENT.into()]),
        args: Some(args.map(str::to_owned).into()),
        env: Some(daemon::environment(
            instance,
            heap,
            vec![
                env("SPARK_LOCAL_DIRS", LOCAL_DIRS),
                env(
                    "SPARK_WORKER_OPTS",
                    names::words(&[&options, &values.gpu.java_options(), &values.extra_java_options]),
                ),
            ],
        )),
        ports: Some(daemon::container_ports(ports)),
        // started is who has registered, so that `helm --wait` waits for that
        startup_probe: values.startup_probe.probe(&worker_is_registered(values.container_ports.http)),
        readiness_probe: values.readiness_probe.probe(&Question::Http("/json/", "http")),
        liveness_probe: values.liveness_probe.probe(&Question::Http("/json/", "http")),
        lifecycle: values.decommission.lifecycle(),
        volume_mounts: Some(daemon::mounts(
            instance,
            [mount("work-dir", work_dir, false), mount("local-dirs", LOCAL_DIRS, false)],
        )),
        ..Container::default()
    };
    values.gpu.add_to(&mut container);
    container
}
