//! Parameters of the flow features.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::packets::PacketColumns;

/// Parameters of [`super::Flow`]. The names of columns are Wireshark's by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FlowParams {
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
    /// Seconds without a packet after which the next packet begins a new flow. 600 by default,
    /// the flow timeout of the CIC-IDS2017 features (Sharafaldin et al. 2018,
    /// doi:10.5220/0006639801080116).
    pub idle_timeout: f64,
    /// Seconds in which a packet's weight in the rates halves. 1 by default, one of the decay
    /// rates of Kitsune (Mirsky et al. 2018, doi:10.14722/ndss.2018.23204).
    pub half_life: f64,
    /// How many flows are remembered. When one more begins, the flow is forgotten whose last
    /// packet was first, and its next packet begins a new flow. 100,000 by default, some
    /// 40 MB.
    pub max_flows: usize,
}

impl Default for FlowParams {
    fn default() -> FlowParams {
        FlowParams {
            time: "Time".to_owned(),
            source: "Source".to_owned(),
            destination: "Destination".to_owned(),
            protocol: "Protocol".to_owned(),
            length: "Length".to_owned(),
            idle_timeout: 600.0,
            half_life: 1.0,
            max_flows: 100_000,
        }
    }
}

impl FlowParams {
    pub(super) fn columns(&self) -> PacketColumns<'_> {
        PacketColumns {
            time: &self.time,
            source: &self.source,
            destination: &self.destination,
            protocol: &self.protocol,
            length: &self.length,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let positive = "a finite number above 0";
        for (parameter, found) in
            [("idle_timeout", self.idle_timeout), ("half_life", self.half_life)]
        {
            let ok = found.is_finite() && 0.0 < found;
            Error::check_parameter("flow", parameter, found, ok, positive)?;
        }
        let ok = (1..=1_000_000_000).contains(&self.max_flows);
        let wanted = "from 1 to 1000000000";
        Error::check_parameter("flow", "max_flows", self.max_flows as f64, ok, wanted)
    }
}
