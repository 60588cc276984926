//! The terminal: drawing with few bytes, entering and leaving cleanly, reading raw input.
//!
//! [`Painter`] is our ratatui backend on any writer; it asks nothing of the terminal and nothing
//! of the process (size and capabilities are given by the session). [`Guard`] and [`input`] are
//! for the local terminal only.

mod guard;
pub mod input;
mod painter;
mod pen;
mod scroll;

pub use guard::{ENTER, Guard, LEAVE, local_size};
pub use painter::{Charset, Painter};
