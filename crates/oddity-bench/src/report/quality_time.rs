//! Quality against time: a chart a task, of the first measure of its leaderboards.

use super::leaderboard::of_task;
use super::markup::Markup;
use super::model::{Leaderboard, LeaderboardEntry, SuitePage, TimePoint, TimeScatter};
use super::summary::name_in_group;
use super::svg::time_scatter;

/// Whether there is anything to draw.
pub(crate) fn has_any(suite: &SuitePage) -> bool {
    !charts(suite).is_empty()
}

/// Writes the charts of a suite.
pub(crate) fn quality_time(markup: &mut Markup, suite: &SuitePage) {
    let intro = "Seconds are those of fit and score, the mean over a pipeline's cells. No other \
                 pipeline is both as quick and as good as one on the dashed front.";
    markup.leaf("p", &[("class", &"lead")], intro);
    super::suite::cards(markup, charts(suite).iter().map(time_scatter));
}

/// One chart a task with at least two pipelines that have a value and a time.
pub(crate) fn charts(suite: &SuitePage) -> Vec<TimeScatter> {
    let boards = of_task(&suite.leaderboards).into_iter();
    let charts = boards.filter_map(|boards| boards.first().map(|board| chart(board)));
    charts.filter(|chart| 2 <= chart.points.len()).collect()
}

fn chart(board: &Leaderboard) -> TimeScatter {
    let point = |entry: &LeaderboardEntry| {
        let seconds = match (entry.fit_seconds, entry.score_seconds) {
            (None, None) => return None,
            (fit, score) => fit.unwrap_or(0.0) + score.unwrap_or(0.0),
        };
        let value = entry.value.filter(|value| value.is_finite())?;
        let name = name_in_group(&entry.pipeline).to_owned();
        (0.0 < seconds).then_some(TimePoint { name, seconds, value })
    };
    TimeScatter {
        title: format!("{}: {} against time", board.task, board.measure),
        y_label: match board.params.as_str() {
            "" => board.measure.clone(),
            params => format!("{} ({params})", board.measure),
        },
        lower_is_better: board.lower_is_better,
        points: board.entries.iter().filter_map(point).collect(),
    }
}
