//! No covers: built without `cover-art`.

use ratatui::Frame;
use ratatui::layout::Rect;

/// Makes no pictures.
pub(super) enum Painter {}

/// A picture that there never is.
#[derive(Debug)]
pub(super) enum Picture {}

impl Painter {
    /// There is none.
    pub(super) const fn from_environment() -> Option<Self> {
        None
    }

    /// There is none.
    pub(super) const fn paint(&self, _: &[u8], _: (u16, u16)) -> Option<Picture> {
        match *self {}
    }
}

impl Picture {
    /// Draws nothing.
    pub(super) const fn draw(&self, _: &mut Frame<'_>, _: Rect) {
        match *self {}
    }
}
