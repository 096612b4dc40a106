//! Who the pods are to the Kubernetes API: a ServiceAccount, and only the rights that the user adds.
//!
//! No Spark Standalone pod calls the API, so no rights are given and no token is mounted by default.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceAccount;
pub use k8s_openapi::api::rbac::v1::PolicyRule;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding, RoleRef, Subject};
use serde::Deserialize;

use super::kubernetes::Kubernetes;
use super::labels::{annotate, metadata};
use super::object::Object;
use crate::instance::Instance;

/// `serviceAccount`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceAccountValues {
    /// Create it.
    pub create: bool,
    /// Its name. Empty: the fullname when it is created, else `default`.
    pub name: String,
    /// Its annotations, such as a cloud's role for web identity.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Mount its token into the pods. Spark Standalone needs none.
    pub automount_service_account_token: bool,
}

/// What the template `rbac.yaml` carries.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessValues {
    /// Rights of the pods in their namespace.
    pub rbac: RbacValues,
}

/// `rbac`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RbacValues {
    /// Create the Role and the RoleBinding that a component or `rbac.rules` asks for.
    pub create: bool,
    /// Further rules of the Role (`rbac.authorization.k8s.io/v1` PolicyRule), for jobs that call the Kubernetes API.
    #[serde(default)]
    pub rules: Vec<Kubernetes<PolicyRule>>,
}

impl ServiceAccountValues {
    /// The name that pods use.
    pub fn name_for(&self, fullname: &str) -> String {
        match (self.name.as_str(), self.create) {
            ("", true) => fullname.to_owned(),
            ("", false) => "default".to_owned(),
            (name, _) => name.to_owned(),
        }
    }
}

/// The ServiceAccount, and Role with RoleBinding where there are rules.
pub fn objects(instance: &Instance, values: &AccessValues) -> Vec<Object> {
    let account = &instance.platform.service_account;
    let name = account.name_for(instance.names.fullname());
    let mut objects = Vec::new();
    if account.create {
        let mut meta = metadata(instance, "rbac", name.clone());
        annotate(&mut meta, &account.annotations);
        objects.push(Object::new(&ServiceAccount {
            metadata: meta,
            automount_service_account_token: Some(account.automount_service_account_token),
            ..ServiceAccount::default()
        }));
    }
    if values.rbac.create && !values.rbac.rules.is_empty() {
        let rules = values.rbac.rules.iter().map(|rule| rule.0.clone()).collect();
        objects.extend(granted(instance, "rbac", instance.names.fullname(), name, rules));
    }
    objects
}

/// A component's own ServiceAccount and the rights that it must have: who calls the API shares neither with other pods.
/// Without `serviceAccount.create` the rights go to the account that is named there.
pub fn of_component(
    instance: &Instance,
    values: &AccessValues,
    component: &str,
    rules: Vec<PolicyRule>,
) -> Vec<Object> {
    let name = instance.names.of(component);
    let account = component_account(instance, component);
    let mut objects = Vec::new();
    if instance.platform.service_account.create {
        let mut meta = metadata(instance, component, account.clone());
        annotate(&mut meta, &instance.platform.service_account.annotations);
        objects.push(Object::new(&ServiceAccount {
            metadata: meta,
            automount_service_account_token: Some(false), // the pods ask for it themselves
            ..ServiceAccount::default()
        }));
    }
    if values.rbac.create {
        objects.extend(granted(instance, component, &name, account, rules));
    }
    objects
}

/// The ServiceAccount of [`of_component`].
pub fn component_account(instance: &Instance, component: &str) -> String {
    let shared = &instance.platform.service_account;
    if shared.create { instance.names.of(component) } else { shared.name_for(instance.names.fullname()) }
}

/// A rule about resources of the core API group.
pub fn rule(resources: &str, verbs: &[&str]) -> PolicyRule {
    PolicyRule {
        api_groups: Some(vec![String::new()]),
        resources: Some(vec![resources.into()]),
        verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
        ..PolicyRule::default()
    }
}

/// Role and RoleBinding, both of this name.
fn granted(instance: &Instance, component: &str, name: &str, account: String, rules: Vec<PolicyRule>) -> [Object; 2] {
    [
        Object::new(&Role { metadata: metadata(instance, component, name), rules: Some(rules) }),
        Object::new(&RoleBinding {
            metadata: metadata(instance, component, name),
            role_ref: RoleRef {
                api_group: Some("rbac.authorization.k8s.io".into()),
                kind: "Role".into(),
                name: name.into(),
            },
            subjects: Some(vec![Subject {
                kind: "ServiceAccount".into(),
                name: account,
                namespace: Some(instance.release.namespace.clone()),
                api_group: None,
            }]),
        }),
    ]
}
