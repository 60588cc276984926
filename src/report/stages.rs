//! Days between the stages of completion: discharge, dictated, transcribed, signed, completed,
//! ready to code, coded. Mean and median, with how many they are about.

use crate::domain::coding::PastCoded;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::EncounterId;
use crate::domain::past::PastChange;
use crate::domain::report::StageDays;
use crate::domain::time::Instant;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashSet};

/// Microseconds in a thousandth of a day.
const MILLIDAY: i64 = 86_400_000;

/// The stage of a stay that waits for no document a coder needs.
pub(super) const READY_TO_CODE: &str = "ready_to_code";

/// The stages an item passes, in order.
const STAGES: &[(DeficiencyState, &str)] = &[
    (DeficiencyState::Dictated, "dictated"),
    (DeficiencyState::Transcribed, "transcribed"),
    (DeficiencyState::Signed, "signed"),
    (DeficiencyState::Completed, "completed"),
];

/// What the days between stages are computed from, as known at the end of the period.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Whole lives of the items completed in the period, by item and in order.
    pub lives: &'a [PastChange],
    /// Charts that still wait for an item of `kinds`.
    pub waiting: &'a HashSet<EncounterId>,
    /// Stays coded in the period (and around: times known by their day are looked at here).
    pub coded: &'a [PastCoded],
    /// Types without which a stay cannot be coded.
    pub kinds: &'a [String],
    /// Classes of visits that count.
    pub classes: &'a [EncounterClass],
    /// The period begins after this.
    pub from: Instant,
    /// The end of the period.
    pub to: Instant,
    /// The hospital's time zone.
    pub zone: &'a TimeZone,
}

/// Computes the days between stages. `lives` are the whole lives of the items completed in the
/// period, by item and in order; `waiting` the charts that still wait for an item of `kinds`.
/// A stage reached before the discharge counts as reached at the discharge.
pub fn compute(input: &Input<'_>) -> Vec<StageDays> {
    let Input {
        lives,
        waiting,
        kinds,
        classes,
        zone,
        ..
    } = *input;
    let mut spans: BTreeMap<(usize, usize), Vec<i64>> = BTreeMap::new();
    let mut ready: BTreeMap<EncounterId, (Instant, Instant)> = BTreeMap::new();
    for life in lives.chunk_by(|a, b| a.deficiency == b.deficiency) {
        let Some(last) = life.last() else { continue };
        let Some(left) = last.visit.discharged.map(|d| d.latest(zone)) else {
            continue;
        };
        if !classes.contains(&last.visit.class) {
            continue;
        }
        let mut before = (0, left);
        for (n, (state, _)) in STAGES.iter().enumerate() {
            // The stage's last time counts: an undone one was not reached.
            let Some(step) = life.iter().rev().find(|c| c.to == *state) else {
                continue;
            };
            let at = step.at.max(left);
            let mut add = |from: usize, since: Instant| {
                let micros = at.0.saturating_sub(since.0).max(0);
                spans.entry((from, n + 1)).or_default().push(micros);
            };
            if *state == DeficiencyState::Completed {
                add(0, left);
                if before.0 == 3 {
                    add(3, before.1);
                }
            } else {
                add(before.0, before.1);
                before = (n + 1, at);
            }
        }
        if kinds.contains(&last.kind) && !waiting.contains(&last.encounter) {
            let done = ready.entry(last.encounter).or_insert((left, left));
            done.1 = done.1.max(last.at);
        }
    }
    let mut out: Vec<StageDays> = Vec::new();
    let name = |n: usize| match n.checked_sub(1) {
        None => "discharge",
        Some(at) => STAGES.get(at).map_or("", |s| s.1),
    };
    for (from, to) in [(0, 1), (1, 2), (2, 3), (0, 3), (3, 4), (0, 4)] {
        let mut micros = spans.remove(&(from, to)).unwrap_or_default();
        out.push(days(name(from), name(to), &mut micros));
    }
    // What came between stages we have no words for (transcribed without a dictation).
    for ((from, to), mut micros) in spans {
        out.push(days(name(from), name(to), &mut micros));
    }
    let mut micros: Vec<i64> = ready
        .values()
        .map(|(left, at)| at.0.saturating_sub(left.0).max(0))
        .collect();
    out.push(days("discharge", READY_TO_CODE, &mut micros));
    let (mut since_ready, mut since_left) = coded(input);
    out.push(days(READY_TO_CODE, "coded", &mut since_ready));
    out.push(days("discharge", "coded", &mut since_left));
    out
}

/// Microseconds from when each stay coded in the period was ready, and from its discharge. One that
/// was coded before its last document came was ready at that moment.
fn coded(input: &Input<'_>) -> (Vec<i64>, Vec<i64>) {
    let (mut since_ready, mut since_left) = (Vec::new(), Vec::new());
    for stay in input.coded {
        let Some(left) = stay.visit.discharged.map(|d| d.latest(input.zone)) else {
            continue;
        };
        let at = stay.coded.latest(input.zone);
        let within = at.0 > input.from.0 && at.0 <= input.to.0;
        if !within || !input.classes.contains(&stay.visit.class) {
            continue;
        }
        let ready = stay.ready.map_or(left, |r| r.max(left));
        since_ready.push(at.0.saturating_sub(ready.0).max(0));
        since_left.push(at.0.saturating_sub(left.0).max(0));
    }
    (since_ready, since_left)
}

fn days(from: &str, to: &str, micros: &mut [i64]) -> StageDays {
    micros.sort_unstable();
    let n = micros.len();
    let sum: i128 = micros.iter().map(|m| i128::from(*m)).sum();
    let middle = match n {
        0 => 0,
        n if n % 2 == 1 => micros[n / 2],
        n => (micros[n / 2 - 1] + micros[n / 2]) / 2,
    };
    StageDays {
        from: from.to_owned(),
        to: to.to_owned(),
        n: n as i64,
        mean_millidays: if n == 0 {
            0
        } else {
            (sum / n as i128) as i64 / MILLIDAY
        },
        median_millidays: middle / MILLIDAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::DeficiencyId;
    use crate::domain::past::PastVisit;
    use crate::domain::time::Moment;

    const DAY: i64 = 86_400_000_000;

    fn change(item: i64, visit: i64, day: i64, to: DeficiencyState) -> PastChange {
        PastChange {
            deficiency: DeficiencyId(item),
            encounter: EncounterId(visit),
            kind: "DS-M".into(),
            at: Instant(day * DAY),
            owner: 1,
            from: None,
            to,
            late_at: Instant(0),
            visit: PastVisit {
                class: EncounterClass::Inpatient,
                facility: 0,
                service: 0,
                attending: 0,
                discharged: Some(Moment::at(Instant(10 * DAY))),
            },
        }
    }

    #[test]
    fn mean_and_median_of_each_stage_with_their_number() {
        use DeficiencyState as S;
        let lives = [
            change(1, 1, 9, S::Open),
            change(1, 1, 12, S::Dictated),
            change(1, 1, 13, S::Transcribed),
            change(1, 1, 17, S::Signed),
            change(1, 1, 18, S::Completed),
            change(2, 2, 11, S::Open),
            change(2, 2, 14, S::Completed),
            change(3, 3, 11, S::Open),
            change(3, 3, 8, S::Completed),
        ];
        let kinds = ["DS-M".to_owned()];
        let waiting = HashSet::from([EncounterId(2)]);
        let zone = TimeZone::UTC;
        let stay = |visit, coded: i64, ready: Option<i64>| PastCoded {
            encounter: EncounterId(visit),
            coded: Moment::at(Instant(coded * DAY)),
            ready: ready.map(|d| Instant(d * DAY)),
            visit: lives[0].visit.clone(),
        };
        // Coded after and before the last document came, never anything missing, out of the period.
        let coded = [
            stay(1, 20, Some(18)),
            stay(2, 13, Some(14)),
            stay(3, 15, None),
            stay(4, 99, None),
        ];
        let out = compute(&Input {
            lives: &lives,
            waiting: &waiting,
            coded: &coded,
            kinds: &kinds,
            classes: &[EncounterClass::Inpatient],
            from: Instant(0),
            to: Instant(30 * DAY),
            zone: &zone,
        });
        let check = |from: &str, to: &str, n, mean, median| {
            let s = out.iter().find(|s| s.from == from && s.to == to).unwrap();
            assert_eq!(
                (s.n, s.mean_millidays, s.median_millidays),
                (n, mean, median),
                "{from} {to}"
            );
        };
        check("discharge", "dictated", 1, 2_000, 2_000);
        check("dictated", "transcribed", 1, 1_000, 1_000);
        check("transcribed", "signed", 1, 4_000, 4_000);
        // 8, 4 and (completed in house) 0 days.
        check("discharge", "completed", 3, 4_000, 4_000);
        // Visit 2 still waits for something else.
        check("discharge", "ready_to_code", 2, 4_000, 4_000);
        check("ready_to_code", "coded", 3, 2_333, 2_000);
        check("discharge", "coded", 3, 6_000, 5_000);
    }
}
