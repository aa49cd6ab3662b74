//! Causal features of the flow that a packet belongs to.

mod params;
mod sequence;
mod state;

use oddity_core::{
    Causality, Column, FittedTransformer, Records, Result, Samples, SamplesOwned, State,
    TransformStream, Transformer,
};

pub use params::FlowParams;
pub use state::FlowFeature;

use crate::packets::{Packet, PacketNames, Table};
use state::FlowState;

/// Records of packets to the same records with features of each packet's flow.
///
/// It reads Wireshark's columns and those of [`crate::PacketInfo`]; all columns stay, and one
/// for each [`FlowFeature`] comes behind them.
///
/// **Causal, not pointwise**: a row depends on itself and on earlier rows of the same call,
/// and on no later one. Rows must stand in the order of capture; a call begins without memory
/// of the calls before, and a [stream](oddity_core::FittedTransformer::stream) goes on from part
/// to part. Nothing is learnt in fit.
///
/// - A flow is what two ends (address and port) exchange over TCP or UDP, in either
///   direction; for other protocols, what two addresses exchange in that protocol. The sender
///   of its first packet makes the direction.
/// - A packet begins a new flow if none is remembered for its ends, if the last packet is
///   longer ago than `idle_timeout`, or if it is a SYN after a FIN or RST.
/// - A row without ports, as Wireshark writes TLS, HTTP or DNS, belongs to the flow between
///   its addresses, over the same transport, that had a packet last.
/// - Sequence numbers count modulo 2^32; relative and absolute ones give the same. SYN and
///   FIN count as one byte. The next Seq expected is the highest end of a segment so far, or
///   what the other side has acknowledged, if that is more. A row of TCP without Seq moves it by
///   the frame's length less the headers': those of the direction's last segment with data
///   where there was one, else those that make the numbers meet, else 54 bytes (74 for IPv6).
/// - Rates have decaying weights: with `h` the half-life, a packet after `t` seconds makes the
///   state `s <- s 2^(-t / h) + x`, where `x` is 1 or the bytes of the frame, and the rate is
///   `s ln 2 / h`, which a steady stream of rate `r` takes to `r` as packets become many.
///   Weights do not decay where time steps back or is missing.
/// - Values that do not exist are missing (NaN): the gaps of what is not TCP, the time since a
///   packet before the first.
/// - Shapes: records of `n` rows to records of `n` rows and 14 more columns.
/// - Cost: time linear in the rows, memory in the flows remembered (`max_flows`) besides the
///   columns.
///
/// ```
/// use oddity_core::{Column, Records, Transformer};
/// use oddity_features::{Flow, FlowParams, PacketInfo, PacketInfoParams};
///
/// let text = |texts: [&str; 3]| Column::Text(texts.into_iter().collect());
/// let packets = Records::new([
///     ("Time", Column::Numbers(vec![0.0, 0.1, 0.4])),
///     ("Source", text(["10.0.0.1", "10.0.0.2", "10.0.0.1"])),
///     ("Destination", text(["10.0.0.2", "10.0.0.1", "10.0.0.2"])),
///     ("Protocol", text(["TCP"; 3])),
///     ("Length", Column::Numbers(vec![154.0, 54.0, 154.0])),
///     ("Info", text([
///         "5000 > 443 [PSH, ACK] Seq=1 Ack=1 Win=9 Len=100",
///         "443 > 5000 [ACK] Seq=1 Ack=101 Win=9 Len=0",
///         "5000 > 443 [PSH, ACK] Seq=301 Ack=1 Win=9 Len=100",
///     ])),
/// ])?;
/// let parsed = PacketInfo::new(PacketInfoParams::default())?;
/// let parsed = parsed.fit(&packets.samples())?.transform(&packets.samples())?;
/// let flow = Flow::new(FlowParams::default())?.fit(&parsed.view())?;
/// let flow = flow.transform(&parsed.view())?;
/// let flow = flow.view().records()?;
/// assert_eq!(flow.numbers("flow.new")?, [1.0, 0.0, 0.0]);
/// assert_eq!(flow.numbers("flow.backward")?, [0.0, 1.0, 0.0]);
/// assert_eq!(flow.numbers("flow.direction.time_delta")?[2], 0.4);
/// // 200 bytes are missing before the third packet.
/// assert_eq!(flow.numbers("flow.seq_gap")?[2], 200.0);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Flow {
    params: FlowParams,
}

impl Flow {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for a timeout or half-life that is not above 0 and
    /// finite, and for no flow to remember or more than a thousand million.
    pub fn new(params: FlowParams) -> Result<Flow> {
        params.check()?;
        Ok(Flow { params })
    }
}

impl Transformer for Flow {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        // Nothing is learnt, but columns that are missing are told of early.
        PacketNames::new().read(train.records()?, self.params.columns())?;
        Ok(Box::new(FittedFlow { params: self.params.clone() }))
    }

    fn restore(&self, _: &State) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(FittedFlow { params: self.params.clone() }))
    }
}

/// Each row depends on itself and the earlier rows of the call.
struct FittedFlow {
    params: FlowParams,
}

impl FittedTransformer for FittedFlow {
    /// A packet's features rest on the packets before it in the call.
    fn causality(&self) -> Causality {
        Causality::Causal
    }

    fn state(&self) -> Option<State> {
        Some(State::new())
    }

    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        FlowStream::new(&self.params).transform(samples)
    }

    fn stream(&self) -> Option<Box<dyn TransformStream>> {
        Some(Box::new(FlowStream::new(&self.params)))
    }
}

/// The flows up to a packet.
struct FlowStream {
    params: FlowParams,
    names: PacketNames,
    flows: Table<FlowState>,
}

impl TransformStream for FlowStream {
    fn transform(&mut self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let records = samples.records()?;
        let packets = self.names.read(records, self.params.columns())?;
        let n_rows = records.n_rows();
        let mut columns = vec![Vec::with_capacity(n_rows); FlowFeature::ALL.len()];
        for row in 0..n_rows {
            let values = self.next(&packets.get(row));
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(value);
            }
        }
        self.names.tidy(self.flows.keys(), std::iter::empty(), self.flows.len());
        let old = records.iter().map(|(name, column)| (name.to_owned(), column.clone()));
        let new = FlowFeature::ALL.iter().zip(columns);
        let new = new.map(|(name, numbers)| (name.column().to_owned(), Column::Numbers(numbers)));
        Ok(Records::new(old.chain(new))?.into())
    }
}

impl FlowStream {
    fn new(params: &FlowParams) -> FlowStream {
        let flows = Table::new(params.max_flows);
        FlowStream { params: params.clone(), names: PacketNames::new(), flows }
    }

    fn next(&mut self, packet: &Packet) -> state::Row {
        let (_, state, is_new) = self.flows.get(packet, || FlowState::new(packet.source));
        let is_over = !is_new && state.is_over(packet, &self.params);
        if is_over {
            *state = FlowState::new(packet.source);
        }
        state.next(packet, is_new || is_over, &self.params)
    }
}
