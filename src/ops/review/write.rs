//! Writing, signing and adding to reviews. Whoever has taken the chart keeps others from it
//! meanwhile.

use super::super::Office;
use super::super::access::allowed;
use super::super::error::{OpsError, Result};
use super::super::outcome::Outcome;
use super::no_visit;
use super::undo::DRAFT;
use crate::domain::ids::{EncounterId, PatientId, ReviewId};
use crate::domain::permission::Permission;
use crate::domain::review::{JottingKind, Review, ReviewKind, ReviewState, ReviewWords};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Event, StoreError, Tx};

/// Refuses if somebody else has the chart; a sign of life of who has it keeps the lease.
pub(super) fn unless_taken(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    minutes: i64,
) -> Result<()> {
    let Some(lease) = tx.lease(encounter)? else {
        return Ok(());
    };
    if lease.user != actor.user.id {
        return Err(OpsError::Refused(format!(
            "{} has this chart for {} more min",
            crate::text::show(&lease.user_name),
            lease.expires.seconds_since(tx.now).max(0) / 60 + 1
        )));
    }
    if lease.session == actor.session {
        let expires = tx.now.plus_seconds(minutes * 60);
        tx.grant_lease(encounter, actor.user.id, &actor.session, expires)?;
    }
    Ok(())
}

pub(super) fn patient_of(tx: &Tx<'_>, encounter: EncounterId) -> Result<PatientId> {
    let visit = tx.encounter(encounter)?;
    Ok(visit.ok_or_else(|| no_visit(encounter))?.patient)
}

pub(super) fn stale() -> OpsError {
    OpsError::Store(StoreError::Stale)
}

/// The event, the change feed and the audit row of one change.
pub(super) struct Told<'a> {
    pub action: &'a str,
    pub kind: &'a str,
    pub object: i64,
    pub encounter: EncounterId,
    pub patient: PatientId,
    pub from: &'a str,
    pub to: &'a str,
    /// Why, if it may be read by everybody who reads history.
    pub reason: &'a Untrusted,
    pub before: String,
    pub detail: serde_json::Value,
}

pub(super) fn tell(tx: &mut Tx<'_>, told: Told<'_>) -> Result<()> {
    tx.event(&Event {
        action: told.action,
        kind: told.kind,
        object: told.object,
        encounter: told.encounter.0,
        from: told.from,
        to: told.to,
        reason: told.reason,
        detail: told.detail.to_string(),
        before: told.before,
    })?;
    tx.changed("review", told.encounter.0)?;
    tx.audit(AuditDraft {
        action: told.action.to_owned(),
        object: format!("visit {}", told.encounter),
        patient: told.patient.0,
        encounter: told.encounter.0,
        reason: told.reason.raw().to_owned(),
        detail: told.detail.to_string(),
        outcome: "ok".to_owned(),
    });
    Ok(())
}

/// Begins a review or goes on with one's own, and signs it if asked to.
pub(super) fn save(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    encounter: EncounterId,
    draft: Option<(ReviewId, i64)>,
    words: &ReviewWords,
    sign: bool,
) -> Result<Outcome> {
    allowed(actor, Permission::WriteReview)?;
    let patient = patient_of(tx, encounter)?;
    fits(office, tx, encounter, words)?;
    if sign && words.findings.is_blank() {
        return Err(OpsError::Refused(
            "a review says what was found before it is signed".into(),
        ));
    }
    unless_taken(tx, actor, encounter, office.settings.lease_minutes)?;
    let (id, before) = match draft {
        None => {
            if tx.draft_review(encounter, actor.user.id)?.is_some() {
                return Err(OpsError::Refused(
                    "you have an unfinished review of this stay: go on with it".into(),
                ));
            }
            (tx.begin_review(encounter, words)?, serde_json::Value::Null)
        }
        Some((id, version)) => {
            let old = own_draft(tx, actor, id)?;
            if old.version != version || old.encounter != encounter {
                return Err(stale());
            }
            tx.rewrite_review(id, version, words)?;
            (
                id,
                serde_json::to_value(&old.words).map_err(StoreError::from)?,
            )
        }
    };
    if sign {
        tx.sign_review(id, encounter, words.next)?;
    }
    let state = if sign {
        ReviewState::Signed
    } else {
        ReviewState::Draft
    };
    let told = Told {
        action: if sign { "review.sign" } else { "review.save" },
        kind: DRAFT,
        object: id.0,
        encounter,
        patient,
        from: if draft.is_some() {
            ReviewState::Draft.name()
        } else {
            ""
        },
        to: state.name(),
        reason: &Untrusted::default(),
        // What was signed stays.
        before: if sign {
            String::new()
        } else {
            serde_json::json!({ "words": before }).to_string()
        },
        detail: serde_json::json!({
            "review": id, "kind": words.kind.name(), "outcome": words.outcome.name(),
            "next": words.next.map(|t| t.rfc3339())
        }),
    };
    tell(tx, told)?;
    Ok(Outcome {
        undoable: !sign,
        ..Outcome::one(id.0)
    })
}

/// Whether an occasion is one that this hospital has, and that fits the stay; and whether the next
/// review lies ahead.
fn fits(office: &Office, tx: &Tx<'_>, encounter: EncounterId, words: &ReviewWords) -> Result<()> {
    let kind = words.kind;
    if !office.settings.review_kinds.contains(&kind) {
        return Err(OpsError::Refused(format!(
            "{} reviews are switched off in settings.toml (review_kinds)",
            kind.title()
        )));
    }
    let left = tx.encounter(encounter)?.and_then(|e| e.facts.discharged);
    let after = matches!(
        kind,
        ReviewKind::Retrospective | ReviewKind::PreBill | ReviewKind::PostBill
    );
    if after && left.is_none() {
        return Err(OpsError::Refused(format!(
            "the patient is in house: a {} review comes after discharge",
            kind.title()
        )));
    }
    let today = crate::domain::time::Instant::start_of(tx.now.day(&office.zone), &office.zone);
    if words.next.is_some_and(|next| next < today) {
        return Err(OpsError::Refused("the next review lies in the past".into()));
    }
    Ok(())
}

fn find(tx: &Tx<'_>, id: ReviewId) -> Result<Review> {
    tx.review(id)?.ok_or_else(|| OpsError::NotFound {
        what: "review",
        name: id.to_string(),
    })
}

fn own_draft(tx: &Tx<'_>, actor: &Actor, id: ReviewId) -> Result<Review> {
    let review = find(tx, id)?;
    if review.reviewer != actor.user.id {
        return Err(OpsError::Refused(
            "an unfinished review is its reviewer's: begin one of your own".into(),
        ));
    }
    if review.state != ReviewState::Draft {
        return Err(OpsError::Refused(
            "a signed review never changes; add to it".into(),
        ));
    }
    Ok(review)
}

/// Throws an unfinished review away.
pub(super) fn discard(tx: &mut Tx<'_>, actor: &Actor, id: ReviewId) -> Result<Outcome> {
    allowed(actor, Permission::WriteReview)?;
    let review = own_draft(tx, actor, id)?;
    let patient = patient_of(tx, review.encounter)?;
    tx.delete_draft_review(id)?;
    let told = Told {
        action: "review.discard",
        kind: DRAFT,
        object: id.0,
        encounter: review.encounter,
        patient,
        from: ReviewState::Draft.name(),
        to: "",
        reason: &Untrusted::default(),
        before: String::new(),
        detail: serde_json::json!({ "review": id }),
    };
    tell(tx, told)?;
    Ok(Outcome::one(id.0))
}

/// Adds to a signed review.
pub(super) fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ReviewId,
    words: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::WriteReview)?;
    let review = find(tx, id)?;
    if review.state != ReviewState::Signed {
        return Err(OpsError::Refused(
            "an unfinished review is changed, not added to".into(),
        ));
    }
    if words.is_blank() {
        return Err(OpsError::Refused("an addition needs words".into()));
    }
    let patient = patient_of(tx, review.encounter)?;
    let row = tx.add_to_review(id, words)?;
    tx.forget_jotting(review.encounter, JottingKind::Addition, Some(id))?;
    let told = Told {
        action: "review.add",
        kind: DRAFT,
        object: id.0,
        encounter: review.encounter,
        patient,
        from: ReviewState::Signed.name(),
        to: ReviewState::Signed.name(),
        reason: words,
        before: String::new(),
        detail: serde_json::json!({ "review": id }),
    };
    tell(tx, told)?;
    Ok(Outcome::one(row))
}
