//! The 200 scores that implementations of VUS are compared on, where they are at hand.

use oddity_core::{Labels, Scores};
use oddity_eval::measure::ScoreMeasure;

use crate::close;

#[test]
fn the_published_values_come_out() {
    let Ok(path) = std::env::var("ODDITY_VUS_200_CSV") else {
        println!("skipped: ODDITY_VUS_200_CSV is not set");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<(&str, &str)> =
        text.lines().skip(1).map(|line| line.split_once(',').unwrap()).collect();
    assert_eq!(rows.len(), 200);
    let labels: Labels = rows.iter().map(|(label, _)| *label == "1").collect();
    let scores = rows.iter().map(|(_, score)| score.trim().parse().unwrap()).collect();
    let scores = Scores::new(scores).unwrap();
    for (id, expected) in [
        ("roc_auc", 0.5252571428571429),
        ("average_precision", 0.14919346623745436),
        ("f1_oracle", 0.23414634146341465),
    ] {
        let measure = ScoreMeasure::parse(id).unwrap();
        let found = measure.evaluate(&(&labels).into(), &scores).unwrap();
        assert!(close(found, expected), "{id}: {found}");
    }
    for (version, kind, size, pr, roc) in [
        ("2022", "range", 10, 0.3737854660, 0.7108527197),
        ("2022", "range", 4, 0.2506464391, 0.6143220816),
        ("2022", "vus", 200, 0.7493254559, 0.8763382130),
        ("2022", "vus", 10, 0.2633666812, 0.6180105556),
        ("2022", "vus", 50, 0.4469956721, 0.7419361977),
        ("2022", "vus", 100, 0.5680572139, 0.7942163648),
        ("opt", "vus", 0, 0.1477478008, 0.5103238095),
        ("opt", "vus", 10, 0.2661644067, 0.6728966286),
        ("opt", "vus", 50, 0.4502706551, 0.8369549798),
        ("opt", "vus", 100, 0.5415335431, 0.8881003620),
    ] {
        for (curve, expected) in [("pr", pr), ("roc", roc)] {
            let id = match kind {
                "vus" => format!("vus_{curve}-{version}(window={size})"),
                _ => format!("range_{curve}_auc-{version}(buffer={size})"),
            };
            let measure = ScoreMeasure::parse(&id).unwrap();
            let found = measure.evaluate(&(&labels).into(), &scores).unwrap();
            // Published with ten digits.
            assert!((found - expected).abs() < 6e-11, "{id}: {found}");
        }
    }
}
