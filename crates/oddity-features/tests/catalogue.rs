//! What every transformer of the catalogue must hold.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{
    Causality, Classes, Column, Csr, Error, FittedTransformer, Frame, Records, Result, SampleKind,
    Samples, SamplesOwned, Sequences, Step,
};
use oddity_features::{
    Deviation, Edge, LabelEncodeParams, MinMaxParams, NGramParams, Norm, OneHotParams,
    RunningStatsParams, StandardizeParams, StepConfig, TfIdfParams, UnseenCategory, UnseenLabel,
    Value,
};
use proptest::prelude::*;

fn fit(config: &StepConfig, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
    match config.build().unwrap() {
        Step::Plain(step) => step.fit(train),
        Step::Supervised(step) => {
            let codes = (0..train.len() as u32).map(|sample| sample % 2).collect();
            step.fit(train, &Classes::new(codes, ["a", "b"]).unwrap())
        }
    }
}

/// The steps that are not about packets, which have tests of their own.
fn without_packets() -> impl Iterator<Item = StepConfig> {
    let of_packets = ["packet_info", "flow", "damped_stats"];
    StepConfig::defaults().into_iter().filter(move |config| !of_packets.contains(&config.kind()))
}

/// Samples of the kind that the transformer reads.
fn samples(config: &StepConfig, n_samples: usize) -> SamplesOwned {
    let at = |sample: usize, column: usize| ((sample * 7 + column * 3) % 4) as f64;
    let columns = ["p", "q", "r"];
    match config {
        StepConfig::NGram(_) | StepConfig::ClassNGram(_) => (0..n_samples)
            .map(|sample| (0..20).map(|call| (call * sample % 9) as u16).collect::<Vec<_>>())
            .collect::<Sequences>()
            .into(),
        StepConfig::TfIdf(_) => {
            let (mut indices, mut values) = (Vec::new(), Vec::new());
            for sample in 0..n_samples {
                indices.extend([0, 2]);
                values.extend([1.0 + at(sample, 0), 1.0 + at(sample, 2)]);
            }
            let offsets = (0..=n_samples).map(|row| 2 * row).collect();
            Csr::new(offsets, indices, values, columns).unwrap().into()
        }
        StepConfig::Tokenize(_) => {
            let text = |sample: usize| format!("open {} close", ["read", "mmap"][sample % 2]);
            Records::new([("calls", Column::Text((0..n_samples).map(text).collect()))])
                .unwrap()
                .into()
        }
        StepConfig::Numeric(_) => {
            let column = |column| Column::Numbers((0..n_samples).map(|s| at(s, column)).collect());
            let columns = columns.into_iter().enumerate();
            let columns = columns.map(|(index, name)| (name, column(index)));
            Records::new(columns).unwrap().into()
        }
        _ => {
            let values = (0..3 * n_samples).map(|index| at(index / 3, index % 3)).collect();
            Frame::new(values, columns).unwrap().into()
        }
    }
}

#[test]
fn defaults_are_valid_and_come_back_from_toml() {
    for config in StepConfig::defaults() {
        assert!(config.build().is_ok(), "{config:?}");
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<StepConfig>(&text).unwrap(), config, "{text}");
        // The name alone means the defaults.
        let text = format!("kind = \"{}\"", config.kind());
        assert_eq!(toml::from_str::<StepConfig>(&text).unwrap(), config, "{text}");
        let text = format!("kind = \"{}\"\nno_such_parameter = 1", config.kind());
        assert!(toml::from_str::<StepConfig>(&text).is_err(), "{text}");
    }
}

#[test]
fn every_choice_comes_back_from_toml() {
    let configs = [
        StepConfig::ClassNGram(NGramParams {
            sizes: vec![5],
            top_share: 1.0,
            columns_per_size: Some(29),
            edge: Edge::AsPublished,
            values: Value::Frequencies,
        }),
        StepConfig::TfIdf(TfIdfParams { norm: Norm::None, ..TfIdfParams::default() }),
        StepConfig::Standardize(StandardizeParams {
            deviation: Deviation::Sample,
            ..StandardizeParams::default()
        }),
        StepConfig::MinMax(MinMaxParams { low: -1.0, high: 2.0, clip: true }),
        StepConfig::LabelEncode(LabelEncodeParams { unseen: UnseenLabel::Code(-1.0) }),
        StepConfig::OneHot(OneHotParams {
            missing: Default::default(),
            unseen: UnseenCategory::Column,
            text: true,
            drop_numbers: true,
        }),
    ];
    for config in configs {
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<StepConfig>(&text).unwrap(), config, "{text}");
    }
    let text = "kind = \"n_gram\"\nedge = \"as_published\"";
    let published = NGramParams { edge: Edge::AsPublished, ..NGramParams::default() };
    assert_eq!(toml::from_str::<StepConfig>(text).unwrap(), StepConfig::NGram(published));
}

#[test]
fn a_sample_is_transformed_the_same_alone_and_with_others() {
    for config in without_packets() {
        let train = samples(&config, 30);
        let fitted = fit(&config, &train.view()).unwrap();
        let all = fitted.transform(&train.view()).unwrap();
        assert_eq!(all.view().len(), 30, "{config:?}");
        let some = [29, 3, 3, 0];
        let part = fitted.transform(&train.view().select(&some).view()).unwrap();
        assert_eq!(fitted.causality(), config.causality(), "{config:?}");
        if fitted.causality() == Causality::Pointwise {
            assert_eq!(part, all.view().select(&some), "{config:?}");
        }
        let none = fitted.transform(&train.view().select(&[]).view()).unwrap();
        assert!(none.view().is_empty(), "{config:?}");
    }
}

/// Whatever is causal reads a stream part by part, to the bits of the whole.
#[test]
fn steps_go_on_from_part_to_part() {
    for config in without_packets() {
        let size = |size| RunningStatsParams { size, ..Default::default() };
        let configs = match &config {
            StepConfig::RunningStats(_) => [1, 4, 7, 60].map(|n| StepConfig::RunningStats(size(n))),
            _ => [(); 4].map(|()| config.clone()),
        };
        for (config, cut) in configs.iter().flat_map(|config| [1, 2, 5, 29].map(|n| (config, n))) {
            let all = samples(config, 30);
            let fitted = fit(config, &all.view()).unwrap();
            let Some(mut stream) = fitted.stream() else {
                assert_eq!(fitted.causality(), Causality::Pointwise, "{config:?}");
                continue;
            };
            assert_eq!(fitted.causality(), Causality::Causal, "{config:?}");
            let whole = fitted.transform(&all.view()).unwrap().into_dense().unwrap();
            let mut made = Vec::new();
            for start in (0..30).step_by(cut) {
                let part: Vec<usize> = (start..30.min(start + cut)).collect();
                let part = stream.transform(&all.view().select(&part).view()).unwrap();
                made.extend(part.into_dense().unwrap().into_values());
            }
            let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&made), bits(whole.values()), "{config:?}, parts of {cut}");
        }
    }
}

#[test]
fn samples_of_another_kind_or_width_are_refused() {
    for config in without_packets() {
        let train = samples(&config, 30);
        let fitted = fit(&config, &train.view()).unwrap();
        let wrong: SamplesOwned = match train {
            SamplesOwned::Sequences(_) => Frame::new(vec![1.0], ["x"]).unwrap().into(),
            _ => [[1u16, 2]].into_iter().collect::<Sequences>().into(),
        };
        let found = fitted.transform(&wrong.view());
        assert!(matches!(found, Err(Error::Kind { .. })), "{config:?}: {found:?}");
        if train.view().kind() == SampleKind::Sequences {
            continue;
        }
        let narrow: SamplesOwned = match train {
            SamplesOwned::Sparse(_) => {
                Csr::new(vec![0, 1], vec![0], vec![1.0], ["x"]).unwrap().into()
            }
            SamplesOwned::Records(_) => {
                Records::new([("x", Column::Numbers(vec![1.0]))]).unwrap().into()
            }
            _ => Frame::new(vec![1.0], ["x"]).unwrap().into(),
        };
        let found = fitted.transform(&narrow.view());
        // Columns of records are found by name.
        let refused = match found {
            Err(Error::Width { expected: 3, found: 1 }) => true,
            Err(Error::MissingColumn { .. }) => narrow.view().kind() == SampleKind::Records,
            _ => false,
        };
        assert!(refused, "{config:?}: {found:?}");
    }
}

#[test]
fn few_samples_give_a_result_or_a_typed_error() {
    for config in without_packets() {
        let some = samples(&config, 30);
        let none = fit(&config, &some.view().select(&[]).view());
        // These learn nothing but the columns.
        if !matches!(config, StepConfig::Dense(_) | StepConfig::Log1p(_)) {
            assert!(matches!(none, Err(Error::TooFewSamples { .. })), "{config:?}");
        }
        let one = some.view().select(&[0]);
        let fitted = match fit(&config, &one.view()) {
            Err(Error::TooFewSamples { wanted: 2, found: 1, .. }) => continue,
            fitted => fitted.unwrap(),
        };
        assert_eq!(fitted.transform(&one.view()).unwrap().view().len(), 1, "{config:?}");
    }
}

#[test]
fn unseen_categories_follow_the_policy() {
    let train = Frame::new(vec![3.0, 1.0, 3.0], ["x"]).unwrap();
    let test = Frame::new(vec![1.0, 2.0], ["x"]).unwrap();
    let run = |config: StepConfig| {
        let rows = fit(&config, &train.samples()).unwrap().transform(&test.samples())?;
        rows.into_dense()
    };
    let one_hot = |unseen| run(StepConfig::OneHot(OneHotParams { unseen, ..Default::default() }));
    let refused = one_hot(UnseenCategory::Error).unwrap_err();
    assert_eq!(refused.to_string(), "row 1, column 0: category 2 was never seen in fit");
    assert_eq!(one_hot(UnseenCategory::Zeros).unwrap().values(), [1.0, 0.0, 0.0, 0.0]);
    let rows = one_hot(UnseenCategory::Column).unwrap();
    assert_eq!(rows.columns().iter().collect::<Vec<_>>(), ["x=1", "x=3", "x=unseen"]);
    assert_eq!(rows.values(), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let encode = |unseen| run(StepConfig::LabelEncode(LabelEncodeParams { unseen }));
    assert!(matches!(encode(UnseenLabel::Error), Err(Error::UnseenCategory { row: 1, .. })));
    assert_eq!(encode(UnseenLabel::Code(-1.0)).unwrap().values(), [0.0, -1.0]);

    let train: Sequences = [[5u16, 5]].into_iter().collect();
    let test: Sequences = [vec![5u16, 5], vec![5]].into_iter().collect();
    let encode = |unseen| {
        let config = StepConfig::LabelEncode(LabelEncodeParams { unseen });
        fit(&config, &train.samples()).unwrap().transform(&test.samples())
    };
    let refused = encode(UnseenLabel::Error);
    assert!(matches!(refused, Err(Error::UnseenSequence { sequence: 1, distinct: 1 })));
    let codes = encode(UnseenLabel::Code(7.0)).unwrap().into_dense().unwrap();
    assert_eq!(codes.values(), [0.0, 7.0]);
}

#[test]
fn sums_beyond_the_range_of_numbers_are_an_error() {
    let huge = Frame::new(vec![1.7e308, 1.7e308, -1e308, 1.0], ["x", "y"]).unwrap();
    let wide = Frame::new(vec![1.7e308, 1.0, -1.7e308, 1.0], ["x", "y"]).unwrap();
    for config in StepConfig::defaults() {
        for rows in [&huge, &wide] {
            if let Ok(fitted) = fit(&config, &rows.samples()) {
                // Either an error or finite numbers, which the samples check themselves.
                let _ = fitted.transform(&rows.samples());
            }
        }
    }
}

fn table() -> impl Strategy<Value = Frame> {
    let cell = prop_oneof![-1e3..1e3, Just(0.0), Just(5.0)];
    prop::collection::vec(prop::array::uniform3(cell), 2..40)
        .prop_map(|rows| Frame::new(rows.concat(), ["x", "y", "z"]).unwrap())
}

proptest! {
    #[test]
    fn standardised_columns_have_mean_0_and_deviation_1_or_0(rows in table()) {
        let config = StepConfig::Standardize(StandardizeParams::default());
        let fitted = fit(&config, &rows.samples()).unwrap();
        let found = fitted.transform(&rows.samples()).unwrap().into_dense().unwrap();
        let n_rows = rows.n_rows() as f64;
        for column in 0..3 {
            let values: Vec<f64> = found.view().iter().map(|row| row[column]).collect();
            let mean = values.iter().sum::<f64>() / n_rows;
            let square = values.iter().map(|value| value * value).sum::<f64>() / n_rows;
            prop_assert!(mean.abs() < 1e-9, "mean {}", mean);
            prop_assert!((square - 1.0).abs() < 1e-9 || square < 1e-18, "square {}", square);
        }
    }

    #[test]
    fn training_values_lie_within_the_range_and_reach_both_ends(rows in table()) {
        let params = MinMaxParams { low: -2.0, high: 3.0, clip: false };
        let fitted = fit(&StepConfig::MinMax(params), &rows.samples()).unwrap();
        let found = fitted.transform(&rows.samples()).unwrap().into_dense().unwrap();
        for column in 0..3 {
            let values = || found.view().iter().map(|row| row[column]).collect::<Vec<_>>();
            let least = values().into_iter().fold(f64::INFINITY, f64::min);
            let most = values().into_iter().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!((least + 2.0).abs() < 1e-9);
            prop_assert!((most - 3.0).abs() < 1e-9 || (most - least).abs() < 1e-9);
        }
    }

    #[test]
    fn each_row_has_one_1_a_column(rows in table()) {
        let fitted = fit(&StepConfig::OneHot(OneHotParams::default()), &rows.samples()).unwrap();
        let found = fitted.transform(&rows.samples()).unwrap().into_dense().unwrap();
        prop_assert!(found.view().iter().all(|row| row.iter().sum::<f64>() == 3.0));
    }

    #[test]
    fn weighted_rows_have_length_1_or_0(rows in table()) {
        let counts: Vec<f64> = rows.values().iter().map(|value| value.abs().floor()).collect();
        let indices = (0..rows.n_rows()).flat_map(|_| 0..3).collect();
        let offsets = (0..=rows.n_rows()).map(|row| 3 * row).collect();
        let counts = Csr::new(offsets, indices, counts, rows.columns()).unwrap();
        let config = StepConfig::TfIdf(TfIdfParams::default());
        let fitted = fit(&config, &counts.samples()).unwrap();
        let found = fitted.transform(&counts.samples()).unwrap().into_dense().unwrap();
        for row in found.view().iter() {
            let square: f64 = row.iter().map(|value| value * value).sum();
            prop_assert!((square - 1.0).abs() < 1e-12 || square == 0.0);
        }
    }
}
