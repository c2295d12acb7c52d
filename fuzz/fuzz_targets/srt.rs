//! SubRip.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"1\n00:00:01,000 --> 00:00:02,000\n", bytes);
});
