//! libFuzzer on the target `smd`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("smd", bytes));
