//! Requests and limits of a container.

use k8s_openapi::api::core::v1::ResourceRequirements;

use super::quantity::number;
use crate::diagnostic::{Diagnostics, Path};

/// Every amount is a quantity, and no request exceeds its limit.
pub fn validate(path: &Path, resources: &ResourceRequirements, problems: &mut Diagnostics) {
    for (side, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        for (name, amount) in amounts.iter().flatten() {
            if number(&amount.0).is_none_or(|value| value < 0.0) {
                let hint = if name == "memory" { "such as 512Mi or 2Gi" } else { "such as 500m or 2" };
                problems.add(
                    path.key(side).key(name),
                    format!("\"{}\" is not an amount that Kubernetes knows", amount.0),
                    hint,
                );
            }
        }
    }
    for (name, request) in resources.requests.iter().flatten() {
        let limit = resources.limits.as_ref().and_then(|limits| limits.get(name));
        if let (Some(limit), Some(asked)) = (limit, number(&request.0))
            && number(&limit.0).is_some_and(|most| asked > most)
        {
            problems.add(
                path.key("requests").key(name),
                format!("{} is more than the limit of {}", request.0, limit.0),
                format!("lower it, or raise {}", path.key("limits").key(name)),
            );
        }
    }
}
