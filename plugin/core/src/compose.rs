//! Intents of one installation → checked across components → Kubernetes objects.

use serde_json::Value;

use crate::components::client;
use crate::components::configuration::{self, ConfigurationValues};
use crate::components::ingress::{self, IngressValues};
use crate::components::master::{self, MasterValues};
use crate::components::network_policy::{self, NetworkPolicyValues};
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::components::worker::{self, WorkerValues};
use crate::diagnostic::{Diagnostics, Path};
use crate::documents::Origin;
use crate::instance::Instance;
use crate::intent::{Header, Intent};
use crate::platform::access::{self, AccessValues};
use crate::platform::names::is_label;
use crate::platform::object::{Object, install_order};
use crate::platform::values::PlatformValues;
use crate::sections::{self, Carries, Section};
use crate::{guard, version};

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

    let uis = [master::ui(&instance, &master)];
    if let Some(ingress) = &ingress {
        ingress::validate(ingress, &uis, problems);
    }
    let flows = network_policy::flows(&master, &worker, &configuration.spark_conf, ingress.as_ref());
    if let Some(network_policy) = &network_policy {
        network_policy.validate(problems);
    }

    let derived = ShuffleServiceValues::spark_conf(shuffle_service);
    let client = client::object(&instance, &configuration, &master, derived.clone());
    let buckets = buckets(&instance, &configuration);
    let files = configuration::files(&instance, &configuration, derived);
    let mut objects: Vec<(Object, Origin)> = [
        (sections::CONFIGURATION, configuration::objects(&instance, &files)),
        (sections::CONFIGURATION, vec![client]),
        (sections::MASTER, master::objects(&instance, &master, &buckets, &files)),
        (sections::ACCESS, access::objects(&instance, &access)),
        (sections::WORKER, worker::objects(&instance, &worker, &master, shuffle_service, &files)),
        (sections::INGRESS, ingress.map(|values| ingress::objects(&instance, &values, &uis)).unwrap_or_default()),
        (
            sections::NETWORK_POLICY,
            network_policy.map(|values| network_policy::objects(&instance, &values, &flows)).unwrap_or_default(),
        ),
    ]
    .into_iter()
    .flat_map(|(section, objects)| {
        let origin = origin(intents, section);
        objects.into_iter().map(move |object| (object, origin.clone()))
    })
    .collect();
    guard::check(&objects, &|component| spec(intents, component), problems);
    objects.sort_by_key(|(object, _)| install_order(object.kind()));
    objects
}

/// What must be in the object store before the first application.
fn buckets(instance: &Instance, configuration: &ConfigurationValues) -> Vec<String> {
    let s3 = &instance.platform.s3;
    if !s3.is_configured() || !s3.buckets.create {
        return Vec::new();
    }
    let event_log = configuration.event_log.enabled.then(|| configuration.event_log.directory() + "/");
    event_log.into_iter().chain(s3.buckets.extra.iter().map(|bucket| format!("s3a://{bucket}"))).collect()
}

fn header(intents: &[Intent], problems: &mut Diagnostics) -> Option<Header> {
    let intent = find(intents, sections::PLATFORM, problems);
    let Some(intent) = intent else {
        missing(sections::PLATFORM, problems);
        return None;
    };
    let header = serde_json::from_value(intent.header.clone());
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

/// The values of a component as they came, by its key in values.yaml.
fn spec<'a>(intents: &'a [Intent], component: &str) -> Option<&'a Value> {
    let is_component = |section: &Section| matches!(section.carries, Carries::Key(key) if key == component);
    intents.iter().find(|intent| is_component(&intent.section)).map(|intent| &intent.spec)
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
