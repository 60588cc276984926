//! The terminal side: keys, keymaps, themes, widgets, screens, and the program around them.

pub mod keymap;
pub mod keys;
pub mod terminal;
pub mod theme;
