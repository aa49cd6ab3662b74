//! Every transformer of the catalogue against the contract of what is kept.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::contract::check_transformer_state;
use oddity_core::{
    Classes, Column, Csr, Error, FittedTransformer, Frame, Records, SamplesOwned, Sequences, State,
    Step, WindowsOwned,
};
use oddity_features::StepConfig;

fn build(config: &str) -> Step {
    toml::from_str::<StepConfig>(config).unwrap().build().unwrap()
}

fn fit(step: &Step, train: &SamplesOwned) -> Box<dyn FittedTransformer> {
    let train = train.view();
    let fitted = match step {
        Step::Plain(step) => step.fit(&train),
        Step::Supervised(step) => {
            let codes = (0..train.len() as u32).map(|sample| sample % 2).collect();
            step.fit(&train, &Classes::new(codes, ["a", "b"]).unwrap())
        }
    };
    fitted.unwrap()
}

fn check(config: &str, samples: &SamplesOwned) {
    let step = build(config);
    check_transformer_state(config, &step, fit(&step, samples).as_ref(), &samples.view());
}

fn value(row: usize, column: usize) -> f64 {
    ((row * 7 + column * 5) % 11) as f64 / 3.0
        - f64::from(u8::from(row.is_multiple_of(2))) * column as f64
}

/// The last column is constant.
fn rows() -> Frame {
    let row = |row| [value(row, 0), value(row, 1), value(row, 2), 4.5];
    Frame::new((0..30).flat_map(row).collect(), ["p", "q", "r", "s"]).unwrap()
}

fn sequences() -> SamplesOwned {
    let sequence = |n: usize| (0..20).map(|at| ((at * n) % 9 * 1000) as u16).collect::<Vec<_>>();
    (0..30).map(sequence).collect::<Sequences>().into()
}

/// Numbers with gaps, categories and text.
fn records() -> SamplesOwned {
    let gap = |row: usize| if row % 5 == 1 { f64::NAN } else { value(row, 1) };
    let names = ["udp", "icmp", "tcp"].map(str::to_owned);
    Records::new([
        ("length", Column::Numbers((0..30).map(|row| value(row, 0)).collect())),
        (
            "protocol",
            Column::Categories {
                codes: (0..30).map(|row| row % 2 * 2).collect(),
                names: names.into(),
            },
        ),
        ("gaps", Column::Numbers((0..30).map(gap).collect())),
        ("info", Column::Text((0..30).map(|row| format!("text {}", row % 4)).collect())),
    ])
    .unwrap()
    .into()
}

fn packets() -> SamplesOwned {
    let info = |row: usize| match row % 4 {
        0 => format!("443 → {} [SYN, ACK] Seq={row} Ack=1 Win=32 Len=0", 5000 + row % 3),
        1 => "Class (0x6B) - 'TAG_A' - Service (0x4C)".to_owned(),
        2 => format!("Standard query {row:#x} A a.b"),
        _ => format!("Something {} of {row} else", ["new", "old"][row % 3 % 2]),
    };
    let protocol = |row: usize| ["TCP", "CIP", "DNS", "XYZ"][row % 4];
    Records::new([
        ("Time", Column::Numbers((0..30).map(|row| row as f64 / 4.0).collect())),
        ("Source", Column::Text((0..30).map(|row| format!("10.0.0.{}", row % 3)).collect())),
        ("Destination", Column::Text((0..30).map(|row| format!("10.0.1.{}", row % 2)).collect())),
        ("Protocol", Column::Text((0..30).map(protocol).collect())),
        ("Length", Column::Numbers((0..30).map(|row| (60 + row) as f64).collect())),
        ("Info", Column::Text((0..30).map(info).collect())),
    ])
    .unwrap()
    .into()
}

/// Samples of each kind that a transformer reads.
fn samples(kind: &str) -> Vec<SamplesOwned> {
    let windows = || WindowsOwned::new(rows(), vec![0, 12, 30], 4, 2).unwrap();
    match kind {
        "tokenize" => vec![packets()],
        "n_gram" | "class_n_gram" => vec![sequences()],
        "label_encode" => vec![rows().into(), sequences()],
        "tf_idf" => {
            let counts = (0..90).map(|at| (at % 4) as f64).collect();
            let indices = (0..30).flat_map(|_| [0, 1, 2]).collect();
            let offsets = (0..=30).map(|row| 3 * row).collect();
            vec![Csr::new(offsets, indices, counts, ["p", "q", "r"]).unwrap().into()]
        }
        "numeric" => vec![records()],
        "one_hot" => vec![rows().into(), records()],
        "drop_constant" => vec![rows().into(), records(), windows().into()],
        "packet_info" => vec![packets()],
        "flow" | "damped_stats" => {
            let step = build("kind = 'packet_info'");
            let parsed = fit(&step, &packets()).transform(&packets().view());
            vec![parsed.unwrap()]
        }
        "dense" => vec![rows().into()],
        _ => vec![rows().into(), windows().into()],
    }
}

/// Parameters without which the defaults refuse what the samples have.
fn more(kind: &str) -> &str {
    match kind {
        "numeric" => "missing = 'zero'",
        "tokenize" => "column = 'Info'",
        "one_hot" => "text = true\ndrop_numbers = true",
        _ => "",
    }
}

#[test]
fn every_transformer_can_be_kept() {
    for config in StepConfig::defaults() {
        let kind = config.kind();
        for samples in samples(kind) {
            check(&format!("kind = '{kind}'\n{}", more(kind)), &samples);
        }
    }
}

#[test]
fn what_parameters_choose_is_kept() {
    let configs = [
        "kind = 'numeric'\nmissing = 'mean'\nindicator = true\ncolumns = ['gaps', 'length']",
        "kind = 'numeric'\nexclude = ['gaps']",
        "kind = 'standardize'\ncolumns = ['q']\ndeviation = 'sample'",
        "kind = 'standardize'\ncenter = false\nscale = false",
        "kind = 'min_max'\nclip = true\nlow = -1.0",
        "kind = 'pca'\ncomponents = 2\nwhiten = true\nsolver = 'svd'",
        "kind = 'running_stats'\ncolumns = ['r', 'p']\nkeep = false\nsize = 3",
        "kind = 'one_hot'\nunseen = 'column'",
        "kind = 'n_gram'\nsizes = [5, 2]\ncolumns_per_size = 4\nvalues = 'frequencies'",
        "kind = 'tf_idf'\nuse_idf = false",
        "kind = 'packet_info'\nn_kinds = 1\nn_tags = 0\ndrop_note = ['TCP Dup ACK']",
    ];
    for config in configs {
        let kind = toml::from_str::<StepConfig>(config).unwrap().kind();
        for samples in samples(kind).iter().filter(|_| kind != "one_hot").take(1) {
            check(config, samples);
        }
    }
    check("kind = 'one_hot'\nunseen = 'column'", &rows().into());
    let numbers = records().view().select(&[0, 2, 3, 5]);
    check("kind = 'one_hot'\nunseen = 'column'", &numbers);
}

#[test]
fn a_state_of_other_parameters_is_refused() {
    let kept = |config: &str, samples: &SamplesOwned| -> State {
        fit(&build(config), samples).state().unwrap()
    };
    let cases: [(&str, &str, SamplesOwned, &str); 5] = [
        (
            "kind = 'pca'\ncomponents = 2",
            "kind = 'pca'\ncomponents = 1",
            rows().into(),
            "variances",
        ),
        ("kind = 'n_gram'", "kind = 'n_gram'\nsizes = [4]", sequences(), "n-grams-4"),
        ("kind = 'n_gram'", "kind = 'n_gram'\ncolumns_per_size = 1", sequences(), "n-grams-1"),
        (
            "kind = 'numeric'\nmissing = 'zero'",
            "kind = 'numeric'\nexclude = ['gaps']",
            records(),
            "columns",
        ),
        (
            "kind = 'running_stats'",
            "kind = 'running_stats'\ncolumns = ['x']",
            rows().into(),
            "columns",
        ),
    ];
    for (fitted, other, samples, wrong) in cases {
        let refused = build(other).restore(&kept(fitted, &samples)).err();
        let named = matches!(&refused, Some(Error::State { entry, .. }) if entry.ends_with(wrong));
        assert!(named, "{other}: {refused:?}");
    }
}

#[test]
fn categories_and_sequences_come_back_in_their_order() {
    let samples = sequences();
    let fitted = fit(&build("kind = 'label_encode'"), &samples);
    let state = fitted.state().unwrap();
    assert_eq!(state.texts("reads").unwrap(), ["sequences"]);
    let ends = state.counts("ends", oddity_core::ANY, usize::MAX).unwrap();
    // Thirty sequences, of which those with numbers that differ by 9 are the same.
    assert_eq!(ends, (1..=9).map(|n| 20 * n).collect::<Vec<_>>());
}
