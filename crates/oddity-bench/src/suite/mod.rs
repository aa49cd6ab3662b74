//! Suites: which pipelines run on which samples of which dataset, as plain TOML.
//!
//! A suite has tasks; a task says which samples take part, what the truth is, how they are
//! split, which features all its pipelines share, and which measures are taken. A pipeline
//! is named `task/pipeline` in results.

mod embedded;
mod intervals;
mod published;
mod size;
mod threshold;
mod validate;
mod validation;

use std::collections::BTreeMap;

use oddity_eval::cross_validation::{HoldOut, KFold};
use oddity_eval::measure::{AlarmMeasure, ScoreMeasure};
use oddity_features::{RowRule, StepConfig, WindowsParams};
use oddity_models::catalogue::{ClassifierConfig, DetectorConfig};
use serde::{Deserialize, Serialize};

pub use embedded::{embedded, embedded_names};
pub use intervals::{IntervalConfig, Over};
pub use published::{Figures, Published};
pub use size::Size;
pub use threshold::{HeldOut, HeldOutRows, ThresholdConfig};
pub use validation::{Validation, ValidationRows};

use crate::budget::Budget;
use crate::dataset::DatasetConfig;
use crate::error::{Error, Result};
use crate::search::SearchConfig;

/// A suite, as its TOML file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The name by which the suite is run.
    pub name: String,
    /// One line for lists and headings.
    pub title: String,
    /// What the suite shows, and what it does not.
    #[serde(default)]
    pub description: String,
    /// Where the samples of tasks come from that name no dataset themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<DatasetConfig>,
    /// What each cell may take, where its pipeline says nothing else. Not part of any key.
    #[serde(default, skip_serializing_if = "Budget::is_unlimited")]
    pub budget: Budget,
    /// Which of its sizes this is; no suite says so itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub size: Size,
    /// The experiments, in the order of the report.
    #[serde(rename = "task")]
    pub tasks: Vec<Task>,
}

/// One experiment: samples, truth, split, shared features, and the pipelines compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// First part of the pipelines' ids.
    pub id: String,
    /// What is done and why.
    #[serde(default)]
    pub description: String,
    /// Where the samples come from, if not from the dataset of the suite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<DatasetConfig>,
    /// Steps over all samples of the dataset, in their order, before any are chosen: for
    /// features of a packet that rest on the packets before it. They learn nothing from the
    /// samples.
    #[serde(default)]
    pub prepare: Vec<StepConfig>,
    /// The samples that take part, in the order of the filters; all where it is left out.
    #[serde(default)]
    pub samples: Vec<Filter>,
    /// What is to be told apart.
    #[serde(default)]
    pub truth: Truth,
    /// Which samples train and which test.
    pub split: SplitConfig,
    /// On which samples the shared features are fitted.
    #[serde(default)]
    pub scope: Scope,
    /// Steps that all pipelines of the task share.
    #[serde(default)]
    pub features: Vec<StepConfig>,
    /// Windows over the rows that the features give, inside each series; models and
    /// measures then see windows.
    #[serde(default)]
    pub windows: Option<WindowsParams>,
    /// Whether the split is one of windows, laid over all samples of the task in their order
    /// before it. Neighbouring windows of two parts then share rows, and the features are fitted
    /// on all samples; a published study may have done so. Pipelines may have steps of their own,
    /// fitted on the rows that the training windows cover.
    #[serde(default, skip_serializing_if = "is_default")]
    pub split_windows: bool,
    /// Which score of the windows that cover it a row gets; measures then see rows. Rows that no
    /// window covers are counted, and not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_by: Option<RowRule>,
    /// How scores become alarms. Measures of alarms are taken at each of its cutoffs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<ThresholdConfig>,
    /// Seeds of the split and of the models.
    #[serde(default = "one_seed")]
    pub seeds: Vec<u64>,
    /// Ids of the measures: of classes for classifiers; for detectors of scores, and of alarms
    /// where there is a threshold.
    pub measures: Vec<String>,
    /// How figures get confidence intervals; 1,000 resamples where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<IntervalConfig>,
    /// Whether the training samples are measured too (`split` = `train`).
    #[serde(default)]
    pub measure_train: bool,
    /// What is other at the study's own size (`--full`), laid over the rest of the task: data,
    /// windows, seeds, anything. The task itself should end within a quarter of an hour a seed
    /// on two cores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<toml::Table>,
    /// The pipelines compared.
    #[serde(rename = "pipeline")]
    pub pipelines: Vec<Pipeline>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn one_seed() -> Vec<u64> {
    vec![0]
}

/// Steps and a model, with the figures that others reported for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Last part of the pipeline's id.
    pub id: String,
    /// Steps of this pipeline alone, after the shared ones; fitted on the training part.
    #[serde(default)]
    pub steps: Vec<StepConfig>,
    /// The classifier, unless this is a detector's pipeline.
    #[serde(default)]
    pub classifier: Option<ClassifierConfig>,
    /// The detector, unless this is a classifier's pipeline.
    #[serde(default)]
    pub detector: Option<DetectorConfig>,
    /// A search over the classifier's parameters, inside the training part.
    #[serde(default)]
    pub search: Option<SearchConfig>,
    /// Seeds of this pipeline, instead of the task's.
    #[serde(default)]
    pub seeds: Option<Vec<u64>>,
    /// What each of its cells may take.
    #[serde(default, skip_serializing_if = "Budget::is_unlimited")]
    pub budget: Budget,
    /// Figures of the published study, by measure.
    #[serde(default)]
    pub published: Published,
    /// Figures of a run of the reference implementation, by measure.
    #[serde(default)]
    pub reference: Published,
    /// What a reader must know about this pipeline.
    #[serde(default)]
    pub note: Option<String>,
    /// What is other at the study's own size, laid over the rest of the pipeline, such as
    /// `{ detector = { training = { epochs = 50 } } }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<toml::Table>,
}

/// Samples whose attributes have these values; attributes left out may have any.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The subset (`training`, `validation`, `attack`).
    #[serde(default)]
    pub subset: Option<String>,
    /// The class.
    #[serde(default)]
    pub class: Option<String>,
    /// First and last number of the folder.
    #[serde(default)]
    pub folders: Option<[u32; 2]>,
    /// Values of other attributes, by name.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// What is to be told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Normal samples (0) and all others (1).
    #[default]
    Binary,
    /// The dataset's classes.
    Classes,
}

/// On which samples the features that all pipelines share are fitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// On the training part of each split.
    #[default]
    TrainingPart,
    /// On all samples of the task, with their classes, before any split. A published study
    /// may have done so; its figures then rest on the test samples too.
    AllSamples,
}

/// Which samples train and which test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SplitConfig {
    /// Each fold is the test part once.
    KFold(KFold),
    /// One share of the samples is the test part.
    HoldOut(HoldOut),
    /// Both parts are given by filters; `samples` of the task is not used.
    Given {
        /// The samples to fit on.
        train: Vec<Filter>,
        /// The samples to measure on.
        test: Vec<Filter>,
    },
    /// As `given`, for each series by itself: a split a series.
    Series {
        /// The samples to fit on.
        train: Vec<Filter>,
        /// The samples to measure on.
        test: Vec<Filter>,
    },
    /// Each fold is the test part once, and samples of one group are in one fold: groups by
    /// size, the largest first, each to the fold with the fewest samples so far.
    GroupKFold {
        /// Number of folds.
        n_folds: usize,
        /// The attribute that names the groups.
        group: String,
    },
    /// One share of the normal samples is held out, and tested with all anomalies; the rest
    /// of the normal ones trains.
    OneClass(HoldOut),
}

impl Suite {
    /// The dataset of a task.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] if neither the task nor the suite names one.
    pub fn dataset_of<'a>(&'a self, task: &'a Task) -> Result<&'a DatasetConfig> {
        let named = task.dataset.as_ref().or(self.dataset.as_ref());
        named.ok_or_else(|| Error::NoDataset { suite: self.name.clone(), id: task.id.clone() })
    }

    /// Reads a suite and checks what its parts say of each other.
    ///
    /// # Errors
    ///
    /// [`Error::SuiteSyntax`] for text that is no suite, [`Error::Suite`] for one that
    /// contradicts itself.
    pub fn parse(text: &str, origin: &str) -> Result<Suite> {
        let suite: Suite = toml::from_str(text).map_err(|error| Error::SuiteSyntax {
            origin: origin.to_owned(),
            message: error.to_string(),
        })?;
        validate::validate(&suite)?;
        if suite.has_full() {
            suite.at_full()?;
        }
        Ok(suite)
    }
}

impl Suite {
    /// The suite with just the pipelines whose id passes, and the tasks that have one left:
    /// data that no pipeline reads is not loaded.
    pub fn only(&self, only: impl Fn(&str) -> bool) -> Suite {
        let mut suite = self.clone();
        for (task, all) in suite.tasks.iter_mut().zip(&self.tasks) {
            task.pipelines.retain(|pipeline| only(&all.pipeline_id(pipeline)));
        }
        suite.tasks.retain(|task| !task.pipelines.is_empty());
        suite
    }

    /// Whether it limits what a cell may take.
    pub fn has_budget(&self) -> bool {
        let mut pipelines = self.tasks.iter().flat_map(|task| &task.pipelines);
        !self.budget.is_unlimited() || pipelines.any(|pipeline| !pipeline.budget.is_unlimited())
    }

    /// The suite without published and reference figures in the tasks named: they were not
    /// measured on the data that stands in there.
    pub fn without_figures(&self, stands_in: impl Fn(usize) -> bool) -> Suite {
        let mut suite = self.clone();
        for (_, task) in suite.tasks.iter_mut().enumerate().filter(|(task, _)| stands_in(*task)) {
            for pipeline in &mut task.pipelines {
                pipeline.published = Published::default();
                pipeline.reference = Published::default();
            }
        }
        suite
    }
}

impl Task {
    /// Whether the task has several splits that are averaged over: folds, or series.
    pub fn has_folds(&self) -> bool {
        matches!(
            self.split,
            SplitConfig::KFold(_) | SplitConfig::GroupKFold { .. } | SplitConfig::Series { .. }
        )
    }

    /// Whether a measure is one of alarms, taken at the cutoffs of the task's threshold.
    pub fn is_of_alarms(&self, measure: &str) -> bool {
        self.threshold.is_some()
            && <ScoreMeasure>::parse(measure).is_err()
            && <AlarmMeasure>::parse(measure).is_ok()
    }

    /// Which normal samples are held out of the training part, if any are.
    pub(crate) fn held_out(&self) -> Option<HeldOut> {
        self.threshold.as_ref()?.held_out()
    }

    /// The names of the threshold's rules, and what results say of each: the rule and what it is
    /// fitted on.
    pub fn rules(&self) -> Vec<(String, String)> {
        let Some(threshold) = &self.threshold else { return Vec::new() };
        let rules = threshold.rules().unwrap_or_default().into_iter();
        rules.map(|rule| (rule.to_string(), threshold.provenance(&rule))).collect()
    }

    /// The full id of one of the task's pipelines.
    pub fn pipeline_id(&self, pipeline: &Pipeline) -> String {
        format!("{}/{}", self.id, pipeline.id)
    }

    /// The seeds that a pipeline runs with.
    pub fn seeds_of<'a>(&'a self, pipeline: &'a Pipeline) -> &'a [u64] {
        pipeline.seeds.as_deref().unwrap_or(&self.seeds)
    }
}
