//! libFuzzer on the target `ipc`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oddity_fuzz::fuzz("ipc", bytes));
