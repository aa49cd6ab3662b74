//! libFuzzer on the target `timeline_l2t`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("timeline_l2t", bytes));
