//! Providers who stand in for others: covers with a beginning and an end, and groups whose
//! members may complete for each other.

use super::Office;
use super::absence::{audit, known};
use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::absence::{Cover, CoverGroup};
use crate::domain::ids::{CoverId, ProviderId};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{CoverEnd, Event, StoreError, Tx, UndoEvent};
use crate::text::counted;
use serde::{Deserialize, Serialize};

/// History of covers.
pub(super) const COVER: &str = "cover";

/// History of coverage groups.
pub(super) const GROUP: &str = "cover_group";

/// History of names of coverage groups.
pub(super) const GROUP_NAME: &str = "cover_group_name";

/// Letters of the longest name of a group.
const GROUP_NAME_LENGTH: usize = 60;

impl Office {
    /// Who stands in for whom, now or later, and the coverage groups. A provider is told what is
    /// about themselves.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn covers(&self, actor: &Actor) -> Result<(Vec<Cover>, Vec<CoverGroup>)> {
        let scope = allowed(actor, Permission::ViewSuspension)?;
        let (mut covers, mut groups) = (self.store.covers(self.now())?, self.store.cover_groups()?);
        if let Scope::Provider(me) = scope {
            covers.retain(|c| c.provider == me || c.by == me);
            groups.retain(|g| g.members.iter().any(|m| m.0 == me));
        }
        Ok((covers, groups))
    }
}

/// Records that one provider stands in for another.
pub(super) fn add(tx: &mut Tx<'_>, actor: &Actor, new: &Cover) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    known(tx, new.provider)?;
    known(tx, new.by)?;
    if new.provider == new.by {
        return Err(OpsError::Refused("nobody stands in for themselves".into()));
    }
    ends_after(new.from, new.until)?;
    let id = tx.add_cover(new, actor.user.id)?;
    let gone = CoverEnd {
        ended: true,
        until: new.until,
    };
    told(tx, "cover.add", id, &gone, &new.reason)?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

fn ends_after(from: Instant, until: Option<Instant>) -> Result<()> {
    if until.is_some_and(|until| until <= from) {
        return Err(OpsError::Refused("the cover ends before it begins".into()));
    }
    Ok(())
}

/// Ends a cover now, or says when it will end.
pub(super) fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: CoverId,
    until: Option<Instant>,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    let now = tx.cover(id)?.filter(|(_, end)| !end.ended);
    let (cover, was) = now.ok_or_else(|| OpsError::NotFound {
        what: "cover in force",
        name: id.to_string(),
    })?;
    ends_after(cover.from, until)?;
    let new = CoverEnd {
        ended: until.is_none(),
        until: until.or(was.until),
    };
    tx.set_cover_end(id, &new)?;
    told(tx, "cover.end", id, &was, &Untrusted::default())?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// History and audit of a cover; `was` is what undo restores.
fn told(
    tx: &mut Tx<'_>,
    action: &str,
    id: CoverId,
    was: &CoverEnd,
    reason: &Untrusted,
) -> Result<()> {
    tx.event(&Event {
        action,
        kind: COVER,
        object: id.0,
        encounter: 0,
        from: "",
        to: "",
        reason,
        detail: String::new(),
        before: serde_json::to_string(was).map_err(StoreError::from)?,
    })?;
    audit(tx, action, &format!("cover {id}"), reason);
    Ok(())
}

/// Undo: a cover ends as it did before.
pub(super) fn undo(tx: &mut Tx<'_>, event: &UndoEvent) -> Result<std::result::Result<(), String>> {
    let id = CoverId(event.object);
    let Some((_, now)) = tx.cover(id)? else {
        return Ok(Err(format!("no cover {id}")));
    };
    // Events written before a cover could end later say only whether it is ended.
    let was = match event.before.as_str() {
        "true" | "false" => CoverEnd {
            ended: event.before == "true",
            until: now.until,
        },
        json => serde_json::from_str(json).map_err(StoreError::from)?,
    };
    tx.set_cover_end(id, &was)?;
    told(tx, "cover.undo", id, &now, &Untrusted::default())?;
    Ok(Ok(()))
}

/// A coverage group around a change of it.
#[derive(Serialize, Deserialize)]
struct UndoableGroup {
    name: String,
    was: Vec<ProviderId>,
    left: Vec<ProviderId>,
}

/// A name a coverage group may have.
fn group_name(name: &str) -> Result<&str> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(OpsError::Refused("a coverage group has a name".into())),
        1..=GROUP_NAME_LENGTH => Ok(name),
        _ => Err(OpsError::Refused(format!(
            "the name of a coverage group has at most {GROUP_NAME_LENGTH} letters"
        ))),
    }
}

/// Sets who belongs to a coverage group.
pub(super) fn group(
    tx: &mut Tx<'_>,
    actor: &Actor,
    name: &str,
    members: &[ProviderId],
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    let name = group_name(name)?;
    for member in members {
        known(tx, *member)?;
    }
    let was = tx.cover_group_members(name)?;
    if was.is_empty() && members.is_empty() {
        return Err(OpsError::NotFound {
            what: "coverage group",
            name: name.to_owned(),
        });
    }
    let left = set_group(tx, "cover.group", name, was.clone(), members)?;
    // Whom it is about: the members, or those of a group that is dissolved.
    let about = if left.is_empty() { was } else { left };
    Ok(Outcome {
        done: about.iter().map(|p| p.0).collect(),
        undoable: true,
        ..Outcome::default()
    })
}

/// Writes the members of a group with history and audit; gives them in their order.
fn set_group(
    tx: &mut Tx<'_>,
    action: &str,
    name: &str,
    was: Vec<ProviderId>,
    members: &[ProviderId],
) -> Result<Vec<ProviderId>> {
    tx.set_cover_group(name, members)?;
    let left = tx.cover_group_members(name)?;
    let detail = serde_json::json!({ "name": name, "before": was, "after": left }).to_string();
    let undoable = UndoableGroup {
        name: name.to_owned(),
        was,
        left: left.clone(),
    };
    tx.event(&Event {
        action,
        kind: GROUP,
        object: 0,
        encounter: 0,
        from: "",
        to: "",
        reason: &Untrusted::default(),
        detail,
        before: serde_json::to_string(&undoable).map_err(StoreError::from)?,
    })?;
    audit(
        tx,
        action,
        &format!("coverage group {name}: {}", counted(left.len(), "member")),
        &Untrusted::default(),
    );
    Ok(left)
}

/// A coverage group around a change of its name.
#[derive(Serialize, Deserialize)]
struct Renamed {
    from: String,
    to: String,
}

/// Gives a coverage group another name.
pub(super) fn rename(tx: &mut Tx<'_>, actor: &Actor, name: &str, to: &str) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    let name = name.trim();
    let members = tx.cover_group_members(name)?;
    if members.is_empty() {
        return Err(OpsError::NotFound {
            what: "coverage group",
            name: name.to_owned(),
        });
    }
    let to = group_name(to)?;
    if !tx.cover_group_members(to)?.is_empty() {
        return Err(OpsError::Refused(format!(
            "there is a coverage group {to} already"
        )));
    }
    set_name(tx, "cover.rename", name, to)?;
    Ok(Outcome {
        done: members.iter().map(|p| p.0).collect(),
        undoable: true,
        ..Outcome::default()
    })
}

fn set_name(tx: &mut Tx<'_>, action: &str, from: &str, to: &str) -> Result<()> {
    tx.rename_cover_group(from, to)?;
    let renamed = Renamed {
        from: from.to_owned(),
        to: to.to_owned(),
    };
    tx.event(&Event {
        action,
        kind: GROUP_NAME,
        object: 0,
        encounter: 0,
        from,
        to,
        reason: &Untrusted::default(),
        detail: String::new(),
        before: serde_json::to_string(&renamed).map_err(StoreError::from)?,
    })?;
    let about = format!("coverage group {from}: now {to}");
    audit(tx, action, &about, &Untrusted::default());
    Ok(())
}

/// Undo: a group has the name it had, if it still has the one it was given and nobody took the
/// old one.
pub(super) fn undo_name(
    tx: &mut Tx<'_>,
    event: &UndoEvent,
) -> Result<std::result::Result<(), String>> {
    let Renamed { from, to } = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let there = !tx.cover_group_members(&to)?.is_empty();
    if !there || !tx.cover_group_members(&from)?.is_empty() {
        return Ok(Err("changed since; left as it is".into()));
    }
    set_name(tx, "cover.undo", &to, &from)?;
    Ok(Ok(()))
}

/// Undo: a group has the members it had, if nobody changed it since.
pub(super) fn undo_group(
    tx: &mut Tx<'_>,
    event: &UndoEvent,
) -> Result<std::result::Result<(), String>> {
    let undoable: UndoableGroup = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let now = tx.cover_group_members(&undoable.name)?;
    if now != undoable.left {
        return Ok(Err("changed since; left as it is".into()));
    }
    set_group(tx, "cover.undo", &undoable.name, now, &undoable.was)?;
    Ok(Ok(()))
}
