//! Fetching datasets from servers on loopback that break off, lie, stall and serve wrong bytes.
//!
//! Encrypted connections cannot be tested here: that needs a certificate that the client
//! trusts. They are the library's, and what happens above them is the same.

mod download;
mod real_data;
mod server;
mod unpack;
