//! For coders: discharged stays that wait for documents, those that became ready, and notes.

use super::coding::read_coded;
use super::columns::named;
use super::driver::{Conn, Row, Value, v};
use super::error::Result;
use super::open::Store;
use super::reviews::stage;
use super::write::Tx;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, EncounterId};
use crate::domain::report::{Awaited, CoderNote, StayCursor, WaitingStay};
use crate::domain::review::Stage;
use crate::domain::time::{Instant, Precision};
use crate::domain::untrusted::Untrusted;

/// Not coded yet.
const NOT_CODED: &str = "NOT EXISTS (SELECT 1 FROM coded_span k WHERE k.encounter = e.id
    AND k.until = 9223372036854775807)";

const STAY: &str = "e.id, e.visit, p.mrn, p.name, e.class,
    coalesce((SELECT name FROM service WHERE id = e.service), ''), e.discharged, e.discharged_precision";

/// A stay before its items are read; its age is filled in by `ops`, which knows the time zone.
fn read_stay(r: &Row<'_>) -> Result<(WaitingStay, Precision)> {
    let stay = WaitingStay {
        encounter: EncounterId(r.int(0)?),
        visit: r.untrusted(1)?,
        mrn: r.untrusted(2)?,
        patient_name: r.untrusted(3)?,
        class: named(&r.text(4)?, EncounterClass::from_name)?,
        service_name: r.untrusted(5)?,
        discharged: Instant(r.int(6)?),
        age_days: 0,
        waits_for: Vec::new(),
        ready: None,
        lifted_by: None,
        coded: None,
        note: None,
        stage: Stage::Cdi,
    };
    Ok((stay, Precision::from_code(r.int(7)?)))
}

/// `kind IN (…)` with parameters from `first` on.
fn kinds_clause(first: usize, kinds: &[String]) -> String {
    format!("kind IN ({})", slots(first, kinds))
}

/// The places of so many values in a statement, from this one on: `$4, $5`.
fn slots(first: usize, values: &[String]) -> String {
    let all: Vec<String> = (first..first + values.len())
        .map(|n| format!("${n}"))
        .collect();
    all.join(", ")
}

fn awaited(
    c: &Conn,
    encounter: EncounterId,
    kinds: &[String],
    now: Instant,
) -> Result<Vec<Awaited>> {
    let mut values: Vec<Value<'_>> = vec![encounter.into()];
    values.extend(kinds.iter().map(Value::from));
    c.all(
        &format!(
            "SELECT id, kind, owner_name, due, late_at, held_since FROM deficiency
             WHERE encounter = $1 AND outstanding = 1 AND {} ORDER BY due, id",
            kinds_clause(2, kinds)
        ),
        &values,
        |r| {
            Ok(Awaited {
                deficiency: DeficiencyId(r.int(0)?),
                kind: r.text(1)?,
                title: String::new(),
                owner_name: r.untrusted(2)?,
                due: Instant(r.int(3)?),
                late: r.int(4)? < now.0,
                held: r.int(5)? > 0,
            })
        },
    )
}

fn newest_note(c: &Conn, encounter: EncounterId) -> Result<Option<CoderNote>> {
    c.one(
        "SELECT n.at, coalesce(u.name, ''), n.words FROM coder_note n LEFT JOIN user u ON u.id = n.user
         WHERE n.encounter = $1 ORDER BY n.id DESC LIMIT 1",
        v![encounter],
        |r| {
            Ok(CoderNote {
                at: Instant(r.int(0)?),
                user_name: r.untrusted(1)?,
                words: r.untrusted(2)?,
            })
        },
    )
}

/// Stays as they are kept, each with how exactly its discharge is known and what the list is
/// ordered by.
type Kept = (WaitingStay, Precision, i64);

/// A page of a list: no more than `limit` of what was found, and where the next one begins.
fn page(mut found: Vec<Kept>, limit: usize) -> KeptPage {
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|(stay, _, at)| StayCursor {
            at: *at,
            encounter: stay.encounter,
        });
    let stays = found.into_iter().map(|(stay, exact, _)| (stay, exact));
    KeptPage {
        stays: stays.collect(),
        next,
    }
}

/// A page of a coder's list before the time zone is known.
#[derive(Debug)]
pub struct KeptPage {
    /// Stays, each with how exactly its discharge is known.
    pub stays: Vec<(WaitingStay, Precision)>,
    /// Where the next page starts, if there is one.
    pub next: Option<StayCursor>,
}

impl Store {
    /// Discharged stays of these classes with an open item of these types that are not coded,
    /// longest waiting first.
    ///
    /// # Errors
    /// As any read.
    pub fn waiting_stays(
        &self,
        kinds: &[String],
        classes: &[String],
        after: Option<StayCursor>,
        limit: usize,
        now: Instant,
    ) -> Result<KeptPage> {
        let after = after.unwrap_or(StayCursor {
            at: i64::MIN,
            encounter: EncounterId(0),
        });
        let of_classes = slots(4, classes);
        let first_kind = 4 + classes.len();
        let sql = format!(
            "SELECT {STAY} FROM encounter e JOIN patient p ON p.id = e.patient
             WHERE e.open_items > 0 AND e.discharged IS NOT NULL
               AND (e.discharged, e.id) > ($1, $2) AND e.class IN ({})
               AND e.status NOT IN ('cancelled', 'retracted', 'planned') AND {NOT_CODED}
               AND EXISTS (SELECT 1 FROM deficiency d WHERE d.encounter = e.id AND d.outstanding = 1 AND d.{})
             ORDER BY e.discharged, e.id LIMIT $3",
            of_classes,
            kinds_clause(first_kind, kinds)
        );
        let mut values: Vec<Value<'_>> = vec![
            after.at.into(),
            after.encounter.into(),
            (limit as i64 + 1).into(),
        ];
        values.extend(classes.iter().map(Value::from));
        values.extend(kinds.iter().map(Value::from));
        self.read(|c| {
            let found = c.all(&sql, &values, |r| {
                let (mut stay, precision) = read_stay(r)?;
                stay.waits_for = awaited(c, stay.encounter, kinds, now)?;
                stay.note = newest_note(c, stay.encounter)?;
                stay.stage = stage(c, stay.encounter)?.1;
                let at = stay.discharged.0;
                Ok((stay, precision, at))
            })?;
            Ok(page(found, limit))
        })
    }

    /// Stays that became ready to code since `since` and are not coded: they ended then and were
    /// found complete, or their last item of these types was closed then. Newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn ready_stays(
        &self,
        kinds: &[String],
        classes: &[String],
        since: Instant,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<KeptPage> {
        let after = after.unwrap_or(StayCursor {
            at: i64::MAX,
            encounter: EncounterId(0),
        });
        let of_classes = slots(5, classes);
        let first_kind = 5 + classes.len();
        let of_kinds = kinds_clause(first_kind, kinds);
        // The item closed last, of those closed after the stay had ended.
        let last = format!(
            "FROM deficiency d WHERE d.encounter = e.id AND d.outstanding = 0 AND d.{of_kinds}
               AND d.closed > e.discharged ORDER BY d.closed DESC, d.id DESC LIMIT 1"
        );
        let sql = format!(
            "SELECT * FROM (SELECT {STAY}, (SELECT d.kind {last}),
               max(e.discharged, coalesce((SELECT d.closed {last}), 0)) AS ready
             FROM encounter e JOIN patient p ON p.id = e.patient
             WHERE e.id IN (SELECT id FROM encounter WHERE discharged >= $1 UNION
                 SELECT encounter FROM deficiency WHERE outstanding = 0 AND closed >= $1 AND {of_kinds})
               AND e.discharged IS NOT NULL AND e.class IN ({}) AND e.analyzed > 0 AND e.stub = 0
               AND e.status NOT IN ('cancelled', 'retracted', 'planned') AND {NOT_CODED}
               AND NOT EXISTS (SELECT 1 FROM deficiency o WHERE o.encounter = e.id AND o.outstanding = 1
                 AND o.{of_kinds})) s
             WHERE s.ready < $3 OR (s.ready = $3 AND s.id > $4) ORDER BY s.ready DESC, s.id LIMIT $2",
            of_classes,
        );
        let mut values: Vec<Value<'_>> = vec![
            since.into(),
            (limit as i64 + 1).into(),
            after.at.into(),
            after.encounter.into(),
        ];
        values.extend(classes.iter().map(Value::from));
        values.extend(kinds.iter().map(Value::from));
        self.read(|c| {
            let found = c.all(&sql, &values, |r| {
                let (mut stay, precision) = read_stay(r)?;
                stay.lifted_by = r.opt_text(8)?;
                let at = r.int(9)?;
                stay.ready = Some(Instant(at));
                stay.note = newest_note(c, stay.encounter)?;
                stay.stage = stage(c, stay.encounter)?.1;
                Ok((stay, precision, at))
            })?;
            Ok(page(found, limit))
        })
    }

    /// Stays that are known as coded since `since`, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn coded_stays(
        &self,
        classes: &[String],
        since: Instant,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<KeptPage> {
        let after = after.unwrap_or(StayCursor {
            at: i64::MAX,
            encounter: EncounterId(0),
        });
        let of_classes = slots(5, classes);
        let sql = format!(
            "SELECT {STAY}, k.evidence, k.coded, k.coded_precision, k.at
             FROM coded_span k JOIN encounter e ON e.id = k.encounter JOIN patient p ON p.id = e.patient
             WHERE k.at >= $1 AND k.until = 9223372036854775807 AND e.class IN ({})
               AND (k.at, k.encounter) < ($3, $4)
             ORDER BY k.at DESC, k.encounter DESC LIMIT $2",
            of_classes,
        );
        let mut values: Vec<Value<'_>> = vec![
            since.into(),
            (limit as i64 + 1).into(),
            after.at.into(),
            after.encounter.into(),
        ];
        values.extend(classes.iter().map(Value::from));
        self.read(|c| {
            let found = c.all(&sql, &values, |r| {
                let (mut stay, precision) = read_stay(r)?;
                stay.coded = Some(read_coded(r, 8)?);
                stay.note = newest_note(c, stay.encounter)?;
                stay.stage = stage(c, stay.encounter)?.1;
                Ok((stay, precision, r.int(11)?))
            })?;
            Ok(page(found, limit))
        })
    }

    /// Notes to the coder of a stay, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn coder_notes(&self, encounter: EncounterId) -> Result<Vec<CoderNote>> {
        self.read(|c| {
            c.all(
                "SELECT n.at, coalesce(u.name, ''), n.words FROM coder_note n
                   LEFT JOIN user u ON u.id = n.user WHERE n.encounter = $1 ORDER BY n.id DESC",
                v![encounter],
                |r| {
                    Ok(CoderNote {
                        at: Instant(r.int(0)?),
                        user_name: r.untrusted(1)?,
                        words: r.untrusted(2)?,
                    })
                },
            )
        })
    }
}

impl Tx<'_> {
    /// Keeps a note to the coder of a stay.
    ///
    /// # Errors
    /// As any write.
    pub fn add_coder_note(&mut self, encounter: EncounterId, words: &Untrusted) -> Result<i64> {
        self.conn.insert(
            "INSERT INTO coder_note (encounter, at, user, words) VALUES ($1, $2, $3, $4)",
            v![encounter, self.now, self.user, words],
        )
    }
}
