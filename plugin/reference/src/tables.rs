//! The README's tables: one for the single keys, one per section of the values, one for what all pods have in common.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use sparkwasm_core::schema;

use crate::defaults::flow;
use crate::node::Node;

const BEGIN: &str = "<!-- values:begin (written by scripts/generate) -->";
const END: &str = "<!-- values:end -->";

/// The text with the tables between its markers.
pub fn replace(text: &str, tables: &str) -> Result<String> {
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("README.md has no line {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("README.md has no line {END} after the first"))?;
    Ok(format!("{before}{BEGIN}\n\n{tables}\n{END}{after}"))
}

/// A README that holds nothing but the tables' place.
pub fn empty_readme() -> String {
    format!("# sparkwasm\n\n## Values\n\n{BEGIN}\n{END}\n")
}

/// The settings that every component's pods have.
struct PodSettings(Vec<String>);

impl PodSettings {
    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|setting| setting == key)
    }

    /// Whether a value is that of a component.
    fn are_in(&self, value: &Value) -> bool {
        self.0.iter().all(|key| value.get(key).is_some())
    }
}

/// All tables, from the schema and the defaults.
pub fn tables(top: &Node, values: &Value) -> String {
    let settings = PodSettings(schema::pod_settings());
    let (sections, single): (Vec<_>, Vec<_>) = known(top, values).partition(|(_, node, value)| opens(node, value));

    let single = single.iter().flat_map(|(key, node, value)| rows(key, node, value, &settings)).collect();
    let mut tables = vec![table("Single keys", "Beside the sections below.", single)];
    for (key, node, value) in &sections {
        let also =
            if settings.are_in(value) { " It also has the settings of every component's pods, below." } else { "" };
        let text = format!("{}{also}", node.description());
        tables.push(table(&format!("`{key}`"), &text, rows(key, node, value, &settings)));
    }

    let mut components = Vec::new();
    find_components(top, values, "", &settings, &mut components);
    let names: Vec<_> = components.iter().map(|(name, _)| format!("`{name}`")).collect();
    tables.push(table(
        "Settings that every component's pods have",
        &format!("In {}.", names.join(", ")),
        united(components),
    ));
    tables.join("\n")
}

/// Adds each component below a value, also one within another, with the rows of its pods' settings.
fn find_components(
    node: &Node,
    value: &Value,
    path: &str,
    settings: &PodSettings,
    found: &mut Vec<(String, Vec<Row>)>,
) {
    for (key, node, value) in known(node, value) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if settings.are_in(value) {
            let of_pods = known(&node, value).filter(|(key, _, _)| settings.has(key));
            let rows = of_pods.flat_map(|(key, node, value)| rows(key, &node, value, settings)).collect();
            found.push((path.clone(), rows));
        }
        find_components(&node, value, &path, settings, found);
    }
}

/// One row.
struct Row {
    key: String,
    description: String,
    default: String,
}

/// The row of a key, or those of the keys below it; of a component's, those that are its own.
fn rows(path: &str, node: &Node, value: &Value, settings: &PodSettings) -> Vec<Row> {
    if !opens(node, value) {
        return vec![Row { key: path.into(), description: node.description(), default: format!("`{}`", flow(value)) }];
    }
    let is_component = settings.are_in(value);
    known(node, value)
        .filter(|(key, _, _)| !is_component || !settings.has(key))
        .flat_map(|(key, node, value)| rows(&format!("{path}.{key}"), &node, value, settings))
        .collect()
}

/// The keys directly below that have both a default and a type.
fn known<'a, 'n>(node: &'n Node<'a>, value: &'n Value) -> impl Iterator<Item = (&'n String, Node<'a>, &'n Value)> {
    entries(value).filter_map(|(key, value)| Some((key, node.child(key)?, value)))
}

/// Whether a value has keys of its own to tell of: known ones, with defaults.
fn opens(node: &Node, value: &Value) -> bool {
    node.keys().is_some() && entries(value).next().is_some()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The rows of several components, each key once: with the default, or with those of each component where they differ.
fn united(components: Vec<(String, Vec<Row>)>) -> Vec<Row> {
    let mut united: Vec<(Row, Vec<(String, String)>)> = Vec::new();
    for (component, rows) in components {
        for row in rows {
            let default = (component.clone(), row.default.clone());
            match united.iter_mut().find(|(other, _)| other.key == row.key) {
                Some((_, defaults)) => defaults.push(default),
                None => united.push((row, vec![default])),
            }
        }
    }
    let default = |defaults: Vec<(String, String)>| match defaults.split_first() {
        Some((first, others)) if others.iter().all(|other| other.1 == first.1) => first.1.clone(),
        _ => defaults.iter().map(|(name, default)| format!("{name}: {default}")).collect::<Vec<_>>().join("<br>"),
    };
    united.into_iter().map(|(row, defaults)| Row { default: default(defaults), ..row }).collect()
}

fn table(title: &str, text: &str, rows: Vec<Row>) -> String {
    let mut table = format!("### {title}\n\n{text}\n\n| Key | Description | Default |\n|---|---|---|\n");
    for Row { key, description, default } in rows {
        let _ = writeln!(table, "| `{key}` | {} | {} |", cell(&description), cell(&default));
    }
    table
}

fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, default: &str) -> Row {
        Row { key: key.into(), description: "a | b\n\nc".into(), default: default.into() }
    }

    #[test]
    fn what_components_share_is_told_once_with_the_defaults_that_differ() {
        let components = vec![
            ("one".into(), vec![row("a", "`1`"), row("b", "`1`")]),
            ("two".into(), vec![row("a", "`1`"), row("b", "`2`")]),
        ];
        let rows = united(components);
        assert_eq!(rows.iter().map(|row| row.default.as_str()).collect::<Vec<_>>(), ["`1`", "one: `1`<br>two: `2`"]);
    }

    #[test]
    fn a_cell_stays_in_its_line() {
        assert!(table("t", "", vec![row("a", "`1`")]).ends_with("\n| `a` | a \\| b c | `1` |\n"));
    }

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let text = replace(&format!("{}after\n", empty_readme()), "x\n").unwrap();
        assert!(text.starts_with("# sparkwasm\n") && text.ends_with("values:end -->\nafter\n"));
        assert_eq!(replace(&text, "x\n").unwrap(), text);
        assert!(replace("# sparkwasm\n", "").is_err());
    }
}
