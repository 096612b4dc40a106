//! Owns how an explanation is laid out.

use std::fmt::Write as _;

use serde_json::Value;

use super::node::Node;
use super::words;

/// A default longer than this is printed as a block of YAML.
const ONE_LINE: usize = 60;

/// All about one value.
pub(super) fn page(path: &[&str], node: &Node, default: Option<&Value>, width: usize) -> String {
    let keys = node.keys();
    let mut page = String::new();
    if !path.is_empty() {
        let _ = writeln!(page, "PATH:     {}", path.join("."));
        let _ = writeln!(page, "TYPE:     {}", words::kind(node));
        // The default of an object is that of its keys.
        if let Some(default) = default.filter(|default| keys.is_empty() || !default.is_object()) {
            page.push_str(&default_lines(default));
        }
    }
    section(&mut page, "DESCRIPTION:", &wrapped(node.description(), "  ", width));
    section(&mut page, "ALLOWED VALUES:", &allowed(node, width));
    section(&mut page, "KEYS:", &list_of_keys(node, &keys, default, width));
    page
}

fn section(page: &mut String, title: &str, body: &str) {
    if body.is_empty() {
        return;
    }
    if !page.is_empty() {
        page.push('\n');
    }
    let _ = writeln!(page, "{title}\n{}", body.trim_end());
}

fn default_lines(default: &Value) -> String {
    let line = words::plain(default);
    if line.len() <= ONE_LINE && !line.contains('\n') {
        return format!("DEFAULT:  {line}\n");
    }
    let block = serde_yaml::to_string(default).unwrap_or(line);
    let mut lines = "DEFAULT:\n".to_owned();
    for line in block.lines() {
        let _ = writeln!(lines, "  {line}");
    }
    lines
}

fn allowed(node: &Node, width: usize) -> String {
    let mut text = String::new();
    for (value, meaning) in words::allowed(node) {
        let _ = writeln!(text, "  {}", words::plain(value));
        text.push_str(&wrapped(meaning, "      ", width));
    }
    // A single value that must be is said by its type.
    if words::allowed(node).len() > 1 { text } else { String::new() }
}

fn list_of_keys(node: &Node, keys: &[(&str, Node)], default: Option<&Value>, width: usize) -> String {
    let mut text = String::new();
    for (name, key) in keys {
        let _ = writeln!(text, "  {}", headline(node, name, key, default));
        text.push_str(&wrapped(&words::first_sentence(key.description()), "      ", width));
    }
    text
}

/// A key on one line: its name, its type and its default.
fn headline(parent: &Node, name: &str, node: &Node, default: Option<&Value>) -> String {
    let default =
        default.and_then(|value| value.get(name)).filter(|value| node.keys().is_empty() || !value.is_object());
    let default = default.map(words::plain).filter(|text| text.len() <= ONE_LINE && !text.contains('\n'));
    let required = if parent.is_required(name) && default.is_none() { " (required)" } else { "" };
    let default = default.map(|text| format!(" = {text}")).unwrap_or_default();
    format!("{name} <{}>{required}{default}", words::kind(node))
}

/// Every key below `node`, indented by depth.
pub(super) fn tree(node: &Node, default: Option<&Value>, depth: usize) -> String {
    let mut text = String::new();
    branches(&mut text, node, default, depth, 0, &mut Vec::new());
    text
}

fn branches<'a>(
    text: &mut String,
    node: &Node<'a>,
    default: Option<&Value>,
    left: usize,
    indent: usize,
    above: &mut Vec<&'a str>,
) {
    let Some(left) = left.checked_sub(1) else {
        return;
    };
    for (name, key) in node.keys() {
        let _ = writeln!(text, "{:indent$}{}", "", headline(node, name, &key, default));
        let reference = key.reference();
        if reference.is_some_and(|reference| above.contains(&reference)) {
            continue;
        }
        above.extend(reference);
        branches(text, &key, default.and_then(|value| value.get(name)), left, indent + 2, above);
        above.truncate(above.len() - usize::from(reference.is_some()));
    }
}

/// `text` in lines of at most `width`, each behind `indent`. Paragraphs stay apart; lists keep their lines.
fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.max(indent.len() + 20)).initial_indent(indent).subsequent_indent(indent);
    let mut lines = String::new();
    for paragraph in paragraphs(text) {
        if paragraph.is_empty() {
            lines.push('\n');
        } else {
            lines.push_str(&textwrap::fill(&paragraph, &options));
            lines.push('\n');
        }
    }
    lines
}

/// The lines of `text` put together again where only the width of its source broke them.
fn paragraphs(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        let begins = line.is_empty() || line.starts_with(['-', '*', '#', '|', '`']);
        match found.last_mut() {
            Some(open) if !begins && !open.is_empty() => {
                open.push(' ');
                open.push_str(line);
            }
            _ => found.push(line.to_owned()),
        }
    }
    found
}
