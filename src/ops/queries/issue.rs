//! Issuing a draft, recording a verbal query, and overruling the lint.

use super::change::NO_MONEY;
use super::{asked_before, event, find, missing, reason_for, refused, transition};
use crate::cdi::lint::LintOutput;
use crate::domain::ids::{ProviderId, QueryId};
use crate::domain::permission::Permission;
use crate::domain::query::{LintLevel, Query, QueryFormat, QueryState};
use crate::domain::query_life::{Overruled, Verbal};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::ops::Office;
use crate::ops::access::allowed;
use crate::ops::error::{OpsError, Result};
use crate::ops::outcome::Outcome;
use crate::store::Tx;

/// How a draft is to go out.
pub struct Sending<'a> {
    /// The draft.
    pub query: QueryId,
    /// The row version the author saw.
    pub version: i64,
    /// Said on purpose although the same was asked before.
    pub again: bool,
    /// The supervisor's reason to overrule what blocks.
    pub overrule: Option<&'a Untrusted>,
}

impl Office {
    /// Issues a draft: lint decides, and from then on its words are immutable.
    pub(in crate::ops) fn issue_query(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        sending: &Sending<'_>,
        provider: ProviderId,
        due: Instant,
    ) -> Result<Outcome> {
        let old = draft(tx, actor, sending)?;
        if old.text.format == QueryFormat::Verbal {
            return refused("a verbal query is recorded with its answer");
        }
        let (overruled, again) = self.passes(tx, actor, &old, sending, provider)?;
        let new = Query {
            state: QueryState::Issued,
            provider: Some(provider),
            issued: Some(tx.now),
            asked: Some(tx.now),
            due: Some(due),
            overruled,
            ..old.clone()
        };
        let outcome = transition(tx, &old, &new, "query.issue", &again)?;
        tell_override(tx, &new)?;
        Ok(outcome)
    }

    /// Records a query that was asked by word of mouth, with what was answered.
    pub(in crate::ops) fn record_verbal(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        sending: &Sending<'_>,
        verbal: &Verbal,
    ) -> Result<Outcome> {
        let old = draft(tx, actor, sending)?;
        if old.text.format != QueryFormat::Verbal {
            return refused("only a draft of the form `verbal` is recorded: the others are issued");
        }
        if verbal.asked > tx.now {
            return refused("it cannot have been asked later than now");
        }
        let (overruled, again) = self.passes(tx, actor, &old, sending, verbal.provider)?;
        let (answer, response) = self.answer_of(&old.text, &verbal.answer, actor.user.id)?;
        let new = Query {
            state: QueryState::Responded,
            provider: Some(verbal.provider),
            issued: Some(verbal.asked),
            asked: Some(verbal.asked),
            due: Some(verbal.asked),
            answered: Some(verbal.asked),
            answer,
            response: Some(response),
            overruled,
            ..old.clone()
        };
        let asked = Moment::at(verbal.asked).iso(&self.zone);
        let said = if again.is_blank() {
            format!("asked and answered by word of mouth {asked}")
        } else {
            format!(
                "asked and answered by word of mouth {asked}; {}",
                again.raw()
            )
        };
        let outcome = transition(tx, &old, &new, "query.verbal", &said.into())?;
        tell_override(tx, &new)?;
        Ok(outcome)
    }

    /// Whether a draft may go out: nothing blocks (or a supervisor overrules it), and what was
    /// asked before is asked again on purpose. Gives what was overruled, and the earlier queries
    /// in words.
    fn passes(
        &self,
        tx: &Tx<'_>,
        actor: &Actor,
        old: &Query,
        sending: &Sending<'_>,
        provider: ProviderId,
    ) -> Result<(Option<Overruled>, Untrusted)> {
        if tx.provider(provider)?.is_none() {
            return Err(OpsError::NotFound {
                what: "provider",
                name: provider.to_string(),
            });
        }
        let chart = self.store.chart(old.encounter, false)?;
        let all = tx.queries_of(old.encounter)?;
        let earlier = asked_before(&all, &old.text, Some(old.id));
        let lint = self.lint(&old.text, &chart, Some(provider), &earlier)?;
        let blocking = blocking(&lint);
        let overruled = match (sending.overrule, blocking.is_empty()) {
            (None, true) => None,
            (None, false) => {
                return refused(format!(
                    "blocked by {}: mend the findings first",
                    blocking.join(", ")
                ));
            }
            (Some(_), true) => return refused("nothing blocks it: issue it without an override"),
            (Some(_), false) if blocking.iter().any(|r| r == NO_MONEY) => {
                return refused(format!(
                    "{NO_MONEY} is never overruled: a provider is asked nothing about money or scores"
                ));
            }
            (Some(reason), false) => Some(Overruled {
                rules: blocking,
                reason: reason.clone(),
                by: actor.user.id,
            }),
        };
        let told: Vec<String> = earlier.iter().map(|q| self.told(q)).collect();
        if !told.is_empty() && !sending.again {
            return refused(format!(
                "the same was asked before in this visit ({}): ask again only on purpose",
                told.join("; ")
            ));
        }
        let again = if told.is_empty() {
            Untrusted::default()
        } else {
            format!("asked again on purpose; before: {}", told.join("; ")).into()
        };
        Ok((overruled, again))
    }
}

fn blocking(lint: &LintOutput) -> Vec<String> {
    let blocks = lint
        .findings
        .iter()
        .filter(|f| f.level == LintLevel::Block)
        .map(|f| f.rule.clone());
    let mut rules: Vec<String> = blocks.collect();
    rules.dedup();
    rules
}

/// The draft to send: the author's own, or any if a supervisor overrules what blocks it.
fn draft(tx: &Tx<'_>, actor: &Actor, sending: &Sending<'_>) -> Result<Query> {
    allowed(actor, Permission::WriteQuery)?;
    let id = sending.query;
    let found = tx.query(id)?.ok_or_else(|| missing(id))?;
    if let Some(reason) = sending.overrule {
        allowed(actor, Permission::OverrideLint)?;
        reason_for("overruling the compliance check", reason)?;
    }
    if found.state != QueryState::Draft {
        return refused(format!(
            "query {id} is {} and cannot be issued",
            found.state.name()
        ));
    }
    if found.author != actor.user.id && sending.overrule.is_none() {
        return refused(format!(
            "query {id} is another's draft: its author issues it, or a supervisor who overrules \
             the compliance check"
        ));
    }
    find(tx, id, sending.version)
}

/// An override stands in the history by itself.
fn tell_override(tx: &mut Tx<'_>, query: &Query) -> Result<()> {
    let Some(overruled) = &query.overruled else {
        return Ok(());
    };
    let said = format!("{}: {}", overruled.rules.join(", "), overruled.reason.raw());
    event(tx, query, query, "query.override", &said.as_str().into())?;
    tx.audit(crate::store::AuditDraft {
        action: "query.override".to_owned(),
        object: format!("query {}", query.id),
        encounter: query.encounter.0,
        reason: said,
        outcome: "ok".to_owned(),
        ..crate::store::AuditDraft::default()
    });
    Ok(())
}
