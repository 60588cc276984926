//! Rows of deficiencies.

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, Value, v};
use super::error::{Result, StoreError};
use super::spans;
use super::tally::{self, Counted};
use super::write::Tx;
use crate::domain::deficiency::{DeficiencyState, QueueRow, RuleRef, StartEvent, Subject};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{
    DeficiencyId, DocumentId, EncounterId, FacilityId, OrderId, PatientId, ProcedureId, ProviderId,
    QueryId, ServiceId, UserId,
};
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// A clock that stands still: an item on hold is not late, whatever the time.
const NEVER: i64 = i64::MAX;

pub(super) const ROW: &str =
    "id, version, kind, state, rule, rule_version, encounter, visit, patient, mrn,
    patient_name, class, service, service_name, facility, owner, owner_name, document, procedure,
    ord, analyst, start, due, closed, excused, held_since, maybe, query";

pub(super) fn read_row(r: &Row<'_>) -> Result<QueueRow> {
    Ok(QueueRow {
        id: DeficiencyId(r.int(0)?),
        version: r.int(1)?,
        kind: r.text(2)?,
        state: named(r.word(3)?, DeficiencyState::from_name)?,
        rule: RuleRef {
            id: r.text(4)?,
            version: r.int(5)?,
        },
        encounter: EncounterId(r.int(6)?),
        visit: r.untrusted(7)?,
        patient: PatientId(r.int(8)?),
        mrn: r.untrusted(9)?,
        patient_name: r.untrusted(10)?,
        class: named(r.word(11)?, EncounterClass::from_name)?,
        service: r.opt_int(12)?.map(ServiceId),
        service_name: r.untrusted(13)?,
        facility: r.opt_int(14)?.map(FacilityId),
        owner: some_id(r.int(15)?).map(ProviderId),
        owner_name: r.untrusted(16)?,
        subject: Subject {
            document: r.opt_int(17)?.map(DocumentId),
            procedure: r.opt_int(18)?.map(ProcedureId),
            order: r.opt_int(19)?.map(OrderId),
            query: r.opt_int(27)?.map(QueryId),
        },
        analyst: some_id(r.int(20)?).map(UserId),
        start: Instant(r.int(21)?),
        due: Instant(r.int(22)?),
        closed: instant_or_none(r.int(23)?),
        excused_micros: r.int(24)?,
        held_since: instant_or_none(r.int(25)?),
        maybe: r.opt_int(26)?.map(DocumentId),
    })
}

fn some_id(id: i64) -> Option<i64> {
    (id != 0).then_some(id)
}

/// What of a deficiency a change may touch: the whole of what undo restores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutable {
    /// State.
    pub state: DeficiencyState,
    /// Owner.
    pub owner: Option<ProviderId>,
    /// Analyst.
    pub analyst: Option<UserId>,
    /// Due.
    pub due: Instant,
    /// Closed holds, microseconds.
    pub excused_micros: i64,
    /// Start of the hold in force.
    pub held_since: Option<Instant>,
    /// When it was closed.
    pub closed: Option<Instant>,
    /// Whether a rule closed it.
    pub closed_by_rule: bool,
    /// Whether a person chose the owner: the rule's own does not replace it.
    #[serde(default)]
    pub owner_by_hand: bool,
    /// When its clock was started again (a reassignment): the rule's due date does not replace it.
    #[serde(default)]
    pub restarted: Option<Instant>,
}

impl Mutable {
    /// When the item becomes late.
    fn late_at(&self) -> i64 {
        let due = self.due.0.saturating_add(self.excused_micros);
        match self.held_since {
            Some(since) if since.0 <= due => NEVER,
            _ => due,
        }
    }
}

/// A deficiency as a change sees it.
#[derive(Clone, Debug)]
pub struct DeficiencyRow {
    /// What the lists show.
    pub row: QueueRow,
    /// What can change.
    pub mutable: Mutable,
    /// Which finding of the rules it is.
    pub finding: String,
}

/// A new deficiency.
#[derive(Clone, Debug)]
pub struct NewDeficiency {
    /// Type code.
    pub kind: String,
    /// Rule and version.
    pub rule: RuleRef,
    /// Which finding: unique in its visit.
    pub finding: String,
    /// The visit.
    pub encounter: EncounterId,
    /// What it is about.
    pub subject: Subject,
    /// Owner.
    pub owner: Option<ProviderId>,
    /// What started the clock.
    pub start_event: StartEvent,
    /// Start.
    pub start: Instant,
    /// Due.
    pub due: Instant,
    /// The clock in words.
    pub clock: String,
    /// Why.
    pub why: String,
    /// Why this owner.
    pub owner_why: String,
    /// A document that may answer it.
    pub maybe: Option<DocumentId>,
    /// How far its document has come.
    pub stage: Option<DeficiencyState>,
    /// Whether a person chose the owner.
    pub owner_by_hand: bool,
}

fn read_full(r: &Row<'_>) -> Result<DeficiencyRow> {
    let row = read_row(r)?;
    Ok(DeficiencyRow {
        mutable: Mutable {
            state: row.state,
            owner: row.owner,
            analyst: row.analyst,
            due: row.due,
            excused_micros: row.excused_micros,
            held_since: row.held_since,
            closed: row.closed,
            closed_by_rule: r.flag(28)?,
            owner_by_hand: r.flag(30)?,
            restarted: instant_or_none(r.int(31)?),
        },
        finding: r.text(29)?,
        row,
    })
}

pub(super) fn full(c: &Conn, clause: &str, values: &[Value<'_>]) -> Result<Vec<DeficiencyRow>> {
    c.all(
        &format!(
            "SELECT {ROW}, closed_by_rule, finding, owner_by_hand, restarted FROM deficiency WHERE {clause}"
        ),
        values,
        read_full,
    )
}

fn counted(row: &QueueRow, m: &Mutable) -> Counted {
    Counted {
        kind: row.kind.clone(),
        state: m.state,
        owner: m.owner.map_or(0, |p| p.0),
        analyst: m.analyst.map_or(0, |u| u.0),
        service: row.service.map_or(0, |s| s.0),
        start: row.start.0,
        late_at: m.late_at(),
        held: m.held_since.is_some(),
        encounter: row.encounter.0,
        closed: m.closed.map_or(0, |t| t.0),
    }
}

/// Moves the counts of a visit's items after its service changed under them.
pub(super) fn service_changed(
    c: &Conn,
    before: &[DeficiencyRow],
    service: Option<ServiceId>,
) -> Result<()> {
    for old in before.iter().filter(|d| d.row.service != service) {
        let was = counted(&old.row, &old.mutable);
        let mut is = was.clone();
        is.service = service.map_or(0, |s| s.0);
        tally::shift(c, Some(&was), Some(&is))?;
    }
    Ok(())
}

impl Tx<'_> {
    /// A deficiency.
    ///
    /// # Errors
    /// As any read.
    pub fn deficiency(&self, id: DeficiencyId) -> Result<Option<DeficiencyRow>> {
        Ok(full(self.conn, "id = $1", v![id])?.pop())
    }

    /// Everything outstanding that a provider owes, by row.
    ///
    /// # Errors
    /// As any read.
    pub fn outstanding_of(&self, owner: ProviderId) -> Result<Vec<DeficiencyRow>> {
        full(
            self.conn,
            "owner = $1 AND outstanding = 1 ORDER BY id",
            v![owner],
        )
    }

    /// Every deficiency of a visit.
    ///
    /// # Errors
    /// As any read.
    pub fn deficiencies_of(&self, encounter: EncounterId) -> Result<Vec<DeficiencyRow>> {
        full(self.conn, "encounter = $1 ORDER BY id", v![encounter])
    }

    /// Adds a deficiency.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the visit does not exist.
    pub fn add_deficiency(&mut self, new: &NewDeficiency) -> Result<DeficiencyId> {
        let id = self.conn.one(
            "INSERT INTO deficiency (version, kind, state, outstanding, rule, rule_version, finding,
               encounter, patient, facility, service, document, procedure, ord, owner, analyst,
               start_event, start, due, late_at, excused, held_since, opened, closed,
               closed_by_rule, maybe, mrn, visit, patient_name, class, service_name, owner_name, query,
               owner_by_hand)
             SELECT 1, $2, $15, 1, $3, $4, $5, e.id, e.patient, e.facility, e.service, $6, $7, $8,
               $9, e.analyst, $10, $11, $12, $12, 0, 0, $13, 0, 0, $14, p.mrn, e.visit, p.name, e.class,
               coalesce((SELECT name FROM service WHERE id = e.service), ''),
               coalesce((SELECT name FROM provider WHERE id = $9), ''), $16, $17
             FROM encounter e JOIN patient p ON p.id = e.patient WHERE e.id = $1
             RETURNING id",
            v![
                new.encounter, &new.kind, &new.rule.id, new.rule.version, &new.finding,
                new.subject.document, new.subject.procedure, new.subject.order,
                new.owner.map_or(0, |o| o.0), new.start_event.name(), new.start, new.due, self.now,
                new.maybe, new.stage.unwrap_or(DeficiencyState::Open).name(), new.subject.query,
                new.owner_by_hand
            ],
            |r| r.int(0),
        )?;
        let Some(id) = id else {
            return Err(StoreError::NotFound {
                what: "visit",
                id: new.encounter.0,
            });
        };
        self.set_words(DeficiencyId(id), new)?;
        if let Some(row) = self.deficiency(DeficiencyId(id))? {
            tally::shift(self.conn, None, Some(&counted(&row.row, &row.mutable)))?;
            tally::opened(self.conn, self.now)?;
            spans::record(self.conn, self.now, &row.row, &row.mutable)?;
        }
        Ok(DeficiencyId(id))
    }

    fn set_words(&mut self, id: DeficiencyId, new: &NewDeficiency) -> Result<()> {
        self.conn.run(
            "INSERT INTO deficiency_words (deficiency, clock, why, owner_why) VALUES ($1,$2,$3,$4)
             ON CONFLICT (deficiency) DO UPDATE SET clock = excluded.clock, why = excluded.why,
               owner_why = excluded.owner_why",
            v![id, &new.clock, &new.why, &new.owner_why],
        )?;
        Ok(())
    }

    /// Brings an item up to what the rules say now: clock, words, rule version, candidate. Gives
    /// whether anything a list shows changed.
    ///
    /// # Errors
    /// As any write.
    pub fn refresh_deficiency(&mut self, old: &DeficiencyRow, new: &NewDeficiency) -> Result<bool> {
        // A clock that a person's decision started again keeps its due date.
        let due = match old.mutable.restarted {
            Some(_) => old.row.due,
            None => new.due,
        };
        let same = old.row.start == new.start
            && old.row.due == due
            && old.row.rule == new.rule
            && old.row.subject == new.subject;
        let words = self.conn.one(
            "SELECT w.clock, w.why, w.owner_why, d.maybe FROM deficiency_words w
               JOIN deficiency d ON d.id = w.deficiency WHERE w.deficiency = $1",
            v![old.row.id],
            |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.opt_int(3)?)),
        )?;
        let wanted = (
            new.clock.clone(),
            new.why.clone(),
            new.owner_why.clone(),
            new.maybe.map(|d| d.0),
        );
        if same && words.as_ref() == Some(&wanted) {
            return Ok(false);
        }
        self.set_words(old.row.id, new)?;
        let mut row = old.row.clone();
        row.start = new.start;
        let mut mutable = old.mutable.clone();
        mutable.due = due;
        tally::shift(
            self.conn,
            Some(&counted(&old.row, &old.mutable)),
            Some(&counted(&row, &mutable)),
        )?;
        spans::record(self.conn, self.now, &row, &mutable)?;
        self.conn.run(
            "UPDATE deficiency SET version = version + 1, rule = $2, rule_version = $3, start = $4,
               due = $5, late_at = $6, start_event = $7, maybe = $8, document = $9, procedure = $10,
               ord = $11 WHERE id = $1",
            v![
                old.row.id,
                &new.rule.id,
                new.rule.version,
                new.start,
                due,
                mutable.late_at(),
                new.start_event.name(),
                new.maybe,
                new.subject.document,
                new.subject.procedure,
                new.subject.order
            ],
        )?;
        Ok(true)
    }

    /// Says which document may answer an item, or that none may.
    ///
    /// # Errors
    /// As any write.
    pub fn set_maybe(&mut self, id: DeficiencyId, maybe: Option<DocumentId>) -> Result<()> {
        self.conn.run(
            "UPDATE deficiency SET version = version + 1, maybe = $2 WHERE id = $1",
            v![id, maybe],
        )?;
        Ok(())
    }

    /// Changes what can change of a deficiency.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the row is no longer in version `version`.
    pub fn change_deficiency(&mut self, old: &DeficiencyRow, new: &Mutable) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE deficiency SET version = version + 1, state = $3, outstanding = $4, owner = $5,
               owner_name = coalesce((SELECT name FROM provider WHERE id = $5), ''), analyst = $6,
               due = $7, late_at = $8, excused = $9, held_since = $10, closed = $11, closed_by_rule = $12,
               owner_by_hand = $13, restarted = $14
             WHERE id = $1 AND version = $2",
            v![
                old.row.id, old.row.version, new.state.name(), new.state.is_outstanding(),
                new.owner.map_or(0, |o| o.0), new.analyst.map_or(0, |u| u.0), new.due,
                new.late_at(), new.excused_micros, new.held_since.map_or(0, |t| t.0),
                new.closed.map_or(0, |t| t.0), new.closed_by_rule, new.owner_by_hand,
                new.restarted.map_or(0, |t| t.0)
            ],
        )?;
        if rows == 0 {
            return Err(StoreError::Stale);
        }
        tally::shift(
            self.conn,
            Some(&counted(&old.row, &old.mutable)),
            Some(&counted(&old.row, new)),
        )?;
        spans::record(self.conn, self.now, &old.row, new)
    }
}
