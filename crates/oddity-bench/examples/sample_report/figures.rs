//! Figures that look like those of a run.

use oddity_bench::report::{
    ClassReport, ClassRow, Confusion, Curve, CurveKind, LineChart, ResultRow, SearchRow,
    SearchTable, Series,
};

pub(crate) fn row(
    pipeline: &str,
    seed: Option<u64>,
    split: &str,
    measure: &str,
    value: f64,
) -> ResultRow {
    ResultRow {
        pipeline: pipeline.into(),
        seed,
        split: split.into(),
        measure: measure.into(),
        value: Some(value),
        ..ResultRow::default()
    }
}

/// The curves of a detector whose scores of anomalies lie `skill` standard deviations up.
pub(crate) fn curves(pipeline: &str, skill: f64, dice: &mut Dice) -> [Curve; 2] {
    let mut scored: Vec<(f64, bool)> = (0..2000)
        .map(|at| (at % 5 == 0, dice.normal()))
        .map(|(anomaly, noise)| (noise + if anomaly { skill } else { 0.0 }, anomaly))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (n_anomalies, n_normal) = (400.0, 1600.0);
    let (mut hits, mut alarms, mut area, mut precision_area) = (0.0, 0.0, 0.0, 0.0);
    let (mut roc, mut precision_recall) = (vec![(0.0, 0.0)], vec![(0.0, 1.0)]);
    for (_, anomaly) in scored {
        if anomaly {
            hits += 1.0;
            precision_area += hits / (hits + alarms) / n_anomalies;
        } else {
            alarms += 1.0;
            area += hits / n_anomalies / n_normal;
        }
        roc.push((alarms / n_normal, hits / n_anomalies));
        precision_recall.push((hits / n_anomalies, hits / (hits + alarms)));
    }
    let curve = |kind, points, area| Curve {
        pipeline: pipeline.into(),
        split: "test".into(),
        kind,
        points,
        area: Some(area),
        anomaly_share: Some(0.2),
    };
    [
        curve(CurveKind::Roc, roc, area),
        curve(CurveKind::PrecisionRecall, precision_recall, precision_area),
    ]
}

pub(crate) fn confusions() -> Vec<Confusion> {
    let binary = |model: &str, counts: [[u64; 2]; 2]| Confusion {
        pipeline: format!("holdout/{model}"),
        split: "test".into(),
        names: vec!["normal".into(), "attack".into()],
        counts: counts.map(Into::into).into(),
    };
    let names = [
        "Adduser",
        "Hydra_FTP",
        "Hydra_SSH",
        "Java_Meterpreter",
        "Meterpreter",
        "Web_Shell",
        "Normal",
    ];
    vec![
        binary("lr", [[190, 20], [33, 92]]),
        binary("knn", [[199, 11], [25, 100]]),
        binary("random-forest", [[206, 4], [9, 116]]),
        Confusion {
            pipeline: "multiclass/lr".into(),
            split: "test".into(),
            names: names.map(Into::into).into(),
            counts: vec![
                vec![6, 1, 0, 4, 2, 3, 5],
                vec![0, 22, 9, 1, 0, 2, 3],
                vec![0, 11, 25, 0, 1, 0, 6],
                vec![2, 0, 1, 17, 3, 4, 2],
                vec![1, 0, 0, 5, 9, 0, 3],
                vec![0, 2, 0, 3, 0, 15, 6],
                vec![1, 3, 2, 0, 1, 4, 1197],
            ],
        },
    ]
}

pub(crate) fn class_report(pipeline: &str) -> ClassReport {
    let row = |name: &str, precision, recall, f1, support| ClassRow {
        name: name.into(),
        precision,
        recall,
        f1,
        support,
    };
    ClassReport {
        pipeline: pipeline.into(),
        split: "test".into(),
        classes: vec![
            row("Adduser", None, Some(0.0), None, 21),
            row("Hydra_FTP", Some(0.564103), Some(0.594595), Some(0.578947), 37),
            row("Normal", Some(0.979542), Some(0.990894), Some(0.985185), 1208),
        ],
        averages: vec![row("weighted mean", Some(0.9443), Some(0.95), Some(0.9469), 1266)],
    }
}

pub(crate) fn search() -> SearchTable {
    let point = |values: [&str; 6], mean| SearchRow {
        values: values.map(Into::into).into(),
        mean: Some(mean),
        sd: Some(0.0123),
    };
    SearchTable {
        pipeline: "search/random".into(),
        note: "100 draws, 3 folds. The ten best points.".into(),
        measure: "accuracy".into(),
        columns: ["trees", "features", "depth", "min split", "min leaf", "bootstrap"]
            .map(Into::into)
            .into(),
        rows: vec![
            point(["1200", "sqrt", "50", "2", "1", "no"], 0.965112),
            point(["400", "sqrt", "none", "2", "1", "no"], 0.964113),
            point(["2000", "all", "30", "5", "2", "yes"], 0.951231),
        ],
    }
}

pub(crate) fn losses(dice: &mut Dice) -> LineChart {
    let mut line = |name: &str, floor: f64| Series {
        name: name.into(),
        points: (1..=100)
            .map(|epoch| {
                let epoch = f64::from(epoch);
                (epoch, floor + 3.0 * (-epoch / 14.0).exp() + 0.02 * dice.normal())
            })
            .collect(),
        ..Series::default()
    };
    LineChart {
        title: "Loss of the dense autoencoder".into(),
        x_label: "epoch".into(),
        y_label: "mean squared error".into(),
        series: vec![line("training", 0.31), line("validation", 0.42)],
        ..LineChart::default()
    }
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
