//! Asking for a passphrase on the terminal, without echo.

use super::output::{Failure, Result};
use std::io::{BufRead, IsTerminal, Write};
use zeroize::Zeroizing;

/// Fewest characters of a new passphrase (NIST SP 800-63B: at least 8; a shared store deserves
/// more).
const MIN_CHARACTERS: usize = 12;

/// Asks for the passphrase; a new one is asked twice.
pub fn ask(new: bool) -> Result<Zeroizing<String>> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "the data is locked: give --key-file or --passphrase-file (or CHARTROOM_KEY_FILE, CHARTROOM_PASSPHRASE_FILE)"
                .to_owned(),
        ));
    }
    let first = read("Passphrase: ")?;
    if new {
        if first.chars().count() < MIN_CHARACTERS {
            return Err(Failure::Usage(format!(
                "a passphrase has at least {MIN_CHARACTERS} characters"
            )));
        }
        if *read("The same again: ")? != *first {
            return Err(Failure::Usage(
                "the two passphrases differ; nothing was made".to_owned(),
            ));
        }
    }
    Ok(first)
}

fn read(prompt: &str) -> Result<Zeroizing<String>> {
    let mut stderr = std::io::stderr();
    write!(stderr, "{prompt}")?;
    stderr.flush()?;
    let stdin = std::io::stdin();
    let before = rustix::termios::tcgetattr(&stdin).map_err(std::io::Error::from)?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(rustix::termios::LocalModes::ECHO);
    let when = rustix::termios::OptionalActions::Flush;
    rustix::termios::tcsetattr(&stdin, when, &quiet).map_err(std::io::Error::from)?;
    let mut line = Zeroizing::new(String::new());
    let read = stdin.lock().read_line(&mut line);
    rustix::termios::tcsetattr(&stdin, when, &before).map_err(std::io::Error::from)?;
    writeln!(stderr)?;
    read?;
    let trimmed = line.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(trimmed.to_owned()))
}
