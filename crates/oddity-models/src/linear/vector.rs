//! Products and sums of vectors in eight lanes of fixed order: the same bits whatever
//! instructions the machine has. Call them inside a `pulp` dispatch, which compiles the
//! loops for the widest registers.

const LANES: usize = 8;

/// The inner product of two vectors of one length.
#[inline(always)]
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [[0.0; LANES]; 4];
    let (left_runs, right_runs) = (left.chunks_exact(4 * LANES), right.chunks_exact(4 * LANES));
    let (left, right) = (left_runs.remainder(), right_runs.remainder());
    for (left, right) in left_runs.zip(right_runs) {
        for (run, sums) in sums.iter_mut().enumerate() {
            for lane in 0..LANES {
                sums[lane] += left[run * LANES + lane] * right[run * LANES + lane];
            }
        }
    }
    let (left_runs, right_runs) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let (left, right) = (left_runs.remainder(), right_runs.remainder());
    for (left, right) in left_runs.zip(right_runs) {
        for lane in 0..LANES {
            sums[0][lane] += left[lane] * right[lane];
        }
    }
    let tail: f64 = left.iter().zip(right).map(|(left, right)| left * right).sum();
    let [first, second, third, fourth] = sums;
    let mut lanes = [0.0; LANES];
    for lane in 0..LANES {
        lanes[lane] = (first[lane] + second[lane]) + (third[lane] + fourth[lane]);
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + tail
}

/// `sum += factor * vector`.
#[inline(always)]
pub(crate) fn add_scaled(sum: &mut [f64], factor: f64, vector: &[f64]) {
    sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += factor * value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_product_takes_every_element_once() {
        for len in [0, 1, 7, 8, 9, 31, 32, 33, 87, 120, 130] {
            let left: Vec<f64> = (0..len).map(|at| (at * at) as f64).collect();
            let right: Vec<f64> = (0..len).map(|at| (3 * at + 1) as f64).collect();
            let expected: f64 = left.iter().zip(&right).map(|(left, right)| left * right).sum();
            assert_eq!(dot(&left, &right), expected, "length {len}");
        }
    }
}
