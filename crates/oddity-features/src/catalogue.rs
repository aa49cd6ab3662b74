//! Every transformer by its name in a configuration.

use std::sync::Arc;

use oddity_core::{Causality, Result, Step, Transformer};
use serde::{Deserialize, Serialize};

use crate::{
    ClassNGram, Dense, DenseParams, DropConstant, DropConstantParams, Flow, FlowParams,
    LabelEncode, LabelEncodeParams, Log1p, Log1pParams, MinMax, MinMaxParams, NGram, NGramParams,
    Numeric, NumericParams, OneHot, OneHotParams, PacketInfo, PacketInfoParams, Pca, PcaParams,
    RunningStats, RunningStatsParams, Standardize, StandardizeParams, TfIdf, TfIdfParams,
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
}

/// Every step with its parameters at their defaults, and what it does in one sentence.
pub fn steps() -> Vec<(StepConfig, &'static str)> {
    use StepConfig as Of;
    vec![
        (Of::Numeric(Default::default()), "Takes the number columns of a table, as dense rows."),
        (Of::OneHot(Default::default()), "Makes a column of 0 and 1 of each category."),
        (Of::LabelEncode(Default::default()), "Makes a number of each category or sequence."),
        (Of::DropConstant(Default::default()), "Drops columns that do not vary in training."),
        (Of::Standardize(Default::default()), "Takes the mean off, and divides by the deviation."),
        (Of::MinMax(Default::default()), "Moves each column to the range from 0 to 1."),
        (Of::Log1p(Default::default()), "Takes the logarithm of 1 plus each value."),
        (Of::Pca(Default::default()), "Turns rows to their principal components."),
        (Of::RunningStats(Default::default()), "Adds statistics over the last rows."),
        (Of::Dense(Default::default()), "Writes sparse rows out."),
        (Of::NGram(Default::default()), "Counts n-grams of sequences."),
        (Of::ClassNGram(Default::default()), "Counts n-grams, with a vocabulary of each class."),
        (Of::TfIdf(Default::default()), "Weighs counts by how rare they are."),
        (
            Of::PacketInfo(Default::default()),
            "Reads the fields of a packet out of Wireshark's text.",
        ),
        (Of::Flow(Default::default()), "Adds statistics of the connection that a packet is of."),
    ]
}

impl StepConfig {
    /// The name that the step is selected by.
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
        }
    }

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
        ]
    }

    /// What a sample's output depends on besides the sample, whatever was learnt: what
    /// [`oddity_core::FittedTransformer::causality`] will say.
    pub fn causality(&self) -> Causality {
        match self {
            StepConfig::Flow(_) | StepConfig::RunningStats(_) => Causality::Causal,
            _ => Causality::Pointwise,
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
        }
    }
}

fn plain(transformer: impl Transformer + 'static) -> Step {
    Step::Plain(Arc::new(transformer))
}
