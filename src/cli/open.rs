//! What the files named on the command line are, and what belongs to them.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::shelf;
use crate::app::Weight;
use crate::audio;
use crate::format::chapters::{self, ChapterFile};
use crate::format::{self, Parsed, Refusal};
use crate::model::episode::Episode;
use crate::model::playback::Media;
use crate::model::{Chapters, Transcript, text};
use crate::run::Read;
use crate::store::{self, EpisodeKey, Paired, Pipe, Reason};
use crate::tags::{self, Tags};

/// An episode with everything that was found for it.
pub(super) struct Opened {
    pub(super) title: String,
    pub(super) media: Option<Media>,
    pub(super) transcript: Transcript,
    /// Why the transcript that there is cannot be read.
    pub(super) unread: Option<String>,
    pub(super) chapters: Chapters,
    pub(super) key: EpisodeKey,
    /// The show, by the tags.
    pub(super) show: Option<String>,
    /// Where the transcript is.
    pub(super) read: Option<PathBuf>,
    /// What was found or is missing, to be said first.
    pub(super) told: Vec<(String, Weight)>,
}

impl Opened {
    /// Nothing but a title, of what has this content.
    fn new(title: String, key: EpisodeKey) -> Self {
        Self {
            title,
            media: None,
            transcript: Transcript::default(),
            unread: None,
            chapters: Chapters::default(),
            key,
            show: None,
            read: None,
            told: Vec::new(),
        }
    }

    /// What is known of it, as if it were of the library; `None` of what is no
    /// file.
    pub(super) fn episode(&self) -> Option<Episode> {
        let audio = match &self.media {
            Some(Media::File(path)) => Some(path.clone()),
            Some(_) => return None,
            None => None,
        };
        let transcript = self.read.as_deref().map(absolute);
        audio.as_ref().or(transcript.as_ref())?;
        Some(Episode {
            key: self.key.to_string(),
            title: self.title.clone(),
            show: self.show.clone().unwrap_or_default(),
            cues: self.transcript.cues().len(),
            audio,
            transcript,
            ..Episode::default()
        })
    }
}

/// The built-in sample: a tour of the program.
const SAMPLE_AUDIO: &[u8] = include_bytes!("../../assets/sample/episode.mp3");
const SAMPLE_TRANSCRIPT: &[u8] = include_bytes!("../../assets/sample/episode.vtt");
const SAMPLE_CHAPTERS: &[u8] = include_bytes!("../../assets/sample/episode.chapters.vtt");

/// How many of the first bytes tell what comes through a pipe from others.
const KEY_BYTES: usize = 4_096;

/// Endings of audio files: one that holds something else is a mistake that is
/// worth naming.
const AUDIO_ENDINGS: &[&str] = &[
    "mp3", "mp2", "m4a", "m4b", "mp4", "aac", "ogg", "oga", "opus", "flac", "wav", "aiff", "aif",
    "aifc", "caf", "mka", "mkv", "webm", "mp1", "mpga",
];

/// Finds out what the two files are, in whatever order they come.
///
/// # Errors
///
/// A file that cannot be read, or that is of no use; the message says what and
/// what now.
pub(super) fn open(first: Option<&Path>, second: Option<&Path>) -> anyhow::Result<Opened> {
    let given = |path: Option<&Path>| path.map(Given::new).transpose();
    match (given(first)?, given(second)?) {
        (None, _) => sample(),
        (Some(given), None) => match (given.kind()?, given) {
            (Kind::Audio, Given::File(path)) => episode(&path),
            (Kind::Audio, Given::Pipe(pipe)) => piped_episode(pipe),
            (Kind::Transcript, Given::File(path)) => alone(&path),
            (Kind::Transcript, Given::Pipe(pipe)) => alone_in(pipe),
        },
        (Some(first), Some(second)) => match (first.kind()?, second.kind()?) {
            (Kind::Audio, Kind::Transcript) => both(first, second),
            (Kind::Transcript, Kind::Audio) => both(second, first),
            (Kind::Audio, Kind::Audio) => {
                let (first, second) = (first.shown(), second.shown());
                bail!("both {first} and {second} are audio: give one, and its transcript")
            }
            (Kind::Transcript, Kind::Transcript) => {
                let (first, second) = (first.shown(), second.shown());
                bail!("neither {first} nor {second} is audio: give one of them")
            }
        },
    }
}

/// Makes sure that there is anything: audio that can be played, or a
/// transcript to read.
///
/// # Errors
///
/// Why the audio cannot be played, if it is all that there is.
pub(super) fn is_of_use(opened: &Opened) -> anyhow::Result<()> {
    let Opened { media, transcript, unread, .. } = opened;
    if let Some(media @ Media::File(_)) = media
        && transcript.cues().is_empty()
        && unread.is_none()
    {
        audio::Track::open(media).map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

/// What was named on the command line.
enum Given {
    File(PathBuf),
    Pipe(Pipe),
}

/// What a file is to be used as.
#[derive(Clone, Copy)]
enum Kind {
    Audio,
    Transcript,
}

impl Given {
    fn new(path: &Path) -> anyhow::Result<Self> {
        Ok(match store::pipe(path)? {
            Some(pipe) => Self::Pipe(pipe),
            None => Self::File(path.to_owned()),
        })
    }

    fn shown(&self) -> String {
        match self {
            Self::File(path) => shown(path),
            Self::Pipe(pipe) => pipe.name(),
        }
    }

    /// Content decides; the name only tells what was meant where the content is
    /// no audio that can be told at its beginning.
    fn kind(&self) -> anyhow::Result<Kind> {
        match self {
            Self::File(path) => kind(path),
            Self::Pipe(pipe) if format::is_audio(pipe.head()).is_some() => Ok(Kind::Audio),
            Self::Pipe(pipe) if is_text(pipe.head()) => Ok(Kind::Transcript),
            Self::Pipe(_) => Ok(Kind::Audio),
        }
    }
}

/// Whether a file that begins with `head` is of text, in UTF-8 or -16.
fn is_text(head: &[u8]) -> bool {
    let is_cut = |error: std::str::Utf8Error| error.error_len().is_none();
    let is_utf8 = std::str::from_utf8(head).map_or_else(is_cut, |_| true) && !head.contains(&0);
    is_utf8 || head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff])
}

fn kind(path: &Path) -> anyhow::Result<Kind> {
    let head = store::head(path)?;
    if format::is_audio(&head).is_some() {
        return Ok(Kind::Audio);
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !AUDIO_ENDINGS.iter().any(|other| other.eq_ignore_ascii_case(ending)) {
        return Ok(Kind::Transcript);
    }
    if head.is_empty() {
        bail!("{} is empty: there is nothing to play", shown(path));
    }
    if let Err(refusal @ Refusal::Html) = format::read(&head, "") {
        bail!("{}: {refusal}", shown(path));
    }
    if std::str::from_utf8(&head).is_ok() && !head.contains(&0) {
        bail!("{} is text, not audio; name the audio itself", shown(path));
    }
    Ok(Kind::Audio)
}

/// What there is of an episode of the library.
///
/// # Errors
///
/// Neither its audio nor its transcript can be read; why.
pub(super) fn of_library(wanted: &Episode) -> Result<Read, String> {
    let opened = match (wanted.audio.as_deref(), wanted.transcript.as_deref()) {
        (Some(path), transcript) => audio(path).map(|mut opened| {
            match transcript {
                Some(transcript) => take_transcript(&mut opened, read(transcript)),
                None => opened.told.push(("no transcript is known".to_owned(), Weight::Warning)),
            }
            opened
        }),
        (None, Some(transcript)) => alone(transcript),
        (None, None) => Err(anyhow::anyhow!("this episode has no files any more")),
    };
    let Opened { media, transcript, unread, chapters, told, .. } =
        opened.map_err(|error| format!("{error:#}"))?;
    Ok(Read { media, transcript, unread, chapters, told })
}

/// No episode: there is only the list to choose from.
pub(super) fn nothing() -> Opened {
    Opened::new("sayagain".to_owned(), EpisodeKey::of_bytes(b""))
}

fn sample() -> anyhow::Result<Opened> {
    let parsed = format::read(SAMPLE_TRANSCRIPT, "episode.vtt")
        .map_err(|refusal| anyhow::anyhow!("the built-in sample: {refusal}"))?;
    let chapters = chapters::read(SAMPLE_CHAPTERS).map(|file| file.chapters).unwrap_or_default();
    let key = EpisodeKey::of_bytes(SAMPLE_AUDIO);
    Ok(Opened {
        media: Some(Media::BuiltIn(SAMPLE_AUDIO)),
        transcript: parsed.transcript,
        chapters,
        told: vec![word("the built-in sample; sayagain EPISODE.mp3 plays yours")],
        ..Opened::new("A tour of sayagain".to_owned(), key)
    })
}

/// Audio, with the transcript that is found for it.
fn episode(path: &Path) -> anyhow::Result<Opened> {
    let mut opened = audio(path)?;
    let known = know(&mut opened, path);
    let title = known.as_ref().map(|episode| episode.title.clone());
    // One that is doubtful is for the listener to decide, in the library.
    let known = known
        .and_then(|episode| episode.transcript.zip(episode.pairing))
        .filter(|(_, pairing)| !pairing.is_doubtful())
        .map(|(path, pairing)| (path, pairing.reason));
    let found = match known {
        Some((path, reason)) if reason == Reason::ByHand.to_string() => Ok(Some((path, reason))),
        known => store::transcript_for(path).map(|beside| {
            beside.map(|Paired { path, reason }| (path, reason.to_string())).or(known)
        }),
    };
    match found {
        Ok(Some((found, reason))) => {
            let found_name = text::fit(&name(&found), 40).into_owned();
            opened.told.push(word(&format!("transcript: {found_name} ({reason})")));
            take_transcript(&mut opened, read(&found));
            opened.read = Some(found);
        }
        Ok(None) => {
            let audio = text::fit(&name(path), 40).into_owned();
            opened.told.push((format!("no transcript found for {audio}"), Weight::Warning));
        }
        Err(error) => {
            opened.told.push((format!("cannot look for a transcript: {error}"), Weight::Warning));
        }
    }
    // As in the list.
    opened.title = title.unwrap_or(opened.title);
    Ok(opened)
}

/// What the library knows of the audio in `path`, under whose key its place is
/// kept.
fn know(opened: &mut Opened, path: &Path) -> Option<Episode> {
    let known = shelf::known(path, opened.key, &mut opened.told)?;
    opened.key = known.key.parse().unwrap_or(opened.key);
    Some(known)
}

/// Audio that comes through a pipe, with the transcript that is found beside
/// that.
fn piped_episode(pipe: Pipe) -> anyhow::Result<Opened> {
    let path = pipe.path().map(Path::to_owned);
    let mut opened = piped(pipe)?;
    match path.as_deref().map(store::transcript_for) {
        Some(Ok(Some(Paired { path: found, reason }))) => {
            let found_name = text::fit(&name(&found), 40).into_owned();
            opened.told.push(word(&format!("transcript: {found_name} ({reason})")));
            take_transcript(&mut opened, read(&found));
        }
        _ => opened.told.push(word("no transcript; name it behind the audio")),
    }
    Ok(opened)
}

/// Audio that comes through a pipe.
fn piped(pipe: Pipe) -> anyhow::Result<Opened> {
    let Tags { title, show, chapters, .. } = tags::read_from(Cursor::new(pipe.head()));
    // The same beginning is all that tells an episode from others.
    let key = EpisodeKey::of_bytes(&pipe.head()[..pipe.head().len().min(KEY_BYTES)]);
    let (name, path) = (pipe.name(), pipe.path().map(Path::to_owned));
    let media = audio::spool(name.clone(), pipe.into_reader())
        .with_context(|| format!("cannot keep what comes from {name}"))?;
    let title = title.unwrap_or_else(|| path.as_deref().map_or(name, stem));
    let mut opened = Opened { media: Some(media), chapters, show, ..Opened::new(title, key) };
    if let Some(path) = path {
        chapters_beside(&mut opened, &path);
    }
    Ok(opened)
}

/// Audio and a transcript, or audio and its chapters, both named.
fn both(audio: Given, second: Given) -> anyhow::Result<Opened> {
    let (called, file) = match &second {
        Given::File(path) => (path.clone(), Some(path.clone())),
        Given::Pipe(pipe) => (PathBuf::from(pipe.name()), None),
    };
    let bytes = match second {
        Given::File(path) => store::read_transcript(&path),
        Given::Pipe(pipe) => pipe.into_transcript(),
    };
    let open = |audio: Given| match audio {
        Given::File(path) => {
            let mut opened = self::audio(&path)?;
            know(&mut opened, &path);
            Ok(opened)
        }
        Given::Pipe(pipe) => piped(pipe),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            let mut opened = open(audio)?;
            take_transcript(&mut opened, Err(error.into()));
            return Ok(opened);
        }
    };
    let parsed = parse(&called, &bytes);
    let is_called_so = chapters::holds_chapters(&name(&called));
    let chapters = (is_called_so || parsed.is_err()).then(|| chapters_in(&called, &bytes));
    // A file called so that is a transcript all the same is one.
    let is_meant = |read: &anyhow::Result<_>| read.is_ok() || is_called_so && parsed.is_err();
    if let Some(chapters) = chapters.filter(is_meant) {
        let mut opened = match audio {
            Given::File(path) => episode(&path)?,
            Given::Pipe(pipe) => piped_episode(pipe)?,
        };
        match chapters {
            Ok(file) => take_chapters(&mut opened, &called, file),
            Err(error) => opened.told.push((format!("{error:#}"), Weight::Warning)),
        }
        return Ok(opened);
    }
    let mut opened = open(audio)?;
    take_transcript(&mut opened, parsed);
    opened.read = file;
    Ok(opened)
}

/// A transcript without audio, out of a pipe.
fn alone_in(pipe: Pipe) -> anyhow::Result<Opened> {
    let called = PathBuf::from(pipe.name());
    let bytes = pipe.into_transcript()?;
    let parsed = parse(&called, &bytes)?;
    let mut opened = Opened::new(stem(&called), EpisodeKey::of_bytes(&bytes));
    opened.told.push(word("no audio: reading in silence"));
    take_parsed(&mut opened, parsed);
    Ok(opened)
}

/// A transcript without audio.
fn alone(path: &Path) -> anyhow::Result<Opened> {
    let parsed = read(path)?;
    let mut opened = Opened::new(stem(path), EpisodeKey::of_file(path)?);
    opened.read = Some(path.to_owned());
    opened.told.push(word("no audio: reading in silence"));
    take_parsed(&mut opened, parsed);
    Ok(opened)
}

fn audio(path: &Path) -> anyhow::Result<Opened> {
    // What keeps the tags from being read is told by whoever plays the audio.
    let Tags { title, show, chapters, .. } = tags::read(path).unwrap_or_default();
    let title = title.unwrap_or_else(|| stem(path));
    let media = Some(Media::File(absolute(path)));
    let mut opened =
        Opened { media, chapters, show, ..Opened::new(title, EpisodeKey::of_file(path)?) };
    chapters_beside(&mut opened, path);
    Ok(opened)
}

/// Takes the chapters in a file beside the audio: one made for them comes
/// before those in the tags, and the notes of the episode after them.
fn chapters_beside(opened: &mut Opened, audio: &Path) {
    for path in store::chapter_files(audio) {
        match read_chapters(&path) {
            Ok(file) => return take_chapters(opened, &path, file),
            Err(error) => {
                opened.told.push((format!("{error:#}"), Weight::Warning));
            }
        }
    }
    if opened.chapters.is_empty()
        && let Some(bytes) = store::description(audio).map(|path| store::read_chapters(&path))
    {
        // Notes without chapters are nothing wrong.
        let notes = bytes.unwrap_or_default();
        opened.chapters = chapters::in_notes(&String::from_utf8_lossy(&notes));
    }
}

fn take_chapters(opened: &mut Opened, path: &Path, file: ChapterFile) {
    if let Some(problem) = file.problems.first() {
        let others = and_more(file.problems.len());
        let said = format!("{} line {}: {problem}{others}", name(path), problem.line);
        opened.told.push((said, Weight::Warning));
    }
    opened.chapters = file.chapters;
}

fn read_chapters(path: &Path) -> anyhow::Result<ChapterFile> {
    chapters_in(path, &store::read_chapters(path)?)
}

fn chapters_in(path: &Path, bytes: &[u8]) -> anyhow::Result<ChapterFile> {
    chapters::read(bytes)
        .map_err(|refusal| anyhow::anyhow!("{refusal}; see Chapters in the manual"))
        .with_context(|| name(path))
}

/// Takes the transcript of an episode; one that is of no use never keeps the
/// audio from playing.
fn take_transcript(opened: &mut Opened, read: anyhow::Result<Parsed>) {
    match read {
        Ok(parsed) => take_parsed(opened, parsed),
        Err(error) => {
            let why = format!("{error:#}");
            opened.told = vec![(why.clone(), Weight::Warning)];
            opened.unread = Some(why);
        }
    }
}

fn take_parsed(opened: &mut Opened, parsed: Parsed) {
    if let Some(problem) = parsed.problems.first() {
        let others = and_more(parsed.problems.len());
        let said = format!("line {}: {problem}{others}", problem.line);
        opened.told.push((said, Weight::Warning));
    }
    if let Some(title) = parsed.title {
        opened.title = title;
    }
    if opened.chapters.is_empty() {
        opened.chapters = parsed.chapters;
    }
    opened.transcript = parsed.transcript;
}

fn read(path: &Path) -> anyhow::Result<Parsed> {
    parse(path, &store::read_transcript(path)?)
}

fn parse(path: &Path, bytes: &[u8]) -> anyhow::Result<Parsed> {
    format::read(bytes, &name(path))
        .map_err(|refusal| anyhow::anyhow!("{refusal}"))
        .with_context(|| shown(path))
}

fn word(told: &str) -> (String, Weight) {
    (told.to_owned(), Weight::Word)
}

/// ` (and 3 more)`, where the first of `count` is told.
fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        _ => format!(" (and {} more)", count - 1),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| shown(path), |name| name.to_string_lossy().into_owned())
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| shown(path), |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::Command;

    use super::*;

    #[test]
    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "a file and a pipe of the test")]
    fn a_transcript_out_of_a_pipe_has_no_place_to_be_read_again_from() {
        let folder = tempfile::tempdir().unwrap();
        let (audio, file, piped) =
            (folder.path().join("a.mp3"), folder.path().join("a.vtt"), folder.path().join("pipe"));
        std::fs::write(&audio, SAMPLE_AUDIO).unwrap();
        std::fs::write(&file, SAMPLE_TRANSCRIPT).unwrap();
        assert!(Command::new("mkfifo").arg(&piped).status().unwrap().success());
        // More than a pipe holds, so that the writer stays until it is read; and
        // open at both ends, so that there is one from the start.
        let sent = [SAMPLE_TRANSCRIPT, b"\n\nNOTE\n", &b"more\n".repeat(50_000)].concat();
        let mut both = std::fs::File::options().read(true).write(true).open(&piped).unwrap();
        let writer = std::thread::spawn(move || both.write_all(&sent));
        let read = |transcript: &Path| {
            let episode = open(Some(&audio), Some(transcript)).unwrap().episode().unwrap();
            assert!(episode.cues > 0);
            episode.transcript
        };
        assert_eq!(read(&piped), None);
        writer.join().unwrap().unwrap();
        assert_eq!(read(&file), Some(file.clone()));
    }
}
