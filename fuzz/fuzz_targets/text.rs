//! Text with times, and without.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"00:00:01 ", bytes);
    sayagain_fuzz::endure(b"so ", bytes);
});
