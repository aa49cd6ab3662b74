//! The generated records as a reader of their files sees them.

use std::collections::BTreeMap;

use oddity_datasets::generate::{
    KddCategory, KddFormat, KddGenerator, KddParams, KddSubset, kdd_category,
};
use proptest::prelude::*;

fn text(params: &KddParams) -> String {
    let mut text = Vec::new();
    KddGenerator::new(params.clone()).expect("fitting parameters").write(&mut text).expect("text");
    String::from_utf8(text).expect("UTF-8")
}

/// Number of records of each label.
fn labels(params: &KddParams) -> BTreeMap<String, u32> {
    let mut labels = BTreeMap::new();
    for line in text(params).lines() {
        let label = line.split(',').nth(41).expect("42 columns").trim_end_matches('.');
        *labels.entry(label.to_owned()).or_default() += 1;
    }
    labels
}

fn params() -> impl Strategy<Value = KddParams> {
    let formats = proptest::sample::select(vec![KddFormat::NslKdd, KddFormat::KddCup99]);
    let subsets = proptest::sample::select(vec![KddSubset::Train, KddSubset::Test]);
    (any::<u64>(), formats, subsets, 0.0..=1.0_f64, 1..=255_u32).prop_map(
        |(seed, format, subset, share, host_window)| KddParams {
            seed,
            format,
            subset,
            n_rows: 700,
            attack_share: Some(share),
            host_window,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_cell_is_what_its_column_holds(params in params()) {
        let nsl = params.format == KddFormat::NslKdd;
        let mut n_rows = 0;
        for line in text(&params).lines() {
            let cells: Vec<&str> = line.split(',').collect();
            prop_assert_eq!(cells.len(), if nsl { 43 } else { 42 });
            prop_assert!(["tcp", "udp", "icmp"].contains(&cells[1]));
            let rate = |at: usize| (24..31).contains(&at) || (33..41).contains(&at);
            for (at, cell) in cells[..41].iter().enumerate().filter(|(at, _)| !(1..4).contains(at)) {
                if rate(at) {
                    let hundredths: u32 = cell.replace('.', "").parse().unwrap();
                    prop_assert!(hundredths <= 100 && cell.len() == 4, "column {at}: {cell}");
                } else {
                    cell.parse::<u64>().unwrap();
                }
            }
            let number = |at: usize| cells[at].parse::<f64>().unwrap();
            for (at, most) in [(22, 511.0), (23, 511.0), (31, 255.0), (32, 255.0)] {
                prop_assert!(1.0 <= number(at) && number(at) <= most, "column {at}: {}", cells[at]);
            }
            let window = f64::from(params.host_window);
            prop_assert!(number(31) <= window && number(32) <= window);
            // No more of the window are both to the host and to the service than to either.
            let both = number(28) * number(22);
            prop_assert!(both <= number(23) + 0.005 * number(22) + 1e-9, "{line}");
            prop_assert!(number(24) + number(26) <= 1.01, "{line}");
            for at in [6, 11, 13, 20, 21] {
                prop_assert!(number(at) <= 1.0, "{line}");
            }
            let label = cells[41].strip_suffix('.').unwrap_or(cells[41]);
            prop_assert_eq!(cells[41].ends_with('.'), !nsl);
            prop_assert!(label == "normal" || kdd_category(label).is_some(), "{label}");
            if nsl {
                prop_assert!(number(42) <= 21.0);
            }
            n_rows += 1;
        }
        prop_assert_eq!(n_rows, 700);
    }
}

#[test]
fn a_seed_fixes_the_bytes_and_more_rows_continue_a_file() {
    for format in [KddFormat::NslKdd, KddFormat::KddCup99] {
        let params = |seed, n_rows| KddParams { seed, format, n_rows, ..KddParams::default() };
        let long = text(&params(3, 5000));
        assert_eq!(long, text(&params(3, 5000)));
        for n_rows in [0, 1, 2047, 2048, 2049, 4999] {
            let short = text(&params(3, n_rows));
            assert!(long.starts_with(&short) && short.lines().count() as u64 == n_rows);
        }
        assert_ne!(long, text(&params(4, 5000)));
        let test = KddParams { subset: KddSubset::Test, ..params(3, 5000) };
        assert_ne!(long, text(&test));
    }
}

#[test]
fn the_shares_of_labels_are_those_of_the_published_parts() {
    for (format, subset, n_rows, normal, label, share) in [
        (KddFormat::NslKdd, KddSubset::Train, 40_000, 0.5346, "neptune", 0.3272),
        (KddFormat::NslKdd, KddSubset::Test, 20_000, 0.4308, "guess_passwd", 0.0546),
        (KddFormat::KddCup99, KddSubset::Train, 100_000, 0.1969, "smurf", 0.5684),
    ] {
        let params = KddParams { format, subset, n_rows, ..KddParams::default() };
        let labels = labels(&params);
        let found = |label: &str| f64::from(labels[label]) / n_rows as f64;
        assert!((found("normal") - normal).abs() < 0.03, "{} normal", found("normal"));
        assert!((found(label) - share).abs() < 0.03, "{} {label}", found(label));
    }
}

#[test]
fn the_test_part_has_attacks_that_the_training_part_lacks() {
    let part = |subset| labels(&KddParams { subset, n_rows: 22_544, ..KddParams::default() });
    let (train, test) = (part(KddSubset::Train), part(KddSubset::Test));
    for label in ["mscan", "apache2", "processtable", "snmpguess", "saint", "mailbomb"] {
        assert!(!train.contains_key(label) && 100 < test[label], "{label}");
    }
    for labels in [&train, &test] {
        for category in [KddCategory::Dos, KddCategory::Probe, KddCategory::R2l, KddCategory::U2r] {
            let of = |label: &str| kdd_category(label) == Some(category);
            assert!(labels.keys().any(|label| of(label)), "{category:?} in {labels:?}");
        }
    }
}

#[test]
fn the_categories_are_those_of_the_loader() {
    use oddity_ingest::kdd::AttackCategory;

    let params = KddParams { subset: KddSubset::Test, n_rows: 22_544, ..KddParams::default() };
    let labels = labels(&params);
    for label in labels.keys().map(String::as_str).chain(["worm", "httptunnel", "spy"]) {
        let generated = kdd_category(label).map_or("Normal".to_owned(), |of| format!("{of:?}"));
        let loaded = AttackCategory::of(label).map(|of| format!("{of:?}"));
        assert_eq!(loaded, Some(generated), "{label}");
    }
}

#[test]
fn the_shares_asked_for_are_met() {
    for (share, n_least, n_most) in [(0.0, 0, 0), (0.2, 800, 1600), (1.0, 6000, 6000)] {
        let params = KddParams { attack_share: Some(share), n_rows: 6000, ..KddParams::default() };
        let n_normal = labels(&params).get("normal").copied().unwrap_or(0);
        assert!((n_least..=n_most).contains(&(6000 - n_normal)), "{n_normal} normal at {share}");
    }
}

/// The lines of a published file, where the folder of real data is named.
fn published(file: &str) -> Option<String> {
    let folder = std::env::var_os("ODDITY_DATA_DIR")?;
    let path = std::path::Path::new(&folder).join("nsl-kdd").join(file);
    Some(std::fs::read_to_string(path).expect("a readable file"))
}

/// The definitions that the papers leave open hold on every published record they speak of.
#[test]
fn the_definitions_are_those_of_the_published_records() {
    let (Some(train), Some(test)) = (published("KDDTrain+.txt"), published("KDDTest+.txt")) else {
        println!("skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    let (mut n_alone, mut n_full, mut n_pairs) = (0, 0, 0);
    for line in train.lines().chain(test.lines()) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().expect("a number");
        if cells[22] == "1" {
            // Alone in the window, a record shows which flags are errors.
            let syn = matches!(cells[3], "S0" | "S1" | "S2" | "S3" | "SH");
            let rej = matches!(cells[3], "REJ" | "RSTO" | "RSTR" | "RSTOS0");
            assert_eq!(number(24), f64::from(u8::from(syn)), "{line}");
            assert_eq!(number(26), f64::from(u8::from(rej)), "{line}");
            n_alone += 1;
        }
        if cells[22] == "2" {
            // Of two, both services count as different ones where they differ.
            assert!(
                matches!((cells[28], cells[29]), ("1.00", "0.00") | ("0.50", "1.00")),
                "{line}"
            );
            n_pairs += 1;
        }
        if cells[31] == "255" {
            // A full host window is all of one host.
            assert!((number(32) / 255.0 - number(33)).abs() < 0.005, "{line}");
            n_full += 1;
        }
        assert!(number(31) <= 255.0 && number(32) <= 255.0 && number(22) <= 511.0);
        assert!(cells[41] == "normal" || kdd_category(cells[41]).is_some(), "{line}");
    }
    assert!(30_000 < n_alone && 80_000 < n_full && 10_000 < n_pairs);
}
