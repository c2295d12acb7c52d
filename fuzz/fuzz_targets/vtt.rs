//! WebVTT, kindly and to the letter.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"WEBVTT\n", bytes);
    sayagain_fuzz::verbatim(&[b"WEBVTT\n", bytes].concat());
});
