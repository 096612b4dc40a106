//! The JSON Schema of values.yaml: the types of all sections, put together as a user sees them. Only for generating.
//!
//! It refuses shapes and says what each key is for; a user's file is partial, so no key is required here, and what a key
//! is when it is left out stands in values.yaml alone.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::components::airflow::AirflowValues;
use crate::components::configuration::ConfigurationValues;
use crate::components::history_server::HistoryServerValues;
use crate::components::hive_metastore::HiveMetastoreValues;
use crate::components::ingress::IngressValues;
use crate::components::master::MasterValues;
use crate::components::mlflow::MlflowValues;
use crate::components::network_policy::NetworkPolicyValues;
use crate::components::shuffle_service::ShuffleServiceValues;
use crate::components::worker::WorkerValues;
use crate::defaults;
use crate::platform::access::AccessValues;
use crate::platform::pod_settings::PodSettings;
use crate::platform::values::PlatformValues;
use crate::sections::{self, Carries, Section};

/// Writes the schema of a type.
type Describe = fn(&mut SchemaGenerator) -> Schema;

/// The type of each section.
const TYPES: [(Section, Describe); 12] = [
    (sections::PLATFORM, PlatformValues::json_schema),
    (sections::CONFIGURATION, ConfigurationValues::json_schema),
    (sections::MASTER, MasterValues::json_schema),
    (sections::WORKER, WorkerValues::json_schema),
    (sections::SHUFFLE_SERVICE, ShuffleServiceValues::json_schema),
    (sections::HISTORY_SERVER, HistoryServerValues::json_schema),
    (sections::HIVE_METASTORE, HiveMetastoreValues::json_schema),
    (sections::AIRFLOW, AirflowValues::json_schema),
    (sections::MLFLOW, MlflowValues::json_schema),
    (sections::INGRESS, IngressValues::json_schema),
    (sections::NETWORK_POLICY, NetworkPolicyValues::json_schema),
    (sections::ACCESS, AccessValues::json_schema),
];

/// The schema of all values, its top-level keys in the order of values.yaml.
///
/// Draft 2020-12: a description may stand beside a reference, where older drafts need an `allOf` around it, which Helm
/// shows in every error. Helm before 3.18 knows only older drafts, but reads these keywords all the same.
pub fn values() -> Value {
    let mut generator = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(plain)).into_generator();
    let mut keys = Map::new();
    for (section, json_schema) in TYPES {
        let schema = json_schema(&mut generator).to_value();
        match section.carries {
            Carries::Key(key) => drop(keys.insert(key.into(), schema)),
            Carries::Keys(_) => keys.extend(properties(&schema)),
        }
    }
    keys.insert("extraDeploy".into(), extra_deploy());
    let order: Vec<String> = keys_of(defaults::values());
    let place = |key: &str| order.iter().position(|other| other == key);
    let mut keys: Vec<(String, Value)> = keys.into_iter().collect();
    keys.sort_by_key(|(key, _)| place(key).unwrap_or(order.len()));

    let mut root = Map::new();
    if let Some(draft) = generator.settings().meta_schema.as_deref() {
        root.insert("$schema".into(), draft.into());
    }
    root.insert("title".into(), format!("Values of the chart {}", defaults::chart("name")).into());
    root.insert("type".into(), "object".into());
    root.insert("properties".into(), keys.into_iter().collect::<Map<_, _>>().into());
    root.insert("additionalProperties".into(), false.into());
    root.insert("$defs".into(), generator.take_definitions(false).into());
    let mut schema = Schema::from(root);
    for transform in generator.transforms_mut() {
        transform.transform(&mut schema);
    }
    schema.to_value()
}

/// The keys that every component has beside its own: the settings of its pods.
pub fn pod_settings() -> Vec<String> {
    let schema = PodSettings::json_schema(&mut SchemaSettings::draft2020_12().into_generator());
    properties(schema.as_value()).into_iter().map(|(key, _)| key).collect()
}

fn extra_deploy() -> Value {
    json!({
        "description": "Further Kubernetes objects, as they are, through Helm's `tpl`.",
        "type": "array",
        "items": { "type": "object" },
    })
}

/// Drops what a partial file need not have, what values.yaml says, and Rust's widths of numbers; joins wrapped lines;
/// writes several types as a choice, which `sparkwasm explain` puts into words.
fn plain(schema: &mut Schema) {
    let Some(keywords) = schema.as_object_mut() else { return };
    for keyword in ["required", "default", "format"] {
        keywords.shift_remove(keyword);
    }
    if let Some(Value::Array(types)) = keywords.get("type")
        && types.iter().filter(|name| *name != "null").count() > 1
    {
        let choices: Value = types.iter().map(|name| json!({ "type": name })).collect();
        keywords.shift_remove("type");
        keywords.insert("anyOf".into(), choices);
    }
    if let Some(Value::String(text)) = keywords.get_mut("description") {
        let paragraphs = text.split("\n\n").map(|lines| lines.split_whitespace().collect::<Vec<_>>().join(" "));
        *text = paragraphs.collect::<Vec<_>>().join("\n\n");
    }
}

fn properties(schema: &Value) -> Map<String, Value> {
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn keys_of(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flat_map(Map::keys).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_top_level_key_has_a_schema_and_no_other() {
        let mut known: Vec<_> = sections::top_level_keys().collect();
        known.sort_unstable();
        let mut described = keys_of(&values()["properties"]);
        described.sort_unstable();
        assert_eq!(described, known);
    }

    #[test]
    fn the_settings_of_pods_are_those_of_every_component() {
        let values = values();
        let settings = pod_settings();
        assert!(settings.contains(&"podOverrides".into()) && !settings.contains(&"replicaCount".into()));
        for key in &settings {
            assert_eq!(
                values["properties"]["master"]["properties"][key],
                values["properties"]["worker"]["properties"][key]
            );
        }
    }
}
