//! Intents of one installation → checked across components → Kubernetes objects.

use serde_json::Value;

use crate::components::airflow::{self, AirflowValues};
use crate::components::configuration::{self, ConfigurationValues};
use crate::components::history_server::{self, HistoryServerValues};
use crate::components::hive_metastore::{self, HiveMetastoreValues};
use crate::components::ingress::{self, IngressValues, Ui};
use crate::components::master::{self, MasterValues};
use crate::components::mlflow::{self, MlflowValues};
use crate::components::network_policy::{self, Installed, NetworkPolicyValues};
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::components::worker::{self, WorkerValues};
use crate::components::{client, extension};
use crate::diagnostic::{Diagnostics, Path, Step};
use crate::documents::Origin;
use crate::instance::Instance;
use crate::intent::{Header, Intent};
use crate::platform::access::{self, AccessValues};
use crate::platform::names::is_label;
use crate::platform::object::{Object, install_order};
use crate::platform::values::PlatformValues;
use crate::sections::{self, Carries, Section};
use crate::{guard, tree, version};

/// The objects of one installation, each with the origin of the intent that it was made for, in install order.
///
/// Mistakes are added to `problems`; with any, the objects are not to be used.
pub fn objects(intents: &[Intent], problems: &mut Diagnostics) -> Vec<(Object, Origin)> {
    let Some(header) = header(intents, problems) else { return Vec::new() };
    version::check(&header.chart.version, problems);
    // each is read before the first is asked for, so that the mistakes of all are found
    let platform: Option<PlatformValues> = required(intents, sections::PLATFORM, problems);
    let configuration: Option<ConfigurationValues> = required(intents, sections::CONFIGURATION, problems);
    let master: Option<MasterValues> = required(intents, sections::MASTER, problems);
    let worker: Option<WorkerValues> = required(intents, sections::WORKER, problems);
    let access: Option<AccessValues> = required(intents, sections::ACCESS, problems);
    let shuffle_service: Option<ShuffleServiceValues> =
        optional(intents, sections::SHUFFLE_SERVICE, |values: &ShuffleServiceValues| values.enabled, problems);
    let ingress: Option<IngressValues> =
        optional(intents, sections::INGRESS, |values: &IngressValues| values.enabled, problems);
    let network_policy: Option<NetworkPolicyValues> =
        optional(intents, sections::NETWORK_POLICY, |values: &NetworkPolicyValues| values.enabled, problems);
    let history_server: Option<HistoryServerValues> =
        optional(intents, sections::HISTORY_SERVER, |values: &HistoryServerValues| values.enabled, problems);
    let hive_metastore: Option<HiveMetastoreValues> =
        optional(intents, sections::HIVE_METASTORE, |values: &HiveMetastoreValues| values.enabled, problems);
    let airflow: Option<AirflowValues> =
        optional(intents, sections::AIRFLOW, |values: &AirflowValues| values.enabled, problems);
    let mlflow: Option<MlflowValues> =
        optional(intents, sections::MLFLOW, |values: &MlflowValues| values.enabled, problems);
    let (Some(platform), Some(configuration), Some(master), Some(worker), Some(access)) =
        (platform, configuration, master, worker, access)
    else {
        return Vec::new();
    };

    let instance = Instance::new(header.release, header.chart, &header.cluster, platform);
    let shuffle_service = shuffle_service.as_ref();
    validate_names(&instance, problems);
    instance.platform.validate(problems);
    configuration.validate(&instance, problems);
    master::validate(&master, &instance.platform.s3, problems);
    if let Some(shuffle_service) = shuffle_service {
        shuffle_service.validate(problems);
    }
    let executor_memory = configuration
        .spark_conf
        .get("spark.executor.memory")
        .map(|value| value.0.as_str())
        .filter(|value| !value.is_empty());
    worker::validate(&worker, shuffle_service, executor_memory, problems);

    let installed = Installed {
        master: &master,
        worker: &worker,
        history_server: history_server.as_ref(),
        hive_metastore: hive_metastore.as_ref(),
        airflow: airflow.as_ref(),
        mlflow: mlflow.as_ref(),
        ingress: ingress.as_ref(),
        spark_conf: &configuration.spark_conf,
    };
    validate_optional(&instance, &installed, &configuration, problems);
    let uis = uis(&instance, &installed);
    if let Some(ingress) = &ingress {
        ingress::validate(ingress, &uis, problems);
    }
    if let Some(network_policy) = &network_policy {
        network_policy.validate(problems);
    }

    let catalog = hive_metastore.iter().flat_map(|values| hive_metastore::spark_conf(&instance, values));
    let derived: Vec<_> = ShuffleServiceValues::spark_conf(shuffle_service).into_iter().chain(catalog).collect();
    let client = client::object(&instance, &configuration, &master, derived.clone());
    let buckets = buckets(&instance, &configuration, &installed);
    let files = configuration::files(&instance, &configuration, derived);
    let (airflow, mlflow, task_pods) = airflow_and_mlflow(&instance, &installed, &access);
    let history_server =
        history_server.iter().flat_map(|values| history_server::objects(&instance, values, &configuration, &files));
    let hive_metastore = hive_metastore.iter().flat_map(|values| hive_metastore::objects(&instance, values, &files));
    let extension = instance.platform.s3.is_configured().then(|| extension::object(&instance));
    let objects: Vec<(Object, Origin)> = [
        (sections::AIRFLOW, airflow),
        (sections::CONFIGURATION, configuration::objects(&instance, &files)),
        (sections::CONFIGURATION, std::iter::once(client).chain(extension).collect()),
        (sections::HISTORY_SERVER, history_server.collect()),
        (sections::HIVE_METASTORE, hive_metastore.collect()),
        (sections::MASTER, master::objects(&instance, &master, &buckets, &files)),
        (sections::MLFLOW, mlflow),
        (sections::ACCESS, access::objects(&instance, &access)),
        (sections::WORKER, worker::objects(&instance, &worker, &master, shuffle_service, &files)),
        (
            sections::INGRESS,
            ingress.as_ref().map(|values| ingress::objects(&instance, values, &uis)).unwrap_or_default(),
        ),
        (
            sections::NETWORK_POLICY,
            network_policy
                .map(|values| network_policy::objects(&instance, &values, &network_policy::flows(&installed)))
                .unwrap_or_default(),
        ),
    ]
    .into_iter()
    .flat_map(|(section, objects)| {
        let origin = origin(intents, section);
        objects.into_iter().map(move |object| (object, origin.clone()))
    })
    .collect();
    guard::check(&objects, &task_pods, &|path| given(intents, path), problems);
    in_install_order(objects)
}

/// What is wrong with the components that may be off.
fn validate_optional(
    instance: &Instance,
    installed: &Installed<'_>,
    configuration: &ConfigurationValues,
    problems: &mut Diagnostics,
) {
    let s3 = &instance.platform.s3;
    if let Some(values) = installed.history_server {
        history_server::validate(values, &configuration.event_log, s3, problems);
    }
    if let Some(values) = installed.hive_metastore {
        hive_metastore::validate(values, s3, problems);
    }
    if let Some(values) = installed.airflow {
        airflow::validate(values, s3, problems);
    }
    if let Some(values) = installed.mlflow {
        mlflow::validate(values, s3, problems);
    }
}

fn uis(instance: &Instance, installed: &Installed<'_>) -> Vec<Ui> {
    let all = [
        Some(master::ui(instance, installed.master)),
        installed.history_server.map(|values| history_server::ui(instance, values)),
        installed.airflow.map(|values| airflow::ui(instance, values)),
        installed.mlflow.map(|values| mlflow::ui(instance, values)),
    ];
    all.into_iter().flatten().collect()
}

/// The objects of Airflow and of MLflow, which know of each other, and the pods of Airflow's tasks.
fn airflow_and_mlflow(
    instance: &Instance,
    installed: &Installed<'_>,
    access: &AccessValues,
) -> (Vec<Object>, Vec<Object>, Vec<Object>) {
    let ingress = installed.ingress;
    let tracking = installed.mlflow.map(|values| mlflow::client_env(instance, values)).unwrap_or_default();
    let task_pods = installed.airflow.map(|values| airflow::task_pods(instance, values, &tracking)).unwrap_or_default();
    let url = ingress.map(|values| values.url("airflow")).unwrap_or_default();
    let airflow = installed.airflow.map(|values| airflow::objects(instance, values, access, &url, &task_pods));
    let host = ingress.map(|values| values.hosts.of("mlflow")).unwrap_or_default();
    let mlflow = installed.mlflow.map(|values| mlflow::objects(instance, values, host));
    (airflow.unwrap_or_default(), mlflow.unwrap_or_default(), task_pods)
}

/// By inserting, as [`sorted`](crate::platform::object::sorted); those of one kind stay in their order.
fn in_install_order(objects: Vec<(Object, Origin)>) -> Vec<(Object, Origin)> {
    let mut ordered: Vec<(Object, Origin)> = Vec::with_capacity(objects.len());
    for (object, origin) in objects {
        let place = install_order(object.kind());
        let at = ordered.partition_point(|(other, _)| install_order(other.kind()) <= place);
        ordered.insert(at, (object, origin));
    }
    ordered
}

/// What must be in the object store before the first application.
fn buckets(instance: &Instance, configuration: &ConfigurationValues, installed: &Installed<'_>) -> Vec<String> {
    let s3 = &instance.platform.s3;
    if !s3.is_configured() || !s3.buckets.create {
        return Vec::new();
    }
    let event_log = configuration.event_log.enabled.then(|| configuration.event_log.directory() + "/");
    let warehouse =
        installed.hive_metastore.map(|values| values.warehouse.url()).filter(|url| url.starts_with("s3a://"));
    let extra = s3.buckets.extra.iter().map(|bucket| format!("s3a://{bucket}"));
    let airflow = installed.airflow.into_iter().flat_map(airflow::data);
    let artifacts = installed.mlflow.map(|values| values.artifacts.url("s3a"));
    event_log.into_iter().chain(warehouse).chain(airflow).chain(artifacts).chain(extra).collect()
}

fn header(intents: &[Intent], problems: &mut Diagnostics) -> Option<Header> {
    let intent = find(intents, sections::PLATFORM, problems);
    let Some(intent) = intent else {
        missing(sections::PLATFORM, problems);
        return None;
    };
    let (header, _) = tree::read(&intent.header);
    if let Err(error) = &header {
        let message = format!("the chart's {} does not say who is installed where: {error}", sections::PLATFORM.kind);
        problems.add(Path::default(), message, "the chart's templates must stay as they were published");
    }
    header.ok()
}

fn required<T: serde::de::DeserializeOwned>(
    intents: &[Intent],
    section: Section,
    problems: &mut Diagnostics,
) -> Option<T> {
    if let Some(intent) = find(intents, section, problems) {
        return intent.values(problems);
    }
    missing(section, problems);
    None
}

/// The values of a component that may be off, which they also say themselves.
fn optional<T: serde::de::DeserializeOwned>(
    intents: &[Intent],
    section: Section,
    is_enabled: impl Fn(&T) -> bool,
    problems: &mut Diagnostics,
) -> Option<T> {
    find(intents, section, problems)?.values(problems).filter(is_enabled)
}

fn missing(section: Section, problems: &mut Diagnostics) {
    problems.add(
        Path::default(),
        format!("the chart sent no {}", section.kind),
        format!("its templates/{} must be there and emit it", section.template),
    );
}

fn find<'a>(intents: &'a [Intent], section: Section, problems: &mut Diagnostics) -> Option<&'a Intent> {
    let mut found = intents.iter().filter(|intent| intent.section.kind == section.kind);
    let first = found.next();
    if found.next().is_some() {
        problems.add(
            Path::default(),
            format!("the chart sent {} twice for one installation", section.kind),
            "the chart's templates must stay as they were published",
        );
    }
    first
}

fn origin(intents: &[Intent], section: Section) -> Origin {
    intents
        .iter()
        .find(|intent| intent.section.kind == section.kind)
        .map(|intent| intent.origin.clone())
        .unwrap_or_default()
}

/// The values of a component as they came, by their path.
fn given<'a>(intents: &'a [Intent], path: &Path) -> Option<&'a Value> {
    let (Step::Key(component), rest) = path.steps().split_first()? else { return None };
    let is_component = |section: &Section| matches!(section.carries, Carries::Key(key) if key == component);
    let intent = intents.iter().find(|intent| is_component(&intent.section))?;
    rest.iter().try_fold(&intent.spec, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(_) => None,
    })
}

fn validate_names(instance: &Instance, problems: &mut Diagnostics) {
    let fullname = instance.names.fullname();
    if is_label(fullname) {
        return;
    }
    let path = match () {
        () if !instance.platform.fullname_override.is_empty() => Path::of("fullnameOverride"),
        () if !instance.platform.name_override.is_empty() => Path::of("nameOverride"),
        () => Path::default(),
    };
    problems.add(
        path,
        format!("objects would be called \"{fullname}\", which is no name of a Service"),
        "lower-case letters, digits and hyphens, starting with a letter",
    );
}
