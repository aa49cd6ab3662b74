//! From a suite and its data to the list of cells, in the order of the results.

use std::sync::Arc;

use oddity_core::{Classes, Frame, Labels, Seed, Split};
use oddity_eval::cross_validation::Splitter;
use oddity_features::WindowLayout;
use oddity_models::neural::Backend;

use crate::cell::{CODE_VERSION, CellIdentity, CellName, SCHEMA_VERSION};
use crate::dataset::{Dataset, DatasetConfig};
use crate::error::{Error, Result};
use crate::suite::{Filter, Pipeline, SplitConfig, Suite, Task, Truth, ValidationRows};

/// All work of a suite: its tasks' groups of cells.
pub struct Plan<'a> {
    /// The suite.
    pub suite: &'a Suite,
    /// The data, each dataset once.
    pub datasets: &'a [Dataset],
    /// The groups, in the order of the suite.
    pub groups: Vec<Group<'a>>,
}

/// The cells of one task that share seed and split, and with them the fitted features.
pub struct Group<'a> {
    /// The task.
    pub task: &'a Task,
    /// The data of the task.
    pub dataset: &'a Dataset,
    /// Seed of the split.
    pub seed: u64,
    /// How results name the split.
    pub split_name: String,
    /// Samples of the dataset that take part, in the task's order.
    pub members: Arc<[usize]>,
    /// Truth of the members: what the models tell apart.
    pub classes: Arc<Classes>,
    /// The dataset's own classes of the members: what supervised features may use.
    pub dataset_classes: Arc<Classes>,
    /// Positions among the members, or among the windows over them where the task splits these.
    pub split: Split,
    /// One cell a pipeline.
    pub cells: Vec<Cell<'a>>,
}

/// One cell: a pipeline on the group's split.
pub struct Cell<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// How results name the cell.
    pub name: CellName,
    /// What its outcome depends on.
    pub identity: CellIdentity,
    /// Hash of the identity.
    pub key: String,
    /// What its networks run on, where that is not the native trainer.
    pub backend: Option<Arc<dyn Backend>>,
}

impl<'a> Plan<'a> {
    /// Lists the cells of a suite whose pipeline's id passes `only`; `dataset_of` says where
    /// among `datasets` that of each task is.
    ///
    /// # Errors
    ///
    /// [`Error::NoSamples`] if a task's filters leave nothing, [`Error::NoSplit`] if no series or
    /// fold of groups has both parts, [`Error::Attribute`] for a filter that asks for what is not
    /// known, [`Error::NoDataset`] for a task without data, and those of a split that cannot be
    /// made of the samples.
    pub fn new(
        suite: &'a Suite,
        datasets: &'a [Dataset],
        dataset_of: &[usize],
        only: impl Fn(&str) -> bool,
    ) -> Result<Plan<'a>> {
        let mut groups = Vec::new();
        for (task, &dataset) in suite.tasks.iter().zip(dataset_of) {
            let chosen: Vec<&Pipeline> = task
                .pipelines
                .iter()
                .filter(|pipeline| only(&task.pipeline_id(pipeline)))
                .collect();
            let mut seeds: Vec<u64> =
                chosen.iter().flat_map(|pipeline| task.seeds_of(pipeline)).copied().collect();
            seeds.sort_unstable();
            seeds.dedup();
            for seed in seeds {
                let chosen: Vec<&Pipeline> = chosen
                    .iter()
                    .copied()
                    .filter(|pipeline| task.seeds_of(pipeline).contains(&seed))
                    .collect();
                groups.extend(groups_of(suite, &datasets[dataset], task, seed, &chosen)?);
            }
        }
        Ok(Plan { suite, datasets, groups })
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.groups.iter().map(|group| group.cells.len()).sum()
    }
}

fn groups_of<'a>(
    suite: &'a Suite,
    dataset: &'a Dataset,
    task: &'a Task,
    seed: u64,
    pipelines: &[&'a Pipeline],
) -> Result<Vec<Group<'a>>> {
    let config = suite.dataset_of(task)?;
    let names = || (suite.name.clone(), task.id.clone());
    let choose = |filters: &[Filter]| {
        let members = dataset.select(filters)?;
        let (suite, id) = names();
        if members.is_empty() { Err(Error::NoSamples { suite, id }) } else { Ok(members) }
    };
    let (members, n_train) = match &task.split {
        SplitConfig::Given { train, test } | SplitConfig::Series { train, test } => {
            let mut members = choose(train)?;
            let n_train = members.len();
            members.extend(choose(test)?);
            (members, n_train)
        }
        _ => (choose(&task.samples)?, 0),
    };
    if let Some(ValidationRows::Group(name)) = task.validation().map(|of| &of.rows) {
        dataset.attribute(name)?;
    }
    let dataset_classes = dataset.classes.select(&members);
    let classes = truth(dataset, task.truth, &dataset_classes);
    let splits = match &task.split {
        SplitConfig::Given { .. } => {
            let n = members.len();
            vec![(
                "test".to_owned(),
                Split::new((0..n_train).collect(), (n_train..n).collect(), n)?,
            )]
        }
        SplitConfig::Series { .. } => splits_by_series(dataset, &members, n_train)?,
        SplitConfig::GroupKFold { n_folds, group } => {
            splits_by_group(dataset, &members, *n_folds, group)?
        }
        _ if task.split_windows => {
            let windows = Classes::binary(&window_labels(dataset, task, &members, &classes)?);
            splits(task, &windows, &is_class(&windows, 0), seed)?
        }
        _ => splits(task, &classes, &is_class(&dataset_classes, dataset.normal), seed)?,
    };
    if splits.is_empty() {
        let (suite, id) = names();
        return Err(Error::NoSplit { suite, id });
    }
    let members: Arc<[usize]> = members.into();
    let (classes, dataset_classes) = (Arc::new(classes), Arc::new(dataset_classes));
    let groups = splits.into_iter().map(|(split_name, split)| {
        let cells = pipelines
            .iter()
            .map(|pipeline| cell(suite, (dataset, config), task, pipeline, seed, &split_name))
            .collect();
        Group {
            task,
            dataset,
            seed,
            split_name,
            members: Arc::clone(&members),
            classes: Arc::clone(&classes),
            dataset_classes: Arc::clone(&dataset_classes),
            split,
            cells,
        }
    });
    Ok(groups.collect())
}

/// Labels of the windows over all members.
fn window_labels(
    dataset: &Dataset,
    task: &Task,
    members: &[usize],
    classes: &Classes,
) -> Result<Labels> {
    let layout = WindowLayout::new(task.windows.clone().unwrap_or_default())?;
    let rows = Frame::new(vec![0.0; members.len()], ["row"])?;
    let windows = layout.lay(rows, dataset.edges(members))?;
    let labels: Labels = classes.codes().iter().map(|&code| code != 0).collect();
    Ok(layout.labels(&windows.view(), &labels)?)
}

fn is_class(classes: &Classes, code: u32) -> Vec<bool> {
    classes.codes().iter().map(|&other| other == code).collect()
}

/// A split for each series that has both training and test samples.
fn splits_by_series(
    dataset: &Dataset,
    members: &[usize],
    n_train: usize,
) -> Result<Vec<(String, Split)>> {
    let series = dataset.split_series()?;
    let mut splits = Vec::new();
    for (code, name) in series.names.iter().enumerate() {
        let of = |positions: std::ops::Range<usize>| -> Vec<usize> {
            positions.filter(|&at| series.codes[members[at]] as usize == code).collect()
        };
        let (train, test) = (of(0..n_train), of(n_train..members.len()));
        if !train.is_empty() && !test.is_empty() {
            let split_name = format!("fold-{:02}-{name}", splits.len());
            splits.push((split_name, Split::new(train, test, members.len())?));
        }
    }
    Ok(splits)
}

/// Folds of whole groups; a fold that no group fell to is left out.
fn splits_by_group(
    dataset: &Dataset,
    members: &[usize],
    n_folds: usize,
    group: &str,
) -> Result<Vec<(String, Split)>> {
    let groups = dataset.attribute(group)?;
    let mut sizes = vec![0; groups.names.len()];
    members.iter().for_each(|&at| sizes[groups.codes[at] as usize] += 1);
    // Beyond the number of groups all folds are empty, and left out.
    let n_folds = n_folds.min(sizes.len());
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&code| std::cmp::Reverse(sizes[code]));
    let (mut filled, mut fold_of) = (vec![0; n_folds], vec![0; sizes.len()]);
    for code in order {
        let fold = (0..n_folds).min_by_key(|&fold| filled[fold]).unwrap_or(0);
        fold_of[code] = fold;
        filled[fold] += sizes[code];
    }
    let mut splits = Vec::new();
    for fold in 0..n_folds {
        let in_fold = |at: &usize| fold_of[groups.codes[members[*at]] as usize] == fold;
        let (test, train): (Vec<usize>, Vec<usize>) = (0..members.len()).partition(in_fold);
        if !train.is_empty() && !test.is_empty() {
            let split = Split::new(train, test, members.len())?;
            splits.push((format!("fold-{:02}", splits.len()), split));
        }
    }
    Ok(splits)
}

fn truth(dataset: &Dataset, truth: Truth, classes: &Classes) -> Classes {
    match truth {
        Truth::Classes => classes.clone(),
        Truth::Binary => {
            let anomalous = classes.codes().iter().map(|&code| code != dataset.normal);
            Classes::binary(&anomalous.collect::<Labels>())
        }
    }
}

fn splits(
    task: &Task,
    classes: &Classes,
    is_normal: &[bool],
    seed: u64,
) -> Result<Vec<(String, Split)>> {
    let seed = Seed(seed).derive(0);
    let splits = match &task.split {
        SplitConfig::KFold(folds) => {
            let folds = folds.split(classes, seed)?.into_iter().enumerate();
            return Ok(folds.map(|(fold, split)| (format!("fold-{fold:02}"), split)).collect());
        }
        SplitConfig::HoldOut(hold_out) => hold_out.split(classes, seed)?,
        SplitConfig::OneClass(hold_out) => {
            let (normal, anomalous): (Vec<usize>, Vec<usize>) =
                (0..is_normal.len()).partition(|&at| is_normal[at]);
            let normal_splits = hold_out.split(&classes.select(&normal), seed)?;
            let of_all = |split: &Split| {
                let all = |part: &[usize]| part.iter().map(|&at| normal[at]).collect::<Vec<_>>();
                let mut test = [all(split.test()), anomalous.clone()].concat();
                test.sort_unstable();
                Split::new(all(split.train()), test, is_normal.len())
            };
            normal_splits.iter().map(of_all).collect::<Result<_, _>>()?
        }
        SplitConfig::Given { .. } | SplitConfig::Series { .. } | SplitConfig::GroupKFold { .. } => {
            Vec::new()
        }
    };
    Ok(splits.into_iter().map(|split| ("test".to_owned(), split)).collect())
}

fn cell<'a>(
    suite: &Suite,
    (dataset, config): (&Dataset, &DatasetConfig),
    task: &Task,
    pipeline: &'a Pipeline,
    seed: u64,
    split: &str,
) -> Cell<'a> {
    let id = task.pipeline_id(pipeline);
    let identity = CellIdentity {
        schema_version: SCHEMA_VERSION,
        code_version: CODE_VERSION.to_owned(),
        data_checksum: dataset.checksum.clone(),
        dataset: config.clone(),
        samples: task.samples.clone(),
        truth: task.truth,
        prepare: task.prepare.clone(),
        windows: task.windows.clone(),
        split_windows: task.split_windows,
        rows_by: task.rows_by,
        held_out: task.held_out(),
        validation: task.validation().cloned(),
        split_config: task.split.clone(),
        split: split.to_owned(),
        measure_train: task.measure_train,
        scope: task.scope,
        features: task.features.clone(),
        pipeline: id.clone(),
        steps: pipeline.steps.clone(),
        classifier: pipeline.classifier.clone(),
        detector: pipeline.detector.clone(),
        search: pipeline.search.clone(),
        backend: None,
        seed,
    };
    let name = CellName {
        suite: suite.name.clone(),
        dataset: dataset.name.clone(),
        pipeline: id,
        seed,
        split: split.to_owned(),
    };
    let key = identity.key();
    Cell { pipeline, name, identity, key, backend: None }
}
