//! Times from the text of a field: calendar and clock, or seconds.

/// A time: whole seconds since 1970-01-01, or since the first packet, and nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time {
    /// Whole seconds, rounded down.
    pub(crate) seconds: i64,
    /// The rest, below a thousand million.
    pub(crate) nanoseconds: u32,
}

impl Time {
    /// Microseconds; `None` beyond the range of an `i64`.
    pub(crate) fn microseconds(self) -> Option<i64> {
        self.seconds.checked_mul(1_000_000)?.checked_add(i64::from(self.nanoseconds / 1_000))
    }

    /// Nanoseconds; `None` beyond the range of an `i64`, which is the years 1677 to 2262.
    pub(crate) fn in_nanoseconds(self) -> Option<i64> {
        self.seconds.checked_mul(1_000_000_000)?.checked_add(i64::from(self.nanoseconds))
    }
}

/// Reads `2019-09-11 20:00:00`, with `/` for `-`, `T` for the blank, a fraction of a second,
/// and `Z` or an offset such as `+09:00` at the end; without one the time is taken as UTC.
pub(crate) fn wall_clock(field: &[u8]) -> Option<Time> {
    let (date, rest) = field.split_at_checked(10)?;
    let (blank, rest) = rest.split_first()?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let is_date = matches!((date[4], date[7]), (b'-', b'-') | (b'/', b'/'));
    if !is_date || !matches!(blank, b' ' | b'T') || clock[2] != b':' || clock[5] != b':' {
        return None;
    }
    let (year, month, day) =
        (two(&date[..2])? * 100 + two(&date[2..4])?, two(&date[5..7])?, two(&date[8..])?);
    let (hour, minute, second) = (two(&clock[..2])?, two(&clock[3..5])?, two(&clock[6..])?);
    // A leap second is second 60.
    if 23 < hour || 59 < minute || 60 < second {
        return None;
    }
    let days = days_since_1970(year, month, day)?;
    let (nanoseconds, rest) = fraction(rest)?;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset(rest)?;
    Some(Time { seconds, nanoseconds })
}

/// Reads seconds with a fraction of up to nine digits: `0.913659290`, `1551225040.756042`.
pub(crate) fn seconds(field: &[u8]) -> Option<Time> {
    let (negative, field) = match field.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, field),
    };
    let n_digits = field.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = field.split_at(n_digits);
    if whole.is_empty() || 18 < whole.len() {
        return None;
    }
    let whole = whole.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let (nanoseconds, rest) = fraction(rest)?;
    if !rest.is_empty() {
        return None;
    }
    Some(match (negative, nanoseconds) {
        (false, nanoseconds) => Time { seconds: whole, nanoseconds },
        (true, 0) => Time { seconds: -whole, nanoseconds: 0 },
        (true, rest) => Time { seconds: -whole - 1, nanoseconds: 1_000_000_000 - rest },
    })
}

/// The number that two digits give.
fn two(digits: &[u8]) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    Some(digit(digits[0])? * 10 + digit(digits[1])?)
}

/// Nanoseconds of `.25`, or 0 without a point, and what follows. Digits after the ninth are
/// cut, since no clock here has them.
fn fraction(field: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.', digits)) = field.split_first() else { return Some((0, field)) };
    let n_digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(n_digits);
    if digits.is_empty() {
        return None;
    }
    let kept = &digits[..n_digits.min(9)];
    let value = kept.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some((value * 10u32.pow(9 - kept.len() as u32), rest))
}

/// Seconds east of UTC: nothing or `Z` is 0, `+09:00` and `+0900` are 32,400.
fn offset(field: &[u8]) -> Option<i64> {
    let (sign, digits) = match field.split_first() {
        None | Some((b'Z', [])) => return Some(0),
        Some((b'+', digits)) => (1, digits),
        Some((b'-', digits)) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [h, i, b':', m, n] | [h, i, m, n] => (two(&[*h, *i])?, two(&[*m, *n])?),
        _ => return None,
    };
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar; nothing for a day that it does not
/// have.
pub(crate) fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if day < 1 || length < day {
        return None;
    }
    // Years begin in March here, so that the leap day comes last, and 400 have 146,097 days.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_clock_times_are_those_of_the_calendar() {
        // From `date -u -d TEXT +%s`.
        for (text, seconds, nanoseconds) in [
            ("1970-01-01 00:00:00", 0, 0),
            ("2019-09-11 20:00:00", 1_568_232_000, 0),
            ("2000-02-29T23:59:59Z", 951_868_799, 0),
            ("1969-12-31 23:59:59.5", -1, 500_000_000),
            ("2019/02/26 23:50:40.756042", 1_551_225_040, 756_042_000),
            ("2017-06-09T19:21:26.968670+00:00", 1_497_036_086, 968_670_000),
            ("2020-07-07 15:00:00+0900", 1_594_101_600, 0),
        ] {
            assert_eq!(wall_clock(text.as_bytes()), Some(Time { seconds, nanoseconds }), "{text}");
        }
        for text in [
            "",
            "2019-09-11",
            "2019-02-29 00:00:00",
            "2019-13-01 00:00:00",
            "2019-00-10 00:00:00",
            "2019-01-01 24:00:00",
            "2019-01-01 00:00:00.",
            "2019-01-01 00:00:00 x",
            "20x9-01-01 00:00:00",
            "2019-01/01 00:00:00",
        ] {
            assert_eq!(wall_clock(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn days_count_as_the_calendar_does() {
        // Of Python's datetime.date.toordinal, less that of 1970-01-01.
        for ((year, month, day), expected) in [
            ((1, 1, 1), -719_162),
            ((1600, 2, 29), -135_081),
            ((1969, 12, 31), -1),
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((9999, 12, 31), 2_932_896),
        ] {
            assert_eq!(days_since_1970(year, month, day), Some(expected), "{year}-{month}-{day}");
        }
        for (year, month, day) in [(1900, 2, 29), (2000, 0, 1), (2000, 13, 1), (2000, 1, 0)] {
            assert_eq!(days_since_1970(year, month, day), None, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn seconds_keep_every_nanosecond() {
        for (text, seconds_, nanoseconds) in [
            ("0.000000000", 0, 0),
            ("0.913659290", 0, 913_659_290),
            ("1551225040.756042", 1_551_225_040, 756_042_000),
            ("-0.25", -1, 750_000_000),
            ("7", 7, 0),
        ] {
            let wanted = Time { seconds: seconds_, nanoseconds };
            assert_eq!(seconds(text.as_bytes()), Some(wanted), "{text}");
        }
        for text in ["", "-", ".5", "1.", "1e3", "1 ", "9999999999999999999"] {
            assert_eq!(seconds(text.as_bytes()), None, "{text}");
        }
        let late = Time { seconds: i64::MAX / 1_000, nanoseconds: 0 };
        assert_eq!((late.microseconds(), late.in_nanoseconds()), (None, None));
    }
}
