//! The report as a whole: its text, its escaping, its shape as XML, what it never does.

use std::collections::BTreeSet;

use oddity_bench::report::{
    BoxGroup, BoxPlot, Cell, ClassReport, ClassRow, Confusion, Curve, CurveKind, Dataset, Failure,
    LineChart, Report, ResultRow, SearchRow, SearchTable, Series, Status, SuitePage, Table,
    ThresholdNote, TimingRow, render, svg,
};
use roxmltree::{Document, Node, ParsingOptions};

/// A report in which every part has content and `name` stands wherever a text may.
fn report(name: &str) -> Report {
    let text = || name.to_string();
    let pipeline = |group: &str| format!("{group}/{name}");
    let row = |split: &str, value: Option<f64>| ResultRow {
        pipeline: pipeline("as-published"),
        seed: Some(7),
        split: split.into(),
        measure: text(),
        params: text(),
        threshold: Some(ThresholdNote { provenance: text(), oracle: true }),
        value,
        ..ResultRow::default()
    };
    let curve = |kind, points: &[(f64, f64)]| Curve {
        pipeline: pipeline("as-published"),
        split: text(),
        kind,
        points: points.to_vec(),
        area: Some(0.75),
        anomaly_share: Some(0.25),
    };
    let line = |points: &[(f64, f64)]| Series {
        name: text(),
        note: text(),
        points: points.to_vec(),
        step: false,
    };
    let class = |precision| ClassRow {
        name: text(),
        precision,
        recall: Some(0.0),
        f1: None,
        support: 12345,
    };
    let suite = SuitePage {
        id: text(),
        title: text(),
        description: format!("{name}\n\n{name}"),
        datasets: vec![Dataset {
            name: text(),
            source: text(),
            checksum: text(),
            warning: Some(text()),
        }],
        groups: vec![("as-published".into(), text())],
        tables: vec![Table {
            title: text(),
            columns: vec![text(), text(), text()],
            rows: vec![
                vec![Cell::Text(text()), Cell::Count(4147), Cell::Number(Some(0.25))],
                vec![Cell::Text(text()), Cell::Count(0), Cell::Number(None)],
                vec![],
            ],
        }],
        results: vec![
            row("fold-00", Some(0.75)),
            row("fold-01", Some(0.25)),
            ResultRow { published: Some(0.51), rerun: Some(0.5), ..row("mean", Some(0.5)) },
            ResultRow { published: Some(0.2), ..row("sd", Some(0.25)) },
            ResultRow { status: Status::Error, reason: Some(text()), ..row("test", None) },
            ResultRow { reason: Some(text()), ..row("train", None) },
            ResultRow {
                status: Status::Skipped,
                reason: Some(text()),
                threshold: None,
                ..row(name, None)
            },
        ],
        box_plots: vec![BoxPlot {
            title: text(),
            value_label: text(),
            groups: vec![
                BoxGroup { label: text(), values: vec![0.75, 0.25, 0.5], published: Some(0.51) },
                BoxGroup { label: text(), ..BoxGroup::default() },
            ],
        }],
        curves: vec![
            curve(CurveKind::Roc, &[(0.0, 0.0), (0.25, 0.75), (1.0, 1.0)]),
            curve(CurveKind::PrecisionRecall, &[(0.0, 1.0), (0.5, 0.75), (1.0, 0.25)]),
        ],
        confusions: vec![Confusion {
            pipeline: pipeline("holdout"),
            split: text(),
            threshold: Some(ThresholdNote { provenance: text(), oracle: false }),
            names: vec![text(), text()],
            counts: vec![vec![190, 20], vec![0, 0]],
        }],
        class_reports: vec![ClassReport {
            pipeline: pipeline("holdout"),
            split: text(),
            classes: vec![class(None)],
            averages: vec![class(Some(0.5))],
        }],
        searches: vec![SearchTable {
            pipeline: pipeline("search"),
            note: text(),
            measure: text(),
            columns: vec![text()],
            rows: vec![SearchRow {
                values: vec![text()],
                mean: Some(0.5),
                sd: None,
                published_best: true,
            }],
        }],
        charts: vec![LineChart {
            title: text(),
            x_label: text(),
            y_label: text(),
            series: vec![line(&[(1.0, 2.0), (2.0, 1.0)])],
            reference: Some(line(&[(1.0, 1.5), (2.0, 1.5)])),
            ..LineChart::default()
        }],
        timings: vec![TimingRow {
            pipeline: pipeline("as-published"),
            stage: text(),
            seconds: 0.5,
            rows: Some(100),
        }],
        failures: vec![Failure { cell: text(), status: Status::Timeout, reason: text() }],
    };
    Report {
        title: text(),
        suites: vec![suite.clone(), suite],
        environment: vec![(text(), text())],
        provenance: vec![(text(), text())],
    }
}

fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).expect("the page is well-formed")
}

/// The page without its style and script, which are files of their own.
fn without_assets(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("/*<![CDATA[*/") {
        text.push_str(before);
        rest = after.split_once("/*]]>*/").expect("a block that ends").1;
    }
    text + rest
}

fn elements<'a>(document: &'a Document<'_>, tag: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document
        .descendants()
        .filter(move |node| node.has_tag_name(("http://www.w3.org/1999/xhtml", tag)))
}

#[test]
fn the_page_says_what_it_said() {
    let mut report = report("knn");
    report.suites.truncate(1);
    insta::assert_snapshot!(without_assets(&render(&report)));
}

#[test]
fn hostile_names_stay_text() {
    let name =
        "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;]]>\u{0}\u{202E}";
    let page = render(&report(name));
    let document = parse(&page);
    assert_eq!(elements(&document, "script").count(), 1);
    assert_eq!(elements(&document, "img").count(), 0);
    let is_handler = |node: &Node<'_, '_>| node.attributes().any(|a| a.name().starts_with("on"));
    assert!(!document.descendants().any(|node| is_handler(&node)));
    assert!(!without_assets(&page).contains("<img"));
    assert!(!page.contains(['\u{0}', '\u{202E}']));
    // What was written is what is read.
    let title = elements(&document, "h1").next().unwrap().text().unwrap();
    assert_eq!(title, name.replace(['\u{0}', '\u{202E}'], "\u{FFFD}"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report("knn");
    let page = render(&report);
    assert_eq!(page, render(&report));
    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(report, read);
    assert_eq!(page, render(&read));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = render(&report("knn"));
    let namespaces = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"];
    let bare = namespaces.iter().fold(page.clone(), |page, name| page.replace(name, ""));
    for forbidden in ["http:", "https:", "//cdn", "@import", "url(", "fetch(", "import("] {
        assert!(!bare.contains(forbidden), "{forbidden}");
    }
    let document = parse(&page);
    for node in document.descendants() {
        assert_eq!(node.attribute("src"), None);
        if let Some(href) = node.attribute("href") {
            assert!(href.starts_with('#') || href == "data:,", "{href}");
        }
    }
}

#[test]
fn a_citation_with_an_address_is_text() {
    let mut report = report("knn");
    report.suites[0].datasets[0].source = "https://doi.org/10.1109/WCNC.2013.6555301".into();
    let page = render(&report);
    assert_eq!(page.matches("https:").count(), 1);
    assert!(page.contains("<dd>https://doi.org/10.1109/WCNC.2013.6555301</dd>"));
}

#[test]
fn links_lead_to_anchors_that_are_there_once() {
    let page = render(&report("knn"));
    let document = parse(&page);
    let all: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let ids: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(ids.len(), all.len());
    let links: Vec<&str> =
        elements(&document, "a").filter_map(|node| node.attribute("href")).collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(ids.contains(link.trim_start_matches('#')), "{link}");
    }
}

#[test]
fn every_row_is_as_wide_as_its_table() {
    let page = render(&report("knn"));
    let document = parse(&page);
    for table in elements(&document, "table") {
        let widths: BTreeSet<usize> = table
            .descendants()
            .filter(|node| node.tag_name().name() == "tr")
            .map(|row| {
                let cells = row.children().filter(Node::is_element);
                cells.map(|cell| cell.attribute("colspan").map_or(1, |n| n.parse().unwrap())).sum()
            })
            .collect();
        assert_eq!(widths.len(), 1, "{:?}", table.parent().unwrap().attribute("aria-label"));
    }
}

#[test]
fn every_chart_is_named_for_those_who_cannot_see_it() {
    let page = render(&report("knn"));
    let document = parse(&page);
    let charts: Vec<_> =
        document.descendants().filter(|node| node.tag_name().name() == "svg").collect();
    assert_eq!(charts.len(), 8);
    for chart in charts {
        assert_eq!(chart.attribute("role"), Some("img"));
        assert!(chart.attribute("aria-label").unwrap().contains("knn"));
        assert_eq!(chart.first_element_child().unwrap().tag_name().name(), "title");
    }
}

#[test]
fn what_has_no_value_is_a_word() {
    let page = without_assets(&render(&report("knn")));
    for words in ["undefined: knn", "failed: knn", "skipped: knn", ">undefined</td>", ">timeout<"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("NaN"));
}

#[test]
fn an_empty_report_is_a_page() {
    let page = render(&Report::default());
    parse(&page);
    let suites = vec![SuitePage::default(), SuitePage::default()];
    let page = render(&Report { suites, ..Report::default() });
    parse(&page);
}

#[test]
fn values_that_are_no_numbers_do_not_reach_a_chart() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 1e-320, 0.5];
    let points: Vec<(f64, f64)> = odd.iter().flat_map(|x| odd.iter().map(|y| (*x, *y))).collect();
    let series = vec![Series { points, ..Series::default() }, Series::default()];
    for x_range in [None, Some((0.0, 0.0)), Some((1.0, -1.0)), Some((f64::NAN, 1.0))] {
        let chart =
            svg::line_chart(&LineChart { x_range, series: series.clone(), ..LineChart::default() });
        Document::parse(&chart).unwrap();
        assert!(!chart.contains("NaN") && !chart.contains("inf"), "{chart}");
    }
    let groups = vec![
        BoxGroup { values: odd.to_vec(), published: Some(f64::NAN), ..BoxGroup::default() },
        BoxGroup { values: vec![0.5], ..BoxGroup::default() },
    ];
    let plot = svg::box_plot(&BoxPlot { groups, ..BoxPlot::default() });
    Document::parse(&plot).unwrap();
    assert!(!plot.contains("NaN\"") && !plot.contains("inf\""), "{plot}");
    Document::parse(&svg::box_plot(&BoxPlot::default())).unwrap();
}

#[test]
fn a_curve_of_many_points_is_drawn_with_some_hundred() {
    let points: Vec<(f64, f64)> = (0..200_000)
        .map(|at| f64::from(at) / 199_999.0)
        .map(|x| (x, (x.powf(0.1) + 0.01 * (x * 900.0).sin()).clamp(0.0, 1.0)))
        .collect();
    let series = vec![Series { points, ..Series::default() }];
    let chart = svg::line_chart(&LineChart { series, ..LineChart::default() });
    let document = Document::parse(&chart).unwrap();
    let path = document.descendants().find(|node| node.tag_name().name() == "path").unwrap();
    let n_points = path.attribute("d").unwrap().matches(['M', 'L']).count();
    assert!((100..=400).contains(&n_points), "{n_points}");
}
