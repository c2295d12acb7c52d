//! The metadata file of `FFmpeg` (ffmpeg-formats, section "Metadata").

use super::problem::ChapterFormat;
use super::{Found, Told};
use crate::model::MediaTime;

/// Whether `text` begins as such a file does.
pub(super) fn is_ffmetadata(text: &str) -> bool {
    text.starts_with(";FFMETADATA")
}

/// One `[CHAPTER]` section; its times are counted in `base` seconds.
struct Section {
    line: u32,
    base: (u64, u64),
    start: Option<u64>,
    end: Option<u64>,
    title: String,
}

/// The chapters of `text`.
pub(super) fn read(text: &str) -> Found {
    let mut found = Found::new(ChapterFormat::Ffmetadata);
    let mut section: Option<Section> = None;
    let mut count = 0;
    let mut close = |found: &mut Found, section: Option<Section>| {
        if let Some(section) = section {
            count += 1;
            let time = |ticks: Option<u64>| ticks.and_then(|ticks| scaled(ticks, section.base));
            let (start, end) = (time(section.start), time(section.end));
            found.take(Told { count, line: section.line, start, end, title: &section.title });
        }
    };
    let mut lines = (1..).zip(text.split('\n'));
    while let Some((number, line)) = lines.next() {
        if line.starts_with([';', '#']) {
            continue;
        }
        if line.starts_with('[') {
            let is_chapter = line.trim_end().eq_ignore_ascii_case("[CHAPTER]");
            // Without a base the times are counted in nanoseconds.
            let new = Section {
                line: number,
                base: (1, 1_000_000_000),
                start: None,
                end: None,
                title: String::new(),
            };
            close(&mut found, std::mem::replace(&mut section, is_chapter.then_some(new)));
            continue;
        }
        let (Some(section), Some((key, value))) = (&mut section, line.split_once('=')) else {
            continue;
        };
        match key {
            "TIMEBASE" => section.base = base(value).unwrap_or(section.base),
            "START" => section.start = value.trim().parse().ok(),
            "END" => section.end = value.trim().parse().ok(),
            "title" => section.title = unescaped(value, &mut lines),
            _ => {}
        }
    }
    close(&mut found, section);
    found
}

fn base(value: &str) -> Option<(u64, u64)> {
    let (one, many) = value.trim().split_once('/')?;
    let base = (one.parse().ok()?, many.parse().ok()?);
    (base.1 > 0).then_some(base)
}

fn scaled(ticks: u64, (one, many): (u64, u64)) -> Option<MediaTime> {
    let micros = u128::from(ticks) * u128::from(one);
    let micros = micros.saturating_mul(1_000_000) / u128::from(many);
    u64::try_from(micros).ok().map(MediaTime::from_micros)
}

/// `value` without the backslashes before `=`, `;`, `#`, `\` and line ends;
/// after an escaped line end it goes on with the next of `lines`.
fn unescaped<'a>(value: &'a str, lines: &mut impl Iterator<Item = (u32, &'a str)>) -> String {
    let mut plain = String::new();
    let mut line = Some(value);
    while let Some(text) = line {
        let mut chars = text.chars();
        let mut goes_on = false;
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, true) => match chars.next() {
                    Some(escaped) => plain.push(escaped),
                    None => goes_on = true,
                },
                (c, false) => plain.push(c),
            }
        }
        line = if goes_on { lines.next().map(|(_, line)| line) } else { None };
        plain.extend(line.map(|_| ' '));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::super::tests::{titled, told};
    use crate::model::MediaTime;

    #[test]
    fn sections_are_chapters_in_their_own_time_base() {
        let text = ";FFMETADATA1\ntitle=The show\nartist=x\n\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\n\
                    END=60000\ntitle=One \\= 1\\; \\\\\n# a comment\n[STREAM]\ntitle=no\n[CHAPTER]\n\
                    TIMEBASE=1/1\nSTART=90\nEND=100\ntitle=Two\\\nlines\n[chapter]\nSTART=120000000000\n";
        let expected = [(0, "One = 1; \\"), (90_000, "Two lines"), (120_000, "Chapter 3")];
        assert_eq!(told(text), titled(&expected));
        let file = read(text.as_bytes()).unwrap();
        assert_eq!(file.chapters.all()[0].end, Some(MediaTime::from_secs(60)));
    }

    #[test]
    fn times_out_of_range_are_left_out() {
        let text = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=18446744073709551615/1\n\
                    START=18446744073709551615\n[CHAPTER]\nTIMEBASE=1/0\nSTART=5000000000\n";
        assert_eq!(told(text), titled(&[(5_000, "Chapter 1")]));
    }
}
