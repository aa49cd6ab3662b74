//! The generated plant as a reader of its files sees it.

use oddity_datasets::generate::{HaiGenerator, HaiKind, HaiParams, HaiRelease};
use proptest::prelude::*;

fn params() -> impl Strategy<Value = HaiParams> {
    let releases = proptest::sample::select(HaiRelease::ALL.to_vec());
    (any::<u64>(), releases, any::<bool>(), 1..5_u32, 60..3000_u32, 0.0..3.0_f64).prop_map(
        |(seed, release, test, file, attack_interval, noise)| HaiParams {
            seed,
            release,
            kind: if test { HaiKind::Test } else { HaiKind::Train },
            file,
            n_rows: 1500,
            attack_interval,
            hidden: 0.5,
            stop_interval: 3600,
            noise,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_cell_is_a_number_in_the_range_of_its_tag(params in params()) {
        let generator = HaiGenerator::new(params.clone()).unwrap();
        let mut text = Vec::new();
        generator.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let separator = if params.release == HaiRelease::V20_07 { ';' } else { ',' };
        let n_labels = match params.release {
            HaiRelease::V20_07 | HaiRelease::V21_03 => 4,
            HaiRelease::V22_04 => 1,
            HaiRelease::V23_05 => 0,
        };
        let infos: Vec<_> = generator.tag_infos().collect();
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(separator).collect();
        prop_assert_eq!(header.len(), 1 + infos.len() + n_labels);
        prop_assert!(header[1..].iter().zip(generator.tags()).all(|(found, tag)| *found == tag));
        let mut last = String::new();
        let mut n_rows = 0;
        for line in lines {
            let cells: Vec<&str> = line.split(separator).collect();
            prop_assert_eq!(cells.len(), header.len());
            prop_assert!(last.as_str() < cells[0] && cells[0].len() == 19);
            last = cells[0].to_owned();
            for (cell, info) in cells[1..].iter().zip(&infos) {
                let value: f64 = cell.parse().unwrap();
                prop_assert!(
                    (info.min..=info.max).contains(&value),
                    "{} is {cell} {} of {} to {}", info.name, info.unit, info.min, info.max
                );
                prop_assert!(*cell != "-0" && cell.len() < 12);
            }
            let labels = &cells[1 + infos.len()..];
            prop_assert!(labels.iter().all(|label| matches!(*label, "0" | "1")));
            if let [attack, processes @ ..] = labels && !processes.is_empty() {
                prop_assert_eq!(*attack == "1", processes.contains(&"1"));
            }
            if params.kind == HaiKind::Train {
                prop_assert!(!labels.contains(&"1"));
            }
            n_rows += 1;
        }
        prop_assert_eq!(n_rows, 1500);
    }
}
