//! Secrets that objects name.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::text;
use crate::guard::items;
use crate::platform::object::Object;

/// A Secret that is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// The keys that are read; empty: all of them.
    pub keys: Vec<String>,
    /// The objects that read it.
    pub by: Vec<String>,
    /// Whether the values name it. Otherwise the chart makes it, by Helm, at the first install.
    pub given: bool,
}

/// The Secrets that objects name, without those that are among the objects.
pub(super) fn named(objects: &[&Object], values: &Value) -> Vec<Secret> {
    let mut found = BTreeMap::new();
    for object in objects {
        look(&object.0, &format!("{}/{}", object.kind(), object.name()), &mut found);
    }
    let is_made = |name: &str| objects.iter().any(|object| object.kind() == "Secret" && object.name() == name);
    let mut found: Vec<Secret> = found.into_values().filter(|secret| !is_made(&secret.name)).collect();
    for secret in &mut found {
        secret.given = mentions(values, &secret.name);
    }
    found
}

fn look(value: &Value, by: &str, found: &mut BTreeMap<String, Secret>) {
    let mut note = |name: &Value, key: Option<&Value>| {
        let Some(name) = name.as_str() else { return };
        let secret = found.entry(name.to_owned()).or_default();
        name.clone_into(&mut secret.name);
        push(&mut secret.by, by.to_owned());
        if let Some(key) = key.and_then(Value::as_str) {
            push(&mut secret.keys, key.to_owned());
        }
    };
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match key.as_str() {
                    "secretKeyRef" => note(&value["name"], Some(&value["key"])),
                    "secretRef" => note(&value["name"], None),
                    "secretName" => note(value, None),
                    "secret" => {
                        let name = if value["name"].is_null() { &value["secretName"] } else { &value["name"] };
                        note(name, None);
                        items(&value["items"]).for_each(|item| note(name, Some(&item["key"])));
                    }
                    "imagePullSecrets" => items(value).for_each(|secret| note(&secret["name"], None)),
                    _ => {}
                }
            }
            map.values().for_each(|value| look(value, by, found));
        }
        Value::Array(list) => list.iter().for_each(|value| look(value, by, found)),
        _ => {}
    }
}

fn push(list: &mut Vec<String>, word: String) {
    if !list.contains(&word) {
        list.push(word);
    }
}

fn mentions(values: &Value, name: &str) -> bool {
    match values {
        Value::Object(map) => map.values().any(|value| mentions(value, name)),
        Value::Array(list) => list.iter().any(|value| mentions(value, name)),
        other => text(other) == name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_found_wherever_a_pod_names_it() {
        let pod = json!({
            "imagePullSecrets": [{"name": "pull"}],
            "containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "keys", "key": "id"}}}], "envFrom": [{"secretRef": {"name": "all"}}]}],
            "volumes": [
                {"secret": {"secretName": "files", "items": [{"key": "a", "path": "a"}]}},
                {"projected": {"sources": [{"secret": {"name": "part"}}]}},
            ],
        });
        let object = Object(json!({"kind": "Deployment", "metadata": {"name": "x"}, "spec": pod}));
        let found = named(&[&object], &json!({"existingSecret": "keys"}));
        let names: Vec<_> = found.iter().map(|secret| secret.name.as_str()).collect();
        assert_eq!(names, ["all", "files", "keys", "part", "pull"]);
        assert!(found[2].given && !found[0].given);
        assert_eq!(found[2].keys, ["id"]);
    }
}
