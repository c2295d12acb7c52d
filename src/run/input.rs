//! What the terminal sends, as events of the program.

use std::io;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crossterm::event::{
    self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::Message;
use crate::app::key::{Code, Key, Named};
use crate::app::{App, Event, Size};
use crate::ui;

/// What the terminal sent.
pub(super) type Input = event::Event;

/// How long the rest of a sequence may take before the terminal is asked
/// again.
const REST: Duration = Duration::from_millis(20);

/// How many lines one notch of the wheel scrolls.
const WHEEL_LINES: i32 = 3;

/// Starts the thread that waits for the terminal. It ends with the program,
/// or when the terminal is gone.
pub(super) fn listen(sender: SyncSender<Message>) -> io::Result<()> {
    let wait = move || {
        while wait_for_input() {
            // Everything that has come. The first may be half a sequence, of
            // which the rest is on its way.
            while let Ok(true) = event::poll(REST) {
                let Ok(input) = event::read() else { break };
                if sender.send(Message::Input(input)).is_err() {
                    return;
                }
            }
        }
        let _ = sender.send(Message::Terminate);
    };
    std::thread::Builder::new().name("input".into()).spawn(wait).map(drop)
}

/// Waits until the terminal has sent something; `false` when it is gone.
///
/// crossterm's own reading does not tell the two apart: at the end of the
/// input it goes round and round.
fn wait_for_input() -> bool {
    let stdin = io::stdin();
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut fds, None) {
            Err(Errno::INTR) => {}
            Err(_) => return false,
            Ok(_) => return !fds[0].revents().intersects(gone),
        }
    }
}

/// What `input` means to the program; `None` if nothing.
pub(super) fn event(input: Input, app: &App) -> Option<Event> {
    match input {
        Input::Key(event) => key(event).map(Event::Key),
        Input::Paste(text) => Some(Event::Paste(text)),
        Input::Mouse(event) => pointer(event, app),
        Input::Resize(width, height) => Some(Event::Resized(Size { width, height })),
        Input::FocusGained | Input::FocusLost => None,
    }
}

fn pointer(event: MouseEvent, app: &App) -> Option<Event> {
    let MouseEvent { column, row, .. } = event;
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Event::Press(ui::hit(app, column, row))),
        MouseEventKind::Drag(MouseButton::Left) => Some(Event::Drag(ui::drag(app, column))),
        MouseEventKind::Up(MouseButton::Left) => Some(Event::Release),
        MouseEventKind::ScrollDown => Some(Event::Wheel(WHEEL_LINES)),
        MouseEventKind::ScrollUp => Some(Event::Wheel(-WHEEL_LINES)),
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::F(number) => Code::F(number),
        KeyCode::Enter => Code::Named(Named::Enter),
        KeyCode::Esc => Code::Named(Named::Esc),
        KeyCode::Tab => Code::Named(Named::Tab),
        KeyCode::Backspace => Code::Named(Named::Backspace),
        KeyCode::Delete => Code::Named(Named::Delete),
        KeyCode::Left => Code::Named(Named::Left),
        KeyCode::Right => Code::Named(Named::Right),
        KeyCode::Up => Code::Named(Named::Up),
        KeyCode::Down => Code::Named(Named::Down),
        KeyCode::Home => Code::Named(Named::Home),
        KeyCode::End => Code::Named(Named::End),
        KeyCode::PageUp => Code::Named(Named::PageUp),
        KeyCode::PageDown => Code::Named(Named::PageDown),
        _ => return None,
    };
    let held = |modifier| event.modifiers.contains(modifier);
    let types = matches!(code, Code::Char(_));
    Some(Key {
        code,
        ctrl: held(KeyModifiers::CONTROL),
        alt: held(KeyModifiers::ALT),
        shift: held(KeyModifiers::SHIFT) && !types,
    })
}
