//! The Markdown that `convert` writes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::endure(b"[0:01](#t=1,2) ", bytes);
});
