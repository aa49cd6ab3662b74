//! A connection: what the sensor knows of it before it looks at others.

use super::services::Protocol;

/// How a connection ended, as the sensor Bro tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    Sf,
    S0,
    S1,
    S2,
    S3,
    Rej,
    Rsto,
    Rstr,
    Rstos0,
    Sh,
    Oth,
}

impl Flag {
    pub(super) fn name(self) -> &'static str {
        match self {
            Flag::Sf => "SF",
            Flag::S0 => "S0",
            Flag::S1 => "S1",
            Flag::S2 => "S2",
            Flag::S3 => "S3",
            Flag::Rej => "REJ",
            Flag::Rsto => "RSTO",
            Flag::Rstr => "RSTR",
            Flag::Rstos0 => "RSTOS0",
            Flag::Sh => "SH",
            Flag::Oth => "OTH",
        }
    }

    /// A SYN error: the opening or the closing handshake is not complete.
    pub(super) fn is_syn_error(self) -> bool {
        matches!(self, Flag::S0 | Flag::S1 | Flag::S2 | Flag::S3 | Flag::Sh)
    }

    /// A REJ error: refused or reset.
    pub(super) fn is_rej_error(self) -> bool {
        matches!(self, Flag::Rej | Flag::Rsto | Flag::Rstr | Flag::Rstos0)
    }
}

/// What the sensor sees inside of a connection, features 7 to 22.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) wrong_fragment: u8,
    pub(super) urgent: u8,
    pub(super) hot: u16,
    pub(super) num_failed_logins: u8,
    pub(super) logged_in: bool,
    pub(super) num_compromised: u16,
    pub(super) root_shell: bool,
    pub(super) su_attempted: u8,
    pub(super) num_root: u16,
    pub(super) num_file_creations: u8,
    pub(super) num_shells: u8,
    pub(super) num_access_files: u8,
    pub(super) is_guest_login: bool,
}

/// A connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connection {
    /// Milliseconds since the start.
    pub(super) time: u64,
    pub(super) source: u32,
    pub(super) source_port: u16,
    pub(super) target: u32,
    pub(super) protocol: Protocol,
    /// See [`super::services::number`].
    pub(super) service: u32,
    pub(super) flag: Flag,
    /// Seconds.
    pub(super) duration: u32,
    pub(super) src_bytes: u64,
    pub(super) dst_bytes: u64,
    pub(super) content: Content,
    /// Position in the list of labels.
    pub(super) label: u8,
    /// Whether a record of it is written.
    pub(super) kept: bool,
}
