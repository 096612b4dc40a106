//! The logic of the chart `spark-standalone`: what was asked for in, Kubernetes objects or diagnostics out.
//!
//! No I/O, clock, environment or randomness: the same input gives the same bytes in every host. The whole pipeline is on
//! this screen; ARCHITECTURE.md says which room does what.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

pub mod components;
mod compose;
pub mod defaults;
pub mod diagnostic;
pub mod documents;
mod guard;
pub mod instance;
mod intent;
pub mod platform;
mod repair;
pub mod request;
#[cfg(feature = "schema")]
pub mod schema;
pub mod sections;
pub mod summary;
mod texts;
mod tree;
mod version;
pub mod yaml;

use diagnostic::Diagnostics;
use documents::Document;
use intent::Intent;

/// The version of the plugin, which is the chart's too.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A rendered stream with its intents turned into objects; everything else byte for byte, in order.
pub fn render(stream: &str) -> Result<String, Diagnostics> {
    let mut problems = Diagnostics::default();
    let documents = documents::split(stream, &mut problems);
    render_documents(stream, documents, problems)
}

/// [`render`] as Helm calls it. Where the host is Helm 4, which would hide an error, the error is in the output.
pub fn post_render(stream: &str) -> Result<String, Diagnostics> {
    let mut problems = Diagnostics::default();
    let documents = documents::split(stream, &mut problems);
    let is_helm4 = documents::is_helm4(&documents);
    match render_documents(stream, documents, problems) {
        Err(problems) if is_helm4 => {
            Ok(documents::in_band(&format!("sparkwasm: {problems}(the rest of this line is Helm's own)")))
        }
        result => result,
    }
}

fn render_documents(
    stream: &str,
    documents: Vec<Document<'_>>,
    mut problems: Diagnostics,
) -> Result<String, Diagnostics> {
    if documents.iter().all(|document| matches!(document, Document::Foreign(_))) {
        return problems.into_result(stream.to_owned());
    }
    let mut before = String::with_capacity(stream.len() * 4);
    let mut after = String::new();
    let mut installations: Vec<(String, Vec<Intent>)> = Vec::new();
    for document in documents {
        match document {
            Document::Foreign(text) if installations.is_empty() => before.push_str(text),
            Document::Foreign(text) => after.push_str(text),
            Document::Intent(value, origin) => {
                let Some(intent) = Intent::read(value, origin, &mut problems) else { continue };
                match installations.iter_mut().find(|(group, _)| *group == intent.group) {
                    Some((_, intents)) => intents.push(intent),
                    None => installations.push((intent.group.clone(), vec![intent])),
                }
            }
        }
    }
    let mut out = before;
    for (_, intents) in &installations {
        for (object, origin) in compose::objects(intents, &mut problems) {
            documents::append(&mut out, object, &origin);
        }
    }
    if !after.is_empty() && !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(&after);
    problems.into_result(out)
}
