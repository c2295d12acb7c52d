//! Signals as messages to the loop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::Message;

/// How long the loop has to end after a signal. It takes no time but where the
/// disk, the sound server or the terminal takes nothing.
const PATIENCE: Duration = Duration::from_secs(6);

/// Starts the thread that waits for signals. `done` tells it that the program
/// has ended by itself.
pub(super) fn listen(sender: SyncSender<Message>, done: Arc<AtomicBool>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    let wait = move || {
        for signal in signals.forever() {
            let message = match signal {
                SIGTSTP => Message::Stop,
                SIGCONT => Message::Continue,
                SIGWINCH => Message::Resized,
                _ => Message::Terminate,
            };
            let ends = matches!(message, Message::Terminate);
            let _ = sender.try_send(message);
            if ends {
                end_at_last(signal, &done);
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(wait).map(drop)
}

/// Ends the program if the loop does not in time.
fn end_at_last(signal: i32, done: &AtomicBool) {
    let step = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    while waited < PATIENCE && !done.load(Ordering::Acquire) {
        std::thread::sleep(step);
        waited += step;
    }
    if !done.load(Ordering::Acquire) {
        std::process::exit(128 + signal);
    }
}

/// Stops the program until the shell lets it go on.
pub(super) fn stop() {
    // It can only fail for a signal that is none.
    let _ = emulate_default_handler(SIGTSTP);
}
