//! The verbs, each with the real program.

mod annotate;
mod bad_input;
mod exits;
mod house;
mod import;
mod ladder;
mod permission;
pub mod query;
mod query_draft;
mod query_export;
mod report_cdi;
mod review;
mod together;
mod work;
