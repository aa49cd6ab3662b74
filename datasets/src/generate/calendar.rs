//! Days of the Gregorian calendar, and the time of day, for every generator that writes dates.

/// Seconds in a day.
pub(super) const DAY: u64 = 86_400;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: u32,
    /// Of the month, from 1.
    pub(super) day: u32,
    /// From 0, a Sunday.
    pub(super) weekday: u32,
}

impl Date {
    /// The day so many days after 1970-01-01, by counting from the first of March of the year 0,
    /// so that the leap day is a year's last.
    pub(super) fn of(days: i64) -> Date {
        let shifted = days + 719_468;
        // 400 years of the Gregorian calendar have 146,097 days.
        let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Date {
            year: era * 400 + year + next,
            month: month as u32,
            day: day as u32,
            weekday: (days + 4).rem_euclid(7) as u32,
        }
    }
}

/// A second as a day and the time of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) date: Date,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

impl Moment {
    /// The moment so many seconds after the start of 1970.
    pub(super) fn of(seconds: i64) -> Moment {
        let (days, second) = (seconds.div_euclid(DAY as i64), seconds.rem_euclid(DAY as i64));
        let second = second as u32;
        Moment {
            date: Date::of(days),
            hour: second / 3_600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(days: i64) -> (i64, u32, u32) {
        let Date { year, month, day, .. } = Date::of(days);
        (year, month, day)
    }

    #[test]
    fn days_follow_each_other_over_leap_years() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(11_017), (2000, 3, 1));
        assert_eq!(date(18_321), (2020, 2, 29));
        assert_eq!(date(47_540), (2100, 2, 28));
        assert_eq!(date(47_541), (2100, 3, 1));
    }

    #[test]
    fn every_day_of_400_years_is_the_one_after_the_day_before() {
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        // From 1600-01-01, a Saturday, to 2000-01-01.
        let mut before = Date::of(-135_140);
        assert_eq!(before, Date { year: 1600, month: 1, day: 1, weekday: 6 });
        for days in -135_139..=10_957 {
            let Date { year, month, day, weekday } = before;
            let last = match month {
                2 if leap(year) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let (year, month, day) = match (month, day == last) {
                (_, false) => (year, month, day + 1),
                (12, true) => (year + 1, 1, 1),
                (_, true) => (year, month + 1, 1),
            };
            before = Date::of(days);
            assert_eq!(before, Date { year, month, day, weekday: (weekday + 1) % 7 });
        }
        assert_eq!(date(10_957), (2000, 1, 1));
    }

    #[test]
    fn moments_are_those_of_the_calendar() {
        // Of Python's datetime; weekdays from Sunday.
        for (seconds, date, weekday, time) in [
            (1_748_095_728, (2025, 5, 24), 6, (14, 8, 48)),
            (951_782_400, (2000, 2, 29), 2, (0, 0, 0)),
            (-1, (1969, 12, 31), 3, (23, 59, 59)),
        ] {
            let at = Moment::of(seconds);
            assert_eq!((at.date.year, at.date.month, at.date.day), date);
            assert_eq!((at.date.weekday, (at.hour, at.minute, at.second)), (weekday, time));
        }
    }
}
