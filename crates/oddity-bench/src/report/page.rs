//! The page around the suites: head, contents, overview, environment.

use super::comparison::comparisons;
use super::environment::pairs;
use super::markup::Markup;
use super::model::Report;
use super::overview::{heading, overview};
use super::suite::{parts, suite};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Nothing is loaded, from anywhere: the page would break loudly if it ever tried.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:; base-uri 'none'; form-action 'none'";

/// Renders a report as one offline HTML file, which is also well-formed XML.
///
/// The same report gives the same bytes. Every text of the report is escaped. Figures that
/// have no value are written as words ("undefined", "failed: reason", "skipped"), never
/// as 0.
#[must_use]
pub fn render(report: &Report) -> String {
    let title = if report.title.is_empty() { "Benchmark report" } else { &report.title };
    let anchors = anchors(report);
    let mut markup = Markup::new();
    markup.verbatim("<!DOCTYPE html>\n");
    let attributes: [(&str, &dyn std::fmt::Display); 2] =
        [("xmlns", &"http://www.w3.org/1999/xhtml"), ("lang", &"en")];
    markup.element("html", &attributes, |markup| {
        markup.element("head", &[], |markup| head(markup, title));
        markup.element("body", &[], |markup| body(markup, report, title, &anchors));
    });
    markup.finish()
}

fn head(markup: &mut Markup, title: &str) {
    markup.void("meta", &[("charset", &"utf-8")]);
    markup.void("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &POLICY)]);
    let viewport = "width=device-width, initial-scale=1";
    markup.void("meta", &[("name", &"viewport"), ("content", &viewport)]);
    markup.void("meta", &[("name", &"color-scheme"), ("content", &"light dark")]);
    // An empty icon keeps a browser from asking a server for one.
    markup.void("link", &[("rel", &"icon"), ("href", &"data:,")]);
    markup.leaf("title", &[], title);
    markup.element("style", &[], |markup| verbatim_block(markup, STYLE));
}

/// Writes a style or a script such that neither HTML nor XML reads it as markup.
fn verbatim_block(markup: &mut Markup, text: &str) {
    markup.verbatim("/*<![CDATA[*/\n");
    markup.verbatim(text);
    markup.verbatim("/*]]>*/");
}

fn body(markup: &mut Markup, report: &Report, title: &str, anchors: &[String]) {
    markup.element("header", &[("id", &"top")], |markup| markup.leaf("h1", &[], title));
    markup.element("nav", &[("aria-label", &"Contents")], |markup| {
        contents(markup, report, anchors);
    });
    markup.element("main", &[], |markup| {
        if !report.suites.is_empty() {
            markup.element("section", &[("id", &"overview")], |markup| {
                markup.leaf("h2", &[], "Overview");
                overview(markup, report, anchors);
                reading(markup);
            });
        }
        if !report.comparisons.is_empty() {
            markup.element("section", &[("id", &"comparisons")], |markup| {
                markup.leaf("h2", &[], "Comparisons over all suites");
                comparisons(markup, &report.comparisons);
            });
        }
        for (page, anchor) in report.suites.iter().zip(anchors) {
            suite(markup, page, anchor);
        }
        for (id, heading, values) in lists(report) {
            markup.element("section", &[("id", &id)], |markup| {
                markup.leaf("h2", &[], heading);
                pairs(markup, values);
            });
        }
    });
    markup.element("script", &[], |markup| verbatim_block(markup, SCRIPT));
}

/// Says how the tables are to be read, once.
fn reading(markup: &mut Markup) {
    markup.element("details", &[], |markup| {
        markup.leaf("summary", &[], "How to read the tables");
        let notes = [
            "measured is the mean over folds and seeds, or the figure itself where there is one. \
             Unless every fold and seed gave a figure, a word stands there instead.",
            "sd, folds is the population standard deviation over the folds, averaged over the \
             seeds; sd, seeds is the sample standard deviation of the seeds' means.",
            "published is the figure of the study, with the digits that it was given with. re-run \
             is what the study's own code gave when it was run again on the same files. A \
             difference is measured minus the figure before it.",
            "In a leaderboard, equal values share a rank. not told apart says that the interval \
             overlaps that of the best; apart, that it does not. Intervals are a careful guide: \
             a paired comparison may tell apart what they do not.",
            "fit and score are seconds, the mean over a pipeline's cells; fit includes a search. \
             peak memory is the largest of its cells, with the data that the process held; so \
             far says that it is the peak of a process that ran other cells before.",
            "oracle marks figures whose threshold was chosen on the labels of the test part.",
            "undefined is a figure that the data does not define, such as the precision of a \
             class that was never predicted. It is not 0.",
        ];
        markup.element("ul", &[], |markup| {
            for note in notes {
                markup.leaf("li", &[], note);
            }
        });
    });
}

fn contents(markup: &mut Markup, report: &Report, anchors: &[String]) {
    let link = |markup: &mut Markup, anchor: &str, text: &str| {
        markup.leaf("a", &[("href", &format_args!("#{anchor}"))], text);
    };
    markup.element("ul", &[], |markup| {
        if !report.suites.is_empty() {
            markup.element("li", &[], |markup| link(markup, "overview", "Overview"));
        }
        if !report.comparisons.is_empty() {
            let text = "Comparisons over all suites";
            markup.element("li", &[], |markup| link(markup, "comparisons", text));
        }
        for (suite, anchor) in report.suites.iter().zip(anchors) {
            markup.element("li", &[], |markup| {
                link(markup, anchor, heading(suite));
                markup.element("ul", &[], |markup| {
                    for part in parts(suite) {
                        let id = format!("{anchor}-{}", part.anchor);
                        markup.element("li", &[], |markup| link(markup, &id, part.heading));
                    }
                });
            });
        }
        for (id, heading, _) in lists(report) {
            markup.element("li", &[], |markup| link(markup, id, heading));
        }
    });
}

type List<'a> = (&'static str, &'static str, &'a [(String, String)]);

/// The lists at the page's end that have content.
fn lists(report: &Report) -> impl Iterator<Item = List<'_>> {
    let lists: [List<'_>; 2] = [
        ("environment", "Environment", &report.environment),
        ("provenance", "Provenance", &report.provenance),
    ];
    lists.into_iter().filter(|(_, _, values)| !values.is_empty())
}

/// One anchor a suite: letters, digits and hyphens of its identifier, no two alike.
fn anchors(report: &Report) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for suite in &report.suites {
        let keep = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let plain = format!("suite-{}", suite.id.chars().map(keep).collect::<String>());
        let mut anchor = plain.clone();
        let mut n = 1;
        while anchors.contains(&anchor) {
            n += 1;
            anchor = format!("{plain}--{n}");
        }
        anchors.push(anchor);
    }
    anchors
}
