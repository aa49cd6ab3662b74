//! Comparing detectors: intervals, differences on one dataset, and tests over many datasets.
//!
//! On one dataset, a measure varies with the events, traces, days or series that happened to be
//! recorded. [`Groups`] says which samples belong together, [`Bootstrap`] resamples groups for an
//! [`Interval`], [`SharedResamples`] does so for many figures at once, and [`PairedBootstrap`] for
//! the difference of two detectors. Over many datasets, [`CriticalDifference`] ranks detectors and
//! says which are told apart, by [`friedman()`], [`wilcoxon()`] and [`holm()`].

mod bootstrap;
mod count_statistic;
mod critical_difference;
mod draw;
mod drawn;
mod event_zones;
mod friedman;
mod grouped_matrix;
mod groups;
mod holm;
mod interval;
mod normal;
mod outcomes;
mod paired;
mod rank;
mod ranked;
mod ranking_statistic;
mod repetitions;
mod result_table;
mod shared_figures;
mod shared_resamples;
mod statistic;
mod tail;
mod wilcoxon;

pub use bootstrap::{Bootstrap, BootstrapParams, Estimate, Replicates};
pub use count_statistic::{CountFunction, CountStatistic};
pub use critical_difference::{
    CriticalDifference, CriticalDifferenceParams, NotDistinguished, PairedBy,
};
pub use draw::Draw;
pub use event_zones::QuietSeries;
pub use friedman::{Friedman, ImanDavenport, friedman};
pub use groups::{Groups, TimeUnit};
pub use holm::holm;
pub use interval::{Interval, IntervalMethod, bca_interval, percentile_interval};
pub use outcomes::Outcomes;
pub use paired::{PairedBootstrap, PairedDifference, PairedParams};
pub use ranking_statistic::{RankingMeasure, RankingStatistic};
pub use result_table::{ClusterBy, LeftOut, ResultRow, ResultTable};
pub use shared_resamples::SharedResamples;
pub use statistic::{
    MeasureStatistic, Resample, Statistic, statistic_of_alarms, statistic_of_scores,
};
pub use wilcoxon::{Alternative, Wilcoxon, WilcoxonMethod, WilcoxonParams, Zeros, wilcoxon};
