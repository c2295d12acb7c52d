//! Covers, in terminals that can show them.

use std::fmt;
use std::io::Cursor;
use std::panic::catch_unwind;

use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui_image::picker::{Picker, ProtocolType};
use ratatui_image::protocol::Protocol;
use ratatui_image::{FontSize, Image, Resize};

/// The largest picture that is decoded, in pixels each way.
const LARGEST: u32 = 6_000;

/// How much memory that may take, in bytes.
const MEMORY: u64 = 160 << 20;

/// Makes pictures for one kind of terminal.
#[derive(Clone)]
pub(super) struct Painter {
    picker: Picker,
}

/// A cover as this terminal shows it.
#[derive(Clone)]
pub(super) struct Picture(Protocol);

impl Painter {
    /// For the terminal that the environment names; `None` where it shows no
    /// pictures, or it is not known how. The terminal is asked nothing, so no
    /// key is lost and nothing waits for its answer.
    pub(super) fn from_environment() -> Option<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let kind = kind(&set)?;
        let pixels = crossterm::terminal::window_size().ok().and_then(|size| {
            let width = size.width.checked_div(size.columns).filter(|width| *width > 0)?;
            let height = size.height.checked_div(size.rows).filter(|height| *height > 0)?;
            Some(FontSize::new(width, height))
        });
        let mut picker = match pixels {
            #[expect(deprecated, reason = "the other way asks the terminal, which eats keys")]
            Some(font) => Picker::from_fontsize(font),
            // Without the size of a cell only cells themselves can be coloured.
            None => Picker::halfblocks(),
        };
        picker.set_protocol_type(if pixels.is_some() { kind } else { ProtocolType::Halfblocks });
        Some(Self { picker })
    }

    /// The picture in `bytes`, PNG or JPEG, no larger than so many cells;
    /// `None` if it is damaged, too large, or another kind.
    pub(super) fn paint(&self, bytes: &[u8], (width, height): (u16, u16)) -> Option<Picture> {
        let size = Size { width, height };
        let painted = catch_unwind(|| {
            let image = decode(bytes)?;
            // Once small, the rest is quick.
            let image = image.thumbnail(u32::from(width) * 20, u32::from(height) * 40);
            self.picker.new_protocol(image, size, Resize::Fit(None)).ok()
        });
        painted.ok().flatten().map(Picture)
    }
}

impl Picture {
    /// Draws it at the right edge of `area`.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let size = self.0.size();
        let left = area.right().saturating_sub(size.width).max(area.x);
        let place = Rect { x: left, width: area.right() - left, ..area };
        frame.render_widget(Image::new(&self.0), place);
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({:?})", self.0.size())
    }
}

/// How the terminal shows pictures.
fn kind(set: &dyn Fn(&str) -> Option<String>) -> Option<ProtocolType> {
    let term = set("TERM").unwrap_or_default();
    let program = set("TERM_PROGRAM").unwrap_or_default();
    let is_within = set("TMUX").is_some() || set("STY").is_some();
    if set("NO_COLOR").is_some() || term == "dumb" || term.is_empty() || is_within {
        return None;
    }
    let is_true = set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
    match (term.as_str(), program.as_str()) {
        ("xterm-kitty" | "xterm-ghostty", _) => Some(ProtocolType::Kitty),
        (_, "iTerm.app" | "WezTerm" | "mintty") => Some(ProtocolType::Iterm2),
        (term, _) if term.starts_with("foot") || term.contains("sixel") => {
            Some(ProtocolType::Sixel)
        }
        // Half blocks need colours of their own.
        _ => is_true.then_some(ProtocolType::Halfblocks),
    }
}

/// The picture in `bytes`, within limits of size and memory.
fn decode(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    if !matches!(reader.format()?, ImageFormat::Png | ImageFormat::Jpeg) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST);
    limits.max_image_height = Some(LARGEST);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    reader.decode().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(environment: &[(&str, &str)]) -> Option<ProtocolType> {
        let value = |name: &str| {
            let found = environment.iter().find(|(other, _)| *other == name)?;
            Some(found.1.to_owned())
        };
        kind(&value)
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn only_a_terminal_that_is_known_to_show_pictures_gets_them() {
        use ProtocolType::{Halfblocks, Iterm2, Kitty, Sixel};
        let truly = ("COLORTERM", "truecolor");
        for (environment, expected) in [
            (&[("TERM", "xterm-kitty")][..], Some(Kitty)),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], Some(Iterm2)),
            (&[("TERM", "foot")], Some(Sixel)),
            (&[("TERM", "xterm-256color"), truly], Some(Halfblocks)),
            (&[("TERM", "xterm-256color")], None),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], None),
            (&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")], None),
            (&[("TERM", "dumb"), truly], None),
            (&[truly], None),
        ] {
            assert_eq!(kind_of(environment), expected, "{environment:?}");
        }
    }

    #[test]
    fn a_picture_is_no_larger_than_its_room_and_a_hostile_one_is_none() {
        let painter = Painter { picker: Picker::halfblocks() };
        let Picture(shown) = painter.paint(&png(300, 300), (20, 10)).unwrap();
        assert!(shown.size().width <= 20 && shown.size().height <= 10, "{:?}", shown.size());
        let mut huge = png(1, 1);
        huge[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
        let whole = png(64, 64);
        for bytes in [&huge[..], &whole[..40], b"GIF89a", b"\xff\xd8\xff\xe0", b"", &png(7_000, 1)]
        {
            assert!(painter.paint(bytes, (20, 10)).is_none());
        }
    }
}
