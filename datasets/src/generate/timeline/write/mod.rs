//! A day's events as rows of the five formats.

mod digest;
mod plaso;
mod tsk;

use super::event::TimelineEvent;
use super::params::TimelineFormat;

/// The header of a file, with the end of its line; nothing for a format without one.
pub(super) fn header(format: TimelineFormat, label_column: bool) -> String {
    let (columns, free) = match format {
        TimelineFormat::Digest => (digest::COLUMNS, true),
        TimelineFormat::L2tCsv => (plaso::L2T_COLUMNS, false),
        TimelineFormat::Dynamic => (plaso::DYNAMIC_COLUMNS, true),
        TimelineFormat::Mactime => (tsk::MACTIME_COLUMNS, false),
        TimelineFormat::Bodyfile => return String::new(),
    };
    let label = if free && label_column { ",label" } else { "" };
    format!("{columns}{label}\n")
}

/// Appends the rows of a day to `text`, and to `labels` whether each is of the intruder, in
/// the order in which a reader gives them.
pub(super) fn day(
    format: TimelineFormat,
    label_column: bool,
    events: &[TimelineEvent],
    text: &mut String,
    labels: &mut Vec<bool>,
) {
    match format {
        TimelineFormat::Digest => digest::day(label_column, events, text, labels),
        TimelineFormat::L2tCsv => plaso::l2t(events, text, labels),
        TimelineFormat::Dynamic => plaso::dynamic(label_column, events, text, labels),
        TimelineFormat::Mactime => tsk::mactime(events, text, labels),
        TimelineFormat::Bodyfile => tsk::bodyfile(events, text, labels),
    }
}

/// A date and a time of day, in UTC.
struct Moment {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

impl Moment {
    fn of(time: i64) -> Moment {
        let (seconds, micros) = (time.div_euclid(1_000_000), time.rem_euclid(1_000_000));
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // 400 years of the Gregorian calendar have 146,097 days; years begin in March here.
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Moment {
            year: year + era * 400 + i64::from(month <= 2),
            month: month as usize,
            day,
            weekday: (days + 4).rem_euclid(7) as usize,
            hour: second / 3_600,
            minute: second / 60 % 60,
            second: second % 60,
            micros,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_calendar() {
        // Of Python's datetime.
        for (time, expected) in [
            (1_748_095_728_250_000, (2025, 5, 24, 6, 14, 8, 48, 250_000)),
            (951_782_400_000_000, (2000, 2, 29, 2, 0, 0, 0, 0)),
            (-1, (1969, 12, 31, 3, 23, 59, 59, 999_999)),
        ] {
            let at = Moment::of(time);
            let date = (at.year, at.month, at.day, at.weekday);
            assert_eq!(date, (expected.0, expected.1, expected.2, expected.3));
            let clock = (at.hour, at.minute, at.second, at.micros);
            assert_eq!(clock, (expected.4, expected.5, expected.6, expected.7));
        }
    }
}
