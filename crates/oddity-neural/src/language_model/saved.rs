//! A fitted language model as bytes: members, vocabulary and what a sequence is scored by.

use oddity_core::{State, Symbol, TrainingHistory};
use serde::{Deserialize, Serialize};

use super::NAME;
use super::members::{FittedLanguageModel, Member};
use super::params::LstmLanguageModelParams;
use super::text::Vocabulary;
use crate::backend::Backend;
use crate::load_error::LoadError;
use crate::native::Native;
use crate::state::{DESCRIPTION, WEIGHTS, text};
use crate::weights::{Archive, Weights, parse, write_archive};

/// The form of descriptions that is written, and the last that is read.
const FORM: u32 = 1;

/// All but the tensors.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    form: u32,
    /// What the detector is.
    kind: String,
    /// The symbols of the training sequences, ascending: the first has class 0. Behind them come
    /// the class of all unseen symbols and, among what is read only, the start.
    symbols: Vec<Symbol>,
    params: LstmLanguageModelParams,
    members: Vec<MemberDescription>,
}

/// What makes a member's scores compare with those of others, and how it was trained.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberDescription {
    mean: f64,
    deviation: f64,
    history: TrainingHistory,
}

impl FittedLanguageModel {
    /// The detector as bytes: one blob of safetensors with a description in TOML and a checksum
    /// over everything, as of a [`SavedNetwork`](crate::SavedNetwork). Tensors are named
    /// `members.M.layers.N.TENSOR`: layer 0 has the `embeddings`, `[symbol][number]`, one row a
    /// known symbol in ascending order, one for unseen ones and one for the start; the layers
    /// behind are named and laid out as in [`Weights`]. The last layer makes a number a class.
    pub fn to_bytes(&self) -> Vec<u8> {
        write_archive(&self.tensors(), Some(&self.describe()))
    }

    fn tensors(&self) -> Weights {
        let mut tensors = Weights::default();
        for (index, member) in self.members.iter().enumerate() {
            tensors.extend(&prefix(index), member.weights.clone());
        }
        tensors
    }

    /// What the detector is kept as: the [`description`](FittedLanguageModel::description), and
    /// below `weights` the tensors, named as in its bytes.
    pub(super) fn kept(&self) -> State {
        let mut state = State::new();
        state.put_texts(DESCRIPTION, [self.description()]);
        state.put_part(WEIGHTS, self.tensors().state());
        state
    }

    /// The detector of a state, if it is one of these parameters, to score on a backend.
    pub(super) fn restore(
        params: &LstmLanguageModelParams,
        state: &State,
        backend: &dyn Backend,
    ) -> oddity_core::Result<FittedLanguageModel> {
        let tensors = Weights::kept(&state.part(WEIGHTS))?;
        let fitted = FittedLanguageModel::described(text(state)?, &tensors, backend);
        let fitted = fitted.map_err(|error| state.refused(DESCRIPTION, error))?;
        if fitted.params != *params {
            return Err(state.wrong(DESCRIPTION, "the parameters of the detector"));
        }
        Ok(fitted)
    }

    /// Vocabulary, parameters and history as TOML, to lie beside the tensors where a reader
    /// should see them.
    pub fn description(&self) -> String {
        match toml::to_string(&self.describe()) {
            Ok(text) => text,
            Err(error) => unreachable!("descriptions are tables of plain values: {error}"),
        }
    }

    /// Reads what [`to_bytes`](FittedLanguageModel::to_bytes) wrote; on the native trainer the
    /// detector scores as before, to the bit.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for bytes that are not what was written, cut or altered: no safetensors,
    /// another checksum, a description that is missing, of a later form or of something else,
    /// parameters that are refused, and tensors that are missing, unknown, of another shape or
    /// not finite.
    pub fn from_bytes(bytes: &[u8]) -> Result<FittedLanguageModel, LoadError> {
        let archive = Archive::read(bytes)?;
        FittedLanguageModel::described(archive.text()?, &archive.weights, &Native)
    }

    /// Takes a description and all tensors, to score on a backend.
    fn described(
        text: &str,
        tensors: &Weights,
        backend: &dyn Backend,
    ) -> Result<FittedLanguageModel, LoadError> {
        let wrong = |message: &str| LoadError::Description { message: message.to_owned() };
        let Description { kind, symbols, params, members, .. } = parse(text, FORM)?;
        if kind != NAME {
            return Err(LoadError::Use { wanted: "an LSTM language model" });
        }
        params.check()?;
        if !symbols.is_sorted_by(|before, after| before < after) {
            return Err(wrong("the symbols do not ascend"));
        }
        if members.len() != params.members.len() {
            return Err(wrong("there are not as many members as the parameters say"));
        }
        let rounding = params.training.precision.of(backend)?;
        let backend = rounding.as_deref().unwrap_or(backend);
        let vocabulary = Vocabulary::of(&symbols);
        let mut n_tensors = 0;
        let member = |(index, (described, units)): (usize, (MemberDescription, &Vec<usize>))| {
            let MemberDescription { mean, deviation, history } = described;
            if !mean.is_finite() || deviation <= 0.0 || !deviation.is_finite() {
                return Err(wrong("the scores of a member have no mean and deviation"));
            }
            if history.epochs.len() <= history.best {
                return Err(wrong("the best epoch is none of the training"));
            }
            let sizes = params.sizes(&vocabulary, units);
            let weights = tensors.below(&prefix(index));
            n_tensors += weights.len();
            sizes.check(&weights)?;
            let scorer = backend.language_scorer(&sizes, &weights)?;
            Ok(Member { sizes, weights, scorer, history, mean, deviation })
        };
        let members = members.into_iter().zip(&params.members).enumerate().map(member);
        let members = members.collect::<Result<Vec<Member>, LoadError>>()?;
        if n_tensors != tensors.len() {
            return Err(wrong("there are tensors of members that the parameters do not name"));
        }
        Ok(FittedLanguageModel { vocabulary, members, params })
    }

    fn describe(&self) -> Description {
        let member = |member: &Member| MemberDescription {
            mean: member.mean,
            deviation: member.deviation,
            history: member.history.clone(),
        };
        Description {
            form: FORM,
            kind: NAME.to_owned(),
            symbols: self.vocabulary.known(),
            params: self.params.clone(),
            members: self.members.iter().map(member).collect(),
        }
    }
}

fn prefix(member: usize) -> String {
    format!("members.{member}.")
}
