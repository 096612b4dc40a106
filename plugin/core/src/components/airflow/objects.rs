//! Airflow's objects.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Container, EnvVar};

use super::values::AirflowValues;
use super::{
    DAG_PROCESSOR, DATABASE, MIGRATION, NAME, SCHEDULER, TRIGGERER, USER, WEBSERVER, WORKER, configuration, dags,
    migration, processes, tasks,
};
use crate::components::configuration::{Files, checksum};
use crate::components::ingress::Ui;
use crate::instance::Instance;
use crate::platform::access::{self, AccessValues, component_account, rule};
use crate::platform::deployment::{self, Update};
use crate::platform::labels::metadata;
use crate::platform::object::Object;
use crate::platform::pod::{self, Extras, PodParts, env};
use crate::platform::pod_settings::PodSettings;
use crate::platform::probes::Question;
use crate::platform::values::PodDisruptionBudgetValues;
use crate::platform::{disruption, ports, postgresql};
use crate::texts::text;

/// All of them. `url` is where people see the web UI, or empty; `pods` are the templates of the pods of tasks.
pub fn objects(
    instance: &Instance,
    values: &AirflowValues,
    access: &AccessValues,
    url: &str,
    pods: &[Object],
) -> Vec<Object> {
    let config_map = |name: String, files: Files| {
        Object::new(&ConfigMap { metadata: metadata(instance, NAME, name), data: Some(files), ..ConfigMap::default() })
    };
    let configuration = configuration::files(instance, values, url);
    let templates = tasks::templates(pods);
    let mut read_at_start = configuration.clone();
    read_at_start.extend(templates.clone());
    let annotations = checksum(&read_at_start);

    let mut objects = vec![
        config_map(instance.names.of(NAME), configuration),
        config_map(processes::templates(instance), templates),
        config_map(tasks::jobs_config_map(instance), dags::jobs(values)),
        values.webserver.service.object(instance, WEBSERVER, "http"),
        migration::job(instance, values),
    ];
    objects.extend(dags::files(values).map(|files| config_map(dags::config_map(instance), files)));
    for (component, rules) in rights(values) {
        objects.extend(access::of_component(instance, access, component, rules));
    }
    for process in processes(instance, values, url) {
        objects.extend(process.objects(instance, values, &annotations));
    }
    if values.postgresql.enabled {
        objects.extend(postgresql::objects(instance, DATABASE, &values.postgresql));
    }
    objects
}

/// The web UI, for what publishes it.
pub fn ui(instance: &Instance, values: &AirflowValues) -> Ui {
    Ui { key: NAME, service: instance.names.of(WEBSERVER), port: values.webserver.service.ports.http }
}

/// What must be in the object store before the first task.
pub fn data(values: &AirflowValues) -> [String; 2] {
    [values.logs.url("s3a"), values.data.url("s3a")]
}

/// The components that use the database.
pub fn components(values: &AirflowValues) -> Vec<&'static str> {
    let of_2 = (!values.is_3()).then_some(WORKER);
    let of_3 = values.is_3().then_some(DAG_PROCESSOR);
    [WEBSERVER, SCHEDULER, TRIGGERER, MIGRATION].into_iter().chain(of_2).chain(of_3).collect()
}

/// Is there anything that waits for deferred tasks?
pub fn has_triggerer(values: &AirflowValues) -> bool {
    values.triggerer.replica_count > 0
}

/// Who calls the Kubernetes API, and what for.
fn rights(values: &AirflowValues) -> Vec<(&'static str, Vec<access::PolicyRule>)> {
    let pods = || rule("pods", &["create", "get", "list", "watch", "patch", "delete"]);
    let logs = || rule("pods/log", &["get"]);
    // KubernetesPodOperators make pods and tell what becomes of them
    let mut worker = vec![pods(), logs(), rule("events", &["list", "watch"])];
    worker.extend(values.pod_exec.then(|| rule("pods/exec", &["create", "get"])));
    let mut rights = vec![
        // makes, watches, adopts and deletes the pods of tasks
        (SCHEDULER, vec![pods(), logs(), rule("events", &["list"])]),
        // shows the log of a task that still runs
        (WEBSERVER, vec![rule("pods", &["list"]), logs()]),
        (WORKER, worker),
    ];
    if has_triggerer(values) {
        // looks after the pod of a KubernetesPodOperator with `deferrable=True`
        let looks = vec![rule("pods", &["get", "list", "watch", "delete"]), logs(), rule("events", &["list", "watch"])];
        rights.push((TRIGGERER, looks));
    }
    rights
}

/// A process, in pods of its own.
struct Process<'a> {
    component: &'static str,
    replicas: i32,
    settings: &'a PodSettings,
    pdb: &'a PodDisruptionBudgetValues,
    command: Vec<String>,
    ports: Vec<(&'static str, u16)>,
    /// Startup, readiness, liveness.
    questions: [Question; 3],
    environment: Vec<EnvVar>,
    calls_kubernetes: bool,
    reads_dags: bool,
    update: Update,
}

fn processes<'a>(instance: &Instance, values: &'a AirflowValues, url: &str) -> Vec<Process<'a>> {
    let all = [
        Some(webserver(values, url)),
        Some(scheduler(values)),
        values.is_3().then(|| with_heartbeat(instance, values, DAG_PROCESSOR)),
        has_triggerer(values).then(|| with_heartbeat(instance, values, TRIGGERER)),
    ];
    all.into_iter().flatten().collect()
}

fn webserver<'a>(values: &'a AirflowValues, url: &str) -> Process<'a> {
    let own = &values.webserver;
    let port = own.container_ports.http.to_string();
    let is_behind_proxy = values.is_3() && !url.is_empty();
    let mut command = if values.is_3() {
        vec!["api-server", "--port", &port]
    } else {
        // the pid file would be in Airflow's home, which is read-only
        vec!["webserver", "--port", &port, "--pid", "/tmp/webserver.pid"]
    };
    command.extend(is_behind_proxy.then_some("--proxy-headers"));
    let is_up = Question::Http(if values.is_3() { "/api/v2/version" } else { "/health" }, "http");
    Process {
        component: WEBSERVER,
        replicas: own.replica_count,
        settings: own.pod(),
        pdb: &own.pdb,
        command: airflow(&command),
        ports: vec![("http", own.container_ports.http)],
        questions: [is_up.clone(), is_up.clone(), is_up],
        // of whom the headers are taken: the Ingress controller, whose address nobody knows
        environment: is_behind_proxy.then(|| env("FORWARDED_ALLOW_IPS", "*")).into_iter().collect(),
        calls_kubernetes: true,
        reads_dags: false,
        update: Update::Rolling,
    }
}

fn scheduler(values: &AirflowValues) -> Process<'_> {
    let own = &values.scheduler;
    // it fails when the heartbeat is old, while the process and all other ports look well
    let beats = Question::Http("/health", "health");
    Process {
        component: SCHEDULER,
        replicas: own.replica_count,
        settings: own.pod(),
        pdb: &own.pdb,
        command: airflow(&["scheduler"]),
        ports: vec![("health", processes::HEALTH_PORT)],
        questions: [beats.clone(), beats.clone(), beats],
        environment: Vec::new(),
        calls_kubernetes: true,
        reads_dags: !values.is_3(),
        update: Update::Recreate,
    }
}

/// The DAG processor and the triggerer answer nobody: the web server tells of their last heartbeat. (`airflow jobs check`
/// is a whole start of Airflow each time.)
fn with_heartbeat<'a>(instance: &Instance, values: &'a AirflowValues, component: &'static str) -> Process<'a> {
    let is_triggerer = component == TRIGGERER;
    let (own, name, ports, environment) = if is_triggerer {
        // the web server asks it for the log of what it waits for: a pod of a Deployment has no name in DNS
        let address = env("AIRFLOW__CORE__HOSTNAME_CALLABLE", "airflow.utils.net.get_host_ip_address");
        (&values.triggerer, "triggerer", vec![("logs", processes::TRIGGERER_LOGS)], vec![address])
    } else {
        (&values.dag_processor, "dag-processor", Vec::new(), Vec::new())
    };
    let path = if values.is_3() { "/api/v2/monitor/health" } else { "/health" };
    let address = processes::api(instance, values) + path;
    let script = text!("components/airflow/scripts/health.py");
    // its own trouble must not restart these pods: alive is also of whom it cannot tell
    let beats = |unknown: &str| {
        let key = name.replace('-', "_");
        Question::Command(["python", "-IS", "-c", &script, &address, &key, unknown].map(str::to_owned).into())
    };
    Process {
        component,
        replicas: own.replica_count,
        settings: own.pod(),
        pdb: &own.pdb,
        command: airflow(&[name]),
        ports,
        questions: [beats("1"), beats("1"), beats("0")],
        environment,
        calls_kubernetes: is_triggerer,
        reads_dags: true,
        update: Update::Recreate,
    }
}

fn airflow(arguments: &[&str]) -> Vec<String> {
    std::iter::once(&"airflow").chain(arguments).map(|word| (*word).to_owned()).collect()
}

impl Process<'_> {
    fn objects(
        self,
        instance: &Instance,
        values: &AirflowValues,
        annotations: &BTreeMap<String, String>,
    ) -> Vec<Object> {
        let Self { component, settings, reads_dags, questions: [started, ready, alive], .. } = self;
        let mut environment = processes::environment(instance);
        environment.extend(processes::secrets(instance, values));
        environment.extend(self.environment);
        let git_sync = |is_once| dags::git_sync(instance, values, is_once).filter(|_| reads_dags);
        let parts = PodParts {
            component,
            image: &values.image,
            container: Container {
                name: component.trim_start_matches("airflow-").into(),
                command: Some(self.command),
                env: Some(environment),
                ports: Some(ports::container_ports(&self.ports)).filter(|ports| !ports.is_empty()),
                startup_probe: settings.startup_probe.probe(&started),
                readiness_probe: settings.readiness_probe.probe(&ready),
                liveness_probe: settings.liveness_probe.probe(&alive),
                volume_mounts: Some(processes::mounts(values, reads_dags)),
                ..Container::default()
            },
            init_containers: [Some(processes::wait_for_migration(instance, values)), git_sync(true)]
                .into_iter()
                .flatten()
                .collect(),
            volumes: processes::volumes(instance, values, reads_dags),
            annotations: annotations.clone(),
            termination_grace_period_seconds: 60,
            user: USER,
        };
        let extras = Extras {
            service_account: self.calls_kubernetes.then(|| component_account(instance, component)),
            sidecars: git_sync(false).into_iter().collect(),
        };
        let template = pod::template_with(instance, settings, parts, extras);
        let mut objects = vec![deployment::object(instance, component, self.replicas, self.update, template)];
        objects.extend(disruption::object(instance, component, self.pdb));
        objects
    }
}
