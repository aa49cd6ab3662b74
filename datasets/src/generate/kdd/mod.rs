//! Connection records shaped like NSL-KDD and KDD Cup 99, for tests and smoke runs without
//! the real data.
//!
//! KDD Cup 99 (Lee and Stolfo 2000, "A framework for constructing features and models for
//! intrusion detection systems", doi:10.1145/382912.382914; Stolfo et al. 2000, "Cost-based
//! modeling for fraud and intrusion detection", doi:10.1109/DISCEX.2000.821515) describes each
//! network connection of a simulated air base by 41 features and a label; NSL-KDD (Tavallaee et
//! al. 2009, doi:10.1109/CISDA.2009.5356528) is a selection of it without repeated records. The
//! data made here is called [`NSL_NAME`] or [`CUP_NAME`], never `nsl-kdd` or `kddcup99`, and a
//! report that shows a figure of it prints [`NSL_DIFFERENCES`] or [`CUP_DIFFERENCES`].
//!
//! # How a record comes about
//!
//! Normal sessions of 26 kinds (web, mail, names, transfers, logins, pings, ..) start at random
//! times between 3,100 hosts and put their connections in order of time. Attacks of 39 labels
//! start beside them whenever fewer of their records are out than are due: floods, sweeps,
//! scans, guessed passwords, sessions of intruders. Each connection has bytes, duration, flag
//! and content features drawn from quantiles written by hand. Then the sensor looks at it
//! together with others.
//!
//! # The features
//!
//! Features 1 to 22 are of the connection itself. The others are computed from the connections
//! generated, the current one included:
//!
//! - *The last two seconds*, at most 511 connections. `count`: those to the same host;
//!   `srv_count`: those to the same service. `serror_rate` and `rerror_rate`: the shares of the
//!   first that ended with a SYN error (S0, S1, S2, S3, SH) and a REJ error (REJ, RSTO, RSTR,
//!   RSTOS0), `srv_serror_rate` and `srv_rerror_rate` those of the second. `same_srv_rate`: the
//!   share of `count` to the same service. `diff_srv_rate`: the number of different services
//!   over `count`, and `srv_diff_host_rate`: the number of different hosts over `srv_count`, or
//!   0 where there is one.
//! - *The host window*: the last connections in the order of hosts and, within a host, of time;
//!   255 of them, or [`KddParams::host_window`]. `dst_host_count`, `dst_host_srv_count` and the
//!   rates are as above; `dst_host_same_src_port_rate` is the share of `dst_host_count` from
//!   the same source port.
//!
//! Ports without a name are services of their own. What the papers leave open (the flags, the
//! rates of different services and hosts, the size and filling of the host window) is as found
//! in the published records: their authors write of 100 connections, but the data reaches 255.
//! Rates have two decimals.
//!
//! # The formats
//!
//! [`KddFormat::NslKdd`] writes the 41 features, the label and a difficulty, without a header.
//! There repeated floods are thinned out (22 % of a SYN flood's records are kept, 2 % of an echo
//! flood's), and records stand in random order within blocks of 2,048. [`KddFormat::KddCup99`]
//! writes every record in order of time, with a dot behind the label and no difficulty. The
//! difficulty, which in NSL-KDD is the number of 21 learned classifiers that got the record
//! right, is drawn here from quantiles of each label: it is no classifier's.
//!
//! # How it differs from NSL-KDD
//!
//! Compared on files of the published sizes (125,973 and 22,544 records, seed 0):
//!
//! - Alike by design: the share of normal records and of each label, the range of every
//!   column, and roughly the shares of protocols (83 % TCP, there 82 %), flags (60 % SF, 26 %
//!   S0, there 59 % and 28 %) and frequent services (35 % http, there 32 %). Of http records 97
//!   % are normal, there 94 %.
//! - Easier to learn: a decision tree fitted on the training part is right on 91 % of the test
//!   part, there on 81 %; logistic regression on 91 %, there on 75 %. One-class PCA (80 % of the
//!   variance of normal records) has a ROC AUC of 0.96, there 0.94. A tree fitted on generated
//!   records is right on 77 % of the real test part.
//! - Heavy tails are missing: `src_bytes` and `dst_bytes` end at 5.2 million, there at 1.4
//!   thousand million; `num_compromised` and `num_root` end at 3 and 20, there at 7,479 and
//!   7,468. `is_host_login` is always 0, as `num_outbound_cmds` is in both.
//! - Hosts inside are addressed by few numbers and hosts outside by many, so that short host
//!   windows are filled from other neighbours; `srv_diff_host_rate` is higher (0.18 on average,
//!   there 0.10), as normal web traffic goes to more hosts at a time.
//! - About 4 % of the records repeat another one; NSL-KDD has none. Of the 70 services aol,
//!   harvest, http_2784, http_8001, pm_dump, red_i and urh_i never occur.
//! - Payloads do not exist: content features are drawn for each label, not read out of a
//!   session.
//!
//! # What a seed fixes
//!
//! A record depends on all parameters but `n_rows`: more rows continue a file. Draws are in
//! whole-number arithmetic, so that a seed gives the same bytes on every machine.

mod attacks;
mod connection;
mod normal;
mod params;
mod record;
mod services;
mod step;
mod traffic;
mod windows;

use std::io::Write;

use oddity_core::Seed;

pub use attacks::KddCategory;
pub use params::{KddFormat, KddParams, KddSubset};

use self::record::Records;
use crate::{Error, Result};

/// The name of generated records in the format of NSL-KDD.
pub const NSL_NAME: &str = "nsl-kdd-generated";

/// The name of generated records in the format of KDD Cup 99.
pub const CUP_NAME: &str = "kddcup99-generated";

/// What a report says beside figures of generated records in the format of NSL-KDD.
pub const NSL_DIFFERENCES: &str = "nsl-kdd-generated: records of network traffic made by \
    hand-written sessions and attacks, with the features of NSL-KDD computed from them. They \
    share its columns, labels and shares of labels, but no record of it, and are easier to tell \
    apart: figures on them say whether code works, not how well a method works.";

/// What a report says beside figures of generated records in the format of KDD Cup 99.
pub const CUP_DIFFERENCES: &str = "kddcup99-generated: records of network traffic made by \
    hand-written sessions and attacks, with the features of KDD Cup 99 computed from them. They \
    share its columns, labels and shares of labels, but no record of it, and are easier to tell \
    apart: figures on them say whether code works, not how well a method works.";

/// Bytes gathered before they are handed on.
const BLOCK: usize = 1 << 16;

/// A generator of one file of records.
///
/// ```
/// use oddity_datasets::generate::{KddGenerator, KddParams};
///
/// let generator = KddGenerator::new(KddParams { n_rows: 1000, ..KddParams::default() })?;
/// let mut file = Vec::new();
/// generator.write(&mut file)?;
/// let text = String::from_utf8_lossy(&file);
/// assert_eq!(text.lines().count(), 1000);
/// assert!(text.lines().all(|line| line.split(',').count() == 43));
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KddGenerator {
    params: KddParams,
}

impl KddGenerator {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: KddParams) -> Result<KddGenerator> {
        params.check()?;
        Ok(KddGenerator { params })
    }

    /// What is generated.
    pub fn params(&self) -> &KddParams {
        &self.params
    }

    /// The name of the data.
    pub fn name(&self) -> &'static str {
        self.params.name()
    }

    /// How the data differs from what it is shaped like.
    pub fn differences(&self) -> &'static str {
        match self.params.format {
            KddFormat::NslKdd => NSL_DIFFERENCES,
            KddFormat::KddCup99 => CUP_DIFFERENCES,
        }
    }

    /// Writes one file in the format chosen. Memory does not grow with the number of rows.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `sink` refuses.
    pub fn write(&self, sink: &mut dyn Write) -> Result<()> {
        let mut text = Vec::with_capacity(2 * BLOCK);
        let mut records = Records::new(&self.params);
        for _ in 0..self.params.n_rows {
            records.push_next(&mut text);
            if BLOCK <= text.len() {
                sink.write_all(&text).map_err(Error::io("write", self.name()))?;
                text.clear();
            }
        }
        sink.write_all(&text).map_err(Error::io("write", self.name()))
    }
}

/// The category of a label; nothing for `normal` and for labels that neither part has.
///
/// ```
/// use oddity_datasets::generate::{KddCategory, kdd_category};
///
/// assert_eq!(kdd_category("smurf"), Some(KddCategory::Dos));
/// assert_eq!(kdd_category("normal"), None);
/// ```
pub fn kdd_category(label: &str) -> Option<KddCategory> {
    let mut all = attacks::ATTACKS.iter().copied().flatten();
    all.find(|attack| attack.name == label).map(|attack| attack.category)
}

/// The seed of a file's traffic.
fn seed(params: &KddParams) -> Seed {
    Seed(params.seed).derive(u64::from(params.subset == KddSubset::Test))
}
