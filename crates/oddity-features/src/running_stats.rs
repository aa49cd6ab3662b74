//! Mean, variance and z-score of each row among the rows before it.

use oddity_core::{
    ANY, Causality, Columns, Error, FittedTransformer, Frame, FrameView, Result, SampleKind,
    Samples, SamplesOwned, State, TransformStream, Transformer,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Deviation;

/// Parameters of [`RunningStats`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunningStatsParams {
    /// The columns to describe, by name; by default all of them.
    pub columns: Option<Vec<String>>,
    /// Rows that are looked back on: 60 by default, a minute of a plant's log.
    pub size: usize,
    /// Whether a row counts among its own last rows. Not by default: an outlier would hide
    /// itself.
    pub include_self: bool,
    /// What is computed of each column, in this order.
    pub statistics: Vec<Statistic>,
    /// Which variance and deviation.
    pub deviation: Deviation,
    /// Whether the columns of the input stay, in front.
    pub keep: bool,
}

impl Default for RunningStatsParams {
    fn default() -> RunningStatsParams {
        RunningStatsParams {
            columns: None,
            size: 60,
            include_self: false,
            statistics: vec![Statistic::Mean, Statistic::Variance, Statistic::ZScore],
            deviation: Deviation::Population,
            keep: true,
        }
    }
}

/// What is computed of the last rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Their mean.
    Mean,
    /// Their variance.
    Variance,
    /// The row's distance to their mean, in their deviations.
    ZScore,
}

/// Rows to rows with the mean, the variance and the z-score of each column over the last
/// `size` rows: column `x` becomes `mean_60(x)`, `variance_60(x)`, `z_score_60(x)`.
///
/// At the start of a series there are fewer rows to look back on. Where there is none, the
/// mean is the value itself, the variance and the z-score 0; where the deviation is 0, the
/// z-score is the distance to the mean, as [`crate::Standardize`] divides by 1 there.
///
/// Rows are cut into blocks of `size`; the last rows of a row are the end of one block and
/// the start of the next. Both sums grow by one row at a time (Welford 1962,
/// doi:10.1080/00401706.1962.10490022) and are merged (Pébay 2008, doi:10.2172/1028931).
/// Nothing is ever taken off a sum, so that a large value leaves no error behind when it
/// leaves the window.
///
/// **Reads other samples:** an output depends on the rows before it in the call
/// ([`Causality::Causal`]). Rows are taken as one series, since they do not say where a series
/// starts; [`oddity_core::Windows`] do, and nothing crosses their series. Folds that draw
/// single rows make no sense behind this step.
///
/// - Shapes: dense or sparse `n x d` to dense; windows keep their place over the new table.
/// - Cost: time linear in `n d`, whatever the size. A stream keeps up to twice `size` rows, and reads
///   them again with every part.
#[derive(Clone, Debug)]
pub struct RunningStats {
    params: RunningStatsParams,
}

impl RunningStats {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a size of 0, or if nothing is to be computed.
    pub fn new(params: RunningStatsParams) -> Result<RunningStats> {
        let (size, step) = (params.size, "running_stats");
        Error::check_parameter(step, "size", size as f64, 1 <= size, "at least 1")?;
        let found = params.statistics.len();
        Error::check_parameter(step, "statistics", found as f64, 1 <= found, "at least one")?;
        Ok(RunningStats { params })
    }

    fn fit_names(&self, names: &Columns) -> Result<FittedRunningStats> {
        let position = |name: &String| {
            let found = names.iter().position(|found| found == name);
            found.ok_or_else(|| Error::MissingColumn { name: name.clone() })
        };
        let chosen: Vec<usize> = match &self.params.columns {
            Some(columns) => columns.iter().map(position).collect::<Result<_>>()?,
            None => (0..names.len()).collect(),
        };
        let kept = names.iter().filter(|_| self.params.keep).map(str::to_owned);
        let (size, statistics) = (self.params.size, &self.params.statistics);
        let made = chosen.iter().filter_map(|&column| names.get(column)).flat_map(|name| {
            statistics.iter().map(move |statistic| match statistic {
                Statistic::Mean => format!("mean_{size}({name})"),
                Statistic::Variance => format!("variance_{size}({name})"),
                Statistic::ZScore => format!("z_score_{size}({name})"),
            })
        });
        let columns = Columns::new(kept.chain(made));
        if columns.is_empty() {
            return Err(Error::NoColumns { step: "running_stats" });
        }
        let params = self.params.clone();
        Ok(FittedRunningStats { params, chosen, inputs: names.clone(), columns })
    }
}

impl Transformer for RunningStats {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        if train.is_empty() {
            return Err(Error::TooFewSamples { step: "running_stats", wanted: 1, found: 0 });
        }
        let fitted = match train {
            Samples::Windows(windows) => self.fit_names(windows.frame().columns()),
            other => other.with_dense(|rows| self.fit_names(rows.columns())),
        };
        Ok(Box::new(fitted?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let inputs = state.columns("columns", ANY)?;
        let fitted = self.fit_names(&inputs);
        // A column of the parameters that is not there: the state is of another table.
        let fitted = fitted.map_err(|_| state.wrong("columns", "those that are described"))?;
        Ok(Box::new(fitted))
    }
}

#[derive(Clone)]
struct FittedRunningStats {
    params: RunningStatsParams,
    /// Positions of the columns described.
    chosen: Vec<usize>,
    /// The input columns.
    inputs: Columns,
    columns: Columns,
}

impl FittedTransformer for FittedRunningStats {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        match samples {
            Samples::Windows(windows) => {
                let rows = self.transform_series(windows.frame(), windows.edges())?;
                Ok(windows.over(rows)?.into())
            }
            other => other
                .with_dense(|rows| Ok(self.transform_series(rows, &[0, rows.n_rows()])?.into())),
        }
    }

    fn causality(&self) -> Causality {
        Causality::Causal
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.inputs);
        Some(state)
    }

    fn stream(&self) -> Option<Box<dyn TransformStream>> {
        Some(Box::new(RunningStatsStream { fitted: self.clone(), kept: Vec::new() }))
    }
}

/// The rows of a series up to a row.
struct RunningStatsStream {
    fitted: FittedRunningStats,
    /// The rows from the start of the block before the next row's on.
    kept: Vec<f64>,
}

impl TransformStream for RunningStatsStream {
    fn transform(&mut self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        if samples.kind() == SampleKind::Windows {
            return Err(Error::Kind { found: SampleKind::Windows, wanted: SampleKind::Rows });
        }
        samples.with_dense(|rows| Ok(self.push(rows)?.into()))
    }
}

impl RunningStatsStream {
    fn push(&mut self, rows: FrameView<'_>) -> Result<Frame> {
        let (inputs, size) = (&self.fitted.inputs, self.fitted.params.size);
        rows.expect_width(inputs.len())?;
        let n_kept = self.kept.len() / inputs.len();
        self.kept.extend_from_slice(rows.values());
        let all = Frame::new(std::mem::take(&mut self.kept), inputs)?;
        let n_rows = all.n_rows();
        let made = self.fitted.transform_series(all.view(), &[0, n_rows])?;
        // Whole blocks go, so that what comes begins a block where it would among all rows.
        let n_gone = (n_rows / size).saturating_sub(1) * size;
        self.kept = all.view().slice(n_gone..n_rows).values().to_vec();
        Ok(made.view().slice(n_kept..n_rows).to_frame())
    }
}

/// Number, mean and squared distances of some rows of one column.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Tally {
    fn push(&mut self, value: f64) {
        self.n += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.n;
        self.squares += distance * (value - self.mean);
    }

    fn merge(self, later: Tally) -> Tally {
        if self.n == 0.0 || later.n == 0.0 {
            return if self.n == 0.0 { later } else { self };
        }
        let n = self.n + later.n;
        let distance = later.mean - self.mean;
        let mean = self.mean + distance * (later.n / n);
        let between = distance * distance * (self.n * (later.n / n));
        Tally { n, mean, squares: self.squares + later.squares + between }
    }
}

impl FittedRunningStats {
    /// Each series for itself.
    fn transform_series(&self, rows: FrameView<'_>, edges: &[usize]) -> Result<Frame> {
        rows.expect_width(self.inputs.len())?;
        let (width, size) = (self.columns.len(), self.params.size);
        let mut values = vec![0.0; rows.n_rows() * width];
        let mut rest = &mut values[..];
        for series in edges.windows(2) {
            let (out, later) = rest.split_at_mut((series[1] - series[0]) * width);
            rest = later;
            let series = rows.slice(series[0]..series[1]);
            let blocks = out.par_chunks_mut(size.saturating_mul(width)).enumerate();
            blocks.for_each(|(block, out)| self.fill_block(series, block * size, out));
        }
        Frame::new(values, &self.columns)
    }

    /// The rows of a series from `first` on, which begins a block.
    fn fill_block(&self, series: FrameView<'_>, first: usize, out: &mut [f64]) {
        let (width, size) = (self.columns.len(), self.params.size);
        let n_rows = out.len() / width;
        let n_kept = if self.params.keep { self.inputs.len() } else { 0 };
        let n_made = self.params.statistics.len();
        // Of the block before: the tally of its rows from each of them on.
        let n_before = size.min(first);
        let mut suffixes = vec![Tally::default(); n_before + 1];
        for (at, &column) in self.chosen.iter().enumerate() {
            for row in (0..n_before).rev() {
                suffixes[row] = suffixes[row + 1];
                suffixes[row].push(series.row(first - n_before + row)[column]);
            }
            let mut prefix = Tally::default();
            for row in 0..n_rows {
                let value = series.row(first + row)[column];
                if self.params.include_self {
                    prefix.push(value);
                }
                let from = (row + usize::from(self.params.include_self)).min(n_before);
                let tally = suffixes[from].merge(prefix);
                if !self.params.include_self {
                    prefix.push(value);
                }
                let place = row * width + n_kept + at * n_made;
                self.describe(value, tally, &mut out[place..place + n_made]);
            }
        }
        for (row, out) in out.chunks_exact_mut(width).enumerate() {
            out[..n_kept].copy_from_slice(&series.row(first + row)[..n_kept]);
        }
    }

    fn describe(&self, value: f64, tally: Tally, out: &mut [f64]) {
        let freedom = match self.params.deviation {
            Deviation::Population => tally.n,
            Deviation::Sample => tally.n - 1.0,
        };
        let variance = if 0.0 < freedom { tally.squares / freedom } else { 0.0 };
        let mean = if 0.0 < tally.n { tally.mean } else { value };
        let scale = if 0.0 < variance { variance.sqrt() } else { 1.0 };
        for (out, statistic) in out.iter_mut().zip(&self.params.statistics) {
            *out = match statistic {
                Statistic::Mean => mean,
                Statistic::Variance => variance,
                Statistic::ZScore => (value - mean) / scale,
            };
        }
    }
}
