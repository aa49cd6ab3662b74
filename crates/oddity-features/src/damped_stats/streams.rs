//! The streams that packets belong to, up to a packet.

use oddity_core::{Column, Error, Records, Result, Samples, SamplesOwned, TransformStream};

use super::pair::Pair;
use super::stream::{Clock, Stream};
use super::{DampedStatsParams, STEP};
use crate::packets::{Packet, PacketNames, Recent, Table};

pub(super) struct Streams {
    params: DampedStatsParams,
    names: PacketNames,
    /// What a sender with its hardware address sends.
    hardware: Recent<[u64; 2], Stream>,
    /// What an address sends.
    senders: Recent<u64, Stream>,
    /// What goes between two addresses, the smaller one first.
    channels: Recent<[u64; 2], Channel>,
    /// What goes between two addresses with their ports.
    sockets: Table<Pair>,
}

struct Channel {
    lengths: Pair,
    /// Of each direction, the seconds between its packets.
    jitter: [(Clock, Stream); 2],
}

/// The statistics of one stream, and of a stream with the one that answers it.
const OF_ONE: [&str; 3] = ["weight", "mean", "deviation"];
const OF_PAIR: [&str; 7] =
    ["weight", "mean", "deviation", "radius", "magnitude", "covariance", "correlation"];

impl Streams {
    pub(super) fn new(params: &DampedStatsParams) -> Streams {
        let most = params.max_streams;
        Streams {
            params: params.clone(),
            names: PacketNames::new(),
            hardware: Recent::new(most),
            senders: Recent::new(most),
            channels: Recent::new(most),
            sockets: Table::new(most),
        }
    }

    /// The names of the columns that come behind.
    fn columns(&self) -> Vec<String> {
        let streams: [(&str, &[&str]); 5] = [
            ("hardware", &OF_ONE),
            ("sender", &OF_ONE),
            ("channel", &OF_PAIR),
            ("jitter", &OF_ONE),
            ("socket", &OF_PAIR),
        ];
        let skipped = usize::from(self.params.hardware.is_none());
        let mut columns = Vec::new();
        for (stream, statistics) in &streams[skipped..] {
            for decay in &self.params.decays {
                let names = statistics.iter();
                columns.extend(names.map(|name| format!("damped_{decay}.{stream}.{name}")));
            }
        }
        columns
    }

    /// The statistics behind a packet, in the order of the columns.
    fn push(&mut self, packet: &Packet, hardware: Option<u64>, values: &mut Vec<f64>) {
        let Packet { time, source, destination, .. } = *packet;
        let length = packet.has_length.then_some(packet.length);
        let decays = &self.params.decays;
        let n_decays = decays.len();
        let stream = || Stream::new(n_decays);
        if let Some(hardware) = hardware {
            let stream = self.hardware.get([hardware, source.address], stream);
            stream.push(time, length, decays);
            stream.write(values);
        }
        let sender = self.senders.get(source.address, stream);
        sender.push(time, length, decays);
        sender.write(values);

        let ends = [source.address, destination.address];
        let side = usize::from(ends[1] < ends[0]);
        let key = [ends[side], ends[1 - side]];
        let channel = self.channels.get(key, || Channel {
            lengths: Pair::new(n_decays),
            jitter: [(Clock::NEW, stream()), (Clock::NEW, stream())],
        });
        channel.lengths.push(side, time, length, decays);
        channel.lengths.write(side, values);
        let (clock, jitter) = &mut channel.jitter[side];
        if let Some(since) = clock.since(time) {
            jitter.push(time, Some(since), decays);
        }
        clock.advance(time);
        jitter.write(values);

        let (key, socket, _) = self.sockets.get(packet, || Pair::new(n_decays));
        let side = usize::from(!packet.is_from(key.ends[0]));
        socket.push(side, time, length, decays);
        socket.write(side, values);
    }
}

impl TransformStream for Streams {
    fn transform(&mut self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let records = samples.records()?;
        let packets = self.names.read(records, self.params.columns())?;
        let hardware = match &self.params.hardware {
            Some(column) => Some(self.names.addresses(records, column)?),
            None => None,
        };
        let (n_rows, names) = (records.n_rows(), self.columns());
        let mut columns: Vec<Vec<f64>> = names.iter().map(|_| Vec::with_capacity(n_rows)).collect();
        let mut values = Vec::with_capacity(names.len());
        for row in 0..n_rows {
            values.clear();
            let hardware = hardware.as_ref().map(|numbers| numbers[row]);
            self.push(&packets.get(row), hardware, &mut values);
            if values.iter().any(|value| value.is_infinite()) {
                let what = "a damped statistic of lengths or times is not finite";
                return Err(Error::Numeric { step: STEP, what });
            }
            for (column, &value) in columns.iter_mut().zip(&values) {
                column.push(value);
            }
        }
        let addresses = self.hardware.keys().flatten().chain(self.senders.keys());
        let addresses = addresses.chain(self.channels.keys().flatten()).copied();
        let n_used =
            self.hardware.len() + self.senders.len() + self.channels.len() + self.sockets.len();
        self.names.tidy(self.sockets.keys(), addresses, n_used);
        let old = records.iter().filter(|_| self.params.keep);
        let old = old.map(|(name, column)| (name.to_owned(), column.clone()));
        let new = names.into_iter().zip(columns.into_iter().map(Column::Numbers));
        Ok(Records::new(old.chain(new))?.into())
    }
}
