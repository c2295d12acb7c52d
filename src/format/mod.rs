//! Stub
#![expect(missing_docs, reason = "stub")]
use crate::model::{CueDraft, MediaTime, Transcript, TranscriptBuilder};
pub struct Problem {
    pub line: u32,
}
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("x")
    }
}
pub struct Parsed {
    pub transcript: Transcript,
    pub title: Option<String>,
    pub problems: Vec<Problem>,
}
pub fn is_audio(h: &[u8]) -> Option<&'static str> {
    h.starts_with(b"ID3").then_some("MP3")
}
pub fn read(b: &[u8], _n: &str) -> Result<Parsed, String> {
    let t = String::from_utf8_lossy(b);
    let mut bl = TranscriptBuilder::default();
    let ts = |s: &str| {
        let p: Vec<f64> = s.trim().split(':').map(|x| x.parse().unwrap_or(0.0)).collect();
        let s: f64 = p.iter().fold(0.0, |a, x| a * 60.0 + x);
        MediaTime::from_millis((s * 1000.0).round() as u64)
    };
    let ls: Vec<&str> = t.lines().collect();
    let mut i = 0;
    while i < ls.len() {
        if let Some((a, b)) = ls[i].split_once("-->") {
            let mut x = ls.get(i + 1).copied().unwrap_or("").to_string();
            let mut sp = None;
            if let Some(r) = x.clone().strip_prefix("<v ") {
                if let Some((n, q)) = r.split_once('>') {
                    sp = Some(n.to_string());
                    x = q.to_string();
                }
            }
            bl.push(&CueDraft {
                start: Some(ts(a)),
                end: ts(b),
                text: &x,
                speaker: sp.as_deref(),
                ..Default::default()
            });
        }
        i += 1;
    }
    Ok(Parsed { transcript: bl.build(), title: None, problems: vec![] })
}
