//! Owns the two files of the chart that this command carries, so that it can explain them anywhere.

/// The JSON schema of the values.
pub(crate) const SCHEMA: &str = include_str!("../../../chart/values.schema.json");
/// The default values, with their comments.
pub(crate) const VALUES: &str = include_str!("../../../chart/values.yaml");
