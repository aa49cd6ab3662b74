//! A checkpoint of a training with the cell that it belongs to, as bytes.

use oddity_core::Epoch;
use oddity_ingest::Sha256;
use serde::{Deserialize, Serialize};

/// A checkpoint, and what the run around the training knows.
#[derive(Debug, PartialEq)]
pub(super) struct Saved {
    /// The cell.
    pub(super) key: String,
    /// The epochs so far, each with its time in seconds since 1970.
    pub(super) epochs: Vec<(f64, Epoch)>,
    /// What the training handed out.
    pub(super) checkpoint: Vec<u8>,
}

/// What stands before the training's own bytes, as a line of JSON.
#[derive(Serialize, Deserialize)]
struct Head {
    key: String,
    epochs: Vec<(f64, Epoch)>,
}

impl Saved {
    /// A line with the SHA-256 of all that follows, a line of JSON, and the training's bytes.
    ///
    /// # Panics
    ///
    /// Never: texts and finite numbers are JSON.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let head = Head { key: self.key.clone(), epochs: self.epochs.clone() };
        let mut rest = serde_json::to_vec(&head).expect("plain values are JSON");
        rest.push(b'\n');
        rest.extend(&self.checkpoint);
        let mut bytes = checksum(&rest).into_bytes();
        bytes.push(b'\n');
        bytes.extend(rest);
        bytes
    }

    /// Reads what [`Saved::to_bytes`] wrote, or says what is wrong with it.
    pub(super) fn read(bytes: &[u8], key: &str) -> Result<Saved, &'static str> {
        const DAMAGED: &str = "it is damaged";
        let (sum, rest) = line(bytes).ok_or(DAMAGED)?;
        if sum != checksum(rest).as_bytes() {
            return Err(DAMAGED);
        }
        let (head, checkpoint) = line(rest).ok_or(DAMAGED)?;
        let head: Head = serde_json::from_slice(head).map_err(|_| DAMAGED)?;
        if head.key != key {
            return Err("it is another cell's");
        }
        let checkpoint = checkpoint.to_vec();
        Ok(Saved { key: head.key, epochs: head.epochs, checkpoint })
    }
}

fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::of(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back_and_any_other_byte_is_seen() {
        let epoch = Epoch { loss: 0.1, validation_loss: Some(0.25), learning_rate: 1e-3 };
        let saved = Saved {
            key: "abc".to_owned(),
            epochs: vec![(1.5e9, epoch)],
            checkpoint: b"x\ny".to_vec(),
        };
        let bytes = saved.to_bytes();
        assert_eq!(Saved::read(&bytes, "abc"), Ok(saved));
        assert_eq!(Saved::read(&bytes, "abd"), Err("it is another cell's"));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(Saved::read(&other, "abc"), Err("it is damaged"), "{at}");
            assert_eq!(Saved::read(&bytes[..at], "abc"), Err("it is damaged"), "{at}");
        }
    }
}
