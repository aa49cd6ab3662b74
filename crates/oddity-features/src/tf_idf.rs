//! Term counts to weights: term frequency times inverse document frequency.

use oddity_core::{
    ANY, Columns, Csr, Error, FittedTransformer, Result, Samples, SamplesOwned, State, Transformer,
};
use serde::{Deserialize, Serialize};

/// Parameters of [`TfIdf`]; the defaults are scikit-learn's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TfIdfParams {
    /// What each row is divided by.
    pub norm: Norm,
    /// Whether a column is weighted by its inverse document frequency.
    pub use_idf: bool,
    /// Whether document frequencies are counted as if one more sample had every column.
    pub smooth_idf: bool,
    /// Whether a count `c` is replaced by `1 + ln(c)`.
    pub sublinear_tf: bool,
}

impl Default for TfIdfParams {
    fn default() -> TfIdfParams {
        TfIdfParams { norm: Norm::L2, use_idf: true, smooth_idf: true, sublinear_tf: false }
    }
}

/// What each row is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// Its Euclidean length.
    #[default]
    L2,
    /// The sum of its absolute values.
    L1,
    /// Nothing.
    None,
}

/// Sparse counts to TF-IDF weights.
///
/// The weight of count `c` in column `j` is `c * idf(j)` with
/// `idf(j) = ln((s + n) / (s + df(j))) + 1`, where `n` is the number of training samples,
/// `df(j)` how many of them have column `j`, and `s` is 1 if smoothed, else 0; each row is
/// then divided by its norm. As in scikit-learn, except for a column that no training sample
/// has and without smoothing: its weight is taken as if one had it, where scikit-learn's is
/// infinite.
///
/// Salton and Buckley 1988, doi:10.1016/0306-4573(88)90021-0.
///
/// - Shapes: sparse `n x d` to sparse `n x d`; 0 stays 0.
/// - Cost: time linear in the stored entries.
#[derive(Clone, Debug)]
pub struct TfIdf {
    params: TfIdfParams,
}

impl TfIdf {
    /// Takes the parameters, all of which are valid.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(params: TfIdfParams) -> Result<TfIdf> {
        Ok(TfIdf { params })
    }
}

impl Transformer for TfIdf {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let rows = train.sparse()?;
        if rows.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: "tf_idf", wanted: 1, found: 0 });
        }
        let mut n_with = vec![0usize; rows.n_columns()];
        for (column, value) in rows.iter().flat_map(|row| row.iter()) {
            n_with[column] += usize::from(value != 0.0);
        }
        let extra = usize::from(self.params.smooth_idf);
        let n_rows = (rows.n_rows() + extra) as f64;
        let weights = n_with
            .iter()
            .map(|&n_with| match self.params.use_idf {
                true => (n_rows / (n_with + extra).max(1) as f64).ln() + 1.0,
                false => 1.0,
            })
            .collect();
        let columns = rows.columns().clone();
        Ok(Box::new(FittedTfIdf { params: self.params.clone(), weights, columns }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let columns = state.columns("columns", ANY)?;
        let weights = state.f64s("weights", &[columns.len()])?.to_vec();
        if weights.iter().any(|weight| *weight < 0.0) {
            return Err(state.wrong("weights", "numbers of at least 0"));
        }
        Ok(Box::new(FittedTfIdf { params: self.params.clone(), weights, columns }))
    }
}

struct FittedTfIdf {
    params: TfIdfParams,
    weights: Vec<f64>,
    columns: Columns,
}

impl FittedTransformer for FittedTfIdf {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let rows = samples.sparse()?;
        if rows.n_columns() != self.weights.len() {
            let (expected, found) = (self.weights.len(), rows.n_columns());
            return Err(Error::Width { expected, found });
        }
        let mut offsets = vec![0];
        let mut indices = Vec::with_capacity(rows.n_entries());
        let mut values = Vec::with_capacity(rows.n_entries());
        for (row, entries) in rows.iter().enumerate() {
            let start = values.len();
            indices.extend_from_slice(entries.indices);
            for (column, value) in entries.iter() {
                values.push(self.frequency(row, column, value)? * self.weights[column]);
            }
            normalize(self.params.norm, &mut values[start..]);
            offsets.push(values.len());
        }
        Ok(Csr::new(offsets, indices, values, &self.columns)?.into())
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.columns);
        state.put_f64s("weights", &[self.weights.len()], &self.weights);
        Some(state)
    }
}

impl FittedTfIdf {
    fn frequency(&self, row: usize, column: usize, value: f64) -> Result<f64> {
        if !self.params.sublinear_tf || value == 0.0 {
            return Ok(value);
        }
        let frequency = value.ln() + 1.0;
        if frequency.is_finite() {
            return Ok(frequency);
        }
        Err(Error::NotFinite { row, column, value: frequency })
    }
}

fn normalize(norm: Norm, values: &mut [f64]) {
    let length = match norm {
        Norm::L2 => values.iter().map(|value| value * value).sum::<f64>().sqrt(),
        Norm::L1 => values.iter().map(|value| value.abs()).sum(),
        Norm::None => return,
    };
    if 0.0 < length {
        values.iter_mut().for_each(|value| *value /= length);
    }
}
