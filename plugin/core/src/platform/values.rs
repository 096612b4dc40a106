//! The values that no single component owns: what the template `platform.yaml` carries.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::access::ServiceAccountValues;
use super::authentication::SecurityValues;
use super::image::Image;
use super::s3::S3;
use crate::diagnostic::{Diagnostics, Path};

/// The shared values, top-level keys of values.yaml.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlatformValues {
    /// Settings that Helm shares with parent and sibling charts; keys of other charts are left alone.
    pub global: Global,
    /// Replaces the chart's name in the names of objects.
    pub name_override: String,
    /// Replaces release and chart name in the names of objects.
    pub fullname_override: String,
    /// Labels on every object and pod.
    #[serde(default)]
    pub common_labels: BTreeMap<String, String>,
    /// Annotations on every object and pod.
    #[serde(default)]
    pub common_annotations: BTreeMap<String, String>,
    /// DNS domain of the cluster; masters and workers know each other by full names.
    pub cluster_domain: String,
    /// The Spark image of every Spark pod. Building it is yours; it needs Spark 3.5 with `bash`, and hadoop-aws for S3.
    pub image: Image,
    /// Where Spark lies in the image (`SPARK_HOME`).
    pub spark_home: String,
    /// The shared object store (S3 or compatible). Keys only by a Secret that exists.
    pub s3: S3,
    /// Who may talk to the cluster, and who may listen.
    pub security: SecurityValues,
    /// The ServiceAccount of every pod.
    pub service_account: ServiceAccountValues,
    /// Start the containers idle, without probes, to look around in them.
    pub diagnostic_mode: DiagnosticMode,
}

/// `global`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Global {
    /// Registry for every image, in place of each image's own.
    #[serde(default)]
    pub image_registry: String,
    /// Names of Secrets with registry credentials, for every pod.
    #[serde(default)]
    pub image_pull_secrets: Vec<String>,
    /// StorageClass of every volume that names none. Empty: the cluster's default.
    #[serde(default)]
    pub default_storage_class: String,
    /// Adaptation to other Kubernetes distributions.
    #[serde(default)]
    pub compatibility: Compatibility,
}

/// `global.compatibility`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Compatibility {
    /// Adaptation to OpenShift.
    #[serde(default)]
    pub openshift: OpenShift,
}

/// `global.compatibility.openshift`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenShift {
    /// Leave `runAsUser`, `runAsGroup` and `fsGroup` to the cluster, as the SCC `restricted-v2` asks: `auto` on OpenShift only, `force` always, `disabled` never.
    #[serde(default)]
    pub adapt_security_context: AdaptSecurityContext,
}

/// When to leave user and group to the cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AdaptSecurityContext {
    /// On OpenShift only.
    #[default]
    Auto,
    /// Always.
    Force,
    /// Never.
    Disabled,
}

/// `diagnosticMode`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiagnosticMode {
    /// Turn it on.
    pub enabled: bool,
    /// Command of every container meanwhile.
    #[serde(default)]
    pub command: Vec<String>,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
}

impl PlatformValues {
    /// What the types cannot say.
    pub fn validate(&self, problems: &mut Diagnostics) {
        self.image.validate(&Path::of("image"), problems);
        if !self.spark_home.starts_with('/') {
            problems.add(
                Path::of("sparkHome"),
                format!("\"{}\" is not an absolute path", self.spark_home),
                "such as /opt/spark",
            );
        }
        if self.cluster_domain.is_empty() || self.cluster_domain.starts_with('.') || self.cluster_domain.ends_with('.')
        {
            problems.add(
                Path::of("clusterDomain"),
                format!("\"{}\" is not a DNS domain", self.cluster_domain),
                "without dots at its ends, such as cluster.local",
            );
        }
        self.s3.validate(problems);
        self.security.validate(problems);
    }
}

/// `pdb` of a component.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodDisruptionBudgetValues {
    /// Create a PodDisruptionBudget.
    pub create: bool,
    /// Pods that must stay, a number or a percentage. Not together with `maxUnavailable`.
    pub min_available: Option<CountOrPercentage>,
    /// Pods that may be gone, a number or a percentage. Both empty: 1.
    pub max_unavailable: Option<CountOrPercentage>,
}

/// A number of pods, or a share of them such as `50%`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "expected a whole number or a percentage such as \"50%\"")]
pub enum CountOrPercentage {
    /// So many pods.
    Count(u16),
    /// Such a share.
    Percentage(String),
}
