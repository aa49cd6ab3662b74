//! The time column: when each file begins, and its seconds as text.

use super::params::{HaiKind, HaiParams, HaiRelease};
use crate::generate::calendar::{DAY, Moment};
use crate::generate::number::{push_pair, push_whole};

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
    let at = Moment::of(second as i64);
    // Files begin after 1970, so that the year has no sign.
    push_whole(text, at.date.year as u64);
    for (mark, number) in [
        (b'-', at.date.month),
        (b'-', at.date.day),
        (b' ', at.hour),
        (b':', at.minute),
        (b':', at.second),
    ] {
        text.push(mark);
        push_pair(text, u64::from(number));
    }
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
}
