//! The kind and width of samples, for models that look at nothing else in them.

use oddity_core::{Error, Result, SampleKind, Samples};

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
            Samples::Records(records) => records.n_columns(),
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
