//! Sequences to sparse counts of their most frequent n-grams.
//!
//! The study that the defaults follow is the n-gram analysis of ADFA-LD by Xie, Hu and
//! Slay 2014, doi:10.1109/FSKD.2014.6980972, in the form of the published notebook: the 30 %
//! most frequent n-grams of each class for n = 1, 2, 3.

mod corpus;
mod count;
mod interner;
mod vocabulary;

use oddity_core::{
    Classes, Error, FittedTransformer, Result, Samples, State, SupervisedTransformer, Symbol,
    Transformer,
};
use serde::{Deserialize, Serialize};

use vocabulary::FittedNGram;

/// Parameters of [`NGram`] and [`ClassNGram`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NGramParams {
    /// The lengths of the n-grams, each at least 1 and named once: 1, 2 and 3 in the study.
    pub sizes: Vec<usize>,
    /// Share of the distinct n-grams of each length (and class) to keep, the most frequent
    /// ones: above 0, at most 1; 0.3 in the study.
    pub top_share: f64,
    /// How many columns to keep of each length, the first ones; `None` keeps all. 29 in the
    /// study's matrix.
    pub columns_per_size: Option<usize>,
    /// Which windows of a sequence are counted.
    pub edge: Edge,
    /// What stands in a column.
    pub values: Value,
}

impl Default for NGramParams {
    /// The study's sizes and share, all columns, and every window counted.
    fn default() -> NGramParams {
        NGramParams {
            sizes: vec![1, 2, 3],
            top_share: 0.3,
            columns_per_size: None,
            edge: Edge::Kept,
            values: Value::Counts,
        }
    }
}

impl NGramParams {
    fn check(&self, step: &'static str) -> Result<()> {
        let (sizes, share) = (&self.sizes, self.top_share);
        let check = |parameter, found: f64, ok, wanted| {
            Error::check_parameter(step, parameter, found, ok, wanted)
        };
        check("sizes", sizes.len() as f64, !sizes.is_empty(), "at least one size")?;
        for (at, &size) in sizes.iter().enumerate() {
            let fresh = 1 <= size && !sizes[..at].contains(&size);
            check("sizes", size as f64, fresh, "sizes of at least 1, each once")?;
        }
        check("top_share", share, 0.0 < share && share <= 1.0, "above 0, at most 1")?;
        let columns = self.columns_per_size;
        let wanted = "at least 1";
        check("columns_per_size", 0.0, columns != Some(0), wanted)
    }
}

/// Which windows of a sequence are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Every window that lies inside one sequence.
    #[default]
    Kept,
    /// As in the published study, which has two defects: the sequences of a class are
    /// concatenated before counting, so that windows run from one into the next, and the
    /// last window (of the concatenation, and of each sequence when it is transformed) is
    /// left out.
    #[serde(rename = "as-published", alias = "as_published")]
    AsPublished,
}

impl Edge {
    /// The part of a sequence all of whose windows are counted.
    fn trim(self, sequence: &[Symbol]) -> &[Symbol] {
        match self {
            Edge::Kept => sequence,
            Edge::AsPublished => &sequence[..sequence.len().saturating_sub(1)],
        }
    }
}

/// What stands in a column of n-grams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// How often the n-gram occurs in the sequence.
    #[default]
    Counts,
    /// 1 where it occurs.
    Binary,
    /// How often it occurs, divided by the number of windows of that length in the sequence.
    Frequencies,
}

/// Sequences to sparse n-gram columns, with one vocabulary over all training sequences.
///
/// For each length the `ceil(top_share * distinct)` most frequent n-grams of the training
/// sequences are kept, ties in the order of first occurrence. A column is named by its
/// symbols, such as `168 265`. n-grams outside the vocabulary are not counted.
///
/// - Shapes: n sequences to `n x columns`, sparse. Symbols never seen in fit are no error.
/// - Cost: time linear in the number of symbols times the number of sizes, in fit and
///   transform, and for sizes above 4 times the size; fit also sorts the distinct n-grams of
///   each size. Memory linear in the symbols of the distinct n-grams.
#[derive(Clone, Debug)]
pub struct NGram {
    params: NGramParams,
}

impl NGram {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a parameter outside its range.
    pub fn new(params: NGramParams) -> Result<NGram> {
        params.check("n_gram")?;
        Ok(NGram { params })
    }
}

impl Transformer for NGram {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let sequences = train.sequences()?;
        let all = (0..sequences.len()).collect();
        Ok(Box::new(FittedNGram::fit("n_gram", &self.params, sequences, &[all])?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(FittedNGram::restore(&self.params, state)?))
    }
}

/// Sequences to sparse n-gram columns, with a vocabulary from each class.
///
/// Like [`NGram`], but the most frequent n-grams are chosen in each class of the training
/// sequences for itself, in the order of the class codes; the vocabulary is the union, in
/// the order in which the n-grams come up.
#[derive(Clone, Debug)]
pub struct ClassNGram {
    params: NGramParams,
}

impl ClassNGram {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a parameter outside its range.
    pub fn new(params: NGramParams) -> Result<ClassNGram> {
        params.check("class_n_gram")?;
        Ok(ClassNGram { params })
    }
}

impl SupervisedTransformer for ClassNGram {
    fn fit(&self, train: &Samples<'_>, classes: &Classes) -> Result<Box<dyn FittedTransformer>> {
        let sequences = train.sequences()?;
        classes.expect_len(sequences.len())?;
        let mut groups = vec![Vec::new(); classes.n_classes()];
        for (sample, &class) in classes.codes().iter().enumerate() {
            groups[class as usize].push(sample);
        }
        Ok(Box::new(FittedNGram::fit("class_n_gram", &self.params, sequences, &groups)?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(FittedNGram::restore(&self.params, state)?))
    }
}
