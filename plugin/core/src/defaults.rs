//! The chart's defaults, as every host has them: chart/values.yaml itself. No default stands in Rust.

use serde_json::Value;

use crate::yaml;

/// The text of chart/values.yaml.
pub const TEXT: &str = include_str!("../../../chart/values.yaml");

/// The text of chart/Chart.yaml.
pub const CHART: &str = include_str!("../../../chart/Chart.yaml");

/// [`TEXT`] without the lines that are comments: they are two thirds of it, and plugin.wasm carries what is left.
static BARE: [u8; bare(&mut [])] = {
    let mut out = [0; bare(&mut [])];
    bare(&mut out);
    out
};

/// Copies the lines that are no comments, where `out` has room for them; returns their length.
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn bare(out: &mut [u8]) -> usize {
    let text = TEXT.as_bytes();
    let (mut at, mut length) = (0, 0);
    while at < text.len() {
        let mut first = at;
        while text[first] == b' ' {
            first += 1;
        }
        let is_comment = text[first] == b'#';
        loop {
            if !is_comment {
                if length < out.len() {
                    out[length] = text[at];
                }
                length += 1;
            }
            at += 1;
            if at == text.len() || text[at - 1] == b'\n' {
                break;
            }
        }
    }
    length
}

/// The defaults; `None` only if the file were no YAML, which a test excludes.
pub fn values() -> Option<Value> {
    yaml::read(std::str::from_utf8(&BARE).ok()?).ok().map(|document| document.root.to_value())
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
        assert!(BARE.len() < TEXT.len() / 2);
        assert_eq!(values(), yaml::read(TEXT).ok().map(|document| document.root.to_value()));
    }
}
