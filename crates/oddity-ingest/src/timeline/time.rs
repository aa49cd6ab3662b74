//! The times of timelines: four ways to write them, to microseconds since 1970 in UTC.

use crate::delimited::days_since_1970;

/// A text that is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadTime;

/// Microseconds since 1970 in UTC; none where the text says that no time was set.
pub(super) type Time = Result<Option<i64>, BadTime>;

/// What the four ways look like, for errors.
pub(super) const ISO: &str = "a time such as 2019-09-11T20:00:00.5+00:00";
pub(super) const L2T: &str = "a date and a time such as 09/11/2019 and 20:00:00";
pub(super) const MACTIME: &str = "a time such as Wed Sep 11 2019 20:00:00";
pub(super) const EPOCH: &str = "seconds since 1970, such as 1568232000";
pub(super) const ZONE: &str = "UTC or an offset such as +02:00, or the option utc_offset";

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400;
const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
/// What plaso writes in place of a time that was never set or that it could not convert.
const UNSET: [&str; 5] = ["", "-", "Not set", "Never", "Invalid"];

/// ISO 8601, with `T` or a space, a fraction of any length or none (digits past the sixth are
/// cut), and `Z`, `+hh:mm`, `+hhmm` or no offset; without one, `offset` seconds east of UTC.
pub(super) fn iso(text: &str, offset: i32) -> Time {
    if UNSET.contains(&text) || text.starts_with("0000-00-00") {
        return Ok(None);
    }
    let mut at = Cursor(text.as_bytes());
    let (year, _, month) = (at.digits(4)?, at.byte(b"-")?, at.digits(2)?);
    let (_, day, _) = (at.byte(b"-")?, at.digits(2)?, at.byte(b"T ")?);
    let time = at.clock()?;
    let offset = at.offset()?.unwrap_or(offset);
    at.end()?;
    instant(year, month, day, time, offset).map(Some)
}

/// The date `mm/dd/yyyy` and the time `hh:mm:ss` of `l2t_csv`, `offset` seconds east of UTC.
pub(super) fn l2t(date: &str, time: &str, offset: i32) -> Time {
    if UNSET.contains(&date) || date == "00/00/0000" {
        return Ok(None);
    }
    let mut at = Cursor(date.as_bytes());
    let (month, _, day) = (at.digits(2)?, at.byte(b"/")?, at.digits(2)?);
    let (_, year) = (at.byte(b"/")?, at.digits(4)?);
    at.end()?;
    let mut at = Cursor(time.as_bytes());
    let time = at.clock()?;
    at.end()?;
    instant(year, month, day, time, offset).map(Some)
}

/// What `mactime` prints: `Sat May 24 2025 18:56:58`, with `-m` the month in digits, with `-y`
/// ISO 8601 in UTC. The first two are `offset` seconds east of UTC.
pub(super) fn mactime(text: &str, offset: i32) -> Time {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return iso(text, 0);
    }
    let bytes = text.as_bytes();
    let (weekday, rest) = bytes.split_at_checked(3).ok_or(BadTime)?;
    if !weekday.iter().all(u8::is_ascii_alphabetic) {
        return Err(BadTime);
    }
    let mut at = Cursor(rest);
    at.byte(b" ")?;
    let month = at.month()?;
    let (_, day, _, year) = (at.byte(b" ")?, at.digits(2)?, at.byte(b" ")?, at.digits(4)?);
    at.byte(b" ")?;
    let time = at.clock()?;
    at.end()?;
    if year == 0 && month == 0 && day == 0 {
        return Ok(None);
    }
    instant(year, month, day, time, offset).map(Some)
}

/// Seconds since 1970 in UTC, with a fraction or none. The Sleuth Kit writes 0 for a time that
/// is not set.
pub(super) fn epoch(text: &str) -> Time {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let mut at = Cursor(&digits.as_bytes()[whole..]);
    let fraction = at.fraction()?;
    at.end()?;
    let seconds: i64 = digits[..whole].parse().map_err(|_| BadTime)?;
    let time = seconds.checked_mul(SECOND).and_then(|time| time.checked_add(fraction));
    match time.ok_or(BadTime)? {
        0 => Ok(None),
        time => Ok(Some(sign * time)),
    }
}

/// An offset by name or number: seconds east of UTC, none for a zone whose rules would have to
/// be known.
pub(super) fn zone(text: &str) -> Option<i32> {
    if ["UTC", "GMT", "Z", "Etc/UTC", "Zulu"].iter().any(|utc| utc.eq_ignore_ascii_case(text)) {
        return Some(0);
    }
    let mut at = Cursor(text.as_bytes());
    let offset = at.offset().ok()?;
    at.end().ok()?;
    offset
}

fn instant(year: u32, month: u32, day: u32, time: i64, offset: i32) -> Result<i64, BadTime> {
    // A year of 0 stands for no year.
    if year < 1 {
        return Err(BadTime);
    }
    let days = days_since_1970(year.into(), month.into(), day.into()).ok_or(BadTime)?;
    Ok((days * DAY - i64::from(offset)) * SECOND + time)
}

/// What is left of a text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn digits(&mut self, n_digits: usize) -> Result<u32, BadTime> {
        let (digits, rest) = self.0.split_at_checked(n_digits).ok_or(BadTime)?;
        self.0 = rest;
        digits.iter().try_fold(0, |value, digit| match digit {
            b'0'..=b'9' => Ok(value * 10 + u32::from(digit - b'0')),
            _ => Err(BadTime),
        })
    }

    fn byte(&mut self, wanted: &[u8]) -> Result<u8, BadTime> {
        match self.0.split_first() {
            Some((byte, rest)) if wanted.contains(byte) => {
                self.0 = rest;
                Ok(*byte)
            }
            _ => Err(BadTime),
        }
    }

    fn end(&self) -> Result<(), BadTime> {
        if self.0.is_empty() { Ok(()) } else { Err(BadTime) }
    }

    /// A month by its English name or two digits; `Xxx` is 0, as mactime writes no time.
    fn month(&mut self) -> Result<u32, BadTime> {
        if self.0.first().is_some_and(u8::is_ascii_digit) {
            return self.digits(2);
        }
        let (name, rest) = self.0.split_at_checked(3).ok_or(BadTime)?;
        self.0 = rest;
        match MONTHS.iter().position(|month| month.as_slice() == name) {
            Some(month) => Ok(1 + month as u32),
            None if name == b"Xxx" => Ok(0),
            None => Err(BadTime),
        }
    }

    /// `hh:mm:ss` and a fraction, in microseconds.
    fn clock(&mut self) -> Result<i64, BadTime> {
        let (hour, _, minute) = (self.digits(2)?, self.byte(b":")?, self.digits(2)?);
        let (_, second) = (self.byte(b":")?, self.digits(2)?);
        if 23 < hour || 59 < minute || 59 < second {
            return Err(BadTime);
        }
        let seconds = i64::from(hour * 3600 + minute * 60 + second);
        Ok(seconds * SECOND + self.fraction()?)
    }

    /// A point and digits, or nothing, in microseconds.
    fn fraction(&mut self) -> Result<i64, BadTime> {
        if self.byte(b".").is_err() {
            return Ok(0);
        }
        let n_digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if n_digits == 0 {
            return Err(BadTime);
        }
        let kept = self.0[..n_digits].iter().copied().chain(std::iter::repeat(b'0')).take(6);
        let fraction = kept.fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        self.0 = &self.0[n_digits..];
        Ok(fraction)
    }

    /// An offset in seconds east of UTC, none if nothing is left.
    fn offset(&mut self) -> Result<Option<i32>, BadTime> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let sign = match self.byte(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Ok(Some(0)),
        };
        let hours = self.digits(2)?;
        let _ = self.byte(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.digits(2)? };
        if 23 < hours || 59 < minutes {
            return Err(BadTime);
        }
        Ok(Some(sign * (hours * 3600 + minutes * 60) as i32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_748_095_728 * SECOND;

    #[test]
    fn the_four_ways_say_the_same_instant() {
        assert_eq!(iso("2025-05-24T14:08:48+00:00", 7), Ok(Some(NOON)));
        assert_eq!(iso("2025-05-24 14:08:48.25Z", 7), Ok(Some(NOON + 250_000)));
        assert_eq!(iso("2025-05-24T19:38:48.1234567+0530", 7), Ok(Some(NOON + 123_456)));
        assert_eq!(iso("2025-05-24T19:38:48", 19_800), Ok(Some(NOON)));
        assert_eq!(l2t("05/24/2025", "14:08:48", 0), Ok(Some(NOON)));
        assert_eq!(l2t("05/24/2025", "10:08:48", -4 * 3600), Ok(Some(NOON)));
        assert_eq!(mactime("Sat May 24 2025 19:38:48", 19_800), Ok(Some(NOON)));
        assert_eq!(mactime("Sat 05 24 2025 14:08:48", 0), Ok(Some(NOON)));
        assert_eq!(mactime("2025-05-24T14:08:48Z", 19_800), Ok(Some(NOON)));
        assert_eq!(epoch("1748095728"), Ok(Some(NOON)));
        assert_eq!(epoch("1748095728.5"), Ok(Some(NOON + 500_000)));
        assert_eq!(epoch("-1"), Ok(Some(-SECOND)));
    }

    #[test]
    fn a_time_that_was_not_set_is_missing() {
        assert_eq!(iso("0000-00-00T00:00:00.000000+00:00", 0), Ok(None));
        assert_eq!(iso("Not set", 0), Ok(None));
        assert_eq!(l2t("00/00/0000", "--:--:--", 0), Ok(None));
        assert_eq!(mactime("Xxx Xxx 00 0000 00:00:00", 0), Ok(None));
        assert_eq!(mactime("0000-00-00T00:00:00Z", 0), Ok(None));
        assert_eq!(epoch("0"), Ok(None));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "x",
            "0000-01-01T00:00:00",
            "2025-13-01T00:00:00",
            "2025-02-29T00:00:00",
            "2025-05-24",
            "2025-05-24T1:00:00",
            "2025-05-24T24:00:00",
            "2025-05-24T00:00:00.",
            "2025-05-24T00:00:00+1",
            "2025-05-24T00:00:00Zx",
        ] {
            assert_eq!(iso(text, 0), Err(BadTime), "{text}");
        }
        for (date, time) in
            [("24/05/2025", "00:00:00"), ("05/24/25", "00:00:00"), ("05/24/2025", "")]
        {
            assert_eq!(l2t(date, time, 0), Err(BadTime), "{date} {time}");
        }
        for text in [
            "",
            "Sat",
            "Sat Mai 24 2025 00:00:00",
            "Sat May 24 2025",
            "\u{e4}\u{e4} May 24 2025 00:00:00",
        ] {
            assert_eq!(mactime(text, 0), Err(BadTime), "{text}");
        }
        for text in ["", "-", "x", "1.", "99999999999999999999", "9999999999999"] {
            assert_eq!(epoch(text), Err(BadTime), "{text}");
        }
    }

    #[test]
    fn zones_whose_rules_are_not_known_here_have_no_offset() {
        assert_eq!(zone("UTC"), Some(0));
        assert_eq!(zone("+05:30"), Some(19_800));
        assert_eq!(zone("-0400"), Some(-14_400));
        assert_eq!(zone("Europe/Amsterdam"), None);
        assert_eq!(zone(""), None);
    }
}
