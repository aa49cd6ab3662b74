//! libFuzzer on the target `device_traffic`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("device_traffic", bytes));
