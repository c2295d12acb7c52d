//! Takes the terminal over, and gives it back whatever happens.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Stdout, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

/// Presses, drags and the wheel, with coordinates in decimal (xterm modes
/// 1000, 1002, 1006). Not 1003: every motion of the pointer would wake us.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Standard error as it was before the screen was taken, while it is.
static STANDARD_ERROR: Mutex<Option<OwnedFd>> = Mutex::new(None);

static HOOK: Once = Once::new();

/// The terminal, taken over. Dropping it gives the terminal back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    log: Option<File>,
}

impl Screen {
    /// Takes the terminal over; what libraries write to standard error goes to
    /// `log` from now on.
    pub(super) fn take(mouse: bool, log: Option<&Path>) -> io::Result<Self> {
        HOOK.call_once(give_back_on_panic);
        let log = log
            .and_then(open_log)
            .or_else(|| OpenOptions::new().write(true).open("/dev/null").ok());
        let out = BufWriter::with_capacity(64 * 1024, io::stdout());
        let terminal = Terminal::new(CrosstermBackend::new(out))?;
        let mut screen = Self { terminal, log };
        screen.enter(mouse)?;
        Ok(screen)
    }

    /// Draws a picture; only cells that differ from the last are written.
    pub(super) fn draw(&mut self, picture: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(picture)?;
        Ok(())
    }

    /// Columns and rows; what they were last if the terminal does not say.
    pub(super) fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((0, 0), |size| (size.width, size.height))
    }

    /// Forgets what was drawn, so that the next picture is drawn whole.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        // `Terminal::clear` would ask the terminal where its cursor is, and
        // wait for an answer that the input thread reads.
        let size = self.terminal.size()?;
        self.terminal.resize(ratatui::layout::Rect::from((ratatui::layout::Position::ORIGIN, size)))
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(super) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        let out = self.terminal.backend_mut();
        out.write_all(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())?;
        io::Write::flush(out)
    }

    /// Gives the terminal back for a while.
    pub(super) fn give_back() {
        give_back();
    }

    /// Takes the terminal again, whatever others have made of it meanwhile.
    pub(super) fn retake(&mut self, mouse: bool) -> io::Result<()> {
        give_back();
        self.enter(mouse)?;
        self.clear()
    }

    fn enter(&mut self, mouse: bool) -> io::Result<()> {
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        self.set_mouse(mouse)?;
        self.terminal.hide_cursor()?;
        if let Some(log) = &self.log {
            let mut saved = STANDARD_ERROR.lock().unwrap_or_else(PoisonError::into_inner);
            if saved.is_none() {
                *saved = io::stderr().as_fd().try_clone_to_owned().ok();
            }
            rustix::stdio::dup2_stderr(log)?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Puts every mode of the terminal back. It may be called at any time, from
/// any thread, more than once; errors are of no use to anybody then.
fn give_back() {
    let mut out = io::stdout();
    let _ = out.write_all(MOUSE_OFF.as_bytes());
    let _ = execute!(out, DisableBracketedPaste, Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
    let mut saved = STANDARD_ERROR.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(standard_error) = saved.take() {
        let _ = rustix::stdio::dup2_stderr(standard_error);
    }
}

/// A panic of the loop gives the terminal back before it is reported. One of
/// another thread is reported to the log: the screen goes on.
fn give_back_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() == Some("main") {
            give_back();
        }
        report(panic);
    }));
}

/// Opens the log, made anew once it is over 1 MB.
fn open_log(path: &Path) -> Option<File> {
    std::fs::create_dir_all(path.parent()?).ok()?;
    let large = path.metadata().is_ok_and(|about| about.len() > 1_000_000);
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    if large {
        options.truncate(true)
    } else {
        options.append(true)
    };
    options.open(path).ok()
}
