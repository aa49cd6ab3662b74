//! The time column: when each file begins, and its seconds as text.

use super::params::{HaiKind, HaiParams, HaiRelease};
use crate::generate::number::{push_pair, push_whole};

const DAY: u64 = 86_400;

/// The first second of a file, counted from 1970 without a time zone. The first file of a
/// kind begins when the published one does, as far as that is known; the others begin 30 days
/// after each other.
pub(super) fn start(params: &HaiParams) -> u64 {
    let train = params.kind == HaiKind::Train;
    let (days, seconds) = match (params.release, train) {
        // 2019-09-11 20:00:00 and 2019-10-29 11:00:00.
        (HaiRelease::V20_07, true) => (18_150, 72_000),
        (HaiRelease::V20_07, false) => (18_198, 39_600),
        // 2020-07-11 00:00:00 and 2020-07-07 15:00:00.
        (HaiRelease::V21_03, true) => (18_454, 0),
        (HaiRelease::V21_03, false) => (18_450, 54_000),
        // 2021-07-11 10:00:00 and 2021-07-10 00:00:01.
        (HaiRelease::V22_04, true) => (18_819, 36_000),
        (HaiRelease::V22_04, false) => (18_818, 1),
        // 2022-08-04 18:00:01 and 2022-08-12 16:00:01.
        (HaiRelease::V23_05, true) => (19_208, 64_801),
        (HaiRelease::V23_05, false) => (19_216, 57_601),
    };
    (days + 30 * u64::from(params.file - 1)) * DAY + seconds
}

/// Appends a second as `2019-09-11 20:00:00`.
pub(super) fn push_time(text: &mut Vec<u8>, second: u64) {
    let (year, month, day) = date(second / DAY);
    push_whole(text, year);
    text.push(b'-');
    push_pair(text, month);
    text.push(b'-');
    push_pair(text, day);
    text.push(b' ');
    let rest = second % DAY;
    push_pair(text, rest / 3600);
    text.push(b':');
    push_pair(text, rest / 60 % 60);
    text.push(b':');
    push_pair(text, rest % 60);
}

/// Year, month and day of a day counted from 1970-01-01, by counting from the first of March
/// of the year 0, so that the leap day is a year's last.
fn date(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(release: HaiRelease, kind: HaiKind, file: u32) -> String {
        let params = HaiParams { release, kind, file, ..HaiParams::default() };
        let mut text = Vec::new();
        push_time(&mut text, start(&params));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn files_begin_when_the_published_ones_do() {
        let starts = HaiRelease::ALL
            .map(|release| [HaiKind::Train, HaiKind::Test].map(|kind| first(release, kind, 1)));
        assert_eq!(
            starts,
            [
                ["2019-09-11 20:00:00", "2019-10-29 11:00:00"],
                ["2020-07-11 00:00:00", "2020-07-07 15:00:00"],
                ["2021-07-11 10:00:00", "2021-07-10 00:00:01"],
                ["2022-08-04 18:00:01", "2022-08-12 16:00:01"],
            ]
        );
        assert_eq!(first(HaiRelease::V21_03, HaiKind::Train, 2), "2020-08-10 00:00:00");
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
}
