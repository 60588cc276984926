//! The terminal side: keys, keymaps, themes, widgets, screens, and the program around them.
//!
//! Owns everything between bytes from a terminal and bytes to it. Must never touch the store,
//! the index or the clock: screens ask the [`desk`] through effects, the runner alone performs
//! them. Start reading at [`app`], then `app/screen.rs` (how to write a screen), then [`desk`].

pub mod app;
pub mod desk;
pub mod keymap;
pub mod keys;
pub mod office;
pub mod runner;
pub mod screens;
pub mod terminal;
pub mod theme;
pub mod widgets;
