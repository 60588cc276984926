//! What happens to a query between issue and close, and after it.

use super::{ADDENDUM, expect, reason_for, refused, transition};
use crate::cdi::lint::LintInput;
use crate::domain::deficiency::{StartEvent, Subject};
use crate::domain::document::{Document, DocumentKind, DocumentStatus};
use crate::domain::ids::{DocumentId, ProviderId, QueryId};
use crate::domain::permission::Permission;
use crate::domain::query::{Query, QueryState, QueryText};
use crate::domain::query_life::{Escalation, EscalationKind, QueryChange, Reconciliation};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::ops::Office;
use crate::ops::access::{allowed, responsible};
use crate::ops::by_hand::{in_chart, opened};
use crate::ops::error::{OpsError, Result};
use crate::ops::outcome::Outcome;
use crate::store::{NewDeficiency, Tx};

/// The rule of phrases that have no place in a query (money, scores).
pub(super) const NO_MONEY: &str = "L1";

/// Takes an issued query back.
pub(in crate::ops) fn withdraw(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: QueryId,
    version: i64,
    reason: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::WriteQuery)?;
    let old = expect(tx, id, version, QueryState::Issued)?;
    reason_for("withdrawing", reason)?;
    let new = Query {
        state: QueryState::Withdrawn,
        ended: Some(tx.now),
        ..old.clone()
    };
    transition(tx, &old, &new, "query.withdraw", reason)
}

impl Office {
    /// Changes an issued query.
    pub(in crate::ops) fn change_query(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (id, version): (QueryId, i64),
        change: &QueryChange,
    ) -> Result<Outcome> {
        allowed(actor, Permission::WriteQuery)?;
        match change {
            QueryChange::Redirect {
                provider,
                due,
                reason,
            } => {
                let old = expect(tx, id, version, QueryState::Issued)?;
                self.redirect(tx, &old, (*provider, *due), reason)
            }
            QueryChange::Escalate { reason } => {
                let old = expect(tx, id, version, QueryState::Issued)?;
                reason_for("escalating by hand", reason)?;
                self.escalate(tx, &old, reason)
            }
            QueryChange::Expire { reason } => {
                let old = expect(tx, id, version, QueryState::Issued)?;
                reason_for("leaving it unanswered", reason)?;
                let new = Query {
                    state: QueryState::Expired,
                    ended: Some(tx.now),
                    ..old.clone()
                };
                transition(tx, &old, &new, change.name(), reason)
            }
            QueryChange::RequestAddendum { document, comment } => {
                let old = expect(tx, id, version, QueryState::Responded)?;
                self.request_addendum(tx, &old, *document, comment)
            }
            QueryChange::Reconcile(outcome) => {
                let old = expect(tx, id, version, QueryState::Responded)?;
                self.reconcile(tx, &old, outcome)
            }
            QueryChange::Close { comment } => {
                let old = expect(tx, id, version, QueryState::Reconciled)?;
                let new = Query {
                    state: QueryState::Closed,
                    ended: Some(tx.now),
                    ..old.clone()
                };
                transition(tx, &old, &new, change.name(), comment)
            }
        }
    }

    fn redirect(
        &self,
        tx: &mut Tx<'_>,
        old: &Query,
        (provider, due): (ProviderId, Instant),
        reason: &Untrusted,
    ) -> Result<Outcome> {
        reason_for("asking somebody else", reason)?;
        if old.provider == Some(provider) {
            return refused("this provider is asked already");
        }
        if due <= tx.now {
            return refused("the new answer would be due already");
        }
        let chart = self.store.chart(old.encounter, false)?;
        if !responsible(&chart, provider) {
            return refused("L12: the provider asked has no part in this encounter");
        }
        let new = Query {
            provider: Some(provider),
            due: Some(due),
            asked: Some(tx.now),
            redirects: old.redirects + 1,
            escalation: Escalation::default(),
            ..old.clone()
        };
        let said = format!(
            "from {} to {}: {}",
            name_of(tx, old.provider)?,
            name_of(tx, Some(provider))?,
            reason.raw()
        );
        transition(tx, old, &new, "query.redirect", &said.into())
    }

    /// Takes the next step of the ladder now, whatever its day.
    fn escalate(&self, tx: &mut Tx<'_>, old: &Query, reason: &Untrusted) -> Result<Outcome> {
        let absences = match old.provider {
            Some(provider) => tx.absences_of(provider)?,
            None => Vec::new(),
        };
        let Some(waiting) = super::advance::waiting(old, &absences) else {
            return refused("it was never asked");
        };
        let Some(step) = self.query_ladder()?.following(&waiting, &self.zone) else {
            return refused("the ladder has no further step");
        };
        if step.kind() == EscalationKind::Expiry {
            return refused("the next step lets it expire: do that by its own name");
        }
        let said = format!("{}: {} is told; {}", step.title(), step.who(), reason.raw());
        super::advance::take(tx, old, step, &said.into())
    }

    /// The answering provider owes an addendum; the item clears when it is there.
    fn request_addendum(
        &self,
        tx: &mut Tx<'_>,
        query: &Query,
        document: Option<DocumentId>,
        comment: &Untrusted,
    ) -> Result<Outcome> {
        let existing = tx.deficiencies_of(query.encounter)?;
        let owed = existing.iter().find(|i| {
            i.row.subject.query == Some(query.id)
                && i.row.kind == ADDENDUM
                && i.mutable.state.is_outstanding()
        });
        if let Some(owed) = owed {
            return refused(format!("an addendum is owed already: item {}", owed.row.id));
        }
        let rules = self.rules()?;
        let Some(rule) = rules.requested(ADDENDUM) else {
            return refused(format!("the rule {ADDENDUM} is switched off here"));
        };
        let chart = self.store.chart(query.encounter, false)?;
        let document = match document {
            Some(document) => document,
            None => match newest_by(&chart.documents, query.provider) {
                Some(document) => document.id,
                None => return refused("the provider has no document in this visit: name one"),
            },
        };
        in_chart(tx, document, query.encounter)?;
        let class = chart.encounter.facts.class;
        let new = NewDeficiency {
            kind: ADDENDUM.to_owned(),
            finding: format!("{}|q{}|{}", rule.id, query.id, existing.len() + 1),
            rule: rule.reference(),
            encounter: query.encounter,
            subject: Subject {
                document: Some(document),
                query: Some(query.id),
                ..Subject::default()
            },
            owner: query.provider,
            start_event: StartEvent::Assigned,
            start: tx.now,
            due: rules.due_of_request(rule, class, tx.now, &self.zone),
            clock: "from the day the addendum was asked for".to_owned(),
            why: format!("asked for after the answer to query {}", query.id),
            owner_why: "answered the query".to_owned(),
            maybe: None,
            stage: None,
            owner_by_hand: true,
        };
        let id = tx.add_deficiency(&new)?;
        opened(tx, id, query.encounter, "deficiency.request", comment)?;
        let mut said = format!("item {id}, {}", self.document_words(tx, document)?);
        if !comment.is_blank() {
            said = format!("{said}: {}", comment.raw());
        }
        transition(tx, query, query, "query.addendum", &said.into())?;
        Ok(Outcome::one(id.0))
    }

    /// The answer is in the record and the codes are final; or it is said why nothing had to be.
    fn reconcile(&self, tx: &mut Tx<'_>, old: &Query, outcome: &Reconciliation) -> Result<Outcome> {
        if outcome.effect.is_blank() {
            return refused("reconciling needs the effect on the record, in words");
        }
        for words in [&outcome.effect, &outcome.codes] {
            if self.speaks_of_money(words)? {
                return refused(format!(
                    "{NO_MONEY}: the effect is recorded in clinical words, never as money or scores"
                ));
            }
        }
        if let Some(document) = outcome.document {
            in_chart(tx, document, old.encounter)?;
        }
        let owed = tx.deficiencies_of(old.encounter)?.into_iter().find(|i| {
            i.row.subject.query == Some(old.id)
                && i.row.kind == ADDENDUM
                && i.mutable.state.is_outstanding()
        });
        if let Some(owed) = owed {
            return refused(format!(
                "the addendum is still owed (item {}): it is not documented yet",
                owed.row.id
            ));
        }
        let new = Query {
            state: QueryState::Reconciled,
            reconciled: Some(tx.now),
            outcome: Some(outcome.clone()),
            ..old.clone()
        };
        let document = match outcome.document {
            Some(document) => self.document_words(tx, document)?,
            None => "nothing to document".to_owned(),
        };
        let codes = if outcome.codes.is_blank() {
            String::new()
        } else {
            format!(", codes {}", outcome.codes.raw())
        };
        let said = format!("{document}{codes}: {}", outcome.effect.raw());
        transition(tx, old, &new, "query.reconcile", &said.into())
    }

    /// Kind, date and row of a document.
    fn document_words(&self, tx: &Tx<'_>, id: DocumentId) -> Result<String> {
        let facts = tx.document(id)?.map(|d| d.facts);
        let kind = facts.as_ref().map_or("document", |f| f.kind.title());
        let at = facts.as_ref().and_then(|f| f.at);
        let at = at.map_or(String::new(), |at| format!(" of {}", at.iso(&self.zone)));
        Ok(format!("{kind}{at} (document {id})"))
    }

    fn speaks_of_money(&self, words: &Untrusted) -> Result<bool> {
        let text = QueryText {
            body: words.clone(),
            ..QueryText::default()
        };
        let lint = self
            .linter()?
            .lint(&LintInput::from_query(0, &text, Vec::new()));
        Ok(lint.findings.iter().any(|f| f.rule == NO_MONEY))
    }
}

/// The newest document a provider wrote in this visit that is no addendum itself.
fn newest_by(documents: &[Document], provider: Option<ProviderId>) -> Option<&Document> {
    documents
        .iter()
        .filter(|d| provider.is_some() && d.author == provider)
        .filter(|d| d.facts.kind != DocumentKind::Addendum)
        .filter(|d| d.facts.status == DocumentStatus::Current)
        .max_by_key(|d| (d.facts.at, d.id))
}

fn name_of(tx: &Tx<'_>, provider: Option<ProviderId>) -> Result<String> {
    let Some(id) = provider else {
        return Ok("nobody".to_owned());
    };
    let found = tx.provider(id)?.ok_or_else(|| OpsError::NotFound {
        what: "provider",
        name: id.to_string(),
    })?;
    Ok(format!(
        "{},{}",
        found.facts.family.raw(),
        found.facts.given.raw()
    ))
}
