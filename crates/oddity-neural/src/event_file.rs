//! Event files, which TensorBoard draws as curves.

use std::io::{self, Write};

use oddity_core::Epoch;

use crate::checksum::Crc32c;

/// Writes scalars over steps in the form that TensorBoard reads.
///
/// A file is a series of records (`u64` length, its checksum, the event, its checksum; all
/// little-endian, the checksums masked CRC-32C), each an `Event` of TensorFlow's
/// `event.proto` with time, step and scalars. TensorBoard takes files whose name holds
/// `tfevents`, and joins several of one folder: a training that goes on from a checkpoint begins
/// a new one. Whoever calls has the clock and the file; a record is written in one piece.
///
/// ```
/// use oddity_core::Epoch;
/// use oddity_neural::EventFile;
///
/// let mut bytes = Vec::new();
/// let mut events = EventFile::new(&mut bytes, 1_700_000_000.0)?;
/// let record = Epoch { loss: 0.5, validation_loss: Some(0.6), learning_rate: 0.001 };
/// events.epoch(1_700_000_001.5, 0, &record)?;
/// events.scalars(1_700_000_001.5, 0, &[("samples a second", 12_000.0)])?;
/// assert!(bytes.windows(13).any(|part| part == b"brain.Event:2"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct EventFile<W: Write> {
    out: W,
}

impl<W: Write> EventFile<W> {
    /// Begins a file. `wall_time` is in seconds since 1970, here and below.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn new(out: W, wall_time: f64) -> io::Result<EventFile<W>> {
        let mut file = EventFile { out };
        let mut event = Message::default();
        event.double(1, wall_time);
        event.bytes(3, b"brain.Event:2");
        file.record(&event.0)?;
        Ok(file)
    }

    /// Writes the record of an epoch as `loss`, `validation_loss` where samples were held out,
    /// and `learning_rate`; the epoch is the step.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn epoch(&mut self, wall_time: f64, epoch: usize, record: &Epoch) -> io::Result<()> {
        let &Epoch { loss, validation_loss, learning_rate } = record;
        let mut values = vec![("loss", loss)];
        values.extend(validation_loss.map(|loss| ("validation_loss", loss)));
        values.push(("learning_rate", learning_rate));
        self.scalars(wall_time, epoch as u64, &values)
    }

    /// Writes the values of some curves at a step, rounded to `f32`.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn scalars(&mut self, wall_time: f64, step: u64, values: &[(&str, f64)]) -> io::Result<()> {
        let mut summary = Message::default();
        for &(tag, value) in values {
            let mut scalar = Message::default();
            scalar.bytes(1, tag.as_bytes());
            scalar.float(2, value as f32);
            summary.bytes(1, &scalar.0);
        }
        let mut event = Message::default();
        event.double(1, wall_time);
        event.varint(2, step);
        event.bytes(5, &summary.0);
        self.record(&event.0)
    }

    /// Hands the writer back.
    pub fn into_inner(self) -> W {
        self.out
    }

    /// Writes a record, and lets go of it: a viewer may read along.
    fn record(&mut self, event: &[u8]) -> io::Result<()> {
        let length = (event.len() as u64).to_le_bytes();
        let sum = |bytes: &[u8]| masked(Crc32c::of(bytes)).to_le_bytes();
        self.out.write_all(&[&length[..], &sum(&length), event, &sum(event)].concat())?;
        self.out.flush()
    }
}

/// A checksum as it stands in records: of bytes that hold checksums themselves it would be
/// weak.
fn masked(sum: u32) -> u32 {
    sum.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// A message of Protocol Buffers, field by field in the order of their numbers.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    /// A number, left out where it is 0, as the format has it.
    fn varint(&mut self, field: u8, value: u64) {
        if value != 0 {
            self.0.push(field << 3);
            self.length(value);
        }
    }

    /// Left out where it is 0.
    fn double(&mut self, field: u8, value: f64) {
        if value.to_bits() != 0 {
            self.0.push(field << 3 | 1);
            self.0.extend(value.to_le_bytes());
        }
    }

    /// Written even where it is 0: it is one of several kinds of values.
    fn float(&mut self, field: u8, value: f32) {
        self.0.push(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u8, value: &[u8]) {
        self.0.push(field << 3 | 2);
        self.length(value.len() as u64);
        self.0.extend(value);
    }

    /// Seven bits a byte, the low ones first.
    fn length(&mut self, mut value: u64) {
        while 0x80 <= value {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What TensorFlow's writer made of the same epochs.
    const FIXTURE: &[u8] = include_bytes!("../tests/fixtures/events.tfevents");

    fn written() -> Vec<u8> {
        let epoch =
            |loss, validation_loss, learning_rate| Epoch { loss, validation_loss, learning_rate };
        let mut file = EventFile::new(Vec::new(), 1_700_000_000.0).expect("memory");
        let epochs = [
            (1_700_000_000.25, epoch(0.75, Some(0.5), 0.001)),
            (1_700_000_001.5, epoch(0.1, Some(0.2), 0.0005)),
            (1_700_000_300.0, epoch(1e-9, None, 0.0)),
        ];
        for (at, (wall_time, record)) in epochs.iter().enumerate() {
            file.epoch(*wall_time, at, record).expect("memory");
        }
        file.scalars(0.5, 1 << 40, &[("time left, s", -2.5)]).expect("memory");
        file.into_inner()
    }

    /// The events of a file, after a check of each length and checksum.
    fn events(mut file: &[u8]) -> Vec<&[u8]> {
        let mut events = Vec::new();
        while let Some((length, rest)) = file.split_first_chunk::<8>() {
            let (sum, rest) = rest.split_first_chunk::<4>().expect("a checksum");
            assert_eq!(masked(Crc32c::of(length)), u32::from_le_bytes(*sum));
            let (event, rest) = rest.split_at(u64::from_le_bytes(*length) as usize);
            let (sum, rest) = rest.split_first_chunk::<4>().expect("a checksum");
            assert_eq!(masked(Crc32c::of(event)), u32::from_le_bytes(*sum));
            events.push(event);
            file = rest;
        }
        assert!(file.is_empty());
        events
    }

    #[test]
    fn events_equal_those_of_tensorflow() {
        let (ours, theirs) = (written(), events(FIXTURE));
        let ours = events(&ours);
        assert_eq!(ours.len(), 5);
        assert_eq!(ours[1..], theirs[1..]);
        // The first has its own time, and where TensorFlow's came from.
        let version = |event: &[u8]| event[9..24].to_vec();
        assert_eq!(version(ours[0]), version(theirs[0]));
        assert_eq!(ours[0].len(), 24);
    }
}
