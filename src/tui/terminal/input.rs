//! Raw input of the local terminal: bytes of standard input and signals, each from a thread of
//! its own. Deciding what the bytes mean is left to the decoder, timing to the main loop.

use super::guard::Modes;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals};
use std::io;
use std::thread;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// Bytes typed or pasted.
    Bytes(Vec<u8>),
    /// The terminal has another size, or it is the program's again: everything is drawn anew.
    Resized,
    /// The terminal is gone or the program is asked to end.
    Hangup,
}

/// Reads standard input until it ends; `send` says whether anybody still listens.
///
/// # Errors
/// The thread cannot be started.
pub fn read_bytes(send: impl Fn(Raw) -> bool + Send + 'static) -> io::Result<()> {
    thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || {
            let mut buffer = [0u8; 4096];
            loop {
                match rustix::io::read(io::stdin(), &mut buffer[..]) {
                    Ok(0) => break,
                    Ok(n) => {
                        if !send(Raw::Bytes(buffer[..n].to_vec())) {
                            return;
                        }
                    }
                    Err(rustix::io::Errno::INTR) => {}
                    Err(_) => break,
                }
            }
            send(Raw::Hangup);
        })?;
    Ok(())
}

/// Turns signals into events; dropping the handle's owner must call `close` on it. A program that
/// is stopped leaves the terminal to others, and takes it again when it goes on.
///
/// # Errors
/// The handlers or the thread cannot be set up.
pub fn watch_signals(
    modes: Modes,
    send: impl Fn(Raw) -> bool + Send + 'static,
) -> io::Result<Handle> {
    let watched = [SIGWINCH, SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT];
    let mut signals = Signals::new(watched)?;
    let handle = signals.handle();
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                let raw = match signal {
                    SIGWINCH => Raw::Resized,
                    SIGTSTP => {
                        modes.leave();
                        // Stops here until SIGCONT, which is the next to be heard of.
                        if signal_hook::low_level::emulate_default_handler(SIGTSTP).is_err() {
                            Raw::Hangup
                        } else {
                            continue;
                        }
                    }
                    SIGCONT => match modes.enter() {
                        Ok(()) => Raw::Resized,
                        Err(_) => Raw::Hangup,
                    },
                    _ => Raw::Hangup,
                };
                if !send(raw) {
                    return;
                }
            }
        })?;
    Ok(handle)
}
