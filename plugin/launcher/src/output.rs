//! Owns stdout and stderr: one write of the whole result, quiet when the reader has gone, and failures said where they
//! are read.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

/// Exit codes, the same for every command. 2 is clap's, for a wrong command line.
pub(crate) mod code {
    /// Done.
    pub(crate) const OK: i32 = 0;
    /// The plugin read the input and refuses it, or the question has no answer.
    pub(crate) const REFUSED: i32 = 1;
    /// The launcher or the plugin could not do its work: no plugin, a limit, a crash.
    pub(crate) const BROKEN: i32 = 3;
    /// Nobody reads our stdout any more; what a shell reports for a program ended by SIGPIPE.
    pub(crate) const CLOSED: i32 = 141;
}

/// Writes all of `bytes` to stdout, then gives the exit code: `code` itself when that worked.
pub(crate) fn print(bytes: &[u8], code: i32) -> i32 {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => code,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => code::CLOSED,
        Err(error) => {
            complain(&format!("cannot write to stdout: {error}"));
            code::BROKEN
        }
    }
}

/// Says `text` on stderr, under our name, since Helm mixes it with its own.
pub(crate) fn complain(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "sparkwasm: {}", text.trim_end());
}

/// Whether failures go to stdout, see [`tell_helm`].
static IN_BAND: AtomicBool = AtomicBool::new(false);

/// From now on failures are told to Helm 4, if it is Helm 4 that called: it throws the stderr of a failing post-renderer
/// away, and only it names the plugin to the plugin.
pub(crate) fn tell_helm() {
    if std::env::var_os("HELM_PLUGIN_NAME").is_some() {
        IN_BAND.store(true, Ordering::Relaxed);
    }
}

/// Says why nothing came of it; gives the exit code.
///
/// To Helm 4 that is a document whose kind is no string: Helm then stops before any write, with a parse error in the
/// file that the annotation names, and that name is what we have to say.
pub(crate) fn fail(text: &str, code: i32) -> i32 {
    if !IN_BAND.load(Ordering::Relaxed) {
        complain(text);
        return code;
    }
    let message = format!("sparkwasm: {}\n(the rest of this line is Helm's own)", text.trim_end());
    let metadata = json!({"name": "sparkwasm", "annotations": {"postrenderer.helm.sh/postrender-filename": message}});
    let document = json!({"apiVersion": "v1", "kind": ["sparkwasm"], "metadata": metadata});
    print(format!("{document}\n").as_bytes(), code::OK)
}
