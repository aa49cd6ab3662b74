//! Adam as Keras has it: epsilon joins the root of the raw second moment (arXiv 1412.6980).

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use oddity_neural::{LoadError, OptimizerState, TrainingParams, Weights};

use crate::weights::{Named, numbers};

/// What is remembered of each tensor of a module, in the order of its tensors: both moments, as
/// rows of numbers. Those of moving statistics stay 0.
pub(crate) struct Adam {
    tensors: Vec<Named>,
    moments: [Vec<Tensor<1>>; 2],
    pub(crate) n_steps: u64,
}

impl Adam {
    pub(crate) fn new(tensors: Vec<Named>, device: &Device) -> Adam {
        let zeros = |(_, shape): &Named| Tensor::zeros([shape.iter().product::<usize>()], device);
        let moments = [0, 1].map(|_| tensors.iter().map(zeros).collect());
        Adam { tensors, moments, n_steps: 0 }
    }

    /// One step with a batch's gradients.
    pub(crate) fn step<M: Module>(
        &mut self,
        module: M,
        gradients: Gradients,
        params: &TrainingParams,
        learning_rate: f64,
    ) -> M {
        self.n_steps += 1;
        let mut gradient_scale = 1.0;
        if let Some(most) = params.clip_norm {
            let mut norm = Norm { gradients: &gradients, squares: None };
            module.visit(&mut norm);
            let squares = norm.squares.map_or(0.0, |sum| f64::from(numbers(sum)[0]));
            if most < squares.sqrt() {
                gradient_scale = most / squares.sqrt();
            }
        }
        let rest = |beta: f64| 1.0 - beta.powf(self.n_steps as f64);
        let rate = learning_rate * rest(params.beta_2).sqrt() / rest(params.beta_1);
        let Adam { moments: [first, second], .. } = self;
        module.map(&mut Update { first, second, at: 0, gradients, params, rate, gradient_scale })
    }

    pub(crate) fn state(&self) -> OptimizerState {
        let moments = [0, 1].map(|moment: usize| {
            let mut named = Weights::default();
            for ((name, shape), values) in self.tensors.iter().zip(&self.moments[moment]) {
                if !is_statistic(name) {
                    let inserted = named.insert(name.clone(), shape, numbers(values.clone()));
                    debug_assert!(inserted.is_ok(), "a moment a weight");
                }
            }
            named
        });
        OptimizerState { n_steps: self.n_steps, moments }
    }

    pub(crate) fn set_state(
        &mut self,
        device: &Device,
        state: &OptimizerState,
    ) -> Result<(), LoadError> {
        for (moments, named) in self.moments.iter_mut().zip(&state.moments) {
            for ((name, expected), moment) in self.tensors.iter().zip(moments) {
                if is_statistic(name) {
                    continue;
                }
                let Some((found, values)) = named.get(name) else {
                    return Err(LoadError::MissingTensor { name: name.clone() });
                };
                if found != expected {
                    let (expected, found) = (expected.clone(), found.to_vec());
                    return Err(LoadError::Shape { name: name.clone(), expected, found });
                }
                let data = TensorData::new(values.to_vec(), [values.len()]);
                *moment = Tensor::from_data(data, device);
            }
        }
        self.n_steps = state.n_steps;
        Ok(())
    }
}

fn is_statistic(name: &str) -> bool {
    name.ends_with(".moving_mean") || name.ends_with(".moving_variance")
}

/// The sum of the squares of all gradients.
struct Norm<'a> {
    gradients: &'a Gradients,
    squares: Option<Tensor<1>>,
}

impl ModuleVisitor for Norm<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.val().grad(self.gradients) {
            let sum = gradient.square().sum();
            self.squares = Some(match self.squares.take() {
                Some(squares) => squares + sum,
                None => sum,
            });
        }
    }
}

struct Update<'a> {
    first: &'a mut [Tensor<1>],
    second: &'a mut [Tensor<1>],
    at: usize,
    gradients: Gradients,
    params: &'a TrainingParams,
    rate: f64,
    gradient_scale: f64,
}

impl ModuleMapper for Update<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let at = self.at;
        self.at += 1;
        let Some(gradient) = param.val().grad_remove(&mut self.gradients) else { return param };
        let gradient = gradient.mul_scalar(self.gradient_scale);
        let TrainingParams { beta_1, beta_2, epsilon, .. } = *self.params;
        let n = gradient.shape().num_elements();
        let gradient: Tensor<1> = gradient.reshape([n]);
        let moved = |moment: &mut Tensor<1>, beta: f64, value: Tensor<1>| {
            let moment_now = moment.clone().mul_scalar(beta) + value.mul_scalar(1.0 - beta);
            *moment = moment_now.clone();
            moment_now
        };
        let first = moved(&mut self.first[at], beta_1, gradient.clone());
        let second = moved(&mut self.second[at], beta_2, gradient.square());
        let change = first.mul_scalar(self.rate) / second.sqrt().add_scalar(epsilon);
        param.map(|value| {
            let value = value.inner();
            let change = change.reshape(value.shape());
            (value - change).autodiff().require_grad()
        })
    }
}
