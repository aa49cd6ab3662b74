//! The generalised Pareto distribution of excesses over a threshold, by maximum likelihood.

/// A generalised Pareto distribution: an excess is above y with probability
/// `(1 + shape y / scale)^(-1 / shape)`, and `exp(-y / scale)` at shape 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    /// The shape: above 0 the tail is heavy, below 0 it ends at `-scale / shape`.
    pub shape: f64,
    /// The scale, above 0, in the unit of the excesses.
    pub scale: f64,
    /// The logarithm of the density of the excesses.
    pub log_likelihood: f64,
}

/// Points of the search on each side of 0.
const N_POINTS: usize = 40;

/// Halvings of an interval with a root: to the last bit of its ends.
const N_HALVINGS: usize = 60;

impl Pareto {
    /// The distribution that excesses, each above 0, are most likely under, of shapes from -1.
    ///
    /// With `x = shape / scale` the best shape is `mean ln(1 + x y)`, so that the likelihood is a
    /// function of x alone: Grimshaw's trick. Its extremes are roots of
    /// `(1 + mean ln(1 + x y)) mean(1 / (1 + x y)) - 1` between `-1 / max y` and
    /// `2 (mean y - min y) / (min y)^2`. They are looked for between 40 points on each side of 0,
    /// by halving; shape 0 and shape -1, where the likelihood has no bound below, are candidates
    /// too. Cost about 200 passes over the excesses.
    ///
    /// Differs from the program of Siffer et al., which looks for roots above 0 only from
    /// `2 (mean y - min y) / (mean y min y)`, above most of them, and compares roots with a
    /// likelihood of shape 0 whose sign is wrong: of the twelve tails among the fixtures of this
    /// crate, of shapes from -0.7 to 2, it calls eleven exponential.
    ///
    /// Source: Grimshaw 1993, doi:10.1080/00401706.1993.10485040.
    ///
    /// `None` without an excess, or if one is not above 0 and finite.
    pub fn fit(excesses: &[f64]) -> Option<Pareto> {
        let n_excesses = excesses.len() as f64;
        let (least, most) = excesses
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), &y| (least.min(y), most.max(y)));
        let mean = excesses.iter().map(|y| y / n_excesses).sum::<f64>();
        if excesses.is_empty() || !(0.0 < least && most.is_finite()) {
            return None;
        }
        // In units of the mean, which the search then knows nothing of.
        let ys: Vec<f64> = excesses.iter().map(|y| y / mean).collect();
        let (least, most) = (least / mean, most / mean);
        let exponential = Pareto { shape: 0.0, scale: 1.0, log_likelihood: -n_excesses };
        let log_likelihood = -n_excesses * most.ln();
        let uniform = Pareto { shape: -1.0, scale: most, log_likelihood };
        let end = 2.0 * (1.0 - least) / least.powi(2);
        let above = roots(&ys, &grid(1e-5, end.min(1e30)));
        let from_end = |distance: &f64| -(1.0 - distance) / most;
        let mut below: Vec<f64> = grid(1e-9, 0.5).iter().map(from_end).collect();
        below.extend(grid(1e-5 * most.min(1e4), 0.5).iter().rev().map(|t| -t / most));
        let below = roots(&ys, &below);
        let candidates = above.iter().chain(&below).map(|&x| Pareto::of(&ys, x));
        let candidates = candidates.filter(|one| -1.0 <= one.shape && 0.0 < one.scale);
        let mut best = exponential;
        for candidate in candidates.chain([uniform]) {
            if best.log_likelihood < candidate.log_likelihood {
                best = candidate;
            }
        }
        let log_likelihood = best.log_likelihood - n_excesses * mean.ln();
        Some(Pareto { scale: best.scale * mean, log_likelihood, ..best })
    }

    /// The most likely distribution with this `shape / scale`.
    fn of(ys: &[f64], x: f64) -> Pareto {
        let n_excesses = ys.len() as f64;
        let shape = ys.iter().map(|y| (x * y).ln_1p()).sum::<f64>() / n_excesses;
        let scale = shape / x;
        Pareto { shape, scale, log_likelihood: -n_excesses * (scale.ln() + shape + 1.0) }
    }

    /// The excess that is exceeded with this probability, above 0 and at most 1.
    pub fn exceeded_with(&self, probability: f64) -> f64 {
        let log = probability.ln();
        match self.shape == 0.0 {
            true => -self.scale * log,
            false => self.scale / self.shape * (-self.shape * log).exp_m1(),
        }
    }
}

/// Points from `start` to `end` with a constant ratio; none where that is empty.
fn grid(start: f64, end: f64) -> Vec<f64> {
    if end <= start {
        return Vec::new();
    }
    let ratio = (end / start).ln() / (N_POINTS - 1) as f64;
    (0..N_POINTS).map(|at| start * (ratio * at as f64).exp()).collect()
}

/// Where Grimshaw's function changes its sign between neighbouring points.
fn roots(ys: &[f64], points: &[f64]) -> Vec<f64> {
    let n_excesses = ys.len() as f64;
    let function = |x: f64| {
        let (mut logs, mut inverses) = (0.0, 0.0);
        for y in ys {
            let s = 1.0 + x * y;
            logs += s.ln();
            inverses += s.recip();
        }
        (1.0 + logs / n_excesses) * (inverses / n_excesses) - 1.0
    };
    let values: Vec<f64> = points.iter().map(|&x| function(x)).collect();
    let mut roots = Vec::new();
    for (xs, ws) in points.windows(2).zip(values.windows(2)) {
        if (ws[0] < 0.0) == (ws[1] < 0.0) {
            continue;
        }
        let (mut low, mut high) = (xs[0], xs[1]);
        for _ in 0..N_HALVINGS {
            let middle = low / 2.0 + high / 2.0;
            match (function(middle) < 0.0) == (ws[0] < 0.0) {
                true => low = middle,
                false => high = middle,
            }
        }
        roots.push(low / 2.0 + high / 2.0);
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_without_excesses_is_none() {
        assert_eq!(Pareto::fit(&[]), None);
        assert_eq!(Pareto::fit(&[0.0, 1.0]), None);
        assert_eq!(Pareto::fit(&[1.0, f64::INFINITY]), None);
    }

    #[test]
    fn equal_excesses_end_at_their_value() {
        let found = Pareto::fit(&[2.0; 5]).unwrap();
        assert_eq!((found.shape, found.scale), (-1.0, 2.0));
        assert!((found.exceeded_with(0.25) - 1.5).abs() < 1e-12);
    }

    #[test]
    fn the_unit_of_the_excesses_is_that_of_the_scale() {
        let ys: Vec<f64> = (1..60).map(|i| (1.0 - f64::from(i) / 60.0).powf(-0.3) - 1.0).collect();
        let scaled: Vec<f64> = ys.iter().map(|y| y * 4096.0).collect();
        let (one, other) = (Pareto::fit(&ys).unwrap(), Pareto::fit(&scaled).unwrap());
        assert!((one.shape - other.shape).abs() < 1e-9);
        assert!((one.scale * 4096.0 / other.scale - 1.0).abs() < 1e-9);
    }
}
