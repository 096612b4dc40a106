//! `sparkConf`, `sparkEnv`, `log4j2`, `eventLog`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::diagnostic::{Diagnostics, Path, nearest};
use crate::instance::Instance;
use crate::platform::s3::validate_bucket;

/// What the template `configmap.yaml` carries.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigurationValues {
    /// Spark properties, into `spark-defaults.conf`; they win over those that the chart derives. An empty value removes a derived one.
    #[serde(default)]
    pub spark_conf: BTreeMap<String, Scalar>,
    /// Environment variables, into `spark-env.sh`, which every Spark process of the chart reads at its start. Not for secrets.
    #[serde(default)]
    pub spark_env: BTreeMap<String, Scalar>,
    /// Logging of the Spark processes, into `log4j2.properties`.
    pub log4j2: Log4j2,
    /// Event logs of applications, for the History Server.
    pub event_log: EventLog,
}

/// A string, number or boolean, as text: `spark.executor.cores: 2` is as good as `"2"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            value @ (Value::Number(_) | Value::Bool(_)) => Ok(Self(value.to_string())),
            Value::Null => Ok(Self(String::new())),
            _ => Err(serde::de::Error::custom("expected a string, a number, true or false")),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Scalar {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scalar".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean", "null"] })
    }
}

/// `log4j2`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Log4j2 {
    /// Level of everything that no logger below names.
    pub root_level: LogLevel,
    /// Levels by logger, such as `org.apache.spark.deploy: debug`.
    #[serde(default)]
    pub loggers: BTreeMap<String, LogLevel>,
}

/// A level of Log4j 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "Log4j 2's own words")]
pub enum LogLevel {
    Off,
    Fatal,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
    All,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&format!("{self:?}").to_ascii_lowercase())
    }
}

/// `eventLog`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventLog {
    /// Write event logs to the object store. Without `s3.endpoint` none are written.
    pub enabled: bool,
    /// Bucket.
    pub bucket: String,
    /// Folder within the bucket; not its root, which Spark refuses.
    pub prefix: String,
}

impl EventLog {
    /// `spark.eventLog.dir`.
    pub fn directory(&self) -> String {
        format!("s3a://{}/{}", self.bucket, self.prefix.trim_matches('/'))
    }
}

impl ConfigurationValues {
    /// What the types cannot say.
    pub fn validate(&self, instance: &Instance, problems: &mut Diagnostics) {
        let path = Path::of("sparkConf");
        for (key, value) in &self.spark_conf {
            if !key.starts_with("spark.") {
                let hint = match nearest(key.split('.').next().unwrap_or_default(), ["spark"]) {
                    Some(_) if key.contains('.') => format!("did you mean \"spark.{}\"?", key.split_once('.').map_or("", |(_, rest)| rest)),
                    _ => "Spark passes over properties that do not start with \"spark.\"; Hadoop's are written spark.hadoop.…".into(),
                };
                problems.add(path.key(key), "is not a Spark property", hint);
            }
            if value.0.contains('\n') {
                problems.add(
                    path.key(key),
                    "contains a line break, which spark-defaults.conf cannot hold",
                    "write the value in one line",
                );
            }
            if key == "spark.authenticate" && value.0 == "true" && !instance.platform.security.authentication.enabled {
                problems.add(
                    path.key(key),
                    "is true, but masters and workers get no secret",
                    "set security.authentication instead",
                );
            }
            if is_secret(key) && !value.0.is_empty() && !value.0.contains("${") {
                problems.add(
                    path.key(key),
                    "is a secret, and sparkConf goes into a ConfigMap that many may read",
                    "keep it in a Secret: s3.existingSecret for S3 keys, extraEnvVarsSecret for others",
                );
            }
        }
        for key in self.spark_env.keys() {
            if !is_variable(key) {
                problems.add(
                    Path::of("sparkEnv").key(key),
                    "is not a name of an environment variable",
                    "letters, digits and underscores, not starting with a digit",
                );
            }
            if is_secret(key) {
                problems.add(
                    Path::of("sparkEnv").key(key),
                    "is a secret, and sparkEnv goes into a ConfigMap that many may read",
                    "keep it in a Secret and name that in extraEnvVarsSecret",
                );
            }
        }
        if self.event_log.enabled && instance.platform.s3.is_configured() {
            validate_bucket(Path::of("eventLog.bucket"), &self.event_log.bucket, problems);
            if self.event_log.prefix.trim_matches('/').is_empty() {
                problems.add(
                    Path::of("eventLog.prefix"),
                    "is empty, but Spark refuses the root of a bucket",
                    "name a folder, such as events",
                );
            }
        }
    }
}

/// Names that by their last word hold a secret; Spark's own redaction (`spark.redaction.regex`) looks for the same words.
pub(crate) fn is_secret(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    ["password", "secret", "secret.key", "secretkey", "access.key", "accesskey", "token", "secret_access_key"]
        .iter()
        .any(|word| lower.ends_with(word))
        && !lower.ends_with(".provider")
}

fn is_variable(key: &str) -> bool {
    !key.starts_with(|c: char| c.is_ascii_digit())
        && !key.is_empty()
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
