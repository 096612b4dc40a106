//! The comments of values.yaml: above each key what its type's doc comment says. Keys, defaults and order stay as written.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use sparkwasm_core::yaml::{self, Kind};

use crate::node::Node;

/// Columns of a comment, with its indentation.
const WIDTH: usize = 110;

/// A place above which a comment belongs.
struct Place {
    indent: usize,
    comment: String,
}

/// The text with its comments written again: a block of comments directly above a key is replaced. The head, up to the
/// first blank line, blank lines, and comments below keys that only Kubernetes knows stay.
pub fn write(text: &str, root: &yaml::Node, schema: &Node) -> Result<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut places = BTreeMap::new();
    let mut problems = Vec::new();
    find(root, schema, "", &lines, &mut places, &mut problems);
    if !problems.is_empty() {
        bail!("chart/values.yaml:\n  {}", problems.join("\n  "));
    }
    let head = lines.iter().take_while(|line| line.starts_with('#')).count();
    let mut written = String::with_capacity(text.len() * 3);
    let mut pending: Vec<&str> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if number >= head && line.trim_start().starts_with('#') {
            pending.push(line);
            continue;
        }
        if let Some(place) = places.get(&(number + 1)) {
            pending.clear();
            written.push_str(&comment(place));
        }
        for line in pending.drain(..).chain([*line]) {
            written.push_str(line);
            written.push('\n');
        }
    }
    for line in pending {
        written.extend([line, "\n"]);
    }
    // a line of a block of text may look like a comment
    if yaml::read(&written).map(|document| document.root.to_value()) != Ok(root.to_value()) {
        bail!("chart/values.yaml would change its meaning; is there a block of text with a # in it?");
    }
    Ok(written)
}

/// Adds the places of all keys below `node`; below an empty mapping, a list or an unknown mapping there are none.
fn find(
    node: &yaml::Node,
    schema: &Node,
    path: &str,
    lines: &[&str],
    places: &mut BTreeMap<usize, Place>,
    problems: &mut Vec<String>,
) {
    let (Kind::Mapping(entries), Some(_)) = (&node.kind, schema.keys()) else { return };
    for (key, value) in entries {
        let path = if path.is_empty() { key.text.clone() } else { format!("{path}.{}", key.text) };
        let Some(child) = schema.child(&key.text) else {
            problems.push(format!("{path}: no type has this key"));
            continue;
        };
        let comment = child.description();
        if comment.is_empty() {
            problems.push(format!("{path}: its field has no doc comment"));
        }
        let indent = key.column - 1;
        if lines.get(key.line - 1).is_none_or(|line| line.chars().take(indent).any(|sign| sign != ' ')) {
            problems.push(format!("{path}: stands on a line with other keys, so that no comment has a place"));
        }
        places.insert(key.line, Place { indent, comment });
        find(value, &child, &path, lines, places, problems);
    }
}

/// Lines of `#`, at the key's indentation.
fn comment(place: &Place) -> String {
    let indent = format!("{:width$}# ", "", width = place.indent);
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(&indent)
        .subsequent_indent(&indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    let mut text = String::new();
    for line in textwrap::wrap(&glued(&place.comment), &options) {
        text.push_str(line.replace('\u{a0}', " ").trim_end());
        text.push('\n');
    }
    text
}

/// Code between backticks stays on one line: its blanks are no place to break.
fn glued(text: &str) -> String {
    let parts: Vec<String> = text
        .split('`')
        .enumerate()
        .map(|(number, part)| if number % 2 == 1 { part.replace(' ', "\u{a0}") } else { part.to_owned() })
        .collect();
    parts.join("`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn schema() -> Value {
        json!({"properties": {
            "a": {"description": "What `a: b` is.", "properties": {"b": {"description": "Below.", "minimum": 1, "maximum": 9}}},
            "c": {"description": "A word.", "$ref": "#/$defs/C"},
            "open": {"description": "Kubernetes' own.", "type": "object"},
            "bare": {"type": "string"},
        }, "$defs": {"C": {"oneOf": [{"const": "x"}, {"const": ""}]}}})
    }

    fn written(text: &str) -> Result<String> {
        write(text, &yaml::read(text).unwrap().root, &Node::top(&schema()))
    }

    #[test]
    fn comments_are_replaced_and_the_rest_stays() {
        let text =
            "# head\n\n# old\n# old too\na:\n  b: 1 # beside\n\n# apart\n\nc: x\nopen:\n  # mine\n  key: 1\n# end\n";
        let expected = "# head\n\n# What `a: b` is.\na:\n  # Below. 1 to 9.\n  b: 1 # beside\n\n# apart\n\n\
                        # A word. One of: `x`, `\"\"`.\nc: x\n# Kubernetes' own.\nopen:\n  # mine\n  key: 1\n# end\n";
        assert_eq!(written(text).unwrap(), expected);
        assert_eq!(written(expected).unwrap(), expected, "a second run has nothing to do");
    }

    #[test]
    fn a_key_without_doc_comment_or_without_a_line_of_its_own_is_named() {
        assert!(written("bare: x\n").unwrap_err().to_string().contains("bare: its field has no doc comment"));
        assert!(written("nobody: x\n").unwrap_err().to_string().contains("nobody: no type has this key"));
        assert!(written("a: {b: 1}\n").unwrap_err().to_string().contains("a.b: stands on a line with other keys"));
    }

    #[test]
    fn code_is_not_broken() {
        let place = Place { indent: 2, comment: format!("{} `{{a: {{b, c}}}}` end", "word ".repeat(20).trim()) };
        assert_eq!(comment(&place), format!("  # {}\n  # `{{a: {{b, c}}}}` end\n", "word ".repeat(20).trim()));
    }
}
