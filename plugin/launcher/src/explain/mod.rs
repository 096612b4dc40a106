//! Owns the explanation of a value: a pure function of a JSON schema, the default values and a path.

mod node;
mod page;
mod suggest;
mod words;

use serde_json::Value;

use self::node::Node;

/// How deep a tree is printed; a schema may describe itself without end.
const DEPTH: usize = 16;

/// Explains the value at `path` (`a.b.c`, empty for the top), or says why there is none.
pub(crate) fn explain(
    schema: &Value,
    defaults: &Value,
    path: &str,
    recursive: bool,
    width: usize,
) -> Result<String, String> {
    let top = Node::top(schema);
    let mut node = top.clone();
    let mut default = Some(defaults);
    let keys: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
    for (depth, key) in keys.iter().enumerate() {
        let Some(child) = node.child(key) else {
            return Err(suggest::instead(&top, &node, &keys[..depth], key));
        };
        node = child;
        default = default.and_then(|value| value.get(bare(key)));
    }
    Ok(if recursive { page::tree(&node, default, DEPTH) } else { page::page(&keys, &node, default, width) })
}

/// `containers[]` and `containers` name the same key.
fn bare(key: &str) -> &str {
    key.strip_suffix("[]").unwrap_or(key)
}

#[cfg(test)]
mod tests;
