//! Owns what each command does: one file a command, but for the two that ask the plugin the same question.

pub(crate) mod ask;
pub(crate) mod compile;
pub(crate) mod explain;
pub(crate) mod render;
pub(crate) mod version;
