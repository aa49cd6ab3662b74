//! The catalogue: every model by its `kind`, with its parameters as plain configuration.
//!
//! A configuration is a table with the key `kind` and the model's parameters, of which those
//! left out have their defaults:
//!
//! ```
//! use oddity_models::catalogue::ClassifierConfig;
//!
//! let config: ClassifierConfig = toml::from_str("kind = 'knn'\nk = 3")?;
//! assert_eq!(config.kind(), "knn");
//! let classifier = config.build()?;
//!
//! let unknown = toml::from_str::<ClassifierConfig>("kind = 'knn'\nneighbours = 3");
//! assert!(unknown.unwrap_err().to_string().contains("unknown field `neighbours`"));
//! # let _ = classifier;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`classifiers`], [`detectors`] and [`online_detectors`] list what there is. The kinds `linfa/...` are there with
//! the feature `linfa`.

use std::sync::Arc;

use oddity_core::{Classifier, Detector, Result, SampleKind};
use oddity_neural::{
    DenseAutoencoder, DenseAutoencoderParams, LstmAutoencoder, LstmAutoencoderParams,
    LstmForecaster, LstmForecasterParams, LstmLanguageModel, LstmLanguageModelParams,
    OnlineLstmAutoencoder, OnlineLstmAutoencoderParams,
};
use serde::{Deserialize, Serialize};

use crate::baseline::{
    ConstantDetector, Length, MostFrequentClass, NoParams, RandomClass, RandomDetector,
};
use crate::bayes::{GaussianNb, GaussianNbParams};
use crate::clusters::{Cblof, CblofParams, KMeansDistance, KMeansDistanceParams};
use crate::custom::{CustomDetector, CustomParams};
use crate::ensemble::{Ensemble, EnsembleParams};
use crate::gaussian::{Gmm, GmmParams, Mcd, McdParams};
use crate::isolation::{IsolationForest, IsolationForestParams};
use crate::kernel::{KernelPca, KernelPcaParams, OneClassSvm, OneClassSvmParams, Svm, SvmParams};
use crate::linear::{
    Lda, LdaParams, LogisticRegression, LogisticRegressionParams, PcaReconstruction,
    PcaReconstructionParams,
};
#[cfg(feature = "linfa")]
use crate::linfa::{
    LinfaCart, LinfaCartParams, LinfaGaussianNb, LinfaGaussianNbParams, LinfaKnn, LinfaKnnParams,
    LinfaLogisticRegression, LinfaLogisticRegressionParams, LinfaSvm, LinfaSvmParams,
};
use crate::marginal::{Copod, CopodParams, Ecod, EcodParams, Hbos, HbosParams};
use crate::neighbours::{Knn, KnnDistance, KnnDistanceParams, KnnParams, Lof, LofParams};
use crate::online::{
    HalfSpaceTrees, HalfSpaceTreesParams, Kitsune, KitsuneParams, Online, OnlineModel,
    OnlineParams, RobustRandomCutForest, RobustRandomCutForestParams, RunningZScore,
    RunningZScoreParams,
};
use crate::sequence::{
    Hmm, HmmParams, Markov, MarkovParams, NGramKnn, NGramKnnParams, Stide, StideParams, TStide,
    TStideParams,
};
use crate::series::{
    LocalRegression, LocalRegressionParams, MatrixProfile, MatrixProfileParams, SpectralResidual,
    SpectralResidualParams,
};
use crate::tree::{Cart, CartParams, RandomForest, RandomForestParams};

/// One model of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<Config> {
    /// The name that a configuration selects the model by.
    pub kind: &'static str,
    /// What the model does, in one sentence.
    pub summary: &'static str,
    /// The kinds of samples that the model reads; of an ensemble, those that there are members
    /// for ([`DetectorConfig::reads`] says it of one ensemble).
    pub reads: &'static [SampleKind],
    /// The configuration with every parameter at its default.
    pub default: Config,
}

/// Dense rows, and sparse ones too.
const ROWS: &[SampleKind] = &[SampleKind::Rows, SampleKind::Sparse];
/// Rows, and windows over them.
const ROWS_AND_WINDOWS: &[SampleKind] =
    &[SampleKind::Rows, SampleKind::Sparse, SampleKind::Windows];
/// Windows over rows.
const WINDOWS: &[SampleKind] = &[SampleKind::Windows];
/// Sequences of symbols.
const SEQUENCES: &[SampleKind] = &[SampleKind::Sequences];
/// Samples of every kind but records, of which steps make one of these.
const ANY: &[SampleKind] =
    &[SampleKind::Rows, SampleKind::Sparse, SampleKind::Windows, SampleKind::Sequences];

/// Writes a configuration's type, its `kind` and `build`, and the list of the models, from
/// one table: kind, model, parameters, samples, summary. Unlisted are those that need more than
/// defaults.
macro_rules! catalogue {
    (
        $(#[$doc:meta])* $config:ident, $list:ident: $contract:ident;
        $(
            $(#[$cfg:meta])*
            $kind:literal $variant:ident = $model:ty, $params:ty, $reads:expr, $summary:literal;
        )*
        $(
            unlisted:
            $(
                $own_kind:literal $own:ident =
                    $own_model:ty, $own_params:ty, $own_reads:expr, $own_summary:literal;
            )*
        )?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        #[non_exhaustive]
        pub enum $config {
            $(
                $(#[$cfg])*
                #[doc = $summary]
                #[serde(rename = $kind)]
                $variant($params),
            )*
            $($(
                #[doc = $own_summary]
                #[serde(rename = $own_kind)]
                $own($own_params),
            )*)?
        }

        impl $config {
            /// The name that the model is selected by.
            pub fn kind(&self) -> &'static str {
                match self {
                    $( $(#[$cfg])* $config::$variant(_) => $kind, )*
                    $($( $config::$own(_) => $own_kind, )*)?
                }
            }

            fn entry(summary: &'static str, default: $config) -> Entry<$config> {
                Entry { kind: default.kind(), summary, reads: default.listed_reads(), default }
            }

            /// The kinds of samples that the catalogue lists for the model.
            fn listed_reads(&self) -> &'static [SampleKind] {
                match self {
                    $( $(#[$cfg])* $config::$variant(_) => $reads, )*
                    $($( $config::$own(_) => $own_reads, )*)?
                }
            }

            /// The model with these parameters.
            ///
            /// # Errors
            ///
            /// For a parameter outside its range.
            pub fn build(&self) -> Result<Arc<dyn $contract>> {
                match self {
                    $(
                        $(#[$cfg])*
                        $config::$variant(params) => Ok(Arc::new(<$model>::new(params.clone())?)),
                    )*
                    $($(
                        $config::$own(params) => {
                            Ok(Arc::new(<$own_model>::new(params.clone())?))
                        }
                    )*)?
                }
            }
        }

        #[doc = concat!("Every model that a [`", stringify!($config), "`] can select.")]
        pub fn $list() -> Vec<Entry<$config>> {
            Vec::from([
                $( $(#[$cfg])* $config::entry($summary, $config::$variant(<$params>::default())), )*
            ])
        }
    };
}

catalogue! {
    /// A classifier with its parameters, selected by `kind`.
    ClassifierConfig, classifiers: Classifier;

    "logistic_regression" LogisticRegression = LogisticRegression, LogisticRegressionParams, ROWS,
        "Fits a linear function of the columns to the log-odds of the classes.";
    "lda" Lda = Lda, LdaParams, ROWS,
        "Separates classes that are normal with one covariance, by linear functions.";
    "random_forest" RandomForest = RandomForest, RandomForestParams, ROWS,
        "Averages decision trees that are grown on resampled rows and random columns.";
    "cart" Cart = Cart, CartParams, ROWS,
        "Grows one decision tree.";
    "knn" Knn = Knn, KnnParams, ROWS,
        "Takes a vote of the training rows nearest to a row.";
    "gaussian_nb" GaussianNb = GaussianNb, GaussianNbParams, ROWS,
        "Takes every column as normal within a class and independent of the others.";
    "svm" Svm = Svm, SvmParams, ROWS,
        "Separates classes by the widest margin in the space of a kernel.";
    "constant" Constant = MostFrequentClass, NoParams, ANY,
        "Predicts the most frequent training class, whatever the sample.";
    "random" Random = RandomClass, NoParams, ANY,
        "Draws a class as often as it occurs in training, from the seed and the sample.";
    #[cfg(feature = "linfa")]
    "linfa/logistic_regression" LinfaLogisticRegression =
        LinfaLogisticRegression, LinfaLogisticRegressionParams, ROWS,
        "Logistic regression of linfa.";
    #[cfg(feature = "linfa")]
    "linfa/cart" LinfaCart = LinfaCart, LinfaCartParams, ROWS,
        "A decision tree of linfa.";
    #[cfg(feature = "linfa")]
    "linfa/knn" LinfaKnn = LinfaKnn, LinfaKnnParams, ROWS,
        "A vote of the nearest training rows that linfa finds.";
    #[cfg(feature = "linfa")]
    "linfa/gaussian_nb" LinfaGaussianNb = LinfaGaussianNb, LinfaGaussianNbParams, ROWS,
        "Gaussian naive Bayes of linfa.";
    #[cfg(feature = "linfa")]
    "linfa/svm" LinfaSvm = LinfaSvm, LinfaSvmParams, ROWS,
        "A support vector machine of linfa.";
}

catalogue! {
    /// A one-class detector with its parameters, selected by `kind`.
    DetectorConfig, detectors: Detector;

    "pca_reconstruction" PcaReconstruction =
        PcaReconstruction, PcaReconstructionParams, ROWS_AND_WINDOWS,
        "Scores a row or window by its squared distance to the first principal components.";
    "dense_autoencoder" DenseAutoencoder = DenseAutoencoder, DenseAutoencoderParams, ROWS,
        "Scores a row by how badly a network of dense layers makes it again.";
    "lstm_autoencoder" LstmAutoencoder = LstmAutoencoder, LstmAutoencoderParams, WINDOWS,
        "Scores a window by how badly a recurrent network makes it again.";
    "lstm_forecaster" LstmForecaster = LstmForecaster, LstmForecasterParams, WINDOWS,
        "Scores a window by how badly a recurrent network foretells its last row.";
    "lstm_language_model" LstmLanguageModel =
        LstmLanguageModel, LstmLanguageModelParams, SEQUENCES,
        "Scores a sequence by how badly recurrent networks foresee its symbols.";
    "online_lstm_autoencoder" OnlineLstmAutoencoder =
        OnlineLstmAutoencoder, OnlineLstmAutoencoderParams, ROWS,
        "Scores each row of a stream by how badly a recurrent network foresees it, then learns it.";
    "ensemble" Ensemble = Ensemble, EnsembleParams, ANY,
        "Combines the standardised scores of several detectors.";
    "stide" Stide = Stide, StideParams, SEQUENCES,
        "Scores a sequence by the share of its n-grams that were never seen in training.";
    "n_gram_knn" NGramKnn = NGramKnn, NGramKnnParams, SEQUENCES,
        "Scores a sequence by how little its n-grams are those of the training sequences nearest to it.";
    "constant" Constant = ConstantDetector, NoParams, ANY,
        "Gives every sample score 0.";
    "length" Length = Length, NoParams, SEQUENCES,
        "Scores a sequence by the number of its symbols.";
    "random" Random = RandomDetector, NoParams, ANY,
        "Draws a score from the seed and the sample.";

    "isolation_forest" IsolationForest =
        IsolationForest, IsolationForestParams, ROWS_AND_WINDOWS,
        "Scores a row or window by how soon random splits leave it alone.";
    "hbos" Hbos = Hbos, HbosParams, ROWS_AND_WINDOWS,
        "Scores a row or window by how low the bars of its values are in histograms.";
    "ecod" Ecod = Ecod, EcodParams, ROWS_AND_WINDOWS,
        "Scores a row or window by the tail probabilities of its values.";
    "copod" Copod = Copod, CopodParams, ROWS_AND_WINDOWS,
        "Scores a row or window by the tail probabilities of an empirical copula.";
    "lof" Lof = Lof, LofParams, ROWS_AND_WINDOWS,
        "Scores a row or window by how much thinner it is around it than around its neighbours.";
    "knn_distance" KnnDistance = KnnDistance, KnnDistanceParams, ROWS_AND_WINDOWS,
        "Scores a row or window by its distance to the nearest training samples.";
    "k_means_distance" KMeansDistance = KMeansDistance, KMeansDistanceParams, ROWS_AND_WINDOWS,
        "Scores a row or window by its distance to the nearest of a few centres.";
    "cblof" Cblof = Cblof, CblofParams, ROWS_AND_WINDOWS,
        "Scores a row or window by its distance to the nearest large cluster.";
    "one_class_svm" OneClassSvm = OneClassSvm, OneClassSvmParams, ROWS_AND_WINDOWS,
        "Scores a sample by how far it lies outside a surface around most training samples.";
    "kernel_pca" KernelPca = KernelPca, KernelPcaParams, ROWS_AND_WINDOWS,
        "Scores a sample by its distance to the principal components in the space of a kernel.";
    "gmm" Gmm = Gmm, GmmParams, ROWS_AND_WINDOWS,
        "Scores a sample by how little likely it is under a mixture of normal distributions.";
    "mcd" Mcd = Mcd, McdParams, ROWS_AND_WINDOWS,
        "Scores a sample by its Mahalanobis distance to the middle of most training samples.";
    "matrix_profile" MatrixProfile = MatrixProfile, MatrixProfileParams, WINDOWS,
        "Scores a window by its distance to the nearest of other windows.";
    "spectral_residual" SpectralResidual =
        SpectralResidual, SpectralResidualParams, ROWS_AND_WINDOWS,
        "Scores a row, or the last row of a window, by what stands out of the spectrum.";
    "local_regression" LocalRegression =
        LocalRegression, LocalRegressionParams, ROWS_AND_WINDOWS,
        "Scores a row by its distance to what a polynomial through the rows before foretells.";
    // Sequences of symbols.
    "t_stide" TStide = TStide, TStideParams, SEQUENCES,
        "Scores a sequence by the share of its n-grams that are unseen or rare in training.";
    "markov" Markov = Markov, MarkovParams, SEQUENCES,
        "Scores a sequence by how badly a Markov model of variable order foresees its symbols.";
    "hmm" Hmm = Hmm, HmmParams, SEQUENCES,
        "Scores a sequence by how unlikely a chain of hidden states is to emit it.";

    // Online detectors, over tables in the order of their time.
    "online" Online = Online, OnlineParams, ROWS,
        "Takes an online detector along a table, with a test for drift if asked for.";
    "half_space_trees" HalfSpaceTrees = HalfSpaceTrees, HalfSpaceTreesParams, ROWS,
        "Scores each row of a stream by how few of the last window lie where it does.";
    "robust_random_cut_forest" RobustRandomCutForest =
        RobustRandomCutForest, RobustRandomCutForestParams, ROWS,
        "Scores each row of a stream by how much it changes random trees of the last rows.";
    "running_z_score" RunningZScore = RunningZScore, RunningZScoreParams, ROWS,
        "Scores each row of a stream by how many deviations it is off the rows before it.";
    "kitsune" Kitsune = Kitsune, KitsuneParams, ROWS,
        "Scores each row of a stream by how badly an ensemble of small networks makes it again.";

    unlisted:
    "custom" Custom = CustomDetector, CustomParams, ANY, "Is a detector of the program's own.";
}

catalogue! {
    /// An online detector with its parameters, selected by `kind`.
    OnlineConfig, online_detectors: OnlineModel;

    "half_space_trees" HalfSpaceTrees = HalfSpaceTrees, HalfSpaceTreesParams, ROWS,
        "Scores a row by how few rows of the last window lie where it does.";
    "robust_random_cut_forest" RobustRandomCutForest =
        RobustRandomCutForest, RobustRandomCutForestParams, ROWS,
        "Scores a row by how much it changes random trees of the last rows.";
    "running_z_score" RunningZScore = RunningZScore, RunningZScoreParams, ROWS,
        "Scores a row by how many deviations it is off the rows before it.";
    "kitsune" Kitsune = Kitsune, KitsuneParams, ROWS,
        "Scores a row by how badly an ensemble of small networks makes it again.";
    "online_lstm_autoencoder" OnlineLstmAutoencoder =
        OnlineLstmAutoencoder, OnlineLstmAutoencoderParams, ROWS,
        "Scores a row by how badly a recurrent network foresees it.";
}

impl DetectorConfig {
    /// The kinds of samples that the detector reads; of an ensemble, those that all its members
    /// read.
    pub fn reads(&self) -> Vec<SampleKind> {
        match self {
            DetectorConfig::Ensemble(params) => params.reads(),
            other => other.listed_reads().to_vec(),
        }
    }
}
