//! Decimal numbers from the bytes of a field, correctly rounded.

/// Bytes that must follow a field in its buffer, so that some can be read at a time.
pub(crate) const PADDING: usize = 64;

/// Exact powers of ten.
pub(super) const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

const INTEGER_POWERS: [u64; 9] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The largest integer below which every integer is a `f64`.
const EXACT: u64 = 1 << 53;

/// Reads a plain decimal (`-12.5`, `7`, `.25`) at `at`: its value and where it ends.
///
/// Only forms of at most eight digits before and eight after the point whose value is one
/// exact integer divided by one exact power of ten, which IEEE division rounds correctly
/// (Clinger 1990, doi:10.1145/93542.93557). Anything else is `None`: [`number`] reads it.
///
/// # Panics
///
/// If fewer than [`PADDING`] bytes follow the number.
#[inline(always)]
pub(crate) fn plain_decimal(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    let negative = bytes[at] == b'-';
    let start = at + usize::from(negative);
    let (whole, n_whole) = digits(bytes, start);
    let mut end = start + n_whole;
    let mut mantissa = whole;
    let mut n_fraction = 0;
    if bytes[end] == b'.' {
        let (fraction, n) = digits(bytes, end + 1);
        n_fraction = n;
        end += 1 + n;
        mantissa = whole * INTEGER_POWERS[n] + fraction;
    }
    // Nine digits or more go on after the eight that were read; an exponent as well.
    let goes_on = bytes[end].is_ascii_digit() || matches!(bytes[end], b'e' | b'E');
    if n_whole + n_fraction == 0 || goes_on || EXACT < mantissa {
        return None;
    }
    // A division takes longer than all the rest.
    let whole = mantissa as f64;
    let value = if n_fraction == 0 { whole } else { whole / POWERS[n_fraction] };
    Some((if negative { -value } else { value }, end))
}

/// Reads one to eight digits that go from `start` to `end`; `None` for anything else.
#[inline(always)]
pub(crate) fn short_integer(bytes: &[u8], start: usize, end: usize) -> Option<u32> {
    let n_bytes = end.wrapping_sub(start);
    if 8 <= n_bytes.wrapping_sub(1) {
        return None;
    }
    let eight = bytes[start..].first_chunk::<8>()?;
    let word = (u64::from_le_bytes(*eight) ^ DIGITS) << ((8 - n_bytes) * 8);
    (other_than_digits(word) == 0).then(|| value_of_eight(word) as u32)
}

/// Eight times the byte `0`: what digits are less it are their values.
pub(super) const DIGITS: u64 = 0x3030_3030_3030_3030;

/// The high bit of each byte that is above 9, up to the first above 137, which may spoil the
/// one behind it.
#[inline(always)]
pub(super) fn other_than_digits(word: u64) -> u64 {
    (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
}

/// The number that eight digits give, the first lowest, summed in pairs, fours and eights.
#[inline(always)]
pub(super) fn value_of_eight(word: u64) -> u64 {
    let pairs = (word.wrapping_mul(10).wrapping_add(word >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
}

/// The value and number of the digits at `at`, of which the first eight count.
///
/// Eight bytes as one integer: the first that is no digit is found by its high bit after
/// an addition, and the digits before it are summed in three multiplications.
#[inline(always)]
fn digits(bytes: &[u8], at: usize) -> (u64, usize) {
    let Some(eight) = bytes[at..].first_chunk::<8>() else { return (0, 0) };
    let word = u64::from_le_bytes(*eight) ^ DIGITS;
    let n_bits = other_than_digits(word).trailing_zeros() & 0x78;
    if n_bits == 0 {
        return (0, 0);
    }
    (value_of_eight(word << (64 - n_bits)), (n_bits / 8) as usize)
}

/// What the text of a numeric field says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// A finite number.
    Finite(f64),
    /// Nothing, or one of the words for it: empty, `NaN`, `NA`, `null`.
    Missing,
    /// An infinity, written so or beyond the range of `f64`.
    Infinite,
    /// Not a number.
    Not,
}

/// Reads a whole field, surrounding blanks aside, in any form that Rust reads.
pub(crate) fn number(field: &[u8]) -> Number {
    let field = field.trim_ascii();
    if is_missing(field) {
        return Number::Missing;
    }
    let value = std::str::from_utf8(field).ok().and_then(|text| text.parse::<f64>().ok());
    match value {
        Some(value) if value.is_finite() => Number::Finite(value),
        Some(value) if value.is_infinite() => Number::Infinite,
        _ => Number::Not,
    }
}

/// Whether a field is a number, finite or not, or says that there is none.
pub(crate) fn is_number(field: &[u8]) -> bool {
    number(field) != Number::Not
}

/// Whether a field says no or yes.
#[inline]
pub(crate) fn flag(field: &[u8]) -> Option<bool> {
    match field {
        b"0" | b"0.0" | b"False" | b"false" => Some(false),
        b"1" | b"1.0" | b"True" | b"true" => Some(true),
        _ => None,
    }
}

/// Whether a field says that there is no value.
pub(crate) fn is_missing(field: &[u8]) -> bool {
    const WORDS: [&[u8]; 4] = [b"nan", b"na", b"null", b"none"];
    field.is_empty() || WORDS.iter().any(|word| field.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn padded(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(b',');
        bytes.extend([0; PADDING]);
        bytes
    }

    #[test]
    fn plain_decimals_end_where_they_end() {
        for (text, value) in [
            ("0", 0.0),
            ("-1.88294", -1.88294),
            ("540833", 540833.0),
            ("0.00022", 0.00022),
            (".5", 0.5),
            ("7.", 7.0),
            ("12345678.87654321", 12345678.87654321),
        ] {
            assert_eq!(plain_decimal(&padded(text), 0), Some((value, text.len())), "{text}");
        }
        for text in ["", "-", ".", "123456789", "1.123456789", "1e5", "1.5E-3", "x"] {
            assert_eq!(plain_decimal(&padded(text), 0), None, "{text}");
        }
        assert!(plain_decimal(&padded("-0"), 0).is_some_and(|(zero, _)| zero.is_sign_negative()));
    }

    #[test]
    fn words_for_nothing_and_for_infinity_are_told_apart() {
        for text in ["", " ", "NaN", "nan", "NA", "null", "None"] {
            assert_eq!(number(text.as_bytes()), Number::Missing, "{text}");
        }
        for text in ["inf", "-Infinity", "1e999"] {
            assert_eq!(number(text.as_bytes()), Number::Infinite, "{text}");
        }
        for text in ["1,5", "abc", "--1", "1 2", "0x10", "1_000"] {
            assert_eq!(number(text.as_bytes()), Number::Not, "{text}");
        }
        assert_eq!(number(b" 1e3 "), Number::Finite(1000.0));
    }

    proptest! {
        #[test]
        fn every_plain_decimal_is_rounded_as_the_standard_library_rounds_it(
            text in "-?[0-9]{0,10}(\\.[0-9]{0,10})?"
        ) {
            let expected = text.parse::<f64>().ok().map(f64::to_bits);
            if let Some((value, end)) = plain_decimal(&padded(&text), 0) {
                prop_assert_eq!(end, text.len());
                prop_assert_eq!(Some(value.to_bits()), expected);
            }
            let digits = Some(&text).filter(|text| (1..=8).contains(&text.len()));
            let integer = digits.and_then(|text| text.parse::<u32>().ok());
            prop_assert_eq!(short_integer(&padded(&text), 0, text.len()), integer);
        }

        #[test]
        fn eight_digits_at_either_side_are_always_read(
            whole in 0..90_071_992u64, fraction in 0..100_000_000u64
        ) {
            let text = format!("{whole}.{fraction:08}");
            let value = plain_decimal(&padded(&text), 0).map(|(value, _)| value);
            prop_assert_eq!(value, Some(text.parse::<f64>().unwrap()));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut padded = bytes.clone();
            padded.extend([0; PADDING + 8]);
            let _ = plain_decimal(&padded, 0);
            let _ = number(&bytes);
        }
    }
}
