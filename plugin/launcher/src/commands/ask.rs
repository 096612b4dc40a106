//! Owns `check` and `template`: values files and what Helm would know of the release, put to the plugin as one question.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::cli::Global;
use crate::host::{self, Reply};
use crate::output::{code, complain, print};
use crate::{cache, locate};

/// The values and the release, as `helm template` takes them.
#[derive(Args)]
pub(crate) struct Question {
    /// A values file, `-` for stdin; later ones win. Without any: the defaults
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',')]
    files: Vec<PathBuf>,

    /// The name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    release: String,

    /// The namespace of the release
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    namespace: String,

    /// The Kubernetes version to assume
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// API versions that the cluster has beyond Kubernetes' own
    #[arg(short, long, value_name = "VERSION", value_delimiter = ',')]
    api_versions: Vec<String>,
}

/// `sparkwasm check`.
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    question: Question,

    /// How to print what was found
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

pub(crate) fn template(global: &Global, question: &Question) -> Result<i32> {
    answer(global, "template", question, |manifests| Ok(print(&manifests, code::OK)))
}

pub(crate) fn check(global: &Global, check: &Check) -> Result<i32> {
    answer(global, "check", &check.question, |report| {
        let found: Value = serde_json::from_slice(&report).context("the plugin's report is not JSON")?;
        let ok = found["ok"].as_bool().context("the plugin's report does not say whether all is ok")?;
        let text = match check.output {
            Format::Json => serde_json::to_string_pretty(&found)?,
            Format::Text => found["text"].as_str().context("the plugin's report has no text")?.trim_end().to_owned(),
        };
        let line = if text.is_empty() { text } else { text + "\n" };
        Ok(print(line.as_bytes(), if ok { code::OK } else { code::REFUSED }))
    })
}

fn answer(
    global: &Global,
    export: &str,
    question: &Question,
    then: impl FnOnce(Vec<u8>) -> Result<i32>,
) -> Result<i32> {
    let limits = global.limits()?;
    let request = serde_json::to_vec(&request(question)?)?;
    let module = cache::load(&locate::plugin(global.plugin.clone())?)?.module;
    match host::call(&module, export, request, limits)? {
        Reply::Output(output) => then(output),
        Reply::Refused(text) => {
            complain(&text);
            Ok(code::REFUSED)
        }
    }
}

fn request(question: &Question) -> Result<Value> {
    let files = question.files.iter().map(|path| values_file(path)).collect::<Result<Vec<_>>>()?;
    Ok(json!({
        "files": files,
        "release": {"name": question.release, "namespace": question.namespace},
        "kubeVersion": question.kube_version,
        "apiVersions": question.api_versions,
    }))
}

fn values_file(path: &Path) -> Result<Value> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).context("cannot read values from stdin")?;
        return Ok(json!({"name": "<stdin>", "text": text}));
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read values from {}", path.display()))?;
    Ok(json!({"name": path.to_string_lossy(), "text": text}))
}
