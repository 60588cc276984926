//! Queries: drafts saved while they are typed, compliance, issue, answer.

use super::Office;
use super::access::{allowed, denied};
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::cdi::lint::{LintInput, LintOutput};
use crate::domain::action::DraftToSave;
use crate::domain::chart::Chart;
use crate::domain::ids::{EncounterId, ProviderId, QueryId};
use crate::domain::permission::Permission;
use crate::domain::query::{LintLevel, Query, QueryState, QueryText};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, Event, QueryRow, Tx};

impl Office {
    /// Saves a draft that is being typed. No audit row until it is issued.
    ///
    /// # Errors
    /// Not permitted, or the draft is gone.
    pub fn save_draft(&self, actor: &Actor, draft: &DraftToSave) -> Result<(QueryId, i64)> {
        self.keep_draft(actor, draft, false)
    }

    /// Checks the words of a query against the compliance rules. The chart tells which diagnoses
    /// are documented in this visit already.
    ///
    /// # Errors
    /// A mistake in the compliance rules.
    pub fn lint(&self, text: &QueryText, chart: Option<&Chart>) -> Result<LintOutput> {
        let documented = match chart {
            Some(chart) => self.documented(chart)?,
            None => Vec::new(),
        };
        let input = LintInput::from_query(0, text, documented);
        Ok(self.linter()?.lint(&input))
    }

    /// Checks a draft that is being typed, against the chart it is about.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn lint_draft(&self, actor: &Actor, draft: &DraftToSave) -> Result<LintOutput> {
        allowed(actor, Permission::WriteQuery)?;
        let chart = self.store.chart(draft.encounter, false)?;
        self.lint(&draft.text, Some(&chart))
    }

    /// A query, if the actor may see it.
    ///
    /// # Errors
    /// Not permitted, or there is none.
    pub fn query(&self, actor: &Actor, id: QueryId) -> Result<Query> {
        let query = self.store.query(id)?.ok_or_else(|| OpsError::NotFound {
            what: "query",
            name: id.to_string(),
        })?;
        let own_draft = query.state != QueryState::Draft || query.author == actor.user.id;
        let visible = match allowed(actor, Permission::OpenChart)? {
            Scope::All => own_draft,
            Scope::Provider(me) => query.provider == Some(me) && query.state != QueryState::Draft,
        };
        if !visible {
            return Err(denied(actor, Permission::OpenChart));
        }
        self.disclose(
            actor,
            AuditDraft {
                action: "query.show".to_owned(),
                object: format!("query {id}"),
                encounter: query.encounter.0,
                ..AuditDraft::default()
            },
        )?;
        Ok(query)
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
        let scope = allowed(actor, Permission::OpenChart)?;
        let rows = self.store.queries(actor.user.id, scope, encounter, limit)?;
        let ids: Vec<i64> = rows.iter().map(|r| r.query.id.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "query.list".to_owned(),
                object: format!("{} queries", ids.len()),
                encounter: encounter.map_or(0, |e| e.0),
                detail: serde_json::json!({ "queries": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(rows)
    }
}

/// Issues a draft: lint decides, and from then on its words are immutable.
pub(super) fn issue(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    id: QueryId,
    version: i64,
    provider: ProviderId,
    due: Instant,
) -> Result<Outcome> {
    allowed(actor, Permission::WriteQuery)?;
    let old = find(tx, id)?;
    if old.state != QueryState::Draft || old.author != actor.user.id {
        return Err(OpsError::Refused(format!(
            "query {id} is {} and cannot be issued",
            old.state.name()
        )));
    }
    if old.version != version {
        return Err(OpsError::Store(crate::store::StoreError::Stale));
    }
    if tx.provider(provider)?.is_none() {
        return Err(OpsError::NotFound {
            what: "provider",
            name: provider.to_string(),
        });
    }
    let chart = office.store.chart(old.encounter, false)?;
    let lint = office.lint(&old.text, Some(&chart))?;
    let blocking: Vec<&str> = lint
        .findings
        .iter()
        .filter(|f| f.level == LintLevel::Block)
        .map(|f| f.rule.as_str())
        .collect();
    if !blocking.is_empty() {
        return Err(OpsError::Refused(format!(
            "blocked by {}: mend the findings first",
            blocking.join(", ")
        )));
    }
    let new = Query {
        state: QueryState::Issued,
        provider: Some(provider),
        issued: Some(tx.now),
        due: Some(due),
        ..old.clone()
    };
    transition(tx, &old, &new, "query.issue", &Untrusted::default())
}

/// Takes an issued query back.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: QueryId,
    version: i64,
    reason: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::WriteQuery)?;
    let old = expect(tx, id, version, QueryState::Issued)?;
    if reason.is_blank() {
        return Err(OpsError::Refused("withdrawing needs a reason".into()));
    }
    let new = Query {
        state: QueryState::Withdrawn,
        ..old.clone()
    };
    transition(tx, &old, &new, "query.withdraw", reason)
}

/// Records a provider's answer.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: QueryId,
    version: i64,
    words: &Untrusted,
) -> Result<Outcome> {
    let scope = allowed(actor, Permission::AnswerQuery)?;
    let old = expect(tx, id, version, QueryState::Issued)?;
    if let Scope::Provider(me) = scope
        && old.provider != Some(me)
    {
        return Err(denied(actor, Permission::AnswerQuery));
    }
    if words.is_blank() {
        return Err(OpsError::Refused("an answer needs words".into()));
    }
    let new = Query {
        state: QueryState::Responded,
        answer: words.clone(),
        answered: Some(tx.now),
        ..old.clone()
    };
    transition(tx, &old, &new, "query.answer", &Untrusted::default())
}

/// Throws a draft away.
pub(super) fn discard(tx: &mut Tx<'_>, actor: &Actor, id: QueryId) -> Result<Outcome> {
    allowed(actor, Permission::WriteQuery)?;
    tx.delete_draft(id)?;
    tx.audit(AuditDraft {
        action: "query.discard".to_owned(),
        object: format!("query {id}"),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome::one(id.0))
}

fn find(tx: &Tx<'_>, id: QueryId) -> Result<Query> {
    tx.query(id)?.ok_or_else(|| OpsError::NotFound {
        what: "query",
        name: id.to_string(),
    })
}

fn expect(tx: &Tx<'_>, id: QueryId, version: i64, state: QueryState) -> Result<Query> {
    let old = find(tx, id)?;
    if old.version != version {
        return Err(OpsError::Store(crate::store::StoreError::Stale));
    }
    if old.state != state {
        return Err(OpsError::Refused(format!(
            "query {id} is {}",
            old.state.name()
        )));
    }
    Ok(old)
}

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
    tx.event(&Event {
        action,
        kind: "query",
        object: old.id.0,
        encounter: old.encounter.0,
        from: old.state.name(),
        to: new.state.name(),
        reason,
        detail: String::new(),
        before: String::new(),
    })?;
    tx.changed("query", old.id.0)?;
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
