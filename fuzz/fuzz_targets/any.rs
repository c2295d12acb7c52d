//! Any bytes: encodings, and which format it is.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"", bytes);
});
