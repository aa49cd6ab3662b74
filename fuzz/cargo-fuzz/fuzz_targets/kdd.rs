//! libFuzzer on the target `kdd`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("kdd", bytes));
