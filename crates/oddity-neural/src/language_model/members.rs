//! The detector: members with weights of their own, and the mean of their scores.

use std::sync::Arc;

use oddity_core::{
    Artefact, Detector, Epoch, Error, FittedDetector, Progress, Result, Samples, Scores, Seed,
    SequencesView, State, TrainingHistory, Unwatched, Watch,
};

use super::NAME;
use super::checkpoint::{Standing, Training};
use super::engine::LanguageScorer;
use super::evaluate::evaluate;
use super::params::LstmLanguageModelParams;
use super::sizes::LanguageSizes;
use super::statistic::RunningStatistic;
use super::text::{Text, Vocabulary};
use super::train::{Run, train};
use crate::backend::Backend;
use crate::load_error::LoadError;
use crate::native::Native;
use crate::training::split;
use crate::weights::Weights;

/// The part of the seed that the sequences held out are drawn from.
const HELD_OUT: u64 = 1;

/// Scores a sequence by how badly LSTM networks foretell each of its symbols.
///
/// A network reads a sequence symbol by symbol and gives every symbol of its vocabulary a
/// probability of being the next; it is trained to make those of the training sequences large.
/// The loss of a symbol is `-ln p(symbol | the symbols before it)`, the first one's too, which
/// follows a start that is no symbol. The score of a sequence of `l` symbols is, by default, the
/// mean of its losses:
///
/// ```text
/// score = 1/l sum of -ln p(x_t | x_1 .. x_t-1) over t from 1 to l
/// ```
///
/// or another [`Statistic`](crate::Statistic) of them. That of an empty sequence is 0, also where
/// members' scores are standardised next.
///
/// - **Network.** An embedding, LSTM layers (tanh, sigmoid gates), dropout between layers if
///   asked for, a dense layer and a softmax.
/// - **Vocabulary.** The symbols of the training sequences, the held out ones too, and one for
///   all symbols that are not among them. That one has a probability like the others: in each
///   epoch a share `unseen_share` of the training symbols, drawn anew, is taken for it, both
///   where it is read and where it follows. So an unseen symbol costs about
///   `-ln unseen_share`, 6.9 nats by default, and what comes after it is still foretold.
/// - **Training.** Sequences are sorted by length and cut into batches; batches come in another
///   order each epoch. A batch goes through the network in chunks of `bptt` steps: states pass
///   from chunk to chunk, gradients do not, and after each chunk Adam takes a step. A gradient
///   is the sum over the chunk's symbols divided by the sequences of a batch, at most
///   `batch_size`, times `bptt`, so that each symbol weighs the same. Of
///   [`TrainingParams`](crate::TrainingParams), `loss` is not read; the validation loss is the
///   mean over the symbols of the sequences held out.
/// - **Relative scores.** With `relative`, the mean of the losses, of the sequence or of each
///   window, is divided by 0.5 plus the entropy of the same symbols, in nats, from how often
///   each occurs among them. A stretch of many different symbols is hard to foretell for any
///   model, a monotonous one easy; what counts is how much the training sequences help. Serrà
///   et al. correct for complexity in this manner, with a difference in place of the ratio.
/// - **Direction.** A model that reads `backward` foretells each symbol from those behind it. It
///   errs in other places than one that reads forward, so that the two together say more than
///   two of a kind.
/// - **Members.** Several networks, each with a seed and sizes of its own, trained on the same
///   sequences. Each one's score is standardised by mean and deviation of its scores of the
///   sequences held out (of the training sequences, where none are); the score is the mean over
///   members. Kim et al. pass them through a leaky rectifier first. A single member's score
///   stays as it is.
/// - **Windows.** `lowest_window` looks for a stretch that is normal beyond doubt: normal
///   sequences hold stretches that are foretold almost without loss, and one is enough.
/// - **Backend.** Members train and score on any [`Backend`], [`Native`] by default.
/// - **Watched.** A watcher sees the epochs of all members, one member after the other. Where it
///   ends the training, that of the member at hand ends, and each member behind has one epoch
///   and asks again. A checkpoint has the members whose training is over and where the next one is;
///   a training goes on from it to the same bits, and refuses one of another training
///   ([`Checkpoint`](oddity_core::Error::Checkpoint)).
/// - **Cost.** `6 p` operations a symbol, epoch and member for `p` parameters, `2 p` to score.
///   Training takes memory for a gradient of all parameters and for all states of `bptt` steps,
///   or those of the longest sequence, for every 16 sequences of a batch. Scoring takes memory
///   for 32 sequences a thread and 64 steps of each, whatever their length, and for the window.
/// - Pointwise: a score depends on its sequence alone.
///
/// # Measured
///
/// On ADFA-LD, fitted on the 833 normal training traces, with three members of one layer of 128,
/// `training = { epochs = 12, batch_size = 16, learning_rate = 0.004, clip_norm = 1.0,
/// schedule = "cosine" }` and the other parameters as by default. The area under the ROC curve
/// of a fifth of the training traces, left out of a fit of one member in 14 epochs, against the
/// attacks of folders 1 to 7; and of the 4,372 validation traces against all 746 attacks, and against those
/// of folders 8 to 10:
///
/// | score | left out, folders 1 to 7 | validation, all | validation, 8 to 10 |
/// | --- | --- | --- | --- |
/// | mean | 0.855 | 0.837 | 0.835 |
/// | `lowest_window = 50` | 0.867 | 0.858 | 0.862 |
/// | `lowest_window = 200`, relative | 0.909 | 0.854 | 0.855 |
///
/// One member of 128 that reads backward, with `lowest_window = 50`, has 0.860 on all validation
/// traces.
///
/// The last was chosen on the left column, and its advantage did not carry over to the
/// validation traces. Members of one size differ little: the mean of three is as good as one.
///
/// # Errors
///
/// `fit` refuses samples that are no sequences ([`Kind`](oddity_core::Error::Kind)), no sequence
/// with a symbol or none left to train on
/// ([`TooFewSamples`](oddity_core::Error::TooFewSamples)), a single one where whole series are to
/// be held out ([`TooFewSeries`](oddity_core::Error::TooFewSeries)), and ends where the loss is
/// not finite ([`Diverged`](oddity_core::Error::Diverged)).
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Seed, Sequences};
/// use oddity_neural::{LstmLanguageModel, LstmLanguageModelParams};
///
/// // open, read until the end, close.
/// let normal = |n: usize| [vec![5], vec![3; n], vec![6]].concat();
/// let train: Sequences = (0..120).map(|i| normal(1 + i % 4).repeat(3)).collect();
/// let params: LstmLanguageModelParams = toml::from_str(
///     "members = [[16]]
///      embedding = 8
///      training = { epochs = 15, batch_size = 8, learning_rate = 0.01 }",
/// )?;
/// let fitted = LstmLanguageModel::new(params)?.fit(&train.samples(), Seed(1))?;
/// let test: Sequences =
///     [vec![5, 3, 3, 6, 5, 3, 6], vec![5, 3, 6, 6, 3, 5, 6], vec![5, 3, 9, 9, 9, 3, 6]]
///         .into_iter()
///         .collect();
/// let scores = fitted.score(&test.samples())?;
/// let [normal, order, unseen] = [0, 1, 2].map(|sequence| scores.values()[sequence]);
/// assert!(2.0 * normal < order && 2.0 * normal < unseen);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
///
/// - G. Kim, H. Yi, J. Lee, Y. Paek and S. Yoon. LSTM-based system-call language modeling and
///   robust ensemble method for designing host-based intrusion detection systems. 2016,
///   arXiv 1611.01726.
/// - T. Mikolov, M. Karafiát, L. Burget, J. Černocký and S. Khudanpur. Recurrent neural network
///   based language model. Interspeech 2010, doi:10.21437/Interspeech.2010-343.
/// - Truncated back-propagation: R. J. Williams and J. Peng. An efficient gradient-based
///   algorithm for on-line training of recurrent network trajectories. Neural Computation 2(4),
///   1990, doi:10.1162/neco.1990.2.4.490.
/// - Dropout between layers alone: W. Zaremba, I. Sutskever and O. Vinyals. Recurrent neural
///   network regularization. 2014, arXiv 1409.2329.
/// - Relative scores: J. Serrà, D. Álvarez, V. Gómez, O. Slizovskaia, J. F. Núñez and J. Luque.
///   Input complexity and out-of-distribution detection with likelihood-based generative models.
///   ICLR 2020, arXiv 1909.11480.
#[derive(Clone, Debug)]
pub struct LstmLanguageModel {
    params: LstmLanguageModelParams,
    backend: Arc<dyn Backend>,
}

impl LstmLanguageModel {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for one outside its range.
    pub fn new(params: LstmLanguageModelParams) -> Result<LstmLanguageModel> {
        params.check()?;
        Ok(LstmLanguageModel { params, backend: Arc::new(Native) })
    }

    /// The same detector, fitted and scored on another backend than [`Native`].
    pub fn on(self, backend: Arc<dyn Backend>) -> LstmLanguageModel {
        LstmLanguageModel { backend, ..self }
    }

    /// Fits as [`Detector::fit_watched`] does, and gives the detector as what it is: one that can
    /// be saved.
    ///
    /// # Errors
    ///
    /// Those of [`Detector::fit_watched`].
    pub fn fit_model(
        &self,
        samples: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<FittedLanguageModel> {
        let (sequences, params) = (samples.sequences()?, &self.params);
        let texts: Vec<usize> =
            (0..sequences.len()).filter(|&at| !sequences.get(at).is_empty()).collect();
        // The same sequences are held out for all members, so that their scores compare.
        let (shown, held_out) =
            split(NAME, texts.len(), &params.training, seed.derive(HELD_OUT), |at| at)?;
        let of = |places: Vec<usize>| places.into_iter().map(|place| texts[place]).collect();
        let (shown, held_out): (Vec<usize>, Vec<usize>) = (of(shown), of(held_out));
        let vocabulary = Vocabulary::new(sequences);
        let rounding = params.training.precision.of(&*self.backend)?;
        let backend = rounding.as_deref().unwrap_or(&*self.backend);
        let training = Training::new(params, sequences, &vocabulary, seed, backend.id());
        let (mut done, mut from) = (Vec::new().into_iter(), None);
        if let Some(bytes) = watch.resume() {
            let sizes = params.members.iter().map(|units| params.sizes(&vocabulary, units));
            let (members, standing) = training
                .read(&bytes, &sizes.collect::<Vec<_>>())
                .map_err(|source| Error::Checkpoint { step: NAME, source: source.into() })?;
            (done, from) = (members.into_iter(), Some(standing));
        }
        let mut fitted =
            FittedLanguageModel { vocabulary, members: Vec::new(), params: params.clone() };
        for (index, units) in params.members.iter().enumerate() {
            let seed = seed.derive(index as u64 + 2);
            let sizes = params.sizes(&fitted.vocabulary, units);
            let run = Run {
                name: NAME,
                vocabulary: &fitted.vocabulary,
                sequences,
                shown: &shown,
                held_out: &held_out,
                params: &params.training,
                bptt: params.bptt,
                dropout: params.dropout,
                unseen_share: params.unseen_share,
                direction: params.direction,
                backend,
            };
            let n_epochs = params.training.epochs;
            let mut watch = |record: Epoch, epoch: usize, standing: &dyn Fn() -> Standing| {
                let of = |n_members: usize| n_epochs.saturating_mul(n_members);
                let (epoch, n_epochs) = (of(index).saturating_add(epoch), of(params.members.len()));
                let members = || fitted.members.iter().map(|of| (&of.weights, &of.history));
                let checkpoint = || training.to_bytes(members(), &standing());
                watch.epoch(&Progress::new(record, epoch, n_epochs, &checkpoint))
            };
            let (weights, history) = match done.next() {
                Some(trained) => trained,
                None => train(&run, &sizes, seed, from.take(), &mut watch)?,
            };
            let scorer = backend.language_scorer(&sizes, &weights);
            let scorer =
                scorer.map_err(|source| Error::Foreign { step: NAME, source: source.into() })?;
            let mut member = Member { sizes, weights, scorer, history, mean: 0.0, deviation: 1.0 };
            if 1 < params.members.len() {
                let seen = if held_out.is_empty() { &shown } else { &held_out };
                let scores = fitted.statistics(&member, sequences, seen);
                member.standardize(&scores);
            }
            fitted.members.push(member);
        }
        Ok(fitted)
    }
}

impl Detector for LstmLanguageModel {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        self.fit_watched(train, seed, &mut Unwatched)
    }

    fn fit_watched(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(self.fit_model(train, seed, watch)?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(FittedLanguageModel::restore(&self.params, state, &*self.backend)?))
    }
}

/// A fitted [`LstmLanguageModel`].
#[derive(Debug)]
pub struct FittedLanguageModel {
    pub(super) vocabulary: Vocabulary,
    pub(super) members: Vec<Member>,
    pub(super) params: LstmLanguageModelParams,
}

/// A model and what makes its scores compare with those of others.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) sizes: LanguageSizes,
    pub(super) weights: Weights,
    pub(super) scorer: Box<dyn LanguageScorer>,
    pub(super) history: TrainingHistory,
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Member {
    /// Takes mean and deviation of the scores of sequences held out.
    fn standardize(&mut self, scores: &[f64]) {
        let n = scores.len() as f64;
        self.mean = scores.iter().sum::<f64>() / n;
        let squares: f64 = scores.iter().map(|score| (score - self.mean).powi(2)).sum();
        let deviation = (squares / n).sqrt();
        self.deviation = if 0.0 < deviation { deviation } else { 1.0 };
    }
}

impl FittedLanguageModel {
    /// The same detector, which scores on another backend.
    ///
    /// # Errors
    ///
    /// Those of [`Backend::language_scorer`].
    pub fn on(mut self, backend: &dyn Backend) -> Result<FittedLanguageModel, LoadError> {
        let rounding = self.params.training.precision.of(backend)?;
        let backend = rounding.as_deref().unwrap_or(backend);
        for member in &mut self.members {
            member.scorer = backend.language_scorer(&member.sizes, &member.weights)?;
        }
        Ok(self)
    }

    fn statistics(
        &self,
        member: &Member,
        sequences: SequencesView<'_>,
        chosen: &[usize],
    ) -> Vec<f64> {
        let LstmLanguageModelParams { statistic, relative, direction, .. } = self.params;
        let vocabulary = &self.vocabulary;
        let start = RunningStatistic::new(statistic, relative, vocabulary.n_classes());
        let text = Text { vocabulary, sequences, chosen, direction, noise: None };
        evaluate(text, &start, |rows, read| member.scorer.evaluate(rows, read))
    }
}

impl FittedDetector for FittedLanguageModel {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let sequences = samples.sequences()?;
        let all: Vec<usize> = (0..sequences.len()).collect();
        let mut scores = vec![0.0; all.len()];
        for member in &self.members {
            let of_member = self.statistics(member, sequences, &all);
            for (sum, score) in scores.iter_mut().zip(of_member) {
                *sum += (score - member.mean) / member.deviation / self.members.len() as f64;
            }
        }
        Scores::new(scores)
    }

    /// Of the first member.
    fn history(&self) -> Option<&TrainingHistory> {
        self.members.first().map(|member| &member.history)
    }

    /// `description`, a text in TOML, and below `weights` the tensors, named as in
    /// [`to_bytes`](FittedLanguageModel::to_bytes). It is the same whatever backend the members
    /// were fitted on; restored on another one, scores differ by rounding.
    fn state(&self) -> Option<State> {
        Some(self.kept())
    }

    /// `detector.safetensors` and its description `detector.toml`.
    fn artefacts(&self) -> Vec<Artefact> {
        let artefact = |name: &str, bytes| Artefact { name: name.to_owned(), bytes };
        vec![
            artefact("detector.safetensors", self.to_bytes()),
            artefact("detector.toml", self.description().into_bytes()),
        ]
    }
}
