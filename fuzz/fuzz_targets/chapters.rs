//! Files of chapters, and the notes of episodes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sayagain_fuzz::chapters(bytes);
});
