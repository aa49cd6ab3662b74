//! The normal distribution and its quantiles, to 12 digits or more.

use std::f64::consts::SQRT_2;

/// The chance that a standard normal number is at most `z`.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// The number that a standard normal one is at most with chance `p`, for `p` in (0, 1).
///
/// Source: Wichura 1988, algorithm AS 241, doi:10.2307/2347330.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let (coefficients, r) = if r <= 5.0 { (&TAIL, r - 1.6) } else { (&FAR_TAIL, r - 5.0) };
    let z = polynomial(&coefficients.0, r) / polynomial(&coefficients.1, r);
    if q < 0.0 { -z } else { z }
}

/// Coefficients from the constant term up.
pub(super) fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

type Ratio = ([f64; 8], [f64; 8]);

const CENTRE: Ratio = (
    [
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
    ],
    [
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852854,
    ],
);

const TAIL: Ratio = (
    [
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ],
    [
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-09,
    ],
);

const FAR_TAIL: Ratio = (
    [
        6.657904643501103,
        5.463784911164114,
        1.7848265399172913,
        0.29656057182850487,
        0.026532189526576124,
        0.0012426609473880784,
        2.7115555687434876e-05,
        2.0103343992922881e-07,
    ],
    [
        1.0,
        0.599832206555888,
        0.1369298809227358,
        0.014875361290850615,
        0.0007868691311456133,
        1.8463183175100548e-05,
        1.421511758316446e-07,
        2.0442631033899397e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Fixture {
        normal_cdf: Vec<(f64, f64)>,
        normal_quantile: Vec<(f64, f64)>,
    }

    #[test]
    fn chances_and_quantiles_equal_scipy() {
        let fixture = include_str!("../../tests/fixtures/scipy_comparisons.json");
        let fixture: Fixture = serde_json::from_str(fixture).unwrap();
        // At -37 the rounding of z alone is worth z^2 times that of a number.
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
        for (z, expected) in fixture.normal_cdf {
            assert!(close(normal_cdf(z), expected), "{z}: {}", normal_cdf(z));
        }
        for (p, expected) in fixture.normal_quantile {
            assert!(close(normal_quantile(p), expected), "{p}: {}", normal_quantile(p));
        }
    }
}
