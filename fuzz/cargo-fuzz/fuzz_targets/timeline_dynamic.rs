//! libFuzzer on the target `timeline_dynamic`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("timeline_dynamic", bytes));
