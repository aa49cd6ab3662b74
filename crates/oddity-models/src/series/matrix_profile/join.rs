//! The distance of each window to the nearest of other windows.

use oddity_core::{FrameView, Windows};
use rayon::prelude::*;

use super::all_columns::AllColumns;
use super::diagonals::{MOST_LANES, Reference, block_size};
use super::one_column::OneColumn;
use super::track::{Track, padded};

/// Windows to compare with: all that distances to them need.
pub(super) struct Neighbours {
    size: usize,
    /// One a column.
    references: Vec<Reference>,
    /// What is subtracted from the values of each column: the median, which a value that stands for
    /// a missing one does not move.
    origins: Vec<f64>,
    /// The first and the last window of equal values, and of others, of a single column.
    ends: [Option<[usize; 2]>; 2],
    /// 0 at the first row of a window, else infinite; padded as the references.
    barred: Vec<f64>,
    /// Of each column, 1/2 where a window has equal values, else 0; padded.
    halves: Vec<Vec<f64>>,
}

impl Neighbours {
    /// The windows of a call.
    pub(super) fn new(windows: &Windows<'_>) -> Neighbours {
        let (frame, size) = (windows.frame(), windows.size());
        let origins: Vec<f64> = (0..frame.n_columns()).map(|at| median(frame, at)).collect();
        let mut starts: Vec<usize> = (0..windows.len()).map(|at| windows.start(at)).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut barred = vec![f64::INFINITY; (frame.n_rows() + 1).saturating_sub(size)];
        starts.iter().for_each(|&start| barred[start] = 0.0);
        let (before, n_columns) = (block_size(size), origins.len());
        let pad = |values: &[f64], beyond| padded(values, beyond, before, before + MOST_LANES);
        let (mut references, mut halves) = (Vec::new(), Vec::new());
        for (column, &origin) in origins.iter().enumerate() {
            let track = Track::new(frame, column, size, origin);
            let inverses = track.inverses.clone();
            let half = |&is_constant: &bool| if is_constant { 0.5 } else { 0.0 };
            let constant: Vec<f64> = track.is_constant.iter().map(half).collect();
            if n_columns == 1 {
                // Of one column, windows that are out have no inverse.
                let out = |(inverse, barred): (&f64, &f64)| {
                    if *barred == 0.0 && 0.0 < *inverse { *inverse } else { f64::NAN }
                };
                let inverses: Vec<f64> = inverses.iter().zip(&barred).map(out).collect();
                references.push(Reference::new(track, size, &inverses, f64::NAN));
            } else {
                references.push(Reference::new(track, size, &inverses, 0.0));
            }
            halves.push(pad(&constant, 0.0));
        }
        let barred = pad(&barred, f64::INFINITY);
        let ends = [true, false].map(|constant| {
            let track = &references.first()?.track;
            let mut some = starts.iter().copied().filter(|&at| track.is_constant[at] == constant);
            let first = some.next()?;
            Some([first, some.next_back().unwrap_or(first)])
        });
        Neighbours { size, references, origins, ends, barred, halves }
    }

    /// For each window, the mean over the `n_nearest` columns with the least distances, least
    /// over all windows here. With an `exclusion` both are the same windows, and those whose
    /// first rows are at most so far apart are not compared. The largest distance there is,
    /// `2 √size`, where no window is left.
    pub(super) fn distances(
        &self,
        windows: &Windows<'_>,
        n_nearest: usize,
        exclusion: Option<usize>,
    ) -> Vec<f64> {
        let (frame, size) = (windows.frame(), self.size);
        let tracks = self.origins.iter().enumerate();
        let tests: Vec<Track> =
            tracks.map(|(column, &origin)| Track::new(frame, column, size, origin)).collect();
        // The rows that are asked for, in blocks that are counted from the first row of the table.
        let block = block_size(size);
        let mut ends: Vec<usize> = vec![0; frame.n_rows().div_ceil(block)];
        for window in 0..windows.len() {
            let start = windows.start(window);
            ends[start / block] = ends[start / block].max(start + 1);
        }
        let rows_of = |at: usize| self.block(&tests, at * block..ends[at], n_nearest, exclusion);
        let blocks: Vec<Vec<f64>> = (0..ends.len())
            .into_par_iter()
            .with_max_len(1)
            .map(|at| if 0 < ends[at] { rows_of(at) } else { Vec::new() })
            .collect();
        let starts = (0..windows.len()).map(|window| windows.start(window));
        starts.map(|start| blocks[start / block][start % block]).collect()
    }

    /// The distances of the windows that start in a run of rows.
    fn block(
        &self,
        tests: &[Track],
        rows: std::ops::Range<usize>,
        n_nearest: usize,
        exclusion: Option<usize>,
    ) -> Vec<f64> {
        let left_out = exclusion.map(|exclusion| {
            let (first, exclusion) = (rows.start as isize, exclusion as isize);
            first - exclusion..first + exclusion + 1
        });
        let pairs = self.references.iter().zip(tests);
        let starts: Vec<Vec<f64>> = pairs
            .map(|(reference, test)| {
                reference.starts(test, rows.clone(), self.size, left_out.clone())
            })
            .collect();
        let arch = pulp::Arch::new();
        let (scale, block) = ((2.0 * self.size as f64).sqrt(), rows.clone());
        if let ([reference], [test], [starts]) = (&self.references[..], tests, &starts[..]) {
            let column = OneColumn { reference, test, block, starts };
            let correlations = arch.dispatch(column).into_iter().zip(rows);
            let distance = |(correlation, row): (f64, usize)| {
                let correlation = self.with_constant(test, row, correlation, exclusion);
                scale * (1.0 - correlation.clamp(-1.0, 1.0)).sqrt()
            };
            return correlations.map(distance).collect();
        }
        let Neighbours { references, barred, halves, .. } = self;
        let starts = &starts;
        let columns = AllColumns { references, barred, halves, tests, block, starts, n_nearest };
        let most = 2.0 * (self.size as f64).sqrt();
        let sums = arch.dispatch(columns).into_iter();
        sums.map(|sum| f64::min(scale * sum / n_nearest as f64, most)).collect()
    }

    /// The largest correlation with those of windows of equal values: 1 with each other, 1/2 with
    /// others, as in STUMPY.
    fn with_constant(
        &self,
        test: &Track,
        row: usize,
        correlation: f64,
        exclusion: Option<usize>,
    ) -> f64 {
        let [constant, other] = self.ends.map(|ends| {
            let apart = |at: usize| exclusion.is_none_or(|zone| zone < at.abs_diff(row));
            ends.is_some_and(|ends| ends.into_iter().any(apart))
        });
        match test.is_constant[row] {
            true if constant => 1.0,
            true if other => 0.5,
            true => -1.0,
            false if constant && (correlation < 0.5 || correlation.is_nan()) => 0.5,
            // Minus infinity, or NaN times an inverse, where there is none.
            false => {
                if -1.0 < correlation {
                    correlation
                } else {
                    -1.0
                }
            }
        }
    }
}

/// The value in the middle of a column, of two the larger; 0 of none.
fn median(frame: FrameView<'_>, column: usize) -> f64 {
    let mut values: Vec<f64> = frame.iter().map(|row| row[column]).collect();
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}
