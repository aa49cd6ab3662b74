//! The samples of a group after the shared features: training, held-out, validation and test part.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oddity_core::{
    Classes, FittedSteps, FittedTransformer, Frame, Labels, Samples, SamplesOwned, Scores, Seed,
    Step,
};
use oddity_features::{StepConfig, WindowLayout, row_scores};

use super::held_out::{Cut, cut};
use super::validation::{TestCut, drawn, first};
use super::{build, text};
use crate::plan::Group;
use crate::suite::{HeldOut, Scope, Validation, ValidationRows};

/// The parts of a group.
pub(super) struct Parts {
    pub(super) train: Part,
    /// Normal samples of the training part that nothing learns from.
    pub(super) held_out: Option<Part>,
    pub(super) test: Tested,
    pub(super) train_classes: Classes,
}

/// The test part.
pub(super) struct Tested {
    /// Labelled samples that rules choose their cutoff on.
    pub(super) validation: Option<Part>,
    /// The others.
    pub(super) measured: Part,
}

/// The samples of one part after the features, with what results say of each.
pub(super) struct Part {
    samples: Arc<SamplesOwned>,
    /// Those of the windows that are in the part; nothing for all.
    windows: Option<Vec<usize>>,
    /// Positions and class codes of the rows below windows, if measures see rows.
    rows: Option<(Vec<u32>, Vec<u32>)>,
    /// Position of each sample in the dataset: of a window that of its last row.
    pub(super) positions: Vec<u32>,
    /// Class code of each sample.
    pub(super) truth: Vec<u32>,
}

/// Scores with what they are of.
pub(super) struct Measured {
    pub(super) positions: Vec<u32>,
    pub(super) truth: Vec<u32>,
    pub(super) scores: Vec<f64>,
    /// Rows that no window of the part covers.
    pub(super) n_uncovered: Option<usize>,
}

impl Part {
    /// The samples.
    pub(super) fn samples(&self) -> Samples<'_> {
        match (self.samples.view(), &self.windows) {
            (Samples::Windows(all), Some(windows)) => Samples::Windows(all.subset(windows)),
            (all, _) => all,
        }
    }

    /// The scores of the samples, or of the rows below them where the task measures rows.
    pub(super) fn measured(&self, group: &Group<'_>, scores: Scores) -> Result<Measured, String> {
        let (Some(rule), Some((positions, truth)), Samples::Windows(windows)) =
            (group.task.rows_by, &self.rows, self.samples())
        else {
            let (positions, truth) = (self.positions.clone(), self.truth.clone());
            return Ok(Measured {
                positions,
                truth,
                scores: scores.into_values(),
                n_uncovered: None,
            });
        };
        let of_rows = row_scores(&windows, &scores, rule).map_err(text)?;
        let pick = |values: &[u32]| of_rows.rows.iter().map(|&row| values[row]).collect();
        Ok(Measured {
            positions: pick(positions),
            truth: pick(truth),
            scores: of_rows.scores.into_values(),
            n_uncovered: Some(of_rows.unscored.len()),
        })
    }
}

/// Features fitted on all samples of a task, kept for its other splits.
#[derive(Default)]
pub struct SharedFeatures(Mutex<Vec<(String, Arc<SamplesOwned>)>>);

impl SharedFeatures {
    fn get(
        &self,
        task: &str,
        make: impl FnOnce() -> Result<SamplesOwned, String>,
    ) -> Result<Arc<SamplesOwned>, String> {
        let known = |made: &[(String, Arc<SamplesOwned>)]| {
            made.iter().find(|(id, _)| id == task).map(|(_, samples)| Arc::clone(samples))
        };
        if let Some(samples) = known(&self.lock()) {
            return Ok(samples);
        }
        // Not under the lock: making them waits for rayon, which may meanwhile have this very
        // thread begin another split of the task.
        let samples = Arc::new(make()?);
        let mut made = self.lock();
        if let Some(first) = known(&made) {
            return Ok(first);
        }
        made.push((task.to_owned(), Arc::clone(&samples)));
        Ok(samples)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, Arc<SamplesOwned>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the parts of a group.
pub(super) fn parts(group: &Group<'_>, shared: &SharedFeatures) -> Result<Parts, String> {
    let task = group.task;
    let steps = build(&task.features)?;
    let dataset = &group.dataset.samples;
    let prepared = if task.prepare.is_empty() {
        None
    } else {
        let key = format!("{}: prepared", task.id);
        Some(shared.get(&key, || transform_all(&task.prepare, dataset))?)
    };
    let samples = prepared.as_deref().unwrap_or(dataset).view();
    let (train, test) = (group.split.train(), group.split.test());
    if task.scope == Scope::AllSamples {
        let all = shared.get(&task.id, || {
            let members = samples.select(&group.members);
            let (_, output) =
                FittedSteps::fit(&steps, &members.view(), &group.dataset_classes).map_err(text)?;
            Ok(output.unwrap_or(members))
        })?;
        if task.split_windows {
            let members: Vec<usize> = (0..group.members.len()).collect();
            let whole = part(group, &members, all.view().select(&members))?;
            let (train, measured) = (whole.windows(train.to_vec()), whole.windows(test.to_vec()));
            return of_parts(group, train, None, Tested { validation: None, measured });
        }
        let train_part = part(group, train, all.view().select(train))?;
        let test = tested(group, |rows| Ok(all.view().select(rows)))?;
        return of_parts(group, train_part, None, test);
    }
    let select = |part: &[usize]| {
        samples.select(&part.iter().map(|&at| group.members[at]).collect::<Vec<_>>())
    };
    let fit = |part: &[usize]| {
        let (samples, classes) = (select(part), group.dataset_classes.select(part));
        let (steps, output) = FittedSteps::fit(&steps, &samples.view(), &classes).map_err(text)?;
        Ok::<_, String>((steps, output.unwrap_or(samples)))
    };
    let transform = |fitted: &FittedSteps, samples: SamplesOwned| {
        // Without a step the samples themselves pass, and not a copy of them.
        if steps.is_empty() { Ok(samples) } else { fitted.transform(&samples.view()).map_err(text) }
    };
    let Some(held_out) = task.held_out() else {
        let (fitted, samples) = fit(train)?;
        let train = part(group, train, samples)?;
        let test = tested(group, |rows| transform(&fitted, select(rows)))?;
        return of_parts(group, train, None, test);
    };
    let cut = cut_training(group, &held_out)?;
    let at = |chosen: &[usize]| chosen.iter().map(|&at| train[at]).collect::<Vec<_>>();
    let (fitted, samples) = fit(&at(&cut.rows))?;
    let (trained, held_out) = if task.windows.is_some() {
        let all = part(group, train, transform(&fitted, select(train))?)?;
        (all.windows(cut.train), all.windows(cut.held_out))
    } else {
        let (trained, held_out) = (at(&cut.train), at(&cut.held_out));
        let held_samples = transform(&fitted, select(&held_out))?;
        (part(group, &trained, samples)?, part(group, &held_out, held_samples)?)
    };
    let test = tested(group, |rows| transform(&fitted, select(rows)))?;
    of_parts(group, trained, Some(held_out), test)
}

/// All samples of a dataset after steps that see no class.
fn transform_all(steps: &[StepConfig], samples: &SamplesOwned) -> Result<SamplesOwned, String> {
    let mut current: Option<SamplesOwned> = None;
    for step in build(steps)? {
        let Step::Plain(step) = step else { return Err("a step that sees labels".to_owned()) };
        let input = current.as_ref().unwrap_or(samples).view();
        let fitted = step.fit(&input).map_err(text)?;
        current = Some(fitted.transform(&input).map_err(text)?);
    }
    current.ok_or_else(|| "no step".to_owned())
}

/// The test part of rows that `transform` brings through the features. A validation part of rows
/// goes through them and is windowed by itself, and any is scored by itself: no row is on both
/// sides.
fn tested(
    group: &Group<'_>,
    transform: impl Fn(&[usize]) -> Result<SamplesOwned, String>,
) -> Result<Tested, String> {
    let test = group.split.test();
    let of = |rows: &[usize]| part(group, rows, transform(rows)?);
    let Some(config) = group.task.validation() else {
        return Ok(Tested { validation: None, measured: of(test)? });
    };
    if group.task.windows.is_some() && config.rows == ValidationRows::Random {
        // Windows that do not overlap: each is a sample of its own.
        let whole = of(test)?;
        let is_anomaly: Vec<bool> = whole.truth.iter().map(|&code| code != 0).collect();
        let TestCut { validation, measured } = drawn(config, &is_anomaly, None)?;
        let validation = Some(whole.windows(validation));
        return Ok(Tested { validation, measured: whole.windows(measured) });
    }
    let TestCut { validation, measured } = cut_test(group, config)?;
    let at = |chosen: &[usize]| chosen.iter().map(|&at| test[at]).collect::<Vec<_>>();
    let (validation, measured) = (of(&at(&validation))?, of(&at(&measured))?);
    for (what, part) in [("validation part", &validation), ("rest of the test part", &measured)] {
        if part.positions.is_empty() {
            return Err(format!("no window fits into the {what}"));
        }
    }
    Ok(Tested { validation: Some(validation), measured })
}

/// Which rows of the test part are its validation part, and which are measured.
fn cut_test(group: &Group<'_>, config: &Validation) -> Result<TestCut, String> {
    let test = group.split.test();
    let is_anomaly: Vec<bool> = test.iter().map(|&at| group.classes.codes()[at] != 0).collect();
    match &config.rows {
        ValidationRows::First => first(config, &is_anomaly, &edges(group, test)),
        ValidationRows::Random => drawn(config, &is_anomaly, None),
        ValidationRows::Group(name) => {
            let attribute = group.dataset.attribute(name).map_err(text)?;
            let samples = test.iter().map(|&at| group.members[at]);
            // A sample without a value stands by itself.
            let mut own = attribute.names.len() as u32..;
            let group_of = samples.map(|sample| match attribute.get(sample) {
                "" => own.next().unwrap_or(u32::MAX),
                _ => attribute.codes[sample],
            });
            drawn(config, &is_anomaly, Some(&group_of.collect::<Vec<_>>()))
        }
    }
}

fn of_parts(
    group: &Group<'_>,
    train: Part,
    held_out: Option<Part>,
    test: Tested,
) -> Result<Parts, String> {
    let names = group.classes.names();
    let train_classes = Classes::new(train.truth.clone(), names).map_err(text)?;
    Ok(Parts { train, held_out, test, train_classes })
}

/// Which samples of the training part are held out: known before any feature is.
fn cut_training(group: &Group<'_>, config: &HeldOut) -> Result<Cut, String> {
    let train = group.split.train();
    let is_anomaly: Vec<bool> = train.iter().map(|&at| group.classes.codes()[at] != 0).collect();
    // Splits draw from part 0 of the seed, models from part 1.
    let seed = Seed(group.seed).derive(2);
    let Some(params) = &group.task.windows else {
        let starts: Vec<usize> = (0..train.len()).collect();
        return cut(config, &is_anomaly, &starts, 1, seed).map_err(text);
    };
    let layout = WindowLayout::new(params.clone()).map_err(text)?;
    let rows = Frame::new(vec![0.0; train.len()], ["row"]).map_err(text)?;
    let windows = layout.lay(rows, edges(group, train)).map_err(text)?;
    let windows = windows.view();
    let starts: Vec<usize> = (0..windows.len()).map(|window| windows.start(window)).collect();
    cut(config, &is_anomaly, &starts, params.size, seed).map_err(text)
}

fn edges(group: &Group<'_>, members: &[usize]) -> Vec<usize> {
    group.dataset.edges(&members.iter().map(|&at| group.members[at]).collect::<Vec<_>>())
}

fn positions(group: &Group<'_>, members: &[usize]) -> Vec<u32> {
    members.iter().map(|&at| group.members[at] as u32).collect()
}

/// Rows or windows of a part, with their truth.
fn part(group: &Group<'_>, members: &[usize], samples: SamplesOwned) -> Result<Part, String> {
    let positions = positions(group, members);
    let truth: Vec<u32> = members.iter().map(|&at| group.classes.codes()[at]).collect();
    let Some(params) = &group.task.windows else {
        return Ok(Part { samples: samples.into(), windows: None, rows: None, positions, truth });
    };
    let layout = WindowLayout::new(params.clone()).map_err(text)?;
    let edges = edges(group, members);
    let owned = layout.lay(samples.into_dense().map_err(text)?, edges).map_err(text)?;
    let windows = owned.view();
    let labels: Labels = truth.iter().map(|&code| code != 0).collect();
    let labels = layout.labels(&windows, &labels).map_err(text)?;
    let last = (0..windows.len()).map(|window| positions[windows.start(window) + params.size - 1]);
    Ok(Part {
        positions: last.collect(),
        truth: labels.values().iter().map(|&anomalous| u32::from(anomalous)).collect(),
        windows: None,
        rows: group.task.rows_by.map(|_| (positions, truth)),
        samples: SamplesOwned::Windows(owned).into(),
    })
}

impl Part {
    /// Some windows of the part, over the same table.
    fn windows(&self, windows: Vec<usize>) -> Part {
        let pick = |values: &[u32]| windows.iter().map(|&window| values[window]).collect();
        Part {
            samples: Arc::clone(&self.samples),
            rows: self.rows.clone(),
            positions: pick(&self.positions),
            truth: pick(&self.truth),
            windows: Some(windows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_not_made_under_the_lock() {
        let shared = SharedFeatures::default();
        let frame = |value: f64| Frame::new(vec![value], ["column"]).map(SamplesOwned::Rows);
        let made = shared.get("task", || {
            assert!(shared.0.try_lock().is_ok());
            // Another split of the task, begun while this one waits, is done first.
            shared.get("task", || frame(1.0).map_err(text))?;
            frame(2.0).map_err(text)
        });
        let made = made.unwrap();
        let SamplesOwned::Rows(made) = &*made else { panic!("rows") };
        assert_eq!(made.values(), [1.0], "all splits have the same ones");
    }
}
