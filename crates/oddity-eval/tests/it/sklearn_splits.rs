//! Splits, orders and draws against scikit-learn.

use oddity_core::{Classes, Seed};
use oddity_eval::cross_validation::{HoldOut, KFold, Shuffle, Splitter};
use oddity_eval::search::{ParameterGrid, Point};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    kind: String,
    parameters: serde_json::Value,
    classes: Vec<u32>,
    splits: Vec<[Vec<usize>; 2]>,
}

#[test]
fn splits_are_those_of_scikit_learn_row_by_row() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../fixtures/sklearn_splits.json")).unwrap();
    for Case { kind, parameters, classes, splits } in cases {
        let names = (0..5).map(|code| code.to_string());
        let classes = Classes::new(classes, names).unwrap();
        let what = format!("{kind} {parameters}");
        let splitter: Box<dyn Splitter> = match kind.as_str() {
            "k_fold" => Box::new(serde_json::from_value::<KFold>(parameters).unwrap()),
            _ => Box::new(serde_json::from_value::<HoldOut>(parameters).unwrap()),
        };
        let found = splitter.split(&classes, Seed(0)).unwrap();
        let found: Vec<[&[usize]; 2]> = found.iter().map(|s| [s.train(), s.test()]).collect();
        assert_eq!(found, splits, "{what}");
    }
}

#[derive(Deserialize)]
struct Draws {
    grid: ParameterGrid,
    n_points: usize,
    state: u32,
    n_grid: usize,
    first_of_grid: Vec<Point>,
    points: Vec<Point>,
    last: Point,
}

#[test]
fn grids_and_draws_are_those_of_scikit_learn() {
    let draws: Vec<Draws> =
        serde_json::from_str(include_str!("../fixtures/sklearn_draws.json")).unwrap();
    for draws in draws {
        assert_eq!(draws.grid.len(), draws.n_grid);
        let first: Vec<Point> = draws.grid.points().take(draws.first_of_grid.len()).collect();
        assert_eq!(first, draws.first_of_grid);
        let points = draws.grid.draw(draws.n_points, Shuffle::Numpy(draws.state), Seed(0)).unwrap();
        assert_eq!(points.len(), draws.n_points);
        assert_eq!(points[..draws.points.len()], draws.points);
        assert_eq!(points.last(), Some(&draws.last));
    }
}
