//! The generated files are up to date, and the schema, the values and the core agree with one another.

mod schema;

use std::path::Path;

use serde_json::{Map, Value};
use sparkwasm_core::{defaults, yaml};

use crate::node::Node;
use crate::{ROOT, outputs};

fn values() -> Value {
    defaults::values().clone()
}

#[test]
fn the_generated_files_are_up_to_date() {
    let stale = outputs::stale(Path::new(ROOT)).unwrap();
    let names: Vec<_> = stale.iter().map(|output| output.path).collect();
    assert!(names.is_empty(), "run scripts/generate: {names:?}");
}

#[test]
fn values_and_schema_have_the_same_keys() {
    fn compare(node: &Node, value: &Value, path: &str) {
        let (Some(known), Some(given)) = (node.keys(), value.as_object().filter(|map| !map.is_empty())) else { return };
        let sorted = |map: &Map<String, Value>| {
            let mut keys: Vec<String> = map.keys().cloned().collect();
            keys.sort();
            keys
        };
        assert_eq!(sorted(given), sorted(known), "at {path}: values.yaml, then the types");
        for (key, value) in given {
            compare(&node.child(key).unwrap(), value, &format!("{path}.{key}"));
        }
    }
    compare(&Node::top(&sparkwasm_core::schema::values()), &values(), "");
}

#[test]
fn the_defaults_are_valid_and_the_file_is_flawless_yaml() {
    assert!(jsonschema::meta::is_valid(&sparkwasm_core::schema::values()));
    let errors: Vec<_> = schema::validator().iter_errors(&values()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(yaml::read(defaults::TEXT).unwrap().problems.is_empty());
}
