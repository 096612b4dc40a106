//! The master's objects.

use k8s_openapi::api::core::v1::Container;

use super::COMPONENT;
use super::recovery::Recovery;
use super::values::MasterValues;
use crate::components::configuration::Checksum;
use crate::components::daemon::{self, USER};
use crate::components::extension;
use crate::components::ingress::Ui;
use crate::instance::Instance;
use crate::platform::object::Object;
use crate::platform::pod::{PodParts, env};
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

/// All of them. `buckets` are the `s3a://bucket[/folder]` that must be there before the first application.
pub fn objects(instance: &Instance, values: &MasterValues, buckets: &[String], checksum: &Checksum) -> Vec<Object> {
    let recovery = Recovery::of(instance, values);
    let pod = parts(instance, values, &recovery, buckets, checksum);
    let mut objects = vec![
        daemon::headless_service(instance, COMPONENT, &recovery.ports()),
        // for people and Ingress; not for `spark://`: that must be the name that the master itself advertises
        values.service.object(instance, COMPONENT, recovery.ui_port()),
        daemon::stateful_set(instance, Some(values.replica_count), values.pod(), pod),
    ];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    objects
}

/// The web UI, for what publishes it.
pub fn ui(instance: &Instance, values: &MasterValues) -> Ui {
    Ui { key: COMPONENT, service: instance.names.of(COMPONENT), port: values.service.ports.http }
}

fn parts<'a>(
    instance: &'a Instance,
    values: &MasterValues,
    recovery: &Recovery<'_>,
    buckets: &[String],
    checksum: &Checksum,
) -> PodParts<'a> {
    let mut annotations = checksum.clone();
    let mut volumes = daemon::volumes(instance, recovery.volume());
    if recovery.is_in_s3() || !buckets.is_empty() {
        annotations.extend([extension::checksum()]);
        volumes.push(extension::volume(instance));
    }
    let make_buckets = (!buckets.is_empty()).then(|| extension::make_buckets(instance, buckets));
    PodParts {
        component: COMPONENT,
        image: &instance.platform.image,
        container: container(instance, values, recovery),
        init_containers: make_buckets.into_iter().collect(),
        volumes,
        annotations,
        termination_grace_period_seconds: values.termination_grace_period_seconds,
        user: USER,
    }
}

fn container(instance: &Instance, values: &MasterValues, recovery: &Recovery<'_>) -> Container {
    let (rpc, http) = (values.container_ports.rpc, values.container_ports.http);
    let start =
        format!("exec {}/bin/spark-class org.apache.spark.deploy.master.Master \"$@\"", instance.platform.spark_home);
    let options = names::words(&[&recovery.options(), &values.extra_java_options]);
    let host = daemon::own_host(instance, COMPONENT);
    let arguments = ["--host", &host, "--port", &rpc.to_string(), "--webui-port", &http.to_string()];
    let own = [vec![env("SPARK_MASTER_OPTS", options)], recovery.env()].concat();
    let mounts = recovery.mount().into_iter().chain(recovery.is_in_s3().then(extension::volume_mount));
    Container {
        name: COMPONENT.into(),
        // bash and spark-class both exec, so the JVM is PID 1 and gets SIGTERM itself
        command: Some(vec!["/bin/bash".into(), "-ec".into(), recovery.prepare() + &start, COMPONENT.into()]),
        args: Some(arguments.map(str::to_owned).into()),
        env: Some(daemon::environment(
            instance,
            format!("{}m", memory::heap(&values.daemon_memory, &values.resources.0)),
            own,
        )),
        ports: Some(daemon::container_ports(&recovery.ports())),
        startup_probe: values.startup_probe.probe(&recovery.is_started()),
        readiness_probe: values.readiness_probe.probe(&recovery.is_ready()),
        liveness_probe: values.liveness_probe.probe(&recovery.is_alive()),
        volume_mounts: Some(daemon::mounts(instance, mounts)),
        ..Container::default()
    }
}
