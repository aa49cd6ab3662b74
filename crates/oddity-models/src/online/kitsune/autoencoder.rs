//! An autoencoder of one hidden layer whose second layer is the first one transposed.

use oddity_core::{Result, Seed, State};

/// The network, with the range of its inputs so far.
#[derive(Clone, Debug)]
pub(super) struct Autoencoder {
    /// `[input][hidden]`.
    weights: Vec<f64>,
    hidden_bias: Vec<f64>,
    output_bias: Vec<f64>,
    /// None before the first row.
    range: Option<(Vec<f64>, Vec<f64>)>,
}

impl Autoencoder {
    /// Weights between `-1/n` and `1/n`, biases of 0, for `n` inputs.
    pub(super) fn new(n_inputs: usize, hidden: f64, seed: Seed) -> Autoencoder {
        let n_hidden = n_hidden(n_inputs, hidden);
        let reach = 1.0 / n_inputs as f64;
        let weight = |at: usize| reach * (2.0 * seed.derive(at as u64).uniform() - 1.0);
        Autoencoder {
            weights: (0..n_inputs * n_hidden).map(weight).collect(),
            hidden_bias: vec![0.0; n_hidden],
            output_bias: vec![0.0; n_inputs],
            range: None,
        }
    }

    /// Inputs between 0 and 1; one whose range is a point is moved alone.
    fn scale(&self, inputs: &[f64]) -> Vec<f64> {
        let Some((least, most)) = &self.range else { return vec![0.0; inputs.len()] };
        let columns = inputs.iter().zip(least).zip(most);
        let scaled = columns.map(|((x, least), most)| {
            let extent = most - least;
            (x - least) / if 0.0 < extent { extent } else { 1.0 }
        });
        scaled.collect()
    }

    fn hidden(&self, x: &[f64]) -> Vec<f64> {
        let n_hidden = self.hidden_bias.len();
        let mut hidden = self.hidden_bias.clone();
        for (weights, x) in self.weights.chunks_exact(n_hidden).zip(x) {
            hidden.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += x * weight);
        }
        hidden.iter_mut().for_each(|sum| *sum = sigmoid(*sum));
        hidden
    }

    fn output<'a>(&'a self, hidden: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let rows = self.weights.chunks_exact(hidden.len()).zip(&self.output_bias);
        rows.map(move |(weights, bias)| {
            let products = weights.iter().zip(hidden).map(|(weight, h)| weight * h);
            sigmoid(bias + products.sum::<f64>())
        })
    }

    /// What is lacking of each input, between 0 and 1.
    pub(super) fn errors(&self, inputs: &[f64]) -> Vec<f64> {
        let x = self.scale(inputs);
        let hidden = self.hidden(&x);
        let errors = x.iter().zip(self.output(&hidden)).map(|(x, made)| x - made);
        errors.collect()
    }

    /// Learns from inputs by one step, and returns the root mean square of the errors before.
    pub(super) fn learn(&mut self, inputs: &[f64], learning_rate: f64) -> f64 {
        match &mut self.range {
            None => self.range = Some((inputs.to_vec(), inputs.to_vec())),
            Some((least, most)) => {
                least.iter_mut().zip(inputs).for_each(|(least, x)| *least = least.min(*x));
                most.iter_mut().zip(inputs).for_each(|(most, x)| *most = most.max(*x));
            }
        }
        let x = self.scale(inputs);
        let hidden = self.hidden(&x);
        let errors: Vec<f64> =
            x.iter().zip(self.output(&hidden)).map(|(x, made)| x - made).collect();
        let n_hidden = hidden.len();
        let mut of_hidden = vec![0.0; n_hidden];
        for (weights, error) in self.weights.chunks_exact(n_hidden).zip(&errors) {
            of_hidden.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += error * weight);
        }
        of_hidden.iter_mut().zip(&hidden).for_each(|(sum, h)| *sum *= h * (1.0 - h));
        for ((weights, x), error) in self.weights.chunks_exact_mut(n_hidden).zip(&x).zip(&errors) {
            for ((weight, of_hidden), h) in weights.iter_mut().zip(&of_hidden).zip(&hidden) {
                *weight += learning_rate * (x * of_hidden + error * h);
            }
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let [of_hidden, of_output] = [mean(&of_hidden), mean(&errors)];
        self.hidden_bias.iter_mut().for_each(|bias| *bias += learning_rate * of_hidden);
        self.output_bias.iter_mut().for_each(|bias| *bias += learning_rate * of_output);
        root_mean_square(&errors)
    }

    /// As a part of a state.
    pub(super) fn state(&self) -> State {
        let n = self.output_bias.len();
        let (least, most) = self.range.clone().unwrap_or_else(|| (vec![0.0; n], vec![0.0; n]));
        let mut state = State::new();
        state.put_f64s("weights", &[n, self.hidden_bias.len()], &self.weights);
        state.put_f64s("hidden_bias", &[self.hidden_bias.len()], &self.hidden_bias);
        state.put_f64s("output_bias", &[n], &self.output_bias);
        state.put_count("has_range", usize::from(self.range.is_some()));
        state.put_f64s("least", &[n], &least);
        state.put_f64s("most", &[n], &most);
        state
    }

    /// The network of a state, for so many inputs.
    pub(super) fn of_state(state: &State, n_inputs: usize, hidden: f64) -> Result<Autoencoder> {
        let (n, n_hidden) = (n_inputs, n_hidden(n_inputs, hidden));
        let least = state.f64s("least", &[n])?.to_vec();
        let most = state.f64s("most", &[n])?.to_vec();
        if least.iter().zip(&most).any(|(least, most)| most < least) {
            return Err(state.wrong("most", "values that are not below the least"));
        }
        let has_range = state.count_within("has_range", 1)? == 1;
        Ok(Autoencoder {
            weights: state.f64s("weights", &[n, n_hidden])?.to_vec(),
            hidden_bias: state.f64s("hidden_bias", &[n_hidden])?.to_vec(),
            output_bias: state.f64s("output_bias", &[n])?.to_vec(),
            range: has_range.then_some((least, most)),
        })
    }
}

/// Units of the hidden layer.
fn n_hidden(n_inputs: usize, hidden: f64) -> usize {
    ((n_inputs as f64 * hidden).ceil() as usize).max(1)
}

/// The root of the mean square.
pub(super) fn root_mean_square(errors: &[f64]) -> f64 {
    (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
