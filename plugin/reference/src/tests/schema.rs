//! What the schema accepts and refuses.

use serde_json::{Map, Value, json};
use sparkwasm_core::request::{self, File, Request};
use sparkwasm_core::{schema, sections};

use super::values;
use crate::node::Node;

/// The user's values over the defaults, as Helm lays them before it asks the schema: a null removes.
fn overlay(base: &mut Map<String, Value>, own: Map<String, Value>) {
    for (key, value) in own {
        match (base.get_mut(&key), value) {
            (_, Value::Null) => drop(base.shift_remove(&key)),
            (Some(Value::Object(under)), Value::Object(over)) => overlay(under, over),
            (_, value) => drop(base.insert(key, value)),
        }
    }
}

/// A user's file with one key.
fn file(path: &[&str], value: &Value) -> Map<String, Value> {
    let nested = path.iter().rev().fold(value.clone(), |below, key| json!({*key: below}));
    nested.as_object().cloned().unwrap()
}

pub fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&schema::values()).unwrap()
}

fn is_refused(path: &str, value: &Value) -> bool {
    let mut values = values();
    overlay(values.as_object_mut().unwrap(), file(&path.split('.').collect::<Vec<_>>(), value));
    !validator().is_valid(&values)
}

#[test]
fn what_users_write_is_accepted() {
    for (path, value) in [
        ("worker.cores", json!(2)),
        ("worker.cores", json!("")),
        ("sparkConf", json!({"spark.executor.cores": 2, "spark.x": "y", "spark.z": true, "spark.empty": null})),
        ("master.pdb.minAvailable", json!("50%")),
        ("master.service.nodePorts.http", json!(30080)),
        ("worker.tolerations", json!([{"key": "gpu", "operator": "Exists"}])),
        ("worker.podOverrides", json!({"spec": {"anything": 1}})),
        ("worker.podOverrides", json!({"metadata": {"labels": {"a": "b"}}, "spec": null})),
        ("worker.affinity", Value::Null),
        ("global", json!({"postgresql": {"auth": {}}, "storageClass": "fast"})),
        (
            "extraDeploy",
            json!([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "{{ .Release.Name }}"}}]),
        ),
    ] {
        assert!(!is_refused(path, &value), "{path}: {value}");
    }
    assert!(validator().is_valid(&json!({})) && validator().is_valid(&json!({"worker": {"replicaCount": 3}})));
}

#[test]
fn mistakes_are_refused() {
    for (path, value) in [
        ("wroker", json!({})),
        ("worker.replicaCounts", json!(2)),
        ("worker.replicaCount", json!("2")),
        ("worker.replicaCount", json!(11)),
        ("worker.cores", json!([2])),
        ("worker.tolerations", json!({"key": "gpu"})),
        ("master.recovery.mode", json!("zookeeper")),
        ("master.service.type", json!("clusterip")),
        ("master.containerPorts.http", json!(80)),
        ("master.pdb.minAvailable", json!(1.5)),
        ("image.tag", json!(3.5)),
        ("global.imagePullSecrets", json!("secret")),
        ("extraDeploy", json!(["text"])),
    ] {
        assert!(is_refused(path, &value), "{path}: {value}");
    }
}

/// Paths of all keys that the schema knows and that have a default.
fn paths<'a>(node: &Node, value: &'a Value, above: &[&'a str], found: &mut Vec<Vec<&'a str>>) {
    for (key, value) in value.as_object().into_iter().flat_map(Map::iter) {
        let Some(child) = node.child(key) else { continue };
        let path = [above, &[key.as_str()]].concat();
        paths(&child, value, &path, found);
        found.push(path);
    }
}

/// Helm asks the schema, the preview and `sparkwasm check` ask the core: a shape that these accept, Helm must not refuse.
#[test]
fn the_schema_refuses_nothing_that_the_core_accepts() {
    // one line per kind of value
    let samples = [json!(null), json!(true), json!(-1), json!(0), json!(2), json!(7.5), json!(70_000)]
        .into_iter()
        .chain([json!(""), json!("x"), json!("1"), json!("50%"), json!("none")])
        .chain([json!([]), json!(["x"]), json!([{"name": "x"}])])
        .chain([json!({}), json!({"x": "y"}), json!({"x": 1}), json!({"x": null})]);
    let samples: Vec<Value> = samples.collect();
    let (described, values) = (schema::values(), values());
    let validator = jsonschema::validator_for(&described).unwrap();
    let mut found = Vec::new();
    paths(&Node::top(&described), &values, &[], &mut found);
    // nobody reads these: what the templates use as it is
    found.retain(|path| !sections::PLAIN_KEYS.contains(&path[0]));
    // the same types in every component: one will do
    found.retain(|path| {
        path[0] != "worker" || !schema::pod_settings().iter().any(|setting| path.get(1) == Some(&setting.as_str()))
    });
    assert!(found.len() > 100, "{}", found.len());
    let mut wrong = Vec::new();
    for (path, sample) in found.iter().flat_map(|path| samples.iter().map(move |sample| (path, sample))) {
        let own = file(path, sample);
        let mut all = values.clone();
        overlay(all.as_object_mut().unwrap(), own.clone());
        if validator.is_valid(&all) {
            continue;
        }
        let file = File { name: "values.yaml".into(), text: Value::from(own).to_string() };
        if request::check(&Request { files: vec![file], ..Request::default() }).is_empty() {
            wrong.push(format!("{}: {sample}", path.join(".")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
