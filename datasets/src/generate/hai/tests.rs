//! Tests of the plant as a whole: ranges, loops, attacks.

use super::attack::Offsets;
use super::plant::Plant;
use super::points::Point;
use super::tags::{ALL, TAGS, Tag, Values};
use super::{HaiGenerator, HaiKind, HaiParams, HaiRelease, NAME};

fn plant(params: &HaiParams) -> Plant {
    Plant::new(params, 43_200)
}

/// A plant without noise.
fn quiet() -> Plant {
    plant(&HaiParams { noise: 0.0, ..HaiParams::default() })
}

#[test]
fn normal_operation_keeps_to_every_range_without_saturating() {
    for seed in 0..4 {
        let params = HaiParams { seed, stop_interval: 7200, ..HaiParams::default() };
        let mut plant = plant(&params);
        for second in 0..40_000 {
            let (values, attack) = plant.step();
            assert_eq!(attack, [false; 3]);
            for (&tag, info) in ALL.iter().zip(TAGS) {
                let value = values.get(tag);
                // Motors read a little beyond their ends, as real ones do.
                let slack = if info.unit == "%" { 0.4 } else { 0.0 };
                assert!(
                    (info.min - slack..=info.max + slack).contains(&value),
                    "{} is {value} in second {second} of seed {seed}",
                    info.name
                );
            }
        }
    }
}

/// Mean and deviation of a value over the next seconds.
fn observe(plant: &mut Plant, seconds: usize, offsets: &Offsets, point: Point) -> (f64, f64) {
    let mut found = Vec::with_capacity(seconds);
    for _ in 0..seconds {
        plant.advance(offsets);
        found.push(plant.truth(point));
    }
    let mean = found.iter().sum::<f64>() / seconds as f64;
    let variance = found.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    (mean, (variance / seconds as f64).sqrt())
}

/// The set point of each loop with a step to make, the value it controls, and the error that
/// may remain: where others move the set point meanwhile, the loop lags behind it.
const STEPS: [(Point, f64, Point, f64); 5] = [
    (Point::PressureSp, 0.2, Point::Pit01, 0.02),
    (Point::LevelSp, 30.0, Point::Lit01, 0.6),
    (Point::FlowSp, 90.0, Point::Ft03, 1.5),
    (Point::TemperatureSp, 0.6, Point::Tit01, 0.06),
    (Point::SpeedSp, 20.0, Point::Sit01, 0.6),
];

fn error_after_step(
    plant: &mut Plant,
    (set_point, step, value, _): (Point, f64, Point, f64),
) -> f64 {
    let offsets = Offsets::with(set_point, step);
    observe(plant, 600, &offsets, value);
    let wanted = plant.values().get(set_point.tag());
    let correction =
        if set_point == Point::SpeedSp { plant.values().get(Tag::P2Scst) } else { 0.0 };
    (plant.truth(value) - wanted - correction).abs()
}

#[test]
fn a_loop_takes_its_value_to_a_new_set_point() {
    for step in STEPS {
        let error = error_after_step(&mut quiet(), step);
        assert!(error < step.3, "{:?}: {error} remains of {}", step.0, step.1);
    }
}

#[test]
fn an_open_loop_does_not() {
    for step in STEPS {
        let mut plant = quiet();
        plant.boiler.pressure_loop.open();
        plant.boiler.level_loop.open();
        plant.boiler.flow_loop.open();
        plant.boiler.temperature_loop.open();
        plant.turbine.speed_loop.open();
        let error = error_after_step(&mut plant, step);
        assert!(0.3 * step.1 < error, "{:?}: only {error} remains of {}", step.0, step.1);
    }
}

#[test]
fn levels_integrate_what_flows_in() {
    let mut plant = quiet();
    let (level, flow) = (plant.truth(Point::Lit01), plant.truth(Point::Ft03));
    let shut = Offsets::with(Point::Lcv01d, -100.0);
    observe(&mut plant, 20, &shut, Point::Lit01);
    let start = plant.truth(Point::Lit01);
    observe(&mut plant, 50, &shut, Point::Lit01);
    let rise = plant.truth(Point::Lit01) - start;
    assert!(level < start && (rise - 50.0 * flow / 360.0).abs() < 2.0, "{rise} mm at {flow} l/h");

    // And no attack takes a tank over its rim or below its floor.
    observe(&mut plant, 3000, &shut, Point::Lit01);
    assert!((600.0..=700.0).contains(&plant.truth(Point::Lit01)));
    let open = Offsets::with(Point::Valve, 27_648.0);
    observe(&mut plant, 10_000, &open, Point::WaterLevel);
    // The pump cannot keep up with an open valve.
    assert!((0.0..15.0).contains(&plant.truth(Point::WaterLevel)));
}

#[test]
fn a_lowered_speed_limit_trips_the_turbine_and_it_comes_back() {
    let mut plant = quiet();
    observe(&mut plant, 100, &Offsets::with(Point::Rtr, -2200.0), Point::Sit01);
    assert!(plant.truth(Point::Sit01) < 100.0);
    assert_eq!(plant.values().get(Tag::P2TripEx), 0.0);
    observe(&mut plant, 700, &Offsets::NONE, Point::Sit01);
    assert_eq!(plant.values().get(Tag::P2TripEx), 1.0);
    assert!((plant.truth(Point::Sit01) - 784.0).abs() < 30.0);
}

#[test]
fn a_hidden_attack_shows_earlier_values_while_the_true_one_moves() {
    let params = HaiParams {
        kind: HaiKind::Test,
        attack_interval: 1000,
        hidden: 1.0,
        stop_interval: 10_000_000,
        ..HaiParams::default()
    };
    let mut plant = plant(&params);
    let mut rows: Vec<Values> = Vec::new();
    let (mut n_hidden, mut n_moved) = (0, 0);
    let mut largest = [0.0_f64; 6];
    let points =
        [Point::Pit01, Point::Lit01, Point::Ft03, Point::Tit01, Point::Sit01, Point::WaterLevel];
    for row in 0..120_000_u64 {
        let attack = plant.attack().cloned();
        let values = plant.step().0.clone();
        if let Some(attack) = attack.filter(|attack| attack.covers(row)) {
            for &point in &attack.replayed {
                let earlier = &rows[(row - attack.shift) as usize];
                assert_eq!(values.get(point.tag()), earlier.get(point.tag()));
                assert!(row - attack.shift < attack.start);
                let at = points.iter().position(|&other| other == point).unwrap();
                let gap = (plant.truth(point) - values.get(point.tag())).abs();
                largest[at] = largest[at].max(gap);
                if row + 1 == attack.end {
                    n_hidden += 1;
                    n_moved += usize::from(0.0 < largest[at]);
                }
            }
        }
        rows.push(values);
    }
    assert!(50 < n_hidden && n_moved == n_hidden, "{n_moved} of {n_hidden}");
    // Far beyond the noise of each instrument.
    for (gap, least) in largest.into_iter().zip([0.1, 15.0, 60.0, 0.2, 10.0, 4.0]) {
        assert!(least < gap, "{largest:?}");
    }
}

fn text(params: HaiParams) -> String {
    let mut text = Vec::new();
    HaiGenerator::new(params).unwrap().write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_seed_fixes_the_bytes_and_more_rows_continue_a_file() {
    let params = |seed, n_rows| HaiParams {
        seed,
        n_rows,
        kind: HaiKind::Test,
        attack_interval: 300,
        ..HaiParams::default()
    };
    let long = text(params(5, 3000));
    assert_eq!(long, text(params(5, 3000)));
    for n_rows in [0, 1, 1777] {
        let short = text(params(5, n_rows));
        assert!(long.starts_with(&short) && short.lines().count() == n_rows as usize + 1);
    }
    assert_ne!(long, text(params(6, 3000)));
}

#[test]
fn every_release_shows_the_same_plant() {
    let rows = |release| {
        let params = HaiParams { release, n_rows: 1, ..HaiParams::default() };
        text(params)
    };
    let values = |release: HaiRelease, separator: char| {
        let text = rows(release);
        let mut lines = text.lines();
        let header: Vec<String> =
            lines.next().unwrap().split(separator).map(str::to_owned).collect();
        let row: Vec<String> = lines.next().unwrap().split(separator).map(str::to_owned).collect();
        assert_eq!(header.len(), row.len());
        move |name: &str| row[header.iter().position(|column| column == name).unwrap()].clone()
    };
    let [old, middle, new, last] = [
        Box::new(values(HaiRelease::V20_07, ';')) as Box<dyn Fn(&str) -> String>,
        Box::new(values(HaiRelease::V21_03, ',')),
        Box::new(values(HaiRelease::V22_04, ',')),
        Box::new(values(HaiRelease::V23_05, ',')),
    ];
    // The days differ, but for the time of the day; the load's hour is the only other input.
    assert_eq!(old("P1_B3004"), middle("P1_B3004"));
    assert_eq!(middle("P1_B3004"), new("P1_B3004"));
    assert_eq!(new("P1_B3004"), last("x1002_07_SETPOINT_OUT"));
    assert_eq!([old("attack_P3"), middle("attack_P3"), new("Attack")], ["0", "0", "0"]);
}

#[test]
fn the_labels_are_those_of_the_schedule() {
    let params = HaiParams {
        kind: HaiKind::Test,
        n_rows: 20_000,
        attack_interval: 400,
        ..HaiParams::default()
    };
    let generator = HaiGenerator::new(params).unwrap();
    let mut expected = vec![[false; 3]; 20_000];
    let attacks = generator.attacks();
    for attack in &attacks {
        assert!(attack.processes.contains(&true) && !attack.changed.is_empty());
        expected[attack.start as usize..(attack.end as usize).min(20_000)].fill(attack.processes);
    }
    let mut rows = generator.rows();
    let mut second = None;
    for expected in &expected {
        let row = rows.next_row().unwrap();
        assert_eq!(row.attack, *expected);
        assert!(second.is_none_or(|second| second + 1 == row.second));
        second = Some(row.second);
    }
    assert!(rows.next_row().is_none());
    for process in 0..3 {
        let n_rows = expected.iter().filter(|processes| processes[process]).count();
        assert!(500 < n_rows, "{n_rows} rows of P{} in {} attacks", process + 1, attacks.len());
    }
}

#[test]
fn labels_of_23_05_stand_in_a_file_of_their_own() {
    let params = HaiParams {
        release: HaiRelease::V23_05,
        kind: HaiKind::Test,
        n_rows: 54_000,
        ..HaiParams::default()
    };
    let mut labels = Vec::new();
    HaiGenerator::new(params).unwrap().write_labels(&mut labels).unwrap();
    // The size that the official list of checksums gives.
    assert_eq!(labels.len(), 1_242_017);
    let text = String::from_utf8(labels).unwrap();
    assert!(text.starts_with("timestamp,label\r\n2022-08-12 16:00:01,0\r\n"));
    assert!(text.contains(",1\r\n") && text.ends_with("2022-08-13 07:00:00,0\r\n"));
}

#[test]
fn a_dataset_has_the_published_files_and_a_note() {
    for (release, names) in [
        (HaiRelease::V21_03, "GENERATED.txt test1.csv train1.csv train2.csv"),
        (
            HaiRelease::V23_05,
            "GENERATED.txt hai-test1.csv hai-train1.csv hai-train2.csv label-test1.csv",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let params = HaiParams { release, n_rows: 20, ..HaiParams::default() };
        let generator = HaiGenerator::new(params).unwrap();
        generator.write_folder(folder.path(), 2, 1).unwrap();
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let mut found: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        found.sort();
        assert_eq!(found.join(" "), names);
        let note = std::fs::read_to_string(folder.path().join("GENERATED.txt")).unwrap();
        assert!(note.starts_with(super::DIFFERENCES) && note.contains(NAME));
        assert!(generator.write_folder(folder.path(), 1, 1).is_err());
    }
}

#[test]
fn more_files_than_there_are_days_for_are_refused_before_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hai");
    let params = HaiParams { n_rows: 1, ..HaiParams::default() };
    let generator = HaiGenerator::new(params).unwrap();
    for (n_train, n_test) in [(1001, 1), (1, 1001)] {
        let error = generator.write_folder(&path, n_train, n_test).unwrap_err();
        assert!(matches!(error, crate::Error::Parameter { parameter: "file", .. }), "{error}");
        assert!(!path.exists());
    }
}
