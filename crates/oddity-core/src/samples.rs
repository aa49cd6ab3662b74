//! What flows through a pipeline: records, dense rows, sparse rows, windows or sequences.

use crate::{
    Csr, CsrView, Error, Frame, FrameView, Records, Result, SampleKind, Sequences, SequencesView,
    Windows, WindowsOwned,
};

/// Borrowed samples of one of five kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples<'a> {
    /// Dense rows, one sample a row.
    Rows(FrameView<'a>),
    /// Sparse rows, one sample a row.
    Sparse(CsrView<'a>),
    /// Windows over rows, one sample a window.
    Windows(Windows<'a>),
    /// Ragged sequences, one sample a sequence.
    Sequences(SequencesView<'a>),
    /// Rows of mixed columns, one sample a row.
    Records(&'a Records),
}

impl<'a> Samples<'a> {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Samples::Rows(rows) => rows.n_rows(),
            Samples::Sparse(rows) => rows.n_rows(),
            Samples::Windows(windows) => windows.len(),
            Samples::Sequences(sequences) => sequences.len(),
            Samples::Records(records) => records.n_rows(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which of the five kinds this is.
    pub fn kind(&self) -> SampleKind {
        match self {
            Samples::Rows(_) => SampleKind::Rows,
            Samples::Sparse(_) => SampleKind::Sparse,
            Samples::Windows(_) => SampleKind::Windows,
            Samples::Sequences(_) => SampleKind::Sequences,
            Samples::Records(_) => SampleKind::Records,
        }
    }

    /// The dense rows.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] if the samples are of another kind.
    pub fn rows(&self) -> Result<FrameView<'a>> {
        match self {
            Samples::Rows(rows) => Ok(*rows),
            other => Err(Error::Kind { found: other.kind(), wanted: SampleKind::Rows }),
        }
    }

    /// Hands dense rows to `f`: those that are there, or a sparse table written out.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] for windows, sequences and records, and whatever `f` returns.
    pub fn with_dense<T>(&self, f: impl FnOnce(FrameView<'_>) -> Result<T>) -> Result<T> {
        match self {
            Samples::Sparse(rows) => f(rows.to_dense().view()),
            other => f(other.rows()?),
        }
    }

    /// The sparse rows.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] if the samples are of another kind.
    pub fn sparse(&self) -> Result<CsrView<'a>> {
        match self {
            Samples::Sparse(rows) => Ok(*rows),
            other => Err(Error::Kind { found: other.kind(), wanted: SampleKind::Sparse }),
        }
    }

    /// The windows.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] if the samples are of another kind.
    pub fn windows(&self) -> Result<Windows<'a>> {
        match self {
            Samples::Windows(windows) => Ok(windows.clone()),
            other => Err(Error::Kind { found: other.kind(), wanted: SampleKind::Windows }),
        }
    }

    /// The sequences.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] if the samples are of another kind.
    pub fn sequences(&self) -> Result<SequencesView<'a>> {
        match self {
            Samples::Sequences(sequences) => Ok(*sequences),
            other => Err(Error::Kind { found: other.kind(), wanted: SampleKind::Sequences }),
        }
    }

    /// The records.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] if the samples are of another kind.
    pub fn records(&self) -> Result<&'a Records> {
        match self {
            Samples::Records(records) => Ok(records),
            other => Err(Error::Kind { found: other.kind(), wanted: SampleKind::Records }),
        }
    }

    /// A copy of the samples named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sample.
    pub fn select(&self, samples: &[usize]) -> SamplesOwned {
        match self {
            Samples::Rows(rows) => SamplesOwned::Rows(rows.select(samples)),
            Samples::Sparse(rows) => SamplesOwned::Sparse(rows.select(samples)),
            Samples::Windows(windows) => SamplesOwned::Windows(windows.select(samples)),
            Samples::Sequences(all) => SamplesOwned::Sequences(all.select(samples)),
            Samples::Records(records) => SamplesOwned::Records(records.select(samples)),
        }
    }

    /// A copy with its own memory.
    pub fn to_owned(&self) -> SamplesOwned {
        match self {
            Samples::Rows(rows) => SamplesOwned::Rows(rows.to_frame()),
            Samples::Sparse(rows) => SamplesOwned::Sparse(rows.to_csr()),
            Samples::Windows(windows) => SamplesOwned::Windows(windows.to_owned()),
            Samples::Sequences(all) => SamplesOwned::Sequences(all.to_sequences()),
            Samples::Records(records) => SamplesOwned::Records((*records).clone()),
        }
    }
}

/// Samples with their memory.
#[derive(Clone, Debug, PartialEq)]
pub enum SamplesOwned {
    /// Dense rows, one sample a row.
    Rows(Frame),
    /// Sparse rows, one sample a row.
    Sparse(Csr),
    /// Windows over rows, one sample a window.
    Windows(WindowsOwned),
    /// Ragged sequences, one sample a sequence.
    Sequences(Sequences),
    /// Rows of mixed columns, one sample a row.
    Records(Records),
}

impl SamplesOwned {
    /// The samples, borrowed.
    pub fn view(&self) -> Samples<'_> {
        match self {
            SamplesOwned::Rows(rows) => rows.samples(),
            SamplesOwned::Sparse(rows) => rows.samples(),
            SamplesOwned::Windows(windows) => windows.samples(),
            SamplesOwned::Sequences(sequences) => sequences.samples(),
            SamplesOwned::Records(records) => records.samples(),
        }
    }

    /// The dense rows: a sparse table is written out, other kinds are refused.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] for windows, sequences and records.
    pub fn into_dense(self) -> Result<Frame> {
        match self {
            SamplesOwned::Rows(rows) => Ok(rows),
            SamplesOwned::Sparse(rows) => Ok(rows.view().to_dense()),
            other => Err(Error::Kind { found: other.view().kind(), wanted: SampleKind::Rows }),
        }
    }
}

impl From<Frame> for SamplesOwned {
    fn from(rows: Frame) -> SamplesOwned {
        SamplesOwned::Rows(rows)
    }
}

impl From<Csr> for SamplesOwned {
    fn from(rows: Csr) -> SamplesOwned {
        SamplesOwned::Sparse(rows)
    }
}

impl From<WindowsOwned> for SamplesOwned {
    fn from(windows: WindowsOwned) -> SamplesOwned {
        SamplesOwned::Windows(windows)
    }
}

impl From<Sequences> for SamplesOwned {
    fn from(sequences: Sequences) -> SamplesOwned {
        SamplesOwned::Sequences(sequences)
    }
}

impl From<Records> for SamplesOwned {
    fn from(records: Records) -> SamplesOwned {
        SamplesOwned::Records(records)
    }
}
