//! Objects as YAML, in the very form in which Helm 4 writes them again.
//!
//! Helm 4 reads and re-writes what a post-renderer returns, Helm 3 does not. So that both end with the same bytes, this
//! is a fixed point of Helm's writer (go.yaml.in/yaml/v3). serde_yaml is not: it leaves `1_000` or `2001-01-01`
//! unquoted, which Helm's YAML 1.1 reader takes for a number and a date, and its style cannot be chosen.

use std::fmt::Write;

use serde_json::Value;

use super::scalar::is_ambiguous;

/// One document, without `---`, with a final newline.
pub fn write(value: &Value) -> String {
    let mut out = String::with_capacity(4096);
    match value {
        Value::Object(map) if !map.is_empty() => entries(&mut out, map, 0),
        Value::Array(items) if !items.is_empty() => list(&mut out, items, 0),
        other => inline(&mut out, other, 0),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

fn entries(out: &mut String, map: &serde_json::Map<String, Value>, indent: usize) {
    for (position, (key, value)) in map.iter().enumerate() {
        if position > 0 || !continues_item(out) {
            pad(out, indent);
        }
        string(out, key, indent, false);
        out.push(':');
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push('\n');
                entries(out, map, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                list(out, items, indent);
            }
            value => {
                out.push(' ');
                inline(out, value, indent + 2);
                out.push('\n');
            }
        }
    }
}

fn list(out: &mut String, items: &[Value], indent: usize) {
    for (position, item) in items.iter().enumerate() {
        if position > 0 || !continues_item(out) {
            pad(out, indent);
        }
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => entries(out, map, indent + 2),
            Value::Array(items) if !items.is_empty() => list(out, items, indent + 2),
            item => {
                inline(out, item, indent + 2);
                out.push('\n');
            }
        }
    }
}

/// Whether the text ends just behind a `- `, so that the first entry goes on in the same line.
fn continues_item(out: &str) -> bool {
    out.ends_with("- ")
}

fn pad(out: &mut String, indent: usize) {
    const SPACES: &str = "                                ";
    match SPACES.get(..indent) {
        Some(spaces) => out.push_str(spaces),
        None => out.extend(std::iter::repeat_n(' ', indent)),
    }
}

fn inline(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => string(out, text, indent, true),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// In the style that Go's writer chooses: bare where that is clear, double quotes for what looks like another type,
/// single quotes for the rest, and double quotes again where an escape is needed.
fn string(out: &mut String, text: &str, indent: usize, may_be_block: bool) {
    if is_word(text) {
        out.push_str(text);
    } else if may_be_block && is_block(text) {
        block(out, text, indent);
    } else if !text.chars().all(is_printable) || is_ambiguous(text) {
        double_quoted(out, text);
    } else if is_plain(text) {
        out.push_str(text);
    } else {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    }
}

/// Whether a literal block (`|`) holds the text as it is and Helm's writer would keep it one.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.ends_with("\n\n")
        && !text.ends_with(' ')
        && !has_pair(text, |pair| matches!(pair, [b' ' | b'\t', b'\n']))
        && text.chars().all(|c| c == '\n' || c == '\t' || is_printable(c))
}

fn block(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
    }
}

/// Whether the text is plain for reasons seen at one glance, as most are: letters and a few signs, longer than any of the
/// words that mean true, false or null.
fn is_word(text: &str) -> bool {
    text.len() > "false".len()
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/'))
}

/// Whether the bare text is one scalar to every YAML reader (`yaml_emitter_analyze_scalar`).
fn is_plain(text: &str) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    let then_space = chars.next().is_none_or(|second| second == ' ');
    let is_indicator = matches!(
        first,
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | ' '
    ) || (matches!(first, '?' | ':' | '-') && then_space);
    let is_marker = text.starts_with("---") || text.starts_with("...");
    let is_cut_short = text.ends_with([' ', ':']) || has_pair(text, |pair| matches!(pair, b": " | b" #"));
    !(is_indicator || is_marker || is_cut_short)
}

/// Whether such two characters follow each other. By bytes: a search for text prepares itself longer than most texts take.
fn has_pair(text: &str, is_such: impl Fn(&[u8]) -> bool) -> bool {
    text.as_bytes().windows(2).any(is_such)
}

fn double_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            c if is_printable(c) => out.push(c),
            c => escape(out, u32::from(c)),
        }
    }
    out.push('"');
}

fn escape(out: &mut String, code: u32) {
    // writing to a String cannot fail
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02X}"),
        0x100..=0xffff => write!(out, "\\u{code:04X}"),
        _ => write!(out, "\\U{code:08X}"),
    };
}

/// What Go's YAML writer puts out unescaped: nothing beyond the basic multilingual plane.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && !matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn objects_are_written_in_block_style() {
        let value = json!({"a": {"b": [1, {"c": "x", "d": []}], "e": {}}, "f": "one\ntwo\n", "g": [[1, 2]]});
        assert_eq!(
            write(&value),
            "a:\n  b:\n  - 1\n  - c: x\n    d: []\n  e: {}\nf: |\n  one\n  two\ng:\n- - 1\n  - 2\n"
        );
    }

    #[test]
    fn strings_that_look_like_something_else_are_quoted() {
        for text in ["yes", "1_000", "2001-01-01", "", "null", "1:30"] {
            assert_eq!(write(&json!(text)), format!("{text:?}\n"));
        }
        for text in ["a: b", "a #b", "- a", "*x", "{a}", "%x", "@x", "trailing ", " leading", "a:", "---"] {
            assert_eq!(write(&json!(text)), format!("'{text}'\n"));
        }
        for text in ["spark", "--host", "$(POD_NAME).x", "/opt/spark", "-Dx=y", "a:b", "3.5.7", "é", "it's"] {
            assert_eq!(write(&json!(text)), format!("{text}\n"));
        }
        assert_eq!(write(&json!("a\tb😀")), "\"a\\tb\\U0001F600\"\n");
    }

    proptest! {
        #[test]
        fn every_string_is_read_back_as_it_was(text in "\\PC*|[ -~\n\t]*|.{0,8}", key in "[ -~]{0,12}") {
            let value = json!({key: text.clone(), "list": [text.clone(), {"deep": text}]});
            let out = write(&value);
            prop_assert_eq!(&super::super::read(&out).unwrap().root.to_value(), &value, "{}", out);
            prop_assert_eq!(&serde_yaml::from_str::<Value>(&out).unwrap(), &value, "{}", out);
        }
    }
}
