//! The order of a leaderboard: ranks, ties, and who is told apart from the best.

use super::model::{Interval, Leaderboard, LeaderboardEntry, Status};

/// An entry in its place.
#[derive(Debug)]
pub(crate) struct Ranked<'a> {
    /// Nothing for an entry without a value.
    pub(crate) rank: Option<usize>,
    /// How it stands to the best; nothing without an interval of both.
    pub(crate) against_best: Option<AgainstBest>,
    pub(crate) entry: &'a LeaderboardEntry,
}

/// How an entry stands to the best one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgainstBest {
    Best,
    /// The intervals overlap.
    NotApart,
    /// The intervals do not overlap.
    Apart,
}

impl AgainstBest {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Best => "the best",
            Self::NotApart => "not told apart",
            Self::Apart => "apart",
        }
    }
}

/// The entries, the best first; equal values share a rank, and entries without a value come last.
pub(crate) fn ranked(board: &Leaderboard) -> Vec<Ranked<'_>> {
    let value = |entry: &LeaderboardEntry| entry.value.filter(|value| value.is_finite());
    let mut known: Vec<(f64, &LeaderboardEntry)> =
        board.entries.iter().filter_map(|entry| Some((value(entry)?, entry))).collect();
    known.sort_by(
        |(a, _), (b, _)| {
            if board.lower_is_better { a.total_cmp(b) } else { b.total_cmp(a) }
        },
    );
    let best = known.first().map(|&(value, _)| value);
    let interval_of_best = known
        .iter()
        .take_while(|(value, _)| Some(*value) == best)
        .find_map(|(_, entry)| entry.interval.as_ref());
    let mut ranked: Vec<Ranked<'_>> = Vec::with_capacity(board.entries.len());
    let mut before: Option<(f64, usize)> = None;
    for (at, &(value, entry)) in known.iter().enumerate() {
        let rank = before.filter(|(last, _)| *last == value).map_or(at + 1, |(_, rank)| rank);
        before = Some((value, rank));
        let against_best = interval_of_best.zip(entry.interval.as_ref()).map(|(best, own)| {
            if rank == 1 {
                AgainstBest::Best
            } else if overlap(best, own) {
                AgainstBest::NotApart
            } else {
                AgainstBest::Apart
            }
        });
        ranked.push(Ranked { rank: Some(rank), against_best, entry });
    }
    // The undefined before the failed.
    let mut without: Vec<&LeaderboardEntry> =
        board.entries.iter().filter(|entry| value(entry).is_none()).collect();
    without.sort_by_key(|entry| entry.status != Status::Ok);
    ranked.extend(without.into_iter().map(|entry| Ranked {
        rank: None,
        against_best: None,
        entry,
    }));
    ranked
}

fn overlap(a: &Interval, b: &Interval) -> bool {
    a.low <= b.high && b.low <= a.high
}

#[cfg(test)]
mod tests {
    use super::{AgainstBest, ranked};
    use crate::report::model::{Interval, Leaderboard, LeaderboardEntry, Status};

    fn entry(pipeline: &str, value: Option<f64>, interval: Option<(f64, f64)>) -> LeaderboardEntry {
        let interval = interval.map(|(low, high)| Interval { low, high, ..Interval::default() });
        LeaderboardEntry { pipeline: pipeline.into(), value, interval, ..Default::default() }
    }

    #[test]
    fn ties_share_a_rank_and_what_has_no_value_comes_last() {
        let failed = LeaderboardEntry { status: Status::Error, ..entry("failed", None, None) };
        let entries = vec![
            failed,
            entry("third", Some(0.5), Some((0.4, 0.6))),
            entry("undefined", None, None),
            entry("first", Some(0.9), Some((0.8, 0.95))),
            entry("also", Some(0.9), None),
            entry("fourth", Some(0.4), Some((0.3, 0.85))),
        ];
        let board = Leaderboard { entries, ..Leaderboard::default() };
        let found: Vec<_> = ranked(&board)
            .iter()
            .map(|ranked| (ranked.entry.pipeline.clone(), ranked.rank, ranked.against_best))
            .collect();
        let expected = [
            ("first", Some(1), Some(AgainstBest::Best)),
            ("also", Some(1), None),
            ("third", Some(3), Some(AgainstBest::Apart)),
            ("fourth", Some(4), Some(AgainstBest::NotApart)),
            ("undefined", None, None),
            ("failed", None, None),
        ];
        assert_eq!(found, expected.map(|(name, rank, best)| (name.to_owned(), rank, best)));
    }

    #[test]
    fn less_may_be_better() {
        let entries = vec![entry("slow", Some(9.0), None), entry("quick", Some(1.0), None)];
        let board = Leaderboard { entries, lower_is_better: true, ..Leaderboard::default() };
        assert_eq!(ranked(&board)[0].entry.pipeline, "quick");
    }
}
