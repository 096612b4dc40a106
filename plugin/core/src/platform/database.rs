//! The PostgreSQL that a component keeps its data in: the one in the chart, or one of the user's own.

use k8s_openapi::api::core::v1::EnvVar;
use serde::Deserialize;

use super::pod::{env, env_secret};
use super::postgresql::{self, PostgresqlValues};
use super::ranges;
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;
use crate::texts::text;

/// `externalDatabase` of a component.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalDatabaseValues {
    /// Its host; `postgresql.enabled` must then be false.
    pub host: String,
    /// Its port.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 65535)))]
    pub port: u16,
    /// The user, who must own the database: tables are made in it.
    pub username: String,
    /// The database, which must exist.
    pub database: String,
    /// Name of the Secret with the user's password.
    pub existing_secret: String,
    /// The Secret's key with the password.
    pub existing_secret_password_key: String,
    /// Whether to use TLS.
    pub ssl_mode: SslMode,
}

/// `externalDatabase.sslMode`, in the words of PostgreSQL's clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SslMode {
    /// Not at all.
    #[serde(rename = "disable")]
    Disable,
    /// Where the server offers it.
    #[serde(rename = "prefer")]
    Prefer,
    /// Always; whoever answers is taken for the server.
    #[serde(rename = "require")]
    Require,
    /// Always, with a certificate of a known authority for the host's name.
    #[serde(rename = "verify-full")]
    VerifyFull,
}

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct Database<'a> {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The database.
    pub name: &'a str,
    /// The user.
    pub username: &'a str,
    ssl_mode: SslMode,
    secret: String,
    secret_key: &'a str,
}

impl<'a> Database<'a> {
    /// The one that is chosen. `component` is the label of the database in the chart.
    pub fn chosen(
        instance: &Instance,
        component: &str,
        own: &'a PostgresqlValues,
        external: &'a ExternalDatabaseValues,
    ) -> Self {
        if own.enabled {
            return Self {
                // its address stays: a client in Java remembers addresses
                host: instance.host(component),
                port: postgresql::PORT,
                name: &own.auth.database,
                username: &own.auth.username,
                ssl_mode: SslMode::Disable,
                secret: own.auth.secret(instance, component),
                secret_key: &own.auth.secret_keys.user_password_key,
            };
        }
        Self {
            host: external.host.clone(),
            port: external.port,
            name: &external.database,
            username: &external.username,
            ssl_mode: external.ssl_mode,
            secret: external.existing_secret.clone(),
            secret_key: &external.existing_secret_password_key,
        }
    }

    /// The environment variable with the password.
    pub fn password(&self, variable: &str) -> EnvVar {
        env_secret(variable, &self.secret, self.secret_key)
    }

    /// The address for a client in Java.
    pub fn jdbc(&self) -> String {
        format!("jdbc:postgresql://{}:{}/{}?sslmode={}", self.host, self.port, self.name, self.ssl_mode())
    }

    /// The address for SQLAlchemy. It holds no secret: the password is in [`Self::libpq`].
    pub fn sqlalchemy(&self) -> String {
        self.url("postgresql+psycopg2")
    }

    /// The environment of clients by libpq (psycopg) and asyncpg, which take password and TLS from there: in an address
    /// the password would have to be URL-encoded, which nothing between a Secret and a container does.
    ///
    /// Source: PostgreSQL's documentation, "libpq: Environment Variables"; asyncpg's of `connect`.
    pub fn libpq(&self) -> Vec<EnvVar> {
        let authorities = (self.ssl_mode == SslMode::VerifyFull).then(|| env("PGSSLROOTCERT", AUTHORITIES));
        [self.password("PGPASSWORD"), env("PGSSLMODE", self.ssl_mode())].into_iter().chain(authorities).collect()
    }

    /// A script in Python that may call `connect()`, which waits for the server.
    pub fn script(rest: &str) -> Vec<String> {
        vec!["python".into(), "-c".into(), format!("{}{rest}", text!("platform/database/connect.py"))]
    }

    /// What [`Self::script`] needs beside [`Self::libpq`].
    pub fn address(&self) -> EnvVar {
        env("DATABASE_URL", self.url("postgresql"))
    }

    fn url(&self, scheme: &str) -> String {
        let (user, name) = (percent_encoded(self.username), percent_encoded(self.name));
        format!("{scheme}://{user}@{}:{}/{name}", self.host, self.port)
    }

    fn ssl_mode(&self) -> &'static str {
        match self.ssl_mode {
            SslMode::Disable => "disable",
            SslMode::Prefer => "prefer",
            SslMode::Require => "require",
            SslMode::VerifyFull => "verify-full",
        }
    }
}

/// Where images of Debian's kind have the certificates of known authorities; libpq looks in the user's home only.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// RFC 3986, "unreserved": such as a user `me@server` needs it.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// One of the two must be chosen, and what is chosen must be complete. `path` is that of the component.
pub fn validate(path: &Path, own: &PostgresqlValues, external: &ExternalDatabaseValues, problems: &mut Diagnostics) {
    let at = path.key("externalDatabase");
    own.validate(&path.key("postgresql"), problems);
    ranges::validate(at.key("port"), external.port, 1, 65535, problems);
    if own.enabled {
        if !external.host.is_empty() {
            problems.add(
                at.key("host"),
                format!("is set, but {path}.postgresql.enabled is true: two databases"),
                format!("set {path}.postgresql.enabled: false, or empty {}", at.key("host")),
            );
        }
        return;
    }
    if external.host.is_empty() {
        problems.add(
            at.key("host"),
            format!("is empty, and {path}.postgresql.enabled is false: no database"),
            format!("name a PostgreSQL of yours, or set {path}.postgresql.enabled: true"),
        );
        return;
    }
    if external.host.contains(['/', ':', '@', ' ']) {
        problems.add(
            at.key("host"),
            format!("\"{}\" is not a host name", external.host),
            "without scheme and port, such as db.example.com",
        );
    }
    for (key, value) in [
        ("username", &external.username),
        ("database", &external.database),
        ("existingSecretPasswordKey", &external.existing_secret_password_key),
    ] {
        if value.is_empty() {
            problems.add(at.key(key), "is empty", String::new());
        }
    }
    if external.existing_secret.is_empty() {
        problems.add(
            at.key("existingSecret"),
            "is empty, and a password is taken from a Secret only",
            format!(
                "kubectl create secret generic <name> --from-literal={}=…, and name it here",
                external.existing_secret_password_key
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_in_an_address() {
        assert_eq!(percent_encoded("me@server/ü"), "me%40server%2F%C3%BC");
        assert_eq!(percent_encoded("plain-name_1.x~"), "plain-name_1.x~");
    }
}
