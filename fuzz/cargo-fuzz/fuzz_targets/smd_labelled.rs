//! libFuzzer on the target `smd_labelled`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("smd_labelled", bytes));
