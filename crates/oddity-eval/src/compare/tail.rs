//! Upper tails of the chi-square and F distributions, to about 12 digits, far out too.

use std::f64::consts::PI;

use super::normal::polynomial;

/// The chance that a chi-square number with `df` degrees of freedom is above `x`.
pub(crate) fn chi_square_tail(x: f64, df: f64) -> f64 {
    gamma_tail(df / 2.0, x / 2.0)
}

/// The chance that an F number with `df` degrees of freedom is above `f`.
pub(crate) fn f_tail(f: f64, df: (f64, f64)) -> f64 {
    let (numerator, denominator) = df;
    let x = denominator / (denominator + numerator * f);
    let rest = numerator * f / (denominator + numerator * f);
    incomplete_beta(denominator / 2.0, numerator / 2.0, x, rest)
}

/// The upper regularised incomplete gamma function: a series left of `a + 1`, a continued
/// fraction right of it (NIST's DLMF 8.7.1 and 8.9.2, <https://dlmf.nist.gov/8.9>).
fn gamma_tail(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - libm::lgamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while sum * f64::EPSILON / 4.0 < term {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (1.0 - front * sum).max(0.0);
    }
    let fraction = continued_fraction(x + 1.0 - a, |step| {
        let i = f64::from(step);
        (-i * (i - a), x + 2.0 * i + 1.0 - a)
    });
    front / fraction
}

/// The regularised incomplete beta function at `x`, with `rest = 1 - x` (DLMF 8.17.22,
/// <https://dlmf.nist.gov/8.17>).
fn incomplete_beta(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 || rest <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges fast on this side only. Rounding may put both sides on the other one,
    // so that the exchange is made once.
    if (a + 1.0) / (a + b + 2.0) < x {
        return 1.0 - beta_fraction(b, a, rest, x);
    }
    beta_fraction(a, b, x, rest)
}

/// The continued fraction of [`incomplete_beta`], with its factor.
fn beta_fraction(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    let log_front = a * x.ln() + b * rest.ln() - log_beta(a, b);
    let fraction = continued_fraction(1.0, |step| {
        let m = f64::from(step / 2);
        let numerator = if step % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        (numerator, 1.0)
    });
    log_front.exp() / (a * fraction)
}

/// `first + n1 / (d1 + n2 / (d2 + ..))`, by Lentz's method as Thompson and Barnett 1986 have it,
/// doi:10.1016/0021-9991(86)90046-X.
fn continued_fraction(first: f64, part: impl Fn(u32) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-300;
    const MOST_STEPS: u32 = 1_000_000;
    let away_from_0 = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut fraction = away_from_0(first);
    let (mut c, mut d) = (fraction, 0.0);
    for step in 1..MOST_STEPS {
        let (numerator, denominator) = part(step);
        d = 1.0 / away_from_0(denominator + numerator * d);
        c = away_from_0(denominator + numerator / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

/// The logarithm of the beta function. Of large numbers, Stirling's series is taken of all three
/// at once: differences of their large logarithms would lose digits.
fn log_beta(a: f64, b: f64) -> f64 {
    if a.min(b) < 10.0 && a.max(b) < 10.0 {
        return libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    }
    let (small, large) = (a.min(b), a.max(b));
    // ln G(z) = (z - 1/2) ln z - z + ln(2 pi) / 2 + correction(z).
    let ratio = -(small / large).ln_1p();
    if small < 10.0 {
        let of_large = (large + small - 0.5) * ratio - small * large.ln() + small;
        return libm::lgamma(small) + of_large + correction(large) - correction(large + small);
    }
    let log_share = (small / (small + large)).ln();
    (small - 0.5) * log_share
        + large * ratio
        + 0.5 * (2.0 * PI / large).ln()
        + correction(small)
        + correction(large)
        - correction(small + large)
}

/// What Stirling's formula lacks, for `z` of at least 10 (DLMF 5.11.1).
fn correction(z: f64) -> f64 {
    let square = 1.0 / (z * z);
    polynomial(&STIRLING, square) / z
}

const STIRLING: [f64; 7] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Fixture {
        chi_square_tail: Vec<(f64, f64, f64)>,
        f_tail: Vec<(f64, f64, f64, f64)>,
    }

    #[test]
    fn tails_equal_scipy() {
        let fixture = include_str!("../../tests/fixtures/scipy_comparisons.json");
        let fixture: Fixture = serde_json::from_str(fixture).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-11 * b.abs();
        for (x, df, expected) in fixture.chi_square_tail {
            let found = chi_square_tail(x, df);
            assert!(close(found, expected), "{x}, {df}: {found}, wanted {expected}");
        }
        for (f, a, b, expected) in fixture.f_tail {
            let found = f_tail(f, (a, b));
            assert!(close(found, expected), "{f}, {a}, {b}: {found}, wanted {expected}");
        }
    }

    #[test]
    fn the_border_between_both_sides_of_the_fraction_is_on_one_of_them() {
        // x = 0.7 and rest = 0.3 are both above the border once rounded. Of 4 and 12 degrees of
        // freedom the tail is x^6 (7 - 6 x), as the beta function of whole numbers has it.
        let exact = 0.7_f64.powi(6) * (7.0 - 6.0 * 0.7);
        let found = f_tail(9.0 / 7.0, (4.0, 12.0));
        assert!((found - exact).abs() < 1e-12, "{found}, wanted {exact}");
    }
}
