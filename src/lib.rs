//! Chartroom: a keyboard-driven workstation for hospital Health Information Management.
//!
//! `docs/ARCHITECTURE.md` has the map. In short: `import` parses what a hospital exports,
//! `store` keeps it (encrypted SQLite), `rules` infers what is missing, `index` searches every
//! word, `ops` is the only way to change or to see anything, `tui` and `cli` are its two faces.

pub mod cdi;
pub mod cli;
pub mod command;
pub mod config;
pub mod demo;
pub mod domain;
pub mod grammar;
pub mod import;
pub mod index;
pub mod language;
pub mod ops;
pub mod report;
pub mod rules;
pub mod store;
pub mod text;
pub mod tui;
pub mod vault;
