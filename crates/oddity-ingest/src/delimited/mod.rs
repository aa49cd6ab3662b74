//! Delimited text (CSV and its relatives) to Arrow, parsed in parallel chunks that respect
//! quotes.

mod blocks;
mod category;
mod column;
mod decimals;
mod dialect;
mod dictionary;
mod fault;
mod header;
mod masks;
mod number;
mod open;
mod parallel;
mod reader;
mod scan;
mod text;
mod time;
mod typed;

pub use dialect::Encoding;
pub use typed::ColumnType;

pub(crate) use blocks::{Block, Blocks};
pub(crate) use category::Categories;
pub(crate) use dialect::Dialect;
pub(crate) use fault::{Fault, FaultKind};
pub(crate) use header::Header;
pub(crate) use number::{flag, is_missing, is_number};
pub(crate) use open::{ColumnSpec, look_at_first, open};
pub(crate) use parallel::Parallel;
pub(crate) use reader::DelimitedBatches;
pub(crate) use scan::{Records, Scanner};
pub(crate) use text::{Field, Text};
pub(crate) use time::{days_since_1970, seconds, wall_clock};
