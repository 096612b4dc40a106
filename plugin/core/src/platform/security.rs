//! The one maker of security contexts. A component says what its image needs; what that means in a profile is said here.
//!
//! Source of the rules: Pod Security Standards, level `restricted`, and OpenShift's SCC `restricted-v2`, which itself
//! sets UID, GID and fsGroup from the namespace's range and refuses others.

use k8s_openapi::DeepMerge;
use k8s_openapi::api::core::v1::{Capabilities, PodSecurityContext, SeccompProfile, SecurityContext};

use super::kubernetes::Kubernetes;
use super::values::AdaptSecurityContext;

/// Which admission the pods face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Pod Security `restricted`: we choose UID, GID and fsGroup.
    Kubernetes,
    /// SCC `restricted`: the cluster chooses them.
    OpenShift,
}

impl Profile {
    /// The profile for `global.compatibility.openshift.adaptSecurityContext` on a cluster that is OpenShift or not.
    pub fn new(adapt: AdaptSecurityContext, is_openshift: bool) -> Self {
        match adapt {
            AdaptSecurityContext::Force => Self::OpenShift,
            AdaptSecurityContext::Auto if is_openshift => Self::OpenShift,
            _ => Self::Kubernetes,
        }
    }
}

/// The user that an image runs as.
#[derive(Debug, Clone, Copy)]
pub struct User {
    /// `runAsUser`.
    pub uid: i64,
    /// `runAsGroup`.
    pub gid: i64,
    /// `fsGroup`: the group that volumes are given to.
    pub fs_group: i64,
}

/// The pod's security context, with the user's own fields laid over it.
pub fn pod(profile: Profile, user: User, own: Option<&Kubernetes<PodSecurityContext>>) -> PodSecurityContext {
    let ours = |id: i64| (profile == Profile::Kubernetes).then_some(id);
    let mut context = PodSecurityContext {
        fs_group: ours(user.fs_group),
        fs_group_change_policy: ours(user.fs_group).map(|_| "OnRootMismatch".into()),
        run_as_group: ours(user.gid),
        run_as_non_root: Some(true),
        run_as_user: ours(user.uid),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".into(), localhost_profile: None }),
        ..PodSecurityContext::default()
    };
    if let Some(own) = own {
        context.merge_from(own.0.clone());
    }
    context
}

/// A container's security context, with the user's own fields laid over it.
pub fn container(own: Option<&Kubernetes<SecurityContext>>) -> SecurityContext {
    let mut context = SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { add: None, drop: Some(vec!["ALL".into()]) }),
        privileged: Some(false),
        read_only_root_filesystem: Some(true),
        ..SecurityContext::default()
    };
    if let Some(own) = own {
        context.merge_from(own.0.clone());
    }
    context
}

/// Completes the security context of a container that the user brought (sidecar, init container), without overruling it.
pub fn complete(given: Option<SecurityContext>) -> SecurityContext {
    let mut context = container(None);
    if let Some(given) = given {
        context.merge_from(given);
    }
    context
}
