//! Whether two trees are the same, told by a number.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

/// The same for trees that are written alike. The order of keys counts, unlike in `Value`'s own hash, which sorts them first.
pub fn fingerprint(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    add(value, &mut hasher);
    hasher.finish()
}

fn add(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => hasher.write_u8(0),
        Value::Bool(flag) => hasher.write_u8(1 + u8::from(*flag)),
        Value::Number(number) => {
            hasher.write_u8(3);
            number.hash(hasher);
        }
        Value::String(text) => {
            hasher.write_u8(4);
            text.hash(hasher);
        }
        Value::Array(items) => {
            hasher.write_u8(5);
            items.len().hash(hasher);
            for item in items {
                add(item, hasher);
            }
        }
        Value::Object(map) => {
            hasher.write_u8(6);
            map.len().hash(hasher);
            for (key, value) in map {
                key.hash(hasher);
                add(value, hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whatever_is_written_otherwise_has_another_fingerprint() {
        let trees = [
            json!({"a": 1, "b": 2}),
            json!({"b": 2, "a": 1}),
            json!({"a": {"b": 2}}),
            json!({"a": ["b", 2]}),
            json!({"a": [["b"], 2]}),
            json!({"a": "1"}),
            json!({"a": 1}),
            json!({"a": null}),
            json!({"a": false}),
            json!({}),
            json!([]),
        ];
        for (at, tree) in trees.iter().enumerate() {
            assert_eq!(fingerprint(tree), fingerprint(&tree.clone()));
            assert!(trees.iter().skip(at + 1).all(|other| fingerprint(other) != fingerprint(tree)), "{tree}");
        }
    }
}
