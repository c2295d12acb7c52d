//! Covers, in terminals that can show them.

mod blocks;
mod decode;
mod escapes;
mod pixels;

use std::fmt;
use std::num::NonZeroU16;
use std::panic::catch_unwind;

use ratatui::Frame;
use ratatui::buffer::CellDiffOption;
use ratatui::layout::{Position, Rect};
use ratatui::style::Color;

use blocks::Palette;

/// Makes pictures for one kind of terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Painter {
    way: Way,
    /// The width and height of a cell in pixels, if the terminal says it.
    cell: Option<(u16, u16)>,
}

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The graphics protocol of kitty.
    Kitty,
    /// The inline images of iTerm2.
    Iterm2,
    /// Sixel, which DEC's terminals began.
    Sixel,
    /// Two pixels a cell, each a colour of the text.
    Blocks(Palette),
}

/// A cover as this terminal shows it.
pub(super) struct Picture {
    /// How many columns and rows it takes.
    columns: u16,
    rows: u16,
    drawn: Drawn,
}

/// What is written to show it.
enum Drawn {
    /// One sequence, at its upper left corner.
    Sequence(String),
    /// The colours of the upper and the lower half of each cell.
    Halves(Vec<(Color, Color)>),
}

impl Painter {
    /// For the terminal that the environment names; `None` where it shows no
    /// pictures, or it is not known how. The terminal is asked nothing, so no
    /// key is lost and nothing waits for its answer.
    pub(super) fn from_environment() -> Option<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let way = way(&set)?;
        let cell = crossterm::terminal::window_size().ok().and_then(|size| {
            let width = size.width.checked_div(size.columns).filter(|width| *width > 0)?;
            let height = size.height.checked_div(size.rows).filter(|height| *height > 0)?;
            Some((width, height))
        });
        Some(Self::new(way, cell))
    }

    fn new(way: Way, cell: Option<(u16, u16)>) -> Self {
        // Sixels are pixels: without the size of a cell nobody knows how many it takes.
        let way =
            if way == Way::Sixel && cell.is_none() { Way::Blocks(Palette::Cube) } else { way };
        Self { way, cell }
    }

    /// The picture in `bytes`, PNG or JPEG, no larger than `room` in columns and
    /// rows; `None` if it is damaged, too large, or another kind.
    pub(super) fn paint(self, bytes: &[u8], room: (u16, u16)) -> Option<Picture> {
        // What is wrong in a stranger's file never ends the thread.
        catch_unwind(|| self.painted(bytes, room)).ok().flatten()
    }

    fn painted(self, bytes: &[u8], (columns, rows): (u16, u16)) -> Option<Picture> {
        let (width, height) = match (self.way, self.cell) {
            // Two pixels a cell, which are as wide as they are high.
            (Way::Blocks(_), _) => (1, 2),
            (_, Some(cell)) => cell,
            (_, None) => (10, 20),
        };
        let room = (u32::from(columns) * u32::from(width), u32::from(rows) * u32::from(height));
        let pixels = decode::decode(bytes, room)?;
        let cells = |pixels: usize, cell: u16, most: u16| {
            u16::try_from(pixels.div_ceil(usize::from(cell))).unwrap_or(most).clamp(1, most)
        };
        let columns = cells(pixels.width(), width, columns);
        let rows = cells(pixels.height(), height, rows);
        let drawn = match self.way {
            Way::Kitty => {
                let size = if self.cell.is_none() { Some((columns, rows)) } else { None };
                Drawn::Sequence(escapes::kitty(&pixels, size))
            }
            Way::Iterm2 => Drawn::Sequence(escapes::iterm2(&pixels, (columns, rows))),
            Way::Sixel => Drawn::Sequence(escapes::sixel(&pixels)),
            Way::Blocks(palette) => Drawn::Halves(blocks::halves(&pixels, palette)),
        };
        Some(Picture { columns, rows, drawn })
    }
}

impl Picture {
    /// Draws it at the right edge of `area`.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let left = area.right().saturating_sub(self.columns).max(area.x);
        let place = Rect { x: left, y: area.y, width: self.columns, height: self.rows };
        let buffer = frame.buffer_mut();
        let place = place.intersection(area).intersection(buffer.area);
        match &self.drawn {
            Drawn::Sequence(_) if (place.width, place.height) != (self.columns, self.rows) => {}
            Drawn::Sequence(sequence) => {
                for position in place.positions() {
                    // What lies under it is its own.
                    buffer[position].set_diff_option(CellDiffOption::Skip);
                }
                if let Some(corner) = buffer.cell_mut(Position::new(place.x, place.y)) {
                    corner.set_symbol(&escapes::placed(sequence, self.columns, self.rows));
                    corner.set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
                }
            }
            Drawn::Halves(halves) => {
                for position in place.positions() {
                    let row = usize::from(position.y - place.y);
                    let column = usize::from(position.x - place.x);
                    let index = row * usize::from(self.columns) + column;
                    if let Some((upper, lower)) = halves.get(index) {
                        buffer[position].set_symbol("▀").set_fg(*upper).set_bg(*lower);
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {})", self.columns, self.rows)
    }
}

/// How the terminal shows pictures, by what the environment says of it.
fn way(set: &dyn Fn(&str) -> Option<String>) -> Option<Way> {
    let term = set("TERM").unwrap_or_default();
    let program = set("TERM_PROGRAM").or_else(|| set("LC_TERMINAL")).unwrap_or_default();
    if set("NO_COLOR").is_some() {
        return None;
    }
    let is_true = set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
    let has_all = is_true || term.ends_with("-direct") || term == "xterm-kitty";
    // These keep a screen of their own, in which only cells are.
    let is_within = set("TMUX").is_some() || set("STY").is_some();
    match (&*term, &*program) {
        ("" | "dumb" | "linux", _) => None,
        ("xterm-kitty" | "xterm-ghostty", _) | (_, "ghostty") if !is_within => Some(Way::Kitty),
        (_, "iTerm.app" | "iTerm2" | "WezTerm" | "mintty") if !is_within => Some(Way::Iterm2),
        (term, _) if !is_within && (term.starts_with("foot") || term.contains("sixel")) => {
            Some(Way::Sixel)
        }
        _ if has_all => Some(Way::Blocks(Palette::All)),
        (term, _) if term.contains("256color") => Some(Way::Blocks(Palette::Cube)),
        // Half blocks need colours of their own.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::decode::tests::{BASELINE, png};
    use super::*;

    fn way_of(environment: &[(&str, &str)]) -> Option<Way> {
        let value = |name: &str| {
            let found = environment.iter().find(|(other, _)| *other == name)?;
            Some(found.1.to_owned())
        };
        way(&value)
    }

    #[test]
    fn only_a_terminal_that_is_known_to_show_pictures_gets_them() {
        let truly = ("COLORTERM", "truecolor");
        let all = Some(Way::Blocks(Palette::All));
        let cube = Some(Way::Blocks(Palette::Cube));
        for (environment, expected) in [
            (&[("TERM", "xterm-kitty")][..], Some(Way::Kitty)),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "ghostty")], Some(Way::Kitty)),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], Some(Way::Iterm2)),
            (&[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")], Some(Way::Iterm2)),
            (&[("TERM", "foot")], Some(Way::Sixel)),
            (&[("TERM", "xterm-256color"), truly], all),
            (&[("TERM", "xterm-256color")], cube),
            (&[("TERM", "xterm")], None),
            (&[("TERM", "linux")], None),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], None),
            (&[("TERM", "tmux-256color"), ("TMUX", "/tmp/x"), ("TERM_PROGRAM", "tmux")], cube),
            (&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")], all),
            (&[("TERM", "screen"), ("STY", "1.x"), ("LC_TERMINAL", "iTerm2")], None),
            (&[("TERM", "dumb"), truly, ("TERM_PROGRAM", "ghostty")], None),
            (&[truly], None),
        ] {
            assert_eq!(way_of(environment), expected, "{environment:?}");
        }
    }

    #[test]
    fn a_picture_is_no_larger_than_its_room_in_any_terminal() {
        let ways = [Way::Kitty, Way::Iterm2, Way::Sixel, Way::Blocks(Palette::All)];
        for (way, cell) in ways.into_iter().flat_map(|way| [(way, None), (way, Some((9, 19)))]) {
            for (width, height) in [(300, 300), (900, 20), (7, 900), (1, 1)] {
                let painter = Painter::new(way, cell);
                let shown = painter.paint(&png(width, height), (22, 11)).unwrap();
                let size = (shown.columns, shown.rows);
                assert!(size.0 <= 22 && size.1 <= 11, "{way:?} {width} × {height}: {size:?}");
                assert!(size == (22, 11) || width != height, "{way:?} {width}: {size:?}");
            }
        }
    }

    #[test]
    fn a_hostile_picture_is_none() {
        let painter = Painter::new(Way::Blocks(Palette::All), None);
        let mut huge = png(1, 1);
        huge[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
        let whole = png(64, 64);
        for bytes in [&huge[..], &whole[..40], b"GIF89a", b"\xff\xd8\xff\xe0", b"", &png(7_000, 1)]
        {
            assert!(painter.paint(bytes, (20, 10)).is_none());
        }
    }

    /// What a terminal shows of `picture` drawn at the right of 30 columns.
    fn drawn(picture: &Picture) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(40, 20)).unwrap();
        let area = Rect::new(2, 1, 30, 11);
        terminal.draw(|frame| picture.draw(frame, area)).unwrap();
        terminal
    }

    #[test]
    fn half_blocks_have_the_colours_of_the_picture() {
        // The upper left quarter red, the rest blue.
        let painter = Painter::new(Way::Blocks(Palette::All), None);
        let picture = painter.paint(BASELINE, (22, 11)).unwrap();
        let terminal = drawn(&picture);
        let cell = |x, y| {
            let cell = &terminal.backend().buffer()[(x, y)];
            (cell.symbol().to_owned(), cell.fg)
        };
        let (symbol, Color::Rgb(red, _, blue)) = cell(12, 3) else { panic!("no colour") };
        assert_eq!(symbol, "▀");
        assert!(red > 180 && blue < 80, "{red} {blue}");
        let (_, Color::Rgb(red, _, blue)) = cell(28, 9) else { panic!("no colour") };
        assert!(red < 80 && blue > 180, "{red} {blue}");
        assert_eq!(cell(9, 3).0, " ", "left of it");
    }

    #[test]
    fn a_sequence_is_written_once_and_nothing_over_it() {
        let painter = Painter::new(Way::Kitty, Some((10, 20)));
        let picture = painter.paint(BASELINE, (22, 11)).unwrap();
        let terminal = drawn(&picture);
        let buffer = terminal.backend().buffer();
        let written: Vec<(u16, u16)> = (0..20)
            .flat_map(|y| (0..40).map(move |x| (x, y)))
            .filter(|place| buffer[*place].symbol().contains('\u{1b}'))
            .collect();
        assert_eq!(written, [(10, 1)]);
        // Where there is no room for all of it there is nothing.
        let mut terminal = Terminal::new(TestBackend::new(40, 5)).unwrap();
        terminal.draw(|frame| picture.draw(frame, Rect::new(0, 0, 30, 11))).unwrap();
        assert!(terminal.backend().buffer().content().iter().all(|cell| cell.symbol() == " "));
    }
}
