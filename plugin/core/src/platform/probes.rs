//! Probe settings, and the probe that knows a stuck master.

use k8s_openapi::api::core::v1::{ExecAction, HTTPGetAction, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::ranges;
use crate::diagnostic::{Diagnostics, Path};

/// Timing of a probe; the question it asks is the component's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProbeValues {
    /// Ask at all.
    pub enabled: bool,
    /// Seconds before the first question.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub initial_delay_seconds: i32,
    /// Seconds between questions.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub period_seconds: i32,
    /// Seconds to wait for an answer.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub timeout_seconds: i32,
    /// Wrong answers in a row that count as failure.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub failure_threshold: i32,
}

/// What a probe asks.
#[derive(Debug, Clone)]
pub enum Question {
    /// Does a GET of this path on this named port answer 200?
    Http(&'static str, &'static str),
    /// Does this bash script end with 0?
    Bash(String),
    /// Does this script end with 0 in a shell that may be no bash?
    Shell(String),
    /// Does this command end with 0?
    Command(Vec<String>),
}

impl ProbeValues {
    /// What the types cannot say.
    pub fn validate(&self, path: &Path, problems: &mut Diagnostics) {
        let times = [
            ("initialDelaySeconds", self.initial_delay_seconds, 0),
            ("periodSeconds", self.period_seconds, 1),
            ("timeoutSeconds", self.timeout_seconds, 1),
            ("failureThreshold", self.failure_threshold, 1),
        ];
        for (key, value, least) in times {
            ranges::validate(path.key(key), value, least, i64::MAX, problems);
        }
    }

    /// The probe, unless it is off.
    pub fn probe(&self, question: &Question) -> Option<Probe> {
        if !self.enabled {
            return None;
        }
        let mut probe = Probe {
            initial_delay_seconds: (self.initial_delay_seconds > 0).then_some(self.initial_delay_seconds),
            period_seconds: Some(self.period_seconds),
            timeout_seconds: Some(self.timeout_seconds),
            failure_threshold: Some(self.failure_threshold),
            ..Probe::default()
        };
        match question {
            Question::Http(path, port) => {
                probe.http_get = Some(HTTPGetAction {
                    path: Some((*path).into()),
                    port: IntOrString::String((*port).into()),
                    ..HTTPGetAction::default()
                });
            }
            Question::Bash(script) => probe.exec = Some(run("/bin/bash", script)),
            Question::Shell(script) => probe.exec = Some(run("/bin/sh", script)),
            Question::Command(command) => probe.exec = Some(ExecAction { command: Some(command.clone()) }),
        }
        Some(probe)
    }
}

fn run(shell: &str, script: &str) -> ExecAction {
    ExecAction { command: Some(vec![shell.into(), "-c".into(), script.into()]) }
}

/// Does the master's `/json/` report one of these states (`RecoveryState` in Spark's source)?
///
/// A master that could not read its recovery state stays STANDBY for ever while its UI answers 200, so asking whether
/// the port answers is not enough.
pub fn master_reports(port: u16, states: &[&str]) -> Question {
    reports(port, &format!("\"status\" *: *\"({})\"", states.join("|")))
}

/// Has the worker a master (`WorkerStateResponse.masterUrl`, empty until it has registered)?
pub fn worker_is_registered(port: u16) -> Question {
    reports(port, "\"masterurl\" *: *\"spark:")
}

/// Does `/json/` hold a line that matches? bash alone opens the connection: images have no curl, and a JVM or Python
/// would cost a tenth of a second of CPU each time.
fn reports(port: u16, pattern: &str) -> Question {
    Question::Bash(format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET /json/ HTTP/1.0\\r\\n\\r\\n' >&3 && grep -Eq '{pattern}' <&3"
    ))
}
