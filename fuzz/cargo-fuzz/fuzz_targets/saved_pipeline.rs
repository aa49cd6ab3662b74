//! libFuzzer on the target `saved_pipeline`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("saved_pipeline", bytes));
