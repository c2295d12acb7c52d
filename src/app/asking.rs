//! What is typed at the foot of the screen: a search, a time, a command.

use super::command::{COMMANDS, Command};
use super::event::Effect;
use super::finds::Finds;
use super::goto::Place;
use super::input::Input;
use super::key::{Code, Key, Named};
use super::prompt::{Asking, Prompt};
use super::seeking::part_of;
use super::{App, Open, View};
use crate::model::Moment;
use crate::search::Query;

impl App {
    /// Goes to the next match, or `back`; after the last one of the search
    /// through all episodes to the next episode, before the first one to that
    /// before.
    pub(super) fn leave_or_step(&mut self, back: bool, now: Moment, effects: &mut Vec<Effect>) {
        let finds = self.reader.finds();
        let finds = finds.filter(|finds| finds.is_of_all());
        let next = finds.and_then(|finds| finds.step(self.reader.cursor(), back));
        if next.is_some_and(|(_, wraps)| wraps) && self.episode_beside(back, effects) {
            return;
        }
        self.step_matches(back, now);
    }

    pub(super) fn step_matches(&mut self, back: bool, now: Moment) {
        let count = self.count();
        let Some(finds) = self.reader.finds() else {
            return self.say("nothing searched for yet: / searches", now);
        };
        let mut cursor = self.reader.cursor();
        let mut wrapped = false;
        if finds.is_empty() {
            let text = format!("no match for \"{}\"", finds.query().text());
            return self.say(&text, now);
        }
        for _ in 0..count.min(1_000) {
            let Some((index, over)) =
                self.reader.finds().and_then(|finds| finds.step(cursor, back))
            else {
                break;
            };
            wrapped |= over;
            self.reader.go_to_match(index);
            cursor = self.reader.cursor();
        }
        if wrapped {
            let edge = if back { "end" } else { "start" };
            let finds = self.reader.finds();
            let current = finds.and_then(Finds::current).map_or(0, |current| current + 1);
            let len = finds.map_or(0, Finds::len);
            self.say(&format!("{current}/{len}: the search went on at the {edge}"), now);
        }
    }

    pub(super) fn toggle_only_matches(&mut self, now: Moment) {
        if self.reader.finds().is_none() {
            return self.ask(Asking::OnlyMatches, "");
        }
        let only = !self.reader.shows_only_matches();
        self.reader.show_only_matches(only);
        self.say(if only { "only matching lines; & shows all" } else { "all lines" }, now);
    }

    pub(super) fn ask(&mut self, asking: Asking, text: &str) {
        let before = self.reader.keep();
        self.open = Open::Prompt(Box::new(Prompt { asking, input: Input::with(text), before }));
    }

    pub(super) fn close_prompt(&mut self) {
        if let Open::Prompt(_) = self.open {
            self.open = Open::Nothing;
        }
    }

    pub(super) fn paste(&mut self, pasted: &str, now: Moment, effects: &mut Vec<Effect>) {
        if self.view == View::Shelf && matches!(self.open, Open::Nothing) {
            return self.shelf_paste(pasted, now, effects);
        }
        let Open::Prompt(prompt) = &mut self.open else { return };
        prompt.input.insert(pasted);
        self.search_as_typed();
    }

    /// A key while a line is being typed.
    pub(super) fn type_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let Open::Prompt(prompt) = &mut self.open else { return };
        let searching = matches!(prompt.asking, Asking::Search | Asking::OnlyMatches);
        match (key.code, key.ctrl) {
            (Code::Named(Named::Esc), _) => self.leave_prompt(),
            (Code::Named(Named::Backspace), false) if prompt.input.text().is_empty() => {
                self.leave_prompt();
            }
            (Code::Named(Named::Enter), _) => self.accept(now, effects),
            (Code::Named(Named::Tab), _) if searching => self.close_prompt(),
            (Code::Named(Named::Tab), _) => {
                if let Some(name) = completion(prompt.input.text()) {
                    prompt.input = Input::with(name);
                }
            }
            (Code::Named(Named::Down), _) | (Code::Char('n' | 'g'), true) if searching => {
                self.step_matches(false, now);
            }
            (Code::Named(Named::Up), _) | (Code::Char('p'), true) if searching => {
                self.step_matches(true, now);
            }
            _ => {
                if prompt.input.take(key) {
                    self.search_as_typed();
                }
            }
        }
    }

    fn leave_prompt(&mut self) {
        if let Open::Prompt(prompt) = std::mem::replace(&mut self.open, Open::Nothing)
            && matches!(prompt.asking, Asking::Search | Asking::OnlyMatches)
        {
            self.reader.put_back(prompt.before);
        }
    }

    /// Searches for what has been typed so far, from where the cursor was.
    fn search_as_typed(&mut self) {
        let Open::Prompt(prompt) = &self.open else { return };
        let only = match prompt.asking {
            Asking::Search => false,
            Asking::OnlyMatches => true,
            Asking::GoTo | Asking::Command => return,
        };
        let (before, query) = (prompt.before.clone(), Query::new(prompt.input.text()));
        self.reader.put_back(before);
        let Some(query) = query else { return self.reader.set_finds(None) };
        let finds = Finds::new(self.reader.transcript(), self.reader.timeline(), query);
        let first = finds.at_or_after(self.reader.cursor());
        self.reader.set_finds(Some(finds));
        if only {
            self.reader.show_only_matches(true);
        }
        if let Some(first) = first {
            self.reader.go_to_match(first);
        }
    }

    /// Enter at the end of a typed line.
    fn accept(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let Open::Prompt(prompt) = std::mem::replace(&mut self.open, Open::Nothing) else { return };
        let typed = prompt.input.text().trim().to_owned();
        match prompt.asking {
            Asking::Search => self.accept_search(*prompt, now, effects),
            Asking::OnlyMatches if typed.is_empty() => self.reader.put_back(prompt.before),
            Asking::OnlyMatches => {
                if self.reader.finds().is_none_or(Finds::is_empty) {
                    self.reader.put_back(prompt.before);
                    self.say(&format!("no match for \"{typed}\""), now);
                }
            }
            Asking::GoTo | Asking::Command if typed.is_empty() => {}
            Asking::GoTo => self.go_to_typed(&typed, now, effects),
            Asking::Command => self.run_command(&typed, now, effects),
        }
    }

    /// Plays from the match; an empty line goes on with the last search.
    fn accept_search(&mut self, prompt: Prompt, now: Moment, effects: &mut Vec<Effect>) {
        let typed = prompt.input.text().trim().to_owned();
        if typed.is_empty() {
            self.reader.put_back(prompt.before);
            return self.step_matches(false, now);
        }
        if self.reader.finds().is_none_or(Finds::is_empty) {
            self.reader.put_back(prompt.before);
            return self.say(&format!("no match for \"{typed}\""), now);
        }
        let row = self.reader.finds().and_then(Finds::current_row);
        self.play_from(row.unwrap_or(self.reader.cursor()), true, now, effects);
    }

    fn run_command(&mut self, typed: &str, now: Moment, effects: &mut Vec<Effect>) {
        let (name, argument) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        let argument = argument.trim();
        if let Some(place) = Place::parse(typed) {
            return self.go_to(place, now, effects);
        }
        match (name, argument) {
            ("speed", argument) => match tenths(argument) {
                Some(tenths) => self.set_speed(tenths, now, effects),
                None => self.warn("speed takes 0.5 to 3.0, as in :speed 1.5", now),
            },
            ("volume", argument) => match argument.trim_end_matches('%').trim().parse() {
                Ok(percent @ 0..=150) => self.set_volume(percent, now, effects),
                _ => self.warn("volume takes 0 to 150, as in :volume 80", now),
            },
            ("audio-delay", typed) => self.delay_as_typed(typed, now, effects),
            ("trim", typed) if !typed.is_empty() => self.trim_as_typed(typed, now, effects),
            ("q", "") => self.perform(Command::Quit, now, effects),
            (name, "") if Command::named(name).is_some() => {
                if let Some(command) = Command::named(name) {
                    self.perform(command, now, effects);
                }
            }
            _ => {
                let near = nearest(name);
                let near = near.map(|near| format!("; the nearest is {near}")).unwrap_or_default();
                self.warn(&format!("no command \"{typed}\"{near}; ? lists all"), now);
            }
        }
    }

    pub(super) fn go_to_typed(&mut self, typed: &str, now: Moment, effects: &mut Vec<Effect>) {
        let Some(place) = Place::parse(typed) else {
            let text = format!("\"{typed}\" is no time: 12:34, 1:02:03, -90, +30 or 40%");
            return self.warn(&text, now);
        };
        self.go_to(place, now, effects);
    }

    fn go_to(&mut self, place: Place, now: Moment, effects: &mut Vec<Effect>) {
        let to = match place {
            Place::At(time) if self.player.length().is_some_and(|length| time > length) => {
                let text = format!("{time} is after the end, which is at {}", self.length());
                return self.warn(&text, now);
            }
            Place::At(time) => time,
            Place::From(offset) => self.player.position(now).shift(offset),
            Place::Percent(percent) => part_of(self.length(), percent / 100.0),
        };
        self.seek_to(to, now, effects);
    }
}

/// `1.5`, `2` or `1.5x` in tenths, if it is a speed.
#[expect(clippy::cast_possible_truncation, reason = "held between 5 and 30")]
fn tenths(text: &str) -> Option<i32> {
    let factor: f64 = text.trim_end_matches(['x', '×']).trim().parse().ok()?;
    (0.45..3.05).contains(&factor).then(|| (factor * 10.0).round() as i32)
}

/// The first name of a command that begins with `typed`.
fn completion(typed: &str) -> Option<&'static str> {
    let mut names =
        COMMANDS.iter().map(|info| info.name).chain(["speed ", "volume ", "audio-delay "]);
    names.find(|name| !typed.is_empty() && name.starts_with(typed))
}

/// The name of a command that is most like `name`, of which no more than a
/// third is otherwise.
fn nearest(name: &str) -> Option<&'static str> {
    let names = COMMANDS.iter().map(|info| info.name).chain(["speed", "volume", "audio-delay"]);
    let (distance, nearest) = names.map(|other| (distance(name, other), other)).min()?;
    (distance <= (name.chars().count() / 3).max(1)).then_some(nearest)
}

/// How many characters must be put in, taken out or changed to make one text
/// of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, &d) in other.iter().enumerate() {
            let change = corner + usize::from(c != d);
            corner = row[column + 1];
            row[column + 1] = change.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
