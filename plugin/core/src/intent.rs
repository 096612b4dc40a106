//! Intents: what the chart asked for, one document per component, before anything is known of what it means.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostics, Path};
use crate::documents::{API_VERSION, Origin};
use crate::instance::{Chart, Cluster, Release};
use crate::repair;
use crate::sections::{self, Carries, Section};

/// One intent: a section of the values, and where it came from.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Which section.
    pub section: Section,
    /// `metadata.name`, the same in all intents of one installation.
    pub group: String,
    /// The section's values.
    pub spec: Value,
    /// The rest of the document: who is installed where.
    pub header: Value,
    /// The template that it came from.
    pub origin: Origin,
}

/// What the platform's intent says beside its values.
#[derive(Debug, Clone, Deserialize)]
pub struct Header {
    /// The release.
    pub release: Release,
    /// The chart.
    pub chart: Chart,
    /// The cluster.
    pub cluster: Cluster,
}

impl Intent {
    /// Reads a document of our group. An unknown kind or form is a mistake: of the chart, not of the values.
    pub fn read(mut document: Value, origin: Origin, problems: &mut Diagnostics) -> Option<Self> {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (version, kind, group) = (text("/apiVersion"), text("/kind"), text("/metadata/name"));
        let section = sections::ALL.into_iter().find(|section| section.kind == kind);
        let Some(section) = section.filter(|_| version == API_VERSION) else {
            let hint =
                format!("chart and plugin must be of the same minor version; this is sparkwasm {}", crate::VERSION);
            problems.add(
                Path::default(),
                format!("the chart sent {kind} in {version}, which this sparkwasm does not know"),
                hint,
            );
            return None;
        };
        let spec = document.get_mut("spec").map(Value::take).unwrap_or_default();
        Some(Self { section, group, spec, header: document, origin })
    }

    /// The typed values of the section; each mistake in them is added, and what can be is repaired, so that others show.
    pub fn values<T: DeserializeOwned>(&self, problems: &mut Diagnostics) -> Option<T> {
        repair::read(self.section, &self.spec, problems)
    }
}

/// Values as the chart's templates send them, for the hosts that have no Helm: the same intents, without the text. Those
/// of components that are off too, which a template would not send: within Helm the schema looks at their values.
pub fn from_values(mut values: Value, mut header: Value) -> Vec<Intent> {
    let chart = header.pointer("/chart/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    sections::ALL
        .into_iter()
        .map(|section| Intent {
            section,
            group: String::new(),
            spec: carried(section, |key| values.get_mut(key).map(Value::take)),
            // the others say it too, and nobody asks them
            header: if section.kind == sections::PLATFORM.kind { header.take() } else { Value::Null },
            origin: Origin::Comment(format!("{chart}/templates/{}", section.template)),
        })
        .collect()
}

/// The part of the values that a section carries; `value` gives what stands at a top-level key.
pub fn carried(section: Section, mut value: impl FnMut(&str) -> Option<Value>) -> Value {
    match section.carries {
        Carries::Key(key) => value(key).unwrap_or_else(|| json!({})),
        Carries::Keys(keys) => {
            Value::Object(keys.iter().filter_map(|key| Some(((*key).to_owned(), value(key)?))).collect::<Map<_, _>>())
        }
    }
}

/// Where a path within a section stands in values.yaml.
pub fn path_in_values(section: Section, path: &Path) -> Path {
    match section.carries {
        Carries::Key(key) => Path::of(key).join(path),
        Carries::Keys(_) => path.clone(),
    }
}
