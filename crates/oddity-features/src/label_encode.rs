//! Categories, or whole sequences, to ordinal numbers.

use std::collections::HashMap;

use oddity_core::{
    ANY, Columns, Error, FittedTransformer, Frame, FrameView, Result, Samples, SamplesOwned,
    SequencesView, State, Symbol, Transformer,
};
use serde::{Deserialize, Serialize};

use crate::categories::{self, Categories};

/// Parameters of [`LabelEncode`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelEncodeParams {
    /// What becomes of a category or sequence that was not among the training samples.
    /// Refused by default, as in scikit-learn.
    pub unseen: UnseenLabel,
}

/// What becomes of a category or sequence that was not among the training samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnseenLabel {
    /// It is an error.
    #[default]
    Error,
    /// It becomes this number.
    Code(f64),
}

/// Categories to ordinals: the position of a value among the distinct training values.
///
/// Rows: each column for itself, values ascending. Sequences: one column `label`, the
/// position of the sequence among the distinct training sequences, sorted as text (numbers
/// separated by spaces, compared character by character). The latter says nothing about a
/// sequence that was not seen in fit, and an order of texts is no order of behaviour: it is
/// here to reproduce a published study that used it, and for nothing else.
///
/// - Shapes: dense or sparse `n x d` to dense `n x d`; n sequences to dense `n x 1`.
/// - Cost: time `n d log n` in fit.
#[derive(Clone, Debug)]
pub struct LabelEncode {
    params: LabelEncodeParams,
}

impl LabelEncode {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a code that is not finite.
    pub fn new(params: LabelEncodeParams) -> Result<LabelEncode> {
        if let UnseenLabel::Code(code) = params.unseen {
            let finite = code.is_finite();
            Error::check_parameter("label_encode", "unseen", code, finite, "a finite number")?;
        }
        Ok(LabelEncode { params })
    }
}

impl Transformer for LabelEncode {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let unseen = self.params.unseen;
        if let Samples::Sequences(sequences) = train {
            return Ok(Box::new(FittedSequences { ordinals: ordinals(*sequences)?, unseen }));
        }
        train.with_dense(|rows| {
            let categories = Categories::fit("label_encode", rows)?;
            let columns = rows.columns().clone();
            Ok(Box::new(FittedRows { categories, unseen, columns }) as Box<dyn FittedTransformer>)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let unseen = self.params.unseen;
        match state.texts("reads")? {
            [reads] if reads == ROWS => {
                let columns = state.columns("columns", ANY)?;
                let categories = Categories::restore(state, columns.len())?;
                Ok(Box::new(FittedRows { categories, unseen, columns }))
            }
            [reads] if reads == SEQUENCES => {
                Ok(Box::new(FittedSequences { ordinals: restore_ordinals(state)?, unseen }))
            }
            _ => Err(state.wrong("reads", "rows or sequences")),
        }
    }
}

/// What a state says of the samples that are read.
const ROWS: &str = "rows";
const SEQUENCES: &str = "sequences";

struct FittedRows {
    categories: Categories,
    unseen: UnseenLabel,
    columns: Columns,
}

impl FittedTransformer for FittedRows {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        samples.with_dense(|rows: FrameView<'_>| {
            rows.expect_width(self.categories.len())?;
            let mut values = Vec::with_capacity(rows.values().len());
            for (row, of_row) in rows.iter().enumerate() {
                for (column, &value) in of_row.iter().enumerate() {
                    values.push(match (self.categories.find(column, value), self.unseen) {
                        (Some(ordinal), _) => ordinal as f64,
                        (None, UnseenLabel::Code(code)) => code,
                        (None, UnseenLabel::Error) => {
                            return Err(Error::UnseenCategory { row, column, value });
                        }
                    });
                }
            }
            Ok(Frame::new(values, &self.columns)?.into())
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_texts("reads", [ROWS]);
        state.put_columns("columns", &self.columns);
        self.categories.put(&mut state);
        Some(state)
    }
}

type Ordinals = HashMap<Box<[Symbol]>, usize>;

struct FittedSequences {
    ordinals: Ordinals,
    unseen: UnseenLabel,
}

fn ordinals(sequences: SequencesView<'_>) -> Result<Ordinals> {
    if sequences.is_empty() {
        return Err(Error::TooFewSamples { step: "label_encode", wanted: 1, found: 0 });
    }
    let mut texts: Vec<(String, &[Symbol])> =
        sequences.iter().map(|sequence| (text(sequence), sequence)).collect();
    texts.sort();
    texts.dedup();
    let numbered = texts.into_iter().enumerate();
    Ok(numbered.map(|(ordinal, (_, sequence))| (sequence.into(), ordinal)).collect())
}

/// The sequences of a state, each at its ordinal.
fn restore_ordinals(state: &State) -> Result<Ordinals> {
    let symbols = state.symbols("symbols", &[ANY])?;
    let ranges = categories::ranges(state, ANY, symbols.len())?;
    let n_sequences = ranges.len();
    let numbered = ranges.into_iter().map(|range| &symbols[range]).enumerate();
    let ordinals: Ordinals =
        numbered.map(|(ordinal, sequence)| (sequence.into(), ordinal)).collect();
    if n_sequences == 0 || ordinals.len() != n_sequences {
        return Err(state.wrong("symbols", "at least one sequence, each once"));
    }
    Ok(ordinals)
}

fn text(sequence: &[Symbol]) -> String {
    sequence.iter().map(|symbol| format!("{symbol} ")).collect()
}

impl FittedTransformer for FittedSequences {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let sequences = samples.sequences()?;
        let mut values = Vec::with_capacity(sequences.len());
        for (row, sequence) in sequences.iter().enumerate() {
            values.push(match (self.ordinals.get(sequence), self.unseen) {
                (Some(&ordinal), _) => ordinal as f64,
                (None, UnseenLabel::Code(code)) => code,
                (None, UnseenLabel::Error) => {
                    let distinct = self.ordinals.len();
                    return Err(Error::UnseenSequence { sequence: row, distinct });
                }
            });
        }
        Ok(Frame::new(values, ["label"])?.into())
    }
    fn state(&self) -> Option<State> {
        let mut sequences: Vec<(&usize, &[Symbol])> =
            self.ordinals.iter().map(|(sequence, ordinal)| (ordinal, &**sequence)).collect();
        sequences.sort_unstable();
        let mut state = State::new();
        state.put_texts("reads", [SEQUENCES]);
        categories::put_ends(&mut state, sequences.iter().map(|(_, sequence)| sequence.len()));
        let symbols: Vec<Symbol> =
            sequences.iter().flat_map(|(_, sequence)| sequence.iter().copied()).collect();
        state.put_symbols("symbols", &[symbols.len()], &symbols);
        Some(state)
    }
}
