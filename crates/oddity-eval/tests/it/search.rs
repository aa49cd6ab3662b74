//! Candidates, ranks, nested search.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oddity_core::{Classes, Classifier, FittedClassifier, Frame, Predicted, Result, Samples, Seed};
use oddity_eval::Error;
use oddity_eval::cross_validation::{KFold, Shuffle, Splitter, cross_validate};
use oddity_eval::measure::{ClassMeasure, RocAuc};
use oddity_eval::search::{Factory, ParameterGrid, Point, Search, SearchClassifier, Value};

/// Calls a row class 1 if it is above a number that is given, not learnt.
struct Above(f64);

impl Classifier for Above {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        classes.expect_len(train.len())?;
        Ok(Box::new(Above(self.0)))
    }
}

impl FittedClassifier for Above {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let codes = samples.rows()?.iter().map(|row| u32::from(self.0 < row[0])).collect();
        Predicted::new(codes, 2)
    }
}

fn factory() -> Factory<Point> {
    Arc::new(|point| Ok(Arc::new(Above(point.float("above")?))))
}

/// 40 rows `0, 1, ..`, of which those from 20 on are of class 1.
fn rows() -> (Frame, Classes) {
    let values: Vec<f64> = (0..40).map(f64::from).collect();
    let codes = values.iter().map(|&value| u32::from(20.0 <= value)).collect();
    (Frame::new(values, ["x"]).unwrap(), Classes::new(codes, ["low", "high"]).unwrap())
}

fn points(values: &[f64]) -> Vec<Point> {
    ParameterGrid::new().with("above", values.to_vec()).points().collect()
}

fn folds(shuffle: Shuffle) -> KFold {
    KFold { n_folds: 4, stratified: true, shuffle }
}

#[test]
fn the_best_is_the_first_of_equal_candidates_and_ranks_share() {
    let (frame, classes) = rows();
    let splits = folds(Shuffle::None).split(&classes, Seed(0)).unwrap();
    let candidates = points(&[0.0, 19.0, 19.5, 30.0, 19.2]);
    let (factory, measure) = (factory(), ClassMeasure::parse("accuracy").unwrap());
    let n_calls = AtomicUsize::new(0);
    let progress = |done: usize, all: usize| {
        assert!(1 <= done && done <= all && all == 20);
        n_calls.fetch_add(1, Ordering::Relaxed);
    };
    let search = Search {
        candidates: &candidates,
        factory: &*factory,
        measure: &*measure,
        progress: Some(&progress),
    };
    let table = search.run(&frame.samples(), &classes, &splits, Seed(0)).unwrap();
    assert_eq!(n_calls.into_inner(), 20);
    assert_eq!(table.best_index(), 1);
    let ranks: Vec<usize> = table.candidates().iter().map(|c| c.rank.unwrap()).collect();
    assert_eq!(ranks, [5, 1, 1, 4, 1]);
    let best = table.best();
    assert_eq!(best.summary.unwrap().mean, 1.0);
    assert!(best.folds.iter().all(|value| *value.as_ref().unwrap() == 1.0));
}

#[test]
fn a_candidate_that_fails_has_no_rank_and_a_search_of_failures_none() {
    let (frame, classes) = rows();
    let splits = folds(Shuffle::None).split(&classes, Seed(0)).unwrap();
    let nameless = Point::new([("below", Value::Float(1.0))]);
    let candidates = [vec![nameless], points(&[30.0])].concat();
    let (factory, measure) = (factory(), ClassMeasure::parse("f1").unwrap());
    let search = |candidates: &[Point], measure: &ClassMeasure| {
        Search { candidates, factory: &*factory, measure, progress: None }.run(
            &frame.samples(),
            &classes,
            &splits,
            Seed(0),
        )
    };
    let table = search(&candidates, &*measure).unwrap();
    let failed = &table.candidates()[0];
    assert!(failed.rank.is_none() && failed.summary.is_none() && failed.folds[0].is_err());
    assert_eq!(table.best_index(), 1);
    let none = search(&candidates[..1], &*measure).unwrap_err().to_string();
    let expected = "all 1 candidates failed, the first with: the point has no number called above";
    assert_eq!(none, expected);
    // Above the last row there is no alarm, so that precision is undefined in every fold.
    let precision = ClassMeasure::parse("precision").unwrap();
    assert!(matches!(search(&points(&[50.0]), &*precision), Err(Error::NoCandidate { .. })));
    assert!(matches!(search(&[], &*measure), Err(Error::EmptySearch { .. })));
    assert!(matches!(search(&points(&[1.0]), &RocAuc), Err(Error::NoCandidate { .. })));
}

#[test]
fn a_search_runs_inside_outer_folds_with_the_same_result_on_any_number_of_threads() {
    let (frame, classes) = rows();
    let splits = folds(Shuffle::Seeded).split(&classes, Seed(5)).unwrap();
    let measure: Arc<ClassMeasure> = ClassMeasure::parse("accuracy").unwrap().into();
    let search = SearchClassifier::new(
        points(&[3.0, 25.0, 18.0, 19.0, 21.0]),
        factory(),
        Arc::new(folds(Shuffle::Seeded)),
        measure,
    );
    assert_eq!(search.n_fits(4), 20);
    let outcome = search.search(&frame.samples(), &classes, Seed(1), None).unwrap();
    assert_eq!(outcome.table.best_index(), 3);
    assert_eq!(outcome.fitted.predict(&frame.samples()).unwrap().codes(), classes.codes());
    let run = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let outcomes =
            pool.install(|| cross_validate(&search, &frame.samples(), &classes, &splits, Seed(2)));
        outcomes.unwrap().into_iter().map(|fold| fold.result.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn draws_are_different_points_and_follow_the_seed() {
    let grid = ParameterGrid::new().with("a", [1, 2, 3]).with("b", ["x", "y"]);
    assert_eq!((grid.len(), grid.is_empty()), (6, false));
    let draw = |n, seed| grid.draw(n, Shuffle::Seeded, Seed(seed)).unwrap();
    let all = draw(9, 1);
    assert_eq!(all.len(), 6);
    assert!((0..6).all(|a| (0..a).all(|b| all[a] != all[b])));
    assert_eq!(draw(4, 1), all[..4]);
    assert_ne!(draw(6, 2), all);
    let first = grid.draw(2, Shuffle::None, Seed(0)).unwrap();
    assert_eq!(first, grid.points().take(2).collect::<Vec<_>>());
    assert!(ParameterGrid::new().with::<i64>("a", []).is_empty());
    assert_eq!(ParameterGrid::new().points().collect::<Vec<_>>(), [Point::default()]);
}

#[test]
fn grids_too_large_to_put_in_order_are_refused() {
    let axis = |grid: ParameterGrid, name: i64| grid.with(name.to_string(), 0..1_024_i64);
    let large = (0..10).fold(ParameterGrid::new(), axis);
    assert_eq!(large.len(), usize::MAX);
    let drawn = large.draw(3, Shuffle::Seeded, Seed(1));
    assert!(matches!(drawn, Err(Error::GridTooLarge { most: ParameterGrid::MOST_POINTS })));
    assert!((0..2).fold(ParameterGrid::new(), axis).check().is_ok());
}

#[test]
fn a_grid_reads_back_from_toml_with_every_type() {
    let text =
        "depth = [10, \"none\"]\nrate = [0.5, 1.0]\nrule = [\"sqrt\"]\nslow = [true, false]\n";
    let grid: ParameterGrid = toml::from_str(text).unwrap();
    assert_eq!(toml::from_str::<ParameterGrid>(&toml::to_string(&grid).unwrap()).unwrap(), grid);
    let point = grid.point(grid.len() - 1);
    assert_eq!(point.to_string(), "depth=none, rate=1, rule=sqrt, slow=false");
    assert_eq!(point.get("depth"), Some(&Value::None));
    assert_eq!(point.text("rule").unwrap(), "sqrt");
    assert!(!point.bool("slow").unwrap());
    assert_eq!(point.float("rate").unwrap(), 1.0);
    assert_eq!(grid.point(0).integer("depth").unwrap(), 10);
    assert_eq!(
        point.integer("rate").unwrap_err().to_string(),
        "the point has no whole number called rate"
    );
    assert!(toml::from_str::<ParameterGrid>("depth = 3").is_err());
}
