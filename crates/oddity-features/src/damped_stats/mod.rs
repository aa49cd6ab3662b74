//! Damped statistics of the streams that a packet belongs to.

mod pair;
mod params;
mod stream;
mod streams;

use oddity_core::{
    Causality, FittedTransformer, Result, Samples, SamplesOwned, State, TransformStream,
    Transformer,
};

pub use params::DampedStatsParams;

use crate::packets::PacketNames;
use streams::Streams;

const STEP: &str = "damped_stats";

/// Records of packets to the same records with the statistics of what their senders, channels and
/// sockets carried up to each, as Kitsune's networks read them.
///
/// It reads Wireshark's columns and those of [`crate::PacketInfo`]; all columns stay, unless `keep`
/// is false, and for each decay `l` come behind them `damped_l.stream.statistic`:
///
/// | stream | of what | statistics |
/// | --- | --- | --- |
/// | `hardware` | lengths that a sender's address with its hardware address sends | weight, mean, deviation |
/// | `sender` | lengths that a sender's address sends | weight, mean, deviation |
/// | `channel` | lengths from this address to that one | weight, mean, deviation; with those of the other direction radius, magnitude, covariance, correlation |
/// | `jitter` | seconds between packets of the channel in this direction | weight, mean, deviation |
/// | `socket` | as `channel`, between addresses with their ports | as `channel` |
///
/// A packet of age `a` weighs `2^(-l a)`. With the weight `w = sum 2^(-l a)`, the mean `m` and
/// the variance `s^2` of a stream, primes for the other direction, and `r` the distance of a
/// value to the mean of its stream, itself included:
///
/// ```text
/// radius      = sqrt(s^4 + s'^4)
/// magnitude   = sqrt(m^2 + m'^2)
/// covariance  = sum 2^(-l a) r r' / (w + w'),   r' of the last value of the other direction
/// correlation = covariance / (s s')
/// ```
///
/// with `w` and `w'` both at the time of the packet. The last two are approximate, as values of
/// two directions have no pairs: the correlation may leave -1 to 1.
///
/// **Causal, not pointwise**: a row depends on itself and on earlier rows of the same call,
/// and on no later one. Rows must stand in the order of capture; a call begins without memory
/// of the calls before, and a [stream](oddity_core::FittedTransformer::stream) goes on from part
/// to part. Nothing is learnt in fit.
///
/// - A packet without ports, as Wireshark writes TLS, HTTP or DNS, belongs to the socket between
///   its addresses, over the same transport, that had a packet last.
/// - Weights do not decay where time steps back or is missing, and neither makes a value of
///   `jitter`.
/// - A packet whose length is missing adds nothing to the streams of lengths.
/// - Values that do not exist are missing (NaN): mean and deviation of the jitter before the
///   second packet, a correlation with a deviation of 0. Radius and magnitude before the first
///   answer are those of the one direction, the covariance is 0.
/// - Shapes: records of `n` rows to records of `n` rows and 20 more columns for each decay, 23
///   with the hardware address.
/// - Errors: a statistic beyond the range of numbers.
/// - Cost: time linear in rows times decays, memory in the streams remembered (`max_streams`)
///   besides the columns.
/// - This is the paper's table. The authors' code takes as a channel's lengths all that its sender
///   sends, adds most products of a covariance twice, writes variances under the name of deviations,
///   and takes 0 for the first interval and for a correlation that does not exist.
///
/// ```
/// use oddity_core::{Column, Records, Transformer};
/// use oddity_features::{DampedStats, DampedStatsParams, PacketInfo, PacketInfoParams};
///
/// let text = |texts: [&str; 3]| Column::Text(texts.into_iter().collect());
/// let packets = Records::new([
///     ("Time", Column::Numbers(vec![0.0, 0.5, 1.0])),
///     ("Source", text(["10.0.0.1", "10.0.0.2", "10.0.0.1"])),
///     ("Destination", text(["10.0.0.2", "10.0.0.1", "10.0.0.2"])),
///     ("Protocol", text(["ICMP"; 3])),
///     ("Length", Column::Numbers(vec![90.0, 40.0, 60.0])),
///     ("Info", text(["Echo (ping) request"; 3])),
/// ])?;
/// let parsed = PacketInfo::new(PacketInfoParams::default())?;
/// let parsed = parsed.fit(&packets.samples())?.transform(&packets.samples())?;
/// let damped = DampedStats::new(DampedStatsParams { decays: vec![1.0], ..Default::default() })?;
/// let damped = damped.fit(&parsed.view())?.transform(&parsed.view())?;
/// let damped = damped.view().records()?;
/// // The packet of a second ago weighs half as much as this one.
/// assert_eq!(damped.numbers("damped_1.channel.weight")?[2], 1.5);
/// assert_eq!(damped.numbers("damped_1.channel.mean")?, [90.0, 40.0, 70.0]);
/// assert_eq!(damped.numbers("damped_1.jitter.mean")?[2], 1.0);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// Y. Mirsky, T. Doitshman, Y. Elovici and A. Shabtai. Kitsune: an ensemble of autoencoders for
/// online network intrusion detection. NDSS 2018, doi:10.14722/ndss.2018.23204, section V and
/// table II.
#[derive(Clone, Debug)]
pub struct DampedStats {
    params: DampedStatsParams,
}

impl DampedStats {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for no decay, one that is not above 0 and finite or
    /// occurs twice, and for no stream to remember or more than a thousand million.
    pub fn new(params: DampedStatsParams) -> Result<DampedStats> {
        params.check()?;
        Ok(DampedStats { params })
    }
}

impl Transformer for DampedStats {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        // Nothing is learnt, but columns that are missing are told of early.
        let (records, mut names) = (train.records()?, PacketNames::new());
        names.read(records, self.params.columns())?;
        if let Some(hardware) = &self.params.hardware {
            names.addresses(records, hardware)?;
        }
        Ok(Box::new(FittedDampedStats { params: self.params.clone() }))
    }

    fn restore(&self, _: &State) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(FittedDampedStats { params: self.params.clone() }))
    }
}

struct FittedDampedStats {
    params: DampedStatsParams,
}

impl FittedTransformer for FittedDampedStats {
    fn causality(&self) -> Causality {
        Causality::Causal
    }

    fn state(&self) -> Option<State> {
        Some(State::new())
    }

    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        Streams::new(&self.params).transform(samples)
    }

    fn stream(&self) -> Option<Box<dyn TransformStream>> {
        Some(Box::new(Streams::new(&self.params)))
    }
}
