//! The words of the department as types: charts, deficiencies, queries, people, permissions.
//!
//! Owns every type that crosses rooms, and the few rules that hold everywhere (ages, grants,
//! precision of dates). Imports nothing of ours, performs no I/O, reads no clock but through
//! [`time::Clock`]. Start reading at [`chart::Chart`], then [`deficiency`] and
//! [`action::Action`].

pub mod absence;
pub mod action;
pub mod annotation;
pub mod audit;
pub mod awaited;
pub mod cdi_figures;
pub mod chart;
pub mod clinical;
pub mod code;
pub mod coding;
pub mod copied;
pub mod deficiency;
pub mod deficiency_change;
pub mod diagnosis_entry;
pub mod diagnosis_lists;
pub mod document;
pub mod encounter;
pub mod happened;
pub mod ids;
pub mod ladder;
pub mod lease;
pub(crate) mod named;
pub mod named_list;
pub mod opportunity;
pub mod past;
pub mod people;
pub mod permission;
pub mod query;
pub mod query_life;
pub mod record;
pub mod report;
pub mod review;
pub mod review_action;
pub mod review_list;
pub mod saved_search;
pub mod search;
pub mod time;
pub mod untrusted;
pub mod user;
pub mod worklist;
