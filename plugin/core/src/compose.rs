//! Intents of one installation → checked across components → Kubernetes objects.

use serde_json::Value;

use crate::components::airflow::{self, AirflowValues};
use crate::components::configuration::{self, ConfigurationValues};
use crate::components::history_server::{self, HistoryServerValues};
use crate::components::hive_metastore::{self, HiveMetastoreValues};
use crate::components::ingress::{self, IngressValues, Ui};
use crate::components::master::{self, MasterValues};
use crate::components::mlflow::{self, MlflowValues};
use crate::components::network_policy::{self, NetworkPolicyValues};
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::components::worker::{self, WorkerValues};
use crate::components::{client, extension};
use crate::diagnostic::{Diagnostics, Path, Step};
use crate::documents::Origin;
use crate::instance::Instance;
use crate::intent::{Header, Intent};
use crate::platform::access::{self, AccessValues};
use crate::platform::names::is_label;
use crate::platform::object::{Object, in_order, install_order};
use crate::sections::{self, Carries, Section};
use crate::{guard, tree, version};

/// The objects of one installation, each with the origin of the intent that it was made for, in install order.
///
/// Mistakes are added to `problems`; with any, the objects are not to be used.
pub fn objects(intents: &[Intent], problems: &mut Diagnostics) -> Vec<(Object, Origin)> {
    let Some(installation) = Installation::read(intents, problems) else { return Vec::new() };
    installation.validate(problems);
    let installation = installation.without_what_is_off();
    installation.validate_what_is_around(problems);
    let task_pods = installation.task_pods();
    let objects = installation.objects(&task_pods).into_iter().flat_map(|(section, objects)| {
        let origin = origin(intents, section);
        objects.into_iter().map(move |object| (object, origin.clone()))
    });
    let objects: Vec<(Object, Origin)> = objects.collect();
    guard::check(&objects, &task_pods, &|path| given(intents, path), problems);
    in_order(objects, |(object, _)| install_order(object.kind()))
}

/// The values of all components, those that are off too.
struct Installation {
    instance: Instance,
    configuration: ConfigurationValues,
    master: MasterValues,
    worker: WorkerValues,
    access: AccessValues,
    shuffle_service: Option<ShuffleServiceValues>,
    ingress: Option<IngressValues>,
    network_policy: Option<NetworkPolicyValues>,
    history_server: Option<HistoryServerValues>,
    hive_metastore: Option<HiveMetastoreValues>,
    airflow: Option<AirflowValues>,
    mlflow: Option<MlflowValues>,
}

impl Installation {
    /// Each is read before the first is asked for, so that the mistakes of all are found.
    fn read(intents: &[Intent], problems: &mut Diagnostics) -> Option<Self> {
        let header = header(intents, problems)?;
        version::check(&header.chart.version, problems);
        let platform = required(intents, sections::PLATFORM, problems);
        let configuration = required(intents, sections::CONFIGURATION, problems);
        let master = required(intents, sections::MASTER, problems);
        let worker = required(intents, sections::WORKER, problems);
        let access = required(intents, sections::ACCESS, problems);
        let shuffle_service = optional(intents, sections::SHUFFLE_SERVICE, problems);
        let ingress = optional(intents, sections::INGRESS, problems);
        let network_policy = optional(intents, sections::NETWORK_POLICY, problems);
        let history_server = optional(intents, sections::HISTORY_SERVER, problems);
        let hive_metastore = optional(intents, sections::HIVE_METASTORE, problems);
        let airflow = optional(intents, sections::AIRFLOW, problems);
        let mlflow = optional(intents, sections::MLFLOW, problems);
        Some(Self {
            instance: Instance::new(header.release, header.chart, &header.cluster, platform?),
            configuration: configuration?,
            master: master?,
            worker: worker?,
            access: access?,
            shuffle_service,
            ingress,
            network_policy,
            history_server,
            hive_metastore,
            airflow,
            mlflow,
        })
    }

    fn validate(&self, problems: &mut Diagnostics) {
        let Self { instance, configuration, master, worker, .. } = self;
        let s3 = &instance.platform.s3;
        validate_names(instance, problems);
        instance.platform.validate(problems);
        configuration.validate(instance, problems);
        master::validate(master, s3, problems);
        let shuffle_service = self.shuffle_service.as_ref().filter(|values| values.enabled);
        if let Some(values) = shuffle_service {
            values.validate(problems);
        }
        if let Some(values) = &self.history_server {
            let check = |problems: &mut _| history_server::validate(values, &configuration.event_log, s3, problems);
            as_helm_does(values.enabled, &check, problems);
        }
        if let Some(values) = &self.hive_metastore {
            as_helm_does(values.enabled, &|problems| hive_metastore::validate(values, s3, problems), problems);
        }
        if let Some(values) = &self.airflow {
            as_helm_does(values.enabled, &|problems| airflow::validate(values, s3, problems), problems);
        }
        if let Some(values) = &self.mlflow {
            as_helm_does(values.enabled, &|problems| mlflow::validate(values, s3, problems), problems);
        }
        worker::validate(worker, shuffle_service, &configuration.spark_conf, problems);
    }

    /// What is said of components that are on, once the others are gone.
    fn validate_what_is_around(&self, problems: &mut Diagnostics) {
        if let Some(values) = &self.ingress {
            ingress::validate(values, &self.uis(), problems);
        }
        if let Some(values) = &self.network_policy {
            values.validate(problems);
        }
    }

    fn without_what_is_off(self) -> Self {
        Self {
            shuffle_service: self.shuffle_service.filter(|values| values.enabled),
            ingress: self.ingress.filter(|values| values.enabled),
            network_policy: self.network_policy.filter(|values| values.enabled),
            history_server: self.history_server.filter(|values| values.enabled),
            hive_metastore: self.hive_metastore.filter(|values| values.enabled),
            airflow: self.airflow.filter(|values| values.enabled),
            mlflow: self.mlflow.filter(|values| values.enabled),
            ..self
        }
    }

    /// The web UIs of the components.
    fn uis(&self) -> Vec<Ui> {
        let instance = &self.instance;
        let uis = [
            Some(master::ui(instance, &self.master)),
            self.history_server.as_ref().map(|values| history_server::ui(instance, values)),
            self.airflow.as_ref().map(|values| airflow::ui(instance, values)),
            self.mlflow.as_ref().map(|values| mlflow::ui(instance, values)),
        ];
        uis.into_iter().flatten().collect()
    }

    /// The pods that Airflow's tasks are made from.
    fn task_pods(&self) -> Vec<Object> {
        let tracking = self.mlflow.as_ref().map(|values| mlflow::client_env(&self.instance, values));
        let airflow = self.airflow.as_ref();
        airflow
            .map(|values| airflow::task_pods(&self.instance, values, &tracking.unwrap_or_default()))
            .unwrap_or_default()
    }

    /// All of them, each by the section that asked for it.
    fn objects(&self, task_pods: &[Object]) -> Vec<(Section, Vec<Object>)> {
        let Self { instance, configuration, master, worker, access, ingress, .. } = self;
        let shuffle_service = self.shuffle_service.as_ref();
        let catalog = self.hive_metastore.iter().flat_map(|values| hive_metastore::spark_conf(instance, values));
        let derived: Vec<_> = ShuffleServiceValues::spark_conf(shuffle_service).into_iter().chain(catalog).collect();
        let client = client::object(instance, configuration, master, derived.clone());
        let files = configuration::files(instance, configuration, derived);
        let checksum = configuration::checksum(&files);
        let extension = instance.platform.s3.is_configured().then(|| extension::object(instance));
        let configuration_objects =
            configuration::objects(instance, &files).into_iter().chain([client]).chain(extension);

        let history_server = self
            .history_server
            .iter()
            .flat_map(|values| history_server::objects(instance, values, configuration, &checksum));
        let hive_metastore =
            self.hive_metastore.iter().flat_map(|values| hive_metastore::objects(instance, values, &files));
        let airflow_url = ingress.as_ref().map(|values| values.url("airflow")).unwrap_or_default();
        let airflow =
            self.airflow.iter().flat_map(|values| airflow::objects(instance, values, access, &airflow_url, task_pods));
        let mlflow_host = ingress.as_ref().map(|values| values.hosts.of("mlflow")).unwrap_or_default();
        let mlflow = self.mlflow.iter().flat_map(|values| mlflow::objects(instance, values, mlflow_host));
        let ingress_objects = ingress.iter().flat_map(|values| ingress::objects(instance, values, &self.uis()));
        let network_policy =
            self.network_policy.iter().flat_map(|values| network_policy::objects(instance, values, &self.flows()));
        vec![
            (sections::AIRFLOW, airflow.collect()),
            (sections::CONFIGURATION, configuration_objects.collect()),
            (sections::HISTORY_SERVER, history_server.collect()),
            (sections::HIVE_METASTORE, hive_metastore.collect()),
            (sections::MASTER, master::objects(instance, master, &self.buckets(), &checksum)),
            (sections::MLFLOW, mlflow.collect()),
            (sections::ACCESS, access::objects(instance, access)),
            (sections::WORKER, worker::objects(instance, worker, master, shuffle_service, &checksum)),
            (sections::INGRESS, ingress_objects.collect()),
            (sections::NETWORK_POLICY, network_policy.collect()),
        ]
    }

    fn flows(&self) -> Vec<network_policy::Flow> {
        network_policy::flows(&network_policy::Installed {
            master: &self.master,
            worker: &self.worker,
            history_server: self.history_server.as_ref(),
            hive_metastore: self.hive_metastore.as_ref(),
            airflow: self.airflow.as_ref(),
            mlflow: self.mlflow.as_ref(),
            ingress: self.ingress.as_ref(),
            spark_conf: &self.configuration.spark_conf,
        })
    }

    /// What must be in the object store before the first application.
    fn buckets(&self) -> Vec<String> {
        let s3 = &self.instance.platform.s3;
        if !s3.is_configured() || !s3.buckets.create {
            return Vec::new();
        }
        let event_log = &self.configuration.event_log;
        let event_log = event_log.enabled.then(|| event_log.directory() + "/");
        let warehouse = self.hive_metastore.as_ref().map(|values| values.warehouse.url());
        let warehouse = warehouse.filter(|url| url.starts_with("s3a://"));
        let extra = s3.buckets.extra.iter().map(|bucket| format!("s3a://{bucket}"));
        let airflow = self.airflow.iter().flat_map(airflow::data);
        let artifacts = self.mlflow.as_ref().map(|values| values.artifacts.url("s3a"));
        event_log.into_iter().chain(warehouse).chain(airflow).chain(artifacts).chain(extra).collect()
    }
}

/// Of a component that is off only what Helm's schema refuses too: the core never sees its values there.
fn as_helm_does(is_enabled: bool, check: &dyn Fn(&mut Diagnostics), problems: &mut Diagnostics) {
    if is_enabled {
        return check(problems);
    }
    let mut found = Diagnostics::default();
    check(&mut found);
    problems.add_bounds_of(found);
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
    problems: &mut Diagnostics,
) -> Option<T> {
    find(intents, section, problems)?.values(problems)
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
