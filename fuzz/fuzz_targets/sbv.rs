//! SBV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"0:00:01.000,0:00:02.000\n", bytes);
});
