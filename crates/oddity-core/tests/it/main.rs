//! Tests of the contracts, a module a subject.

mod pipeline;
mod predicted;
mod samples;
mod windows;
