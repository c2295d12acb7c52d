//! Where each part of the screen lies, in cells.
//!
//! The program must know it to wrap and scroll, `ui` to draw and to tell what
//! was clicked; both ask here.

/// The size of the terminal, in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// What the transcript asks of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// The width of the longest time, in cells.
    pub time: u16,
    /// The width of the longest name of a speaker, in cells; 0 without any.
    pub speaker: u16,
    /// Whether the waveform is to be shown.
    pub waveform: bool,
}

/// The parts of the screen. A part that there is no room for is 0 wide, or is
/// `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The whole.
    pub size: Size,
    /// The first column of the transcript: its mark.
    pub left: u16,
    /// The width of the times, without the gap behind them.
    pub time: u16,
    /// The width of the speakers' names, without the gap; where it is 0 a name
    /// stands in the text, before its first words.
    pub speaker: u16,
    /// The width of the text.
    pub text: u16,
    /// The first row of the transcript.
    pub top: u16,
    /// How many rows the transcript has.
    pub rows: u16,
    /// The first row of the waveform, which has three.
    pub waveform: Option<u16>,
    /// The row of the progress line.
    pub progress: u16,
    /// The row of the state.
    pub status: u16,
    /// The row for notices and for what is being typed; the same as `status`
    /// where there is no room for two.
    pub notice: u16,
}

/// The mark and the gap behind it.
pub const GUTTER: u16 = 2;
/// The rows of the waveform.
const WAVEFORM_ROWS: u16 = 3;
/// The gap between columns.
pub const GAP: u16 = 2;

impl Layout {
    /// The smallest screen that can be used.
    pub const SMALLEST: Size = Size { width: 20, height: 5 };
    /// The smallest screen with room for the waveform.
    pub const WAVEFORM: Size = Size { width: 40, height: 16 };
    /// The widest that text becomes: a line of some 12 words is read best
    /// (Bringhurst: 45 to 75 characters).
    pub const MEASURE: u16 = 72;
    /// The widest column of speakers.
    const SPEAKER: u16 = 14;

    /// The layout of a screen of this size; `None` if it is too small.
    pub fn new(size: Size, wants: Wants) -> Option<Self> {
        let Size { width, height } = size;
        if width < Self::SMALLEST.width || height < Self::SMALLEST.height {
            return None;
        }
        let time = if width >= 50 { wants.time } else { 0 };
        let speaker = if width >= 76 { wants.speaker.min(Self::SPEAKER) } else { 0 };
        let gap = |column: u16| if column > 0 { column + GAP } else { 0 };
        let beside = GUTTER + gap(time) + gap(speaker);
        // One column stays free at the right edge.
        let text = (width - beside - 1).min(Self::MEASURE);
        let left = (width - beside - text) / 2;

        let head = if height >= 14 { 2 } else { 1 };
        let foot = match height {
            0..8 => 2,
            8..18 => 3,
            _ => 4,
        };
        let (progress, status) = match foot {
            2 => (height - 2, height - 1),
            _ => (height - 3, height - 2),
        };
        let has_room = width >= Self::WAVEFORM.width && height >= Self::WAVEFORM.height;
        let waveform = (wants.waveform && has_room).then(|| progress - WAVEFORM_ROWS);
        let foot = if waveform.is_some() { foot + WAVEFORM_ROWS } else { foot };
        Some(Self {
            size,
            left: if width >= 100 { left } else { 0 },
            time,
            speaker,
            text,
            top: head,
            rows: height - head - foot,
            waveform,
            progress,
            status,
            notice: height - 1,
        })
    }

    /// The first column of the text.
    pub const fn text_left(&self) -> u16 {
        self.speaker_left() + if self.speaker > 0 { self.speaker + GAP } else { 0 }
    }

    /// The first column of the speakers.
    pub const fn speaker_left(&self) -> u16 {
        self.left + GUTTER + if self.time > 0 { self.time + GAP } else { 0 }
    }

    /// The columns of the progress bar between times `elapsed` and `after`
    /// cells wide: its first and how many.
    pub fn bar(&self, elapsed: u16, after: u16) -> (u16, u16) {
        let left = elapsed + 5;
        (left, self.size.width.saturating_sub(left + after + 3))
    }
}

/// A frame over the middle of the screen, with lines in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its first column.
    pub left: u16,
    /// Its first row.
    pub top: u16,
    /// Its width, borders included.
    pub width: u16,
    /// Its height, borders included.
    pub height: u16,
}

impl Sheet {
    /// Where `lines` lines lie in the middle of a screen of this size;
    /// on a high one the title and the foot stay in sight.
    pub fn new(size: Size, lines: usize) -> Self {
        let width = size.width.min(66);
        let wanted = u16::try_from(lines + 2).unwrap_or(u16::MAX);
        let (above, below) = if size.height > 20 { (1, 3) } else { (0, 0) };
        let room = size.height - above - below;
        let height = room.min(wanted);
        let top = above + (room - height) / 2;
        Self { left: (size.width - width) / 2, top, width, height }
    }

    /// How many lines it shows.
    pub fn rows(self) -> usize {
        usize::from(self.height.saturating_sub(2))
    }

    /// How far `lines` lines can be scrolled down in it.
    pub fn last_top(self, lines: usize) -> u16 {
        u16::try_from(lines.saturating_sub(self.rows())).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTS: Wants = Wants { time: 7, speaker: 30, waveform: false };

    #[test]
    fn every_part_lies_on_the_screen_and_none_on_another() {
        for width in 20..260 {
            for height in 5..80 {
                for waveform in [false, true] {
                    let wants = Wants { waveform, ..WANTS };
                    let layout = Layout::new(Size { width, height }, wants).unwrap();
                    assert!(layout.text >= 15, "{width}x{height}");
                    assert!(layout.text_left() + layout.text < width, "{width}x{height}");
                    assert!(layout.rows >= 1, "{width}x{height}");
                    let below = layout.waveform.unwrap_or(layout.progress);
                    assert!(layout.top + layout.rows <= below, "{width}x{height}");
                    assert!(layout.waveform.is_none_or(|top| top + 3 == layout.progress));
                    assert!(layout.progress < layout.status, "{width}x{height}");
                    assert!(layout.status <= layout.notice && layout.notice < height);
                }
            }
        }
    }

    #[test]
    fn a_screen_below_20_by_5_is_too_small() {
        assert_eq!(Layout::new(Size { width: 19, height: 24 }, WANTS), None);
        assert_eq!(Layout::new(Size { width: 80, height: 4 }, WANTS), None);
    }

    #[test]
    fn a_narrow_screen_drops_the_times_and_a_wide_one_keeps_the_measure() {
        assert_eq!(Layout::new(Size { width: 40, height: 12 }, WANTS).unwrap().time, 0);
        assert_eq!(Layout::new(Size { width: 200, height: 50 }, WANTS).unwrap().text, 72);
    }
}
