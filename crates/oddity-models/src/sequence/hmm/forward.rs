//! One step of the forward recursion.

/// Writes to `to` the probabilities of the states before the next symbol is seen, from those
/// after the last one.
pub(super) fn step(transition: &[f64], from: &[f64], to: &mut [f64]) {
    to.fill(0.0);
    for (row, &share) in transition.chunks_exact(to.len()).zip(from) {
        to.iter_mut().zip(row).for_each(|(to, p)| *to += share * p);
    }
}

/// Takes a symbol in: multiplies by what each state emits it with, and divides by the sum, which
/// is the probability of the symbol after those before it.
pub(super) fn see(emitted: &[f64], states: &mut [f64]) -> f64 {
    states.iter_mut().zip(emitted).for_each(|(state, p)| *state *= p);
    let sum: f64 = states.iter().sum();
    if sum < f64::MIN_POSITIVE {
        // Impossible to rounding: any state may be next.
        let n = states.len() as f64;
        states.fill(1.0 / n);
        return f64::MIN_POSITIVE;
    }
    states.iter_mut().for_each(|state| *state /= sum);
    sum
}
