//! Changing what belongs to the stay and not to one review: diagnoses, whose turn it is, notes.

use super::super::access::allowed;
use super::super::error::{OpsError, Result};
use super::super::outcome::Outcome;
use super::super::{Office, coding, taking};
use super::undo::{LIST, NOTE, STAGE};
use super::write::{Told, patient_of, stale, tell, unless_taken};
use crate::domain::diagnosis_entry::icd10_form;
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::review::{JottingKind, ListKind, ListedDiagnosis, Stage};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::Tx;

/// Diagnoses a list has at the most: a claim carries 25 (UB-04, form locator 67), and a working
/// list a few more.
const MOST_DIAGNOSES: usize = 60;

/// Sets a list of diagnoses: a new state of it; what it was stays.
pub(super) fn set_diagnoses(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    encounter: EncounterId,
    (list, seen): (ListKind, i64),
    entries: &[ListedDiagnosis],
) -> Result<Outcome> {
    allowed(actor, list.permission())?;
    let patient = patient_of(tx, encounter)?;
    let entries = tidied(office, entries)?;
    unless_taken(tx, actor, encounter, office.settings.lease_minutes)?;
    let (version, old) = tx.diagnosis_list(encounter, list)?;
    if version != seen {
        return Err(stale());
    }
    // The list of a stay that was coded elsewhere may still be written down, once.
    let listed = list == ListKind::Final && version > 0;
    if listed && tx.stage(encounter)?.1 == Stage::Final {
        return Err(OpsError::Refused(
            "codes are final: take the stay back first".into(),
        ));
    }
    if old == entries {
        return Err(OpsError::Refused("nothing would change".into()));
    }
    let row = tx.add_diagnosis_list(encounter, list, version + 1, &entries)?;
    let told = Told {
        action: "review.diagnoses",
        kind: LIST,
        object: row,
        encounter,
        patient,
        from: "",
        to: list.name(),
        reason: &Untrusted::default(),
        before: serde_json::json!({ "list": list, "left": version + 1, "entries": old })
            .to_string(),
        detail: serde_json::json!({
            "list": list.name(), "version": version + 1, "entries": entries.len()
        }),
    };
    tell(tx, told)?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(row)
    })
}

/// The entries with codes in their usual form, and words where only a code was given; refused if one says nothing or stands twice.
fn tidied(office: &Office, entries: &[ListedDiagnosis]) -> Result<Vec<ListedDiagnosis>> {
    if entries.len() > MOST_DIAGNOSES {
        return Err(OpsError::Refused(format!(
            "a list has at most {MOST_DIAGNOSES} diagnoses"
        )));
    }
    let mut out: Vec<ListedDiagnosis> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let line = at + 1;
        let code = match entry.code.raw().trim() {
            "" => String::new(),
            typed => icd10_form(typed).ok_or_else(|| {
                OpsError::Refused(format!(
                    "line {line}: that is not the form of an ICD-10-CM code; leave the code empty and say it in words"
                ))
            })?,
        };
        let words = entry.words.raw().trim();
        if code.is_empty() && words.is_empty() {
            return Err(OpsError::Refused(format!(
                "line {line}: a diagnosis needs a code or words"
            )));
        }
        let same = |other: &ListedDiagnosis| {
            if code.is_empty() {
                other.code.is_blank() && other.words.raw().eq_ignore_ascii_case(words)
            } else {
                other.code.raw() == code
            }
        };
        if out.iter().any(same) {
            return Err(OpsError::Refused(format!(
                "line {line}: that diagnosis stands in the list already"
            )));
        }
        // The words of a code are those the hospital has used before.
        let words = if words.is_empty() {
            let known = office.store.codes_like(&code, 1)?;
            let exact = known.into_iter().find(|(c, _)| c.raw() == code);
            exact.map(|(_, words)| words).unwrap_or_default()
        } else {
            Untrusted::new(words)
        };
        out.push(ListedDiagnosis {
            code: Untrusted::new(code),
            words,
            poa: entry.poa,
        });
    }
    Ok(out)
}

/// Hands a stay over.
pub(super) fn hand_over(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    encounter: EncounterId,
    seen: i64,
    to: Stage,
    reason: &Untrusted,
) -> Result<Outcome> {
    let patient = patient_of(tx, encounter)?;
    let (version, from) = tx.stage(encounter)?;
    allowed(actor, from.permission())?;
    if version != seen {
        return Err(stale());
    }
    if from == to {
        return Err(OpsError::Refused(format!(
            "the stay is {} already",
            to.title()
        )));
    }
    if (from, to) == (Stage::Cdi, Stage::Final) {
        return Err(OpsError::Refused(
            "hand the stay over to the coder first: codes become final there".into(),
        ));
    }
    let back = to == Stage::Cdi || from == Stage::Final;
    if back && reason.is_blank() {
        return Err(OpsError::Refused(
            "giving a stay back needs a reason".into(),
        ));
    }
    if to == Stage::Final && tx.discharged(encounter)?.is_none() {
        return Err(OpsError::Refused(
            "the patient is in house: codes cannot be final".into(),
        ));
    }
    if to == Stage::Final && tx.diagnosis_list(encounter, ListKind::Final)?.1.is_empty() {
        return Err(OpsError::Refused(
            "codes are final with a principal diagnosis: set the final diagnoses first".into(),
        ));
    }
    unless_taken(tx, actor, encounter, office.settings.lease_minutes)?;
    // Codes are final while the stay is coded: one thing, said by one action.
    match (from, to) {
        (_, Stage::Final) => {
            return coding::mark(tx, actor, office.coders(), encounter, None, reason);
        }
        (Stage::Final, hand) => {
            return coding::unmark(tx, actor, office.coders(), encounter, reason, Some(hand));
        }
        _ => {}
    }
    let step = tx.set_stage(encounter, to, reason)?;
    let told = Told {
        action: "review.hand_over",
        kind: STAGE,
        object: step,
        encounter,
        patient,
        from: from.name(),
        to: to.name(),
        reason,
        before: serde_json::json!({ "encounter": encounter }).to_string(),
        detail: serde_json::json!({ "to": to.name() }),
    };
    tell(tx, told)?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(step)
    })
}

/// Leaves a note on a stay. The words of a private one stand nowhere but in the note.
pub(super) fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    words: &Untrusted,
    private: bool,
) -> Result<Outcome> {
    if allowed(actor, Permission::WriteReview).is_err() {
        allowed(actor, Permission::CodeStay)?;
    }
    let patient = patient_of(tx, encounter)?;
    if words.is_blank() {
        return Err(OpsError::Refused("a note needs words".into()));
    }
    let id = tx.add_stay_note(encounter, words, private)?;
    let kind = if private {
        JottingKind::Own
    } else {
        JottingKind::Note
    };
    tx.forget_jotting(encounter, kind, None)?;
    let none = Untrusted::default();
    let told = Told {
        action: "review.note",
        kind: NOTE,
        object: id,
        encounter,
        patient,
        from: "",
        to: if private { "private" } else { "shared" },
        reason: if private { &none } else { words },
        before: serde_json::json!({ "encounter": encounter }).to_string(),
        detail: serde_json::json!({ "note": id, "private": private }),
    };
    tell(tx, told)?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id)
    })
}

/// Takes a stay to review or code it. Whoever works deficiencies takes the chart with its items;
/// a specialist takes the chart alone.
pub(super) fn take(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    encounter: EncounterId,
) -> Result<Outcome> {
    if allowed(actor, Permission::WriteReview).is_err() {
        allowed(actor, Permission::CodeStay)?;
    }
    patient_of(tx, encounter)?;
    unless_taken(tx, actor, encounter, office.settings.lease_minutes)?;
    taking::grant(tx, actor, encounter, office.settings.lease_minutes)?;
    taking::audit(tx, "chart.take", encounter);
    Ok(Outcome::one(encounter.0))
}

/// Gives a stay back.
pub(super) fn release(tx: &mut Tx<'_>, actor: &Actor, encounter: EncounterId) -> Result<Outcome> {
    if allowed(actor, Permission::WriteReview).is_err() {
        allowed(actor, Permission::CodeStay)?;
    }
    let held = tx.lease(encounter)?;
    if let Some(lease) = held
        && lease.user != actor.user.id
    {
        return Err(OpsError::Refused(format!(
            "{} has this chart, not you",
            crate::text::show(&lease.user_name)
        )));
    }
    tx.end_lease(encounter)?;
    taking::audit(tx, "chart.release", encounter);
    Ok(Outcome::one(encounter.0))
}
