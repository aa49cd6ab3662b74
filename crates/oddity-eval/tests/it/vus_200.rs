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
}
