//! A short campaign over each loader, the same inputs every time.

use oddity_fuzz::{Campaign, TARGETS, check, fuzz, target};

/// Inputs of each target.
const N_INPUTS: usize = 600;

#[test]
fn seeds_are_read_without_an_error() {
    for target in TARGETS {
        for (at, seed) in (target.seeds)().iter().enumerate() {
            let reading = (target.read)(seed);
            assert_eq!(reading.error, None, "{}, seed {at}", target.name);
            assert!(check(target, seed).is_ok(), "{}, seed {at}", target.name);
        }
    }
}

/// A test for each target, so that they run side by side.
macro_rules! campaigns {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let mut campaign = Campaign::new(target(stringify!($name)).unwrap(), 1);
                let mut kinds_of_seeds = 0;
                for at in 0..N_INPUTS {
                    let input = campaign.next_input();
                    if let Some(failure) = campaign.run(input) {
                        panic!("input {at}: {}: {}", failure.what, failure.input.escape_ascii());
                    }
                    kinds_of_seeds = if at < 6 { campaign.kinds().len() } else { kinds_of_seeds };
                }
                // Mutations reach more than the seeds do.
                assert!(kinds_of_seeds + 5 < campaign.kinds().len(), "{:?}", campaign.kinds());
            }
        )*

        #[test]
        fn every_target_has_a_campaign() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

campaigns! {
    csv csv_named hai hai_labelled kdd smd smd_labelled device_traffic timeline_digest
    timeline_l2t timeline_dynamic timeline_mactime timeline_bodyfile parquet ipc adfa_ld saved_pipeline
    saved_pipeline_parts
}

#[test]
fn the_same_number_gives_the_same_inputs() {
    let mut campaigns = [0, 1].map(|_| Campaign::new(target("kdd").unwrap(), 7));
    for _ in 0..200 {
        let inputs = campaigns.each_mut().map(Campaign::next_input);
        assert!(inputs[0] == inputs[1]);
        for (campaign, input) in campaigns.iter_mut().zip(inputs) {
            campaign.run(input);
        }
    }
}

#[test]
#[should_panic(expected = "the name of a target")]
fn an_unknown_target_is_no_target() {
    fuzz("no such", b"");
}
