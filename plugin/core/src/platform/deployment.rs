//! Deployments: pods that keep nothing.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use k8s_openapi::api::core::v1::PodTemplateSpec;

use super::labels::{metadata, selector};
use super::object::Object;
use crate::instance::Instance;

/// How new pods take the place of old ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// A new one first.
    Rolling,
    /// All old ones go first: two versions would disagree about a common database.
    Recreate,
}

/// The Deployment of a component.
pub fn object(
    instance: &Instance,
    component: &str,
    replicas: i32,
    update: Update,
    template: PodTemplateSpec,
) -> Object {
    let recreate = || DeploymentStrategy { type_: Some("Recreate".into()), ..DeploymentStrategy::default() };
    Object::with_spec::<Deployment>(
        &metadata(instance, component, instance.names.of(component)),
        &DeploymentSpec {
            replicas: Some(replicas),
            selector: selector(instance, component),
            strategy: (update == Update::Recreate).then(recreate),
            template,
            ..DeploymentSpec::default()
        },
    )
}
