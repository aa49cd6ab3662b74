//! Dropout that drops the numbers that the native trainer drops.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use oddity_kernels::LANES;
use oddity_kernels::dropout::Dropout as Kernel;

use crate::flow::Flow;
use crate::network::Pass;

/// Sets a share of the numbers to a constant in training, and moves the others.
#[derive(Module, Debug)]
pub(crate) struct Dropout {
    #[module(skip)]
    pub(crate) kernel: Kernel,
    /// Among the dropouts of the network.
    #[module(skip)]
    pub(crate) index: usize,
}

impl Dropout {
    pub(crate) fn forward(&self, flow: Flow, pass: &Pass) -> Flow {
        if !pass.trains {
            return flow;
        }
        let steps = flow.into_steps();
        let n_steps = steps.len();
        let drop = |(step, rows): (usize, Tensor<2>)| {
            let [n_rows, width] = rows.dims();
            let kept = self.kept(pass.key, [n_rows, n_steps, step, width]);
            let kept = TensorData::new(kept, [n_rows, width]);
            let kept = Tensor::<2>::from_data(kept, &rows.device());
            let Kernel { scale, shift, dropped, .. } = self.kernel;
            // The kept ones times scale, plus shift; the others are a constant.
            let constant = kept.clone().mul_scalar(shift - dropped).add_scalar(dropped);
            rows * kept.mul_scalar(scale) + constant
        };
        Flow::Steps(steps.into_iter().enumerate().map(drop).collect())
    }

    /// 1 for each number of a step that is kept, else 0.
    fn kept(&self, key: u64, [n_rows, n_steps, step, width]: [usize; 4]) -> Vec<f32> {
        let chooses = Kernel { rate: self.kernel.rate, scale: 1.0, shift: 0.0, dropped: 0.0 };
        // Each dropout of a network makes choices of its own.
        let key = key.wrapping_add((self.index as u64) << 48);
        // As a row of the native trainer lies.
        let padded = width.next_multiple_of(LANES);
        let mut all = Vec::with_capacity(n_rows * width);
        let mut row = vec![0.0; padded];
        for sample in 0..n_rows {
            row.fill(1.0);
            chooses.apply(key, ((sample * n_steps + step) * padded) as u64, &mut row);
            all.extend_from_slice(&row[..width]);
        }
        all
    }
}
