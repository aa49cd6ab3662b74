//! libFuzzer on the target `hai`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("hai", bytes));
