//! Parameters of the transformer of Info texts.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

/// Parameters of [`super::PacketInfo`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PacketInfoParams {
    /// The column of Info texts; `Info` by default, as Wireshark names it.
    pub info: String,
    /// The column of protocols; `Protocol` by default, as Wireshark names it.
    pub protocol: String,
    /// Analysis notes that must not be seen because they are the label, without brackets:
    /// `TCP Dup ACK` stands for all of `[TCP Dup ACK 5#1]`. They are taken out of the text
    /// before it is read. `TCP Out-Of-Order` by default, the label of the study of device
    /// traffic.
    pub drop_note: Vec<String>,
    /// How many kinds of text are told apart, the most frequent ones of the training rows;
    /// the others are `other`. 50 by default: the three captures that this was tried on have
    /// fewer.
    pub n_kinds: usize,
    /// How many CIP tags are told apart, in the same way. 100 by default.
    pub n_tags: usize,
}

impl Default for PacketInfoParams {
    fn default() -> PacketInfoParams {
        PacketInfoParams {
            info: "Info".to_owned(),
            protocol: "Protocol".to_owned(),
            drop_note: vec!["TCP Out-Of-Order".to_owned()],
            n_kinds: 50,
            n_tags: 100,
        }
    }
}

/// The largest number of learnt categories: codes stay below 2^32.
const MAX_CATEGORIES: usize = 1_000_000;

impl PacketInfoParams {
    pub(super) fn check(&self) -> Result<()> {
        for (parameter, found) in [("n_kinds", self.n_kinds), ("n_tags", self.n_tags)] {
            let ok = found <= MAX_CATEGORIES;
            let wanted = "at most 1000000";
            Error::check_parameter("packet_info", parameter, found as f64, ok, wanted)?;
        }
        // An empty name, or one with brackets, would take more out than a note.
        let plain = |name: &&String| !name.is_empty() && !name.contains(['[', ']']);
        let n_plain = self.drop_note.iter().filter(plain).count();
        let ok = n_plain == self.drop_note.len();
        let wanted = "as many names of notes, not empty and without brackets, as there are entries";
        Error::check_parameter("packet_info", "drop_note", n_plain as f64, ok, wanted)
    }
}
