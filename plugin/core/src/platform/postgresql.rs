//! A PostgreSQL of one replica for the component that asks for it, for trials and tests: under any UID, with a read-only
//! root, its data on a volume. Production uses an `externalDatabase`.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{Container, ExecAction, Lifecycle, LifecycleHandler, Service};
use serde::Deserialize;

use super::image::Image;
use super::labels::{metadata, selector};
use super::object::Object;
use super::pod::{self, PodParts, empty_dir, env, env_secret, mount};
use super::pod_settings::component_values;
use super::probes::Question;
use super::security::User;
use super::storage::PersistenceValues;
use super::{ports, secrets};
use crate::components::configuration::Scalar;
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;
use crate::texts::text;

/// The port of the server.
pub const PORT: u16 = 5432;

const CONTAINER: &str = "postgresql";
const DATA: &str = "/var/lib/postgresql/data";
/// The socket's folder, where PostgreSQL's clients look for it.
const SOCKET: &str = "/var/run/postgresql";

component_values! {
    /// A PostgreSQL of one replica in the chart, for trials and tests.
    pub struct PostgresqlValues {
        /// Run it. Production uses `externalDatabase`.
        pub enabled: bool,
        /// Its image: any with PostgreSQL's programs and a shell, whatever its user and entrypoint. Its major version must stay that of the data.
        pub image: Image,
        /// Who may use it.
        pub auth: AuthValues,
        /// Where the data are.
        pub persistence: PersistenceValues,
        /// Settings of the server, such as `max_connections: 200`.
        #[serde(default)]
        pub configuration: BTreeMap<String, Scalar>,
    }
}

/// `postgresql.auth`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthValues {
    /// The user, made at the first start.
    pub username: String,
    /// The user's database, made at the first start.
    pub database: String,
    /// Name of the Secret with the user's password. Empty: Helm makes one with a random password at the first install, keeps it at upgrades and leaves it at uninstall. What renders without a cluster (`helm template`, GitOps) cannot see it and makes another each time: name one there. A new password is set when the pod restarts.
    pub existing_secret: String,
    /// Which key of the Secret holds what.
    pub secret_keys: SecretKeys,
}

/// `postgresql.auth.secretKeys`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretKeys {
    /// Key of the user's password.
    pub user_password_key: String,
}

impl AuthValues {
    /// The name of the Secret with the password.
    pub fn secret(&self, instance: &Instance, component: &str) -> String {
        secrets::chosen(instance, component, &self.existing_secret)
    }
}

impl PostgresqlValues {
    /// What the types cannot say.
    pub fn validate(&self, path: &Path, problems: &mut Diagnostics) {
        self.image.validate(&path.key("image"), problems);
        let auth = path.key("auth");
        for (key, name) in [("username", &self.auth.username), ("database", &self.auth.database)] {
            if !is_plain_name(name) || ["postgres", "template0", "template1"].contains(&name.as_str()) {
                problems.add(
                    auth.key(key),
                    format!("\"{name}\" cannot be the name of a {key} here"),
                    "lower-case letters, digits and underscores, at most 63, starting with a letter; postgres is the superuser's",
                );
            }
        }
        if self.auth.secret_keys.user_password_key.is_empty() {
            problems.add(auth.key("secretKeys").key("userPasswordKey"), "is empty", "such as password");
        }
        for key in self.configuration.keys().filter(|key| !is_plain_name(&key.replace('.', "_"))) {
            problems.add(
                path.key("configuration").key(key),
                "is not a name of a setting of PostgreSQL",
                "such as max_connections",
            );
        }
        self.persistence.validate(&path.key("persistence"), problems);
        self.validate_pod(path, problems);
    }
}

/// A name that means the same with and without quotes.
fn is_plain_name(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Service and StatefulSet. `component` is the label of this database, and the end of its names.
pub fn objects(instance: &Instance, component: &'static str, values: &PostgresqlValues) -> Vec<Object> {
    let name = instance.names.of(component);
    let service = Object::with_spec::<Service>(
        &metadata(instance, component, name.clone()),
        &ports::service(instance, component, &[(CONTAINER, PORT)]),
    );
    let stateful_set = Object::with_spec::<StatefulSet>(
        &metadata(instance, component, name.clone()),
        &StatefulSetSpec {
            replicas: Some(1),
            service_name: Some(name),
            selector: selector(instance, component),
            template: pod::template(instance, values.pod(), parts(instance, component, values)),
            volume_claim_templates: values.persistence.claims(instance, component, "data"),
            ..StatefulSetSpec::default()
        },
    );
    vec![service, stateful_set]
}

fn parts<'a>(instance: &Instance, component: &'static str, values: &'a PostgresqlValues) -> PodParts<'a> {
    let mut volumes = vec![empty_dir("tmp", "", ""), empty_dir("run", "1Mi", "")];
    if !values.persistence.enabled {
        volumes.push(empty_dir("data", "", ""));
    }
    let user = User { uid: 1000, gid: 1000, fs_group: 1000 };
    PodParts {
        volumes,
        termination_grace_period_seconds: 60,
        ..PodParts::new(component, &values.image, container(instance, component, values), user)
    }
}

fn container(instance: &Instance, component: &str, values: &PostgresqlValues) -> Container {
    let auth = &values.auth;
    let settings = values.configuration.iter().flat_map(|(key, value)| ["-c".to_owned(), format!("{key}={}", value.0)]);
    // SIGTERM would wait for every client to leave; SIGINT ends their sessions
    let stop = ["/bin/sh", "-c", "kill -INT 1"].map(str::to_owned).into();
    Container {
        name: CONTAINER.into(),
        command: Some(vec!["/bin/sh".into(), "-euc".into(), text!("platform/postgresql/start.sh"), CONTAINER.into()]),
        args: Some(settings.collect::<Vec<_>>()).filter(|settings| !settings.is_empty()),
        env: Some(vec![
            // below the mount, whose own mode is not ours
            env("PGDATA", format!("{DATA}/pgdata")),
            env("DATABASE_NAME", &auth.database),
            env("DATABASE_USER", &auth.username),
            env_secret("DATABASE_PASSWORD", &auth.secret(instance, component), &auth.secret_keys.user_password_key),
        ]),
        ports: Some(ports::container_ports(&[(CONTAINER, PORT)])),
        startup_probe: values.startup_probe.probe(&is_ready(0)),
        readiness_probe: values.readiness_probe.probe(&is_ready(0)),
        // 1: it answers, but is still recovering
        liveness_probe: values.liveness_probe.probe(&is_ready(1)),
        lifecycle: Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                exec: Some(ExecAction { command: Some(stop) }),
                ..LifecycleHandler::default()
            }),
            ..Lifecycle::default()
        }),
        volume_mounts: Some(vec![mount("data", DATA, false), mount("run", SOCKET, false), mount("tmp", "/tmp", false)]),
        ..Container::default()
    }
}

/// `pg_isready` must be told a user: it asks the system for a name otherwise, which an arbitrary UID may not have.
fn is_ready(most: u8) -> Question {
    Question::Shell(format!(
        "command -v pg_isready >/dev/null || for bin in /usr/lib/postgresql/*/bin; do PATH=$bin:$PATH; done; pg_isready -q -h {SOCKET} -U postgres; [ $? -le {most} ]"
    ))
}
