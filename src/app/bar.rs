//! Where the progress bar and the times around it lie.

use super::{App, Layout};
use crate::model::{MediaTime, text};

/// Below this width what remains is not shown.
const ROOM_FOR_REMAINING: u16 = 50;

/// A bar of fewer cells is left out.
const SHORTEST: u16 = 4;

/// A longer time is cut.
const WIDEST_TIME: usize = 9;

/// The columns of the progress line. They depend on nothing that time changes.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// The width of a time, in cells.
    pub time: u16,
    /// The width of what remains, in cells; 0 where it is not shown.
    pub remaining: u16,
    /// The first column of the bar.
    pub left: u16,
    /// Its width; 0 where there is no room for it.
    pub width: u16,
    /// The column of the length.
    pub length: u16,
}

impl Bar {
    /// Those of an episode of this length.
    pub(super) fn new(length: MediaTime, layout: &Layout) -> Self {
        let cells = |time: MediaTime| {
            let cells = text::width(&time.to_string()).min(WIDEST_TIME);
            u16::try_from(cells).unwrap_or(0)
        };
        let time = cells(length);
        // At the slowest speed what remains is twice as long.
        let slowest = MediaTime::from_micros(length.as_micros().saturating_mul(2));
        let is_shown = layout.size.width >= ROOM_FOR_REMAINING;
        let remaining = if is_shown { cells(slowest) + 1 } else { 0 };
        let gap = if remaining > 0 { 2 } else { 0 };
        let (left, width) = layout.bar(time, time + gap + remaining);
        let width = if width < SHORTEST { 0 } else { width };
        let edge = layout.size.width.saturating_sub(1 + time);
        Self {
            time,
            remaining,
            left,
            width,
            length: if width > 0 { left + width + 2 } else { edge },
        }
    }

    /// How far along the bar `column` lies, 0.0 to 1.0; `None` beside it.
    pub fn part_at(&self, column: u16) -> Option<f64> {
        (self.left..self.left + self.width).contains(&column).then(|| self.nearest_part(column))
    }

    /// How far along the bar `column` lies, held between 0.0 and 1.0.
    pub fn nearest_part(&self, column: u16) -> f64 {
        let steps = f64::from(self.width.saturating_sub(1).max(1));
        (f64::from(column.saturating_sub(self.left)) / steps).clamp(0.0, 1.0)
    }
}

impl App {
    /// Where the progress bar lies; `None` on a screen that is too small.
    pub fn bar(&self) -> Option<Bar> {
        self.reader.layout().map(|layout| Bar::new(self.length(), layout))
    }
}
