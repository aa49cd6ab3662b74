//! The section of one suite: its data, then each part that has content.

use super::classes::class_reports;
use super::confusion::confusions;
use super::curves::curves;
use super::environment::pair;
use super::failures::failures;
use super::leaderboard::leaderboards;
use super::long_table::long_tables;
use super::markup::Markup;
use super::model::{Dataset, SuitePage};
use super::overview::{counted, heading};
use super::results::results;
use super::search::searches;
use super::svg::{box_plot, line_chart, timeline};
use super::timings::timings;
use super::{comparison, quality_time, table};

/// A part of a suite's section: anchor, heading, whether there is any, and what writes it.
pub(crate) struct Part {
    pub(crate) anchor: &'static str,
    pub(crate) heading: &'static str,
    has: fn(&SuitePage) -> bool,
    write: fn(&mut Markup, &SuitePage),
}

/// The parts in their order on the page.
const PARTS: [Part; 15] = [
    Part {
        anchor: "leaderboards",
        heading: "Leaderboards",
        has: |suite| !suite.leaderboards.is_empty(),
        write: leaderboards,
    },
    Part {
        anchor: "quality-time",
        heading: "Quality against time",
        has: quality_time::has_any,
        write: quality_time::quality_time,
    },
    Part {
        anchor: "comparisons",
        heading: "Comparisons over datasets",
        has: |suite| !suite.comparisons.is_empty(),
        write: comparison::of_suite,
    },
    Part {
        anchor: "results",
        heading: "Results",
        has: |suite| !suite.results.is_empty(),
        write: results,
    },
    Part {
        anchor: "failures",
        heading: "Failures",
        has: |suite| !suite.failures.is_empty(),
        write: failures,
    },
    Part {
        anchor: "cross-validation",
        heading: "Cross-validation",
        has: |suite| !suite.box_plots.is_empty(),
        write: box_plots,
    },
    Part {
        anchor: "curves",
        heading: "ROC and precision-recall curves",
        has: |suite| !suite.curves.is_empty(),
        write: curves,
    },
    Part {
        anchor: "timelines",
        heading: "Scores along time",
        has: |suite| !suite.timelines.is_empty(),
        write: timelines,
    },
    Part {
        anchor: "confusion",
        heading: "Confusion matrices",
        has: |suite| !suite.confusions.is_empty(),
        write: confusions,
    },
    Part {
        anchor: "classes",
        heading: "Classification reports",
        has: |suite| !suite.class_reports.is_empty(),
        write: class_reports,
    },
    Part {
        anchor: "searches",
        heading: "Parameter searches",
        has: |suite| !suite.searches.is_empty(),
        write: searches,
    },
    Part {
        anchor: "charts",
        heading: "Charts",
        has: |suite| !suite.charts.is_empty(),
        write: charts,
    },
    Part {
        anchor: "tables",
        heading: "Checks and tables",
        has: |suite| !suite.tables.is_empty(),
        write: tables,
    },
    Part {
        anchor: "timings",
        heading: "Timings",
        has: |suite| !suite.timings.is_empty(),
        write: timings,
    },
    Part {
        anchor: "rows",
        heading: "All rows",
        has: |suite| !suite.results.is_empty(),
        write: long_tables,
    },
];

/// The parts of which this suite has content.
pub(crate) fn parts(suite: &SuitePage) -> impl Iterator<Item = &'static Part> {
    PARTS.iter().filter(|part| (part.has)(suite))
}

/// Writes the section of a suite.
pub(crate) fn suite(markup: &mut Markup, suite: &SuitePage, anchor: &str) {
    markup.element("section", &[("id", &anchor), ("class", &"suite")], |markup| {
        markup.leaf("h2", &[], heading(suite));
        for paragraph in suite.description.split("\n\n").filter(|text| !text.trim().is_empty()) {
            markup.leaf("p", &[], paragraph.trim());
        }
        for warning in suite.datasets.iter().filter_map(|data| data.warning.as_ref()) {
            markup.leaf("p", &[("class", &"notice warning"), ("role", &"note")], warning);
        }
        suite.datasets.iter().for_each(|data| dataset(markup, data));
        if !suite.failures.is_empty() {
            markup.element("p", &[("class", &"notice failed")], |markup| {
                let n_cells = counted(suite.failures.len(), "cell", "cells");
                markup.text(format_args!("{n_cells} without scores: "));
                markup.leaf("a", &[("href", &format_args!("#{anchor}-failures"))], "the reasons");
                markup.text(".");
            });
        }
        for part in parts(suite) {
            let id = format!("{anchor}-{}", part.anchor);
            markup.element("section", &[("id", &id), ("class", &"part")], |markup| {
                markup.leaf("h3", &[], part.heading);
                (part.write)(markup, suite);
            });
        }
    });
}

fn dataset(markup: &mut Markup, data: &Dataset) {
    let pairs = [("Data", &data.name), ("Source", &data.source), ("Checksum", &data.checksum)];
    if pairs.iter().all(|(_, value)| value.is_empty()) {
        return;
    }
    markup.element("dl", &[("class", &"pairs")], |markup| {
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            pair(markup, name, value);
        }
    });
}

fn box_plots(markup: &mut Markup, suite: &SuitePage) {
    cards(markup, suite.box_plots.iter().map(box_plot));
}

fn charts(markup: &mut Markup, suite: &SuitePage) {
    cards(markup, suite.charts.iter().map(line_chart));
}

fn timelines(markup: &mut Markup, suite: &SuitePage) {
    for content in &suite.timelines {
        markup.element("figure", &[("class", &"card chart wide")], |markup| {
            markup.verbatim(&timeline(content));
        });
    }
}

fn tables(markup: &mut Markup, suite: &SuitePage) {
    for content in &suite.tables {
        table::free(markup, content);
    }
}

/// Writes charts side by side where there is room.
pub(crate) fn cards(markup: &mut Markup, charts: impl Iterator<Item = String>) {
    markup.element("div", &[("class", &"cards")], |markup| {
        for chart in charts {
            markup.element("figure", &[("class", &"card chart")], |markup| {
                markup.verbatim(&chart);
            });
        }
    });
}
