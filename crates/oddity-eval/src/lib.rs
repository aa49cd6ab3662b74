//! Measures, cross-validation and search: from scores and labels to numbers that say what
//! they are.
//!
//! The crate is usable alone: scores and labels of any tool go in, and no file, clock,
//! column format or model of this workspace is needed.
//!
//! # Example
//!
//! ```
//! use oddity_core::{Labels, Scores};
//! use oddity_eval::measure::{Measure, RocAuc, ScoreMeasure};
//!
//! let labels = Labels::new(vec![false, false, true, true]);
//! let scores = Scores::new(vec![0.1, 0.4, 0.35, 0.8])?;
//! assert_eq!(RocAuc.evaluate(&(&labels).into(), &scores)?, 0.75);
//! let chosen_by_id = ScoreMeasure::parse("f1_oracle")?;
//! assert_eq!(chosen_by_id.evaluate(&(&labels).into(), &scores)?, 0.8);
//! # Ok::<(), oddity_eval::Error>(())
//! ```
//!
//! # Overview
//!
//! - [`measure`]: the trait [`Measure`](measure::Measure), and all measures: of scores
//!   (`roc_auc`, `average_precision`, `f1_oracle`, `precision_at_k`, `tpr_at_fpr`, `rms_gap`), of alarms and of predicted classes
//!   (`accuracy`, `precision`, `recall`, `f1`, `specificity`, `false_positive_rate` and their
//!   averages), of alarms on events (eTaPR in three versions, affiliation, range-based,
//!   point-adjusted and NAB's score, events found, delay, false alarms a day), the volume under the
//!   surface (`vus_pr-opt` and its other versions), G-mean, Matthews correlation, calibration; the
//!   confusion matrix, the ROC and precision-recall curves, the F1 sweep and the classification
//!   report. [`measure::catalogue`] lists them with formula, cost and source,
//!   and parses ids such as `precision(average=weighted)`.
//! - [`cross_validation`]: [`KFold`](cross_validation::KFold) and
//!   [`HoldOut`](cross_validation::HoldOut), stratified or not, shuffled by a seed or exactly
//!   as numpy and scikit-learn shuffle, and
//!   [`cross_validate`](cross_validation::cross_validate), which fits a whole pipeline inside
//!   each training part.
//! - [`search`]: [`ParameterGrid`](search::ParameterGrid) for grid and random search,
//!   [`Search`](search::Search) over any candidates, and
//!   [`SearchClassifier`](search::SearchClassifier), which searches inside outer folds.
//! - [`compare`]: confidence intervals and paired differences by resampling events, traces, days
//!   or series; Friedman, Wilcoxon with Holm, and groups of detectors that data does not tell apart.
//! - [`threshold`]: rules fitted on scores that are not measured, from
//!   [`Quantile`](threshold::Quantile) to peaks over threshold, each by its id as a
//!   [`Rule`](threshold::Rule); [`oracle`]: where a threshold comes from.
//!
//! # Undefined is a result
//!
//! A measure that divides by 0 on the samples at hand (no anomaly, one class, no alarm) has
//! no value: it returns [`MeasureError::Undefined`](measure::MeasureError::Undefined) with
//! the reason, never 0, 0.5 or NaN. Where scikit-learn's `zero_division=0` is wanted, the id
//! says so.
//!
//! # What it does not do
//!
//! It reads no files and no clock: timing is the caller's, through
//! [`CrossValidation::observer`](cross_validation::CrossValidation).

pub mod compare;
pub mod cross_validation;
pub mod measure;
pub mod oracle;
pub mod search;
pub mod threshold;

mod error;

pub use error::{Error, Result};
