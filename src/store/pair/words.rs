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
    ("transcript", true),
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
    &["auto", "asr", "cc", "sdh", "forced", "captions", "subtitles", "subs", "edited", "whisper"];

/// Whether `tag` is a model of Whisper: `large-v3`, `base.en` without its
/// language.
fn is_model(tag: &str) -> bool {
    const SIZES: &[&str] = &["tiny", "base", "small", "medium", "large", "turbo", "distil"];
    let mut parts = tag.split('-');
    parts.next().is_some_and(|first| SIZES.contains(&first))
        && parts.all(|part| SIZES.contains(&part) || is_version(part))
}

/// Whether `tag` says how a transcript was made.
fn is_making(tag: &str) -> bool {
    MAKINGS.contains(&tag) || is_model(tag)
}

pub(super) fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | ':') || c.is_whitespace()
}

/// `name` as it is compared.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let name = name.replace("%20", " ").replace("++", "pp");
    for c in name.nfkc().flat_map(char::to_lowercase) {
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

/// The words and numbers of `text`, each `#` before one, and `第12回` apart
/// from what follows it without a space.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '#');
    words
        .flat_map(|word| match (word.strip_prefix('#'), ordinal_at_start(word)) {
            (Some(rest), _) => ["#", rest],
            (None, Some((_, end))) => [&word[..end], &word[end..]],
            (None, None) => ["", word],
        })
        .filter(|word| !word.is_empty())
}

/// The number of an episode at the start of `word` as Chinese and Japanese
/// have it, in digits or not (`第12回`, `第十二期`), and where it ends.
pub(super) fn ordinal_at_start(word: &str) -> Option<(u32, usize)> {
    let behind = word.strip_prefix('第')?;
    let end = behind.find(|c: char| "期回集話话章".contains(c))?;
    let digits = &behind[..end];
    let number = number_of(digits).or_else(|| chinese(digits))?;
    let counter = behind[end..].chars().next().map_or(0, char::len_utf8);
    Some((number, '第'.len_utf8() + end + counter))
}

/// `十二`, `一百零三`, or digit by digit `一二`.
fn chinese(text: &str) -> Option<u32> {
    let (mut all, mut digit, mut by_digit) = (0, None, 0);
    let mut has_unit = false;
    for c in text.chars() {
        if let Some(unit) = [('十', 10), ('百', 100), ('千', 1_000)].iter().find(|one| one.0 == c)
        {
            all += digit.take().unwrap_or(1) * unit.1;
            has_unit = true;
            continue;
        }
        let value =
            "零一二三四五六七八九".chars().position(|one| one == c).or((c == '〇').then_some(0))?;
        let value = u32::try_from(value).ok()?;
        by_digit = (by_digit < 100_000).then_some(by_digit * 10 + value)?;
        digit = Some(value);
    }
    (!text.is_empty()).then(|| if has_unit { all + digit.unwrap_or(0) } else { by_digit })
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
        let known = LANGUAGES.contains(&tag) || is_language(tag) || is_making(tag);
        // `(transcribed on 23-Nov-2024 10-31-07)`.
        return (known || tag.starts_with("transcri")).then_some(rest);
    }
    if let Some((rest, tag)) = stem.rsplit_once('.')
        && (AUDIO.contains(&tag) || is_language(tag) || is_making(tag))
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
