//! The stream between Helm and us: cut into documents, ours recognised, all others kept byte for byte.
//!
//! A line that starts with `---` and then ends or goes on with white space begins a document, wherever it stands: YAML
//! forbids it inside scalars (YAML 1.2.2, production `c-forbidden`). So cutting needs no parser, and what is not ours is never
//! parsed at all.

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostics, Path};
use crate::platform::object::Object;
use crate::yaml;

/// The API group of intents. Helm without the post-renderer meets it and stops before any write; so it names the cure.
pub const GROUP: &str = "post-renderer-sparkwasm-required";
/// Group and version.
pub const API_VERSION: &str = "post-renderer-sparkwasm-required/v1";
/// Where Helm 4 writes which template a document came from, and reads it again from what comes back.
const FILE_NAME: &str = "postrenderer.helm.sh/postrender-filename";
const SOURCE_COMMENT: &str = "# Source: ";

/// Which template a document came from, told in the way of the host; copied to what is made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// Not told.
    #[default]
    Unknown,
    /// By a comment `# Source: …` (Helm 3).
    Comment(String),
    /// By an annotation (Helm 4).
    Annotation(String),
}

/// One document of the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Document<'a> {
    /// Not ours.
    Foreign(&'a str),
    /// An intent, parsed.
    Intent(Value, Origin),
}

/// Cuts the stream. An intent that is no YAML is a mistake.
pub fn split<'a>(stream: &'a str, problems: &mut Diagnostics) -> Vec<Document<'a>> {
    cut(stream)
        .filter_map(|text| {
            if !is_intent(text) {
                return Some(Document::Foreign(text));
            }
            match serde_yaml::from_str::<Value>(body(text)) {
                Ok(value) => {
                    let origin = origin(text, &value);
                    Some(Document::Intent(value, origin))
                }
                Err(error) => {
                    problems.add(
                        Path::default(),
                        format!("an intent of the chart is not YAML: {error}"),
                        "the chart's templates must stay as they were published",
                    );
                    None
                }
            }
        })
        .collect()
}

/// Whether the host is Helm 4, by the annotation on an intent. It throws the stderr of a failing post-renderer away.
pub fn is_helm4(documents: &[Document<'_>]) -> bool {
    documents.iter().any(|document| matches!(document, Document::Intent(_, Origin::Annotation(_))))
}

/// The document with which Helm 4 ends without a write and shows `message`: its `kind` is no string, so that Helm
/// reports a parse error in the file that the annotation names, and the name is the message.
pub fn in_band(message: &str) -> String {
    let document = json!({
        "apiVersion": "v1",
        "kind": ["sparkwasm"],
        "metadata": {"name": "sparkwasm", "annotations": {FILE_NAME: message}},
    });
    yaml::write(&document)
}

/// Appends an object as a document.
pub fn append(out: &mut String, object: Object, origin: &Origin) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str("---\n");
    match origin {
        Origin::Unknown => out.push_str(&yaml::write(&object.0)),
        Origin::Comment(source) => {
            out.push_str(SOURCE_COMMENT);
            out.push_str(source);
            out.push('\n');
            out.push_str(&yaml::write(&object.0));
        }
        Origin::Annotation(file) => out.push_str(&yaml::write(&annotated(object.0, file))),
    }
}

fn annotated(mut object: Value, file: &str) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(FILE_NAME.into(), file.into());
        }
    }
    object
}

/// Each document with the `---` line before it.
fn cut(stream: &str) -> impl Iterator<Item = &str> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = starts(rest).find(|start| *start > 0).unwrap_or(rest.len());
        let (document, behind) = rest.split_at(end);
        rest = behind;
        Some(document)
    })
}

/// Where lines begin that are document markers.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("---")
        .filter(|(at, _)| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'))
        .filter(|(at, _)| text.as_bytes().get(at + 3).is_none_or(|next| matches!(next, b' ' | b'\t' | b'\r' | b'\n')))
        .map(|(at, _)| at)
}

fn body(text: &str) -> &str {
    match text.strip_prefix("---") {
        Some(rest) if rest.starts_with([' ', '\t', '\r', '\n']) => rest,
        _ => text,
    }
}

/// Whether a line without indentation says that the document is of our group.
fn is_intent(text: &str) -> bool {
    text.contains(GROUP)
        && text.lines().any(|line| {
            let value = line.strip_prefix("apiVersion:").map(|value| value.trim().trim_matches(['"', '\'']));
            value.is_some_and(|value| value.strip_prefix(GROUP).is_some_and(|version| version.starts_with('/')))
        })
}

fn origin(text: &str, value: &Value) -> Origin {
    if let Some(file) = value
        .pointer("/metadata/annotations")
        .and_then(|annotations| annotations.get(FILE_NAME))
        .and_then(Value::as_str)
    {
        return Origin::Annotation(file.into());
    }
    let comment = body(text)
        .lines()
        .map(str::trim_end)
        .take_while(|line| line.is_empty() || line.starts_with('#'))
        .find_map(|line| line.strip_prefix(SOURCE_COMMENT));
    comment.map_or(Origin::Unknown, |source| Origin::Comment(source.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_marker_inside_an_indented_block_cuts_nothing() {
        let stream = "a: |\n  ---\n  b\n---\nc: 1\n--- # comment\nd: 1\n---x: 1\n";
        assert_eq!(
            cut(stream).collect::<Vec<_>>(),
            ["a: |\n  ---\n  b\n", "---\nc: 1\n", "--- # comment\nd: 1\n---x: 1\n"]
        );
    }

    #[test]
    fn only_documents_of_our_group_are_ours() {
        let mention = format!("---\napiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    apiVersion: {API_VERSION}\n");
        assert!(!is_intent(&mention));
        assert!(is_intent(&format!("---\r\n# Source: x\r\napiVersion: \"{API_VERSION}\"\r\nkind: X\r\n")));
    }

    #[test]
    fn the_origin_is_told_by_comment_or_annotation() {
        let mut problems = Diagnostics::default();
        let stream = format!(
            "---\n# Source: c/templates/a.yaml\napiVersion: {API_VERSION}\nkind: A\n---\napiVersion: {API_VERSION}\nmetadata:\n  annotations:\n    {FILE_NAME}: c/templates/b.yaml\n"
        );
        let origins: Vec<_> = split(&stream, &mut problems)
            .into_iter()
            .filter_map(|document| if let Document::Intent(_, origin) = document { Some(origin) } else { None })
            .collect();
        assert_eq!(
            origins,
            [Origin::Comment("c/templates/a.yaml".into()), Origin::Annotation("c/templates/b.yaml".into())]
        );
    }

    proptest! {
        #[test]
        fn cutting_loses_nothing(stream in "(---|\n|\r\n| |a: b|# x|\\PC){0,40}") {
            prop_assert_eq!(cut(&stream).collect::<String>(), stream);
        }
    }
}
