//! A report in which every part has content.

use oddity_bench::report::{
    BoxGroup, BoxPlot, Cell, ClassReport, ClassRow, Comparison, Confusion, Curve, CurveKind,
    Dataset, Failure, Interval, Leaderboard, LeaderboardEntry, LineChart, Report, ResultRow,
    SearchRow, SearchTable, Series, Status, SuitePage, Table, ThresholdNote, Timeline, TimingRow,
};

/// A report in which every part has content and `name` stands wherever a text may.
pub(crate) fn report(name: &str) -> Report {
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
    let entry = |value: Option<f64>, seconds| LeaderboardEntry {
        pipeline: pipeline("as-published"),
        value,
        interval: value.map(|value| Interval { low: value - 0.1, high: value + 0.1, note: text() }),
        no_interval: value.is_none().then(text),
        sd_seeds: Some(0.01),
        n_seeds: 5,
        fit_seconds: Some(seconds),
        score_seconds: Some(0.25),
        peak_bytes: Some(1 << 30),
        peak_is_of_process: true,
        status: Status::Ok,
        reason: value.is_none().then(text),
    };
    let comparison = Comparison {
        title: text(),
        note: text(),
        detectors: vec![text(), format!("{name} 2"), format!("{name} 3")],
        mean_ranks: vec![1.25, 1.75, 3.0],
        groups: vec![(0, 1)],
        adjusted_p_values: vec![vec![1.0, 0.5, 0.01], vec![0.5, 1.0, 0.02], vec![0.01, 0.02, 1.0]],
        friedman_p_value: Some(0.003),
        alpha: 0.05,
        n_datasets: 12,
        n_clusters: 8,
        left_out: vec![(text(), text())],
        refused: None,
    };
    let refused = Comparison { refused: Some(text()), title: text(), ..Comparison::default() };
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
        leaderboards: vec![Leaderboard {
            dataset: text(),
            task: text(),
            measure: text(),
            params: text(),
            threshold: Some(ThresholdNote { provenance: text(), oracle: false }),
            split: text(),
            lower_is_better: true,
            entries: vec![entry(Some(0.5), 0.5), entry(None, 1.5), entry(Some(0.25), 2.5)],
        }],
        comparisons: vec![comparison, refused.clone()],
        timelines: vec![Timeline {
            title: text(),
            x_label: text(),
            scores: vec![0.25, 0.5, 1.0, 0.25],
            attacks: vec![(2, 3)],
            cutoff: Some(0.75),
            threshold: Some(ThresholdNote { provenance: text(), oracle: true }),
        }],
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
            rows: vec![SearchRow { values: vec![text()], mean: Some(0.5), sd: None }],
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
        comparisons: vec![refused],
        environment: vec![(text(), text())],
        provenance: vec![(text(), text())],
    }
}
