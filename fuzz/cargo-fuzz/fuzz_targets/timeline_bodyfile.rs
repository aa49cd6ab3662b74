//! libFuzzer on the target `timeline_bodyfile`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("timeline_bodyfile", bytes));
