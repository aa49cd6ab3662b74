//! Parameters of the damped statistics.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::STEP;
use crate::packets::PacketColumns;

/// Parameters of [`super::DampedStats`]. The names of columns are Wireshark's by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DampedStatsParams {
    /// The column of times, in seconds.
    pub time: String,
    /// The column of senders' addresses.
    pub source: String,
    /// The column of receivers' addresses.
    pub destination: String,
    /// The column of protocols.
    pub protocol: String,
    /// The column of packet lengths, in bytes.
    pub length: String,
    /// The column of senders' hardware addresses, where the capture was exported with one: it
    /// brings the stream `hardware`. By default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
    /// Decays in 1/s, each more than 0: with a decay of `l` a packet weighs half after `1 / l`
    /// seconds. Default 5, 3, 1, 0.1 and 0.01, the paper's.
    pub decays: Vec<f64>,
    /// How many streams of each kind are remembered. When one more begins, the one is forgotten
    /// whose last packet was first, and its next packet begins anew. 100,000 by default, some
    /// 200 MB with five decays.
    pub max_streams: usize,
    /// Whether the columns of the input stay, in front.
    pub keep: bool,
}

impl Default for DampedStatsParams {
    fn default() -> DampedStatsParams {
        DampedStatsParams {
            time: "Time".to_owned(),
            source: "Source".to_owned(),
            destination: "Destination".to_owned(),
            protocol: "Protocol".to_owned(),
            length: "Length".to_owned(),
            hardware: None,
            decays: vec![5.0, 3.0, 1.0, 0.1, 0.01],
            max_streams: 100_000,
            keep: true,
        }
    }
}

impl DampedStatsParams {
    pub(super) fn check(&self) -> Result<()> {
        let found = self.decays.len();
        Error::check_parameter(STEP, "decays", found as f64, 1 <= found, "at least one")?;
        for (at, &decay) in self.decays.iter().enumerate() {
            let ok = 0.0 < decay && decay.is_finite();
            Error::check_parameter(STEP, "decays", decay, ok, "a finite number above 0")?;
            let ok = !self.decays[..at].contains(&decay);
            Error::check_parameter(STEP, "decays", decay, ok, "each of them once")?;
        }
        let ok = (1..=1_000_000_000).contains(&self.max_streams);
        let wanted = "from 1 to 1000000000";
        Error::check_parameter(STEP, "max_streams", self.max_streams as f64, ok, wanted)
    }

    pub(super) fn columns(&self) -> PacketColumns<'_> {
        PacketColumns {
            time: &self.time,
            source: &self.source,
            destination: &self.destination,
            protocol: &self.protocol,
            length: &self.length,
        }
    }
}
