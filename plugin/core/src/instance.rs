//! One installation: who is installed where, and the values that all of its components share.

use serde::Deserialize;

use crate::platform::names::Names;
use crate::platform::security::Profile;
use crate::platform::values::PlatformValues;

/// The release, as Helm knows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Who manages it: `Helm`.
    pub service: String,
}

/// The chart that sent the intents.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// Its name, or its alias as a subchart.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of Spark.
    pub app_version: String,
}

/// What only Helm can know of the cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Version of Kubernetes, such as `v1.37.2`.
    pub kube_version: String,
    /// Whether it has OpenShift's SecurityContextConstraints.
    pub openshift: bool,
}

/// What every component needs to know.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The release.
    pub release: Release,
    /// The chart.
    pub chart: Chart,
    /// The shared values.
    pub platform: PlatformValues,
    /// The security profile of all pods.
    pub profile: Profile,
    /// The names of all objects.
    pub names: Names,
}

impl Instance {
    /// Derives profile and names.
    pub fn new(release: Release, chart: Chart, cluster: &Cluster, platform: PlatformValues) -> Self {
        let profile = Profile::new(platform.global.compatibility.openshift.adapt_security_context, cluster.openshift);
        let names = Names::new(&release.name, &chart.name, &platform.name_override, &platform.fullname_override);
        Self { release, chart, platform, profile, names }
    }

    /// The full name of a component's Service.
    pub fn host(&self, component: &str) -> String {
        let service = self.names.of(component);
        format!("{service}.{}.svc.{}", self.release.namespace, self.platform.cluster_domain)
    }

    /// `app.kubernetes.io/name`.
    pub fn name(&self) -> &str {
        if self.platform.name_override.is_empty() { &self.chart.name } else { &self.platform.name_override }
    }
}
