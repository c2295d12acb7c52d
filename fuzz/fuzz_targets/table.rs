//! Tables with tabs and commas, and labels.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for begin in ["start\tend\ttext\n", "start,end,speaker,text\n", "0.5\t1.5\tx\n"] {
        sayagain_fuzz::endure(begin.as_bytes(), bytes);
    }
});
