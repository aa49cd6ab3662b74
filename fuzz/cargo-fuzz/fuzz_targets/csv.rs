//! libFuzzer on the target `csv`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("csv", bytes));
