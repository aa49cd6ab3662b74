//! libFuzzer on the target `hai_labelled`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("hai_labelled", bytes));
