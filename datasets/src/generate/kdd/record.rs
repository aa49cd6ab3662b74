//! Records: a connection with its features as a line of text.

use oddity_core::Seed;

use super::attacks::attack;
use super::connection::Connection;
use super::params::{KddFormat, KddParams};
use super::services;
use super::step::Quantiles;
use super::traffic::Traffic;
use super::windows::{HostFeatures, TimeFeatures, Windows};
use crate::generate::dice::Dice;
use crate::generate::number::{push_pair, push_whole};

/// Records that stand in random order.
const SHUFFLED: usize = 2048;
/// The difficulty of normal records.
const NORMAL_DIFFICULTY: Quantiles = [4, 18, 21, 21, 21, 21, 21];

/// The seed's parts.
const TRAFFIC: u64 = 0;
const ORDER: u64 = 1;
const DIFFICULTY: u64 = 2;

/// The records in the order of the file, without end.
#[derive(Debug)]
pub(super) struct Records {
    traffic: Traffic,
    windows: Windows,
    format: KddFormat,
    order: Dice,
    difficulty: Dice,
    /// The lines of a block, in random order, the next of them last.
    block: Vec<(usize, usize)>,
    lines: Vec<u8>,
}

impl Records {
    pub(super) fn new(params: &KddParams) -> Records {
        let seed: Seed = super::seed(params);
        Records {
            traffic: Traffic::new(params, seed.derive(TRAFFIC)),
            windows: Windows::new(params.host_window as usize),
            format: params.format,
            order: Dice::new(seed.derive(ORDER)),
            difficulty: Dice::new(seed.derive(DIFFICULTY)),
            block: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Appends the next record.
    pub(super) fn push_next(&mut self, text: &mut Vec<u8>) {
        if self.format == KddFormat::KddCup99 {
            self.push_in_time(text);
            return;
        }
        if self.block.is_empty() {
            let mut lines = std::mem::take(&mut self.lines);
            lines.clear();
            for _ in 0..SHUFFLED {
                let start = lines.len();
                self.push_in_time(&mut lines);
                self.block.push((start, lines.len()));
            }
            self.lines = lines;
            for left in (1..SHUFFLED).rev() {
                self.block.swap(left, self.order.below(left as u32 + 1) as usize);
            }
        }
        if let Some((start, end)) = self.block.pop() {
            text.extend_from_slice(&self.lines[start..end]);
        }
    }

    /// Appends the record of the next connection that is kept; the windows see all of them.
    fn push_in_time(&mut self, text: &mut Vec<u8>) {
        for connection in self.traffic.by_ref() {
            if !connection.kept {
                self.windows.take_in(&connection);
                continue;
            }
            let (time, host) = self.windows.next(&connection);
            push_features(text, &connection, &time, &host);
            self.push_label(text, &connection);
            return;
        }
    }

    fn push_label(&mut self, text: &mut Vec<u8>, connection: &Connection) {
        let attack = attack(connection.label);
        let label = attack.map_or("normal", |attack| attack.name);
        text.push(b',');
        text.extend_from_slice(label.as_bytes());
        if self.format == KddFormat::KddCup99 {
            text.push(b'.');
        } else {
            let quantiles = attack.map_or(&NORMAL_DIFFICULTY, |attack| &attack.difficulty);
            text.push(b',');
            push_whole(text, self.difficulty.quantile(quantiles) as u64);
        }
        text.push(b'\n');
    }
}

fn push_features(
    text: &mut Vec<u8>,
    connection: &Connection,
    time: &TimeFeatures,
    host: &HostFeatures,
) {
    let Connection { protocol, service, flag, content, .. } = connection;
    push_whole(text, connection.duration.into());
    for word in [protocol.name(), services::name(*service), flag.name()] {
        text.push(b',');
        text.extend_from_slice(word.as_bytes());
    }
    let land = connection.source == connection.target;
    for number in [
        connection.src_bytes,
        connection.dst_bytes,
        land.into(),
        content.wrong_fragment.into(),
        content.urgent.into(),
        content.hot.into(),
        content.num_failed_logins.into(),
        content.logged_in.into(),
        content.num_compromised.into(),
        content.root_shell.into(),
        content.su_attempted.into(),
        content.num_root.into(),
        content.num_file_creations.into(),
        content.num_shells.into(),
        content.num_access_files.into(),
        // No outbound commands in FTP sessions, and no logins of the host list: in the
        // published data the first is always 0, the second almost always.
        0,
        0,
        content.is_guest_login.into(),
        time.count.into(),
        time.srv_count.into(),
    ] {
        text.push(b',');
        push_whole(text, number);
    }
    time.rates.iter().for_each(|&rate| push_rate(text, rate));
    for number in [host.count, host.srv_count] {
        text.push(b',');
        push_whole(text, number.into());
    }
    host.rates.iter().for_each(|&rate| push_rate(text, rate));
}

/// Appends a rate given in hundredths, such as `,0.07`.
fn push_rate(text: &mut Vec<u8>, hundredths: u32) {
    text.push(b',');
    text.push(b'0' + (hundredths / 100) as u8);
    text.push(b'.');
    push_pair(text, u64::from(hundredths % 100));
}
