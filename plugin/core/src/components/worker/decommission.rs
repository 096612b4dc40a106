//! `worker.decommission`: what a worker does before it stops.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ExecAction, Lifecycle, LifecycleHandler};
use serde::Deserialize;

use super::values::WorkerValues;
use crate::components::configuration::Scalar;
use crate::diagnostic::{Diagnostics, Path};
use crate::platform::ranges;

/// Seconds beyond the time-out until SIGKILL.
const GRACE: i64 = 15;

/// `worker.decommission`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decommission {
    /// Take no new executors and let the present ones finish their tasks.
    pub enabled: bool,
    /// Seconds to wait for them.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3600)))]
    pub timeout_seconds: i64,
}

impl Decommission {
    /// `terminationGracePeriodSeconds`.
    pub fn grace_period(&self) -> i64 {
        if self.enabled { self.timeout_seconds + GRACE } else { GRACE }
    }

    /// SIGPWR is Spark's "decommission" (`spark.worker.decommission.signal`): the master gives this worker no new
    /// executors, and the present ones exit after their tasks. `[C]` keeps pgrep from finding this shell itself.
    pub fn lifecycle(&self) -> Option<Lifecycle> {
        if !self.enabled {
            return None;
        }
        let script = format!(
            "kill -PWR 1; for i in $(seq {}); do pgrep -f '[C]oarseGrainedExecutorBackend' >/dev/null || break; sleep 1; done",
            self.timeout_seconds
        );
        let exec = ExecAction { command: Some(vec!["/bin/bash".into(), "-c".into(), script]) };
        let pre_stop = LifecycleHandler { exec: Some(exec), ..LifecycleHandler::default() };
        Some(Lifecycle { pre_stop: Some(pre_stop), ..Lifecycle::default() })
    }
}

/// Adds what is wrong, in the worker's values and in the `sparkConf` that it shares with every job.
pub fn validate(
    values: &WorkerValues,
    with_shuffle_service: bool,
    spark_conf: &BTreeMap<String, Scalar>,
    problems: &mut Diagnostics,
) {
    let Decommission { enabled, timeout_seconds: timeout } = values.decommission;
    ranges::validate(Path::of("worker.decommission.timeoutSeconds"), timeout, 1, 3600, problems);
    let own_grace = values.pod_overrides.spec.as_ref().and_then(|spec| spec.0.termination_grace_period_seconds);
    if let Some(grace) = own_grace.filter(|grace| enabled && *grace < timeout) {
        problems.add(
            Path::of("worker.podOverrides.spec.terminationGracePeriodSeconds"),
            format!("is {grace}, but executors may take {timeout} seconds to finish their tasks"),
            "lower worker.decommission.timeoutSeconds, from which it is derived, instead",
        );
    }
    let set = |key: &str| spark_conf.get(key).map(|value| value.0.as_str());
    let mut wrong = |key: &str, message, hint| problems.add(Path::of("sparkConf").key(key), message, hint);
    // Worker.scala: without it the worker has no handler for the signal
    for (key, needed) in [("spark.decommission.enabled", "true"), ("spark.worker.decommission.signal", "PWR")] {
        if enabled && set(key).is_some_and(|value| value != needed) {
            let message = "keeps workers from the signal that worker.decommission sends before they stop";
            wrong(key, message, "remove it, or set worker.decommission.enabled: false");
        }
    }
    // BlockManagerDecommissioner: both kinds of blocks unless told otherwise
    let (storage, shuffle) = ("spark.storage.decommission.enabled", "spark.storage.decommission.shuffleBlocks.enabled");
    if with_shuffle_service && set(storage) == Some("true") && set(shuffle) != Some("false") {
        wrong(
            storage,
            "moves shuffle files away from the shuffle service: jobs with dynamic allocation then fail to fetch them",
            "remove it; or move cached blocks only, with spark.storage.decommission.shuffleBlocks.enabled: false; or set shuffleService.enabled: false",
        );
    }
}
