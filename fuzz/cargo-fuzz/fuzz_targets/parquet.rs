//! libFuzzer on the target `parquet`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("parquet", bytes));
