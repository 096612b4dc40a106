//! PodDisruptionBudgets.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::labels::{metadata, selector};
use super::object::Object;
use super::values::{CountOrPercentage, PodDisruptionBudgetValues};
use crate::diagnostic::{Diagnostics, Path};
use crate::instance::Instance;

/// The budget of a component, if one is wanted.
pub fn object(instance: &Instance, component: &str, values: &PodDisruptionBudgetValues) -> Option<Object> {
    if !values.create {
        return None;
    }
    let max_unavailable = match (&values.min_available, &values.max_unavailable) {
        (None, None) => Some(IntOrString::Int(1)),
        (_, max) => max.as_ref().map(amount),
    };
    Some(Object::with_spec::<PodDisruptionBudget>(
        &metadata(instance, component, instance.names.of(component)),
        &PodDisruptionBudgetSpec {
            max_unavailable,
            min_available: values.min_available.as_ref().map(amount),
            selector: Some(selector(instance, component)),
            ..PodDisruptionBudgetSpec::default()
        },
    ))
}

/// What the types cannot say.
pub fn validate(path: &Path, values: &PodDisruptionBudgetValues, problems: &mut Diagnostics) {
    if values.min_available.is_some() && values.max_unavailable.is_some() {
        problems.add(
            path.key("minAvailable"),
            "is set together with maxUnavailable, which Kubernetes refuses",
            "keep one of them",
        );
    }
    for (key, value) in [("minAvailable", &values.min_available), ("maxUnavailable", &values.max_unavailable)] {
        if let Some(CountOrPercentage::Percentage(text)) = value {
            let share = text.strip_suffix('%').and_then(|digits| digits.parse::<u8>().ok());
            if share.is_none_or(|share| share > 100) {
                problems.add(
                    path.key(key),
                    format!("\"{text}\" is neither a number of pods nor a percentage"),
                    "such as 1 or 50%",
                );
            }
        }
    }
}

fn amount(value: &CountOrPercentage) -> IntOrString {
    match value {
        CountOrPercentage::Count(count) => IntOrString::Int(i32::from(*count)),
        CountOrPercentage::Percentage(text) => IntOrString::String(text.clone()),
    }
}
