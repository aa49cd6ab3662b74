//! What the parts of a suite must say of each other.

use std::collections::HashSet;

use oddity_core::{Causality, Step};
use oddity_eval::cross_validation::Shuffle;
use oddity_eval::measure::{AlarmMeasure, ClassMeasure, ScoreMeasure};
use oddity_eval::threshold::RuleInput;
use oddity_features::{StepConfig, WindowLayout};
use oddity_models::catalogue::DetectorConfig;

use super::{HeldOutRows, Pipeline, Scope, SplitConfig, Suite, Task, Truth, Validation};
use crate::error::{Error, Result};

/// Refuses a suite that contradicts itself, before anything is computed.
pub(super) fn validate(suite: &Suite) -> Result<()> {
    let mut ids = HashSet::new();
    let id = "budget".to_owned();
    let refuse = |reason| Error::Suite { suite: suite.name.clone(), id, reason };
    suite.budget.check().map_err(refuse)?;
    for task in &suite.tasks {
        suite.dataset_of(task)?;
        let refuse =
            |reason| Error::Suite { suite: suite.name.clone(), id: task.id.clone(), reason };
        check_task(task).map_err(refuse)?;
        for pipeline in &task.pipelines {
            let id = task.pipeline_id(pipeline);
            let refuse =
                |reason| Error::Suite { suite: suite.name.clone(), id: id.clone(), reason };
            check_pipeline(task, pipeline).map_err(refuse)?;
            if !ids.insert(id.clone()) {
                return Err(refuse("the id occurs twice".to_owned()));
            }
        }
    }
    Ok(())
}

fn check_task(task: &Task) -> Result<(), String> {
    for step in &task.prepare {
        match step.build().map_err(|error| error.to_string())? {
            Step::Plain(_) => {}
            Step::Supervised(_) => {
                return Err("a step over all samples may not see labels".to_owned());
            }
        }
        let learns = match step {
            StepConfig::Flow(_)
            | StepConfig::DampedStats(_)
            | StepConfig::RunningStats(_)
            | StepConfig::Dense(_) => false,
            StepConfig::PacketInfo(params) => params.n_kinds != 0 || params.n_tags != 0,
            _ => true,
        };
        if learns {
            return Err("a step over all samples may learn nothing from them".to_owned());
        }
    }
    let kept = match task.scope {
        Scope::TrainingPart => parts_in_order(task),
        Scope::AllSamples => members_in_order(task),
    };
    check_order(&task.features, kept)?;
    if matches!(task.split, SplitConfig::GroupKFold { n_folds: 0 | 1, .. }) {
        return Err("a cross-validation takes two folds or more".to_owned());
    }
    check_threshold(task)?;
    super::intervals::check(task)?;
    let Some(windows) = &task.windows else {
        return match task.rows_by {
            Some(_) => Err("`rows_by` brings scores of windows to rows: no windows".to_owned()),
            None if task.split_windows => Err("`split_windows` without windows".to_owned()),
            None => Ok(()),
        };
    };
    WindowLayout::new(windows.clone()).map_err(|error| error.to_string())?;
    if task.truth != Truth::Binary {
        return Err("windows have two classes: some row is an anomaly, or none".to_owned());
    }
    if task.split_windows {
        return check_split_of_windows(task);
    }
    if !keeps_neighbours(task) {
        return Err("windows lie over rows that follow each other, and the task shuffles rows or \
                    leaves some out: `split_windows = true` lays them before the split"
            .to_owned());
    }
    match task.pipelines.iter().find(|pipeline| !pipeline.steps.is_empty()) {
        Some(_) => Err("a pipeline over windows takes its steps as the task's features".to_owned()),
        None => Ok(()),
    }
}

/// Refuses a split of windows whose rows cannot all be seen before it.
fn check_split_of_windows(task: &Task) -> Result<(), String> {
    let by_window = matches!(
        task.split,
        SplitConfig::KFold(_) | SplitConfig::HoldOut(_) | SplitConfig::OneClass(_)
    );
    if !by_window {
        return Err("windows are split by folds, a share, or as one class".to_owned());
    }
    if task.scope != Scope::AllSamples || task.rows_by.is_some() {
        return Err("a split of windows leaves rows in several parts: `scope = \"all_samples\"`, \
                    and no `rows_by`"
            .to_owned());
    }
    Ok(())
}

/// Refuses a threshold whose held-out samples would not be held out.
fn check_threshold(task: &Task) -> Result<(), String> {
    let Some(threshold) = &task.threshold else { return Ok(()) };
    let rules = threshold.rules().map_err(|error| error.to_string())?;
    let share = threshold.held_out.share;
    if rules.is_empty() {
        return Err("a threshold without a rule".to_owned());
    }
    if !(0.0 < share && share < 1.0) {
        return Err(format!("found share {share} held out, wanted above 0 and below 1"));
    }
    if task.scope == Scope::AllSamples {
        return Err("features of all samples have seen those held out for a threshold".to_owned());
    }
    if task.truth != Truth::Binary || task.pipelines.iter().any(|p| p.classifier.is_some()) {
        return Err(
            "a threshold is fitted on scores of detectors, which tell normal samples from \
                    all others"
                .to_owned(),
        );
    }
    let labelled = rules.iter().find(|rule| rule.reads() == RuleInput::LabelledScores);
    match (labelled, &threshold.validation) {
        (Some(rule), None) => {
            return Err(format!(
                "{rule} is fitted on labelled scores: `validation = {{ share = 0.3, rows = \
                 \"first\" }}` of the threshold cuts a validation part from the test part \
                 (`rows = \"random\"`, `rows = {{ group = \"series\" }}`)"
            ));
        }
        (None, Some(_)) => {
            return Err("a validation part, and no rule that reads labels".to_owned());
        }
        (Some(_), Some(validation)) => super::validation::check(task, validation)?,
        (None, None) => {}
    }
    if threshold.held_out().is_some_and(|held_out| held_out.rows == HeldOutRows::Random) {
        if task.windows.as_ref().is_some_and(|windows| windows.stride < windows.size) {
            return Err(
                "windows that overlap are held out in one piece: `rows = \"last\"`".to_owned()
            );
        }
        return check_order(&task.features, false);
    }
    Ok(())
}

/// Refuses a step that reads the rows before each where those are not the dataset's.
fn check_order(steps: &[StepConfig], kept: bool) -> Result<(), String> {
    match steps.iter().find(|step| step.causality() != Causality::Pointwise) {
        Some(step) if !kept => Err(format!(
            "{:?} reads the rows before each, and the task shuffles rows or leaves some out: put \
             it into `prepare`, which runs over the whole dataset in its order",
            step.kind()
        )),
        _ => Ok(()),
    }
}

/// Refuses a detector that reads the rows before each where those are not the dataset's.
fn check_detector(task: &Task, detector: &DetectorConfig) -> Result<(), String> {
    let drawn = task.held_out().is_some_and(|held_out| held_out.rows == HeldOutRows::Random);
    if (parts_in_order(task) && !drawn) || !reads_rows_before(detector) {
        return Ok(());
    }
    Err(format!(
        "{} reads the rows before each, and the task shuffles rows or leaves some out",
        detector.kind()
    ))
}

/// Whether a detector's score of a row rests on other rows of the call. What reads windows has its
/// rows in them, and of a detector of the program's own only the fitted one knows.
fn reads_rows_before(detector: &DetectorConfig) -> bool {
    match detector {
        DetectorConfig::Ensemble(params) => params.members.iter().any(reads_rows_before),
        DetectorConfig::Online(params) => params.adapts,
        DetectorConfig::OnlineLstmAutoencoder(_)
        | DetectorConfig::HalfSpaceTrees(_)
        | DetectorConfig::RobustRandomCutForest(_)
        | DetectorConfig::RunningZScore(_)
        | DetectorConfig::Kitsune(_)
        | DetectorConfig::SpectralResidual(_)
        | DetectorConfig::LocalRegression(_) => true,
        _ => false,
    }
}

/// Whether rows that follow each other in a part of the split did so in the dataset, series by
/// series.
fn keeps_neighbours(task: &Task) -> bool {
    let whole_series =
        matches!(&task.split, SplitConfig::GroupKFold { group, .. } if group == "series");
    split_in_order(task) || (whole_series && members_in_order(task))
}

/// Whether the samples of a task stand in the order of the dataset: several filters are taken
/// one after the other.
fn members_in_order(task: &Task) -> bool {
    match &task.split {
        SplitConfig::Given { train, test } | SplitConfig::Series { train, test } => {
            train.len() <= 1 && test.len() <= 1
        }
        _ => task.samples.len() <= 1,
    }
}

/// Whether each part of the split does, and so does what a validation part of single samples
/// leaves of it.
pub(super) fn parts_in_order(task: &Task) -> bool {
    split_in_order(task) && task.validation().is_none_or(Validation::keeps_order)
}

/// Whether each part of the split does: folds and one class leave rows out between others.
fn split_in_order(task: &Task) -> bool {
    let kept = match &task.split {
        SplitConfig::Given { .. } | SplitConfig::Series { .. } => true,
        SplitConfig::HoldOut(hold_out) => hold_out.shuffle == Shuffle::None,
        SplitConfig::KFold(_) | SplitConfig::GroupKFold { .. } | SplitConfig::OneClass(_) => false,
    };
    kept && members_in_order(task)
}

fn check_pipeline(task: &Task, pipeline: &Pipeline) -> Result<(), String> {
    pipeline.budget.check()?;
    check_order(&pipeline.steps, parts_in_order(task))?;
    let build = |error: oddity_core::Error| error.to_string();
    let steps = task.features.iter().chain(&pipeline.steps);
    let steps = steps.map(|step| step.build().map_err(build)).collect::<Result<Vec<_>, _>>()?;
    match (&pipeline.classifier, &pipeline.detector) {
        (Some(classifier), None) => {
            classifier.build().map_err(build)?;
            for measure in &task.measures {
                <ClassMeasure>::parse(measure).map_err(|error| error.to_string())?;
            }
            if let Some(search) = &pipeline.search {
                search.check(classifier)?;
            }
        }
        (None, Some(detector)) => {
            detector.build().map_err(build)?;
            check_detector(task, detector)?;
            for measure in &task.measures {
                match <ScoreMeasure>::parse(measure) {
                    Err(_) if task.is_of_alarms(measure) => {}
                    Err(_) if <AlarmMeasure>::parse(measure).is_ok() => {
                        return Err(format!(
                            "{measure} is of alarms, and the task has no threshold"
                        ));
                    }
                    parsed => parsed.map(|_| ()).map_err(|error| error.to_string())?,
                }
            }
            if steps.iter().any(|step| matches!(step, Step::Supervised(_))) {
                return Err("a detector's pipeline takes no step that sees labels".to_owned());
            }
            if pipeline.search.is_some() {
                return Err("a search needs a classifier".to_owned());
            }
        }
        _ => return Err("wanted either a classifier or a detector".to_owned()),
    }
    let seeds = task.seeds_of(pipeline);
    if seeds.is_empty() {
        return Err("no seed".to_owned());
    }
    if let Some(at) = (1..seeds.len()).find(|&at| seeds[..at].contains(&seeds[at])) {
        return Err(format!("seed {} occurs twice", seeds[at]));
    }
    Ok(())
}
