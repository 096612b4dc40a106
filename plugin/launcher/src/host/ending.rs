//! Owns the words for a plugin that did not come to its end.

use wasmtime::Trap;

/// The error of a call that trapped. `last_words`: what the plugin had set as its error, its panic message perhaps.
pub(super) fn explained(error: &wasmtime::Error, last_words: Option<String>) -> anyhow::Error {
    let text = match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => {
            "the plugin's call stack overflowed; very deeply nested input, or a mistake in the plugin".to_owned()
        }
        Some(Trap::UnreachableCodeReached) => "the plugin crashed: it gave up (a panic)".to_owned(),
        Some(trap) => format!("the plugin crashed: {}", trap.to_string().trim_start_matches("wasm trap: ")),
        None => format!("{error:#}"),
    };
    match last_words {
        Some(words) => anyhow::anyhow!("{text}\nIts last words: {words}"),
        None => anyhow::anyhow!(text),
    }
}
