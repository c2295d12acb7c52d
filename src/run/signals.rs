//! Signals as messages to the loop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use signal_hook::consts::signal::{
    SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP,
    SIGTSTP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::Message;

/// How long the loop has to end after a signal. It takes no time but where the
/// disk, the sound server or the terminal takes nothing.
const PATIENCE: Duration = Duration::from_secs(6);

/// What ends a program that does not listen to it, but for what only an error
/// of its own or a kill brings about. A broken pipe is an error of writing.
const ENDING: [i32; 15] = [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGALRM, SIGIO, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1,
    SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
];

/// What is known of the end.
#[derive(Debug, Default)]
pub(super) struct End {
    /// The signal that the program was told to end by; 0 if it was not.
    signal: AtomicI32,
    /// The loop has ended, and the terminal is given back.
    is_there: AtomicBool,
}

impl End {
    /// Says that the terminal is given back and all is kept. If a signal has
    /// brought the end about the program ends by it here, as whoever sent it
    /// and the shell expect.
    pub(super) fn come(&self) {
        self.is_there.store(true, Ordering::Release);
        let signal = self.signal.load(Ordering::Acquire);
        if signal != 0 {
            let _ = emulate_default_handler(signal);
            // One of which the crate does not know what it does.
            std::process::exit(128 + signal);
        }
    }
}

/// Starts the thread that waits for signals.
pub(super) fn listen(sender: SyncSender<Message>, end: Arc<End>) -> io::Result<()> {
    let mut signals = Signals::new([&ENDING[..], &[SIGTSTP, SIGCONT, SIGWINCH]].concat())?;
    let wait = move || {
        for signal in signals.forever() {
            let message = match signal {
                SIGTSTP => Message::Stop,
                SIGCONT => Message::Continue,
                SIGWINCH => Message::Resized,
                _ => Message::Terminate,
            };
            let ends = matches!(message, Message::Terminate);
            if ends {
                end.signal.store(signal, Ordering::Release);
            }
            let _ = sender.try_send(message);
            if ends {
                end_at_last(signal, &end.is_there);
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
