//! The line of a list that the cursor is on, and those that are on the screen.

/// A place in a list that may be longer than the screen is high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// The line of the cursor.
    pub(super) at: usize,
    /// The first line on the screen.
    pub(super) top: usize,
    /// How many lines there is room for.
    rows: usize,
}

impl Window {
    /// Has room for this many lines.
    pub(super) fn set_rows(&mut self, rows: usize, count: usize) {
        self.rows = rows.max(1);
        self.keep_in_view(count);
    }

    /// How many lines a page has.
    pub(super) fn page(self) -> i32 {
        i32::try_from(self.rows.max(1)).unwrap_or(i32::MAX)
    }

    /// The lines on the screen, of `count`.
    pub(super) fn shown(self, count: usize) -> std::ops::Range<usize> {
        self.top.min(count)..self.top.saturating_add(self.rows).min(count)
    }

    /// Moves the cursor to another line that can have it; the first and the
    /// last such line hold it.
    pub(super) fn move_by(&mut self, lines: i32, count: usize, can: impl Fn(usize) -> bool) {
        let steps = usize::try_from(lines.unsigned_abs()).unwrap_or(usize::MAX);
        let to = if lines < 0 {
            self.at.saturating_sub(steps)
        } else {
            self.at.saturating_add(steps).min(count.saturating_sub(1))
        };
        let before = (0..=to).rev().find(|line| can(*line));
        let after = (to..count).find(|line| can(*line));
        let nearest = if lines < 0 { before.or(after) } else { after.or(before) };
        self.go_to(nearest.unwrap_or(0), count);
    }

    /// Puts the cursor on a line.
    pub(super) fn go_to(&mut self, line: usize, count: usize) {
        self.at = line;
        self.keep_in_view(count);
    }

    fn keep_in_view(&mut self, count: usize) {
        let last = count.saturating_sub(1);
        self.at = self.at.min(last);
        // A heading just above stays in sight.
        let above = self.at.saturating_sub(usize::from(self.rows > 1));
        let lowest = (self.at + 1).saturating_sub(self.rows);
        self.top = self.top.clamp(lowest, above.max(lowest)).min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_passes_over_lines_that_cannot_have_it_and_stays_in_sight() {
        let can = |line: usize| !line.is_multiple_of(3);
        let mut window = Window::default();
        window.set_rows(4, 10);
        let mut lines = Vec::new();
        for by in [1, 1, 1, -1, i32::MAX, i32::MIN, 9, -4] {
            window.move_by(by, 10, can);
            assert!(window.shown(10).contains(&window.at), "{window:?}");
            lines.push(window.at);
        }
        assert_eq!(lines, [1, 2, 4, 2, 8, 1, 8, 4]);
    }

    #[test]
    fn an_empty_list_has_its_cursor_on_nothing() {
        let mut window = Window::default();
        window.set_rows(0, 0);
        window.move_by(5, 0, |_| true);
        assert_eq!((window.at, window.shown(0)), (0, 0..0));
    }
}
