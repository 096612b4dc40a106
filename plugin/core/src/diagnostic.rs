//! What is wrong with the values, said so that a person can mend it: where, what, and how.
//!
//! Nothing in this crate stops at the first mistake; everything is collected here and reported at once.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::platform::object::in_order;

/// A place in values.yaml, such as `worker.resources.limits.memory` or `sparkConf["spark.executor.memory"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A key of a mapping.
    Key(String),
    /// An index of a list, from 0.
    Index(usize),
}

impl Path {
    /// The path with these dot-separated keys; for a key that contains a dot use [`Path::key`].
    pub fn of(dotted: &str) -> Self {
        Self(dotted.split('.').filter(|key| !key.is_empty()).map(|key| Step::Key(key.into())).collect())
    }

    /// This path, one key deeper.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.with(Step::Key(key.into()))
    }

    /// This path, at an index of the list it leads to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// This path followed by another.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// Its steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Without its last step; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_last()?;
        Some(Self(rest.to_vec()))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(out, "[{index}]")?,
                Step::Key(key) if key.is_empty() || key.contains(['.', '[', ' ', '"']) => write!(out, "[{key:?}]")?,
                Step::Key(key) if position == 0 => out.write_str(key)?,
                Step::Key(key) => write!(out, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Where in a file, counted from 1 as editors do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The file's name as the caller gave it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The value that is wrong.
    pub path: Path,
    /// What is wrong with it, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The same, where a program can do it.
    pub fix: Option<Fix>,
    /// Where it stands in the user's file; known when the file was given, not inside Helm.
    pub position: Option<Position>,
    /// Whether Helm's schema says the same, also of a component that is off: a number out of its bounds.
    pub is_bound: bool,
}

/// A change that mends a mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fix {
    /// The key is to be this one.
    Key(String),
    /// The value is to be this one.
    Value(String),
}

/// What to do about a mistake, in words and, where it is known so well, as a change. Empty words are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    words: String,
    fix: Option<Fix>,
}

impl Hint {
    /// The hint with a change beside its words.
    #[must_use]
    pub fn with(self, fix: Fix) -> Self {
        Self { fix: Some(fix), ..self }
    }
}

impl From<String> for Hint {
    fn from(words: String) -> Self {
        Self { words, fix: None }
    }
}

impl From<&str> for Hint {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { file, line, column }) = &self.position {
            write!(out, "{file}:{line}:{column}: ")?;
        }
        if self.path.steps().is_empty() {
            out.write_str(&self.message)?;
        } else {
            write!(out, "{}: {}", self.path, self.message)?;
        }
        if let Some(hint) = &self.hint {
            write!(out, "\n    hint: {hint}")?;
        }
        Ok(())
    }
}

/// All mistakes of one run, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a mistake. An empty hint is none. The same mistake is kept once.
    pub fn add(&mut self, path: Path, message: impl Into<String>, hint: impl Into<Hint>) {
        let Hint { words, fix } = hint.into();
        let hint = (!words.is_empty()).then_some(words);
        self.push(Diagnostic { path, message: message.into(), hint, fix, position: None, is_bound: false });
    }

    /// Adds that a number is out of the bounds that Helm's schema says too.
    pub fn add_bound(&mut self, path: Path, message: String) {
        self.push(Diagnostic { path, message, hint: None, fix: None, position: None, is_bound: true });
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Adds those of `others` that Helm's schema says too.
    pub fn add_bounds_of(&mut self, others: Self) {
        others.0.into_iter().filter(|diagnostic| diagnostic.is_bound).for_each(|diagnostic| self.push(diagnostic));
    }

    /// Adds mistakes that know their place already.
    pub fn extend(&mut self, more: Vec<Diagnostic>) {
        self.0.extend(more);
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The mistakes, to be completed with positions.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.0.iter_mut()
    }

    /// Sorts by position in the files; mistakes without one come last, in the order found.
    pub fn sort_by_position(&mut self) {
        let found = std::mem::take(&mut self.0);
        self.0 = in_order(found, |diagnostic| (diagnostic.position.is_none(), diagnostic.position.clone()));
    }

    /// `Ok(value)` when nothing was found.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => writeln!(out, "1 mistake in the values, nothing was written:")?,
            count => writeln!(out, "{count} mistakes in the values, nothing was written:")?,
        }
        for diagnostic in &self.0 {
            writeln!(out, "  {diagnostic}")?;
        }
        Ok(())
    }
}

/// The candidate most like `word`, when one is near enough to be a slip of the fingers.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.84)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The hint for a key that is not known: "did you mean" where one is near, else all that are.
pub fn unknown_key(given: &str, known: &[&str]) -> Hint {
    nearest_of(given, known, "known here: ", Fix::Key)
}

/// The hint for a word that is not among those allowed: "did you mean" where one is near, else all of them.
pub fn one_of(given: &str, known: &[&str]) -> Hint {
    nearest_of(given, known, "one of ", Fix::Value)
}

fn nearest_of(given: &str, known: &[&str], start: &str, fix: fn(String) -> Fix) -> Hint {
    if let Some(word) = nearest(given, known.iter().copied()) {
        return Hint::from(format!("did you mean {word}?")).with(fix(word.into()));
    }
    let words: Vec<_> = known.iter().map(|word| if word.is_empty() { "\"\"" } else { *word }).collect();
    format!("{start}{}", words.join(", ")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_helm_users_write_it() {
        assert_eq!(Path::of("worker.tolerations").index(0).key("key").to_string(), "worker.tolerations[0].key");
        assert_eq!(Path::of("sparkConf").key("spark.ui.port").to_string(), r#"sparkConf["spark.ui.port"]"#);
    }

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("replicaCuont", ["resources", "replicaCount"]), Some("replicaCount"));
        assert_eq!(nearest("resourcess", ["resources", "replicaCount"]), Some("resources"));
        assert_eq!(nearest("zebra", ["resources", "replicaCount"]), None);
    }
}
