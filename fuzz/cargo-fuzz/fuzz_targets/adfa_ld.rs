//! libFuzzer on the target `adfa_ld`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("adfa_ld", bytes));
