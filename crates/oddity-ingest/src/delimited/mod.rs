//! Delimited text (CSV and its relatives) to Arrow, parsed in parallel chunks that respect
//! quotes.

mod blocks;
mod category;
mod cursor;
mod dialect;
mod fault;
mod header;
mod number;
mod open;
mod reader;
mod time;
mod typed;

pub use dialect::{Dialect, Encoding};
pub use typed::ColumnType;

pub(crate) use blocks::{Block, Blocks};
pub(crate) use category::Categories;
pub(crate) use cursor::{After, Cursor, Field};
pub(crate) use fault::Fault;
pub(crate) use header::Header;
pub(crate) use number::{is_missing, is_number};
pub(crate) use open::{ColumnSpec, look_at_first, open};
pub(crate) use reader::{DelimitedBatches, Parallel};
pub(crate) use time::{seconds, wall_clock};
