//! Values files → objects or diagnostics, without Helm: what `sparkwasm template`, `sparkwasm check` and the preview ask.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Diagnostics, Path, Position, Step, one_of};
use crate::documents::{self, Origin};
use crate::platform::object::Object;
use crate::yaml::{self, Kind, Node};
use crate::{compose, defaults, intent, sections};

/// One question.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Values files, a later one over an earlier one, as with Helm's `-f`.
    #[serde(default)]
    pub files: Vec<File>,
    /// The release.
    #[serde(default)]
    pub release: ReleaseName,
    /// Version of Kubernetes.
    #[serde(default)]
    pub kube_version: Option<String>,
    /// API versions that the cluster has beside Kubernetes' own, such as `security.openshift.io/v1`.
    #[serde(default)]
    pub api_versions: Vec<String>,
}

/// A values file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Name and namespace of a release; Helm's own words where none is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseName {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

impl Default for ReleaseName {
    fn default() -> Self {
        Self { name: "release-name".into(), namespace: "default".into() }
    }
}

/// The objects as `helm template --post-renderer sparkwasm` prints them.
pub fn template(request: &Request) -> Result<String, Diagnostics> {
    let (objects, problems) = answer(request);
    let text = objects.into_iter().fold(String::new(), |mut out, (object, origin)| {
        documents::append(&mut out, object, &origin);
        out
    });
    problems.into_result(text)
}

/// Everything that is wrong, each mistake with its place in the files.
pub fn check(request: &Request) -> Diagnostics {
    answer(request).1
}

fn answer(request: &Request) -> (Vec<(Object, Origin)>, Diagnostics) {
    let mut problems = Diagnostics::default();
    let mut values = defaults::values().unwrap_or_default();
    let mut trees: Vec<(&str, Node)> = Vec::new();
    let mut misread: Vec<Diagnostic> = Vec::new();
    for File { name, text } in &request.files {
        let mut at = |error: yaml::ParseError| {
            let position = Position { file: name.clone(), line: error.line, column: error.column };
            misread.push(Diagnostic {
                path: Path::default(),
                message: error.message,
                hint: None,
                position: Some(position),
            });
        };
        match yaml::read(text) {
            Ok(document) => {
                document.problems.into_iter().for_each(&mut at);
                trees.push((name, document.root));
            }
            Err(error) => at(error),
        }
    }
    for (name, tree) in &trees {
        match tree.to_value() {
            Value::Object(own) => overlay(&mut values, own),
            Value::Null => {}
            _ => problems.add(
                Path::default(),
                format!("{name} is not a mapping"),
                "a values file has keys, such as worker:",
            ),
        }
    }
    unknown_sections(&values, &mut problems);
    let objects = compose::objects(&intent::from_values(&values, &header(request)), &mut problems);
    for diagnostic in problems.iter_mut() {
        let places = trees.iter().filter_map(|(file, tree)| locate(file, tree, &diagnostic.path));
        diagnostic.position = places.max_by_key(|(depth, _)| *depth).map(|(_, position)| position);
    }
    problems.extend(misread);
    problems.sort_by_position();
    (objects, problems)
}

/// What Helm's templates would say of release, chart and cluster.
fn header(request: &Request) -> Value {
    json!({
        "release": {"name": request.release.name, "namespace": request.release.namespace, "service": "Helm"},
        "chart": {"name": defaults::chart("name"), "version": defaults::chart("version"), "appVersion": defaults::chart("appVersion")},
        "cluster": {
            "kubeVersion": request.kube_version.as_deref().unwrap_or("v1.37.0"),
            "openshift": request.api_versions.iter().any(|version| version.split('/').take(2).collect::<Vec<_>>() == ["security.openshift.io", "v1"]),
        },
    })
}

/// The user's values over the defaults, as Helm lays them (`chartutil.CoalesceValues`): mappings are merged, a null
/// removes, anything else replaces.
fn overlay(base: &mut Value, own: Map<String, Value>) {
    let Value::Object(base) = base else {
        *base = Value::Object(own);
        return;
    };
    for (key, value) in own {
        match (base.get_mut(&key), value) {
            (_, Value::Null) => {
                base.shift_remove(&key);
            }
            (Some(under @ Value::Object(_)), Value::Object(over)) => overlay(under, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// Top-level keys that no section carries; within Helm the schema refuses them.
fn unknown_sections(values: &Value, problems: &mut Diagnostics) {
    let known: Vec<&str> = sections::top_level_keys().collect();
    for key in values.as_object().into_iter().flat_map(Map::keys).filter(|key| !known.contains(&key.as_str())) {
        problems.add(Path::default().key(key), "unknown key", one_of(key, &known, "known here: "));
    }
}

/// Where a path stands in a file: its deepest part that the file has, and how deep that is.
fn locate(file: &str, tree: &Node, path: &Path) -> Option<(usize, Position)> {
    let mut node = tree;
    let mut found = None;
    for (depth, step) in path.steps().iter().enumerate() {
        let next = match (&node.kind, step) {
            (Kind::Mapping(entries), Step::Key(key)) => {
                entries.iter().find(|(other, _)| other.text == *key).map(|(key, value)| (key.line, key.column, value))
            }
            (Kind::List(items), Step::Index(index)) => items.get(*index).map(|item| (item.line, item.column, item)),
            _ => None,
        };
        let Some((line, column, value)) = next else { break };
        found = Some((depth, Position { file: file.to_owned(), line, column }));
        node = value;
    }
    found
}
