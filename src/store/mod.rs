//! The store: an encrypted SQLite file that holds the truth. All SQL is in this room.
//!
//! Owns the file, its format and its history. There is one way to write, [`write::Tx`], which
//! carries event, audit and outbox rows in the same transaction (a typed draft is the one
//! exception); reads are typed functions of [`Store`]. It decides nothing about permissions or
//! states: that is `ops`. Start reading at [`write`], then `migrations/0001.sql`.

mod absences;
mod answers;
mod audit;
mod cdi_figures;
mod charts;
mod coding;
mod columns;
mod deficiencies;
mod documents;
mod driver;
mod earlier;
mod error;
pub mod hex_digest;
mod history;
mod holds;
mod indexed;
mod keys;
mod ladder;
mod leases;
mod letters;
mod log;
mod made_by;
mod migrate;
mod named_lists;
mod open;
mod opportunities;
mod opportunity_list;
mod outbox;
mod people;
mod queries;
mod query_versions;
mod queue;
mod read;
mod reviews;
mod searches;
mod snapshots;
mod spans;
mod tally;
mod totals;
mod users;
mod waiting;
pub mod write;

pub use absences::CoverEnd;
pub use audit::{AuditCheck, AuditDraft};
pub use cdi_figures::CodedStay;
pub use charts::Belongs;
pub use deficiencies::{DeficiencyRow, Mutable, NewDeficiency};
pub use documents::DocumentVersion;
pub use error::{Result, StoreError};
pub use history::{UndoEvent, UndoRequest};
pub use keys::KnownKey;
pub use ladder::{LadderView, NewStep, PastMark};
pub use letters::NewLetter;
pub use made_by::MadeBy;
pub use migrate::FORMAT;
pub use named_lists::{ListEntryRow, ListRow};
pub use open::{NewStore, Store};
pub use outbox::{Change, Changes, Position};
pub use queries::QueryRow;
pub use query_versions::VersionsKept;
pub use reviews::StayRow;
pub use searches::SearchRow;
pub use snapshots::SnapshotRow;
pub use waiting::KeptPage;
pub use write::{Event, Meta, Tx, Written};

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{b:02x}");
            out
        })
}

/// A LIKE pattern that finds `text` anywhere, with its own wildcards taken literally.
fn like_pattern(text: &str) -> String {
    let mut out = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}
