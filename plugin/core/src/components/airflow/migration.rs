//! The Job that makes Airflow's tables or brings them up to date, and the first user.
//!
//! No Helm hook: with `--wait` it would run after the pods are ready, which wait for it.

use k8s_openapi::api::core::v1::Container;
use sha2::{Digest, Sha256};

use super::values::AirflowValues;
use super::{MIGRATION, USER, processes};
use crate::instance::Instance;
use crate::platform::database::Database;
use crate::platform::labels::metadata;
use crate::platform::names::hex;
use crate::platform::object::{Object, map};
use crate::platform::pod::{self, PodParts, env, env_secret};
use crate::texts::text;

/// The Job. One that is there cannot be changed, so what it does is part of its name.
pub(super) fn job(instance: &Instance, values: &AirflowValues) -> Object {
    let mut template = pod::template(instance, &values.migration, parts(instance, values));
    if let Some(spec) = &mut template.spec {
        spec.restart_policy.get_or_insert_with(|| "OnFailure".into());
    }
    let spec = map(vec![("backoffLimit", 100.into()), ("template", Object::new(&template).0)]);
    let hash = hex(&Sha256::digest(spec.to_string()), 8);
    let name = format!("{}-{hash}", instance.names.of(MIGRATION));
    Object::of("batch/v1", "Job", &metadata(instance, MIGRATION, name), spec)
}

fn parts<'a>(instance: &Instance, values: &'a AirflowValues) -> PodParts<'a> {
    let auth = &values.auth;
    let mut environment = processes::environment(instance);
    environment.extend(processes::secrets(instance, values));
    environment.extend([processes::migration(instance, values), processes::database(instance, values).address()]);
    if !auth.username.is_empty() {
        environment.extend([
            env("ADMIN_USERNAME", &auth.username),
            env("ADMIN_EMAIL", &auth.email),
            env_secret("ADMIN_PASSWORD", &processes::secret(instance, values), &auth.secret_keys.password_key),
        ]);
    }
    let container = Container {
        name: "migration".into(),
        command: Some(Database::script(&text!("components/airflow/scripts/migrate.py"))),
        env: Some(environment),
        volume_mounts: Some(processes::mounts(values, false)),
        ..Container::default()
    };
    PodParts {
        volumes: processes::volumes(instance, values, false),
        ..PodParts::new(MIGRATION, &values.image, container, USER)
    }
}
