//! `sayagain stats`: how long the listener listened, and what that saved.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{json, shelf};
use crate::model::listened::Listened;
use crate::model::text::clean_line;
use crate::store::heard::{HeardDay, HeardShow};

/// Show how long you listened, per show, and how much time you saved
///
/// Counted is what came out of a device, on this machine and on those whose
/// exports were taken in.
#[derive(Args, Clone, Debug)]
pub(super) struct StatsArgs {
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// Prints the statistics; the exit code is 0, or 1 if nothing was heard yet
/// and there is no JSON that says so.
pub(super) fn run(args: &StatsArgs) -> ExitCode {
    shelf::exit(stats(args))
}

fn stats(args: &StatsArgs) -> anyhow::Result<ExitCode> {
    let library = shelf::library()?;
    let (shows, days) = (library.heard_shows()?, library.heard_days()?);
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        json::pretty(&mut out, &Stats::new(&shows, &days))?;
    } else {
        write(&mut out, &shows, &days)?;
    }
    out.flush()?;
    let is_nothing = days.is_empty() && !args.json;
    if is_nothing {
        shelf::say("nothing was heard yet");
    }
    Ok(ExitCode::from(u8::from(is_nothing)))
}

fn write(out: &mut impl Write, shows: &[HeardShow], days: &[HeardDay]) -> io::Result<()> {
    let (Some(first), all) = (days.first(), total(shows)) else { return Ok(()) };
    let episodes: usize = shows.iter().map(|show| show.episodes).sum();
    let since = written(first.day);
    let plural = if episodes == 1 { "" } else { "s" };
    writeln!(out, "heard  {}  in {episodes} episode{plural}, since {since}", hours(all.real))?;
    let by_speed = by_speed_us(&all);
    let (did, by) = if by_speed < 0 { ("spent", "more, by speed") } else { ("saved", "by speed") };
    let by_speed = Duration::from_micros(by_speed.unsigned_abs());
    for (did, time, by) in [(did, by_speed, by), ("saved", all.spared, "by shortened pauses")] {
        // Less would be written as nothing.
        if time >= Duration::from_secs(1) {
            writeln!(out, "{did}  {}  {by}", hours(time))?;
        }
    }
    writeln!(out)?;
    for show in shows {
        let name = if show.show.is_empty() { "no show" } else { &show.show };
        let (time, episodes) = (hours(show.listened.real), show.episodes);
        writeln!(out, "       {time}  {episodes:>4}  {}", clean_line(name))?;
    }
    Ok(())
}

fn total(shows: &[HeardShow]) -> Listened {
    let sum = |part: fn(&Listened) -> Duration| shows.iter().map(|show| part(&show.listened)).sum();
    Listened { real: sum(|it| it.real), source: sum(|it| it.source), spared: sum(|it| it.spared) }
}

/// How much sooner the listener was through because of the speed, in
/// microseconds; less than nothing at low speeds.
fn by_speed_us(listened: &Listened) -> i64 {
    let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    let saved = micros(listened.source).saturating_sub(micros(listened.real));
    saved.saturating_sub(micros(listened.spared))
}

/// `12 h 05 min`, `5 min 03 s`.
fn hours(time: Duration) -> String {
    let secs = time.as_secs();
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    match hours {
        0 => format!("{minutes:>4} min {secs:02} s"),
        _ => format!("{hours:>3} h {minutes:02} min"),
    }
}

/// A day since 1970 as `2026-11-22` (Howard Hinnant's `civil_from_days`).
fn written(day: i64) -> String {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) =
        (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The statistics as a program reads them; times in whole seconds.
#[derive(Serialize)]
struct Stats<'a> {
    version: u32,
    #[serde(flatten)]
    all: Times,
    episodes: usize,
    shows: Vec<Show<'a>>,
    days: Vec<Day>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "each name says its unit, seconds")]
struct Times {
    heard_s: u64,
    source_s: u64,
    saved_by_speed_s: i64,
    saved_by_pauses_s: u64,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "as it is called in the JSON")]
struct Show<'a> {
    show: &'a str,
    episodes: usize,
    #[serde(flatten)]
    times: Times,
}

#[derive(Serialize)]
struct Day {
    date: String,
    #[serde(flatten)]
    times: Times,
}

impl Times {
    fn new(listened: &Listened) -> Self {
        Self {
            heard_s: listened.real.as_secs(),
            source_s: listened.source.as_secs(),
            saved_by_speed_s: by_speed_us(listened) / 1_000_000,
            saved_by_pauses_s: listened.spared.as_secs(),
        }
    }
}

impl<'a> Stats<'a> {
    fn new(shows: &'a [HeardShow], days: &[HeardDay]) -> Self {
        let show = |show: &'a HeardShow| Show {
            show: &show.show,
            episodes: show.episodes,
            times: Times::new(&show.listened),
        };
        let day = |day: &HeardDay| Day { date: written(day.day), times: Times::new(&day.listened) };
        Self {
            version: 1,
            all: Times::new(&total(shows)),
            episodes: shows.iter().map(|show| show.episodes).sum(),
            shows: shows.iter().map(show).collect(),
            days: days.iter().map(day).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_dates() {
        for (day, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_779, "2026-11-22"),
        ] {
            assert_eq!(written(day), date);
        }
    }

    #[test]
    fn what_was_saved_is_told_apart() {
        let secs = Duration::from_secs;
        let heard = Listened { real: secs(3_600), source: secs(7_500), spared: secs(300) };
        let show = HeardShow { show: "Talk".into(), episodes: 2, listened: heard };
        let day = HeardDay { day: 0, listened: heard };
        let mut out = Vec::new();
        write(&mut out, &[show], &[day]).unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = out.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "heard    1 h 00 min  in 2 episodes, since 1970-01-01",
                "saved    1 h 00 min  by speed",
                "saved     5 min 00 s  by shortened pauses",
                "",
                "1 h 00 min     2  Talk",
            ]
        );
    }

    #[test]
    fn what_is_less_than_a_second_was_not_saved() {
        let real = Duration::from_secs(60);
        let told = |source_ms, spared_ms| {
            let (source, spared) =
                (Duration::from_millis(source_ms), Duration::from_millis(spared_ms));
            let show = || HeardShow {
                listened: Listened { real, source, spared },
                ..HeardShow::default()
            };
            let mut out = Vec::new();
            write(&mut out, &[show()], &[HeardDay::default()]).unwrap();
            String::from_utf8(out).unwrap().lines().count()
        };
        let around = 3;
        for (source_ms, spared_ms, more) in [
            (60_000, 0, 0),
            (61_998, 999, 0),
            (59_001, 0, 0),
            (59_000, 0, 1),
            (61_000, 1_000, 1),
            (62_000, 1_000, 2),
        ] {
            assert_eq!(told(source_ms, spared_ms), around + more, "{source_ms} {spared_ms}");
        }
    }
}
