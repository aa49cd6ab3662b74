//! Generated system-call traces: what a seed fixes, the shape, and how hard they are.

// Functions beside the tests are tests too.
#![allow(clippy::unwrap_used)]

mod stide;

use std::collections::{BTreeMap, BTreeSet};

use oddity_datasets::{
    AdfaLdGenerator, AdfaLdParams, Attack, GeneratedTrace, Subset, TraceInfo, call_name,
};
use rayon::ThreadPoolBuilder;

fn generator(params: AdfaLdParams) -> AdfaLdGenerator {
    AdfaLdGenerator::new(params).unwrap()
}

/// Few traces, of every kind.
fn few(seed: u64) -> AdfaLdParams {
    AdfaLdParams { seed, n_training: 40, n_validation: 80, n_attack: 60, ..AdfaLdParams::default() }
}

fn by_file(params: AdfaLdParams) -> BTreeMap<TraceInfo, Vec<u16>> {
    generator(params).iter().map(|trace| (trace.info, trace.calls)).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_traces() {
    // More than one batch, so that the order of batches counts.
    let generator = generator(AdfaLdParams { n_validation: 2500, ..few(3) });
    let on = |n_threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| (generator.generate(), generator.checksum()))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn one_by_one_and_at_once_the_traces_are_the_same() {
    let generator = generator(few(0));
    let (sequences, infos) = generator.generate();
    assert_eq!(sequences.len(), generator.n_traces());
    assert_eq!(generator.iter().len(), generator.n_traces());
    for at in (0..generator.n_traces()).rev() {
        let GeneratedTrace { info, calls } = generator.trace(at);
        assert_eq!((&info, calls.as_slice()), (&infos[at], sequences.view().get(at)));
    }
}

#[test]
fn the_checksum_pins_the_traces_on_every_machine() {
    // A change of the traces needs a new version in `write.rs`, and a new sum here.
    let pinned = "f9bc11b4255b5424c0b70d81854dd8b11718d608687dc314cda76d17078d85da";
    assert_eq!(generator(few(0)).checksum(), pinned);
    assert_ne!(generator(few(1)).checksum(), pinned);
    assert_ne!(generator(AdfaLdParams { noise: 0.0, ..few(0) }).checksum(), pinned);
}

#[test]
fn seeds_give_different_traces() {
    let (one, other) = (by_file(few(1)), by_file(few(2)));
    let n_same = one.iter().filter(|(info, calls)| other[*info] == **calls).count();
    assert_eq!(n_same, 0);
}

#[test]
fn a_trace_does_not_depend_on_how_many_are_asked_for() {
    let few = by_file(few(5));
    for (n_training, n_validation, n_attack) in [(400, 80, 60), (40, 900, 60), (40, 80, 1000)] {
        let params =
            AdfaLdParams { seed: 5, n_training, n_validation, n_attack, ..Default::default() };
        let more = by_file(params);
        for (info, calls) in &few {
            assert_eq!(more.get(info), Some(calls), "{}", info.file);
        }
    }
}

#[test]
fn the_default_has_the_counts_and_lengths_of_adfa_ld() {
    let generator = generator(AdfaLdParams::default());
    let (mut lengths, mut classes) = (BTreeMap::<_, Vec<usize>>::new(), BTreeMap::new());
    let mut folders = BTreeSet::new();
    for trace in generator.iter() {
        assert!(trace.calls.iter().all(|&call| call_name(call).is_some()));
        lengths.entry(trace.info.subset).or_default().push(trace.calls.len());
        *classes.entry(trace.info.class).or_insert(0) += 1;
        folders.extend(trace.info.class.zip(trace.info.folder));
    }
    let counts = [(Subset::Training, 833), (Subset::Validation, 4372), (Subset::Attack, 746)];
    for (subset, count) in counts {
        let lengths = lengths.get_mut(&subset).unwrap();
        lengths.sort_unstable();
        assert_eq!(lengths.len(), count);
        assert!((75..100).contains(&lengths[0]), "{subset:?}: {}", lengths[0]);
        let median = lengths[count / 2];
        assert!((200..450).contains(&median), "{subset:?}: median {median}");
        let longest = lengths[count - 1];
        assert!((1_500..6_000).contains(&longest), "{subset:?}: longest {longest}");
    }
    let expected = Attack::ALL.map(Some).into_iter().zip([91, 162, 176, 124, 75, 118]);
    assert_eq!(classes, expected.chain([(None, 833 + 4372)]).collect());
    assert_eq!(folders.len(), 60);
}

#[test]
fn the_attacks_come_first_in_the_order_of_the_study() {
    let (_, infos) = generator(few(0)).generate();
    let order = |info: &TraceInfo| (info.class.is_none(), info.subset == Subset::Validation);
    let order = |info: &TraceInfo| (order(info), info.class, info.folder, info.file.clone());
    assert!(infos.is_sorted_by_key(order));
    let classes: BTreeSet<_> = infos.iter().map(|info| info.class).collect();
    assert_eq!(classes.len(), 7);
}

#[test]
fn without_any_trace_there_is_nothing() {
    let params = AdfaLdParams { n_training: 0, n_validation: 0, n_attack: 0, ..Default::default() };
    let (sequences, infos) = generator(params).generate();
    assert!(sequences.is_empty() && infos.is_empty());
}

#[test]
#[should_panic(expected = "trace 180 of 180")]
fn a_trace_that_is_not_there_panics() {
    let _ = generator(few(0)).trace(180);
}

#[test]
fn a_one_class_detector_finds_most_attacks_and_misses_some() {
    for seed in 0..4 {
        let ranks = stide::roc_auc(&generator(AdfaLdParams { seed, ..Default::default() }), 6);
        println!("seed {seed}: {ranks:?}");
        assert!((0.75..0.9).contains(&ranks.overall), "seed {seed}: {ranks:?}");
        for (class, auc) in ranks.by_class {
            assert!((0.65..0.95).contains(&auc), "seed {seed}, {class}: {auc}");
        }
    }
}

#[test]
fn the_chances_do_what_they_say() {
    let ranks = |params| stide::roc_auc(&generator(params), 6);
    let default = AdfaLdParams { n_validation: 1500, ..AdfaLdParams::default() };
    let usual = ranks(default.clone());
    // Bystanders are drawn as validation traces are.
    let hidden = ranks(AdfaLdParams { bystanders: 1.0, ..default.clone() });
    assert!((0.45..0.55).contains(&hidden.overall), "{hidden:?}");
    let in_the_open = ranks(AdfaLdParams { bystanders: 0.0, drift: 0.0, ..default.clone() });
    assert!(0.95 < in_the_open.overall, "{in_the_open:?}");
    let drifted = ranks(AdfaLdParams { drift: 1.0, ..default.clone() });
    assert!(drifted.overall < usual.overall - 0.1, "{drifted:?} {usual:?}");
    let noisy = ranks(AdfaLdParams { noise: 0.1, ..default });
    assert!(3.0 * usual.median_of_normal < noisy.median_of_normal, "{noisy:?} {usual:?}");
}
