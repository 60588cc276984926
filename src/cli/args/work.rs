//! The grammar of the verbs that work deficiencies.

use super::Json;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `analyze`.
#[derive(Debug, Args)]
pub struct Analyze {
    /// Visits by number (default: every visit that changed since it was analysed).
    #[arg(value_name = "VISIT")]
    pub visits: Vec<String>,
    /// Every visit.
    #[arg(long, conflicts_with = "visits")]
    pub all: bool,
    /// The nightly run: changed visits, patients in house, what ended lately, overdue queries;
    /// begins absences and ends holds that ran out.
    #[arg(long, conflicts_with_all = ["visits", "all"])]
    pub nightly: bool,
    /// Try the rules of this folder instead of the site's.
    #[arg(long, value_name = "DIR", requires = "what_if")]
    pub rules: Option<PathBuf>,
    /// Only tell what would open and close.
    #[arg(long)]
    pub what_if: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `queue`.
#[derive(Debug, Args)]
pub struct Queue {
    /// View: all, mine, unassigned, late, due, declined, hold, ownerless, closed, every (open and
    /// closed), or a saved one.
    #[arg(long, default_value = "all")]
    pub view: String,
    /// Filter, as typed in the workstation: words, OR, -without, (groups), late, type: owner: state:
    /// due: opened: closed: owed: service: facility: class: name: mrn: visit: admitted: discharged:.
    #[arg(long, default_value = "")]
    pub filter: String,
    /// Tell what could come next after the filter as typed so far, and list nothing.
    #[arg(long)]
    pub complete: bool,
    /// Sort by due, age, patient, owner, type or closed.
    #[arg(long, default_value = "due")]
    pub sort: String,
    /// From the other end.
    #[arg(long)]
    pub reverse: bool,
    /// At most so many rows.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// Counts by provider, service or type in place of rows.
    #[arg(long, value_name = "GROUP", conflicts_with_all = ["filter", "sort", "reverse", "view"])]
    pub by: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// What a deficiency verb acts on.
#[derive(Debug, Args)]
pub struct Items {
    /// Numbers of deficiencies, as `queue` shows them.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `deficiency …`.
#[derive(Debug, Subcommand)]
pub enum Deficiency {
    /// Add one by hand.
    Add {
        /// The visit.
        visit: String,
        /// Type code, such as DS-M.
        kind: String,
        /// Who owes it: part of a provider's name (without owner, due and comment: the usual ones).
        #[arg(long)]
        owner: Option<String>,
        /// Due: T+7, 2026-03-31 (default: as the settings say).
        #[arg(long)]
        due: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
        /// The document it is about; an addendum request (ADD) needs one. Given again, one item
        /// for each, as one change.
        #[arg(long, value_name = "ID")]
        document: Vec<i64>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show everything about one.
    Show(Items),
    /// Take the next chart of a list that nobody has, and say which.
    Next {
        /// View, as in `queue`.
        #[arg(long, default_value = "all")]
        view: String,
        /// Filter, as in `queue`.
        #[arg(long, default_value = "")]
        filter: String,
        /// Sort order, as in `queue`.
        #[arg(long, default_value = "due")]
        sort: String,
        /// From the other end.
        #[arg(long)]
        reverse: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Take the charts of these: they become yours, and nobody else works them meanwhile.
    Take(Items),
    /// Give the charts of these back.
    Release(Items),
    /// Give them to another provider.
    Assign {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// The new owner: part of a name; `none` for nobody.
        #[arg(long)]
        to: String,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Put them on hold: the time is not charged.
    Hold {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// illness, leave, vacation, chart_unavailable, awaiting_other, legal, other.
        #[arg(long)]
        reason: String,
        /// Until: T+7, 2026-03-31.
        #[arg(long)]
        until: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// End their hold.
    Unhold {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Put a whole chart on hold: what the rules excuse is not charged, on what it owes now and later.
    HoldChart {
        /// The visit.
        visit: String,
        /// chart_unavailable, awaiting_other, legal, other.
        #[arg(long, default_value = "chart_unavailable")]
        reason: String,
        /// Until: T+7, 2026-03-31.
        #[arg(long)]
        until: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// End the hold of a whole chart.
    UnholdChart {
        /// The visit.
        visit: String,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Complete them.
    Complete {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// This document answers them; without a number, the document each asks about.
        #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "0")]
        document: Option<i64>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// The document each asks about does not answer it.
    Dismiss {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Move them along the stages.
    Advance {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// dictated, transcribed, signed, reviewed.
        #[arg(long)]
        to: String,
    },
    /// HIM's answer to a decline: they stand and go back to their owner.
    Uphold {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Give everything a provider owes to another, as when they leave (supervisor).
    ReassignAll {
        /// Whose: part of a provider's name.
        #[arg(long)]
        from: String,
        /// The new owner: part of a name; `attending` for the attending of each visit.
        #[arg(long)]
        to: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Decline them.
    Decline {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Everything their owners owe on the same charts too.
        #[arg(long)]
        whole_chart: bool,
        /// not_my_patient, other_provider_performed, already_documented, not_required,
        /// resident_responsibility, off_service, duplicate, wrong_patient, record_unavailable, other.
        #[arg(long)]
        reason: String,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Void them (supervisor).
    Void {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Open closed or declined ones again.
    Reopen {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Undo your last change, or the request named.
    Undo {
        /// A request id, as a change prints it with --json.
        request: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
}
