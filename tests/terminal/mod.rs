//! The workstation end to end: the real program on a pseudo-terminal.
//!
//! Start at [`driver`]. Tests give commands by name, as `docs/commands.md` lists them.

mod charts;
mod drafts;
pub mod driver;
mod hostile;
mod search;
mod signals;
mod turn;
pub mod work;
