//! ASS and SSA.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"[Script Info]\n[Events]\n", bytes);
});
