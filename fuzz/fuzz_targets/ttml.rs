//! TTML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"<tt><p begin=\"1s\" end=\"9s\">", bytes);
});
