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

/// All tables, from the schema and the defaults.
pub fn tables(top: &Node, values: &Value) -> String {
    let settings = schema::pod_settings();
    let is_component = |value: &Value| settings.iter().all(|key| value.get(key).is_some());
    let (sections, single): (Vec<_>, Vec<_>) = entries(values)
        .filter_map(|(key, value)| Some((key, top.child(key)?, value)))
        .partition(|(_, node, value)| opens(node, value));

    let rows = single.iter().flat_map(|(key, node, value)| rows(key, node, value)).collect();
    let mut tables = vec![table("Single keys", "Beside the sections below.", rows)];
    for (key, node, value) in &sections {
        let own = |below: &str| !is_component(value) || !settings.iter().any(|setting| setting == below);
        let also = if is_component(value) { " It also has the settings of every component's pods, below." } else { "" };
        let rows = below(node, value, &own).into_iter().map(|row| Row { key: format!("{key}.{}", row.key), ..row });
        tables.push(table(&format!("`{key}`"), &format!("{}{also}", node.description()), rows.collect()));
    }

    let of_pods = |below: &str| settings.iter().any(|setting| setting == below);
    let components: Vec<_> = sections
        .iter()
        .filter(|(_, _, value)| is_component(value))
        .map(|(key, node, value)| (key.as_str(), below(node, value, &of_pods)))
        .collect();
    let names: Vec<_> = components.iter().map(|(name, _)| format!("`{name}`")).collect();
    tables.push(table(
        "Settings that every component's pods have",
        &format!("In {}.", names.join(", ")),
        united(components),
    ));
    tables.join("\n")
}

/// One row.
struct Row {
    key: String,
    description: String,
    default: String,
}

/// The rows of the keys directly below a section that are wanted, and of what they open.
fn below(node: &Node, value: &Value, wanted: &dyn Fn(&str) -> bool) -> Vec<Row> {
    let known =
        entries(value).filter(|(key, _)| wanted(key)).filter_map(|(key, value)| Some((key, node.child(key)?, value)));
    known.flat_map(|(key, node, value)| rows(key, &node, value)).collect()
}

/// The row of a key, or those of the keys below it.
fn rows(path: &str, node: &Node, value: &Value) -> Vec<Row> {
    if !opens(node, value) {
        return vec![Row { key: path.into(), description: node.description(), default: format!("`{}`", flow(value)) }];
    }
    below(node, value, &|_| true).into_iter().map(|row| Row { key: format!("{path}.{}", row.key), ..row }).collect()
}

/// Whether a value has keys of its own to tell of: known ones, with defaults.
fn opens(node: &Node, value: &Value) -> bool {
    node.keys().is_some() && entries(value).next().is_some()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The rows of several components, each key once: with the default, or with those of each component where they differ.
fn united(components: Vec<(&str, Vec<Row>)>) -> Vec<Row> {
    let mut united: Vec<(Row, Vec<(&str, String)>)> = Vec::new();
    for (component, rows) in components {
        for row in rows {
            let default = (component, row.default.clone());
            match united.iter_mut().find(|(other, _)| other.key == row.key) {
                Some((_, defaults)) => defaults.push(default),
                None => united.push((row, vec![default])),
            }
        }
    }
    let default = |defaults: Vec<(&str, String)>| match defaults.split_first() {
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
        let components =
            vec![("one", vec![row("a", "`1`"), row("b", "`1`")]), ("two", vec![row("a", "`1`"), row("b", "`2`")])];
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
