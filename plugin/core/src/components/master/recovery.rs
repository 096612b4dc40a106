//! What a restarted master does with the state it finds, by `master.recovery.mode`.
//!
//! With FILESYSTEM, a state file that cannot be read keeps a master STANDBY for ever, through every restart, while its
//! UI answers (`MasterPersistenceEngine` fails inside the message loop). A crash can leave such files: empty or cut
//! short. So empty ones go at each start; and when the start before did not get beyond reading, all go. Then running
//! applications are lost, but the cluster works.

use super::values::{MasterValues, RecoveryMode};
use crate::platform::probes::{Question, master_reports};

/// Where the state is.
pub(super) const FOLDER: &str = "/opt/spark-recovery";
/// Is there from the start until the startup probe has seen that the state was read.
const UNREAD: &str = "/opt/spark-recovery/.unread";
/// What a master reports that has read its state, or had none to read. STANDBY, with nobody else to lead, is stuck.
const HAS_READ: [&str; 3] = ["ALIVE", "RECOVERING", "COMPLETING_RECOVERY"];

/// The bash lines before the start.
pub(super) fn prepare(values: &MasterValues) -> String {
    match values.recovery.mode {
        RecoveryMode::None => String::new(),
        // without the probe nobody would say that the state was read
        RecoveryMode::Filesystem if !values.startup_probe.enabled => format!("find {FOLDER} -type f -size 0 -delete\n"),
        RecoveryMode::Filesystem => format!(
            "if [ -e {UNREAD} ]; then find {FOLDER} -type f -delete; fi\nfind {FOLDER} -type f -size 0 -delete\n>{UNREAD}\n"
        ),
    }
}

/// The master's options.
pub(super) fn options(mode: RecoveryMode) -> String {
    match mode {
        RecoveryMode::None => "-Dspark.deploy.recoveryMode=NONE".into(),
        RecoveryMode::Filesystem => {
            format!("-Dspark.deploy.recoveryMode=FILESYSTEM -Dspark.deploy.recoveryDirectory={FOLDER}")
        }
    }
}

/// Started: the state is read.
pub(super) fn is_started(port: u16, mode: RecoveryMode) -> Question {
    match (mode, master_reports(port, &HAS_READ)) {
        (RecoveryMode::Filesystem, Question::Bash(script)) => Question::Bash(format!("{script} && rm -f {UNREAD}")),
        (_, question) => question,
    }
}

/// Alive: recovering takes as long as the workers need to answer.
pub(super) fn is_alive(port: u16) -> Question {
    master_reports(port, &HAS_READ)
}
