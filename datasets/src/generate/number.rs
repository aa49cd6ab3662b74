//! Decimal numbers as text, by whole-number arithmetic.

/// Two digits for every number below 100.
static PAIRS: [[u8; 2]; 100] = pairs();

const fn pairs() -> [[u8; 2]; 100] {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
}

/// Digits of the largest whole number.
const MAX_DIGITS: usize = 20;

/// Puts a whole number at the end of `digits` and gives the place of its first digit.
fn whole_digits(digits: &mut [u8; MAX_DIGITS], number: u64) -> usize {
    let mut at = MAX_DIGITS;
    let mut left = number;
    while 100 <= left {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[(left % 100) as usize]);
        left /= 100;
    }
    if 10 <= left {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[left as usize]);
    } else {
        at -= 1;
        digits[at] = b'0' + left as u8;
    }
    at
}

/// Appends a whole number.
pub(super) fn push_whole(text: &mut Vec<u8>, number: u64) {
    if number < 10 {
        text.push(b'0' + number as u8);
        return;
    }
    let mut digits = [0; MAX_DIGITS];
    let at = whole_digits(&mut digits, number);
    text.extend_from_slice(&digits[at..]);
}

/// Places of a number before the decimal point, with the separator and the sign.
const FRONT: usize = 10;

/// Appends a separator and a number rounded to five decimals, without zeros at its end. Its
/// size must be below 10^8.
pub(super) fn push_decimal(text: &mut Vec<u8>, separator: u8, number: f64) {
    debug_assert!(number.abs() < 1e8 - 1.0, "{number} has too many digits");
    // Halves are rounded away from zero.
    let scaled = (number.abs() * 100_000.0 + 0.5) as u64;
    let (mut whole, parts) = ((scaled / 100_000) as u32, (scaled % 100_000) as u32);
    let mut field = [0; 16];
    let mut at = FRONT;
    while 10 <= whole {
        at -= 2;
        field[at..at + 2].copy_from_slice(&PAIRS[(whole % 100) as usize]);
        whole /= 100;
    }
    if 0 < whole || at == FRONT {
        at -= 1;
        field[at] = b'0' + whole as u8;
    }
    if number < 0.0 && 0 < scaled {
        at -= 1;
        field[at] = b'-';
    }
    at -= 1;
    field[at] = separator;
    let mut end = FRONT;
    if 0 < parts {
        let [first, second] = PAIRS[(parts / 1000) as usize];
        let [third, fourth] = PAIRS[(parts / 10 % 100) as usize];
        let fraction = [b'.', first, second, third, fourth, b'0' + (parts % 10) as u8];
        field[FRONT..].copy_from_slice(&fraction);
        end = field.len();
        while field[end - 1] == b'0' {
            end -= 1;
        }
    }
    push_part(text, field, at, end);
}

/// Appends a separator and a whole number below 10^8.
pub(super) fn push_count(text: &mut Vec<u8>, separator: u8, number: u32) {
    debug_assert!(number < 100_000_000);
    let mut field = [0; 16];
    let mut at = field.len();
    let mut left = number;
    while 10 <= left {
        at -= 2;
        field[at..at + 2].copy_from_slice(&PAIRS[(left % 100) as usize]);
        left /= 100;
    }
    if 0 < left || at == field.len() {
        at -= 1;
        field[at] = b'0' + left as u8;
    }
    at -= 1;
    field[at] = separator;
    push_part(text, field, at, 16);
}

/// Appends a part of a field: all of it as one register, cut to length, which is faster than
/// a copy of unknown length.
fn push_part(text: &mut Vec<u8>, field: [u8; 16], at: usize, end: usize) {
    let shifted = (u128::from_le_bytes(field) >> (8 * at)).to_le_bytes();
    let length = text.len() + end - at;
    text.extend_from_slice(&shifted);
    text.truncate(length);
}

/// Appends a number below 100 with two digits.
pub(super) fn push_pair(text: &mut Vec<u8>, number: u64) {
    text.extend_from_slice(&PAIRS[(number % 100) as usize]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(number: f64) -> String {
        let mut text = Vec::new();
        push_decimal(&mut text, b';', number);
        assert_eq!(text.remove(0), b';');
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn numbers_read_as_written() {
        for (number, text) in [
            (0.0, "0"),
            (-0.000_004, "0"),
            (0.000_01, "0.00001"),
            (-1.882_94, "-1.88294"),
            (28.03, "28.03"),
            (985.374, "985.374"),
            (100.0, "100"),
            (27_648.0, "27648"),
            (0.1, "0.1"),
            (99.999_996, "100"),
        ] {
            assert_eq!(decimal(number), text);
        }
        for number in [0, 9, 10, 99, 100, 101, 12_345, 1_000_000, u64::MAX] {
            let mut text = Vec::new();
            push_whole(&mut text, number);
            assert_eq!(String::from_utf8(text).unwrap(), number.to_string());
        }
        for number in [0, 9, 10, 99, 100, 101, 999, 1000, 12_345, 99_999_999] {
            let mut text = Vec::new();
            push_count(&mut text, b',', number);
            assert_eq!(String::from_utf8(text).unwrap(), format!(",{number}"));
        }
    }

    #[test]
    fn every_number_is_within_half_a_step_of_its_text() {
        for step in -50_000..50_000 {
            let number = f64::from(step) * 0.123_456_7;
            let back: f64 = decimal(number).parse().unwrap();
            assert!((back - number).abs() <= 0.500_001e-5, "{number} {back}");
        }
    }
}
