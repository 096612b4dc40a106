//! What a plain scalar means to Helm.
//!
//! Helm reads values with sigs.k8s.io/yaml, whose Go library (go.yaml.in/yaml/v2, `resolve.go`) follows YAML 1.1:
//! `yes`, `on` and `y` are true, `0644` is octal, `1_000` is a number. So must we, or preview and Helm would differ.

use serde_json::{Number, Value};

/// Resolves an untagged plain scalar.
pub(super) fn resolve(text: &str) -> Value {
    typed(text).unwrap_or_else(|| Value::String(text.into()))
}

/// What is no string.
fn typed(text: &str) -> Option<Value> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => Value::Number(number(text)?),
    })
}

/// Whether some YAML 1.1 or 1.2 reader could take this plain text for something else than a string.
///
/// Wider than [`resolve`]: dates, sexagesimals, special floats and the `0o` octals of YAML 1.2 too.
pub(super) fn is_ambiguous(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(text, "=" | "<<")
        || unsigned.eq_ignore_ascii_case(".inf")
        || text.eq_ignore_ascii_case(".nan")
        || is_sexagesimal(unsigned)
        || is_date(text)
        || typed(text).is_some()
}

/// `1:30`, a number to base 60 in YAML 1.1.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.split(':');
    let is_number = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'_' | b'.'))
    };
    text.contains(':') && parts.all(is_number)
}

/// `2001-01-01`, alone or before a time.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    year.len() == 4
        && is_digits(year)
        && matches!(month.len(), 1 | 2)
        && is_digits(month)
        && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// A number as Go's `strconv` reads it after underscores are dropped.
///
/// Helm keeps every number as a float64, so a whole float is a whole number.
fn number(text: &str) -> Option<Number> {
    let first = *text.as_bytes().first()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    if first == b'.' {
        return float(text);
    }
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain))
}

fn integer(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..)?)
    } else {
        (10, lower.as_str())
    };
    if digits.is_empty() || !digits.bytes().all(|b| char::from(b).is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -magnitude } else { magnitude };
    i64::try_from(value).map(Number::from).or_else(|_| u64::try_from(value).map(Number::from)).ok()
}

fn float(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let shaped = unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && unsigned.bytes().any(|b| b.is_ascii_digit());
    if !shaped {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    whole(value).or_else(|| Number::from_f64(value))
}

/// A float without a fraction, as the integer that it is; beyond 2^53 a float64 is no exact integer.
#[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn whole(value: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then(|| Number::from(value as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_mean_what_they_mean_to_helm() {
        for (text, value) in [
            ("yes", json!(true)),
            ("off", json!(false)),
            ("~", json!(null)),
            ("0644", json!(420)),
            ("1_000", json!(1000)),
            ("0x1F", json!(31)),
            ("-0b11", json!(-3)),
            ("1e3", json!(1000)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1.0", json!(1)),
            ("089", json!(89)),
            ("1.2.3", json!("1.2.3")),
            ("1:30", json!("1:30")),
            ("2Gi", json!("2Gi")),
            ("-", json!("-")),
            ("+", json!("+")),
            (".", json!(".")),
            ("inf", json!("inf")),
            ("nan", json!("nan")),
            ("3.5.7", json!("3.5.7")),
        ] {
            assert_eq!(resolve(text), value, "{text}");
        }
    }

    #[test]
    fn whatever_might_be_read_as_something_else_is_ambiguous() {
        for text in [
            "y",
            "NO",
            "1",
            "1_000",
            "2001-01-01",
            "1:30",
            "0o17",
            "1e3",
            "=",
            "<<",
            ".inf",
            "-.INF",
            "",
            "null",
            "0x1f",
            "2001-01-01T00:00:00Z",
        ] {
            assert!(is_ambiguous(text), "{text}");
        }
        for text in ["spark", "3.5.7", "10.0.0.1", "3.5.7-x", "v1", "a b", "1Gi", "no-cache"] {
            assert!(!is_ambiguous(text), "{text}");
        }
    }
}
