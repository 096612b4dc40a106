//! Owns `sparkwasm render`: manifests from stdin through the plugin to stdout.

use std::io::Read as _;

use anyhow::{Context as _, Result, bail};

use crate::cli::Global;
use crate::host::{self, Reply};
use crate::limits::Limits;
use crate::output::{code, fail, print, tell_helm};
use crate::{cache, locate};

/// The function that Helm's own plugins have under this name, too.
const EXPORT: &str = "helm_plugin_main";

pub(crate) fn run(global: &Global) -> Result<i32> {
    tell_helm();
    let limits = global.limits()?;
    // The plugin first: whoever forgot it reads so at once, also when nobody writes to stdin.
    let plugin = locate::plugin(global.plugin.clone())?;
    let module = cache::load(&plugin)?.module;
    Ok(match host::call(&module, EXPORT, stdin(limits)?, limits)? {
        Reply::Output(manifests) => print(&manifests, code::OK),
        Reply::Refused(text) => fail(&text, code::REFUSED),
    })
}

/// All of stdin, unless that alone would breach the memory limit.
fn stdin(limits: Limits) -> Result<Vec<u8>> {
    let limit = limits.memory_bytes();
    // Room for an ordinary chart: growing from nothing would take more calls than the reading.
    let mut input = Vec::with_capacity(96 << 10);
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    std::io::stdin().lock().take(most).read_to_end(&mut input).context("cannot read stdin")?;
    if input.len() > limit {
        bail!("stdin alone is larger than the memory limit. {}", limits.memory_breach());
    }
    Ok(input)
}
