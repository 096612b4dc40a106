//! DAG files and the programs that they give to Spark: ConfigMaps, a claim, or a repository.

use k8s_openapi::api::core::v1::{Container, PersistentVolumeClaimVolumeSource, Volume, VolumeMount};

use super::values::{AirflowValues, GitSyncValues};
use super::{HOME, NAME};
use crate::components::configuration::Files;
use crate::instance::Instance;
use crate::platform::identity;
use crate::platform::object::sorted;
use crate::platform::pod::{config_map_volume, empty_dir, env, env_secret, mount};
use crate::texts::text;

/// Most bytes of a ConfigMap's texts (Kubernetes' `MaxSecretSize`, which holds for both).
pub(super) const MOST: usize = 1 << 20;
/// Where pods that run Spark find the programs.
pub(super) const JOBS_FOLDER: &str = "/opt/spark-jobs";

const VOLUME: &str = "dags";
const GIT_KEY: &str = "git-key";
/// A ConfigMap's volume holds `..data` and the folder that it leads to: Airflow follows links, finds itself in a loop, and
/// its DAG processor ends.
const IGNORE: (&str, &str) = (".airflowignore", "..*\n");

fn example_dags() -> [(&'static str, String); 2] {
    [
        ("spark_etl_synthetic.py", text!("components/airflow/dags/spark_etl_synthetic.py")),
        ("mlflow_training_synthetic.py", text!("components/airflow/dags/mlflow_training_synthetic.py")),
    ]
}

fn example_jobs() -> [(&'static str, String); 2] {
    [
        ("etl_synthetic.py", text!("components/airflow/jobs/etl_synthetic.py")),
        ("train_synthetic.py", text!("components/airflow/jobs/train_synthetic.py")),
    ]
}

/// The DAG files, if they are in the values.
pub(super) fn files(values: &AirflowValues) -> Option<Files> {
    let dags = &values.dags;
    dags.are_in_values().then(|| {
        let mut files = together(dags.examples.then(example_dags), &dags.files);
        files.entry(IGNORE.0.into()).or_insert_with(|| IGNORE.1.into());
        files
    })
}

/// The programs for Spark.
pub(super) fn jobs(values: &AirflowValues) -> Files {
    together(values.dags.examples.then(example_jobs), &values.dags.jobs)
}

/// The user's own win over ours of the same name.
fn together(examples: Option<[(&str, String); 2]>, own: &Files) -> Files {
    let mut files: Files = sorted(examples.into_iter().flatten().map(|(name, text)| (name.to_owned(), text)));
    files.extend(own.clone());
    files
}

/// The name of the ConfigMap with the DAG files.
pub(super) fn config_map(instance: &Instance) -> String {
    instance.names.of(&format!("{NAME}-{VOLUME}"))
}

/// The volumes of a pod that reads DAG files.
pub(super) fn volumes(instance: &Instance, values: &AirflowValues) -> Vec<Volume> {
    let dags = &values.dags;
    if dags.are_in_git() {
        let key = (!dags.git_sync.existing_secret.is_empty() && dags.git_sync.is_ssh()).then(|| Volume {
            name: GIT_KEY.into(),
            secret: Some(k8s_openapi::api::core::v1::SecretVolumeSource {
                secret_name: Some(dags.git_sync.existing_secret.clone()),
                default_mode: Some(0o440), // ssh refuses a key that more than the group may read
                ..Default::default()
            }),
            ..Volume::default()
        });
        return std::iter::once(empty_dir(VOLUME, "", "")).chain(key).collect();
    }
    if dags.existing_claim.is_empty() {
        return vec![config_map_volume(VOLUME, config_map(instance))];
    }
    let claim = PersistentVolumeClaimVolumeSource { claim_name: dags.existing_claim.clone(), read_only: Some(true) };
    vec![Volume { name: VOLUME.into(), persistent_volume_claim: Some(claim), ..Volume::default() }]
}

/// Where they are mounted.
pub(super) fn volume_mount(values: &AirflowValues) -> VolumeMount {
    let sub_path = values.dags.sub_path.trim_matches('/');
    let of_claim = !values.dags.existing_claim.is_empty() && !sub_path.is_empty();
    VolumeMount { sub_path: of_claim.then(|| sub_path.to_owned()), ..mount(VOLUME, format!("{HOME}/dags"), true) }
}

/// The container that fetches the repository: once, or again and again.
pub(super) fn git_sync(instance: &Instance, values: &AirflowValues, is_once: bool) -> Option<Container> {
    let git = &values.dags.git_sync;
    if !values.dags.are_in_git() {
        return None;
    }
    let mut environment = vec![
        env("GITSYNC_REPO", &git.repo),
        env("GITSYNC_REF", &git.revision),
        env("GITSYNC_ROOT", "/git"),
        env("GITSYNC_LINK", "repo"),
        env("GITSYNC_DEPTH", "1"),
        env("GITSYNC_PERIOD", &git.period),
        env("GITSYNC_ONE_TIME", is_once.to_string()),
        env("GITSYNC_MAX_FAILURES", if is_once { "5" } else { "-1" }),
        env("HOME", "/tmp"),
    ];
    let mut mounts = vec![mount(VOLUME, "/git", false), mount("tmp", "/tmp", false)];
    mounts.extend(identity::mounts()); // ssh asks for the user's name
    if git.is_ssh() {
        environment.push(env("GITSYNC_SSH_KNOWN_HOSTS_FILE", "/etc/git-known-hosts"));
        mounts.push(VolumeMount { sub_path: Some("known_hosts".into()), ..mount(NAME, "/etc/git-known-hosts", true) });
        if !git.existing_secret.is_empty() {
            environment.push(env("GITSYNC_SSH_KEY_FILE", "/etc/git-key/ssh-privatekey"));
            mounts.push(mount(GIT_KEY, "/etc/git-key", true));
        }
    } else if !git.existing_secret.is_empty() {
        environment.push(env_secret("GITSYNC_USERNAME", &git.existing_secret, "username"));
        environment.push(env_secret("GITSYNC_PASSWORD", &git.existing_secret, "password"));
    }
    Some(Container {
        name: if is_once { "git-sync-once" } else { "git-sync" }.into(),
        image: Some(git.image.reference(&instance.platform.global)),
        image_pull_policy: Some(git.image.pull_policy()),
        env: Some(environment),
        resources: Some(git.resources.0.clone()),
        volume_mounts: Some(mounts),
        ..Container::default()
    })
}

impl GitSyncValues {
    /// Whether it is reached by ssh.
    pub(super) fn is_ssh(&self) -> bool {
        !self.repo.starts_with("http://") && !self.repo.starts_with("https://")
    }
}
