//! What a restarted master still knows, by `master.recovery.mode`.

use k8s_openapi::api::core::v1::{EnvVar, Volume, VolumeMount};

use super::values::{MasterValues, RecoveryMode};
use crate::components::extension;
use crate::instance::Instance;
use crate::platform::pod::{empty_dir, env, env_field, mount};
use crate::platform::probes::{Question, master_reports};

/// Where FILESYSTEM keeps the state.
const FOLDER: &str = "/opt/spark-recovery";
/// Is there from the start until the startup probe has seen that the state was read.
const UNREAD: &str = "/opt/spark-recovery/.unread";
/// What a master reports that has read its state, or had none to read. STANDBY, with nobody else to lead, is stuck.
const HAS_READ: [&str; 3] = ["ALIVE", "RECOVERING", "COMPLETING_RECOVERY"];

/// What the mode means for the master's pod.
pub(super) struct Recovery<'a> {
    mode: RecoveryMode,
    instance: &'a Instance,
    values: &'a MasterValues,
}

impl<'a> Recovery<'a> {
    pub(super) fn of(instance: &'a Instance, values: &'a MasterValues) -> Self {
        Self { mode: values.recovery.mode(&instance.platform.s3), instance, values }
    }

    pub(super) fn is_in_s3(&self) -> bool {
        self.mode == RecoveryMode::S3
    }

    /// The bash lines before the start.
    ///
    /// With FILESYSTEM, a state file that cannot be read keeps a master STANDBY for ever, through every restart, while
    /// its UI answers (`MasterPersistenceEngine` fails inside the message loop). A crash can leave such files: empty or
    /// cut short. So empty ones go at each start; and when the start before did not get beyond reading, all go. Then
    /// running applications are lost, but the cluster works.
    pub(super) fn prepare(&self) -> String {
        match self.mode {
            // without the probe nobody would say that the state was read
            RecoveryMode::Filesystem if !self.values.startup_probe.enabled => {
                format!("find {FOLDER} -type f -size 0 -delete\n")
            }
            RecoveryMode::Filesystem => format!(
                "if [ -e {UNREAD} ]; then find {FOLDER} -type f -delete; fi\nfind {FOLDER} -type f -size 0 -delete\n>{UNREAD}\n"
            ),
            _ => String::new(),
        }
    }

    /// The master's options; the keys of `s3` are those of plugin/spark-ext.
    pub(super) fn options(&self) -> String {
        match self.mode {
            RecoveryMode::S3 => {
                let recovery = &self.values.recovery;
                let ports = &self.values.container_ports;
                let options = [
                    ("recoveryMode", "CUSTOM".to_owned()),
                    ("recoveryMode.factory", extension::RECOVERY_FACTORY.to_owned()),
                    ("recoveryDirectory", self.directory()),
                    // alone it goes on while the store is away, and queues; of several it must end, since another may lead
                    ("s3.election", if self.forwards() { "lease" } else { "single" }.to_owned()),
                    ("s3.lease", format!("{}s", recovery.lease_seconds)),
                    ("s3.healthPort", ports.health.to_string()),
                    ("s3.uiPort", if self.forwards() { ports.leader.to_string() } else { "0".to_owned() }),
                ];
                let options = options.map(|(key, value)| format!("-Dspark.deploy.{key}={value}"));
                options.join(" ")
            }
            RecoveryMode::Filesystem => {
                format!("-Dspark.deploy.recoveryMode=FILESYSTEM -Dspark.deploy.recoveryDirectory={FOLDER}")
            }
            RecoveryMode::None | RecoveryMode::Auto => "-Dspark.deploy.recoveryMode=NONE".into(),
        }
    }

    /// Where the state is in the object store. Two installations must never share one.
    fn directory(&self) -> String {
        let recovery = &self.values.recovery;
        let prefix = match recovery.prefix.trim_matches('/') {
            "" => format!("{}/{}", self.instance.release.namespace, self.instance.names.fullname()),
            prefix => prefix.to_owned(),
        };
        format!("s3a://{}/{prefix}", recovery.bucket)
    }

    /// Whether people must be led to the leader: with one master there is only one way.
    fn forwards(&self) -> bool {
        self.is_in_s3() && self.values.replica_count > 1
    }

    /// The named port that the web UI's visitors are led to.
    pub(super) fn ui_port(&self) -> &'static str {
        if self.forwards() { "leader" } else { "http" }
    }

    /// The master's ports.
    pub(super) fn ports(&self) -> Vec<(&'static str, u16)> {
        let ports = &self.values.container_ports;
        let mut all = vec![("rpc", ports.rpc), ("http", ports.http)];
        all.extend(self.is_in_s3().then_some(("health", ports.health)));
        all.extend(self.forwards().then_some(("leader", ports.leader)));
        all
    }

    /// Further environment: the jar, and who holds the lease.
    pub(super) fn env(&self) -> Vec<EnvVar> {
        if !self.is_in_s3() {
            return Vec::new();
        }
        vec![env_field("POD_NAMESPACE", "metadata.namespace"), env("SPARK_DAEMON_CLASSPATH", extension::classpath())]
    }

    /// The volume with the state.
    pub(super) fn volume(&self) -> Option<Volume> {
        (self.mode == RecoveryMode::Filesystem).then(|| empty_dir("recovery", "1Gi", ""))
    }

    /// Where it is mounted.
    pub(super) fn mount(&self) -> Option<VolumeMount> {
        (self.mode == RecoveryMode::Filesystem).then(|| mount("recovery", FOLDER, false))
    }

    /// Started: the state is read, or another master leads.
    pub(super) fn is_started(&self) -> Question {
        if self.is_in_s3() {
            return Question::Http("/live", "health");
        }
        match (self.mode, master_reports(self.values.container_ports.http, &HAS_READ)) {
            (RecoveryMode::Filesystem, Question::Bash(script)) => Question::Bash(format!("{script} && rm -f {UNREAD}")),
            (_, question) => question,
        }
    }

    /// Ready: it leads, or could take over.
    pub(super) fn is_ready(&self) -> Question {
        if self.is_in_s3() {
            return Question::Http("/ready", "health");
        }
        master_reports(self.values.container_ports.http, &["ALIVE"])
    }

    /// Alive: recovering takes as long as the workers need to answer.
    pub(super) fn is_alive(&self) -> Question {
        if self.is_in_s3() {
            return Question::Http("/live", "health");
        }
        master_reports(self.values.container_ports.http, &HAS_READ)
    }
}
