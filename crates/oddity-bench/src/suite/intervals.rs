//! How intervals of a task's figures are made, as a suite says it.

use oddity_eval::compare::{Bootstrap, BootstrapParams};
use oddity_features::WindowsParams;
use serde::{Deserialize, Serialize};

use super::Task;

/// How the figures of a task get confidence intervals: by resampling what varies on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntervalConfig {
    /// What is resampled, for figures of a test part. Where it is left out: events for windows
    /// that overlap, for rows below windows, and for series whose rows the task keeps in their
    /// order; else samples. Means over folds or series resample these.
    pub over: Option<Over>,
    /// Resamples; 1,000 by default, and none for no intervals. A measure that has no fast way to
    /// be measured on resamples gets 200 at most.
    pub n_replicates: usize,
    /// The share of intervals that are to hold the true value; 0.95 by default.
    pub level: f64,
}

/// What is resampled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Samples, anomalies and normal ones apart: where each was recorded by itself, as traces
    /// and connections are. Never for points of a time series.
    Samples,
    /// Events, each with half of the normal stretch to its neighbours.
    Events,
    /// Samples with the same value of an attribute, such as `folder`; those with an anomaly and
    /// those without apart.
    Attribute(String),
}

impl Default for IntervalConfig {
    fn default() -> IntervalConfig {
        IntervalConfig { over: None, n_replicates: 1_000, level: 0.95 }
    }
}

impl Task {
    /// How the task's figures get intervals; nothing where they are to have none.
    pub(crate) fn interval_config(&self) -> Option<IntervalConfig> {
        let config = self.intervals.clone().unwrap_or_default();
        (0 < config.n_replicates).then_some(config)
    }

    /// What is resampled for a figure of a test part, of data that has series or not.
    pub(crate) fn resampled(&self, config: &IntervalConfig, has_series: bool) -> Over {
        let overlap = |windows: &WindowsParams| windows.stride < windows.size;
        let is_of_time = self.rows_by.is_some()
            || self.windows.as_ref().is_some_and(overlap)
            || (has_series && super::validate::parts_in_order(self));
        let default = if is_of_time { Over::Events } else { Over::Samples };
        config.over.clone().unwrap_or(default)
    }
}

/// Refuses what no interval can be made with.
pub(super) fn check(task: &Task) -> Result<(), String> {
    let Some(config) = task.interval_config() else { return Ok(()) };
    let IntervalConfig { n_replicates, level, .. } = config;
    let params = BootstrapParams { n_replicates, level, ..BootstrapParams::default() };
    Bootstrap::new(params).map(|_| ()).map_err(|error| error.to_string())
}
