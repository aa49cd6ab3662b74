//! The table of the KDD http study, from the real NSL-KDD files: runs where
//! `ODDITY_DATA_DIR` names the folder that holds `nsl-kdd/`.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use oddity_core::{Column, FittedTransformer, Frame, Labels, Records, Samples, Step};
use oddity_features::{
    Components, FittedPca, Pca, PcaParams, StepConfig, WindowEdge, WindowLayout, WindowsParams,
};

/// Columns of NSL-KDD that hold text.
const SYMBOLIC: [usize; 3] = [1, 2, 3];
const LABEL: usize = 41;

/// The rows of one service, with whether each is normal.
fn http(path: &Path) -> (Records, Vec<bool>) {
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let rows: Vec<Vec<&str>> = rows.into_iter().filter(|row| row[2] == "http").collect();
    let column = |at: usize| match SYMBOLIC.contains(&at) {
        true => Column::Text(rows.iter().map(|row| row[at]).collect()),
        false => Column::Numbers(rows.iter().map(|row| row[at].parse().unwrap()).collect()),
    };
    let records = Records::new((0..LABEL).map(|at| (format!("c{at}"), column(at)))).unwrap();
    (records, rows.iter().map(|row| row[LABEL] == "normal").collect())
}

fn fit(kind: &str, train: &Samples<'_>) -> (Box<dyn FittedTransformer>, Frame) {
    let config: StepConfig = toml::from_str(&format!("kind = '{kind}'")).unwrap();
    let Step::Plain(step) = config.build().unwrap() else { panic!("{kind} sees classes") };
    let fitted = step.fit(train).unwrap();
    let rows = fitted.transform(train).unwrap().into_dense().unwrap();
    (fitted, rows)
}

#[test]
fn the_published_counts_and_ratios_come_out() {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR") else {
        println!("skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    let folder = Path::new(&folder).join("nsl-kdd");
    let (train, normal) = http(&folder.join("KDDTrain+.txt"));
    let chosen: Vec<usize> = (0..train.n_rows()).filter(|&row| normal[row]).collect();
    assert_eq!((train.n_rows(), chosen.len()), (40_338, 38_049));
    let train = train.select(&chosen);
    let (numeric, rows) = fit("numeric", &train.samples());
    assert_eq!(rows.n_columns(), 38);
    let (drop, rows) = fit("drop_constant", &rows.samples());
    assert_eq!(rows.n_columns(), 28);
    let (scale, rows) = fit("standardize", &rows.samples());
    let components = Components::Variance { variance: 0.8 };
    let pca = Pca::new(PcaParams { components, ..PcaParams::default() }).unwrap();
    let pca: FittedPca = pca.fit_frame(rows.view()).unwrap();
    let ratios = pca.principal().variance_ratios();
    println!("ratios {ratios:?}");
    assert_eq!(ratios.len(), 14);
    for (found, wanted) in ratios.iter().zip([0.204_791_69, 0.087_958_06, 0.069_958_25]) {
        assert!((found - wanted).abs() < 5e-9, "{found}, wanted {wanted}");
    }
    let edge = WindowEdge::AsPublished;
    let layout = WindowLayout::new(WindowsParams { edge, ..WindowsParams::default() }).unwrap();
    let places = pca.transform_frame(rows.view()).unwrap();
    let windows = layout.lay(places, vec![0, rows.n_rows()]).unwrap();
    assert_eq!((windows.view().len(), windows.view().get(0).n_columns()), (3_804, 14));

    let (test, normal) = http(&folder.join("KDDTest+.txt"));
    let mut rows = test.samples().to_owned();
    for step in [&numeric, &drop, &scale] {
        rows = step.transform(&rows.view()).unwrap();
    }
    let places = pca.transform_frame(rows.view().rows().unwrap()).unwrap();
    assert_eq!(places.n_rows(), 7_853);
    let windows = layout.lay(places, vec![0, 7_853]).unwrap();
    let labels: Labels = normal.iter().map(|normal| !normal).collect();
    let labels = layout.labels(&windows.view(), &labels).unwrap();
    assert_eq!((labels.len(), labels.n_anomalies()), (785, 634));
}
