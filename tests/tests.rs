//! The one integration binary: one link step, modules below.
//!
//! `tidy` keeps the house in order, the others drive the real program. Start at `support`.

// Helpers of tests fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod canary;
mod cli;
mod demo;
mod format;
mod kill;
mod mimic;
mod money;
mod support;
mod terminal;
mod tidy;
