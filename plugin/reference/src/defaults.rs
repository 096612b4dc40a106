//! A default as one reads it in a table: YAML on one line.

use serde_json::Value;
use sparkwasm_core::yaml;

/// The value in YAML's flow style. A string is quoted only where it would be read as something else.
pub fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<_> =
                map.iter().map(|(key, value)| format!("{}: {}", flow(&key.as_str().into()), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    // inside a list, where more signs have a meaning
    let read = yaml::read(&format!("[{text}]")).map(|document| document.root.to_value());
    read == Ok(Value::Array(vec![text.into()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_read_as_yaml() {
        for (value, text) in [
            (json!(""), "\"\""),
            (json!("3.5.7"), "3.5.7"),
            (json!("3.5"), "\"3.5\""),
            (json!("a, b"), "\"a, b\""),
            (json!(null), "null"),
            (json!({}), "{}"),
            (json!({"requests": {"cpu": "100m"}, "args": ["x", 1]}), "{requests: {cpu: 100m}, args: [x, 1]}"),
        ] {
            assert_eq!(flow(&value), text);
        }
    }
}
