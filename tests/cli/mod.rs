//! The verbs, each with the real program.

mod bad_input;
mod house;
mod import;
mod permission;
mod query;
mod together;
mod work;
