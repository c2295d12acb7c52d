//! Covers, in terminals that can show them.

mod blocks;
mod decode;

use std::fmt;
use std::panic::catch_unwind;
use std::process::{Command, Stdio};

use image::DynamicImage;
use image::imageops::FilterType;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;
use ratatui_image::{FontSize, Image, Resize};

/// The number under which kitty keeps the cover: the next replaces the last.
const NUMBER: u32 = 7_331;

/// Makes pictures for one kind of terminal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Painter {
    way: Way,
    /// The width and height of a cell in pixels.
    cell: FontSize,
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

/// Which colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Palette {
    /// All.
    All,
    /// The 6 × 6 × 6 and 24 greys of 256.
    Cube,
}

/// A cover as this terminal shows it.
pub(super) struct Picture {
    way: Way,
    drawn: Protocol,
    /// What a terminal that keeps pictures is sent again when it has lost it.
    kept: Option<DynamicImage>,
}

impl Painter {
    /// For the terminal that the environment names; `None` where it shows no
    /// pictures, or it is not known how. The terminal is asked nothing, so no
    /// key is lost and nothing waits for its answer; but kitty's program is
    /// asked how old it is, which can take half a second.
    pub(super) fn from_environment() -> Option<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let asked = || {
            let mut kitty = Command::new("kitty");
            let said = kitty.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
            said.map_or_else(|_| String::new(), |said| String::from_utf8_lossy(&said.stdout).into())
        };
        let way = way(&set, &asked)?;
        let cell = crossterm::terminal::window_size().ok().and_then(|size| {
            let width = size.width.checked_div(size.columns).filter(|width| *width > 0)?;
            let height = size.height.checked_div(size.rows).filter(|height| *height > 0)?;
            Some(FontSize { width, height })
        });
        Some(Self::new(way, cell))
    }

    fn new(way: Way, cell: Option<FontSize>) -> Self {
        match (way, cell) {
            (Way::Kitty | Way::Iterm2 | Way::Sixel, Some(cell)) => Self { way, cell },
            // Two pixels a cell, which are as wide as they are high.
            (Way::Blocks(_), _) => Self { way, cell: FontSize::new(10, 20) },
            // Without the size of a cell nobody knows how many a picture takes.
            (_, None) => Self::new(Way::Blocks(Palette::Cube), None),
        }
    }

    /// The picture in `bytes`, PNG or JPEG, no larger than `room` in columns and
    /// rows; `None` if it is damaged, too large, or another kind.
    pub(super) fn paint(self, bytes: &[u8], room: (u16, u16)) -> Option<Picture> {
        // What is wrong in a stranger's file never ends the thread.
        catch_unwind(|| self.painted(bytes, room.into())).ok().flatten()
    }

    fn painted(self, bytes: &[u8], room: Size) -> Option<Picture> {
        let pixels = |cells: u16, cell: u16| u32::from(cells) * u32::from(cell);
        let pixels = (pixels(room.width, self.cell.width), pixels(room.height, self.cell.height));
        let image = decode::decode(bytes, pixels)?;
        let scale = Resize::Scale(Some(FilterType::Triangle));
        let size = scale.size_for(&image, self.cell, room);
        let image = scale.resize(&image, self.cell, size, None);
        let kept = (self.way == Way::Kitty).then(|| image.clone());
        let drawn = match self.way {
            Way::Kitty => Protocol::Kitty(Kitty::new(image, size, NUMBER, false, false).ok()?),
            Way::Iterm2 => Protocol::ITerm2(Iterm2::new(image, size, false).ok()?),
            Way::Sixel => Protocol::Sixel(Sixel::new(image, size, false).ok()?),
            Way::Blocks(_) => Protocol::Halfblocks(Halfblocks::new(image, size).ok()?),
        };
        Some(Picture { way: self.way, drawn, kept })
    }
}

impl Picture {
    /// Draws it at the right edge of `area`; nothing if there is no room for
    /// all of it.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let area = area.intersection(frame.area());
        let size = self.drawn.size();
        let left = area.right().saturating_sub(size.width).max(area.x);
        let place = Rect { x: left, width: area.right() - left, ..area };
        frame.render_widget(Image::new(&self.drawn), place);
        if self.way == Way::Blocks(Palette::Cube) {
            let place = Rect { width: size.width, height: size.height, ..place };
            reduce(frame.buffer_mut(), place.intersection(area));
        }
    }

    /// Has it sent whole again: the terminal may have lost it, as kitty does
    /// when its other screen is shown.
    pub(super) fn renew(&mut self) {
        let again = self
            .kept
            .clone()
            .and_then(|image| Kitty::new(image, self.drawn.size(), NUMBER, false, false).ok());
        if let Some(again) = again {
            self.drawn = Protocol::Kitty(again);
        }
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Size { width, height } = self.drawn.size();
        write!(f, "Picture({width} × {height})")
    }
}

/// Gives the cells of `place` the nearest of 256 colours.
fn reduce(buffer: &mut Buffer, place: Rect) {
    for position in place.positions() {
        let cell = &mut buffer[position];
        for colour in [&mut cell.fg, &mut cell.bg] {
            if let Color::Rgb(red, green, blue) = *colour {
                *colour = Color::Indexed(blocks::nearest([red, green, blue]));
            }
        }
    }
}
/// How the terminal shows pictures, by what the environment says of it and, of
/// kitty, what its program does.
fn way(set: &dyn Fn(&str) -> Option<String>, kitty: &dyn Fn() -> String) -> Option<Way> {
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
        ("xterm-ghostty", _) | (_, "ghostty") if !is_within => Some(Way::Kitty),
        ("xterm-kitty", _) if !is_within && is_new(&kitty()) => Some(Way::Kitty),
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

/// Whether the kitty that says this of itself shows pictures in place of
/// letters: from 0.28 on ("Unicode placeholders", in its list of changes).
/// Older ones show boxes.
fn is_new(said: &str) -> bool {
    let version = said.split_whitespace().nth(1).unwrap_or_default();
    let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
    (numbers.next(), numbers.next()) >= (Some(0), Some(28))
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
        let kitty = || {
            let version = value("kitty")?;
            Some(format!("kitty {version} created by Kovid Goyal"))
        };
        way(&value, &|| kitty().unwrap_or_default())
    }

    #[test]
    fn only_a_terminal_that_is_known_to_show_pictures_gets_them() {
        let truly = ("COLORTERM", "truecolor");
        let all = Some(Way::Blocks(Palette::All));
        let cube = Some(Way::Blocks(Palette::Cube));
        for (environment, expected) in [
            (&[("TERM", "xterm-kitty"), ("kitty", "0.28.0")][..], Some(Way::Kitty)),
            (&[("TERM", "xterm-kitty"), ("kitty", "1.0")], Some(Way::Kitty)),
            (&[("TERM", "xterm-kitty"), ("kitty", "0.27.1")], all),
            // Far away from its program nobody knows.
            (&[("TERM", "xterm-kitty")], all),
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
        let cells = [None, Some(FontSize::new(9, 19))];
        for (way, cell) in ways.into_iter().flat_map(|way| cells.map(|cell| (way, cell))) {
            for (width, height) in [(300, 300), (900, 20), (7, 900), (1, 1)] {
                let painter = Painter::new(way, cell);
                let shown = painter.paint(&png(width, height), (22, 11)).unwrap();
                let Size { width: columns, height: rows } = shown.drawn.size();
                let size = (columns, rows);
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

    fn painted(way: Way) -> Picture {
        let painter = Painter::new(way, Some(FontSize::new(10, 20)));
        painter.paint(BASELINE, (22, 11)).unwrap()
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
        let picture = painted(Way::Blocks(Palette::All));
        let terminal = drawn(&picture);
        let cell = |x, y| &terminal.backend().buffer()[(x, y)];
        let Color::Rgb(red, _, blue) = cell(12, 3).bg else { panic!("no colour") };
        assert!(red > 180 && blue < 80, "{red} {blue}");
        let Color::Rgb(red, _, blue) = cell(28, 9).bg else { panic!("no colour") };
        assert!(red < 80 && blue > 180, "{red} {blue}");
        assert_eq!(cell(9, 3).bg, Color::Reset, "left of it");
    }

    #[test]
    fn half_blocks_are_of_256_colours_where_there_are_no_more() {
        let terminal = drawn(&painted(Way::Blocks(Palette::Cube)));
        for position in Rect::new(10, 1, 22, 11).positions() {
            let cell = &terminal.backend().buffer()[position];
            assert!(
                matches!((cell.fg, cell.bg), (Color::Indexed(_), Color::Indexed(_))),
                "{cell:?}"
            );
        }
    }

    /// Where escape sequences are written when `picture` is drawn.
    fn written(picture: &Picture) -> Vec<(u16, u16)> {
        let terminal = drawn(picture);
        let buffer = terminal.backend().buffer();
        let places = (0..20).flat_map(|y| (0..40).map(move |x| (x, y)));
        places.filter(|place| buffer[*place].symbol().contains('\u{1b}')).collect()
    }

    #[test]
    fn a_sequence_is_written_at_the_corner_only() {
        for way in [Way::Kitty, Way::Iterm2, Way::Sixel] {
            let picture = painted(way);
            assert_eq!(written(&picture), [(10, 1)], "{way:?}");
            // Where there is no room for all of it there is nothing.
            let mut terminal = Terminal::new(TestBackend::new(40, 5)).unwrap();
            terminal.draw(|frame| picture.draw(frame, Rect::new(0, 0, 30, 11))).unwrap();
            let cells = terminal.backend().buffer().content();
            assert!(cells.iter().all(|cell| cell.symbol() == " "), "{way:?}");
        }
    }

    #[test]
    fn a_terminal_that_keeps_the_picture_is_sent_it_again_only_if_it_is_lost() {
        let mut picture = painted(Way::Kitty);
        assert_eq!(written(&picture), [(10, 1)]);
        assert_eq!(written(&picture), []);
        picture.renew();
        assert_eq!(written(&picture), [(10, 1)]);
    }
}
