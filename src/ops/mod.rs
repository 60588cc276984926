//! Use cases: the only way to change or to see anything.
//!
//! Every call takes the acting user, asks the one permission function, does its work through
//! `store` in one transaction and leaves an audit row; a disclosure is audited, durably, before
//! the first of it is handed out. Never draws, prints or parses a feed. Start reading at
//! [`Office::act`], then [`views`].

mod absence;
mod access;
mod act;
mod analysis;
mod by_hand;
mod catalogue;
mod cdi_report;
mod chart_hold;
mod coding;
mod compare;
mod cover;
mod deed;
mod deficiency;
mod drafts;
mod error;
mod explain;
mod export;
mod filters;
mod finding;
mod groups;
mod holds;
pub mod indexing;
mod intake;
mod ladder;
mod letters;
mod named_lists;
mod opportunities;
mod opportunity_list;
mod outcome;
mod plan;
mod printing;
mod queries;
mod query_export;
mod reports;
mod review;
mod saved_views;
mod search;
mod searches;
mod settings;
mod setup;
mod snapshots;
mod taking;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_truth;
mod undo;
mod users;
mod views;
mod waiting;

pub use analysis::Which;
pub use by_hand::MANUAL;
pub use deed::{Deed, How};
pub use error::{Notice, OpsError, Result};
pub use export::{ExportForm, Exported, MOST as MOST_EXPORTED};
pub use indexing::{CheckProgress, Checkup, Depth, IndexProgress, Indexer, Told};
pub use intake::Intake;
pub use opportunities::VisitOpportunities;
pub use opportunity_list::Seen;
pub use outcome::{AnalysisSummary, LadderRun, Outcome, QueryRun};
pub use plan::WhatIf;
pub use printing::{Printed, papers};
pub use queries::past::{PastQuery, PastStep};
pub use queries::{AddendumAsked, QueryDetail};
pub use query_export::QueryForm;
pub use search::SearchAsk;
pub use settings::Settings;
pub use setup::{Opening, SiteFiles, zone_named};
pub use snapshots::SnapshotRun;
pub use users::{Account, login_is_valid, login_of};
pub use views::{DocumentView, FoundChart};

// What other rooms need of the store's answers, so that they need not know the store.
pub use crate::cdi::draft::{Begun, citation};
pub use crate::cdi::lint::ASKED_BEFORE;
pub use crate::cdi::template::Template as QueryTemplate;
pub use crate::report::letters::Letters as LetterTemplates;
pub use crate::store::{AuditCheck, DocumentVersion, MadeBy, QueryRow, StoreError};

use crate::cdi::lint::Linter;
use crate::cdi::opportunity::Engine;
use crate::cdi::template::{Template, Templates};
use crate::cdi::worklist::Priority;
use crate::domain::ids::RequestId;
use crate::domain::time::{Clock, Instant};
use crate::domain::user::Actor;
use crate::language::Language;
use crate::report::letters::Letters;
use crate::rules::RuleSet;
use crate::rules::ladder::Ladder;
use crate::rules::query_ladder::QueryLadder;
use crate::store::{AuditDraft, Meta, Store, Tx, Written};
use jiff::tz::TimeZone;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Arc, OnceLock};

/// One opened hospital: store, index, rules and clock. Shared by every worker of a process.
pub struct Office {
    pub(crate) store: Store,
    pub(crate) index: indexing::Indexing,
    site_rules: Vec<(String, String)>,
    rules: OnceLock<std::result::Result<RuleSet, String>>,
    linter: OnceLock<std::result::Result<Linter, String>>,
    templates: OnceLock<std::result::Result<Templates, String>>,
    site_templates: Vec<(String, String)>,
    documented: drafts::Documented,
    ladder: OnceLock<std::result::Result<Ladder, String>>,
    query_ladder: OnceLock<std::result::Result<QueryLadder, String>>,
    site_letters: Vec<(String, String)>,
    letters: OnceLock<std::result::Result<Letters, String>>,
    site_opportunities: Vec<(String, String)>,
    opportunity_rules: OnceLock<std::result::Result<Engine, String>>,
    site_priority: Option<String>,
    review_priority: OnceLock<std::result::Result<Priority, String>>,
    site_language: Vec<(String, String)>,
    language: OnceLock<std::result::Result<Language, String>>,
    /// What the department decides for itself.
    pub settings: Settings,
    clock: Arc<dyn Clock>,
    /// The facility's time zone, in which times are read and shown.
    pub zone: TimeZone,
    /// The facility's name.
    pub facility: crate::domain::untrusted::Untrusted,
}

impl Office {
    /// The present instant, by the clock the office was opened with.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The rules in force. They are read when first needed, so that opening waits for nothing.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming file and line of a mistake in the site's rules.
    pub fn rules(&self) -> Result<&RuleSet> {
        let read = || {
            let mut files = RuleSet::embedded_files();
            files.extend(self.site_rules.iter().cloned());
            RuleSet::from_files(&files).map_err(|e| e.to_string())
        };
        once(&self.rules, read)
    }

    /// The delinquency ladder in force.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming file and line of a mistake in the site's ladder.
    pub fn ladder(&self) -> Result<&Ladder> {
        once(&self.ladder, || {
            Ladder::from_files(&self.site_rules).map_err(|e| e.to_string())
        })
    }

    /// The ladder of queries in force: escalation, and what answers amount to.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming file and line of a mistake in the site's ladder.
    pub fn query_ladder(&self) -> Result<&QueryLadder> {
        once(&self.query_ladder, || {
            QueryLadder::from_files(&self.site_rules).map_err(|e| e.to_string())
        })
    }

    /// The letter templates in force.
    fn letter_templates(&self) -> Result<&Letters> {
        once(&self.letters, || {
            Letters::load(&self.site_letters).map_err(|e| e.to_string())
        })
    }

    fn linter(&self) -> Result<&Linter> {
        once(&self.linter, || {
            Linter::embedded().map_err(|e| e.to_string())
        })
    }

    /// The query templates in force, by id.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming the mistake.
    pub fn templates(&self) -> Result<Vec<&Template>> {
        Ok(self.query_templates()?.all().collect())
    }

    /// One write transaction on behalf of an actor, whose account must stand as they have it: a
    /// session goes on with no right that was taken away meanwhile. Every change and the audit
    /// row of every view is written here.
    fn write<T: Serialize + DeserializeOwned>(
        &self,
        actor: &Actor,
        request: Option<&RequestId>,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        self.write_as_told(actor, request, |tx| {
            // The first user of all is written before there is one.
            if let Some(row) = tx.user_row(actor.user.id)? {
                access::stands(actor, &row)?;
            }
            body(tx)
        })
    }

    /// One write transaction on behalf of whoever the actor was.
    fn write_as_told<T: Serialize + DeserializeOwned>(
        &self,
        actor: &Actor,
        request: Option<&RequestId>,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        let meta = Meta {
            actor,
            now: self.now(),
            request,
        };
        self.store.write(&meta, body)
    }

    /// Records that something is about to be shown. No audit, no view: an error here must keep
    /// the caller from showing it.
    fn disclose(&self, actor: &Actor, mut draft: AuditDraft) -> Result<()> {
        if draft.outcome.is_empty() {
            "ok".clone_into(&mut draft.outcome);
        }
        self.write(actor, None, |tx| {
            tx.audit(draft);
            Ok(())
        })?;
        Ok(())
    }

    /// Records that something was refused.
    fn refused(&self, actor: &Actor, action: &str, error: &OpsError) {
        let draft = AuditDraft {
            action: action.to_owned(),
            detail: serde_json::json!({ "why": error.to_string() }).to_string(),
            outcome: "refused".to_owned(),
            ..AuditDraft::default()
        };
        // The refusal itself stands whether or not it can be recorded.
        let _ = self.write_as_told(actor, None, |tx| -> Result<()> {
            tx.audit(draft);
            Ok(())
        });
    }
}

/// A restricted document, or one of a chart that is not the actor's.
fn denied_document(actor: &Actor) -> OpsError {
    access::denied(actor, crate::domain::permission::Permission::ViewSensitive)
}

/// A value read from data when first needed; a mistake in the data stays a mistake.
fn once<T>(
    cell: &OnceLock<std::result::Result<T, String>>,
    read: impl FnOnce() -> std::result::Result<T, String>,
) -> Result<&T> {
    cell.get_or_init(read)
        .as_ref()
        .map_err(|why| OpsError::Settings(why.clone()))
}
