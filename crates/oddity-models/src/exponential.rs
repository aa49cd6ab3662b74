//! The exponential of numbers that are not positive, without branches, so that loops over it
//! become vector instructions.

/// `exp(x)` for `x <= 0`, within 1.5 units in the last place; 0 below -708, where the true
/// value is under 4e-308. Exactly 1 at 0.
///
/// `x = k ln 2 + r` with `|r| <= ln 2 / 2`, in which `ln 2` has two parts (W. J. Cody and
/// W. Waite, Software Manual for the Elementary Functions, 1980), then the Taylor series of
/// degree 13, whose rest is below 5e-18, times `2^k`.
#[inline(always)]
pub(crate) fn exp_of_negative(x: f64) -> f64 {
    // 1.5 x 2⁵²: adding it rounds to an integer, which then stands in the lowest bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // The upper part has 33 bits, so that its products with `k` are exact.
    const LN2_UPPER: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN2_LOWER: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    let rounded = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let k = rounded - ROUND;
    let r = k.mul_add(-LN2_LOWER, k.mul_add(-LN2_UPPER, x));
    let mut sum = INVERSE_FACTORIALS[0];
    for &coefficient in &INVERSE_FACTORIALS[1..] {
        sum = sum.mul_add(r, coefficient);
    }
    // Adds `k` to the exponent; the upper bits of `rounded` are shifted out.
    let scaled = f64::from_bits(sum.to_bits().wrapping_add(rounded.to_bits() << 52));
    if x < -708.0 { 0.0 } else { scaled }
}

/// `1 / n!` from `n = 13` down to 0.
const INVERSE_FACTORIALS: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_standard_library_within_two_units_in_the_last_place() {
        let mut worst = 0.0f64;
        for step in 0..2_000_000 {
            let x = -708.0 * (f64::from(step) / 2e6).powi(3);
            let (found, expected) = (exp_of_negative(x), x.exp());
            worst = worst.max((found - expected).abs() / (expected * f64::EPSILON));
        }
        assert!(worst < 2.0, "{worst}");
    }

    #[test]
    fn the_ends_of_the_range_are_exact() {
        assert_eq!(exp_of_negative(0.0), 1.0);
        assert_eq!(exp_of_negative(-0.0), 1.0);
        assert_eq!(exp_of_negative(-709.0), 0.0);
        assert_eq!(exp_of_negative(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp_of_negative(f64::MIN), 0.0);
    }
}
