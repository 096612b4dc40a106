//! YAML text in and out: reading as Helm reads values, writing as Helm would write objects.

mod read;
mod scalar;
mod write;

pub use read::{Document, Key, Kind, Node, ParseError, read};
pub use write::write;
