//! The past of items and visits, for statistics of any day.
//!
//! A span is what was so from one instant until another. Every write of a deficiency or visit row
//! ends the span in force and begins a new one in the same transaction, so that the figures of a
//! past day can be computed again and come out as they were. Spans are never changed otherwise.

use super::columns::{moment, named, read_moment};
use super::deficiencies::Mutable;
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use crate::domain::deficiency::{DeficiencyState, QueueRow};
use crate::domain::encounter::{Encounter, EncounterClass, EncounterStatus};
use crate::domain::ids::{DeficiencyId, EncounterId};
use crate::domain::past::{PastChange, PastItem, PastVisit};
use crate::domain::time::Instant;

/// The end of a span that is still in force.
pub(super) const STILL: i64 = i64::MAX;

/// Keeps what an item is from now on.
pub(super) fn record(c: &Conn, now: Instant, row: &QueueRow, new: &Mutable) -> Result<()> {
    let last = c.one(
        "SELECT id, at, state, owner, start, due, excused, held_since
         FROM deficiency_span WHERE deficiency = $1 ORDER BY id DESC LIMIT 1",
        v![row.id],
        |r| {
            let rest = (
                r.text(2)?,
                r.int(3)?,
                r.int(4)?,
                r.int(5)?,
                r.int(6)?,
                r.int(7)?,
            );
            Ok((r.int(0)?, r.int(1)?, rest))
        },
    )?;
    let held = new.held_since.map_or(0, |t| t.0);
    let owner = new.owner.map_or(0, |o| o.0);
    let wanted = (
        new.state.name().to_owned(),
        owner,
        row.start.0,
        new.due.0,
        new.excused_micros,
        held,
    );
    if last.as_ref().is_some_and(|(.., rest)| *rest == wanted) {
        return Ok(());
    }
    // A clock set back must not make a span end before it began.
    let at = last.as_ref().map_or(now.0, |l| now.0.max(l.1));
    if let Some((id, ..)) = &last {
        c.run(
            "UPDATE deficiency_span SET until = $2 WHERE id = $1",
            v![*id, at],
        )?;
    }
    let outstanding = new.state.is_outstanding();
    c.run(
        "INSERT INTO deficiency_span (deficiency, encounter, kind, at, until, outstanding, state,
           owner, start, due, excused, held_since) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        v![
            row.id,
            row.encounter,
            &row.kind,
            at,
            STILL,
            outstanding,
            new.state.name(),
            owner,
            row.start,
            new.due,
            new.excused_micros,
            held
        ],
    )?;
    Ok(())
}

/// Keeps what is known of a visit from now on.
pub(super) fn record_visit(
    c: &Conn,
    now: Instant,
    id: EncounterId,
    row: &Encounter,
    stub: bool,
) -> Result<()> {
    if stub {
        return Ok(());
    }
    let last = c.one(
        "SELECT id, at, valid, class, facility, service, attending, discharged, discharged_precision
         FROM encounter_span WHERE encounter = $1 ORDER BY id DESC LIMIT 1",
        v![id],
        |r| Ok((r.int(0)?, r.int(1)?, r.flag(2)?, read_visit(r, 3)?)),
    )?;
    let valid = !matches!(
        row.facts.status,
        EncounterStatus::Cancelled | EncounterStatus::Retracted | EncounterStatus::Planned
    );
    let wanted = PastVisit {
        class: row.facts.class,
        facility: row.facility.map_or(0, |x| x.0),
        service: row.service.map_or(0, |x| x.0),
        attending: row.attending.map_or(0, |x| x.0),
        discharged: row.facts.discharged,
    };
    if last
        .as_ref()
        .is_some_and(|(_, _, was_valid, was)| *was_valid == valid && *was == wanted)
    {
        return Ok(());
    }
    let at = last.as_ref().map_or(now.0, |l| now.0.max(l.1));
    if let Some((span, ..)) = &last {
        c.run(
            "UPDATE encounter_span SET until = $2 WHERE id = $1",
            v![*span, at],
        )?;
    }
    let [discharged, precision] = moment(wanted.discharged);
    c.run(
        "INSERT INTO encounter_span (encounter, at, until, valid, class, facility, service,
           attending, discharged, discharged_precision) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        &[
            id.into(),
            at.into(),
            STILL.into(),
            valid.into(),
            wanted.class.name().into(),
            wanted.facility.into(),
            wanted.service.into(),
            wanted.attending.into(),
            discharged,
            precision,
        ],
    )?;
    Ok(())
}

pub(super) fn read_visit(r: &Row<'_>, at: usize) -> Result<PastVisit> {
    Ok(PastVisit {
        class: named(&r.text(at)?, EncounterClass::from_name)?,
        facility: r.int(at + 1)?,
        service: r.int(at + 2)?,
        attending: r.int(at + 3)?,
        discharged: read_moment(r, at + 4)?,
    })
}

/// The columns of a visit's span, with what stands for a visit that had none.
pub(super) const VISIT: &str =
    "coalesce(e.class, 'OP'), coalesce(e.facility, 0), coalesce(e.service, 0),
    coalesce(e.attending, 0), e.discharged, e.discharged_precision";

impl Store {
    /// Every item that was open at `at`, in order of its row, with what was known of its visit at
    /// `known` (the same moment, or a later one for restated figures).
    ///
    /// # Errors
    /// As any read.
    pub fn past_items(&self, at: Instant, known: Instant) -> Result<Vec<PastItem>> {
        self.read(|c| {
            c.all(
                &format!(
                    "SELECT s.deficiency, s.kind, s.encounter, s.owner, s.state, s.start, s.due,
                       s.excused, s.held_since, {VISIT}
                     FROM deficiency_span s LEFT JOIN encounter_span e
                       ON e.encounter = s.encounter AND e.at <= $2 AND e.until > $2
                     WHERE s.outstanding = 1 AND s.until > $1 AND s.at <= $1 ORDER BY s.deficiency"
                ),
                v![at, known],
                |r| {
                    Ok(PastItem {
                        deficiency: DeficiencyId(r.int(0)?),
                        kind: r.text(1)?,
                        encounter: EncounterId(r.int(2)?),
                        owner: r.int(3)?,
                        state: named(&r.text(4)?, DeficiencyState::from_name)?,
                        start: Instant(r.int(5)?),
                        due: Instant(r.int(6)?),
                        excused_micros: r.int(7)?,
                        held_since: super::columns::instant_or_none(r.int(8)?),
                        visit: read_visit(r, 9)?,
                    })
                },
            )
        })
    }

    /// Visits that were discharged between two instants, as known at `at`. A discharge known by
    /// its date only stands at midnight UTC of that date.
    ///
    /// # Errors
    /// As any read.
    pub fn past_discharges(
        &self,
        at: Instant,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<(EncounterId, PastVisit)>> {
        self.read(|c| {
            c.all(
                "SELECT encounter, class, facility, service, attending, discharged, discharged_precision
                 FROM encounter_span WHERE discharged >= $2 AND discharged <= $3 AND valid = 1
                   AND at <= $1 AND until > $1 ORDER BY encounter",
                v![at, from, to],
                |r| Ok((EncounterId(r.int(0)?), read_visit(r, 1)?)),
            )
        })
    }

    /// Changes of state after `from` and up to `to`, in order: openings, stages, closings; with what
    /// was known of visits at `known`.
    ///
    /// # Errors
    /// As any read.
    pub fn past_changes(
        &self,
        from: Instant,
        to: Instant,
        known: Instant,
    ) -> Result<Vec<PastChange>> {
        self.read(|c| {
            let all = c.all(
                &format!(
                    "SELECT s.deficiency, s.encounter, s.kind, s.at, s.owner,
                       (SELECT p.state FROM deficiency_span p WHERE p.deficiency = s.deficiency
                          AND p.id < s.id ORDER BY p.id DESC LIMIT 1),
                       s.state, s.due, s.excused, {VISIT}
                     FROM deficiency_span s LEFT JOIN encounter_span e
                       ON e.encounter = s.encounter AND e.at <= $3 AND e.until > $3
                     WHERE s.at > $1 AND s.at <= $2 ORDER BY s.at, s.id"
                ),
                v![from, to, known],
                |r| {
                    Ok(PastChange {
                        deficiency: DeficiencyId(r.int(0)?),
                        encounter: EncounterId(r.int(1)?),
                        kind: r.text(2)?,
                        at: Instant(r.int(3)?),
                        owner: r.int(4)?,
                        from: r
                            .opt_text(5)?
                            .map(|s| named(&s, DeficiencyState::from_name))
                            .transpose()?,
                        to: named(&r.text(6)?, DeficiencyState::from_name)?,
                        late_at: Instant(r.int(7)?.saturating_add(r.int(8)?)),
                        visit: read_visit(r, 9)?,
                    })
                },
            )?;
            Ok(all.into_iter().filter(|x| x.from != Some(x.to)).collect())
        })
    }

    /// Changes of state of the items that were completed after `from` and up to `to`: their
    /// whole life, for the days between stages.
    ///
    /// # Errors
    /// As any read.
    pub fn lives_of_completed(&self, from: Instant, to: Instant) -> Result<Vec<PastChange>> {
        self.read(|c| {
            c.all(
                &format!(
                    "SELECT s.deficiency, s.encounter, s.kind, s.at, s.owner, s.state, s.due,
                       s.excused, {VISIT}
                     FROM deficiency_span s LEFT JOIN encounter_span e
                       ON e.encounter = s.encounter AND e.at <= $2 AND e.until > $2
                     WHERE s.at <= $2 AND s.deficiency IN
                       (SELECT deficiency FROM deficiency_span WHERE at > $1 AND at <= $2
                          AND state = 'completed' AND until > $2)
                     ORDER BY s.deficiency, s.id"
                ),
                v![from, to],
                |r| {
                    Ok(PastChange {
                        deficiency: DeficiencyId(r.int(0)?),
                        encounter: EncounterId(r.int(1)?),
                        kind: r.text(2)?,
                        at: Instant(r.int(3)?),
                        owner: r.int(4)?,
                        from: None,
                        to: named(&r.text(5)?, DeficiencyState::from_name)?,
                        late_at: Instant(r.int(6)?.saturating_add(r.int(7)?)),
                        visit: read_visit(r, 8)?,
                    })
                },
            )
        })
    }
}
