//! Why a value does not fit, and where, in the user's words.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::diagnostic::Path;

/// A value that does not fit, and where. Boxed: each of some thousand `Result`s in the types' code holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(pub Box<Mistake>);

/// The content of an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub path: Path,
    /// Why.
    pub fault: Fault,
    pub(super) placed: bool,
}

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A mapping with a key that its type does not know.
    UnknownKey {
        /// The key.
        key: String,
        /// Those that it knows.
        known: Vec<&'static str>,
    },
    /// A mapping without a key that its type needs.
    Missing(&'static str),
    /// A word that is not among those allowed.
    NotOneOf {
        /// The word.
        given: String,
        /// Those allowed.
        known: &'static [&'static str],
    },
    /// A value of another kind or range.
    Mismatch {
        /// What is there, such as `the string "two"`.
        given: String,
        /// What is expected, such as `a whole number`.
        expected: String,
    },
    /// What a type itself says.
    Other(String),
}

impl Error {
    fn new(fault: Fault) -> Self {
        Self(Box::new(Mistake { path: Path::default(), fault, placed: false }))
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Fault::Other(message.to_string()))
    }

    fn invalid_type(given: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Fault::Mismatch { given: described(&given), expected: wanted(expected.to_string()) })
    }

    fn invalid_value(given: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(given, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Fault::NotOneOf { given: variant.into(), known: expected })
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Fault::UnknownKey { key: field.into(), known: expected.to_vec() })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Fault::Missing(field))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {:?}", self.0.path, self.0.fault)
    }
}

fn described(given: &Unexpected<'_>) -> String {
    match given {
        Unexpected::Map => "a mapping".into(),
        Unexpected::Seq => "a list".into(),
        Unexpected::Unit | Unexpected::Option => "null".into(),
        Unexpected::Bool(flag) => flag.to_string(),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the string {text:?}"),
        other => other.to_string(),
    }
}

/// serde's and k8s-openapi's word for what they expect, in the user's words.
fn wanted(expected: String) -> String {
    match expected.as_str() {
        "u8" => "a whole number from 0 to 255".into(),
        "u16" => "a whole number from 0 to 65535".into(),
        "u32" | "u64" | "usize" => "a whole number from 0".into(),
        "i32" | "i64" => "a whole number".into(),
        "f32" | "f64" => "a number".into(),
        "a boolean" => "true or false".into(),
        "a map" => "a mapping".into(),
        "a sequence" => "a list".into(),
        text if text.starts_with("struct ") || text.starts_with(|c: char| c.is_ascii_uppercase()) => "a mapping".into(),
        _ => expected,
    }
}
