//! Owns the plain words for a schema: "whole number, 1 to 10" and not `{"type":"integer","minimum":1,"maximum":10}`.

use serde_json::Value;

use super::node::{Node, list};

/// How many types may nest in one phrase.
const NESTED: usize = 4;

/// The type of a value, in words.
pub(super) fn kind(node: &Node) -> String {
    let words = nested(node, NESTED);
    if node.nullable { format!("{words}, or null") } else { words }
}

fn nested(node: &Node, left: usize) -> String {
    let Some(left) = left.checked_sub(1) else {
        return "value".to_owned();
    };
    let allowed = allowed(node);
    if !allowed.is_empty() {
        let values: Vec<String> = allowed.iter().map(|(value, _)| plain(value)).collect();
        let kind = if allowed.iter().all(|(value, _)| value.is_string()) { "string, " } else { "" };
        return if values.len() == 1 {
            format!("{kind}always {}", values[0])
        } else {
            format!("{kind}one of {}", values.join(", "))
        };
    }
    if !node.choices.is_empty() && node.kind().is_none() {
        let mut words: Vec<String> = node.choices.iter().map(|choice| nested(choice, left)).collect();
        words.dedup();
        return words.join(", or ");
    }
    match node.kind() {
        Some("integer") => format!("whole number{}", range(node)),
        Some("number") => format!("number{}", range(node)),
        Some("boolean") => "true or false".to_owned(),
        Some("string") => format!("string{}", pattern(node)),
        Some("array") => match node.items() {
            Some(items) => format!("list of {}", nested(&items, left)),
            None => "list".to_owned(),
        },
        Some("object") => match node.entries() {
            Some(entries) if node.keys().is_empty() => {
                format!("map of string to {}", nested(&entries, left))
            }
            _ => "object".to_owned(),
        },
        Some(other) => other.to_owned(),
        None if !node.keys().is_empty() => "object".to_owned(),
        None => "any value".to_owned(),
    }
}

/// The values that are allowed, where they are few, each with what it means.
pub(super) fn allowed<'a>(node: &Node<'a>) -> Vec<(&'a Value, &'a str)> {
    if let Some(value) = node.get("const") {
        return vec![(value, node.description())];
    }
    if let Some(values) = node.get("enum") {
        return list(values).filter(|value| !value.is_null()).map(|value| (value, "")).collect();
    }
    let each: Vec<_> = node.choices.iter().map(allowed).collect();
    if each.iter().any(Vec::is_empty) { Vec::new() } else { each.concat() }
}

fn range(node: &Node) -> String {
    let bound = |key: &str| node.get(key).filter(|bound| bound.is_number());
    match (bound("minimum"), bound("maximum"), bound("exclusiveMinimum"), bound("exclusiveMaximum")) {
        (Some(least), Some(most), ..) => format!(", {least} to {most}"),
        (Some(least), None, ..) => format!(", at least {least}"),
        (None, Some(most), ..) => format!(", at most {most}"),
        (None, None, Some(above), Some(below)) => format!(", above {above} and below {below}"),
        (None, None, Some(above), None) => format!(", above {above}"),
        (None, None, None, Some(below)) => format!(", below {below}"),
        (None, None, None, None) => String::new(),
    }
}

fn pattern(node: &Node) -> String {
    match (node.get("pattern").and_then(Value::as_str), node.get("minLength").and_then(Value::as_u64)) {
        (Some(pattern), _) => format!(" matching {pattern}"),
        (None, Some(1..)) => ", not empty".to_owned(),
        _ => String::new(),
    }
}

/// A value as one would write it in YAML on one line.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() && !text.contains('\n') => text.clone(),
        other => other.to_string(),
    }
}

/// The first sentence of a description, on one line.
pub(super) fn first_sentence(description: &str) -> String {
    let paragraph = description.split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.match_indices(". ").map(|(at, _)| at).find(|at| !is_abbreviation(&line[..*at])) {
        Some(end) => line[..=end].to_owned(),
        None => line,
    }
}

/// Whether the dot after `text` shortens a word: "e.g.", "i.e.".
fn is_abbreviation(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    last.contains('.') || last.ends_with("etc") || last.ends_with("vs")
}
