//! Items that are opened: by hand from the catalogue, or by a rule.

use super::access::allowed;
use super::deficiency::{Undoable, close};
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::deficiency::{DeficiencyState, RuleRef, StartEvent, Subject};
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, ProviderId};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::rules::RuleSet;
use crate::store::{AuditDraft, Event, NewDeficiency, Tx};

/// The rule id of items a person added.
pub const MANUAL: &str = "manual";

/// What a person adds by hand.
pub(super) struct ByHand<'a> {
    pub encounter: EncounterId,
    pub kind: &'a str,
    pub subject: Subject,
    pub owner: Option<ProviderId>,
    pub due: Instant,
    pub comment: &'a Untrusted,
}

/// Adds an item by hand.
pub(super) fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    rules: &RuleSet,
    new: &ByHand<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if !rules.rules().any(|r| r.kind == new.kind) {
        return Err(OpsError::NotFound {
            what: "deficiency type",
            name: new.kind.to_owned(),
        });
    }
    let rule = rules.requested(new.kind);
    if rule.is_some() && new.subject.document.is_none() {
        return Err(OpsError::Refused(format!(
            "{} is asked for a document: name it",
            new.kind
        )));
    }
    if let Some(document) = new.subject.document {
        in_chart(tx, document, new.encounter)?;
    }
    let (rule, why) = match rule {
        Some(rule) => (rule.reference(), "asked for by hand"),
        None => {
            let manual = RuleRef {
                id: MANUAL.to_owned(),
                version: 1,
            };
            (manual, "added by hand")
        }
    };
    let taken = tx.deficiencies_of(new.encounter)?.len() + 1;
    let row = NewDeficiency {
        kind: new.kind.to_owned(),
        finding: format!("{}|{}|{taken}", rule.id, new.kind),
        rule,
        encounter: new.encounter,
        subject: new.subject,
        owner: new.owner,
        start_event: StartEvent::Assigned,
        start: tx.now,
        due: new.due,
        clock: "from the day it was added, due as set by hand".to_owned(),
        why: why.to_owned(),
        owner_why: "named by hand".to_owned(),
        maybe: None,
        stage: None,
        owner_by_hand: true,
    };
    let id = tx.add_deficiency(&row)?;
    opened(tx, id, new.encounter, "deficiency.add", new.comment)?;
    tx.audit(AuditDraft {
        action: "deficiency.add".to_owned(),
        object: format!("deficiency {id}"),
        encounter: new.encounter.0,
        reason: new.comment.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Adds several by hand in one change. What cannot be added is refused by itself, told by its
/// document; if nothing can, nothing was done.
pub(super) fn add_each(
    tx: &mut Tx<'_>,
    actor: &Actor,
    rules: &RuleSet,
    all: &[ByHand<'_>],
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut first = None;
    for new in all {
        match add(tx, actor, rules, new) {
            Ok(one) => outcome.done.extend(one.done),
            Err(error @ OpsError::Refused(_)) => {
                let document = new.subject.document.map_or(0, |id| id.0);
                outcome.refused.push((document, error.to_string()));
                first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    outcome.undoable = !outcome.done.is_empty();
    match first {
        Some(error) if outcome.done.is_empty() => Err(error),
        _ => Ok(outcome),
    }
}

/// The history line of a new item. Undoing it voids the item: nothing is ever deleted.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    id: DeficiencyId,
    encounter: EncounterId,
    action: &str,
    reason: &Untrusted,
) -> Result<()> {
    let row = tx
        .deficiency(id)?
        .ok_or(crate::store::StoreError::NotFound {
            what: "deficiency",
            id: id.0,
        })?;
    let mut was = row.mutable.clone();
    close(&mut was, DeficiencyState::Voided, tx.now);
    let undo = Undoable {
        left: row.mutable.clone(),
        was,
        hold: None,
        answer: None,
    };
    let by_hand = action == "deficiency.add";
    tx.event(&Event {
        action,
        kind: "deficiency",
        object: id.0,
        encounter: encounter.0,
        from: "",
        to: row.mutable.state.name(),
        reason,
        detail: String::new(),
        before: if by_hand {
            serde_json::to_string(&undo).map_err(crate::store::StoreError::from)?
        } else {
            String::new()
        },
    })?;
    tx.changed("deficiency", id.0)?;
    Ok(())
}

/// Refuses a document of another patient.
pub(super) fn in_chart(tx: &Tx<'_>, document: DocumentId, encounter: EncounterId) -> Result<()> {
    let patient = tx.encounter(encounter)?.map(|e| e.patient);
    let found = tx.document(document)?.map(|d| d.patient);
    if found.is_none() || found != patient {
        return Err(OpsError::Refused(format!(
            "document {document} is not in this chart"
        )));
    }
    Ok(())
}
