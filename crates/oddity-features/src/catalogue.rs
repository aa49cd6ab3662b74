//! Every transformer by its name in a configuration.

use std::sync::Arc;

use oddity_core::{Causality, Result, Step, Transformer};
use serde::{Deserialize, Serialize};

use crate::{
    ClassNGram, DampedStats, DampedStatsParams, Dense, DenseParams, DropConstant,
    DropConstantParams, Flow, FlowParams, LabelEncode, LabelEncodeParams, Log1p, Log1pParams,
    MinMax, MinMaxParams, NGram, NGramParams, Numeric, NumericParams, OneHot, OneHotParams,
    PacketInfo, PacketInfoParams, Pca, PcaParams, RunningStats, RunningStatsParams, Standardize,
    StandardizeParams, TfIdf, TfIdfParams, Tokenize, TokenizeParams,
};

/// One step of a pipeline in a configuration: `kind` names the transformer, the other
/// fields are its parameters.
///
/// ```toml
/// kind = "class_n_gram"
/// sizes = [1, 2, 3]
/// columns_per_size = 29
/// edge = "as-published"
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepConfig {
    /// [`NGram`]: one vocabulary, without classes.
    NGram(NGramParams),
    /// [`ClassNGram`]: a vocabulary from each class. Fits only in a classifier's pipeline.
    ClassNGram(NGramParams),
    /// [`TfIdf`].
    TfIdf(TfIdfParams),
    /// [`Numeric`].
    Numeric(NumericParams),
    /// [`DropConstant`].
    DropConstant(DropConstantParams),
    /// [`Standardize`].
    Standardize(StandardizeParams),
    /// [`MinMax`].
    MinMax(MinMaxParams),
    /// [`Log1p`].
    Log1p(Log1pParams),
    /// [`Pca`].
    Pca(PcaParams),
    /// [`RunningStats`].
    RunningStats(RunningStatsParams),
    /// [`LabelEncode`].
    LabelEncode(LabelEncodeParams),
    /// [`OneHot`].
    OneHot(OneHotParams),
    /// [`Dense`].
    Dense(DenseParams),
    /// [`PacketInfo`].
    PacketInfo(PacketInfoParams),
    /// [`Flow`].
    Flow(FlowParams),
    /// [`DampedStats`].
    DampedStats(DampedStatsParams),
    /// [`Tokenize`].
    Tokenize(TokenizeParams),
}

impl StepConfig {
    /// Checks the parameters and builds the transformer.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for a parameter outside its range.
    pub fn build(&self) -> Result<Step> {
        Ok(match self.clone() {
            StepConfig::NGram(params) => plain(NGram::new(params)?),
            StepConfig::ClassNGram(params) => Step::Supervised(Arc::new(ClassNGram::new(params)?)),
            StepConfig::TfIdf(params) => plain(TfIdf::new(params)?),
            StepConfig::Numeric(params) => plain(Numeric::new(params)?),
            StepConfig::DropConstant(params) => plain(DropConstant::new(params)?),
            StepConfig::Standardize(params) => plain(Standardize::new(params)?),
            StepConfig::MinMax(params) => plain(MinMax::new(params)?),
            StepConfig::Log1p(params) => plain(Log1p::new(params)?),
            StepConfig::Pca(params) => plain(Pca::new(params)?),
            StepConfig::RunningStats(params) => plain(RunningStats::new(params)?),
            StepConfig::LabelEncode(params) => plain(LabelEncode::new(params)?),
            StepConfig::OneHot(params) => plain(OneHot::new(params)?),
            StepConfig::Dense(params) => plain(Dense::new(params)?),
            StepConfig::PacketInfo(params) => plain(PacketInfo::new(params)?),
            StepConfig::Flow(params) => plain(Flow::new(params)?),
            StepConfig::DampedStats(params) => plain(DampedStats::new(params)?),
            StepConfig::Tokenize(params) => plain(Tokenize::new(params)),
        })
    }

    /// One of each, with default parameters.
    pub fn defaults() -> Vec<StepConfig> {
        vec![
            StepConfig::NGram(NGramParams::default()),
            StepConfig::ClassNGram(NGramParams::default()),
            StepConfig::TfIdf(TfIdfParams::default()),
            StepConfig::Numeric(NumericParams::default()),
            StepConfig::DropConstant(DropConstantParams::default()),
            StepConfig::Standardize(StandardizeParams::default()),
            StepConfig::MinMax(MinMaxParams::default()),
            StepConfig::Log1p(Log1pParams::default()),
            StepConfig::Pca(PcaParams::default()),
            StepConfig::RunningStats(RunningStatsParams::default()),
            StepConfig::LabelEncode(LabelEncodeParams::default()),
            StepConfig::OneHot(OneHotParams::default()),
            StepConfig::Dense(DenseParams::default()),
            StepConfig::PacketInfo(PacketInfoParams::default()),
            StepConfig::Flow(FlowParams::default()),
            StepConfig::DampedStats(DampedStatsParams::default()),
            StepConfig::Tokenize(TokenizeParams::default()),
        ]
    }

    /// What a sample's output depends on besides the sample, whatever was learnt: what
    /// [`oddity_core::FittedTransformer::causality`] will say.
    pub fn causality(&self) -> Causality {
        match self {
            StepConfig::Flow(_) | StepConfig::DampedStats(_) | StepConfig::RunningStats(_) => {
                Causality::Causal
            }
            _ => Causality::Pointwise,
        }
    }

    /// What the step does, in one sentence.
    pub fn summary(&self) -> &'static str {
        match self {
            StepConfig::Numeric(_) => "Takes the number columns of a table, as dense rows.",
            StepConfig::OneHot(_) => "Makes a column of 0 and 1 of each category.",
            StepConfig::LabelEncode(_) => "Makes a number of each category or sequence.",
            StepConfig::DropConstant(_) => "Drops columns that do not vary in training.",
            StepConfig::Standardize(_) => "Takes the mean off, and divides by the deviation.",
            StepConfig::MinMax(_) => "Moves each column to the range from 0 to 1.",
            StepConfig::Log1p(_) => "Takes the logarithm of 1 plus each value.",
            StepConfig::Pca(_) => "Turns rows to their principal components.",
            StepConfig::RunningStats(_) => "Adds statistics over the last rows.",
            StepConfig::Dense(_) => "Writes sparse rows out.",
            StepConfig::NGram(_) => "Counts n-grams of sequences.",
            StepConfig::ClassNGram(_) => "Counts n-grams, with a vocabulary of each class.",
            StepConfig::TfIdf(_) => "Weighs counts by how rare they are.",
            StepConfig::PacketInfo(_) => "Reads the fields of a packet out of Wireshark's text.",
            StepConfig::Flow(_) => "Adds statistics of the connection that a packet is of.",
            StepConfig::DampedStats(_) => "Adds damped statistics by sender, channel and socket.",
            StepConfig::Tokenize(_) => "Makes a sequence of the tokens of a text.",
        }
    }

    /// The name in `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            StepConfig::NGram(_) => "n_gram",
            StepConfig::ClassNGram(_) => "class_n_gram",
            StepConfig::TfIdf(_) => "tf_idf",
            StepConfig::Numeric(_) => "numeric",
            StepConfig::DropConstant(_) => "drop_constant",
            StepConfig::Standardize(_) => "standardize",
            StepConfig::MinMax(_) => "min_max",
            StepConfig::Log1p(_) => "log1p",
            StepConfig::Pca(_) => "pca",
            StepConfig::RunningStats(_) => "running_stats",
            StepConfig::LabelEncode(_) => "label_encode",
            StepConfig::OneHot(_) => "one_hot",
            StepConfig::Dense(_) => "dense",
            StepConfig::PacketInfo(_) => "packet_info",
            StepConfig::Flow(_) => "flow",
            StepConfig::DampedStats(_) => "damped_stats",
            StepConfig::Tokenize(_) => "tokenize",
        }
    }
}

fn plain(transformer: impl Transformer + 'static) -> Step {
    Step::Plain(Arc::new(transformer))
}
