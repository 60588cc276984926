//! The stays of the worklist of documentation integrity.

use super::super::columns::{instant_or_none, named, read_moment};
use super::super::driver::{Row, Value, v};
use super::super::error::Result;
use super::super::open::Store;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{EncounterId, UserId};
use crate::domain::report::StayCursor;
use crate::domain::review::{ReviewKind, ReviewOutcome, Stage};
use crate::domain::review_list::{BestOpportunity, LastReview, ReviewStay};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::CdiCounts;
use std::collections::HashMap;

const STAY: &str = "e.id, e.visit, p.mrn, p.name, e.class, coalesce(s.name, ''), coalesce(f.name, ''),
    e.payer, coalesce(v.name, ''), e.admitted, e.admitted_precision, e.discharged, e.discharged_precision,
    coalesce(c.stage, 'cdi'), coalesce(c.stage_at, 0), coalesce(su.name, ''), coalesce(c.stage_reason, ''),
    coalesce(c.reviews, 0), r.signed, r.reviewer, coalesce(ru.name, ''), r.kind, r.outcome,
    coalesce(c.next, 0), e.unseen > 0, (SELECT count(*) FROM opportunity o WHERE o.encounter = e.id AND
    o.rule NOT IN (SELECT d.rule FROM opportunity_dismissal d WHERE d.encounter = e.id)), coalesce(b.rank, 0),
    coalesce(b.rule, ''), coalesce(b.title, ''), l.user, coalesce(lu.name, '')";

const FROM: &str = "encounter e JOIN patient p ON p.id = e.patient
    LEFT JOIN service s ON s.id = e.service LEFT JOIN facility f ON f.id = e.facility
    LEFT JOIN provider v ON v.id = e.attending LEFT JOIN cdi_stay c ON c.encounter = e.id
    LEFT JOIN user su ON su.id = c.stage_by LEFT JOIN review r ON r.id = c.last
    LEFT JOIN user ru ON ru.id = r.reviewer
    LEFT JOIN opportunity b ON b.encounter = e.id AND b.rule = (SELECT o.rule FROM opportunity o
      WHERE o.encounter = e.id AND o.rule NOT IN
        (SELECT d.rule FROM opportunity_dismissal d WHERE d.encounter = e.id)
      ORDER BY o.rank DESC, o.rule LIMIT 1)
    LEFT JOIN lease l ON l.encounter = e.id AND l.expires > $1 LEFT JOIN user lu ON lu.id = l.user";

/// A stay as read: numbers that need the time zone or the formula are filled in by `ops`.
#[derive(Clone, Debug, PartialEq)]
pub struct StayRow {
    /// The stay; days, priority and what it is made of are not filled in.
    pub stay: ReviewStay,
    /// It changed since the rules looked at it, or they never did.
    pub unlooked: bool,
}

fn read_stay(r: &Row<'_>) -> Result<StayRow> {
    let last = match instant_or_none(r.opt_int(18)?.unwrap_or(0)) {
        None => None,
        Some(at) => Some(LastReview {
            at,
            reviewer: UserId(r.int(19)?),
            reviewer_name: r.untrusted(20)?,
            kind: named(&r.text(21)?, ReviewKind::from_name)?,
            outcome: named(&r.text(22)?, ReviewOutcome::from_name)?,
        }),
    };
    let unlooked = r.flag(24)?;
    let best = match r.int(25)? {
        0 => None,
        found => Some(BestOpportunity {
            rule: r.text(27)?,
            title: r.text(28)?,
            rank: r.int(26)?,
            found,
        }),
    };
    let taken_by = match r.opt_int(29)? {
        None => None,
        Some(user) => Some((UserId(user), r.untrusted(30)?)),
    };
    let stay = ReviewStay {
        encounter: EncounterId(r.int(0)?),
        visit: r.untrusted(1)?,
        mrn: r.untrusted(2)?,
        patient_name: r.untrusted(3)?,
        class: named(&r.text(4)?, EncounterClass::from_name)?,
        service_name: r.untrusted(5)?,
        facility_name: r.untrusted(6)?,
        payer: r.untrusted(7)?,
        attending_name: r.untrusted(8)?,
        admitted: read_moment(r, 9)?,
        discharged: read_moment(r, 11)?,
        stay_days: 0,
        days_left: 0,
        stage: named(&r.text(13)?, Stage::from_name)?,
        stage_since: instant_or_none(r.int(14)?),
        stage_by: r.untrusted(15)?,
        stage_reason: r.untrusted(16)?,
        reviews: r.int(17)?,
        last,
        next: instant_or_none(r.int(23)?),
        drafts: Vec::new(),
        queries_open: 0,
        queries_late: 0,
        queries_answered: 0,
        best,
        looked: !unlooked,
        taken_by,
        priority: 0,
        why: Vec::new(),
    };
    Ok(StayRow { stay, unlooked })
}

/// Queries and unfinished reviews of stays.
#[derive(Default)]
struct Beside {
    drafts: Vec<UserId>,
    open: i64,
    late: i64,
    answered: i64,
}

impl Store {
    /// Stays of these classes that are in house, ended after `ended_after`, or are with the coder.
    ///
    /// # Errors
    /// As any read.
    pub fn stays_to_review(
        &self,
        classes: &[String],
        ended_after: Instant,
        now: Instant,
    ) -> Result<Vec<StayRow>> {
        let slots: Vec<String> = (0..classes.len()).map(|i| format!("${}", 3 + i)).collect();
        let sql = format!(
            "SELECT {STAY} FROM {FROM} WHERE e.stub = 0 AND e.class IN ({})
               AND e.status NOT IN ('cancelled', 'retracted', 'planned') AND e.id IN (
                 SELECT id FROM encounter WHERE discharged IS NULL AND stub = 0 AND status IN ('active', 'unknown')
                 UNION SELECT id FROM encounter WHERE discharged IS NOT NULL AND discharged >= $2
                 UNION SELECT encounter FROM cdi_stay WHERE stage = 'coder')
             ORDER BY e.id",
            slots.join(", ")
        );
        let mut values: Vec<Value<'_>> = vec![now.into(), ended_after.into()];
        values.extend(classes.iter().map(Value::from));
        self.stays(&sql, &values, now)
    }

    /// Numbers of the work: reviews due by `today_ends` among the stays of the worklist,
    /// opportunities, stays not looked at, late queries.
    ///
    /// # Errors
    /// As any read.
    pub fn cdi_counts(
        &self,
        classes: &[String],
        ended_after: Instant,
        now: Instant,
        today_ends: Instant,
    ) -> Result<CdiCounts> {
        let slots: Vec<String> = (0..classes.len()).map(|i| format!("${}", 3 + i)).collect();
        let due = format!(
            "SELECT count(*) FROM cdi_stay c JOIN encounter e ON e.id = c.encounter
             WHERE c.next > 0 AND c.next <= $1 AND c.stage <> 'final' AND e.stub = 0
               AND e.class IN ({}) AND e.status NOT IN ('cancelled', 'retracted', 'planned')
               AND (c.stage = 'coder' OR (e.discharged IS NOT NULL AND e.discharged >= $2)
                 OR (e.discharged IS NULL AND e.status IN ('active', 'unknown')))",
            slots.join(", ")
        );
        let mut values: Vec<Value<'_>> = vec![today_ends.into(), ended_after.into()];
        values.extend(classes.iter().map(Value::from));
        self.read(|c| {
            Ok(CdiCounts {
                due: c.number(&due, &values)?,
                opportunities: c.number(
                    "SELECT count(*) FROM opportunity o WHERE NOT EXISTS
                       (SELECT 1 FROM opportunity_dismissal d
                        WHERE d.encounter = o.encounter AND d.rule = o.rule)",
                    v![],
                )?,
                unlooked: c.number(
                    "SELECT count(*) FROM encounter WHERE unseen > 0 AND stub = 0",
                    v![],
                )?,
                late: c.number(
                    "SELECT count(*) FROM query WHERE state = 'issued' AND due < $1",
                    v![now],
                )?,
            })
        })
    }

    /// One stay, whether or not the worklist has it; `None` if there is none.
    ///
    /// # Errors
    /// As any read.
    pub fn stay_to_review(&self, encounter: EncounterId, now: Instant) -> Result<Option<StayRow>> {
        let sql = format!("SELECT {STAY} FROM {FROM} WHERE e.id = $2 AND e.stub = 0");
        let rows = self.stays(&sql, v![now, encounter], now)?;
        Ok(rows.into_iter().next())
    }

    fn stays(&self, sql: &str, values: &[Value<'_>], now: Instant) -> Result<Vec<StayRow>> {
        self.read(|c| {
            let mut rows = c.all(sql, values, read_stay)?;
            let mut beside: HashMap<i64, Beside> = HashMap::new();
            let drafts = c.all(
                "SELECT encounter, reviewer FROM review WHERE state = 'draft'",
                v![],
                |r| Ok((r.int(0)?, r.int(1)?)),
            )?;
            for (encounter, reviewer) in drafts {
                beside
                    .entry(encounter)
                    .or_default()
                    .drafts
                    .push(UserId(reviewer));
            }
            let queries = c.all(
                "SELECT encounter, state, due FROM query WHERE state IN ('issued', 'responded')",
                v![],
                |r| Ok((r.int(0)?, r.text(1)?, r.int(2)?)),
            )?;
            for (encounter, state, due) in queries {
                let of = beside.entry(encounter).or_default();
                if state == "responded" {
                    of.answered += 1;
                } else {
                    of.open += 1;
                    of.late += i64::from(due < now.0);
                }
            }
            for row in &mut rows {
                if let Some(of) = beside.remove(&row.stay.encounter.0) {
                    row.stay.drafts = of.drafts;
                    row.stay.queries_open = of.open;
                    row.stay.queries_late = of.late;
                    row.stay.queries_answered = of.answered;
                }
            }
            Ok(rows)
        })
    }
}

impl Store {
    /// Stays handed over to the coder, longest waiting first: visit, when, by whom, why.
    ///
    /// # Errors
    /// As any read.
    pub fn handed_over(
        &self,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<Vec<(EncounterId, Instant, Untrusted, Untrusted)>> {
        let after = after.unwrap_or(StayCursor {
            at: i64::MIN,
            encounter: EncounterId(0),
        });
        self.read(|c| {
            c.all(
                "SELECT c.encounter, c.stage_at, coalesce(u.name, ''), c.stage_reason FROM cdi_stay c
                   LEFT JOIN user u ON u.id = c.stage_by WHERE c.stage = 'coder'
                   AND (c.stage_at, c.encounter) > ($2, $3)
                 ORDER BY c.stage_at, c.encounter LIMIT $1",
                v![limit as i64, after.at, after.encounter],
                |r| {
                    Ok((
                        EncounterId(r.int(0)?),
                        Instant(r.int(1)?),
                        r.untrusted(2)?,
                        r.untrusted(3)?,
                    ))
                },
            )
        })
    }
}
