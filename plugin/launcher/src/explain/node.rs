//! Owns the reading of JSON schema: references followed, and what several parts say of one value put together.

use serde_json::{Map, Value};

use super::bare;

/// How many references may lead to one another.
const CHAIN: usize = 32;

/// What the schema says of one value.
#[derive(Clone)]
pub(super) struct Node<'a> {
    root: &'a Value,
    /// All of them hold; the nearest, which speaks of this use and not of the type in general, comes first.
    parts: Vec<&'a Map<String, Value>>,
    /// One of them holds, where there are several.
    pub(super) choices: Vec<Node<'a>>,
    /// Whether `null` is allowed.
    pub(super) nullable: bool,
}

impl<'a> Node<'a> {
    pub(super) fn top(root: &'a Value) -> Self {
        Self::new(root, root)
    }

    fn new(root: &'a Value, schema: &'a Value) -> Self {
        let mut node = Self { root, parts: Vec::new(), choices: Vec::new(), nullable: false };
        node.take(schema, CHAIN);
        node
    }

    fn take(&mut self, schema: &'a Value, left: usize) {
        let (Some(part), Some(left)) = (schema.as_object(), left.checked_sub(1)) else {
            return;
        };
        self.parts.push(part);
        self.nullable |= part.get("type").is_some_and(|kind| list(kind).any(|kind| kind == "null"));
        if let Some(target) = part.get("$ref").and_then(|reference| self.target(reference)) {
            self.take(target, left);
        }
        for schema in part.get("allOf").into_iter().flat_map(list) {
            self.take(schema, left);
        }
        for choices in ["anyOf", "oneOf"].into_iter().filter_map(|key| part.get(key)) {
            let (null, real): (Vec<_>, Vec<_>) = list(choices).partition(|choice| is_null(choice));
            self.nullable |= !null.is_empty();
            match real.as_slice() {
                [only] => self.take(only, left),
                several => self.choices.extend(several.iter().map(|choice| {
                    let mut node = Self { root: self.root, parts: Vec::new(), choices: Vec::new(), nullable: false };
                    node.take(choice, left);
                    node
                })),
            }
        }
    }

    fn target(&self, reference: &Value) -> Option<&'a Value> {
        self.root.pointer(reference.as_str()?.strip_prefix('#')?)
    }

    /// The first thing said under `key`.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    pub(super) fn description(&self) -> &'a str {
        self.get("description").and_then(Value::as_str).unwrap_or_default().trim()
    }

    /// The type's name in JSON schema.
    pub(super) fn kind(&self) -> Option<&'a str> {
        let mut kinds = self.parts.iter().filter_map(|part| part.get("type")).flat_map(list).filter_map(Value::as_str);
        kinds.find(|kind| *kind != "null")
    }

    /// What the schema says of each element of a list.
    pub(super) fn items(&self) -> Option<Self> {
        self.get("items").map(|items| Self::new(self.root, items))
    }

    /// What the schema says of each value of a map whose keys the user chooses.
    pub(super) fn entries(&self) -> Option<Self> {
        let entries = self.get("additionalProperties").filter(|entries| entries.is_object());
        entries.map(|entries| Self::new(self.root, entries))
    }

    /// The keys that are known, in the schema's order; those of a list's elements when this is a list.
    pub(super) fn keys(&self) -> Vec<(&'a str, Self)> {
        let mut found: Vec<(&str, Self)> = Vec::new();
        for part in &self.parts {
            for (name, schema) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if found.iter().all(|(known, _)| known != name) {
                    found.push((name, Self::new(self.root, schema)));
                }
            }
        }
        for (name, node) in self.choices.iter().flat_map(Self::keys) {
            if found.iter().all(|(known, _)| *known != name) {
                found.push((name, node));
            }
        }
        if found.is_empty() {
            return self.items().map(|items| items.keys()).unwrap_or_default();
        }
        found
    }

    /// The value below this one under `key`.
    pub(super) fn child(&self, key: &str) -> Option<Self> {
        let known = self.keys().into_iter().find(|(name, _)| *name == bare(key));
        known.map(|(_, node)| node).or_else(|| self.entries()).or_else(|| self.items()?.entries())
    }

    pub(super) fn is_required(&self, key: &str) -> bool {
        self.parts.iter().filter_map(|part| part.get("required")).flat_map(list).any(|name| name == key)
    }

    /// The reference that leads here; one that is met again below itself has no end.
    pub(super) fn reference(&self) -> Option<&'a str> {
        self.get("$ref").or_else(|| self.get("items")?.get("$ref")).and_then(Value::as_str)
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null") || schema.get("const").is_some_and(Value::is_null)
}

/// The elements of a list, or the one value that stands for a list of one.
pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter()
}
