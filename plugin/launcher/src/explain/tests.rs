//! A schema as schemars writes it, with defaults, explained.

use serde_json::{Value, json};

use super::explain;

fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["worker"],
        "properties": {
            "worker": {"description": "The ones that work. They are many.", "$ref": "#/$defs/Worker"},
            "labels": {"description": "Put on everything.", "type": "object", "additionalProperties": {"type": "string"}},
            "proxy": {"anyOf": [{"$ref": "#/$defs/Proxy"}, {"type": "null"}]},
        },
        "$defs": {
            "Worker": {
                "description": "A worker in general.",
                "type": "object",
                "required": ["replicaCount", "name"],
                "properties": {
                    "replicaCount": {"description": "How many, e.g. three. Never none.\nA second line.\n\nA second paragraph.",
                        "type": "integer", "format": "uint8", "minimum": 1, "maximum": 10},
                    "name": {"type": "string", "minLength": 1},
                    "grace": {"type": ["integer", "null"], "minimum": 0},
                    "strategy": {"oneOf": [
                        {"const": "Recreate", "type": "string", "description": "All at once."},
                        {"enum": ["Rolling"], "type": "string"},
                    ]},
                    "environment": {"type": "array", "items": {"$ref": "#/$defs/Variable"}},
                    "size": {"anyOf": [{"type": "string"}, {"type": "number"}]},
                    "free": true,
                },
            },
            "Variable": {"type": "object", "properties": {"name": {"type": "string", "description": "Its name."}}},
            "Proxy": {"type": "object", "properties": {
                "port": {"type": "integer", "minimum": 1},
                "behind": {"$ref": "#/$defs/Proxy"},
            }},
        },
    })
}

fn defaults() -> Value {
    json!({
        "worker": {"replicaCount": 2, "name": "", "environment": [], "strategy": "Recreate"},
        "labels": {"a": "a long enough text", "b": "another text that is long enough", "c": "a third"},
    })
}

fn page(path: &str) -> String {
    explain(&schema(), &defaults(), path, false, 60).unwrap()
}

fn type_of(path: &str) -> String {
    let page = page(path);
    page.lines().find_map(|line| line.strip_prefix("TYPE:     ")).unwrap().to_owned()
}

#[test]
fn types_are_said_in_words() {
    let expected = [
        ("worker", "object"),
        ("worker.replicaCount", "whole number, 1 to 10"),
        ("worker.name", "string, not empty"),
        ("worker.grace", "whole number, at least 0, or null"),
        ("worker.strategy", "string, one of Recreate, Rolling"),
        ("worker.environment", "list of object"),
        ("worker.environment.name", "string"),
        ("worker.environment[].name", "string"),
        ("worker.size", "string, or number"),
        ("worker.free", "any value"),
        ("labels", "map of string to string"),
        ("labels.whatever", "string"),
        ("proxy", "object, or null"),
        ("proxy.behind.behind.port", "whole number, at least 1"),
    ];
    for (path, words) in expected {
        assert_eq!(type_of(path), words, "{path}");
    }
}

#[test]
fn a_leaf_has_path_type_default_and_description() {
    assert_eq!(
        page("worker.replicaCount"),
        "PATH:     worker.replicaCount\n\
         TYPE:     whole number, 1 to 10\n\
         DEFAULT:  2\n\
         \n\
         DESCRIPTION:\n\
         \x20 How many, e.g. three. Never none. A second line.\n\
         \n\
         \x20 A second paragraph.\n"
    );
}

#[test]
fn an_object_lists_its_keys_with_the_first_sentence() {
    let page = page("worker");
    assert!(
        page.contains("DESCRIPTION:\n  The ones that work. They are many.\n"),
        "the nearest description wins: {page}"
    );
    assert!(page.contains("  replicaCount <whole number, 1 to 10> = 2\n      How many, e.g. three.\n"), "{page}");
    assert!(page.contains("  environment <list of object> = []\n"), "{page}");
    assert!(!page.contains("DEFAULT"), "an object's default is that of its keys: {page}");
}

#[test]
fn the_top_lists_what_there_is() {
    let page = page("");
    assert!(page.starts_with("KEYS:\n  worker <object> (required)\n      The ones that work.\n"), "{page}");
    assert!(page.contains("\n  labels <map of string to string>"), "{page}");
}

#[test]
fn allowed_values_come_with_their_meaning() {
    assert!(page("worker.strategy").contains("ALLOWED VALUES:\n  Recreate\n      All at once.\n  Rolling\n"));
}

#[test]
fn a_long_default_is_a_block() {
    assert!(page("labels").contains("DEFAULT:\n  a: a long enough text\n  b: another"));
    assert!(page("worker.name").contains("DEFAULT:  \"\"\n"));
}

#[test]
fn descriptions_are_wrapped() {
    let narrow = explain(&schema(), &defaults(), "worker.replicaCount", false, 30).unwrap();
    assert!(narrow.contains("\n  How many, e.g. three. Never\n  none."), "{narrow}");
}

#[test]
fn a_tree_ends_though_the_schema_does_not() {
    let tree = explain(&schema(), &defaults(), "", true, 60).unwrap();
    assert!(tree.contains("\n  replicaCount <whole number, 1 to 10> = 2\n"), "{tree}");
    assert!(tree.contains("\n    name <string>\n"), "the keys of a list's elements: {tree}");
    assert_eq!(tree.matches("behind").count(), 1, "what stands below itself is named, not opened again: {tree}");
}

#[test]
fn an_unknown_path_is_answered_with_the_nearest() {
    let unknown = |path| explain(&schema(), &defaults(), path, false, 60).unwrap_err();
    assert!(unknown("worker.replicacount").contains("Did you mean worker.replicaCount?"));
    assert!(unknown("wroker").contains("Did you mean worker?"));
    assert!(unknown("port").contains("Did you mean proxy.port"), "{}", unknown("port"));
    assert!(unknown("worker.xyz").contains("Its keys: replicaCount, name"));
    assert!(unknown("worker.name.deeper").contains("worker.name has no key \"deeper\""));
}

#[test]
fn a_schema_that_says_nothing_is_no_mistake() {
    assert_eq!(explain(&json!({}), &Value::Null, "", false, 80).unwrap(), "");
    assert!(explain(&json!(true), &Value::Null, "a", false, 80).is_err());
    let circle = json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}});
    assert!(explain(&circle, &Value::Null, "", true, 80).is_ok());
}
