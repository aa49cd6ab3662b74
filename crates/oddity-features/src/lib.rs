//! Transformers: sequences and rows to the samples that a model reads.
//!
//! # Overview
//!
//! Every transformer has parameters of its own, is checked once in `new`, and implements
//! [`oddity_core::Transformer`], or [`oddity_core::SupervisedTransformer`] where it learns
//! from classes:
//!
//! | transformer | from | to |
//! | --- | --- | --- |
//! | [`Tokenize`] | records with a column of text | the sequence of the tokens of each row |
//! | [`NGram`] | sequences | sparse counts of the most frequent n-grams |
//! | [`ClassNGram`] | sequences and classes | the same, with a vocabulary from each class |
//! | [`TfIdf`] | sparse counts | sparse weights |
//! | [`Numeric`] | records | rows of their number columns |
//! | [`DropConstant`] | rows, records | the columns that vary |
//! | [`Standardize`] | rows | rows with mean 0 and deviation 1 |
//! | [`MinMax`] | rows | rows within a range |
//! | [`Log1p`] | rows | rows of logarithms |
//! | [`Pca`] | rows | places along the directions of the largest variance |
//! | [`LabelEncode`] | rows, sequences | rows of ordinals |
//! | [`OneHot`] | rows of categories, records | sparse rows of 0 and 1 |
//! | [`RunningStats`] | rows | rows with statistics of the rows before |
//! | [`Dense`] | sparse rows | rows |
//! | [`PacketInfo`] | records of packets | the Info text as columns |
//! | [`Flow`] | records of packets | the same with features of their flows |
//! | [`DampedStats`] | records of packets | the same with damped statistics of senders, channels, sockets |
//!
//! [`StepConfig`] names all of them in a configuration and builds them. Steps from rows to
//! rows also take windows, and transform the table below them.
//!
//! [`WindowLayout`] turns rows and their labels into windows, at once or in a stream, and
//! [`row_scores`] brings scores back. That is no step: it changes what a sample is.
//!
//! # Example
//!
//! ```
//! use oddity_core::{Sequences, Transformer};
//! use oddity_features::{NGram, NGramParams};
//!
//! let train: Sequences = [vec![6u16, 6, 63, 6], vec![6, 6, 42]].into_iter().collect();
//! let bigrams = NGram::new(NGramParams { sizes: vec![2], top_share: 0.5, ..Default::default() })?;
//! let counts = bigrams.fit(&train.samples())?.transform(&train.samples())?.into_dense()?;
//! assert_eq!(counts.columns().iter().collect::<Vec<_>>(), ["6 6", "6 63"]);
//! assert_eq!(counts.row(0), [1.0, 1.0]);
//! # Ok::<(), oddity_core::Error>(())
//! ```
//!
//! # What it does not do
//!
//! It reads no files (`oddity-ingest`) and holds no model (`oddity-models`). Fitting reads
//! the training samples from memory; [`StandardizeFit`], [`MinMaxFit`] and [`PcaFit`] take
//! them in parts.

mod catalogue;
mod categories;
mod damped_stats;
mod dense;
mod drop_constant;
mod flow;
mod label_encode;
mod log1p;
mod min_max;
mod n_gram;
mod numeric;
mod one_hot;
mod packet_info;
mod packets;
mod pca;
mod row_wise;
mod running_stats;
mod standardize;
mod tf_idf;
mod tokenize;
mod windows;

pub use catalogue::StepConfig;
pub use damped_stats::{DampedStats, DampedStatsParams};
pub use dense::{Dense, DenseParams};
pub use drop_constant::{DropConstant, DropConstantParams};
pub use flow::{Flow, FlowFeature, FlowParams};
pub use label_encode::{LabelEncode, LabelEncodeParams, UnseenLabel};
pub use log1p::{Log1p, Log1pParams};
pub use min_max::{FittedMinMax, MinMax, MinMaxFit, MinMaxParams};
pub use n_gram::{ClassNGram, Edge, NGram, NGramParams, Value};
pub use numeric::{MissingNumber, Numeric, NumericParams};
pub use oddity_linalg::{Components, PrincipalComponents, RandomizedParams, Solver};
pub use one_hot::{OneHot, OneHotParams, UnseenCategory};
pub use packet_info::{
    Choice, Field, InfoKind, Note, PacketDialect, PacketInfo, PacketInfoParams, ParsedInfo,
};
pub use pca::{FittedPca, Pca, PcaFit, PcaParams};
pub use running_stats::{RunningStats, RunningStatsParams, Statistic};
pub use standardize::{
    Deviation, FittedStandardize, Standardize, StandardizeFit, StandardizeParams,
};
pub use tf_idf::{Norm, TfIdf, TfIdfParams};
pub use tokenize::{Tokenize, TokenizeParams, UnseenToken};
pub use windows::{
    RowRule, RowScores, StreamedWindows, WindowEdge, WindowLabel, WindowLayout, WindowStream,
    WindowsParams, row_scores,
};
