//! Shell integration, and what the process asks of the operating system at its start.

use super::args::Cli;
use super::output::{Exit, Result};
use clap::CommandFactory;
use std::io::Write;

/// Prints completions.
pub fn completions(shell: clap_complete::Shell) -> Result {
    // Written at once: the generator itself gives up with a panic where nothing can be written.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "chartroom", &mut script);
    let mut out = std::io::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// Prints the manual page.
pub fn man() -> Result {
    clap_mangen::Man::new(Cli::command()).render(&mut std::io::stdout())?;
    Ok(Exit::Done)
}

/// A file that may not grow (`ulimit -f`) is an error to tell, like a full disk: without a handler
/// the signal would end the program.
pub fn survive_size_limits() {
    let told = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // Where the handler cannot be set the program works as before.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, told);
}

/// No core file, no tracing by others of the same user, files private from their creation on.
pub fn protect_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Each is a hardening that an odd kernel may refuse; the program works without.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}
