//! The chi-square distribution with a whole number of degrees of freedom.

/// The probability of a value of at most `x`: the lower incomplete gamma function `P(n/2, x/2)`.
///
/// By its series below `n/2 + 1`, else by the continued fraction of what is left (Abramowitz and
/// Stegun 1964, 6.5.29 and 6.5.31).
pub(super) fn chi_square(x: f64, n: usize) -> f64 {
    let (a, x) = (n as f64 / 2.0, x / 2.0);
    if x <= 0.0 {
        return 0.0;
    }
    let scale = (a * x.ln() - x - ln_gamma(n)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut at) = (1.0 / a, 1.0 / a, a);
        while f64::EPSILON * sum < term * 0.1 {
            at += 1.0;
            term *= x / at;
            sum += term;
        }
        return sum * scale;
    }
    // Lentz's evaluation.
    let least = f64::MIN_POSITIVE;
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / least, 1.0 / b);
    let mut fraction = d;
    for at in 1..10_000 {
        let factor = -(at as f64) * (at as f64 - a);
        b += 2.0;
        d = 1.0 / (factor * d + b);
        c = b + factor / c;
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - scale * fraction
}

/// The value that a share of the distribution lies below.
pub(super) fn chi_square_quantile(share: f64, n: usize) -> f64 {
    let (mut low, mut high) = (0.0, n as f64 + 1.0);
    while chi_square(high, n) < share && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if chi_square(middle, n) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// `ln Γ(n/2)`, by `Γ(x + 1) = x Γ(x)` from `Γ(1)` or `Γ(1/2) = √π`.
fn ln_gamma(n: usize) -> f64 {
    let start = if n.is_multiple_of(2) { 0.0 } else { std::f64::consts::PI.ln() / 2.0 };
    let first = if n.is_multiple_of(2) { 2 } else { 1 };
    start + (first..n).step_by(2).map(|twice| (twice as f64 / 2.0).ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_equal_scipy() {
        // scipy.stats.chi2(n).ppf(share), SciPy 1.17.1.
        for (share, n, wanted) in [
            (0.5, 1, 0.454_936_423_119_572_8),
            (0.975, 1, 5.023_886_187_314_888),
            (0.5, 5, 4.351_460_191_095_526),
            (0.975, 30, 46.979_242_243_671_15),
            (0.975, 120, 152.211_402_725_151_54),
        ] {
            let found = chi_square_quantile(share, n);
            assert!((found - wanted).abs() < 1e-9 * wanted, "{share}, {n}: {found}");
            assert!((chi_square(wanted, n) - share).abs() < 1e-12);
        }
    }
}
