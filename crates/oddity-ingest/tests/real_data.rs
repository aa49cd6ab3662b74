//! Counts of the real files, where the data folder is there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use oddity_ingest::kdd::AttackCategory;
use oddity_ingest::{ReadOptions, Role, Sha256, Table, device_traffic, hai, kdd, smd};

/// The data folder; says so where there is none.
fn data_dir() -> Option<PathBuf> {
    let folder = std::env::var_os("ODDITY_DATA_DIR").filter(|folder| !folder.is_empty());
    if folder.is_none() {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "skipped: ODDITY_DATA_DIR is not set");
    }
    folder.map(PathBuf::from)
}

fn class_counts(table: &Table, column: &str) -> BTreeMap<String, usize> {
    let classes = table.classes(column).expect("classes");
    classes.names().iter().cloned().zip(classes.counts()).collect()
}

#[test]
fn nsl_kdd_has_the_rows_and_classes_of_its_publication() {
    let Some(folder) = data_dir() else { return };
    for (file, n_rows, n_normal, n_classes) in [
        ("KDDTrain+.txt", 125_973, 67_343, 23),
        ("KDDTrain+_20Percent.txt", 25_192, 13_449, 22),
        ("KDDTest+.txt", 22_544, 9_711, 38),
    ] {
        let path = folder.join("nsl-kdd").join(file);
        let options = ReadOptions { checksum: true, ..ReadOptions::default() };
        let table = kdd::open(path.as_path(), &options).unwrap().read_all().unwrap();
        assert_eq!((table.batch().num_rows(), table.batch().num_columns()), (n_rows, 43), "{file}");
        let counts = class_counts(&table, kdd::LABEL);
        assert_eq!((counts["normal"], counts.len()), (n_normal, n_classes), "{file}");
        assert!(counts.keys().all(|label| AttackCategory::of(label).is_some()), "{counts:?}");
        let sha256 = Sha256::of(&std::fs::read(&path).unwrap());
        assert_eq!(table.provenance().sha256, Some(sha256));
        assert_eq!(table.columns(Role::Feature).count(), 41);
    }
}

#[test]
fn the_tenth_of_kdd_cup_99_has_its_23_classes() {
    let Some(folder) = data_dir() else { return };
    let path = folder.join("kddcup99/kddcup.data_10_percent.gz");
    let table = kdd::open(path, &ReadOptions::default()).unwrap().read_all().unwrap();
    assert_eq!((table.batch().num_rows(), table.batch().num_columns()), (494_021, 42));
    let counts = class_counts(&table, kdd::LABEL);
    assert_eq!((counts.len(), counts["normal"], counts["smurf"]), (23, 97_278, 280_790));
    assert_eq!((counts["neptune"], counts["spy"]), (107_201, 2));
    let services = class_counts(&table, "service");
    assert_eq!(services.len(), 66);
}

#[test]
fn fifteen_rows_of_hai_are_read() {
    let Some(folder) = data_dir() else { return };
    let path = folder.join("hai/hai-21.03-15rows.csv");
    let table = hai::open(path, &ReadOptions::default()).unwrap().read_all().unwrap();
    assert_eq!(table.batch().num_rows(), 15);
    assert_eq!((table.columns(Role::Feature).count(), table.columns(Role::Label).count()), (79, 1));
    let frame = table.frame().unwrap();
    assert_eq!(frame.row(0)[..4], [0.10178, 1.46434, 403.789, 985.374]);
}

#[test]
fn three_machines_of_smd_have_their_anomalies() {
    let Some(folder) = data_dir() else { return };
    let (folder, options) = (folder.join("smd"), ReadOptions::default());
    let machines = smd::machines(&folder).unwrap();
    assert_eq!(machines, ["machine-1-2", "machine-2-1", "machine-3-2"]);
    let expected = [(23_694, 23_694, 542), (23_693, 23_694, 1_170), (23_702, 23_703, 1_109)];
    for (machine, (n_train, n_test, n_anomalies)) in machines.iter().zip(expected) {
        let train = smd::open_train(&folder, machine, &options).unwrap().read_all().unwrap();
        let test = smd::open_test(&folder, machine, &options).unwrap().read_all().unwrap();
        assert_eq!((train.batch().num_rows(), test.batch().num_rows()), (n_train, n_test));
        assert_eq!(test.labels("label").unwrap().n_anomalies(), n_anomalies);
        assert_eq!((train.frame().unwrap().n_columns(), test.batch().num_columns()), (38, 39));
    }
}

#[test]
fn three_captures_have_their_packets() {
    let Some(folder) = data_dir() else { return };
    for (file, n_packets, n_columns, n_out_of_order, last_time) in [
        ("office.csv", 2_812, 8, 46, 1_551_225_071.918_729),
        ("plant-cip.csv", 10_000, 8, 0, 1.094_591),
        ("iot-latin1.csv", 2_248, 9, 0, 696.321_860_602),
    ] {
        let path = folder.join("device-traffic").join(file);
        let note = device_traffic::OUT_OF_ORDER;
        let reader = device_traffic::open(path, note, &ReadOptions::default()).unwrap();
        let table = reader.read_all().unwrap();
        let batch = table.batch();
        assert_eq!((batch.num_rows(), batch.num_columns()), (n_packets, n_columns), "{file}");
        assert_eq!(table.labels("label").unwrap().n_anomalies(), n_out_of_order, "{file}");
        let records = table.records(&[Role::Time, Role::Feature]).unwrap();
        assert_eq!(records.numbers("Time").unwrap()[n_packets - 1], last_time, "{file}");
        let info = records.texts("Info").unwrap();
        assert!((0..n_packets).all(|row| !info(row).contains('\u{fffd}')), "{file}");
    }
}
