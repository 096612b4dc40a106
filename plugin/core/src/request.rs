//! Values files → objects or diagnostics, without Helm: what `sparkwasm template`, `sparkwasm check` and the preview ask.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Diagnostics, Path, Position, Step, unknown_key};
use crate::documents::{self, Origin};
use crate::platform::object::Object;
use crate::summary::{self, Summary};
use crate::yaml::{self, Kind, Node};
use crate::{compose, defaults, intent, sections, tree};

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

/// One object as text, and how people find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// `app.kubernetes.io/component`.
    pub component: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// The document of the stream, with its first line `---`.
    pub text: String,
    /// What tells it from other objects: below 2^53, which is as far as JavaScript counts.
    pub fingerprint: u64,
}

/// One object of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Part {
    /// Who asks has it: its place among the fingerprints that were named. To write it again takes longer than to make it.
    Known(usize),
    /// An object that is new.
    New(Rendered),
}

/// A value that the files give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Where it stands among the values.
    pub path: Path,
    /// Where its key stands in the file.
    pub position: Position,
}

/// The objects as `helm template --post-renderer sparkwasm` prints them.
pub fn template(request: &Request) -> Result<String, Diagnostics> {
    let Answer { objects, problems } = answer(&Files::read(request), None);
    let text = objects.into_iter().fold(String::new(), |mut out, (object, origin)| {
        documents::append(&mut out, object, &origin);
        out
    });
    problems.into_result(text)
}

/// Everything that is wrong, each mistake with its place in the files.
pub fn check(request: &Request) -> Diagnostics {
    answer(&Files::read(request), None).problems
}

/// The objects, each for itself, beside everything that is wrong; with any mistake they only say what it might become.
/// `known` are the fingerprints of objects that need not be said again.
pub fn render(request: &Request, known: &[u64]) -> (Vec<Part>, Diagnostics) {
    let Answer { objects, problems } = answer(&Files::read(request), None);
    (parts(objects, known), problems)
}

/// What the objects would be without one of the values that the files give, so that one sees what that value makes.
pub fn without(request: &Request, path: &Path, known: &[u64]) -> Vec<Part> {
    parts(answer(&Files::read(request), Some(path)).objects, known)
}

/// The values that the files give, in their order; a list counts as one.
pub fn given(request: &Request) -> Vec<Given> {
    let files = Files::read(request);
    let mut found = Vec::new();
    for (file, tree) in &files.trees {
        leaves(file, tree, &Path::default(), &mut found);
    }
    found
}

/// What the installation will be.
pub fn summary(request: &Request) -> Summary {
    let files = Files::read(request);
    let objects = answer(&files, None).objects;
    let values = values(&files, None, &mut Diagnostics::default());
    let on_openshift = Request {
        api_versions: [request.api_versions.as_slice(), &[OPENSHIFT.join("/")]].concat(),
        files: Vec::new(),
        ..request.clone()
    };
    let there = answer(&Files { request: &on_openshift, ..files }, None).objects;
    let trees = |objects: &'_ [(Object, Origin)]| objects.iter().map(|(object, _)| object.clone()).collect::<Vec<_>>();
    let (objects, there) = (trees(&objects), trees(&there));
    summary::of(&objects.iter().collect::<Vec<_>>(), &there.iter().collect::<Vec<_>>(), &values)
}

/// Mistakes as programs read them: `ok`, `diagnostics` and the `text` for people.
pub fn report(problems: &Diagnostics) -> Value {
    let one = |problem: &Diagnostic| {
        let position = problem.position.as_ref();
        json!({
            "path": problem.path.to_string(),
            "steps": problem.path.steps(),
            "message": problem.message,
            "hint": problem.hint,
            "fix": problem.fix,
            "file": position.map(|position| &position.file),
            "line": position.map(|position| position.line),
            "column": position.map(|position| position.column),
        })
    };
    json!({
        "ok": problems.is_empty(),
        "diagnostics": problems.iter().map(one).collect::<Vec<_>>(),
        "text": if problems.is_empty() { String::new() } else { problems.to_string() },
    })
}

/// The API that tells OpenShift from other clusters, as the chart's template asks for it.
const OPENSHIFT: [&str; 2] = ["security.openshift.io", "v1"];

/// The files of a request, read.
struct Files<'a> {
    request: &'a Request,
    trees: Vec<(&'a str, Node)>,
    misread: Vec<Diagnostic>,
}

struct Answer {
    objects: Vec<(Object, Origin)>,
    problems: Diagnostics,
}

impl<'a> Files<'a> {
    fn read(request: &'a Request) -> Self {
        let mut trees: Vec<(&str, Node)> = Vec::new();
        let mut misread: Vec<Diagnostic> = Vec::new();
        for File { name, text } in &request.files {
            let mut at = |error: yaml::ParseError| {
                let position = Position { file: name.clone(), line: error.line, column: error.column };
                misread.push(Diagnostic {
                    path: Path::default(),
                    message: error.message,
                    hint: None,
                    fix: None,
                    position: Some(position),
                    is_bound: false,
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
        Self { request, trees, misread }
    }
}

/// The defaults with what the files give laid over them.
fn values(files: &Files<'_>, without: Option<&Path>, problems: &mut Diagnostics) -> Value {
    let mut values = defaults::values().clone();
    for (name, tree) in &files.trees {
        let mut own = tree.to_value();
        if let Some(path) = without {
            tree::set(&mut own, path, None);
        }
        match own {
            Value::Object(own) => overlay(&mut values, own),
            Value::Null => {}
            _ => problems.add(
                Path::default(),
                format!("{name} is not a mapping"),
                "a values file has keys, such as worker:",
            ),
        }
    }
    values
}

fn answer(files: &Files<'_>, without: Option<&Path>) -> Answer {
    let mut problems = Diagnostics::default();
    let values = values(files, without, &mut problems);
    unknown_sections(&values, &mut problems);
    let objects = compose::objects(&intent::from_values(values, header(files.request)), &mut problems);
    for diagnostic in problems.iter_mut() {
        let places = files.trees.iter().filter_map(|(file, tree)| locate(file, tree, &diagnostic.path));
        diagnostic.position = places.max_by_key(|(depth, _)| *depth).map(|(_, position)| position);
    }
    problems.extend(files.misread.clone());
    problems.sort_by_position();
    Answer { objects, problems }
}

fn parts(objects: Vec<(Object, Origin)>, known: &[u64]) -> Vec<Part> {
    let one = |(object, origin): (Object, Origin)| {
        let fingerprint = tree::fingerprint(&object.0) >> 11;
        if let Some(place) = known.iter().position(|other| *other == fingerprint) {
            return Part::Known(place);
        }
        let [component, kind, name] = [object.component(), object.kind(), object.name()].map(str::to_owned);
        let mut text = String::new();
        documents::append(&mut text, object, &origin);
        Part::New(Rendered { component, kind, name, text, fingerprint })
    };
    objects.into_iter().map(one).collect()
}

fn leaves(file: &str, node: &Node, path: &Path, found: &mut Vec<Given>) {
    let Kind::Mapping(entries) = &node.kind else { return };
    for (key, value) in entries {
        let path = path.key(&key.text);
        match &value.kind {
            Kind::Mapping(inner) if !inner.is_empty() => leaves(file, value, &path, found),
            _ => {
                let position = Position { file: file.to_owned(), line: key.line, column: key.column };
                found.push(Given { path, position });
            }
        }
    }
}

/// What Helm's templates would say of release, chart and cluster.
fn header(request: &Request) -> Value {
    json!({
        "release": {"name": request.release.name, "namespace": request.release.namespace, "service": "Helm"},
        "chart": {"name": defaults::chart("name"), "version": defaults::chart("version"), "appVersion": defaults::chart("appVersion")},
        "cluster": {
            "kubeVersion": request.kube_version.as_deref().unwrap_or("v1.37.0"),
            "openshift": request.api_versions.iter().any(|version| version.split('/').take(2).eq(OPENSHIFT)),
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
        problems.add(Path::default().key(key), "unknown key", unknown_key(key, &known));
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
