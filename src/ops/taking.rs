//! Taking a chart and giving it back: a lease, and whose work its items are.

use super::access::{allowed, denied};
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Event, Tx};

/// Takes a chart: a lease, and its outstanding items become the taker's.
pub(super) fn take(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    lease_minutes: i64,
) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if let Some(lease) = tx.lease(encounter)?
        && lease.user != actor.user.id
    {
        return Err(OpsError::Refused(format!(
            "{} has this chart until {}",
            crate::text::show(&lease.user_name),
            lease.expires.rfc3339()
        )));
    }
    let expires = tx.now.plus_seconds(lease_minutes * 60);
    tx.grant_lease(encounter, actor.user.id, &actor.session, expires)?;
    let outcome = set_analyst(tx, encounter, Some(actor), "deficiency.take")?;
    tx.audit(AuditDraft {
        action: "chart.take".to_owned(),
        object: format!("visit {encounter}"),
        encounter: encounter.0,
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(outcome)
}

/// Gives a chart back.
pub(super) fn release_chart(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if let Some(lease) = tx.lease(encounter)?
        && lease.user != actor.user.id
        && allowed(actor, Permission::SuperviseDeficiency).is_err()
    {
        return Err(denied(actor, Permission::SuperviseDeficiency));
    }
    tx.end_lease(encounter)?;
    let outcome = set_analyst(tx, encounter, None, "deficiency.release")?;
    tx.audit(AuditDraft {
        action: "chart.release".to_owned(),
        object: format!("visit {encounter}"),
        encounter: encounter.0,
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(outcome)
}

fn set_analyst(
    tx: &mut Tx<'_>,
    encounter: EncounterId,
    who: Option<&Actor>,
    action: &str,
) -> Result<Outcome> {
    let analyst = who.map(|a| a.user.id);
    tx.set_chart_analyst(encounter, analyst)?;
    let mut outcome = Outcome {
        undoable: false,
        ..Outcome::default()
    };
    for row in tx.deficiencies_of(encounter)? {
        if !row.mutable.state.is_outstanding() || row.mutable.analyst == analyst {
            continue;
        }
        let mut new = row.mutable.clone();
        new.analyst = analyst;
        tx.change_deficiency(&row, &new)?;
        tx.event(&Event {
            action,
            kind: "deficiency",
            object: row.row.id.0,
            encounter: encounter.0,
            from: "",
            to: "",
            reason: &Untrusted::default(),
            detail: String::new(),
            before: String::new(),
        })?;
        tx.changed("deficiency", row.row.id.0)?;
        outcome.done.push(row.row.id.0);
    }
    Ok(outcome)
}
