//! The History Server's objects.

use k8s_openapi::api::core::v1::Container;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::COMPONENT;
use super::values::HistoryServerValues;
use crate::components::configuration::{Checksum, ConfigurationValues};
use crate::components::daemon::{self, USER};
use crate::components::extension;
use crate::components::ingress::Ui;
use crate::instance::Instance;
use crate::platform::object::Object;
use crate::platform::pod::{PodParts, empty_dir, env, mount};
use crate::platform::probes::Question;
use crate::platform::quantity::{MIB, bytes};
use crate::platform::{memory, names};

const STORE: &str = "/opt/spark-history";

/// All of them.
pub fn objects(
    instance: &Instance,
    values: &HistoryServerValues,
    configuration: &ConfigurationValues,
    checksum: &Checksum,
) -> Vec<Object> {
    let store = values.store.enabled.then(|| empty_dir("store", &values.store.size_limit, ""));
    let mut annotations = checksum.clone();
    annotations.extend([extension::checksum()]);
    let pod = PodParts {
        volumes: daemon::volumes(instance, store.into_iter().chain([extension::volume(instance)])),
        annotations,
        ..PodParts::new(COMPONENT, &instance.platform.image, container(instance, values, configuration), USER)
    };
    vec![values.service.object(instance, COMPONENT, "http"), daemon::deployment(instance, 1, values.pod(), pod)]
}

/// The web UI, for what publishes it.
pub fn ui(instance: &Instance, values: &HistoryServerValues) -> Ui {
    Ui { key: "history", service: instance.names.of(COMPONENT), port: values.service.ports.http }
}

/// The folders of event logs: that of the chart's own applications first.
fn directories(values: &HistoryServerValues, configuration: &ConfigurationValues) -> Vec<String> {
    let own = configuration.event_log.enabled.then(|| configuration.event_log.directory());
    own.into_iter().chain(values.extra_log_directories.iter().map(|url| url.trim_end_matches('/').to_owned())).collect()
}

fn container(instance: &Instance, values: &HistoryServerValues, configuration: &ConfigurationValues) -> Container {
    let directories = directories(values, configuration);
    let heap = memory::heap(&values.daemon_memory, &values.resources.0);
    // as options and not in spark-defaults.conf, which restarts every pod when it changes; but what the user put there wins
    let options: Vec<String> = properties(values, &directories, heap)
        .into_iter()
        .filter(|(key, _)| !configuration.spark_conf.contains_key(*key))
        .map(|(key, value)| format!("-D{key}={value}"))
        .collect();
    let own = vec![
        env("SPARK_HISTORY_OPTS", names::words(&[&options.join(" "), &values.extra_java_options])),
        env("SPARK_DAEMON_CLASSPATH", extension::classpath()),
    ];
    let start =
        format!("exec {}/bin/spark-class org.apache.spark.deploy.history.HistoryServer", instance.platform.spark_home);
    let answers = Question::Http("/api/v1/version", "http");
    let mounts = values.store.enabled.then(|| mount("store", STORE, false));
    Container {
        name: COMPONENT.into(),
        command: Some(vec!["/bin/bash".into(), "-c".into(), start]),
        env: Some(daemon::environment(instance, format!("{heap}m"), own)),
        ports: Some(daemon::container_ports(&[("http", values.container_ports.http)])),
        startup_probe: values.startup_probe.probe(&answers),
        readiness_probe: values.readiness_probe.probe(&answers),
        liveness_probe: values.liveness_probe.probe(&answers),
        volume_mounts: Some(daemon::mounts(instance, mounts.into_iter().chain([extension::volume_mount()]))),
        ..Container::default()
    }
}

/// Spark's documentation, "Monitoring and Instrumentation", "Spark History Server Configuration Options".
fn properties(values: &HistoryServerValues, directories: &[String], heap: u64) -> Vec<(&'static str, String)> {
    let mut properties = vec![
        ("spark.history.ui.port", values.container_ports.http.to_string()),
        ("spark.history.fs.logDirectory", directories.join(",")),
        ("spark.history.fs.update.interval", values.update_interval.clone()),
        // Spark's own provider takes one folder, and ends where that is not there yet
        ("spark.history.provider", extension::HISTORY_PROVIDER.into()),
    ];
    if values.cleaner.enabled {
        properties.extend([
            ("spark.history.fs.cleaner.enabled", "true".into()),
            ("spark.history.fs.cleaner.interval", values.cleaner.interval.clone()),
            ("spark.history.fs.cleaner.maxAge", values.cleaner.max_age.clone()),
        ]);
    }
    if values.store.enabled {
        let size = bytes(&Quantity(values.store.size_limit.clone())).unwrap_or_default();
        properties.extend([
            ("spark.history.store.path", STORE.into()),
            ("spark.history.store.maxDiskUsage", format!("{}m", size / MIB * 8 / 10)),
            // what is read goes to memory first, so that its UI opens at once, and to disk in the background
            ("spark.history.store.hybridStore.enabled", "true".into()),
            ("spark.history.store.hybridStore.maxMemoryUsage", format!("{}m", heap * 3 / 10)),
        ]);
    }
    properties
}
