//! The words that names of files are made of.

use unicode_normalization::UnicodeNormalization;

pub(super) const AUDIO: &[&str] = &[
    "mp3", "m4a", "m4b", "mp4", "aac", "ogg", "oga", "opus", "flac", "wav", "aif", "aiff", "caf",
    "mka", "mkv", "webm", "wma",
];

/// Endings with whether something else has them too, the best first.
pub(super) const TRANSCRIPTS: &[(&str, bool)] = &[
    ("vtt", false),
    ("srt", false),
    ("json", true),
    ("txt", true),
    ("ttml", false),
    ("lrc", false),
    ("ass", false),
    ("ssa", false),
    ("sbv", false),
    ("tsv", true),
];

/// Words that tell nothing of the subject.
pub(super) const MARKS: &[&str] =
    &["transcript", "final", "original", "youtube", "no", "names", "mp3", "and"];

/// Words that any two titles may share.
pub(super) const COMMON: &[&str] = &[
    "the", "a", "an", "of", "in", "to", "for", "with", "on", "at", "by", "from", "is", "it", "how",
    "what", "why", "your", "you", "we", "our", "der", "die", "das", "und",
];

/// Words for what comes beside an episode.
pub(super) const BESIDE: &[&str] = &[
    "bonus",
    "extra",
    "extras",
    "trailer",
    "teaser",
    "preview",
    "promo",
    "clip",
    "clips",
    "outtakes",
    "highlights",
    "recap",
];

/// Words that turn a title into its opposite.
pub(super) const DENIALS: &[&str] =
    &["not", "never", "without", "against", "dont", "isnt", "nicht", "ohne", "gegen"];

/// Words for what is said about an episode.
pub(super) const ABOUT: &[&str] =
    &["notes", "shownotes", "chapters", "description", "summary", "links", "outline", "timestamps"];

/// Languages that a name may have after `-` or `_`, where most tags of two
/// letters are words (`it`, `no`, `is`).
pub(super) const LANGUAGES: &[&str] = &[
    "en", "eng", "english", "de", "deu", "ger", "german", "deutsch", "fr", "fra", "fre", "french",
    "es", "spa", "spanish", "pt", "por", "nl", "pl", "ru", "ja", "zh", "ko", "uk", "cs", "sv",
];

/// What else stands after a name: how the transcript was made.
pub(super) const MAKINGS: &[&str] =
    &["auto", "asr", "cc", "sdh", "forced", "captions", "subtitles", "subs"];

pub(super) fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | ':') || c.is_whitespace()
}

/// `name` as it is compared.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.replace("%20", " ").nfkc().flat_map(char::to_lowercase) {
        match c {
            // `what's` is written `whats` as well.
            '‘' | '’' | '\'' => {}
            '“' | '”' => plain.push('"'),
            c if c.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            c => plain.push(c),
        }
    }
    plain
}

/// The words and numbers of `text`, and each `#` before one.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '#');
    words
        .flat_map(|word| match word.strip_prefix('#') {
            Some(rest) => ["#", rest],
            None => ["", word],
        })
        .filter(|word| !word.is_empty())
}

/// Whether `word` may tell of the subject.
pub(super) fn tells(word: &&str) -> bool {
    !MARKS.contains(word) && !is_version(word) && !is_rate(word)
}

/// Whether `word` says how many kilobits a second has: `128k`, `64kbps`.
pub(super) fn is_rate(word: &str) -> bool {
    let digits = ["k", "kb", "kbps"].iter().find_map(|unit| word.strip_suffix(unit));
    digits.is_some_and(|digits| digits.len() > 1 && number_of(digits).is_some())
}

/// Whether `word` is `v2` or the like.
pub(super) fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|digits| number_of(digits).is_some())
}

/// The number that `word` is, of up to five digits.
pub(super) fn number_of(word: &str) -> Option<u32> {
    let digits = (1..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok())?
}

/// `s01e05` or `1x05`.
pub(super) fn season_and_number(word: &str) -> Option<(u32, u32)> {
    let (season, number) = match word.strip_prefix('s') {
        Some(rest) => rest.split_once('e')?,
        None => {
            word.split_once('x').filter(|(season, number)| season.len() < 3 && number.len() == 2)?
        }
    };
    Some((number_of(season)?, number_of(number)?))
}

/// `stem` without the language, the audio's ending or how it was made, at its
/// end: after a dot, in brackets, or, where it can be nothing else, after
/// another separator.
pub(super) fn without_tag(stem: &str) -> Option<&str> {
    let bracketed = stem.strip_suffix([')', ']']).and_then(|rest| rest.rsplit_once(['(', '[']));
    if let Some((rest, tag)) = bracketed {
        let known = LANGUAGES.contains(&tag) || is_language(tag) || MAKINGS.contains(&tag);
        return known.then_some(rest);
    }
    if let Some((rest, tag)) = stem.rsplit_once('.')
        && (AUDIO.contains(&tag) || is_language(tag) || MAKINGS.contains(&tag))
    {
        return Some(rest);
    }
    let (rest, tag) = stem.rsplit_once(['-', '_'])?;
    LANGUAGES.contains(&tag).then_some(rest)
}

/// Whether `tag` is one of a language (BCP 47: `en`, `pt-br`).
pub(super) fn is_language(tag: &str) -> bool {
    let (language, region) = tag.split_once(['-', '_']).unwrap_or((tag, "any"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=8).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Year, month and day at the start of `stem`, with or without separators, and
/// what follows them.
pub(super) fn date_at_start(stem: &str) -> Option<(u32, &str)> {
    let mut digits = stem.char_indices().filter(|(_, c)| !is_separator(*c));
    let read: Vec<(usize, char)> = digits.by_ref().take(8).collect();
    let date = read.iter().map(|(_, c)| c).collect::<String>().parse::<u32>().ok()?;
    let (month, day) = (date / 100 % 100, date % 100);
    let is_date = stem.bytes().take_while(u8::is_ascii_digit).count() >= 4
        && (19_000_000..22_000_000).contains(&date)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    is_date.then(|| (date, &stem[read[7].0 + 1..]))
}
