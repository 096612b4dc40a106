//! Owns `sparkwasm version`: all that a bug report should say about what runs.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::ask::Format;
use crate::cache::{self, Origin};
use crate::cli::Global;
use crate::host::{self, Reply};
use crate::locate;
use crate::output::{code, print};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `sparkwasm version`.
#[derive(Args, Default)]
pub(crate) struct Arguments {
    /// Print the version of the command alone
    #[arg(long)]
    short: bool,

    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<i32> {
    if arguments.short {
        return Ok(print(format!("{VERSION}\n").as_bytes(), code::OK));
    }
    // A plugin that is missing or broken is part of the answer.
    let plugin = plugin(global).unwrap_or_else(|error| json!({"error": format!("{error:#}")}));
    let versions = json!({"sparkwasm": VERSION, "engine": crate::engine::NAME, "plugin": plugin});
    let text = match arguments.output {
        Format::Json => serde_json::to_string_pretty(&versions)? + "\n",
        Format::Text => lines(&versions),
    };
    Ok(print(text.as_bytes(), code::OK))
}

fn plugin(global: &Global) -> Result<Value> {
    let path = locate::plugin(global.plugin.clone())?;
    let loaded = cache::load(&path)?;
    let version = match host::call(&loaded.module, "version", Vec::new(), global.limits()?) {
        Ok(Reply::Output(text)) => String::from_utf8_lossy(&text).trim().to_owned(),
        Ok(Reply::Refused(text)) => format!("unknown: {text}"),
        Err(error) => format!("unknown: {error:#}"),
    };
    let (state, file) = match &loaded.origin {
        Origin::Cached(file) => ("kept from an earlier run", Some(file)),
        Origin::Saved(file) => ("made now and kept", Some(file)),
        Origin::Unsaved => ("made at each run", None),
    };
    Ok(json!({
        "version": version,
        "path": path,
        "bytes": size(&path),
        "compiled": {"state": state, "path": file, "bytes": file.and_then(|file| size(file))},
    }))
}

fn size(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|found| found.len())
}

fn lines(versions: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let file = |value: &Value| {
        let bytes = value["bytes"].as_u64().unwrap_or_default();
        format!("{} ({bytes} bytes)", word(&value["path"]))
    };
    let plugin = &versions["plugin"];
    let mut rows = vec![("sparkwasm", word(&versions["sparkwasm"]))];
    if let Some(error) = plugin["error"].as_str() {
        rows.push(("plugin", error.to_owned()));
    } else {
        let compiled = &plugin["compiled"];
        rows.push(("plugin", word(&plugin["version"])));
        rows.push(("plugin file", file(plugin)));
        rows.push(("compiled form", word(&compiled["state"])));
        if compiled["path"].is_string() {
            rows.push(("compiled file", file(compiled)));
        }
    }
    rows.push(("engine", word(&versions["engine"])));
    rows.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{:<15}{value}", format!("{name}:"));
        text
    })
}
