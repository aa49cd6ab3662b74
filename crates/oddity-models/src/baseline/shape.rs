//! The kind and width of samples, for models that look at nothing else in them.

use oddity_core::{Error, Result, SampleKind, Samples, State};

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

    /// Puts the shape into a state.
    pub(super) fn put(self, state: &mut State) {
        state.put_texts("samples", [name(self.kind)]);
        state.put_count("n_columns", self.width);
    }

    /// The shape in a state.
    pub(super) fn of_state(state: &State) -> Result<Shape> {
        let found = state.texts("samples")?;
        let kind = KINDS.into_iter().find(|&kind| found == [name(kind)]);
        let kind = kind.ok_or_else(|| state.wrong("samples", "the name of a kind of samples"))?;
        Ok(Shape { kind, width: state.count("n_columns")? })
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

const KINDS: [SampleKind; 5] = [
    SampleKind::Rows,
    SampleKind::Sparse,
    SampleKind::Windows,
    SampleKind::Sequences,
    SampleKind::Records,
];

/// What a state calls the kind.
fn name(kind: SampleKind) -> &'static str {
    match kind {
        SampleKind::Rows => "rows",
        SampleKind::Sparse => "sparse",
        SampleKind::Windows => "windows",
        SampleKind::Sequences => "sequences",
        SampleKind::Records => "records",
    }
}
