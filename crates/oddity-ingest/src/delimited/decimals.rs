//! Plain decimals side by side, without a branch, so that the arithmetic vectorises.

use super::number::{DIGITS, POWERS, other_than_digits, value_of_eight};
use super::scan::Records;
use crate::vectorized::vectorized;

/// Numbers that are read together.
const LANES: usize = 32;

/// The plain decimals among the fields of some records.
#[derive(Default)]
pub(super) struct Decimals {
    /// A value for each field; NaN for one that is left to others.
    values: Vec<f64>,
}

impl Decimals {
    /// Reads all fields of these records, whatever they are.
    pub(super) fn read(&mut self, records: &Records<'_, '_>) {
        vectorized!(self.read_all(records));
    }

    #[inline(always)]
    fn read_all(&mut self, records: &Records<'_, '_>) {
        let n_fields = records.n_records() * records.width();
        self.values.resize(n_fields.next_multiple_of(LANES), f64::NAN);
        let (values, _) = self.values.as_chunks_mut::<LANES>();
        let mut from = 0;
        for values in values {
            let (mut starts, mut ends) = ([0; LANES], [0; LANES]);
            records.places(from, &mut starts, &mut ends);
            read(records.text().padded(), &starts, &ends, values);
            from += LANES;
        }
        self.values.truncate(n_fields);
    }

    /// Adds the values of a column of these records; says whether all of them are known.
    pub(super) fn add_column(
        &self,
        column: usize,
        records: &Records<'_, '_>,
        values: &mut Vec<f64>,
    ) -> bool {
        let (n_before, width, mut from) = (values.len(), records.width(), column);
        values.resize(n_before + records.n_records(), f64::NAN);
        let mut all_known = true;
        for value in &mut values[n_before..] {
            if let Some(&found) = self.values.get(from) {
                *value = found;
                all_known &= !found.is_nan();
            }
            from = from.wrapping_add(width);
        }
        all_known
    }
}

/// Reads fields that go from a start to an end each. One that has more than 16 bytes or lies
/// in the first 16 of the block is left to others.
#[inline(always)]
fn read(bytes: &[u8], starts: &[u32; LANES], ends: &[u32; LANES], values: &mut [f64; LANES]) {
    // The last eight bytes of each field, and the eight before them.
    let (mut high, mut low) = ([u64::MAX; LANES], [u64::MAX; LANES]);
    for ((high, low), &end) in high.iter_mut().zip(&mut low).zip(ends) {
        let window = bytes.get((end as usize).wrapping_sub(16)..);
        if let Some(window) = window.and_then(|bytes| bytes.first_chunk::<16>()) {
            let window = u128::from_le_bytes(*window);
            (*high, *low) = ((window >> 64) as u64, window as u64);
        }
    }
    let mut lengths = [0; LANES];
    for (length, (&start, &end)) in lengths.iter_mut().zip(starts.iter().zip(ends)) {
        *length = u64::from(end.wrapping_sub(start));
    }
    if lengths.iter().fold(0, |longest, &length| length.max(longest)) <= 8 {
        values_of::<false>(&high, &low, &lengths, values);
    } else {
        values_of::<true>(&high, &low, &lengths, values);
    }
}

/// The numbers. A field is one if it has digits, at most one point and nothing else but a sign,
/// and its digits without the point are an integer that `f64` holds: that is divided by a power
/// of ten, which rounds correctly (Clinger 1990, doi:10.1145/93542.93557).
#[inline(always)]
fn values_of<const LONG: bool>(
    high: &[u64; LANES],
    low: &[u64; LANES],
    lengths: &[u64; LANES],
    values: &mut [f64; LANES],
) {
    let (mut mantissas, mut n_fractions) = ([0u64; LANES], [0u64; LANES]);
    let (mut signs, mut good) = ([0u64; LANES], [0u64; LANES]);
    for lane in 0..LANES {
        let (high, low, length) = (high[lane], low[lane], lengths[lane]);
        let before = 0u64.wrapping_sub(length.wrapping_mul(8)) as u32;
        let first = if LONG && 8 < length { low } else { high }.wrapping_shr(before & 63);
        let negative = u64::from((first & 0xff == u64::from(b'-')) & (length != 0));
        let n_bytes = length.wrapping_sub(negative);
        let high = digits_of(high, n_bytes.min(8));
        let low = if LONG { digits_of(low, n_bytes.max(8).wrapping_sub(8)) } else { 0 };
        let (high_point, low_point) = (other_than_digits(high), other_than_digits(low));
        let n_points = u64::from(high_point != 0).wrapping_add(u64::from(low_point != 0));
        // The digits before the point move over it.
        let carried = if high_point == 0 { 0 } else { low >> 56 };
        let low_moved = if high_point == 0 { without_point(low, low_point) } else { low << 8 };
        let mut mantissa = value_of_eight(without_point(high, high_point) | carried);
        let mut n_fraction = n_behind(high_point);
        if LONG {
            n_fraction = if low_point == 0 { n_fraction } else { n_behind(low_point) | 8 };
            let low_value = value_of_eight(low_moved);
            mantissa = mantissa.wrapping_add(low_value.wrapping_mul(100_000_000));
        }
        mantissas[lane] = mantissa;
        n_fractions[lane] = n_fraction;
        signs[lane] = negative << 63;
        let is_good = is_one_point(high, high_point)
            & is_one_point(low, low_point)
            & (n_points < 2)
            & (n_points < n_bytes)
            & (length <= 16)
            & (mantissa < EXACT);
        good[lane] = u64::from(is_good);
    }
    for lane in 0..LANES {
        // An integer below 2^52 is the fraction of the float that is as much above 2^52.
        let above = f64::from_bits(mantissas[lane] | (EXACT as f64).to_bits());
        let value = (above - EXACT as f64) / POWERS[(n_fractions[lane] & 15) as usize];
        let value = f64::from_bits(value.to_bits() | signs[lane]);
        values[lane] = if good[lane] == 1 { value } else { f64::NAN };
    }
}

/// The largest power of two whose float has no room for more than integers above it.
const EXACT: u64 = 1 << 52;

/// Number of bytes behind the point; 0 without one.
#[inline(always)]
fn n_behind(point: u64) -> u64 {
    // The point's bit moves the byte that says so to the top.
    0x0706_0504_0302_0100u64.wrapping_mul(point >> 7) >> 56
}

/// The last `n` of eight bytes as digits, zeros in place of what stands before them.
#[inline(always)]
fn digits_of(word: u64, n: u64) -> u64 {
    let kept = u64::MAX.wrapping_shl(64u64.wrapping_sub(n.wrapping_mul(8)) as u32);
    if n == 0 { 0 } else { (word ^ DIGITS) & kept }
}

/// Whether the bytes other than digits, by their high bits, are no more than one point.
#[inline(always)]
fn is_one_point(word: u64, others: u64) -> bool {
    let byte = (others << 1).wrapping_sub(others >> 7);
    let point = (others >> 2).wrapping_sub(others >> 6);
    (others & others.wrapping_sub(1) == 0) & (word & byte == point)
}

/// The digits below the point, if there is one, moved up over it.
#[inline(always)]
fn without_point(word: u64, point: u64) -> u64 {
    let below = (point >> 7).wrapping_sub(1);
    let above = !(point | point.wrapping_sub(1));
    let moved = (word & below) << 8 | word & above;
    if point == 0 { word } else { moved }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::delimited::number::{Number, PADDING, number};

    /// What each field is read as, with the fields in one text.
    fn read(fields: &[String]) -> Vec<Option<u64>> {
        let mut bytes = vec![b','; 16];
        let (mut starts, mut ends) = ([0; LANES], [0; LANES]);
        for (lane, field) in fields.iter().enumerate() {
            starts[lane] = bytes.len() as u32;
            bytes.extend_from_slice(field.as_bytes());
            ends[lane] = bytes.len() as u32;
            bytes.push(b',');
        }
        bytes.extend([0; PADDING]);
        let mut values = [0.0; LANES];
        vectorized!(super::read(&bytes, &starts, &ends, &mut values));
        let found = values.iter().map(|value| (!value.is_nan()).then_some(value.to_bits()));
        found.take(fields.len()).collect()
    }

    proptest! {
        #[test]
        fn every_decimal_is_rounded_as_the_standard_library_rounds_it(
            fields in prop::collection::vec("-?[0-9]{0,12}(\\.[0-9]{0,10})?", 1..=LANES)
        ) {
            for (field, found) in fields.iter().zip(read(&fields)) {
                let n_bytes = field.len();
                let expected = field.parse::<f64>().ok().map(f64::to_bits);
                let n_digits = field.bytes().filter(u8::is_ascii_digit).count();
                // Sixteen digits may be more than an integer of `f64`.
                if n_bytes <= 16 && n_digits <= 15 || found.is_some() {
                    prop_assert_eq!(found, expected, "{}", field);
                }
            }
        }

        #[test]
        fn what_is_no_decimal_is_left(
            fields in prop::collection::vec("[-+0-9.e:/ \u{0}-\u{7f}]{0,18}", 1..=LANES)
        ) {
            for (field, found) in fields.iter().zip(read(&fields)) {
                if let Some(found) = found {
                    prop_assert_eq!(number(field.as_bytes()), Number::Finite(f64::from_bits(found)));
                }
            }
        }
    }
}
