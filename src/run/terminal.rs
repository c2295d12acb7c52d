//! Takes the terminal over, and gives it back whatever happens.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::Message;
use super::pen::{Pen, Watch};

/// Presses, drags and the wheel, with coordinates in decimal (xterm modes
/// 1000, 1002, 1006). Not 1003: every motion of the pointer would wake us.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Standard error as it was before the screen was taken, while it is.
static STANDARD_ERROR: Mutex<Option<OwnedFd>> = Mutex::new(None);

/// Whether the terminal is taken over.
static TAKEN: AtomicBool = AtomicBool::new(false);

static HOOK: Once = Once::new();

/// How long a terminal may take for the last that is written to it.
const PATIENCE: Duration = Duration::from_secs(1);

/// The terminal, taken over. Dropping it gives the terminal back.
pub(super) struct Screen {
    /// Never dropped: ratatui's would write to a terminal that may be gone,
    /// and panics if that fails.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Pen>>>,
    watch: Watch,
    log: Option<File>,
}

impl Screen {
    /// Takes the terminal over; what libraries write to standard error goes to
    /// `log` from now on.
    pub(super) fn take(
        mouse: bool,
        log: Option<&Path>,
        sender: SyncSender<Message>,
    ) -> io::Result<Self> {
        HOOK.call_once(give_back_on_panic);
        let log = log
            .and_then(open_log)
            .or_else(|| OpenOptions::new().write(true).open("/dev/null").ok());
        let (pen, watch) = Pen::start(sender)?;
        let terminal = ManuallyDrop::new(Terminal::new(CrosstermBackend::new(pen))?);
        let mut screen = Self { terminal, watch, log };
        screen.enter(mouse)?;
        Ok(screen)
    }

    /// Whether the terminal has not taken the last picture yet: another would
    /// only have to wait. A message comes when it has.
    pub(super) fn is_busy(&self) -> bool {
        self.watch.is_busy()
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

    /// Gives the terminal back, for a while or for good. One that takes
    /// nothing gets its line discipline back, but not its screen.
    pub(super) fn give_back(&mut self) {
        if !TAKEN.swap(false, Ordering::AcqRel) {
            return;
        }
        // Giving it to the pen never fails.
        let _ = leave(self.terminal.backend_mut());
        self.watch.wait(PATIENCE);
        restore();
    }

    /// Takes the terminal again, whatever others have made of it meanwhile.
    pub(super) fn retake(&mut self, mouse: bool) -> io::Result<()> {
        // What others have set is put back first, so that raw mode begins anew.
        let _ = disable_raw_mode();
        self.enter(mouse)?;
        self.clear()
    }

    fn enter(&mut self, mouse: bool) -> io::Result<()> {
        TAKEN.store(true, Ordering::Release);
        enable_raw_mode()?;
        execute!(self.terminal.backend_mut(), EnterAlternateScreen, EnableBracketedPaste)?;
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
        self.give_back();
    }
}

/// Takes raw mode again if another program has ended it, as those do that
/// set the terminal and put it back when they end; says whether it was so.
/// Asks the system once.
pub(super) fn keep_raw() -> io::Result<bool> {
    let terminal = io::stdin();
    let cooked = LocalModes::ICANON | LocalModes::ECHO;
    let Ok(modes) = tcgetattr(&terminal) else { return Ok(false) };
    if !modes.local_modes.intersects(cooked) {
        return Ok(false);
    }
    disable_raw_mode()?;
    if modes.local_modes.contains(cooked | LocalModes::ISIG | LocalModes::IEXTEN) {
        // What was found at the start may have been that program's.
        tcsetattr(&terminal, OptionalActions::Now, &modes)?;
    }
    enable_raw_mode()?;
    Ok(true)
}

/// Puts every mode of the terminal back, if it is taken: for a panic, from any
/// thread. Errors are of no use to anybody then.
fn give_back() {
    if !TAKEN.swap(false, Ordering::AcqRel) {
        return;
    }
    let _ = leave(&mut io::stdout());
    restore();
}

/// Writes what puts the modes of the screen back.
fn leave(out: &mut impl Write) -> io::Result<()> {
    out.write_all(MOUSE_OFF.as_bytes())?;
    execute!(out, DisableBracketedPaste, Show, LeaveAlternateScreen)
}

/// Puts back what needs no writing to the terminal.
fn restore() {
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

#[cfg(test)]
mod tests {
    use std::io::Read;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    /// Set in the program that is to panic.
    const PANICS: &str = "SAYAGAIN_TEST_PANICS";

    /// Not a test by itself: the other runs it in a terminal of its own.
    #[test]
    fn a_program_that_panics_with_the_screen_taken() {
        if std::env::var_os(PANICS).is_none() {
            return;
        }
        let dies = || {
            let (sender, _messages) = std::sync::mpsc::sync_channel(8);
            let mut screen = Screen::take(true, None, sender).unwrap();
            screen.draw(|frame| frame.render_widget("drawn", frame.area())).unwrap();
            panic!("on purpose");
        };
        let main = std::thread::Builder::new().name("main".into()).spawn(dies).unwrap();
        assert!(main.join().is_err());
        // Without what dropping the screen or the end of the program would do.
        std::process::exit(3);
    }

    #[test]
    fn a_panic_gives_the_terminal_back_and_is_told_afterwards() {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let before = format!("{:?}", pair.master.get_termios());
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", "--nocapture", "--test-threads=1"]);
        command.arg("run::terminal::tests::a_program_that_panics_with_the_screen_taken");
        command.env(PANICS, "1");
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut sent = Vec::new();
        // At the end of the program reading is an error on Linux.
        let _ = reader.read_to_end(&mut sent);
        assert_eq!(child.wait().unwrap().exit_code(), 3);
        let sent = String::from_utf8_lossy(&sent);
        let left = sent.find("\u{1b}[?1049l").expect("the alternate screen was not left");
        let told = sent.find("on purpose").expect("the panic was not told");
        assert!(left < told, "the panic was told on the screen that is gone");
        for mode in
            ["\u{1b}[?1000l", "\u{1b}[?1002l", "\u{1b}[?1006l", "\u{1b}[?2004l", "\u{1b}[?25h"]
        {
            assert!(sent.contains(mode), "{mode:?} was not sent");
        }
        assert_eq!(format!("{:?}", pair.master.get_termios()), before);
    }
}
