//! Rows and windows as what a network reads: numbers as `f32`, converted once.

use oddity_core::{Error, Result, SampleKind, Samples};

use crate::examples::Examples;

/// Rows, sparse rows or windows.
pub(crate) struct Table {
    values: Values,
    width: usize,
    /// First row of each sample.
    starts: Vec<usize>,
    /// First row of each series but the first.
    edges: Vec<usize>,
    /// Rows of a sample's input.
    steps: usize,
    /// Whether the row after the input is what should be made of it.
    forecasts: bool,
}

enum Values {
    Dense(Vec<f32>),
    /// First entry of each row and the end; columns and numbers.
    Sparse(Vec<usize>, Vec<(u32, f32)>),
}

impl Table {
    /// Single rows, dense or sparse.
    pub(crate) fn rows(samples: &Samples<'_>) -> Result<Table> {
        let (values, width, n_rows) = match samples {
            Samples::Sparse(rows) => {
                let mut offsets = vec![0];
                let mut entries = Vec::new();
                for row in rows.iter() {
                    entries.extend(row.iter().map(|(column, value)| (column as u32, value as f32)));
                    offsets.push(entries.len());
                }
                (Values::Sparse(offsets, entries), rows.n_columns(), rows.n_rows())
            }
            other => {
                let rows = other.rows()?;
                (dense(rows.values()), rows.n_columns(), rows.n_rows())
            }
        };
        let starts = (0..n_rows).collect();
        Ok(Table { values, width, starts, edges: Vec::new(), steps: 1, forecasts: false })
    }

    /// Windows; with `forecasts` a window's last row is what its other rows should give.
    pub(crate) fn windows(samples: &Samples<'_>, forecasts: bool) -> Result<Table> {
        let Samples::Windows(windows) = samples else {
            return Err(Error::Kind { found: samples.kind(), wanted: SampleKind::Windows });
        };
        let starts = (0..windows.len()).map(|window| windows.start(window)).collect();
        let steps = windows.size() - usize::from(forecasts);
        let frame = windows.frame();
        Ok(Table {
            values: dense(frame.values()),
            width: frame.n_columns(),
            starts,
            edges: windows.edges().get(1..).unwrap_or_default().to_vec(),
            steps,
            forecasts,
        })
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Rows of a sample's input.
    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    fn write(&self, row: usize, to: &mut [f32]) {
        match &self.values {
            Values::Dense(values) => {
                to.copy_from_slice(&values[row * self.width..(row + 1) * self.width]);
            }
            Values::Sparse(offsets, entries) => {
                to.fill(0.0);
                for &(column, value) in &entries[offsets[row]..offsets[row + 1]] {
                    to[column as usize] = value;
                }
            }
        }
    }
}

fn dense(values: &[f64]) -> Values {
    Values::Dense(values.iter().map(|&value| value as f32).collect())
}

impl Examples for Table {
    fn len(&self) -> usize {
        self.starts.len()
    }

    fn input(&self, sample: usize, step: usize, row: &mut [f32]) {
        self.write(self.starts[sample] + step, row);
    }

    fn target(&self, sample: usize, step: usize, row: &mut [f32]) {
        let step = if self.forecasts { self.steps } else { step };
        self.write(self.starts[sample] + step, row);
    }

    fn series(&self, sample: usize) -> usize {
        self.edges.partition_point(|&edge| edge <= self.starts[sample])
    }
}
