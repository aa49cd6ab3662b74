//! Packets: the time is an input too, and flows go on from part to part.

use oddity::prelude::*;

use crate::plant;

const PIPELINE: &str = "
    [data]
    format = 'wireshark'
    time = 'Time'
    label = 'label'
    also_inputs = ['Time']
    ignore = ['No.']
    [[steps]]
    kind = 'packet_info'
    [[steps]]
    kind = 'flow'
    [[steps]]
    kind = 'damped_stats'
    decays = [1, 0.1]
    [[steps]]
    kind = 'numeric'
    exclude = ['Time']
    missing = 'zero'
    indicator = true
    [[steps]]
    kind = 'standardize'
    [detector]
    kind = 'running_z_score'
    [threshold]
    rule = 'quantile(q=0.9)'
    held_out = 0.2";

/// Pings of three machines, one of which pings more often from some packet on.
fn capture(n_packets: usize) -> String {
    let mut text = "No.,Time,Source,Destination,Protocol,Length,Info\n".to_owned();
    let mut time = 0.0;
    for packet in 0..n_packets {
        let machine = if 300 < packet { 1 } else { packet % 3 + 1 };
        time += if 300 < packet { 0.001 } else { 0.5 + 0.1 * (packet % 7) as f64 };
        let length = 60 + packet * 7 % 40;
        text += &format!(
            "{packet},{time:.6},10.0.0.{machine},10.0.0.9,ICMP,{length},Echo (ping) request\n"
        );
    }
    text
}

fn table(pipeline: &PipelineConfig, text: &str) -> oddity::Result<Table> {
    let input = Input::Bytes { name: "capture.csv".to_owned(), bytes: text.into() };
    Ok(pipeline.data.open(input, None, &ReadOptions::default())?.read_all()?)
}

#[test]
fn statistics_of_flows_and_senders_go_on_from_part_to_part() {
    let pipeline = PipelineConfig::parse("packets.toml", PIPELINE).unwrap();
    let normal = table(&pipeline, &capture(300)).unwrap();
    let fitted = fit(&pipeline, vec![normal], &mut Unwatched).unwrap();
    assert!(fitted.streams().unwrap());
    let saved = FittedPipeline::from_bytes("p", &fitted.to_bytes().unwrap()).unwrap();
    assert!(saved.columns().iter().any(|column| column.name == "Time"));
    let table = table(&pipeline, &capture(400)).unwrap();
    let rows = pipeline.data.rows_of(&table).unwrap();
    let whole = Scorer::new(&saved, 2).push(&rows).unwrap();
    let flood: Vec<usize> = whole.alarms.iter().copied().filter(|row| 305 < *row).collect();
    assert!(90 < flood.len(), "{:?}", whole.alarms);
    let at = whole.alarms.iter().position(|row| 320 < *row).unwrap();
    let columns = whole.explanations[at].parts.iter().map(|part| format!("{:?}", part.of));
    assert!(
        columns.clone().any(|name| name.contains("damped_")),
        "{:?}",
        columns.collect::<Vec<_>>()
    );
    for n_rows in [1, 33] {
        assert_eq!(plant::score_in_parts(&saved, &table, n_rows), whole, "parts of {n_rows}");
    }
}

#[test]
fn columns_that_are_no_inputs_are_refused() {
    for (named, wanted) in [
        ("['Tme']", "found no column \"Tme\", which the pipeline names as an input"),
        ("['label']", "\"label\" is the label, and no input"),
        ("['No.']", "\"No.\" is ignored, and no input"),
    ] {
        let text = PIPELINE.replace("['Time']", named);
        let pipeline = PipelineConfig::parse("packets.toml", &text).unwrap();
        let error = table(&pipeline, &capture(9)).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}
