//! Fitting a pipeline: steps and detector on normal rows, the threshold on rows held out.

use std::collections::HashSet;
use std::ops::Range;

use oddity_core::{
    Columns, FittedTransformer, Frame, Labels, Records, Samples, SamplesOwned, Scores, Seed,
    Sequences, Watch, Windows,
};
use oddity_eval::measure::Truth;
use oddity_eval::oracle::FittedRows;
use oddity_eval::threshold::RuleInput;
use oddity_ingest::{Provenance, Role, Table};

use crate::data::Rows;
use crate::fitted_pipeline::{Facts, FittedPipeline, apply_by_series, laid_out};
use crate::pipeline::PipelineConfig;
use crate::{Error, Result};

/// Fits a pipeline to tables, the files of one recording in their order: each file is a series of
/// its own, and within it each value of the series column. Traces stand by themselves.
///
/// Rows that are labelled as anomalies train nothing. Of each series the last rows
/// (`threshold.held_out`) are held out: neither steps nor detector learn from them, and the
/// threshold is fitted on their scores; a rule that reads labels sees the anomalies among them.
///
/// # Errors
///
/// [`Error::TooFew`], and those of the steps, the detector and the threshold.
pub fn fit(
    config: &PipelineConfig,
    tables: Vec<Table>,
    watch: &mut dyn Watch,
) -> Result<FittedPipeline> {
    config.check()?;
    let files: Vec<usize> = tables.iter().map(|table| table.batch().num_rows()).collect();
    let provenance: Vec<Provenance> =
        tables.iter().map(|table| table.provenance().clone()).collect();
    let Some(first) = tables.first() else {
        return Err(Error::TooFew { what: "files", wanted: 1, found: 0 });
    };
    let columns = config.data.fitted_columns(first)?;
    let rows = Ordered::new(config, joined(config, tables)?, &files);
    let cut = Cut::new(config, &rows)?;
    let steps = fit_steps(config, &rows.inputs, &cut.normal_rows)?;
    let ranges = rows.edges.windows(2).map(|edge| ("", (edge[0]..edge[1]).collect()));
    let features = apply_by_series(&steps, &rows.inputs, &ranges.collect::<Vec<_>>())?;
    let samples = Laid::new(config, joined_features(features)?, rows.edges.clone())?;
    let detector = config.detector.build()?;
    let train = samples.select(&cut.train);
    let detector = detector.fit_watched(&train.view(), Seed(u64::from(config.seed)), watch)?;
    let held_out = detector.score(&samples.select(&cut.held_out).view())?;
    let (cutoff, threshold) = cutoff(config, &held_out, &cut.held_out_anomalies)?;
    let facts = Facts {
        source: provenance.iter().map(|of| of.source.as_str()).collect::<Vec<_>>().join(", "),
        sha256: provenance.iter().filter_map(|of| Some(of.sha256?.to_string())).collect(),
        n_rows: rows.inputs.n_rows() as u64,
        n_anomalies: rows.anomalies.iter().filter(|&&anomaly| anomaly).count() as u64,
        n_train: cut.train.len() as u64,
        n_held_out: cut.held_out.len() as u64,
        n_features: samples.n_features() as u64,
        threshold,
    };
    Ok(FittedPipeline { config: config.clone(), columns, steps, detector, cutoff, facts })
}

/// The features of all series behind each other.
fn joined_features(mut features: Vec<SamplesOwned>) -> Result<SamplesOwned> {
    if features.len() == 1
        && let Some(all) = features.pop()
    {
        return Ok(all);
    }
    let (mut values, mut columns) = (Vec::new(), Columns::default());
    for part in features {
        let part = part.into_dense()?;
        values.extend_from_slice(part.values());
        columns = part.columns().clone();
    }
    Ok(Frame::new(values, columns)?.into())
}

/// The rows of all files under each other. A file may lack the label: all of it is normal.
fn joined(config: &PipelineConfig, tables: Vec<Table>) -> Result<Rows> {
    let (mut all_anomalies, mut all_series) = (Vec::new(), None::<Vec<String>>);
    let mut inputs = Vec::new();
    for table in tables {
        let rows = config.data.rows_of(&table)?;
        let n_rows = rows.n_rows();
        let anomalies = rows.anomalies.unwrap_or_else(|| vec![false; n_rows]);
        all_anomalies.extend(anomalies);
        if let Some(series) = rows.series {
            all_series.get_or_insert_default().extend(series);
        }
        inputs.push(config.data.inputs(&table)?.only(&[Role::Feature])?);
    }
    let inputs = Table::join_rows(inputs)?.records(&[Role::Feature])?;
    let (anomalies, series) = (Some(all_anomalies), all_series);
    Ok(Rows { inputs, times: None, times_are_dates: false, series, anomalies })
}

/// The rows of all files, those of a series behind each other.
struct Ordered {
    inputs: Records,
    anomalies: Vec<bool>,
    /// First row of each series, and the end.
    edges: Vec<usize>,
}

impl Ordered {
    /// `files` are the numbers of rows of the files that the rows are of.
    fn new(config: &PipelineConfig, mut rows: Rows, files: &[usize]) -> Ordered {
        if config.reads_traces() {
            let edges = vec![0, rows.n_rows()];
            let anomalies = rows.anomalies.take().unwrap_or_else(|| vec![false; rows.n_rows()]);
            return Ordered { inputs: rows.inputs, anomalies, edges };
        }
        let (mut order, mut edges) = (Vec::with_capacity(rows.n_rows()), vec![0]);
        let mut first = 0;
        for n_rows in files {
            for (_, of_series) in rows.by_series(first..first + n_rows) {
                order.extend(of_series);
                edges.push(order.len());
            }
            first += n_rows;
        }
        let is_anomaly = |&row: &usize| rows.anomalies.as_ref().is_some_and(|all| all[row]);
        let anomalies = order.iter().map(is_anomaly).collect();
        let inputs = if order.is_sorted() { rows.inputs } else { rows.inputs.select(&order) };
        Ordered { inputs, anomalies, edges }
    }
}

/// Which samples train, and which the threshold is fitted on.
struct Cut {
    /// Rows that the steps learn from.
    normal_rows: Vec<usize>,
    /// Samples (rows or windows) that the detector learns from.
    train: Vec<usize>,
    held_out: Vec<usize>,
    held_out_anomalies: Vec<bool>,
}

impl Cut {
    fn new(config: &PipelineConfig, rows: &Ordered) -> Result<Cut> {
        let share = config.threshold.held_out;
        let n_rows = rows.inputs.n_rows();
        let mut is_held_out = vec![false; n_rows];
        for edge in rows.edges.windows(2) {
            let n_held = ((edge[1] - edge[0]) as f64 * share).ceil() as usize;
            is_held_out[edge[1] - n_held..edge[1]].fill(true);
        }
        let is_normal = |row: &usize| !rows.anomalies[*row] && !is_held_out[*row];
        let normal_rows: Vec<usize> = (0..n_rows).filter(is_normal).collect();
        let spans: Vec<Range<usize>> = match config.layout() {
            None => (0..n_rows).map(|row| row..row + 1).collect(),
            Some(layout) => starts(&layout?, &rows.edges)?,
        };
        let labelled = config.rule()?.reads() == RuleInput::LabelledScores;
        let (mut train, mut held_out, mut held_out_anomalies) = (vec![], vec![], vec![]);
        for (sample, span) in spans.into_iter().enumerate() {
            let is_anomaly = rows.anomalies[span.clone()].contains(&true);
            let held = &is_held_out[span];
            if held.iter().all(|&held| held) && (labelled || !is_anomaly) {
                held_out.push(sample);
                held_out_anomalies.push(is_anomaly);
            } else if !held.contains(&true) && !is_anomaly {
                train.push(sample);
            }
        }
        let what = if config.windows.is_some() { "normal windows" } else { "normal rows" };
        for found in [train.len(), held_out.len()] {
            if found == 0 {
                let what = if train.is_empty() { what } else { "held-out samples" };
                return Err(Error::TooFew { what, wanted: 1, found });
            }
        }
        Ok(Cut { normal_rows, train, held_out, held_out_anomalies })
    }
}

/// The rows that each window lies over.
fn starts(layout: &oddity_features::WindowLayout, edges: &[usize]) -> Result<Vec<Range<usize>>> {
    let n_rows = edges.last().copied().unwrap_or(0);
    let blank = Frame::new(vec![0.0; n_rows], ["row"])?;
    let windows = layout.lay(blank, edges.to_vec())?;
    let windows = windows.view();
    let span = |window: usize| windows.start(window)..windows.start(window) + windows.size();
    Ok((0..windows.len()).map(span).collect())
}

fn fit_steps(
    config: &PipelineConfig,
    inputs: &Records,
    rows: &[usize],
) -> Result<Vec<Box<dyn FittedTransformer>>> {
    let selected;
    let train = if rows.len() == inputs.n_rows() {
        inputs
    } else {
        selected = inputs.select(rows);
        &selected
    };
    let (mut fitted, mut samples) = (Vec::new(), None::<SamplesOwned>);
    for step in config.transformers()? {
        let input = samples.as_ref().map_or(Samples::Records(train), SamplesOwned::view);
        let step = step.fit(&input)?;
        let output = step.transform(&input)?;
        fitted.push(step);
        samples = Some(output);
    }
    // What the detector cannot read is refused before it is trained.
    laid_out(samples, train)?;
    Ok(fitted)
}

/// Samples of the detector: rows, windows over them, or sequences.
enum Laid {
    Rows(Frame),
    Sequences(Sequences),
    Windows(oddity_core::WindowsOwned),
}

impl Laid {
    fn new(config: &PipelineConfig, features: SamplesOwned, edges: Vec<usize>) -> Result<Laid> {
        Ok(match (features, config.layout()) {
            (SamplesOwned::Sequences(sequences), _) => Laid::Sequences(sequences),
            (rows, None) => Laid::Rows(rows.into_dense()?),
            (rows, Some(layout)) => Laid::Windows(layout?.lay(rows.into_dense()?, edges)?),
        })
    }

    fn select(&self, samples: &[usize]) -> Selected<'_> {
        match self {
            Laid::Rows(rows) if samples.len() == rows.n_rows() => Selected::All(rows),
            Laid::Rows(rows) => Selected::Owned(rows.view().select(samples).into()),
            Laid::Sequences(all) => Selected::Owned(all.view().select(samples).into()),
            Laid::Windows(windows) => Selected::Windows(windows.view().subset(samples)),
        }
    }

    fn n_features(&self) -> usize {
        match self {
            Laid::Rows(rows) => rows.n_columns(),
            Laid::Sequences(all) => all.view().iter().flatten().collect::<HashSet<_>>().len(),
            Laid::Windows(windows) => windows.view().frame().n_columns(),
        }
    }
}

enum Selected<'a> {
    All(&'a Frame),
    Owned(SamplesOwned),
    Windows(Windows<'a>),
}

impl Selected<'_> {
    fn view(&self) -> Samples<'_> {
        match self {
            Selected::All(rows) => rows.samples(),
            Selected::Owned(samples) => samples.view(),
            Selected::Windows(windows) => Samples::Windows(windows.clone()),
        }
    }
}

/// The cutoff, and where it comes from in words.
fn cutoff(
    config: &PipelineConfig,
    held_out: &Scores,
    anomalies: &[bool],
) -> Result<(oddity_core::Cutoff, String)> {
    let rule = config.rule()?;
    let (cutoff, rows) = match rule.reads() {
        RuleInput::LabelledScores => {
            let labels = Labels::new(anomalies.to_vec());
            let cutoff = rule.fit_labelled(&Truth::Points(&labels), held_out)?;
            (cutoff, FittedRows::LabelledValidation)
        }
        _ => (rule.fit(held_out)?, FittedRows::HeldOutNormal),
    };
    Ok((cutoff, rule.provenance(rows, held_out.len()).to_string()))
}
