//! Owns `sparkwasm explain`: the embedded schema and defaults, explained for the terminal at hand.

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::Value;

use crate::output::{code, complain, print};
use crate::{chart, explain};

/// Longer lines are hard to read, however wide the terminal.
const WIDEST: usize = 100;

/// `sparkwasm explain`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The value, as in `worker.replicaCount`. Without it: the top level
    path: Option<String>,

    /// Print all keys below it as a tree
    #[arg(short, long)]
    recursive: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<i32> {
    let schema: Value = serde_json::from_str(chart::SCHEMA).context("the embedded schema is not JSON")?;
    let defaults: Value = serde_yaml::from_str(chart::VALUES).context("the embedded values are not YAML")?;
    let path = arguments.path.as_deref().unwrap_or_default();
    let width = textwrap::termwidth().min(WIDEST);
    Ok(match explain::explain(&schema, &defaults, path, arguments.recursive, width) {
        Ok(text) => print(text.as_bytes(), code::OK),
        Err(unknown) => {
            complain(&unknown);
            code::REFUSED
        }
    })
}
