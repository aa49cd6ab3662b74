//! Ensembles: scores by hand, what is held out, files.

use oddity_core::Sequences;

use super::*;

#[test]
fn values_are_combined_as_by_hand() {
    let combined = |combine: Combine, values: &[f64]| combine.of(&mut values.to_vec());
    let values = [3.0, -1.0, 10.0];
    assert_eq!(combined(Combine::Mean, &values), 4.0);
    assert_eq!(combined(Combine::Median, &values), 3.0);
    assert_eq!(combined(Combine::Median, &values[..2]), 1.0);
    assert_eq!(combined(Combine::Max, &values), 10.0);
    assert_eq!(combined(Combine::Min, &values), -1.0);
}

#[test]
fn equal_scores_have_no_deviation() {
    let place = Place::new(MemberScale::ZScore, vec![0.1; 10]);
    assert_eq!([0.1, 1.1].map(|score| place.of(score)), [0.0, 1.0]);
}

#[test]
fn samples_held_out_are_compared_on_and_not_fitted_on() {
    let config = "members = [{ kind = 'n_gram_knn' }]\nscale = 'rank'\nheld_out = 0.25";
    let ensemble = Ensemble::new(toml::from_str(config).unwrap()).unwrap();
    let [fitted_on, held_out] = ensemble.split(40, Seed(3).derive(HELD_OUT)).unwrap();
    assert_eq!((fitted_on.len(), held_out.len()), (30, 10));
    let mut all = [fitted_on.clone(), held_out.clone()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..40).collect::<Vec<_>>());
    // Each sequence has a symbol of its own: it is near itself alone.
    let train: Sequences = (0..40u16).map(|symbol| [symbol, symbol]).collect();
    let scores = ensemble.fit(&train.samples(), Seed(3)).unwrap().score(&train.samples());
    for (sample, &score) in scores.unwrap().values().iter().enumerate() {
        assert_eq!(score, if held_out.contains(&sample) { 0.5 } else { 0.0 }, "{sample}");
    }
    let few: Sequences = [[1u16]].into_iter().collect();
    let refused = ensemble.fit(&few.samples(), Seed(3)).err();
    assert!(matches!(refused, Some(Error::TooFewSamples { wanted: 2, found: 1, .. })));
    let refused = Ensemble::new(EnsembleParams { held_out: 1.0, ..EnsembleParams::default() });
    let refused = refused.err().map(|error| error.to_string());
    let wanted = "ensemble: parameter held_out is 1, wanted at least 0 and less than 1";
    assert_eq!(refused.as_deref(), Some(wanted));
}

#[test]
fn files_of_members_are_told_apart() {
    let model = "{ kind = 'lstm_language_model', members = [[2]], training = { epochs = 1 } }";
    let config = format!("members = [{model}, {{ kind = 'stide' }}, {model}]");
    let ensemble = Ensemble::new(toml::from_str(&config).unwrap()).unwrap();
    let train: Sequences = (0..8u16).map(|symbol| [symbol, 1, 2]).collect();
    let fitted = ensemble.fit(&train.samples(), Seed(3)).unwrap();
    let names: Vec<String> = fitted.artefacts().into_iter().map(|file| file.name).collect();
    let of_member =
        |member| [".safetensors", ".toml"].map(|end| format!("member-{member}-detector{end}"));
    assert_eq!(names, [of_member(0), of_member(2)].concat());
}

#[test]
fn places_among_the_training_scores_are_those_by_hand() {
    let scores = vec![4.0, 1.0, 1.0, 2.0];
    let rank = Place::new(MemberScale::Rank, scores.clone());
    let ranks = [0.5, 1.0, 1.5, 4.0, 9.0].map(|score| rank.of(score));
    assert_eq!(ranks, [0.0, 0.25, 0.5, 0.875, 1.0]);
    let z = Place::new(MemberScale::ZScore, scores);
    assert_eq!(z.of(2.0 + 1.5f64.sqrt()), 1.0);
    let constant = Place::new(MemberScale::ZScore, vec![3.0; 5]);
    assert_eq!(constant.of(5.0), 2.0);
}
