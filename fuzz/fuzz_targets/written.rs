//! What is read, written in every format and read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::rewrite(bytes);
});
