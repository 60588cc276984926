//! Queries: drafts saved while they are typed, compliance, and who may see which.
//!
//! What happens to a query is in the files below: `issue` (issue, verbal, override), `answer`,
//! `change` (redirect, addendum, reconciliation…), `advance` (the daily run).

mod act;
pub(super) mod advance;
pub(super) mod answer;
pub(super) mod change;
pub(super) mod issue;
pub(super) mod past;

use super::Office;
use super::access::{all_drafts, allowed, denied, responsible};
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::cdi::lint::{LintInput, LintOutput, same_words};
use crate::domain::action::DraftToSave;
use crate::domain::audit::HistoryEntry;
use crate::domain::chart::Chart;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::ids::{DeficiencyId, EncounterId, ProviderId, QueryId};
use crate::domain::permission::Permission;
use crate::domain::query::{Query, QueryState, QueryText};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, Event, QueryRow, StoreError, Tx};
use crate::text::counted;

/// Kind of a query in the event history.
const KIND: &str = "query";

/// The deficiency type of an addendum somebody asks for.
const ADDENDUM: &str = "ADD";

/// What of a query's history is not the provider's: how the department works with it.
const INTERNAL: &[&str] = &["query.override", "query.reconcile", "query.close"];

/// An addendum that was asked for after the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddendumAsked {
    /// The item of the answering provider.
    pub deficiency: DeficiencyId,
    /// Where it stands.
    pub state: DeficiencyState,
    /// Due.
    pub due: Instant,
}

/// A query with everything that happened to it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryDetail {
    /// The query with names and standing.
    pub row: QueryRow,
    /// What happened, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Addenda asked for, oldest first.
    pub addenda: Vec<AddendumAsked>,
}

impl Office {
    /// Saves a draft that is being typed. No audit row until it is issued.
    ///
    /// # Errors
    /// Not permitted, or the draft is gone.
    pub fn save_draft(&self, actor: &Actor, draft: &DraftToSave) -> Result<(QueryId, i64)> {
        self.keep_draft(actor, draft, false)
    }

    /// Checks the words of a query against the compliance rules. The chart tells which diagnoses
    /// are documented in this visit already and who has part in it; `earlier` are the queries that
    /// ask the same.
    ///
    /// # Errors
    /// A mistake in the compliance rules.
    fn lint(
        &self,
        text: &QueryText,
        chart: &Chart,
        provider: Option<ProviderId>,
        earlier: &[&Query],
    ) -> Result<LintOutput> {
        let documented = self.documented(chart)?;
        let input = LintInput {
            provider_on_encounter: provider.map(|p| responsible(chart, p)),
            asked_before: earlier.iter().map(|q| self.told(q)).collect(),
            ..LintInput::from_query(0, text, documented)
        };
        Ok(self.linter()?.lint(&input))
    }

    /// Checks a draft that is being typed, against the chart it is about and the queries of the
    /// same visit.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn lint_draft(&self, actor: &Actor, draft: &DraftToSave) -> Result<LintOutput> {
        allowed(actor, Permission::WriteQuery)?;
        let chart = self.store.chart(draft.encounter, false)?;
        let all = self.store.queries_of(draft.encounter)?;
        let earlier = asked_before(&all, &draft.text, draft.query);
        self.lint(&draft.text, &chart, draft.provider, &earlier)
    }

    /// An earlier query in words of our own.
    fn told(&self, query: &Query) -> String {
        let day = |at: Option<Instant>| {
            at.map(|at| at.day(&self.zone).to_string())
                .unwrap_or_default()
        };
        match (&query.response, query.answered) {
            (Some(answer), at) => format!(
                "query {}, answered {} ({})",
                query.id,
                day(at),
                answer.kind.title()
            ),
            (None, Some(at)) => format!("query {}, answered {}", query.id, day(Some(at))),
            (None, None) => format!(
                "query {}, {} {}",
                query.id,
                query.state.name(),
                day(query.issued)
            ),
        }
    }

    /// How far the actor sees queries: scope, and whose drafts.
    fn sight(actor: &Actor) -> Result<(Scope, Option<crate::domain::ids::UserId>)> {
        let scope = allowed(actor, Permission::OpenChart)?;
        Ok((scope, (!all_drafts(actor)).then_some(actor.user.id)))
    }

    fn visible(actor: &Actor, query: &Query) -> Result<()> {
        let (scope, drafts_of) = Self::sight(actor)?;
        let draft = query.state == QueryState::Draft;
        let visible = match scope {
            Scope::All => !draft || drafts_of.is_none_or(|me| query.author == me),
            Scope::Provider(me) => query.provider == Some(me) && !draft,
        };
        if visible {
            Ok(())
        } else {
            Err(denied(actor, Permission::OpenChart))
        }
    }

    /// A query, if the actor may see it.
    ///
    /// # Errors
    /// Not permitted, or there is none.
    pub fn query(&self, actor: &Actor, id: QueryId) -> Result<Query> {
        Ok(self.seen(actor, id)?.query)
    }

    fn seen(&self, actor: &Actor, id: QueryId) -> Result<QueryRow> {
        let row = self.store.query_row(id)?.ok_or_else(|| missing(id))?;
        Self::visible(actor, &row.query)?;
        self.disclose(
            actor,
            AuditDraft {
                action: "query.show".to_owned(),
                object: format!("query {id}"),
                encounter: row.query.encounter.0,
                ..AuditDraft::default()
            },
        )?;
        self.finish(actor, row)
    }

    /// A query with its history and the addenda asked for.
    ///
    /// # Errors
    /// Not permitted, or there is none.
    pub fn query_detail(&self, actor: &Actor, id: QueryId) -> Result<QueryDetail> {
        let row = self.seen(actor, id)?;
        let mut history = self.store.history(KIND, id.0)?;
        history.reverse();
        if allowed(actor, Permission::OpenChart)? != Scope::All {
            history.retain(|h| !INTERNAL.contains(&h.action.as_str()));
        }
        let items = self.store.deficiencies_of(row.query.encounter)?;
        let addenda = items
            .iter()
            .filter(|i| i.row.subject.query == Some(id) && i.row.kind == ADDENDUM)
            .map(|i| AddendumAsked {
                deficiency: i.row.id,
                state: i.row.state,
                due: i.row.due,
            })
            .collect();
        Ok(QueryDetail {
            row,
            history,
            addenda,
        })
    }

    /// Queries the actor may see, newest first.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn queries(
        &self,
        actor: &Actor,
        encounter: Option<EncounterId>,
        limit: usize,
    ) -> Result<Vec<QueryRow>> {
        let (scope, drafts_of) = Self::sight(actor)?;
        let rows = self.store.queries(drafts_of, scope, encounter, limit)?;
        let ids: Vec<i64> = rows.iter().map(|r| r.query.id.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "query.list".to_owned(),
                object: counted(ids.len(), "query"),
                encounter: encounter.map_or(0, |e| e.0),
                detail: serde_json::json!({ "queries": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        rows.into_iter()
            .map(|row| self.finish(actor, row))
            .collect()
    }

    /// A row as the actor sees it: with its standing, and for a provider without what the
    /// department notes for itself.
    fn finish(&self, actor: &Actor, mut row: QueryRow) -> Result<QueryRow> {
        row.standing = self.standing(&row.query)?;
        if allowed(actor, Permission::OpenChart)? != Scope::All {
            row.query.outcome = None;
            row.query.overruled = None;
        }
        Ok(row)
    }
}

/// Queries of the same visit that ask the same: of the same topic, or under the same title. Drafts
/// and what was withdrawn do not count.
fn asked_before<'a>(all: &'a [Query], text: &QueryText, except: Option<QueryId>) -> Vec<&'a Query> {
    let same = |q: &&Query| {
        let topic = !text.topic.is_empty() && q.text.topic == text.topic;
        topic || same_words(q.text.title.raw(), text.title.raw())
    };
    all.iter()
        .filter(|q| Some(q.id) != except)
        .filter(|q| !matches!(q.state, QueryState::Draft | QueryState::Withdrawn))
        .filter(same)
        .collect()
}

/// Throws a draft away.
fn discard(tx: &mut Tx<'_>, actor: &Actor, id: QueryId) -> Result<Outcome> {
    allowed(actor, Permission::WriteQuery)?;
    let found = tx.query(id)?.ok_or_else(|| missing(id))?;
    if found.state != QueryState::Draft {
        let state = found.state.name();
        return refused(format!("query {id} is {state} and cannot be discarded"));
    }
    if found.author != actor.user.id {
        return match all_drafts(actor) {
            true => refused(format!(
                "query {id} is another's draft: its author discards it"
            )),
            false => Err(missing(id)),
        };
    }
    tx.delete_draft(id)?;
    tx.audit(AuditDraft {
        action: "query.discard".to_owned(),
        object: format!("query {id}"),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome::one(id.0))
}

fn missing(id: QueryId) -> OpsError {
    OpsError::NotFound {
        what: "query",
        name: id.to_string(),
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T> {
    Err(OpsError::Refused(why.into()))
}

fn find(tx: &Tx<'_>, id: QueryId, version: i64) -> Result<Query> {
    let found = tx.query(id)?.ok_or_else(|| missing(id))?;
    if found.version != version {
        return Err(StoreError::Stale.into());
    }
    Ok(found)
}

fn expect(tx: &Tx<'_>, id: QueryId, version: i64, state: QueryState) -> Result<Query> {
    let old = find(tx, id, version)?;
    if old.state != state {
        return refused(format!(
            "query {id} is {}, not {}",
            old.state.name(),
            state.name()
        ));
    }
    Ok(old)
}

/// Refuses a blank reason.
fn reason_for(what: &str, reason: &Untrusted) -> Result<()> {
    if reason.is_blank() {
        return refused(format!("{what} needs a reason"));
    }
    Ok(())
}

/// Writes what became of a query with its history, audit row and line in the change feed.
fn transition(
    tx: &mut Tx<'_>,
    old: &Query,
    new: &Query,
    action: &str,
    reason: &Untrusted,
) -> Result<Outcome> {
    tx.change_query(old, new)?;
    // An overdue query is a deficiency (QRY): the rules look again.
    tx.needs_analysis(old.encounter)?;
    event(tx, old, new, action, reason)?;
    tx.changed(KIND, old.id.0)?;
    tx.audit(AuditDraft {
        action: action.to_owned(),
        object: format!("query {}", old.id),
        encounter: old.encounter.0,
        reason: reason.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome::one(old.id.0))
}

fn event(
    tx: &mut Tx<'_>,
    old: &Query,
    new: &Query,
    action: &str,
    reason: &Untrusted,
) -> Result<()> {
    let provider = |q: &Query| q.provider.map(|p| p.0);
    let detail = serde_json::json!({
        "provider": provider(new), "from_provider": provider(old), "level": new.escalation.level,
        "step": new.escalation.step, "answer": new.response.as_ref().map(|r| r.kind.name()),
    });
    tx.event(&Event {
        action,
        kind: KIND,
        object: old.id.0,
        encounter: old.encounter.0,
        from: old.state.name(),
        to: new.state.name(),
        reason,
        detail: detail.to_string(),
        before: String::new(),
    })?;
    Ok(())
}
