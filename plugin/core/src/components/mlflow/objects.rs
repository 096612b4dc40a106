//! MLflow's objects.

use k8s_openapi::api::core::v1::{Container, EnvVar};

use super::values::{MlflowAuthValues, MlflowValues};
use super::{COMPONENT, DATABASE};
use crate::components::ingress::Ui;
use crate::instance::Instance;
use crate::platform::database::Database;
use crate::platform::deployment::{self, Update};
use crate::platform::object::Object;
use crate::platform::pod::{self, PodParts, empty_dir, env, env_secret, mount};
use crate::platform::probes::Question;
use crate::platform::security::User;
use crate::platform::{disruption, ports, postgresql, secrets};
use crate::texts::text;

const USER: User = User { uid: 1000, gid: 1000, fs_group: 1000 };
/// MLflow reads users' settings from a file only; the password stays in the environment.
const AUTH_CONFIG: &str = "/tmp/auth.ini";

/// All of them. `host` is that of the published web UI, or empty.
pub fn objects(instance: &Instance, values: &MlflowValues, host: &str) -> Vec<Object> {
    let database = Database::chosen(instance, DATABASE, &values.postgresql, &values.external_database);
    let pod = PodParts {
        init_containers: vec![upgrade(values, &database)],
        volumes: vec![empty_dir("tmp", "", "")],
        ..PodParts::new(COMPONENT, &values.image, server(instance, values, &database, host), USER)
    };
    let template = pod::template(instance, values.pod(), pod);
    let mut objects = vec![
        values.service.object(instance, COMPONENT, "http"),
        // two versions must not run while the newer one changes the tables
        deployment::object(instance, COMPONENT, values.replica_count, Update::Recreate, template),
    ];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    if values.postgresql.enabled {
        objects.extend(postgresql::objects(instance, DATABASE, &values.postgresql));
    }
    objects
}

/// The web UI, for what publishes it.
pub fn ui(instance: &Instance, values: &MlflowValues) -> Ui {
    Ui { key: COMPONENT, service: instance.names.of(COMPONENT), port: values.service.ports.http }
}

/// What a client needs: the address, and who it is.
pub fn client_env(instance: &Instance, values: &MlflowValues) -> Vec<EnvVar> {
    let address = format!("http://{}:{}", instance.host(COMPONENT), values.service.ports.http);
    let mut environment = vec![env("MLFLOW_TRACKING_URI", address)];
    if values.auth.enabled {
        environment.push(env("MLFLOW_TRACKING_USERNAME", &values.auth.username));
        environment.push(password(instance, &values.auth, "MLFLOW_TRACKING_PASSWORD"));
    }
    environment
}

fn password(instance: &Instance, auth: &MlflowAuthValues, variable: &str) -> EnvVar {
    env_secret(variable, &secret(instance, auth), &auth.secret_keys.password_key)
}

fn secret(instance: &Instance, auth: &MlflowAuthValues) -> String {
    secrets::chosen(instance, COMPONENT, &auth.existing_secret)
}

/// The environment of both containers.
fn environment(database: &Database<'_>) -> Vec<EnvVar> {
    let mut environment = vec![
        env("HOME", "/tmp"),
        env("MLFLOW_BACKEND_STORE_URI", database.sqlalchemy()),
        // no calls to the internet
        env("MLFLOW_DISABLE_TELEMETRY", "true"),
    ];
    environment.extend(database.libpq());
    environment
}

/// Makes the tables or brings them up to date, one pod at a time: `mlflow server` itself does only the first.
fn upgrade(values: &MlflowValues, database: &Database<'_>) -> Container {
    let mut environment = environment(database);
    environment.push(database.address());
    Container {
        name: "db-upgrade".into(),
        command: Some(Database::script(&text!("components/mlflow/upgrade.py"))),
        env: Some(environment),
        resources: Some(values.resources.0.clone()), // it runs before the server, and so in its place
        volume_mounts: Some(vec![mount("tmp", "/tmp", false)]),
        ..Container::default()
    }
}

fn server(instance: &Instance, values: &MlflowValues, database: &Database<'_>, host: &str) -> Container {
    let port = values.container_ports.http;
    let (hosts, origins) = allowed(instance, values, host);
    let mut variables = environment(database);
    variables.extend([
        // a queue of jobs that Spark's users do not have costs half of the memory
        env("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
        env("MLFLOW_SERVER_ALLOWED_HOSTS", hosts),
        env("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", origins),
        env("MLFLOW_S3_ENDPOINT_URL", instance.platform.s3.endpoint.as_str()),
    ]);
    variables.extend(instance.platform.s3.boto3_env());
    let mut arguments = vec![
        "server".into(),
        "--host=0.0.0.0".into(),
        format!("--port={port}"),
        "--workers=1".into(), // each is a process of its own size: pods are the way to more
        "--serve-artifacts".into(),
        format!("--artifacts-destination={}", values.artifacts.url("s3")),
    ];
    let mut command = vec!["mlflow".to_owned()];
    if values.auth.enabled {
        arguments.push("--app-name=basic-auth".into());
        command = vec!["/bin/sh".into(), "-ec".into(), format!("{AUTH_SETTINGS}exec mlflow \"$@\""), "mlflow".into()];
        variables.extend([
            env("MLFLOW_AUTH_CONFIG_PATH", AUTH_CONFIG),
            env("MLFLOW_AUTH_ADMIN_USERNAME", &values.auth.username),
            password(instance, &values.auth, "MLFLOW_AUTH_ADMIN_PASSWORD"),
            env_secret(
                "MLFLOW_FLASK_SERVER_SECRET_KEY",
                &secret(instance, &values.auth),
                &values.auth.secret_keys.form_key,
            ),
        ]);
    }
    let is_up = Question::Http("/health", "http");
    Container {
        name: COMPONENT.into(),
        command: Some(command),
        args: Some(arguments),
        env: Some(variables),
        ports: Some(ports::container_ports(&[("http", port)])),
        startup_probe: values.startup_probe.probe(&is_up),
        readiness_probe: values.readiness_probe.probe(&is_up),
        liveness_probe: values.liveness_probe.probe(&is_up),
        volume_mounts: Some(vec![mount("tmp", "/tmp", false)]),
        ..Container::default()
    }
}

/// Its tables are beside MLflow's own, under names of their own.
const AUTH_SETTINGS: &str = "cat >\"$MLFLOW_AUTH_CONFIG_PATH\" <<EOF
[mlflow]
default_permission = READ
database_uri = $MLFLOW_BACKEND_STORE_URI
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
EOF
";

/// Names that requests may be for, each with any port, and web pages that may send them: MLflow refuses all others
/// (`mlflow.server.security_utils`), also the pages of its own UI under a host that it does not know.
fn allowed(instance: &Instance, values: &MlflowValues, host: &str) -> (String, String) {
    let service = instance.names.of(COMPONENT);
    let namespace = &instance.release.namespace;
    let own = [
        service.clone(),
        format!("{service}.{namespace}"),
        format!("{service}.{namespace}.svc"),
        instance.host(COMPONENT),
        "localhost".into(),
        "127.0.0.1".into(),
    ];
    let published = [host].into_iter().filter(|host| !host.is_empty());
    let published: Vec<&str> = published.chain(values.extra_allowed_hosts.iter().map(String::as_str)).collect();
    let names = own.iter().map(String::as_str).chain(published.iter().copied());
    let hosts: Vec<String> =
        names.flat_map(|name| [name.to_owned(), format!("{name}:*")]).filter(|name| name != "*:*").collect();
    // behind a Service of another type the page comes from wherever that is: the same names
    let origins: Vec<String> = published
        .into_iter()
        .flat_map(|name| {
            if name == "*" { vec![name.into()] } else { ["http", "https"].map(|s| format!("{s}://{name}")).into() }
        })
        .collect();
    (hosts.join(","), origins.join(","))
}
