//! Who may talk to the cluster: Spark's shared secret, and encryption of what is said. The secret only by reference.
//!
//! Spark takes it from the environment variable `_SPARK_AUTH_SECRET` (`SecurityManager.getSecretKey`): there it is in no
//! ConfigMap and on no command line. A worker hands it to its executors the same way (`CommandUtils.buildLocalCommand`).
//! A driver of a Standalone cluster also wants the property to be there (`SecurityManager.initializeAuth`), but the
//! variable wins: so the clients' configuration has words in its place, with which a driver is refused.

use k8s_openapi::api::core::v1::EnvVar;
use serde::Deserialize;

use super::pod::env_secret;
use crate::diagnostic::{Diagnostics, Path};

/// The variable that Spark reads.
const VARIABLE: &str = "_SPARK_AUTH_SECRET";

/// `security`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityValues {
    /// Authentication by a shared secret.
    pub authentication: Authentication,
    /// Encryption of what masters, workers, executors and drivers send to one another.
    pub encryption: Encryption,
}

/// `security.authentication`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Authentication {
    /// Only who knows a shared secret may join the cluster or submit to it (`spark.authenticate`). The web UIs stay open to whoever reaches them.
    pub enabled: bool,
    /// Name of the Secret that holds the shared secret. A client needs it as the variable `_SPARK_AUTH_SECRET`.
    pub existing_secret: String,
    /// Its key in the Secret.
    pub existing_secret_key: String,
}

/// `security.encryption`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Encryption {
    /// Nobody on the way can read it (`spark.network.crypto.enabled`, AES/CTR, keys from the shared secret); a change on the way is not noticed. Needs `security.authentication.enabled`.
    pub enabled: bool,
}

impl SecurityValues {
    /// The environment that carries the secret.
    pub fn env(&self) -> Vec<EnvVar> {
        let authentication = &self.authentication;
        let secret = || env_secret(VARIABLE, &authentication.existing_secret, &authentication.existing_secret_key);
        authentication.enabled.then(secret).into_iter().collect()
    }

    /// What every process of the cluster must have alike.
    pub fn spark_conf(&self) -> Vec<(&'static str, String)> {
        let mut conf = Vec::new();
        if self.authentication.enabled {
            conf.push(("spark.authenticate", "true".into()));
        }
        if self.encryption.enabled {
            conf.push(("spark.network.crypto.enabled", "true".into()));
            // version 1 takes keys from the plain outcome of the key agreement (Spark's "Security" page). The cipher stays
            // Spark's own, AES/CTR: AES/GCM hangs in 3.5.7 (SPARK-56227)
            conf.push(("spark.network.crypto.authEngineVersion", "2".into()));
        }
        conf
    }

    /// What a driver needs beside: not the secret.
    pub fn client_conf(&self) -> Option<(&'static str, String)> {
        let words = || format!("set-by-the-environment-variable-{VARIABLE}");
        self.authentication.enabled.then(|| ("spark.authenticate.secret", words()))
    }

    /// What the types cannot say.
    pub fn validate(&self, problems: &mut Diagnostics) {
        let path = Path::of("security.authentication");
        if !self.authentication.enabled {
            if self.encryption.enabled {
                problems.add(
                    Path::of("security.encryption.enabled"),
                    "is true, but Spark derives the keys from the shared secret of an authentication that is off",
                    "set security.authentication.enabled: true and security.authentication.existingSecret",
                );
            }
            return;
        }
        if self.authentication.existing_secret.is_empty() {
            problems.add(
                path.key("existingSecret"),
                "is empty although security.authentication.enabled",
                "name a Secret: kubectl create secret generic spark-auth --from-literal=secret=$(openssl rand -hex 32)",
            );
        }
        if self.authentication.existing_secret_key.is_empty() {
            problems.add(path.key("existingSecretKey"), "is empty", "name the key of the Secret that holds the secret");
        }
    }
}
