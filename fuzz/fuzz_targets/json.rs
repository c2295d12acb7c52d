//! JSON of every kind.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"{", bytes);
});
