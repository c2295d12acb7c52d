//! LRC.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"[00:01.00]", bytes);
});
