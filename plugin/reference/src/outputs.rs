//! The generated files: which they are, and whether they are up to date.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use sparkwasm_core::{schema, yaml};

use crate::node::Node;
use crate::{comments, tables};

/// A file as it should be.
pub struct Output {
    /// Below the top of the repository.
    pub path: &'static str,
    /// Its whole text.
    pub text: String,
}

/// The files that are not as they should be.
pub fn stale(root: &Path) -> Result<Vec<Output>> {
    let mut outputs = all(root)?;
    outputs.retain(|output| fs::read_to_string(root.join(output.path)).ok().as_ref() != Some(&output.text));
    Ok(outputs)
}

/// All of them. What people write in them is read from the files as they are.
fn all(root: &Path) -> Result<Vec<Output>> {
    let schema = schema::values();
    let top = Node::top(&schema);
    let values = fs::read_to_string(root.join("chart/values.yaml")).context("chart/values.yaml")?;
    let document =
        yaml::read(&values).map_err(|error| anyhow!("chart/values.yaml, line {}: {}", error.line, error.message))?;
    let readme = match fs::read_to_string(root.join("README.md")) {
        Err(error) if error.kind() == ErrorKind::NotFound => tables::empty_readme(),
        text => text.context("README.md")?,
    };
    Ok(vec![
        Output { path: "chart/values.schema.json", text: format!("{schema:#}\n") },
        Output { path: "chart/values.yaml", text: comments::write(&values, &document.root, &top)? },
        Output { path: "README.md", text: tables::replace(&readme, &tables::tables(&top, &document.root.to_value()))? },
    ])
}
