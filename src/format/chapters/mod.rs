//! Files' texts to chapters.
//!
//! [`read`] takes any file of chapters. What stands in the tags of audio files
//! comes here too where it is text: [`numbered`] and [`in_notes`].

mod ffmetadata;
mod json;
mod lines;
mod numbered;
mod problem;
mod psc;
mod time;

pub use lines::in_notes;
pub use numbered::numbered;
pub use problem::{ChapterFormat, ChapterRefusal};

use super::document::Document;
use super::problem::{MOST_PROBLEMS, Problem, ProblemKind, in_order};
use super::sniff::Format;
use super::source::Source;
use super::vtt;
use crate::model::{Chapter, Chapters, MediaTime};

/// What a file of chapters says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChapterFile {
    /// Every chapter that could be read, without those that the file hides.
    pub chapters: Chapters,
    /// What kind of file it is.
    pub format: ChapterFormat,
    /// What was wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a file of chapters of any kind; its content decides which.
///
/// # Errors
///
/// A [`ChapterRefusal`] if there is no chapter in it. A file that is only
/// partly readable is read, and its problems are told.
pub fn read(bytes: &[u8]) -> Result<ChapterFile, ChapterRefusal> {
    let source = Source::decode(bytes)?;
    let text: &str = &source.text;
    let begin = vtt::without_blanks(text);
    let found = match begin.as_bytes() {
        [] => return Err(ChapterRefusal::Empty),
        [b'{' | b'[', ..] if json::is_json(begin) => json::read(text)?,
        [b'<', ..] => psc::read(text),
        [b';', ..] if ffmetadata::is_ffmetadata(begin) => ffmetadata::read(begin),
        _ if vtt::has_header(begin) => webvtt(&source),
        _ if numbered::is_numbered(begin) => numbered::read(begin),
        _ => lines::read(text)?,
    };
    if found.chapters.is_empty() {
        return Err(ChapterRefusal::NoChapters(found.format));
    }
    Ok(found.finish())
}

/// Whether a file called `name` is one of chapters, whatever else it may look
/// like: `talk.chapters.vtt`.
pub fn holds_chapters(name: &str) -> bool {
    name.to_ascii_lowercase().contains(".chapters.")
}

impl ChapterFile {
    /// The file as a document that has chapters and no cues.
    pub fn into_document(self) -> Document<'static> {
        let Self { chapters, problems, .. } = self;
        Document { chapters, problems, ..Document::new(Format::Chapters) }
    }
}

/// Whether `text` is nothing but chapters, as lines of `0:00 Title`, as `FFmpeg`
/// writes them or as Vorbis comments: a file that must not be taken for a
/// transcript.
pub(super) fn is_list(text: &str) -> bool {
    ffmetadata::is_ffmetadata(text) || numbered::is_numbered(text) || lines::is_list(text)
}

/// The latest start of a chapter that is believed: 999:59:59.
const LATEST: MediaTime = MediaTime::from_secs(3_599_999);

/// One chapter as a file tells it.
#[derive(Clone, Copy, Default)]
struct Told<'a> {
    /// Which of the file it is, counted from 1.
    count: u32,
    /// The line on which it begins, counted from 1.
    line: u32,
    start: Option<MediaTime>,
    end: Option<MediaTime>,
    title: &'a str,
}

/// Chapters as they are found in a file, in its order.
struct Found {
    format: ChapterFormat,
    chapters: Vec<Chapter>,
    problems: Vec<Problem>,
}

impl Found {
    fn new(format: ChapterFormat) -> Self {
        Self { format, chapters: Vec::new(), problems: Vec::new() }
    }

    fn report(&mut self, line: u32, kind: ProblemKind) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { line, column: 1, kind });
        }
    }

    /// Takes a chapter of the file as it is told.
    fn take(&mut self, told: Told<'_>) {
        let Told { count, line, start, end, title } = told;
        let Some(start) = start.filter(|&start| start <= LATEST) else {
            return self.report(line, ProblemKind::ChapterTime(count));
        };
        if title.trim().is_empty() {
            self.report(line, ProblemKind::ChapterTitle(count));
        }
        if self.chapters.last().is_some_and(|before| start < before.start) {
            self.report(line, ProblemKind::ChapterOrder(count));
        }
        self.chapters.push(Chapter::new(start, end, title));
    }

    fn finish(self) -> ChapterFile {
        let Self { format, chapters, problems } = self;
        ChapterFile { chapters: Chapters::new(chapters), format, problems }
    }
}

/// WebVTT of the kind "chapters": the cues are the chapters.
fn webvtt(source: &Source<'_>) -> Found {
    let mut found = Found::new(ChapterFormat::WebVtt);
    let document = vtt::read(source);
    for (count, cue) in (1..).zip(&document.cues) {
        let (start, end, title) = (cue.start, cue.end, &cue.text);
        found.take(Told { count, line: cue.line, start, end, title });
    }
    found.problems.extend(document.problems);
    in_order(&mut found.problems);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is shown of `text`: starts in milliseconds and titles.
    pub(super) fn told(text: &str) -> Vec<(u64, String)> {
        let file = read(text.as_bytes()).unwrap();
        let chapters = file.chapters.all().iter();
        chapters.map(|chapter| (chapter.start.as_millis(), chapter.title.clone())).collect()
    }

    /// What is wrong with `text`: lines and kinds.
    pub(super) fn wrong(text: &str) -> Vec<(u32, ProblemKind)> {
        let file = read(text.as_bytes()).unwrap();
        file.problems.into_iter().map(|problem| (problem.line, problem.kind)).collect()
    }

    pub(super) fn titled(chapters: &[(u64, &str)]) -> Vec<(u64, String)> {
        chapters.iter().map(|&(start, title)| (start, title.to_owned())).collect()
    }

    #[test]
    fn the_cues_of_webvtt_are_chapters() {
        let text = "WEBVTT\n\nintro\n00:00:00.000 --> 00:00:10.000\nIntro &amp; <i>hello</i>\n\n\
                    2\n00:00:10.000 --> 00:01:00.500\nTwo\nlines\n";
        assert_eq!(told(text), titled(&[(0, "Intro & hello"), (10_000, "Two lines")]));
        assert_eq!(read(text.as_bytes()).unwrap().format, ChapterFormat::WebVtt);
    }

    #[test]
    fn what_holds_no_chapters_is_refused_by_its_kind() {
        let refusal = |text: &str| read(text.as_bytes()).unwrap_err();
        assert_eq!(refusal(" \n"), ChapterRefusal::Empty);
        assert_eq!(refusal("WEBVTT\n\n"), ChapterRefusal::NoChapters(ChapterFormat::WebVtt));
        assert_eq!(refusal("<html></html>"), ChapterRefusal::NoChapters(ChapterFormat::Psc));
        assert_eq!(refusal("{\"chapters\":[]}"), ChapterRefusal::NoChapters(ChapterFormat::Json));
        assert_eq!(refusal("Hello there."), ChapterRefusal::Unknown);
        assert!(matches!(read(b"ID3\x04rest"), Err(ChapterRefusal::NotText(_))));
    }

    #[test]
    fn no_title_holds_what_a_terminal_obeys() {
        for text in [
            "0:00 a\u{1b}[2J\n1:00 b\u{202e}c\n2:00 d",
            "{\"chapters\":[{\"startTime\":0,\"title\":\"a\\u001b[2J\\u202e\"}]}",
            "<psc:chapter start=\"0\" title=\"a&#27;[2J&#x202e;\"/>",
            "WEBVTT\n\n00:00.000 --> 00:01.000\na\u{1b}[2J\u{202e}",
            "CHAPTER01=00:00:00.000\nCHAPTER01NAME=a\u{1b}[2J\u{202e}",
            ";FFMETADATA1\n[CHAPTER]\nSTART=0\ntitle=a\u{1b}[2J\u{202e}",
        ] {
            for (_, title) in told(text) {
                assert!(!title.contains(['\u{1b}', '\u{202e}']), "{title:?} of {text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_chapters_in_order_or_a_refusal(
            head in "(\\{\"chapters\":\\[|<|;FFMETADATA1\n|WEBVTT\n\n|CHAPTER01=|0:00 a\n)?",
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let bytes = [head.as_bytes(), &bytes].concat();
            if let Ok(file) = read(&bytes) {
                prop_assert!(file.chapters.all().is_sorted_by_key(|chapter| chapter.start));
                prop_assert!(file.chapters.all().iter().all(|chapter| !chapter.title.is_empty()));
            }
        }

        #[test]
        fn any_text_of_the_right_letters_gives_chapters_or_a_refusal(
            text in "(0:0|1:00|[0-9:.,]|[\\[\\]<>=/\"'{}&;#\n -]|chapter|start|title|CHAPTER0|NAME|x){0,60}",
        ) {
            if let Ok(file) = read(text.as_bytes()) {
                prop_assert!(!file.chapters.is_empty());
            }
        }
    }
}
