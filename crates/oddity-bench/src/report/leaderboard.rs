//! Leaderboards: the pipelines of a task by rank, with intervals, seconds and memory.

use super::markup::Markup;
use super::model::{Interval, Leaderboard, LeaderboardEntry, Status, SuitePage};
use super::ranking::{Ranked, ranked};
use super::summary::name_in_group;
use super::svg::{interval_bar, range_of_bars};
use super::{number, table};
use table::Column;

/// Writes the leaderboards of a suite: of each dataset and task the first open, the others folded.
pub(crate) fn leaderboards(markup: &mut Markup, suite: &SuitePage) {
    for boards in of_task(&suite.leaderboards) {
        let [first, others @ ..] = boards.as_slice() else { continue };
        markup.element("h4", &[], |markup| {
            markup.leaf("code", &[], &first.task);
            if !first.dataset.is_empty() {
                markup.leaf("span", &[("class", &"aside")], format_args!(" on {}", first.dataset));
            }
        });
        board(markup, first);
        // The folded ones stand in a box of their own, so that paper leaves out them alone.
        markup.element("div", &[("class", &"folded")], |markup| match others {
            [] => {}
            few if few.len() <= SHOWN_FOLDED => few.iter().for_each(|board| folded(markup, board)),
            many => markup.element("details", &[], |markup| {
                markup.leaf("summary", &[], format_args!("by {} other measures", many.len()));
                many.iter().for_each(|board| folded(markup, board));
            }),
        });
    }
}

/// More leaderboards than these are folded away together.
const SHOWN_FOLDED: usize = 3;

/// A leaderboard that opens at a click.
fn folded(markup: &mut Markup, board: &Leaderboard) {
    markup.element("details", &[], |markup| {
        markup.element("summary", &[], |markup| {
            markup.text("by ");
            measure(markup, board);
        });
        table_of(markup, board);
    });
}

/// The leaderboards of each dataset and task, in order of first appearance.
pub(crate) fn of_task(boards: &[Leaderboard]) -> Vec<Vec<&Leaderboard>> {
    let mut gathered: Vec<Vec<&Leaderboard>> = Vec::new();
    for board in boards {
        let same = |of: &&mut Vec<&Leaderboard>| {
            of.first()
                .is_some_and(|first| first.task == board.task && first.dataset == board.dataset)
        };
        match gathered.iter_mut().find(same) {
            Some(of) => of.push(board),
            None => gathered.push(vec![board]),
        }
    }
    gathered
}

fn board(markup: &mut Markup, board: &Leaderboard) {
    markup.element("p", &[("class", &"lead")], |markup| {
        markup.text("By ");
        measure(markup, board);
        markup.text(".");
        match interval_notes(board).as_slice() {
            [] => {}
            [note] => markup.text(format_args!(" Intervals: {note}.")),
            [note, ..] => markup.text(format_args!(" Intervals: {note}, and others like it.")),
        }
    });
    table_of(markup, board);
}

/// What the intervals of a board are, each wording once.
fn interval_notes(board: &Leaderboard) -> Vec<&str> {
    let mut notes: Vec<&str> = Vec::new();
    for interval in board.entries.iter().filter_map(|entry| entry.interval.as_ref()) {
        if !interval.note.is_empty() && !notes.contains(&interval.note.as_str()) {
            notes.push(&interval.note);
        }
    }
    notes
}

/// Writes the measure of a board with its parameters, split and threshold.
fn measure(markup: &mut Markup, board: &Leaderboard) {
    markup.leaf("strong", &[], &board.measure);
    if !board.params.is_empty() {
        markup.text(format_args!(" ({})", board.params));
    }
    if board.lower_is_better {
        markup.text(", less is better");
    }
    if !board.split.is_empty() {
        markup.leaf("span", &[("class", &"aside")], format_args!(", {}", board.split));
    }
    if board.threshold.is_some() {
        markup.element("span", &[("class", &"aside")], |markup| {
            markup.text(", threshold: ");
            table::threshold(markup, board.threshold.as_ref());
        });
    }
}

/// Which columns of a board have anything in them.
struct Shown {
    interval: bool,
    against_best: bool,
    sd_seeds: bool,
    fit: bool,
    score: bool,
    peak: bool,
    peak_of_process: bool,
}

impl Shown {
    fn of(ranked: &[Ranked<'_>]) -> Self {
        let any =
            |has: fn(&LeaderboardEntry) -> bool| ranked.iter().any(|ranked| has(ranked.entry));
        Self {
            interval: any(|entry| entry.interval.is_some()),
            against_best: ranked.iter().any(|ranked| ranked.against_best.is_some()),
            sd_seeds: any(|entry| entry.sd_seeds.is_some()),
            fit: any(|entry| entry.fit_seconds.is_some()),
            score: any(|entry| entry.score_seconds.is_some()),
            peak: any(|entry| entry.peak_bytes.is_some()),
            peak_of_process: any(|entry| entry.peak_bytes.is_some() && entry.peak_is_of_process),
        }
    }
}

fn table_of(markup: &mut Markup, board: &Leaderboard) {
    let ranked = ranked(board);
    let shown = Shown::of(&ranked);
    let peak = if shown.peak_of_process { "peak memory so far" } else { "peak memory" };
    let columns = [
        (true, Column::number("rank").sorted()),
        (true, Column::text("pipeline")),
        (true, Column::number(&board.measure)),
        (shown.interval, Column::text("interval")),
        (shown.against_best, Column::text("to the best")),
        (shown.sd_seeds, Column::number("sd, seeds")),
        (shown.fit, Column::number("fit")),
        (shown.score, Column::number("score")),
        (shown.peak, Column::number(peak)),
    ];
    let columns: Vec<Column> =
        columns.into_iter().filter_map(|(shown, column)| shown.then_some(column)).collect();
    let range = range_of_bars(&board.entries);
    let label = format!("Leaderboard of {} by {}", board.task, board.measure);
    table::ranking(markup, &label, &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for ranked in &ranked {
                let best = ranked.rank == Some(1);
                let attributes: &[(&str, &dyn std::fmt::Display)] =
                    if best { &[("class", &"best")] } else { &[] };
                markup.element("tr", attributes, |markup| {
                    start(markup, ranked);
                    let n_others = columns.len() - 3;
                    if ranked.rank.is_some() {
                        line(markup, &shown, ranked, range);
                    } else if 0 < n_others {
                        // The reason takes the place of what would be measured.
                        let width: [(&str, &dyn std::fmt::Display); 1] = [("colspan", &n_others)];
                        let entry = ranked.entry;
                        table::status(markup, &width, entry.status, false, entry.reason.as_deref());
                    }
                });
            }
        });
    });
}

/// Writes the first three cells: rank, name, and value or the word for none.
fn start(markup: &mut Markup, ranked: &Ranked<'_>) {
    let entry = ranked.entry;
    match ranked.rank {
        Some(rank) => table::count(markup, rank as u64),
        None => table::empty(markup),
    }
    table::row_head(markup, name_in_group(&entry.pipeline));
    match entry.value {
        Some(value) => table::number(markup, value, &number::figure(value)),
        None if entry.status == Status::Ok => table::word(markup, number::UNDEFINED),
        None => table::word(markup, entry.status.words()),
    }
}

fn line(markup: &mut Markup, shown: &Shown, ranked: &Ranked<'_>, range: (f64, f64)) {
    let entry = ranked.entry;
    if shown.interval {
        interval(markup, entry, range);
    }
    if shown.against_best {
        table::text(markup, ranked.against_best.map_or("", |against| against.words()));
    }
    optional(markup, shown.sd_seeds, entry.sd_seeds, number::figure);
    optional(markup, shown.fit, entry.fit_seconds, number::seconds);
    optional(markup, shown.score, entry.score_seconds, number::seconds);
    let peak = entry.peak_bytes.map(|bytes| bytes as f64);
    optional(markup, shown.peak, peak, number::bytes);
}

fn optional(markup: &mut Markup, shown: bool, value: Option<f64>, text: fn(f64) -> String) {
    match value {
        Some(value) if shown => table::number(markup, value, &text(value)),
        None if shown => table::empty(markup),
        _ => {}
    }
}

/// Writes an interval as a bar and as text; it sorts by its lower end.
fn interval(markup: &mut Markup, entry: &LeaderboardEntry, range: (f64, f64)) {
    match &entry.interval {
        Some(Interval { low, high, .. }) if low.is_finite() && high.is_finite() => {
            markup.element("td", &[("class", &"interval"), ("data-v", low)], |markup| {
                markup.verbatim(&interval_bar(entry.value, (*low, *high), range));
                markup.leaf("span", &[], number::between(*low, *high));
            });
        }
        _ => {
            let why = entry.no_interval.as_deref().unwrap_or_default();
            markup.leaf("td", &[("class", &"word wrap")], why);
        }
    }
}
