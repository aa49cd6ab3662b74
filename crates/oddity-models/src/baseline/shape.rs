//! The kind and width of samples, for models that look at nothing else in them.

use oddity_core::{Error, FrameView, Result, SampleKind, Samples};

/// What fit has seen of the form of the samples.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    kind: SampleKind,
    width: usize,
}

impl Shape {
    /// The shape of the samples.
    pub(super) fn of(samples: &Samples<'_>) -> Shape {
        let width = match samples {
            Samples::Rows(rows) => rows.n_columns(),
            Samples::Sparse(rows) => rows.n_columns(),
            Samples::Windows(windows) => windows.frame().n_columns(),
            Samples::Sequences(_) => 0,
        };
        Shape { kind: samples.kind(), width }
    }

    /// Refuses samples of another kind or width.
    pub(super) fn expect(self, samples: &Samples<'_>) -> Result<()> {
        let found = Shape::of(samples);
        if found.kind != self.kind {
            return Err(Error::Kind { found: found.kind, wanted: self.kind });
        }
        if found.width != self.width {
            return Err(Error::Width { expected: self.width, found: found.width });
        }
        Ok(())
    }
}

/// A number for each sample from its content, by folding `next` over it from `start`.
pub(super) fn fold_content<T: Clone>(
    samples: &Samples<'_>,
    start: T,
    next: impl Fn(T, u64) -> T,
) -> Vec<T> {
    // Adding 0 turns -0 into 0.
    let value = |state: T, value: &f64| next(state, (value + 0.0).to_bits());
    let row = |row: &[f64]| row.iter().fold(start.clone(), value);
    let window = |rows: FrameView<'_>| rows.values().iter().fold(start.clone(), value);
    match samples {
        Samples::Rows(rows) => rows.iter().map(row).collect(),
        Samples::Sparse(rows) => (0..rows.n_rows())
            .map(|at| {
                rows.row(at).iter().fold(start.clone(), |state, (column, entry)| {
                    value(next(state, column as u64), &entry)
                })
            })
            .collect(),
        Samples::Windows(windows) => (0..windows.len()).map(|at| window(windows.get(at))).collect(),
        Samples::Sequences(sequences) => sequences
            .iter()
            .map(|symbols| symbols.iter().fold(start.clone(), |state, &s| next(state, s.into())))
            .collect(),
    }
}
