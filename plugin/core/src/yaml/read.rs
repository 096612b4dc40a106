//! A values file as a tree whose every node knows its line and column.
//!
//! Scalars mean what they mean to Helm (see `scalar`). Anchors, aliases and merge keys (`<<`) are resolved; of several
//! documents only the first counts, as in Helm. Depth and the total size after aliases are bounded.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};

use super::scalar;

const MAX_DEPTH: usize = 100;
const MAX_NODES: usize = 100_000;

/// One node of a YAML document.
#[derive(Debug, Clone)]
pub struct Node {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What stands there.
    pub kind: Kind,
}

/// The content of a [`Node`].
#[derive(Debug, Clone)]
pub enum Kind {
    /// Null, a boolean, a number or a string.
    Scalar(Value),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file; each key with its own place.
    Mapping(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its text; scalars other than strings are written as Helm writes them (`1: x` has the key `"1"`).
    pub text: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// The text is not YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What the parser expected.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Node {
    /// The plain tree without positions. A repeated key keeps its last value.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Scalar(value) => value.clone(),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Kind::Mapping(entries) => Value::Object(
                entries.iter().map(|(key, node)| (key.text.clone(), node.to_value())).collect::<Map<_, _>>(),
            ),
        }
    }
}

/// A document, and the mistakes in it that Helm lets pass (a repeated key keeps its last value).
#[derive(Debug, Clone)]
pub struct Document {
    /// The tree.
    pub root: Node,
    /// Repeated keys.
    pub problems: Vec<ParseError>,
}

/// Reads the first document of `text`; an empty file is null.
pub fn read(text: &str) -> Result<Document, ParseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder =
        Builder { parser: Parser::new_from_str(text), anchors: HashMap::new(), nodes: 0, problems: Vec::new() };
    let root = loop {
        let (event, mark) = builder.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd | Event::DocumentEnd => {
                break Node { line: 1, column: 1, kind: Kind::Scalar(Value::Null) };
            }
            event => break builder.node(event, mark, 0)?,
        }
    };
    Ok(Document { root, problems: builder.problems })
}

struct Builder<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    problems: Vec<ParseError>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Marker), ParseError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start)),
            Some(Err(error)) => Err(at(*error.marker(), error.info())),
            None => Ok((Event::StreamEnd, Marker::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, mark: Marker, depth: usize) -> Result<Node, ParseError> {
        self.count(1, mark)?;
        if depth > MAX_DEPTH {
            return Err(at(mark, "nested too deeply (more than 100 levels)"));
        }
        let before = self.nodes;
        let (line, column) = place(mark);
        let (kind, anchor) = match event {
            Event::Alias(id) => {
                let (node, size) = self.anchors.get(&id).cloned().ok_or_else(|| at(mark, "unknown anchor"))?;
                self.count(size, mark)?;
                return Ok(Node { line, column, ..node });
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = tagged(&text, style, tag.as_deref()).map_err(|message| at(mark, &message))?;
                (Kind::Scalar(value), anchor)
            }
            Event::SequenceStart(anchor, _) => (Kind::List(self.list(depth)?), anchor),
            Event::MappingStart(anchor, _) => (Kind::Mapping(self.mapping(depth)?), anchor),
            _ => return Err(at(mark, "unexpected end of the document")),
        };
        let node = Node { line, column, kind };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before + 1));
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, ParseError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, mark) => items.push(self.node(event, mark, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, ParseError> {
        let mut own: Vec<(Key, Node)> = Vec::new();
        let mut merged: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, mark) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.node(event, mark, depth + 1)?;
            let (event, mark) = self.next()?;
            let value = self.node(event, mark, depth + 1)?;
            if is_merge {
                merge_into(&mut merged, value)?;
                continue;
            }
            let Kind::Scalar(scalar) = key.kind else {
                return Err(ParseError {
                    message: "a key must be a plain word".into(),
                    line: key.line,
                    column: key.column,
                });
            };
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            if let Some(first) = own.iter().position(|(other, _)| other.text == text) {
                let message = format!("the key \"{text}\" stands twice in one mapping; only this second one counts");
                self.problems.push(ParseError { message, line: key.line, column: key.column });
                own.remove(first);
            }
            own.push((Key { text, line: key.line, column: key.column }, value));
        }
        merged.retain(|(key, _)| !own.iter().any(|(other, _)| other.text == key.text));
        own.append(&mut merged);
        Ok(own)
    }

    fn count(&mut self, nodes: usize, mark: Marker) -> Result<(), ParseError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES { Err(at(mark, "too large once its aliases are followed")) } else { Ok(()) }
    }
}

fn merge_into(merged: &mut Vec<(Key, Node)>, value: Node) -> Result<(), ParseError> {
    let (line, column) = (value.line, value.column);
    match value.kind {
        Kind::Mapping(entries) => {
            for (key, node) in entries {
                if !merged.iter().any(|(other, _)| other.text == key.text) {
                    merged.push((key, node));
                }
            }
            Ok(())
        }
        Kind::List(items) => items.into_iter().try_for_each(|item| merge_into(merged, item)),
        Kind::Scalar(_) => Err(ParseError { message: "`<<` takes a mapping".into(), line, column }),
    }
}

/// A scalar with its style and tag taken into account.
fn tagged(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return Ok(if style == ScalarStyle::Plain { scalar::resolve(text) } else { Value::String(text.into()) });
    };
    if !tag.is_yaml_core_schema() {
        return Ok(Value::String(text.into()));
    }
    let resolved = scalar::resolve(text);
    match (tag.suffix.as_str(), resolved) {
        ("bool", value @ Value::Bool(_)) | ("int", value @ Value::Number(_)) | ("null", value @ Value::Null) => {
            Ok(value)
        }
        ("float", Value::Number(number)) => {
            Ok(Value::Number(number.as_f64().and_then(Number::from_f64).unwrap_or(number)))
        }
        ("bool" | "int" | "null" | "float", _) => Err(format!("cannot decode `{text}` as a !!{}", tag.suffix)),
        _ => Ok(Value::String(text.into())),
    }
}

fn at(mark: Marker, message: &str) -> ParseError {
    let (line, column) = place(mark);
    ParseError { message: message.into(), line, column }
}

fn place(mark: Marker) -> (usize, usize) {
    (mark.line().max(1), mark.col() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        read(text).unwrap().root.to_value()
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        assert_eq!(
            value("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n"),
            json!({"a": {"b": 1, "c": 2}, "d": {"c": 3, "b": 1}})
        );
    }

    #[test]
    fn quoted_and_tagged_scalars_stay_strings() {
        assert_eq!(value("a: 'yes'\nb: !!str 1\nc: yes\n"), json!({"a": "yes", "b": "1", "c": true}));
    }

    #[test]
    fn nodes_know_their_place() {
        let Kind::Mapping(entries) = read("# c\na:\n  b: 1\n").unwrap().root.kind else { panic!("no mapping") };
        let Kind::Mapping(inner) = &entries[0].1.kind else { panic!("no mapping") };
        assert_eq!((inner[0].0.line, inner[0].0.column, inner[0].1.column), (3, 3, 6));
    }

    #[test]
    fn the_billion_laughs_are_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..10 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&["a", &level.to_string(), ": &a", &level.to_string(), " [", &aliases, "]\n"].concat());
        }
        assert!(read(&text).unwrap_err().message.contains("too large"));
    }

    #[test]
    fn deep_nesting_is_refused_and_repeated_keys_are_named_with_their_place() {
        assert!(read(&"[".repeat(5000)).is_err());
        let document = read("a: 1\nb: 2\na: 3\n").unwrap();
        assert_eq!((document.problems[0].line, document.problems[0].column), (3, 1));
        assert_eq!(document.root.to_value(), json!({"b": 2, "a": 3}));
    }

    #[test]
    fn an_empty_file_is_null_and_only_the_first_document_counts() {
        assert_eq!(value(""), Value::Null);
        assert_eq!(value("# only a comment\n"), Value::Null);
        assert_eq!(value("a: 1\n---\nb: 2\n"), json!({"a": 1}));
    }
}
