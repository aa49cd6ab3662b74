//! What device traffic is generated, and how it is printed.

use serde::{Deserialize, Serialize};

use super::NAME;
use crate::{Error, Result};

/// Parameters of [`super::DeviceTrafficGenerator`].
///
/// ```
/// use oddity_datasets::{DeviceTrafficGenerator, DeviceTrafficParams, Error};
///
/// let params = DeviceTrafficParams { loss: 2.0, ..DeviceTrafficParams::default() };
/// let error = DeviceTrafficGenerator::new(params).unwrap_err();
/// assert!(matches!(error, Error::Parameter { parameter: "loss", .. }));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeviceTrafficParams {
    /// The seed of everything random; 0 by default.
    pub seed: u64,
    /// Packets to print; 5,955 by default, as many as the published study had. More packets
    /// only add to the end.
    pub n_packets: u64,
    /// How times are printed.
    pub time: TimeFormat,
    /// Whether lines end in CR and LF, as on Windows, or in LF alone, the default.
    pub crlf: bool,
    /// How the arrow between two ports is printed.
    pub arrow: Arrow,
    /// Chance, from 0 to 1, that a segment with data is overtaken by later ones on its way from
    /// or to a distant host. 0.006 by default, with which about 0.7 % of the packets are printed
    /// as out of order: the share in the published study, 43 of 5,955.
    pub reordering: f64,
    /// Chance, from 0 to 1, that a segment is lost on its way from or to a distant host. 0.004
    /// by default.
    pub loss: f64,
    /// Chance, from 0 to 1, that a TCP packet is delivered but missed by the capture. 0.0002
    /// by default.
    pub missed: f64,
}

/// How times are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// Seconds since the first packet, `12.345678`.
    #[default]
    Relative,
    /// Date and time of day in UTC, `2026-03-02 08:00:12.345678`.
    WallClock,
    /// Seconds since 1970, `1772438412.345678`.
    Epoch,
}

/// How the arrow between two ports is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrow {
    /// `443  >  50123`, as in exports without UTF-8.
    #[default]
    Ascii,
    /// `443 → 50123`, as Wireshark itself prints it.
    Utf8,
}

impl Default for DeviceTrafficParams {
    fn default() -> DeviceTrafficParams {
        DeviceTrafficParams {
            seed: 0,
            n_packets: 5955,
            time: TimeFormat::Relative,
            crlf: false,
            arrow: Arrow::Ascii,
            reordering: 0.006,
            loss: 0.004,
            missed: 0.0002,
        }
    }
}

/// Frame numbers stay within what Wireshark counts.
const MAX_PACKETS: u64 = u32::MAX as u64;

impl DeviceTrafficParams {
    pub(super) fn check(&self) -> Result<()> {
        let ok = self.n_packets <= MAX_PACKETS;
        check("n_packets", self.n_packets as f64, ok, "at most 4294967295")?;
        for (parameter, found) in
            [("reordering", self.reordering), ("loss", self.loss), ("missed", self.missed)]
        {
            check(parameter, found, (0.0..=1.0).contains(&found), "a chance from 0 to 1")?;
        }
        Ok(())
    }
}

fn check(parameter: &'static str, found: f64, ok: bool, wanted: &'static str) -> Result<()> {
    if ok {
        return Ok(());
    }
    Err(Error::Parameter { generator: NAME, parameter, found, wanted })
}
