//! The shared object store: what Spark's s3a connector needs to know, and its keys, only by reference.

use k8s_openapi::api::core::v1::EnvVar;
use serde::Deserialize;

use super::pod::{env, env_secret};
use crate::diagnostic::{Diagnostics, Path};

/// `s3`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3 {
    /// URL of the S3 endpoint, such as `http://minio.storage.svc:9000` or `https://s3.eu-west-1.amazonaws.com`. Empty: no object store; what needs one falls back (see NOTES).
    pub endpoint: String,
    /// Region that requests are signed for.
    pub region: String,
    /// Address buckets as `endpoint/bucket` (MinIO, Ceph) and not as `bucket.endpoint` (AWS).
    pub path_style: bool,
    /// Name of the Secret with the keys. Empty: the SDK's own chain, such as web identity through `serviceAccount.annotations`.
    pub existing_secret: String,
    /// Which key of the Secret holds what.
    pub existing_secret_keys: S3SecretKeys,
    /// Buckets and folders that are made at the start of the master where they are missing.
    pub buckets: Buckets,
}

/// `s3.buckets`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Buckets {
    /// Make what is missing. Off: they must be there; the keys then need no right to make buckets.
    pub create: bool,
    /// Further ones beside those that other values name.
    #[serde(default)]
    pub extra: Vec<String>,
}

/// `s3.existingSecretKeys`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3SecretKeys {
    /// Key of the access key ID.
    pub access_key_id: String,
    /// Key of the secret access key.
    pub secret_access_key: String,
    /// Key of the session token of temporary credentials. Empty: none.
    pub session_token: String,
}

impl S3 {
    /// Whether there is an object store.
    pub fn is_configured(&self) -> bool {
        !self.endpoint.is_empty()
    }

    /// The port of the endpoint.
    pub fn port(&self) -> Option<u16> {
        let (scheme, rest) = self.endpoint.split_once("://")?;
        let host = rest.split('/').next()?;
        match host.rsplit_once(':') {
            Some((_, port)) => port.parse().ok(),
            None => Some(if scheme == "https" { 443 } else { 80 }),
        }
    }

    /// The environment that carries the keys: the names that both the AWS SDK and s3a read.
    pub fn env(&self) -> Vec<EnvVar> {
        if !self.is_configured() || self.existing_secret.is_empty() {
            return Vec::new();
        }
        let keys = &self.existing_secret_keys;
        [
            ("AWS_ACCESS_KEY_ID", &keys.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &keys.secret_access_key),
            ("AWS_SESSION_TOKEN", &keys.session_token),
        ]
        .into_iter()
        .filter(|(_, key)| !key.is_empty())
        .map(|(name, key)| env_secret(name, &self.existing_secret, key))
        .collect()
    }

    /// The environment of Python's boto3: address, region and keys.
    ///
    /// Source: boto3's documentation, "Configuration: Using environment variables", and the AWS SDKs' "Service-specific
    /// endpoints" and "Data Integrity Protections", whose checksums stores other than AWS do not all know.
    pub fn boto3_env(&self) -> Vec<EnvVar> {
        if !self.is_configured() {
            return Vec::new();
        }
        let mut environment = vec![
            env("AWS_ENDPOINT_URL_S3", self.endpoint.as_str()),
            env("AWS_DEFAULT_REGION", self.region.as_str()),
            env("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
            env("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
        ];
        environment.extend(self.env());
        environment
    }

    /// The s3a settings (hadoop-aws, "Hadoop-AWS module: Integration with Amazon Web Services").
    pub fn spark_conf(&self) -> Vec<(&'static str, String)> {
        if !self.is_configured() {
            return Vec::new();
        }
        let mut conf = vec![
            ("spark.hadoop.fs.s3a.endpoint", self.endpoint.clone()),
            ("spark.hadoop.fs.s3a.endpoint.region", self.region.clone()),
            ("spark.hadoop.fs.s3a.path.style.access", self.path_style.to_string()),
            ("spark.hadoop.fs.s3a.connection.ssl.enabled", self.endpoint.starts_with("https://").to_string()),
        ];
        if !self.existing_secret.is_empty() {
            // keys come from the environment; the default chain would ask the instance metadata address last, and wait for it
            conf.push((
                "spark.hadoop.fs.s3a.aws.credentials.provider",
                "com.amazonaws.auth.EnvironmentVariableCredentialsProvider".into(),
            ));
        }
        conf
    }

    /// What the types cannot say.
    pub fn validate(&self, problems: &mut Diagnostics) {
        let path = Path::of("s3");
        for (index, bucket) in self.buckets.extra.iter().enumerate() {
            validate_bucket(path.key("buckets").key("extra").index(index), bucket, problems);
        }
        if self.endpoint.is_empty() {
            if !self.existing_secret.is_empty() {
                problems.add(
                    path.key("endpoint"),
                    "is empty although s3.existingSecret names the keys of an object store",
                    "set s3.endpoint to its URL, or empty s3.existingSecret",
                );
            }
            return;
        }
        if !self.endpoint.starts_with("http://") && !self.endpoint.starts_with("https://") {
            problems.add(
                path.key("endpoint"),
                format!("\"{}\" is not a URL", self.endpoint),
                format!("write the scheme: http://{0} or https://{0}", self.endpoint),
            );
        }
        if self.region.is_empty() {
            problems.add(
                path.key("region"),
                "is empty, but requests are signed for a region",
                "us-east-1 suits MinIO and most S3 servers",
            );
        }
        let keys = &self.existing_secret_keys;
        for (key, value) in [("accessKeyId", &keys.access_key_id), ("secretAccessKey", &keys.secret_access_key)] {
            if !self.existing_secret.is_empty() && value.is_empty() {
                problems.add(
                    path.key("existingSecretKeys").key(key),
                    "is empty",
                    format!("name the key of the Secret {} that holds it", self.existing_secret),
                );
            }
        }
    }
}

/// A folder in the object store; its bucket is made where it is missing (`s3.buckets.create`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FolderValues {
    /// Bucket; made where it is missing.
    pub bucket: String,
    /// Folder within the bucket.
    pub prefix: String,
}

impl FolderValues {
    /// The folder as a URL of this scheme: `s3` or `s3a`.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}/{}", self.bucket, self.prefix.trim_matches('/'))
    }

    /// What the types cannot say.
    pub fn validate(&self, path: &Path, problems: &mut Diagnostics) {
        validate_bucket(path.key("bucket"), &self.bucket, problems);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
        if self.prefix.trim_matches('/').is_empty() || !self.prefix.bytes().all(plain) || self.prefix.contains("..") {
            problems.add(
                path.key("prefix"),
                format!("\"{}\" is not a folder in a bucket", self.prefix),
                "letters, digits, hyphens, underscores, dots and slashes, such as team/data",
            );
        }
    }
}

/// A bucket's name (Amazon S3 User Guide, "General purpose bucket naming rules"; other stores follow it).
pub fn validate_bucket(path: Path, name: &str, problems: &mut Diagnostics) {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = |text: &str| text.bytes().next().is_some_and(plain) && text.bytes().last().is_some_and(plain);
    let fits = (3..=63).contains(&name.len()) && ends(name) && name.bytes().all(|b| plain(b) || b == b'-' || b == b'.');
    if !fits {
        problems.add(
            path,
            format!("\"{name}\" is not a name of a bucket"),
            "3 to 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends",
        );
    }
}
