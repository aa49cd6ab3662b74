//! Detectors over many datasets: small tables, and two published ones where they are at hand.

use std::ffi::OsStr;
use std::path::Path;

use oddity_core::Seed;
use oddity_eval::Error;
use oddity_eval::compare::{
    ClusterBy, CriticalDifference, CriticalDifferenceParams, LeftOut, PairedBy, ResultRow,
    ResultTable, friedman,
};
use oddity_eval::cross_validation::Shuffle;
use oddity_eval::measure::Direction;

fn table(rows: &[(&str, &[f64])]) -> ResultTable {
    let n_detectors = rows.first().map_or(0, |(_, values)| values.len());
    ResultTable {
        detectors: (0..n_detectors).map(|at| format!("d{at}")).collect(),
        rows: rows
            .iter()
            .enumerate()
            .map(|(at, (source, values))| ResultRow {
                dataset: format!("{source}-{at}"),
                source: (*source).to_owned(),
                values: values.iter().copied().map(Some).collect(),
            })
            .collect(),
    }
}

fn compare(table: &ResultTable, params: CriticalDifferenceParams) -> CriticalDifference {
    CriticalDifference::new(table, Direction::HigherIsBetter, params).unwrap()
}

/// Twenty sources with values that put the third detector first and the others level.
fn clear() -> ResultTable {
    let names: Vec<String> = (0..20).map(|source| format!("s{source:02}")).collect();
    let value = |source: usize, detector: usize| {
        let noise = ((source * 7 + detector * 13) % 11) as f64 / 11.0;
        noise + if detector == 2 { 2.0 } else { 0.0 }
    };
    let values: Vec<Vec<f64>> = (0..20).map(|s| (0..4).map(|d| value(s, d)).collect()).collect();
    let rows: Vec<(&str, &[f64])> =
        names.iter().zip(&values).map(|(name, row)| (name.as_str(), &row[..])).collect();
    table(&rows)
}

#[test]
fn the_best_stands_alone_and_the_others_share_a_bar() {
    let found = compare(&clear(), CriticalDifferenceParams::default());
    assert_eq!(found.detectors[0], "d2");
    assert_eq!(found.mean_ranks[0], 1.0);
    assert!(found.any_difference);
    let bars: Vec<(usize, usize)> = found.groups.iter().map(|bar| (bar.first, bar.last)).collect();
    assert_eq!(bars, [(1, 3)]);
    assert!(found.differ(0, 1) && !found.differ(1, 3));
    assert_eq!((found.n_datasets, found.n_clusters), (20, 20));
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<CriticalDifference>(&text).unwrap(), found);
}

#[test]
fn the_order_of_datasets_and_a_shift_of_one_change_no_bit() {
    let table = clear();
    for cluster_by in [ClusterBy::Source, ClusterBy::Dataset] {
        for pairs in [PairedBy::Value, PairedBy::Rank] {
            let params = CriticalDifferenceParams { cluster_by, pairs, ..Default::default() };
            let found = compare(&table, params.clone());
            let order = Shuffle::Seeded.order(table.rows.len(), Seed(4));
            let rows = order.iter().map(|&at| table.rows[at].clone()).collect();
            let permuted = ResultTable { detectors: table.detectors.clone(), rows };
            assert_eq!(compare(&permuted, params.clone()), found);
            // Powers of 2 add to these values without rounding them to ties.
            let mut shifted = table.clone();
            for (at, row) in shifted.rows.iter_mut().enumerate() {
                let shift = if at % 2 == 0 { 0.0 } else { -3.0 };
                row.values.iter_mut().flatten().for_each(|value| *value += shift);
            }
            let shifted = compare(&shifted, params);
            assert_eq!(shifted.mean_ranks, found.mean_ranks);
            assert_eq!(shifted.friedman, found.friedman);
        }
    }
}

#[test]
fn a_source_counts_once_whatever_the_number_of_its_series() {
    let rows: Vec<(&str, &[f64])> = std::iter::repeat_n(("many", &[0.9, 0.1][..]), 30)
        .chain([("a", &[0.1, 0.9][..]), ("b", &[0.2, 0.3][..]), ("b", &[0.4, 0.6][..])])
        .collect();
    let found = compare(&table(&rows), CriticalDifferenceParams::default());
    assert_eq!(found.clusters, ["a", "b", "many"]);
    assert_eq!((found.n_datasets, found.n_clusters), (33, 3));
    assert_eq!(found.detectors, ["d1", "d0"]);
    assert!((found.mean_ranks[0] - 4.0 / 3.0).abs() < 1e-15);
    // Three observations cannot show a difference; 33 that are no observations would.
    assert!(!found.any_difference && found.groups.len() == 1);
    let params = CriticalDifferenceParams { cluster_by: ClusterBy::Dataset, ..Default::default() };
    let found = compare(&table(&rows), params);
    assert!(found.any_difference && found.groups.is_empty());
    assert_eq!(found.detectors, ["d0", "d1"]);
}

#[test]
fn the_ranks_of_a_source_are_averaged_not_its_values() {
    // In "s", the second detector wins two of three series, and loses one by a lot.
    let rows: [(&str, &[f64]); 5] = [
        ("s", &[0.1, 0.2]),
        ("s", &[0.1, 0.2]),
        ("s", &[0.9, 0.1]),
        ("t", &[0.1, 0.2]),
        ("u", &[0.1, 0.2]),
    ];
    let found = compare(&table(&rows), CriticalDifferenceParams::default());
    assert_eq!(found.friedman.mean_ranks, [1.0, 2.0]);
    assert!((found.mean_ranks[0] - (4.0 / 3.0 + 2.0) / 3.0).abs() < 1e-15);
}

#[test]
fn a_dataset_with_a_missing_value_is_left_out_and_listed() {
    let mut table = clear();
    let without = compare(&table, CriticalDifferenceParams::default());
    table.rows.push(ResultRow {
        dataset: "broken".to_owned(),
        source: "s00".to_owned(),
        values: vec![Some(1.0), None, Some(0.5), None],
    });
    let found = compare(&table, CriticalDifferenceParams::default());
    let detectors = vec!["d1".to_owned(), "d3".to_owned()];
    assert_eq!(found.left_out, [LeftOut { dataset: "broken".to_owned(), detectors }]);
    assert_eq!(CriticalDifference { left_out: Vec::new(), ..found }, without);
}

#[test]
fn detectors_that_never_differ_share_a_bar() {
    let mut table = clear();
    table.detectors.push("twin of d2".to_owned());
    for row in &mut table.rows {
        row.values.push(row.values[2]);
    }
    let found = compare(&table, CriticalDifferenceParams::default());
    assert_eq!(&found.detectors[..2], ["d2", "twin of d2"]);
    assert_eq!((found.p_values[0][1], found.mean_ranks[0]), (1.0, 1.5));
    assert_eq!((found.groups[0].first, found.groups[0].last), (0, 1));
}

#[test]
fn hostile_tables_are_refused() {
    let refused = |table: &ResultTable| {
        let params = CriticalDifferenceParams::default();
        CriticalDifference::new(table, Direction::HigherIsBetter, params).unwrap_err()
    };
    let one = table(&[("a", &[1.0, 2.0])]);
    assert!(matches!(refused(&one), Error::TooFewDatasets { found: 1, wanted: 2 }));
    let one_source = table(&[("a", &[1.0, 2.0]), ("a", &[1.0, 3.0])]);
    assert!(matches!(refused(&one_source), Error::TooFewDatasets { found: 1, wanted: 2 }));
    let one_detector = table(&[("a", &[1.0]), ("b", &[1.0])]);
    assert!(matches!(refused(&one_detector), Error::TooFewDetectors { found: 1, wanted: 2 }));
    let equal = table(&[("a", &[1.0, 1.0]), ("b", &[2.0, 2.0])]);
    assert!(matches!(refused(&equal), Error::AllTied));
    let nan = table(&[("a", &[1.0, 1.0]), ("b", &[2.0, f64::NAN])]);
    let found = refused(&nan);
    let core = |error| matches!(error, Error::Core(oddity_core::Error::NotFinite { row: 1, .. }));
    assert!(core(found));
    let mut ragged = table(&[("a", &[1.0, 1.0]), ("b", &[2.0, 1.0])]);
    ragged.rows[1].values.pop();
    assert!(matches!(refused(&ragged), Error::Core(oddity_core::Error::Width { .. })));
    let params = CriticalDifferenceParams { alpha: 0.0, ..Default::default() };
    assert!(CriticalDifference::new(&clear(), Direction::HigherIsBetter, params).is_err());
}

/// A table of the TSB-AD benchmark; the source of a series is in its name, after the number.
fn published(folder: &OsStr, name: &str) -> ResultTable {
    let path = Path::new(folder).join("results/tsb-ad").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let n_detectors = header.iter().position(|name| *name == "ts_len").unwrap() - 1;
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        ResultRow {
            dataset: cells[0].to_owned(),
            source: cells[0].split('_').nth(1).unwrap().to_owned(),
            values: cells[1..=n_detectors].iter().map(|cell| cell.parse().ok()).collect(),
        }
    };
    let detectors = header[1..=n_detectors].iter().map(|name| (*name).to_owned()).collect();
    ResultTable { detectors, rows: lines.map(row).collect() }
}

#[test]
fn the_published_tables_give_the_known_chi_square() {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR") else {
        println!("skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    for (name, n_series, n_detectors, n_sources, expected) in [
        ("uni_mergedTable_VUS-PR.csv", 350, 32, 23, 936.5345605046613),
        ("multi_mergedTable_VUS-PR.csv", 180, 23, 17, 522.9096392325963),
    ] {
        let table = published(&folder, name);
        let rows: Vec<Vec<f64>> =
            table.rows.iter().map(|row| row.values.iter().flatten().copied().collect()).collect();
        assert_eq!((rows.len(), table.detectors.len()), (n_series, n_detectors));
        let found = friedman(&rows, Direction::HigherIsBetter).unwrap();
        let error = (found.chi_square - expected).abs() / expected;
        println!("{name}: {} ({error:e}), p {:e}", found.chi_square, found.p_value);
        assert!(error < 1e-9, "{name}: {}", found.chi_square);
        for cluster_by in [ClusterBy::Dataset, ClusterBy::Source] {
            let params = CriticalDifferenceParams { cluster_by, ..Default::default() };
            let found = compare(&table, params);
            println!(
                "{cluster_by:?}: {} observations, chi square {} p {:e} F {:?}",
                found.n_clusters,
                found.friedman.chi_square,
                found.friedman.p_value,
                found.friedman.iman_davenport
            );
            for (at, (name, rank)) in found.detectors.iter().zip(&found.mean_ranks).enumerate() {
                let bars: String = found
                    .groups
                    .iter()
                    .map(|bar| if (bar.first..=bar.last).contains(&at) { '|' } else { ' ' })
                    .collect();
                println!("{rank:7.3} {name:20} {bars}");
            }
            assert_eq!(found.n_datasets, n_series);
            let n_clusters = if cluster_by == ClusterBy::Source { n_sources } else { n_series };
            assert_eq!(found.n_clusters, n_clusters);
            assert!(found.any_difference && found.left_out.is_empty());
        }
    }
}
