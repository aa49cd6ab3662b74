//! Text to sequences of symbols: tokens between white space, numbered.

use std::collections::{BTreeSet, HashMap};

use oddity_core::{
    Column, ColumnKind, Error, FittedTransformer, Records, Result, Samples, SamplesOwned,
    Sequences, State, Symbol, Transformer,
};
use serde::{Deserialize, Serialize};

const STEP: &str = "tokenize";

/// What messages and explanations call a token that training did not have.
const UNSEEN: &str = "(unseen)";

/// Tokens that have a symbol of their own, at most: one more symbol is for all others.
const MAX_TOKENS: usize = Symbol::MAX as usize;

/// Parameters of [`Tokenize`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenizeParams {
    /// The column of text or categories that is read. It may be left out where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What becomes of a token that was not among the training rows.
    pub unseen: UnseenToken,
}

/// What becomes of a token that was not among the training rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnseenToken {
    /// All of them become one symbol that training does not have.
    #[default]
    Symbol,
    /// It is an error.
    Error,
}

/// Text to sequences: each row becomes the sequence of its tokens, what lies between white space.
///
/// The distinct tokens of the training rows, in the order of their bytes, are the symbols 0, 1, 2
/// and so on; the next one is for every token that they do not have. A text without a token
/// becomes the empty sequence. What was numbered is told by
/// [`symbol_names`](FittedTransformer::symbol_names).
///
/// - Shapes: records of `n` rows to `n` sequences.
/// - Cost: linear in the bytes of the texts.
/// - Errors: [`Error::Kind`] for samples other than records; [`Error::MissingColumn`];
///   [`Error::ColumnKind`] for a column of numbers; [`Error::Numeric`] for more than 65,535
///   distinct tokens, and where no column is named and there is not exactly one of text.
///
/// ```
/// use oddity_core::{Column, Records, Transformer};
/// use oddity_features::{Tokenize, TokenizeParams};
///
/// let calls = |texts: [&str; 2]| Column::Text(texts.into_iter().collect());
/// let train = Records::new([("calls", calls(["open read close", "open close"]))])?;
/// let tokenize = Tokenize::new(TokenizeParams::default());
/// let fitted = tokenize.fit(&train.samples())?;
/// let test = Records::new([("calls", calls(["open  mmap close", ""]))])?;
/// let traces = fitted.transform(&test.samples())?;
/// let traces = traces.view();
/// assert_eq!(traces.sequences()?.get(0), [1, 3, 0]);
/// assert!(traces.sequences()?.get(1).is_empty());
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tokenize {
    params: TokenizeParams,
}

impl Tokenize {
    /// A tokenizer; all parameters are allowed.
    pub fn new(params: TokenizeParams) -> Tokenize {
        Tokenize { params }
    }

    /// The name of the column that is read.
    fn column(&self, records: &Records) -> Result<String> {
        if let Some(name) = &self.params.column {
            return Ok(name.clone());
        }
        let is_text = |column: &Column| column.kind() != ColumnKind::Numbers;
        let mut named = records.iter().filter(|(_, column)| is_text(column));
        match (named.next(), named.next()) {
            (Some((name, _)), None) => Ok(name.to_owned()),
            _ => Err(Error::Numeric {
                step: STEP,
                what: "wanted the name of the column to read, or one column of text alone",
            }),
        }
    }
}

impl Transformer for Tokenize {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let records = train.records()?;
        if records.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let column = self.column(records)?;
        let text = records.texts(&column)?;
        let mut tokens = BTreeSet::new();
        for row in 0..records.n_rows() {
            for token in text(row).split_whitespace() {
                if !tokens.contains(token) {
                    tokens.insert(token.to_owned());
                }
            }
            if MAX_TOKENS < tokens.len() {
                let what = "found more than 65,535 distinct tokens";
                return Err(Error::Numeric { step: STEP, what });
            }
        }
        let tokens: Vec<String> = tokens.into_iter().collect();
        Ok(Box::new(FittedTokenize::new(column, tokens, self.params.unseen)))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let [column] = state.texts("column")? else {
            return Err(state.wrong("column", "the name of a column"));
        };
        let tokens = state.texts("tokens")?;
        if MAX_TOKENS < tokens.len() || !tokens.is_sorted_by(|a, b| a < b) {
            return Err(state.wrong("tokens", "at most 65,535 tokens in ascending order"));
        }
        Ok(Box::new(FittedTokenize::new(column.clone(), tokens.to_vec(), self.params.unseen)))
    }
}

struct FittedTokenize {
    column: String,
    tokens: Vec<String>,
    symbols: HashMap<String, Symbol>,
    unseen: UnseenToken,
}

impl FittedTokenize {
    /// Numbers at most 65,535 tokens.
    fn new(column: String, tokens: Vec<String>, unseen: UnseenToken) -> FittedTokenize {
        let symbols = tokens.iter().cloned().zip(0..).collect();
        FittedTokenize { column, tokens, symbols, unseen }
    }
}

impl FittedTransformer for FittedTokenize {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let records = samples.records()?;
        let text = records.texts(&self.column)?;
        let (mut symbols, mut offsets) = (Vec::new(), vec![0]);
        for row in 0..records.n_rows() {
            for token in text(row).split_whitespace() {
                symbols.push(match (self.symbols.get(token), self.unseen) {
                    (Some(&symbol), _) => symbol,
                    // At most 65,535 tokens are numbered below it.
                    (None, UnseenToken::Symbol) => self.tokens.len() as Symbol,
                    (None, UnseenToken::Error) => {
                        let (column, value) = (self.column.clone(), token.to_owned());
                        return Err(Error::UnseenText { row, column, value });
                    }
                });
            }
            offsets.push(symbols.len());
        }
        Ok(Sequences::new(symbols, offsets)?.into())
    }

    fn symbol_names(&self) -> Option<Vec<String>> {
        Some(self.tokens.iter().cloned().chain([UNSEEN.to_owned()]).collect())
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_texts("column", [&self.column]);
        state.put_texts("tokens", &self.tokens);
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(column: Column) -> Records {
        let numbers = Column::Numbers(vec![1.0; column.len()]);
        Records::new([("n", numbers), ("calls", column)]).unwrap()
    }

    fn text(rows: &[&str]) -> Records {
        records(Column::Text(rows.iter().copied().collect()))
    }

    #[test]
    fn categories_are_read_as_text() {
        let train = text(&["b a", "a\tc\n"]);
        let fitted = Tokenize::new(TokenizeParams::default()).fit(&train.samples()).unwrap();
        let names = ["c  a", "b z"].map(str::to_owned);
        let test = records(Column::Categories { codes: vec![1, 0, 0], names: names.into() });
        let found = fitted.transform(&test.samples()).unwrap();
        let expected: Sequences = [vec![1, 3], vec![2, 0], vec![2, 0]].into_iter().collect();
        assert_eq!(found, expected.into());
        assert_eq!(fitted.symbol_names().unwrap(), ["a", "b", "c", "(unseen)"]);
    }

    #[test]
    fn an_unseen_token_can_be_refused() {
        let params = TokenizeParams { unseen: UnseenToken::Error, ..TokenizeParams::default() };
        let fitted = Tokenize::new(params).fit(&text(&["a b"]).samples()).unwrap();
        let error = fitted.transform(&text(&["a", "b z"]).samples()).unwrap_err();
        let said = "row 1, column \"calls\": category \"z\" was never seen in fit";
        assert_eq!(error.to_string(), said);
    }

    #[test]
    fn the_column_must_be_clear() {
        let default = Tokenize::new(TokenizeParams::default());
        let two = Records::new(["p", "q"].map(|name| (name, Column::Text(["a"].iter().collect()))));
        let refused = |records: &Records| default.fit(&records.samples()).err().unwrap();
        assert!(refused(&two.unwrap()).to_string().contains("the name of the column"));
        assert!(refused(&records(Column::Numbers(vec![2.0]))).to_string().contains("the name of"));
        let params = TokenizeParams { column: Some("n".to_owned()), ..TokenizeParams::default() };
        let error = Tokenize::new(params).fit(&text(&["a"]).samples()).err().unwrap();
        assert!(matches!(error, Error::ColumnKind { .. }), "{error}");
    }

    #[test]
    fn more_tokens_than_symbols_are_refused() {
        let words = |n: usize| (0..n).map(|word| format!("{word} ")).collect::<String>();
        let fit =
            |n| Tokenize::new(TokenizeParams::default()).fit(&text(&[words(n).as_str()]).samples());
        assert!(fit(65_536).is_err());
        let found = fit(65_535).unwrap().transform(&text(&["x 65534"]).samples()).unwrap();
        assert_eq!(found.view().sequences().unwrap().get(0)[0], 65_535);
    }

    #[test]
    fn an_altered_state_is_refused() {
        let fitted = Tokenize::new(TokenizeParams::default()).fit(&text(&["b a"]).samples());
        let mut state = fitted.unwrap().state().unwrap();
        state.put_texts("tokens", ["b", "a"]);
        assert!(Tokenize::new(TokenizeParams::default()).restore(&state).is_err());
    }
}
