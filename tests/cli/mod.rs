//! The verbs, each with the real program.

mod annotate;
mod bad_input;
mod house;
mod import;
mod ladder;
mod permission;
mod query;
mod query_draft;
mod together;
mod work;
