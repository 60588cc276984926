//! What was planted: the manifest's lines.
//!
//! Owns the truth of the demo hospital. For the deficiency types that are checked first
//! ([`FIRST_LIGHT`]) the lines are complete: whatever is not listed as `must_find` is not in the
//! data. Never consulted by the product's rules; tests and reviewers compare against it.

use crate::domain::deficiency::HoldReason;
use crate::domain::time::Instant;
use serde::{Serialize, Serializer};

/// The deficiency types whose truth is complete (domain reference §3).
pub const FIRST_LIGHT: &[&str] = &["HP-M", "OP-M", "DS-M", "CN-M", "SIG", "COS", "DTH", "ED-M"];

/// Whether a planted thing is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// It is there and must be found.
    MustFind,
    /// It only looks like it and must not be reported.
    MustNotFind,
}

/// Which engine is to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A chart deficiency.
    Deficiency,
    /// A query opportunity.
    Opportunity,
}

/// What the department has to do so that a planted thing is there: the record alone does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Ask for an addendum to the document.
    AskAddendum,
    /// Issue a query and let its due date pass.
    LetQueryPass,
    /// Put the item on hold for this reason and so many days.
    Hold(HoldReason, i64),
}

/// One planted thing: one line of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planted {
    /// Which engine is to find it.
    pub family: Family,
    /// Whether it is to be found.
    pub expect: Expect,
    /// Deficiency type code (`DS-M`) or topic id (`aki`).
    pub kind: String,
    /// Visit number as printed.
    pub visit: String,
    /// Medical record number as printed.
    pub mrn: String,
    /// Record id of the provider who owes it.
    pub owner: Option<String>,
    /// The owner's name, `FAMILY,GIVEN`.
    pub owner_name: Option<String>,
    /// Record id of the document, procedure or order it is about.
    pub subject: Option<String>,
    /// When its clock starts, where the type's start event leaves no choice.
    #[serde(serialize_with = "rfc3339")]
    pub start: Option<Instant>,
    /// A type outside [`FIRST_LIGHT`]: listed where planted, but not claimed to be complete.
    pub later: bool,
    /// How far its document has come (`dictated`, `transcribed`, `signed`); `open` for what has no
    /// document.
    pub stage: &'static str,
    /// What the department has to do for it.
    pub act: Option<Act>,
    /// What was done to the chart, in words.
    pub why: String,
}

/// The stage of the document an item of this type is about.
pub(super) fn stage(kind: &str) -> &'static str {
    match kind {
        "SIG" => "transcribed",
        "COS" => "signed",
        "TXT" => "dictated",
        _ => "open",
    }
}

fn rfc3339<S: Serializer>(at: &Option<Instant>, out: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => out.serialize_str(&at.rfc3339()),
        None => out.serialize_none(),
    }
}

impl Planted {
    /// The manifest line: one JSON object, without the line break.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
