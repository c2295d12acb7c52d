//! YouTube's XML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"<timedtext><p t=\"1\" d=\"9000\">", bytes);
});
