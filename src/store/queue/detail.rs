//! Everything the detail pane shows of one deficiency.

use crate::domain::audit::{HistoryEntry, told_owner};
use crate::domain::deficiency::{DeficiencyDetail, QueueRow, StartEvent};
use crate::domain::ids::{DeficiencyId, DocumentId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::store::columns::{named, read_moment};
use crate::store::deficiencies::{DeficiencyRow, full};
use crate::store::driver::{Conn, v};
use crate::store::error::{Result, StoreError};
use crate::store::holds::{chart_held, holds, placed_hold};
use crate::store::{history, leases};

pub(super) fn detail(c: &Conn, id: DeficiencyId, now: Instant) -> Result<DeficiencyDetail> {
    let missing = StoreError::NotFound {
        what: "deficiency",
        id: id.0,
    };
    let DeficiencyRow { row, mutable, .. } = full(c, "id = $1", v![id])?.pop().ok_or(missing)?;
    let start_event = c
        .one(
            "SELECT start_event FROM deficiency WHERE id = $1",
            v![id],
            |r| named(&r.text(0)?, StartEvent::from_name),
        )?
        .unwrap_or(StartEvent::Assigned);
    let (clock_words, why, owner_why) = c
        .one(
            "SELECT clock, why, owner_why FROM deficiency_words WHERE deficiency = $1",
            v![id],
            |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?)),
        )?
        .unwrap_or_default();
    let (admitted, discharged, birth) = c
        .one(
            "SELECT e.admitted, e.admitted_precision, e.discharged, e.discharged_precision,
               p.birth, p.birth_precision
             FROM encounter e JOIN patient p ON p.id = e.patient WHERE e.id = $1",
            v![row.encounter],
            |r| Ok((read_moment(r, 0)?, read_moment(r, 2)?, read_moment(r, 4)?)),
        )?
        .unwrap_or_default();
    let history = history::of(c, "deficiency", id.0)?;
    // The rule's words are about the owner it named.
    let named = mutable.owner_by_hand.then(|| owner_by_hand(&history, &row));
    Ok(DeficiencyDetail {
        subject_title: subject_title(c, &row)?,
        holds: holds(c, id)?,
        hold_placed: placed_hold(c, id)?.is_some(),
        chart_held: chart_held(c, row.encounter, now)?,
        history,
        lease: leases::current(c, row.encounter, now)?,
        birth: birth
            .map(|b| b.iso(&jiff::tz::TimeZone::UTC))
            .unwrap_or_default(),
        maybe: row.maybe,
        maybe_title: match row.maybe {
            Some(document) => document_title(c, document)?,
            None => Untrusted::default(),
        },
        explained: Vec::new(),
        row,
        // The rules are not the store's; `ops` fills these in.
        rule_title: String::new(),
        rule_source: Vec::new(),
        rule_text: String::new(),
        clock_words,
        start_event,
        why,
        owner_why: named.flatten().unwrap_or_else(|| owner_why.into()),
        admitted,
        discharged,
    })
}

/// Who gave an item to the owner it has, and why; `None` for one that was added for that owner.
fn owner_by_hand(history: &[HistoryEntry], row: &QueueRow) -> Option<Untrusted> {
    let given = history
        .iter()
        .find(|entry| told_owner(&entry.to) == Some(row.owner))?;
    let by = given.user_name.raw();
    Some(match given.reason.is_blank() {
        true => format!("reassigned by {by}").into(),
        false => format!("reassigned by {by}, {}", given.reason.raw()).into(),
    })
}

fn document_title(c: &Conn, id: DocumentId) -> Result<Untrusted> {
    let sql = "SELECT title FROM document WHERE id = $1";
    Ok(c.one(sql, v![id], |r| r.untrusted(0))?.unwrap_or_default())
}

fn subject_title(c: &Conn, row: &QueueRow) -> Result<Untrusted> {
    if let Some(id) = row.subject.document {
        return document_title(c, id);
    }
    let (sql, id) = if let Some(id) = row.subject.procedure {
        ("SELECT text FROM procedure WHERE id = $1", id.0)
    } else if let Some(id) = row.subject.order {
        ("SELECT text FROM ord WHERE id = $1", id.0)
    } else {
        return Ok(Untrusted::default());
    };
    Ok(c.one(sql, v![id], |r| r.untrusted(0))?.unwrap_or_default())
}
