//! KDD Cup 99 and NSL-KDD: network connections as 41 features, with the attack by name.
//!
//! KDD Cup 99: Stolfo, Fan, Lee, Prodromidis and Chan 2000, "Cost-based modeling for fraud and
//! intrusion detection", doi:10.1109/DISCEX.2000.821515. NSL-KDD: Tavallaee, Bagheri, Lu and
//! Ghorbani 2009, "A detailed analysis of the KDD CUP 99 data set",
//! doi:10.1109/CISDA.2009.5356528.
//!
//! Neither has a header. KDD Cup 99 has 42 columns, and its labels end in a dot, which is cut
//! off; NSL-KDD has 43, the last of which is the difficulty: how many of 21 classifiers got
//! the row right. [`open()`] tells them apart by the first row. `protocol_type`, `service`,
//! `flag` and the label are dictionary-encoded; the other features are numbers. The label has
//! the role of a label, the difficulty that of a key, since it was made with the label.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};

use crate::delimited::{Blocks, ColumnSpec, ColumnType, Dialect, look_at_first};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, ReadOptions, Result, Role};

/// The features, in order.
pub const FEATURES: [&str; 41] = [
    "duration",
    "protocol_type",
    "service",
    "flag",
    "src_bytes",
    "dst_bytes",
    "land",
    "wrong_fragment",
    "urgent",
    "hot",
    "num_failed_logins",
    "logged_in",
    "num_compromised",
    "root_shell",
    "su_attempted",
    "num_root",
    "num_file_creations",
    "num_shells",
    "num_access_files",
    "num_outbound_cmds",
    "is_host_login",
    "is_guest_login",
    "count",
    "srv_count",
    "serror_rate",
    "srv_serror_rate",
    "rerror_rate",
    "srv_rerror_rate",
    "same_srv_rate",
    "diff_srv_rate",
    "srv_diff_host_rate",
    "dst_host_count",
    "dst_host_srv_count",
    "dst_host_same_srv_rate",
    "dst_host_diff_srv_rate",
    "dst_host_same_src_port_rate",
    "dst_host_srv_diff_host_rate",
    "dst_host_serror_rate",
    "dst_host_srv_serror_rate",
    "dst_host_rerror_rate",
    "dst_host_srv_rerror_rate",
];

/// The column of the label.
pub const LABEL: &str = "label";

/// The column of the difficulty, in NSL-KDD.
pub const DIFFICULTY: &str = "difficulty";

/// The label of rows that are no attack.
pub const NORMAL: &str = "normal";

/// The features that are names.
const SYMBOLIC: [&str; 3] = ["protocol_type", "service", "flag"];

/// Opens a file of either set, plain or gzip.
///
/// # Errors
///
/// [`Error::Format`] for rows of another width, and those of delimited text.
///
/// ```
/// use oddity_ingest::{Input, ReadOptions, Role, kdd};
///
/// let zeros = "0,".repeat(37);
/// let bytes = format!("0,tcp,http,SF,{zeros}normal.\n").into_bytes();
/// let input = Input::Bytes { name: "kddcup.data".to_owned(), bytes };
/// let table = kdd::open(input, &ReadOptions::default())?.read_all()?;
/// assert_eq!(table.columns(Role::Feature).count(), 41);
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
pub fn open(input: impl Into<Input>, options: &ReadOptions) -> Result<BatchReader> {
    let source = ByteSource::open(input.into(), options)?;
    let file = source.name().to_owned();
    let dialect = Dialect::default();
    let mut blocks = Blocks::new(source, dialect.quote, options.max_record);
    let width = look_at_first(&mut blocks, dialect, |_, fields| Ok(fields.len()))?;
    if width != 42 && width != 43 {
        let found = format!("{width} columns");
        let wanted = "42 columns (KDD Cup 99) or 43 (NSL-KDD)";
        return Err(Error::Format { file, found, wanted });
    }
    let mut specs: Vec<ColumnSpec> = FEATURES
        .iter()
        .map(|name| {
            let symbolic = SYMBOLIC.contains(name);
            let column = if symbolic { ColumnType::Category } else { ColumnType::Number };
            ColumnSpec::new(*name, column, Role::Feature)
        })
        .collect();
    specs.push(ColumnSpec::new(LABEL, ColumnType::Category, Role::Label));
    if width == 43 {
        specs.push(ColumnSpec::new(DIFFICULTY, ColumnType::Integer, Role::Key));
        return Ok(crate::delimited::open(blocks, dialect, &specs, options));
    }
    let reader = crate::delimited::open(blocks, dialect, &specs, options);
    let (schema, roles) = (reader.schema().clone(), reader.roles().to_vec());
    let mut known = None;
    Ok(reader.map(schema, roles, move |batch| without_dots(batch, &mut known)))
}

/// The names of a batch before and after their dots were cut off.
type Names = (ArrayRef, ArrayRef);

/// The same batch with labels that do not end in a dot. Batches that share their names share
/// them afterwards, too: `known` are those of the batch before.
fn without_dots(batch: RecordBatch, known: &mut Option<Names>) -> Result<RecordBatch> {
    let (schema, mut columns, _) = batch.into_parts();
    let Some(label) = columns.last_mut() else { return Ok(RecordBatch::new_empty(schema)) };
    let dictionary = label.as_dictionary::<Int32Type>();
    let names = match &*known {
        Some((dotted, bare)) if Arc::ptr_eq(dotted, dictionary.values()) => Arc::clone(bare),
        _ => {
            let names = dictionary.values().as_string::<i32>().iter().flatten();
            let bare: StringArray = names.map(|name| Some(name.trim_end_matches('.'))).collect();
            let bare: ArrayRef = Arc::new(bare);
            *known = Some((Arc::clone(dictionary.values()), Arc::clone(&bare)));
            bare
        }
    };
    let keys = dictionary.keys().clone();
    *label = Arc::new(DictionaryArray::new(keys, names));
    let failed = |e| Error::Columnar { file: "labels".to_owned(), source: Box::new(e) };
    RecordBatch::try_new(schema, columns).map_err(failed)
}

/// What kind of attack a label names.
///
/// Published lists differ in two labels of the test data: `worm` is denial of service here and
/// R2L in others, `httptunnel` is R2L here and U2R in others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttackCategory {
    /// No attack.
    Normal,
    /// Denial of service.
    Dos,
    /// Looking for hosts and weaknesses.
    Probe,
    /// From a remote machine to a local account.
    R2l,
    /// From an account to the rights of the administrator.
    U2r,
}

impl AttackCategory {
    /// The category of a label, with or without a dot at its end; `None` for a label that
    /// neither set has.
    pub fn of(label: &str) -> Option<AttackCategory> {
        Some(match label.trim_end_matches('.') {
            NORMAL => AttackCategory::Normal,
            "apache2" | "back" | "land" | "mailbomb" | "neptune" | "pod" | "processtable"
            | "smurf" | "teardrop" | "udpstorm" | "worm" => AttackCategory::Dos,
            "ipsweep" | "mscan" | "nmap" | "portsweep" | "saint" | "satan" => AttackCategory::Probe,
            "ftp_write" | "guess_passwd" | "httptunnel" | "imap" | "multihop" | "named" | "phf"
            | "sendmail" | "snmpgetattack" | "snmpguess" | "spy" | "warezclient"
            | "warezmaster" | "xlock" | "xsnoop" => AttackCategory::R2l,
            "buffer_overflow" | "loadmodule" | "perl" | "ps" | "rootkit" | "sqlattack"
            | "xterm" => AttackCategory::U2r,
            _ => return None,
        })
    }

    /// Its name: `normal`, `DoS`, `Probe`, `R2L`, `U2R`.
    pub fn name(self) -> &'static str {
        match self {
            AttackCategory::Normal => NORMAL,
            AttackCategory::Dos => "DoS",
            AttackCategory::Probe => "Probe",
            AttackCategory::R2l => "R2L",
            AttackCategory::U2r => "U2R",
        }
    }
}
