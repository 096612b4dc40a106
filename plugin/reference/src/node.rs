//! One value's place in the schema, with references followed: what is said of it, and the keys below it.

use serde_json::{Map, Value};

/// What the schema says of one value.
#[derive(Clone)]
pub struct Node<'a> {
    root: &'a Value,
    /// The key's own schema first, then those that it refers to.
    parts: Vec<&'a Value>,
}

impl<'a> Node<'a> {
    /// The whole schema.
    pub fn top(root: &'a Value) -> Self {
        Self::new(root, root)
    }

    fn new(root: &'a Value, schema: &'a Value) -> Self {
        let mut parts = vec![schema];
        while let Some(target) = parts.last().and_then(|part| part.get("$ref")) {
            let target = target.as_str().and_then(|target| root.pointer(target.strip_prefix('#')?));
            match target {
                Some(target) if !parts.contains(&target) => parts.push(target),
                _ => break,
            }
        }
        Self { root, parts }
    }

    fn get(&self, keyword: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// The keys below that the schema knows.
    pub fn keys(&self) -> Option<&'a Map<String, Value>> {
        self.get("properties").and_then(Value::as_object)
    }

    /// The value below under a key.
    pub fn child(&self, key: &str) -> Option<Self> {
        self.keys()?.get(key).map(|schema| Self::new(self.root, schema))
    }

    /// What it is for, and which values it takes where the description does not say it. Empty: a doc comment is missing.
    pub fn description(&self) -> String {
        // only the key's own: that of a shared type says nothing of this use
        let own = self.parts.first().and_then(|part| part.get("description"));
        let mut text = own.and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            return text;
        }
        let allowed = self.allowed();
        if !allowed.iter().all(|word| names(&text, word)) {
            let words: Vec<_> = allowed
                .iter()
                .map(|word| if word.is_empty() { "`\"\"`".into() } else { format!("`{word}`") })
                .collect();
            text = format!("{text} One of: {}.", words.join(", "));
        }
        if let Some(range) = self.range().filter(|range| !text.contains(range.as_str())) {
            text = format!("{text} {range}.");
        }
        text
    }

    /// The words that are allowed, where they are few.
    fn allowed(&self) -> Vec<&'a str> {
        let words = |keyword| self.get(keyword).and_then(Value::as_array).into_iter().flatten();
        let described = words("oneOf").filter_map(|choice| choice.get("const"));
        // schemars puts the variants without a description of their own together
        let bare = words("oneOf").flat_map(|choice| choice.get("enum").and_then(Value::as_array).into_iter().flatten());
        words("enum").chain(described).chain(bare).filter_map(Value::as_str).collect()
    }

    /// `1 to 10`. A lowest value of 0 is not worth a word, nor is the width of a `u16`, which nobody chose.
    fn range(&self) -> Option<String> {
        let bound = |keyword| self.get(keyword).and_then(Value::as_i64);
        match (bound("minimum"), bound("maximum")) {
            (Some(0), Some(65535)) => None,
            (Some(least), Some(most)) => Some(format!("{least} to {most}")),
            (Some(least), None) if least != 0 => Some(format!("At least {least}")),
            (None, Some(most)) => Some(format!("At most {most}")),
            _ => None,
        }
    }
}

/// Whether a description already speaks of a word.
fn names(text: &str, word: &str) -> bool {
    if word.is_empty() { text.to_lowercase().contains("empty") } else { text.contains(&format!("`{word}`")) }
}
