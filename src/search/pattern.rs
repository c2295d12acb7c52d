//! What is sure of every place where a regular expression is found.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::plan::{Need, Run};
use super::words::fold;

/// Of a pattern with more ways than these, none is looked up.
const WAYS: usize = 32;

/// A part of a word that is shorter, in bytes, is nearly everywhere.
const SHORTEST: usize = 3;

/// What must be in every text in which `pattern` is found: the words, or parts
/// of words, that it has itself.
pub(super) fn needs(pattern: &str) -> Vec<Need> {
    parsed(pattern).map(|hir| Needs::of(&hir)).unwrap_or_default()
}

/// Whether `pattern` asks for the end of all, or is none.
pub(super) fn needs_end(pattern: &str) -> bool {
    parsed(pattern).is_none_or(|hir| hir.properties().look_set().contains(Look::End))
}

/// `pattern` without what a backslash makes of letters: the W of `\W` is none.
pub(super) fn letters(pattern: &str) -> String {
    let mut letters = String::new();
    let mut signs = pattern.chars();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            letters.push(sign);
            continue;
        }
        let kind = signs.next();
        if matches!(kind, Some('p' | 'P' | 'x' | 'u' | 'U')) && signs.as_str().starts_with('{') {
            signs.find(|sign| *sign == '}');
        } else if matches!(kind, Some('p' | 'P')) {
            signs.next();
        }
    }
    letters
}

fn parsed(pattern: &str) -> Option<Hir> {
    ParserBuilder::new().multi_line(true).build().parse(pattern).ok()
}

/// What is gathered along a pattern.
#[derive(Default)]
struct Needs {
    needs: Vec<Need>,
    /// The signs that stand before where it is gathered.
    text: String,
}

impl Needs {
    fn of(hir: &Hir) -> Vec<Need> {
        let mut all = Self::default();
        all.take(hir);
        all.end();
        all.needs
    }

    fn take(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => self.text.push_str(text),
                Err(_) => self.end(),
            },
            HirKind::Class(class) => match letter(class) {
                Some(letter) => self.text.push(letter),
                None => self.end(),
            },
            HirKind::Look(_) => self.end(),
            HirKind::Repetition(repetition) => {
                self.end();
                if repetition.min > 0 {
                    self.take(&repetition.sub);
                    self.end();
                }
            }
            HirKind::Capture(capture) => self.take(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.take(part)),
            HirKind::Alternation(ways) => {
                self.end();
                let ways: Vec<Vec<Need>> = ways.iter().take(WAYS + 1).map(Self::of).collect();
                if ways.len() <= WAYS && ways.iter().all(|way| !way.is_empty()) {
                    self.needs.push(Need::Any(ways));
                }
            }
        }
    }

    /// Something stands here that is not known.
    fn end(&mut self) {
        let run = Run::within(&std::mem::take(&mut self.text), false);
        let run = run.filter(|run| run.words.iter().any(|word| word.len() >= SHORTEST));
        self.needs.extend(run.map(Need::Run));
    }
}

/// The letter that `class` is, in whatever case; `None` if it has several.
fn letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let mut all = class.iter().take(5).flat_map(|range| range.start()..=range.end()).map(fold);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `walrus & (a | b)`; what may go on has a `~`.
    fn shown(needs: &[Need]) -> String {
        let one = |need: &Need| match need {
            Need::Run(run) => {
                let sign = |is: bool| if is { "~" } else { "" };
                format!("{}{}{}", sign(run.is_end), run.words.join(" "), sign(run.is_start))
            }
            Need::Any(ways) => {
                let ways: Vec<String> = ways.iter().map(|way| shown(way)).collect();
                format!("({})", ways.join(" | "))
            }
        };
        needs.iter().map(one).collect::<Vec<_>>().join(" & ")
    }

    #[test]
    fn the_words_of_a_pattern_must_be_there() {
        for (pattern, expected) in [
            ("walrus(es)? operators?", "~walrus~ & operator~"),
            (r"\bmemory\s+profil(er|ing)\b", "~memory~ & ~profil~"),
            ("colou?rs? of (the|a) (sea|lake|ponds)", "~colo~ & (~sea~ | ~lake~ | ~ponds~)"),
            ("(?i:PyPy) [Tt]alk", "~pypy talk~"),
            ("(async|wait)+", "(~async~ | ~wait~)"),
            ("(async|wait)*", ""),
            (r"\d+ [a-z]*", ""),
            ("(foo(bar|b.z)|qux)", "(~foo~ | ~qux~)"),
            ("[Ss]tra\u{df}e", "~strasse~"),
            ("(", ""),
        ] {
            assert_eq!(shown(&needs(pattern)), expected, "{pattern}");
        }
        let many = |count: u32| {
            let words = (0..count).map(|n| format!("{n}word"));
            needs(&words.collect::<Vec<_>>().join("|")).len()
        };
        assert_eq!((many(30), many(40)), (1, 0));
    }

    #[test]
    fn letters_after_a_backslash_are_no_letters() {
        for (pattern, expected) in
            [(r"py\W+x", "py+x"), (r"\p{Lu}a\PLb", "ab"), (r"a\\B", "aB"), (r"\x{4A}c\", "c")]
        {
            assert_eq!(letters(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn only_a_pattern_for_the_end_of_all_asks_for_it() {
        for (pattern, expected) in [("a$", false), (r"a\z", true), ("(?-m)a$", true), ("(", true)] {
            assert_eq!(needs_end(pattern), expected, "{pattern}");
        }
    }
}
