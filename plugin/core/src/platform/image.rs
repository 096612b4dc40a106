//! Which image a container runs.

use k8s_openapi::api::core::v1::LocalObjectReference;
use serde::Deserialize;

use super::values::Global;
use crate::diagnostic::{Diagnostics, Path};

/// An image in the parts that charts' users know.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Image {
    /// Registry host, such as `quay.io`. `global.imageRegistry` wins over it. Empty: the container runtime's default.
    pub registry: String,
    /// Repository within the registry.
    pub repository: String,
    /// Tag; put it in quotes.
    pub tag: String,
    /// Digest, such as `sha256:…`. It wins over the tag.
    pub digest: String,
    /// When the kubelet pulls it.
    pub pull_policy: PullPolicy,
    /// Names of Secrets with registry credentials, besides `global.imagePullSecrets`.
    #[serde(default)]
    pub pull_secrets: Vec<String>,
}

/// When the kubelet pulls an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PullPolicy {
    /// At every start.
    Always,
    /// When the node does not have it.
    IfNotPresent,
    /// Never: it must be there.
    Never,
}

impl Image {
    /// What the types cannot say.
    pub fn validate(&self, path: &Path, problems: &mut Diagnostics) {
        if self.repository.is_empty() {
            problems.add(path.key("repository"), "is empty", "name the image, without registry and tag");
        }
        if !self.digest.is_empty() && !self.digest.contains(':') {
            problems.add(
                path.key("digest"),
                format!("\"{}\" is not a digest", self.digest),
                "write it with its algorithm: sha256:…",
            );
        }
    }

    /// The reference: `registry/repository:tag` or `…@digest`.
    pub fn reference(&self, global: &Global) -> String {
        let registry = if global.image_registry.is_empty() { &self.registry } else { &global.image_registry };
        let registry = if registry.is_empty() { String::new() } else { format!("{}/", registry.trim_end_matches('/')) };
        match (self.digest.as_str(), self.tag.as_str()) {
            ("", "") => format!("{registry}{}", self.repository),
            ("", tag) => format!("{registry}{}:{tag}", self.repository),
            (digest, _) => format!("{registry}{}@{digest}", self.repository),
        }
    }

    /// `imagePullPolicy`.
    pub fn pull_policy(&self) -> String {
        format!("{:?}", self.pull_policy)
    }

    /// All pull secrets, each once, in order.
    pub fn pull_secrets(&self, global: &Global) -> Option<Vec<LocalObjectReference>> {
        let mut names: Vec<&String> = Vec::new();
        for name in global.image_pull_secrets.iter().chain(&self.pull_secrets) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| names.into_iter().map(|name| LocalObjectReference { name: name.clone() }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(registry: &str, tag: &str, digest: &str) -> Image {
        Image {
            registry: registry.into(),
            repository: "spark-custom".into(),
            tag: tag.into(),
            digest: digest.into(),
            pull_policy: PullPolicy::Never,
            pull_secrets: vec!["b".into(), "a".into()],
        }
    }

    #[test]
    fn the_global_registry_and_the_digest_win() {
        let mut global = Global::default();
        assert_eq!(image("", "3.5.7", "").reference(&global), "spark-custom:3.5.7");
        assert_eq!(image("quay.io/", "3.5.7", "").reference(&global), "quay.io/spark-custom:3.5.7");
        global.image_registry = "mirror.example:5000".into();
        assert_eq!(
            image("quay.io", "3.5.7", "sha256:ab").reference(&global),
            "mirror.example:5000/spark-custom@sha256:ab"
        );
        global.image_pull_secrets = vec!["a".into()];
        let names: Vec<_> =
            image("", "", "").pull_secrets(&global).unwrap().into_iter().map(|secret| secret.name).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
