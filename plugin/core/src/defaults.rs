//! The chart's defaults, as every host has them: chart/values.yaml itself. No default stands in Rust.

use std::sync::OnceLock;

use serde_json::Value;

use crate::texts::text;
use crate::yaml;

/// The text of chart/values.yaml.
pub const TEXT: &str = include_str!("../../../chart/values.yaml");

/// The text of chart/Chart.yaml.
pub const CHART: &str = include_str!("../../../chart/Chart.yaml");

/// The defaults, read once; null only if the file were no YAML, which a test excludes.
pub fn values() -> &'static Value {
    static VALUES: OnceLock<Value> = OnceLock::new();
    VALUES
        .get_or_init(|| yaml::read(&text!("values.yaml")).map(|document| document.root.to_value()).unwrap_or_default())
}

/// A field of Chart.yaml, such as `name`.
pub fn chart(field: &str) -> String {
    let chart = yaml::read(CHART).map(|document| document.root.to_value()).unwrap_or_default();
    chart.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_its_comments_the_file_says_the_same() {
        assert!(text!("values.yaml").len() < TEXT.len() / 2);
        assert_eq!(Some(values()), yaml::read(TEXT).ok().map(|document| document.root.to_value()).as_ref());
    }
}
