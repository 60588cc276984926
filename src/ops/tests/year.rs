//! A simulated year: the clock is stepped day by day while charts arrive, providers complete,
//! decline, go away and leave, and the daily run proposes steps that are all decided.
//!
//! Beside the hospital runs an oracle that knows nothing of the program: it adds days with its own
//! table of clock changes and keeps its own list of what is owed. Every day the two must agree.

use super::super::testing::*;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, DeficiencyState, HoldReason};
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::ladder::{StepDecision, StepRequest, StepState};
use crate::domain::people::ProviderRole;
use crate::domain::record::{Arrival, Key, Record, RecordKind};
use crate::domain::report::{GroupBy, TotalSort};
use crate::domain::time::{Instant, Moment};
use crate::domain::worklist::QueueView;
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = DAY / 24;
const MINUTE: i64 = HOUR / 60;

/// Providers that go away, of twelve; holds by hand and reassignments are for the others, so that
/// the oracle need not know how holds overlap.
const AWAY: usize = 4;
const PROVIDERS: usize = 12;

/// The offset of New York in hours, from the law and not from the zone database.
fn offset(utc: i64) -> i64 {
    let changes = [
        ("2027-03-14T07:00:00Z", -4),
        ("2027-11-07T06:00:00Z", -5),
        ("2028-03-12T07:00:00Z", -4),
        ("2028-11-05T06:00:00Z", -5),
        ("2029-03-11T07:00:00Z", -4),
    ];
    let passed = changes.iter().rev().find(|(at_, _)| at(at_).0 <= utc);
    passed.map_or(-5, |(_, hours)| *hours)
}

/// The same local time so many days later.
fn days_later(utc: i64, days: i64) -> i64 {
    let local = utc + offset(utc) * HOUR + days * DAY;
    let guess = local - offset(utc) * HOUR;
    local - offset(guess) * HOUR
}

/// An instant of a local day: `day` counts from the first one.
fn local(first: i64, day: i64, micros: i64) -> i64 {
    days_later(first, day) + micros
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// What is owed, as the oracle knows it.
struct Owed {
    id: DeficiencyId,
    kind: &'static str,
    discharged: i64,
    due: i64,
    owner: usize,
    holds: Vec<(i64, i64)>,
    closed: Option<i64>,
    declined: Option<i64>,
    steps: Vec<(usize, String, i64, bool)>,
}

impl Owed {
    fn open(&self) -> bool {
        self.closed.is_none()
    }

    /// Excused so far, and since when it is on hold.
    fn excused(&self, now: i64) -> (i64, Option<i64>) {
        let ended = self.holds.iter().filter(|(_, until)| *until <= now);
        let held = self
            .holds
            .iter()
            .find(|(from, until)| *from <= now && *until > now);
        (
            ended.map(|(from, until)| until - from).sum(),
            held.map(|h| h.0),
        )
    }

    fn late(&self, now: i64) -> bool {
        let (excused, held) = self.excused(now);
        self.open() && held.map_or(now, |h| h.min(now)) > self.due + excused
    }

    fn reached(&self, days: i64, now: i64) -> bool {
        let (excused, held) = self.excused(now);
        days_later(self.discharged, days) + excused <= held.unwrap_or(now)
    }

    fn taken(&self, step: &str) -> Option<&(usize, String, i64, bool)> {
        self.steps
            .iter()
            .find(|(owner, s, ..)| *owner == self.owner && s == step)
    }

    /// The steps it is due for, by the words of the ladder.
    fn due_for(&self, now: i64, suspended: &BTreeSet<usize>) -> Vec<&'static str> {
        let ladder = [
            ("notice", 7),
            ("warning", 21),
            ("delinquent", 30),
            ("final_notice", 30),
            ("suspension", 37),
        ];
        let mut due = Vec::new();
        for (n, (step, days)) in ladder.into_iter().enumerate() {
            if !self.reached(days, now) || self.taken(step).is_some() {
                continue;
            }
            let final_notice = self.taken("final_notice");
            let warned = final_notice
                .is_some_and(|(_, _, at, confirmed)| *confirmed && days_later(*at, 7) <= now);
            if step == "suspension" && (!warned || suspended.contains(&self.owner)) {
                continue;
            }
            // A reminder is left out where something later was reached or taken.
            let later = ladder.iter().skip(n + 1).any(|(s, d)| {
                *s != "suspension" && self.reached(*d, now) || self.taken(s).is_some()
            });
            if n < 2 && later {
                continue;
            }
            due.push(step);
        }
        due
    }
}

struct Year {
    h: Hospital,
    dice: Dice,
    owed: Vec<Owed>,
    providers: Vec<ProviderId>,
    /// Who left, who is away from when until (the first instant charged again).
    gone: BTreeSet<usize>,
    away: Vec<(usize, i64, i64)>,
    suspended: BTreeSet<usize>,
    first: i64,
    visits: usize,
    /// For each day: open, opened, closed, visits known.
    kept: Vec<(i64, i64, i64, i64)>,
}

fn stay_of(n: usize, provider: usize, admitted: i64, discharged: i64) -> Vec<Arrival> {
    let id = format!("y{n}");
    let mut arrival = stay(&id, &id);
    if let Record::Encounter(record) = &mut arrival.record {
        record.facts.admitted = Some(Moment::at(Instant(admitted)));
        record.facts.discharged = Some(Moment::at(Instant(discharged)));
        let key = Key::local(RecordKind::Provider, format!("d{provider}"));
        record.attending = Some(key.clone());
        record.admitting = Some(key);
    }
    vec![patient(&id, &format!("Person{n}")), arrival]
}

fn doctor(n: usize, active: bool) -> Arrival {
    let mut arrival = provider(
        &format!("d{n}"),
        &format!("Doctor{n:02}"),
        ProviderRole::Attending,
    );
    if let Record::Provider(record) = &mut arrival.record {
        record.facts.active = active;
    }
    arrival
}

impl Year {
    fn new(first_midnight: &str, seed: u64) -> Self {
        let h = Hospital::new();
        let first = at(first_midnight).0;
        h.clock.set(Instant(first));
        h.import((0..PROVIDERS).map(|n| doctor(n, true)).collect());
        let found = h.office.providers(&h.me, "Doctor", PROVIDERS).unwrap();
        Self {
            providers: found.iter().map(|c| ProviderId(c.id)).collect(),
            h,
            dice: Dice(seed),
            owed: Vec::new(),
            gone: BTreeSet::new(),
            away: Vec::new(),
            suspended: BTreeSet::new(),
            first,
            visits: 0,
            kept: Vec::new(),
        }
    }

    /// Somebody who can take over.
    fn stand_in(&mut self) -> usize {
        loop {
            let who = AWAY + self.dice.roll(PROVIDERS - AWAY);
            if !self.gone.contains(&who) {
                return who;
            }
        }
    }

    fn arrive(&mut self, day: i64, discharges: usize) {
        let mut arrivals = Vec::new();
        let mut new = Vec::new();
        for _ in 0..discharges {
            let who = loop {
                let who = self.dice.roll(PROVIDERS);
                if !self.gone.contains(&who) {
                    break who;
                }
            };
            let minute = 8 * 60 + self.dice.roll(14 * 60) as i64;
            let discharged = local(self.first, day - 1, minute * MINUTE);
            let admitted = days_later(discharged, -2 - self.dice.roll(9) as i64);
            arrivals.extend(stay_of(self.visits, who, admitted, discharged));
            new.push((self.visits, who, admitted, discharged));
            self.visits += 1;
        }
        for batch in arrivals.chunks(900) {
            self.h.import(batch.to_vec());
        }
        self.h.analyze();
        for (n, who, admitted, discharged) in new {
            let encounter = self.h.encounter(&format!("y{n}"));
            let rows = self.h.office.store.deficiencies_of(encounter).unwrap();
            assert_eq!(rows.len(), 2, "visit y{n}");
            for row in rows {
                let (kind, due) = match row.row.kind.as_str() {
                    "DS-M" => ("DS-M", days_later(discharged, 30)),
                    _ => ("HP-M", admitted + DAY),
                };
                assert_eq!(row.row.kind, kind);
                assert_eq!(row.row.due.0, due, "{kind} of y{n}");
                let mut owed = Owed {
                    id: row.row.id,
                    kind,
                    discharged,
                    due,
                    owner: who,
                    holds: Vec::new(),
                    closed: None,
                    declined: None,
                    steps: Vec::new(),
                };
                let start = if kind == "DS-M" { discharged } else { admitted };
                for (_, from, back) in self.away.iter().filter(|a| a.0 == who) {
                    // Late already when the absence began: not excused.
                    if *from <= due && *back > start && *from <= self.h.clock_now() {
                        owed.holds.push(((*from).max(start), *back));
                    }
                }
                self.owed.push(owed);
            }
        }
    }

    fn change(&mut self, n: usize, change: DeficiencyChange) {
        let id = self.owed[n].id;
        let row = self.h.office.store.queue_row(id).unwrap().unwrap();
        let outcome = self
            .h
            .act(Action::ChangeDeficiencies {
                items: vec![(id, row.version)],
                change,
            })
            .unwrap();
        assert_eq!(outcome.done, [id.0], "{:?}", outcome.refused);
    }

    fn give_to(&mut self, n: usize, to: usize) {
        self.change(
            n,
            DeficiencyChange::Assign {
                owner: Some(self.providers[to]),
                reason: "covers".into(),
            },
        );
        self.owed[n].owner = to;
        self.owed[n].declined = None;
    }

    /// What people do on a day.
    fn work(&mut self, now: i64, discharges: usize) {
        let open: Vec<usize> = (0..self.owed.len())
            .filter(|n| self.owed[*n].open())
            .collect();
        // About as much is completed as arrives; some of it takes long.
        for _ in 0..discharges * 2 {
            let n = open[self.dice.roll(open.len())];
            if self.owed[n].open() && self.owed[n].declined.is_none() && self.dice.roll(10) < 8 {
                self.change(n, DeficiencyChange::Complete { comment: "".into() });
                let owed = &mut self.owed[n];
                owed.closed = Some(now);
                for hold in owed.holds.iter_mut().filter(|h| h.1 > now) {
                    hold.1 = now;
                }
            }
        }
        for n in open {
            let owed = &self.owed[n];
            if !owed.open() {
                continue;
            }
            let (_, held) = owed.excused(now);
            let free = owed.owner >= AWAY && held.is_none();
            if owed.declined.is_some_and(|at| now - at > 2 * DAY) {
                let to = self.stand_in();
                self.give_to(n, to);
            } else if free && owed.declined.is_none() && self.dice.roll(120) == 0 {
                let reason = DeclineReason::NotMyPatient;
                self.change(
                    n,
                    DeficiencyChange::Decline {
                        reason,
                        comment: "".into(),
                    },
                );
                self.owed[n].declined = Some(now);
            } else if free && owed.declined.is_none() && self.dice.roll(120) == 0 {
                let until = now + (1 + self.dice.roll(12) as i64) * DAY + 5 * HOUR;
                self.change(
                    n,
                    DeficiencyChange::PlaceHold {
                        reason: HoldReason::ChartUnavailable,
                        comment: "".into(),
                        until: Some(Instant(until)),
                    },
                );
                self.owed[n].holds.push((now, until));
            }
        }
    }

    /// One provider leaves: what they owe goes to others.
    fn leave(&mut self, who: usize) {
        self.gone.insert(who);
        for n in 0..self.owed.len() {
            if self.owed[n].open() && self.owed[n].owner == who {
                let to = self.stand_in();
                self.give_to(n, to);
            }
        }
        self.h.import(vec![doctor(who, false)]);
    }

    /// One provider goes away from now on for so many days.
    fn go_away(&mut self, who: usize, now: i64, days: i64) {
        let until = days_later(now, days - 1);
        self.h
            .act(Action::AddAbsence {
                provider: self.providers[who],
                reason: HoldReason::Vacation,
                from: Instant(now),
                until: Some(Instant(until)),
                comment: "".into(),
            })
            .unwrap();
        if days < 3 {
            return;
        }
        // Three whole days after the return are excused too: to the midnight after them.
        let of_day = (until + offset(until) * HOUR).rem_euclid(DAY);
        let back = days_later(until - of_day, 4);
        self.away.push((who, now, back));
        for owed in self.owed.iter_mut().filter(|o| o.owner == who && o.open()) {
            let (excused, _) = owed.excused(now);
            if now <= owed.due + excused {
                owed.holds.push((now, back));
            }
        }
    }

    /// The daily run of the ladder, compared with the oracle, and decided.
    fn ladder(&mut self, now: i64) {
        self.h.act(Action::ProposeSteps).unwrap();
        let mut wanted: BTreeMap<(usize, String), BTreeSet<i64>> = BTreeMap::new();
        let mut past_limit = BTreeSet::new();
        for owed in self
            .owed
            .iter()
            .filter(|o| o.open() && o.declined.is_none())
        {
            if owed.reached(30, now) {
                past_limit.insert(owed.owner);
            }
            for step in owed.due_for(now, &self.suspended) {
                wanted
                    .entry((owed.owner, step.to_owned()))
                    .or_default()
                    .insert(owed.id.0);
            }
        }
        for who in self.suspended.difference(&past_limit) {
            wanted.insert((*who, "lifting".to_owned()), BTreeSet::new());
        }
        let ask = StepRequest {
            state: Some(StepState::Proposed),
            limit: 10_000,
            ..StepRequest::default()
        };
        let proposed = self.h.office.steps(&self.h.me, &ask).unwrap();
        let mut found = BTreeMap::new();
        for step in &proposed {
            let who = self
                .providers
                .iter()
                .position(|p| *p == step.provider)
                .unwrap();
            let detail = self.h.office.store.step_detail(step.id).unwrap();
            let items: BTreeSet<i64> = detail.items.iter().map(|i| i.deficiency.0).collect();
            found.insert((who, step.step.clone()), items);
        }
        assert_eq!(found, wanted, "on {}", Instant(now).rfc3339());
        for step in proposed {
            let who = self
                .providers
                .iter()
                .position(|p| *p == step.provider)
                .unwrap();
            let dismiss = step.step != "lifting" && self.dice.roll(25) == 0;
            let decision = if dismiss {
                StepDecision::Dismiss {
                    reason: "agreed".into(),
                }
            } else {
                StepDecision::Confirm {
                    suspension: None,
                    comment: "".into(),
                }
            };
            let outcome = self
                .h
                .act(Action::DecideSteps {
                    steps: vec![(step.id, step.version)],
                    decision,
                })
                .unwrap();
            assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
            match (step.step.as_str(), dismiss) {
                ("lifting", _) => {
                    self.suspended.remove(&who);
                }
                ("suspension", false) => {
                    self.suspended.insert(who);
                }
                _ => {}
            }
            for owed in &mut self.owed {
                if found[&(who, step.step.clone())].contains(&owed.id.0) {
                    owed.steps.push((who, step.step.clone(), now, !dismiss));
                }
            }
        }
        let list = self.h.office.suspensions(&self.h.me).unwrap();
        assert_eq!(list.len(), self.suspended.len());
    }

    fn agree_on_counts(&self, now: i64) {
        let open = self.owed.iter().filter(|o| o.open()).count() as i64;
        let late = self.owed.iter().filter(|o| o.late(now)).count() as i64;
        let counts = self.h.office.counts(&self.h.me).unwrap();
        let view = |v| counts.views.iter().find(|(view, _)| *view == v).unwrap().1;
        assert_eq!(
            view(QueueView::All),
            open,
            "open on {}",
            Instant(now).rfc3339()
        );
        assert_eq!(
            view(QueueView::Late),
            late,
            "late on {}",
            Instant(now).rfc3339()
        );
    }

    /// Every item stands as the oracle says: none lost, no clock wrong.
    fn agree_on_items(&self, now: i64) {
        for owed in &self.owed {
            let row = self.h.office.store.queue_row(owed.id).unwrap().unwrap();
            let state = match (owed.closed, owed.declined) {
                (Some(_), _) => DeficiencyState::Completed,
                (_, Some(_)) => DeficiencyState::Declined,
                _ => DeficiencyState::Open,
            };
            let (excused, held) = owed.excused(now);
            let found = (
                row.state,
                row.owner,
                row.due.0,
                row.excused_micros,
                row.held_since.map(|t| t.0),
                row.closed.map(|t| t.0),
            );
            let wanted = (
                state,
                Some(self.providers[owed.owner]),
                owed.due,
                excused,
                held,
                owed.closed,
            );
            assert_eq!(found, wanted, "{} {}", owed.kind, owed.id);
        }
        let totals = self
            .h
            .office
            .provider_totals(&self.h.me, TotalSort::Late, 100)
            .unwrap();
        for total in totals {
            let mine = |o: &&Owed| o.open() && Some(self.providers[o.owner]) == total.provider;
            let open = self.owed.iter().filter(mine).count() as i64;
            let late = self
                .owed
                .iter()
                .filter(mine)
                .filter(|o| o.late(now))
                .count() as i64;
            assert_eq!((total.open, total.late), (open, late));
        }
    }

    fn run(&mut self, days: i64, discharges: impl Fn(i64) -> usize) {
        for day in 1..=days {
            let (items_before, closed_before) = (self.owed.len(), self.closed());
            let morning = local(self.first, day, 6 * HOUR);
            self.h.clock.set(Instant(morning));
            self.h.office.take_snapshots(&self.h.me).unwrap();
            self.arrive(day, discharges(day));
            let now = morning + 30 * MINUTE;
            self.h.clock.set(Instant(now));
            if !self.owed.is_empty() {
                self.work(now, discharges(day));
            }
            match day % 60 {
                9 => {
                    let who = self.dice.roll(AWAY);
                    if self.away.iter().all(|a| a.0 != who || a.2 < now) {
                        let days = [2, 5, 14][self.dice.roll(3)];
                        self.go_away(who, now, days);
                    }
                }
                41 => self.leave(PROVIDERS - 1 - (day / 60) as usize % 4),
                _ => {}
            }
            let run = morning + HOUR;
            self.h.clock.set(Instant(run));
            self.ladder(run);
            self.agree_on_counts(run);
            if day % 30 == 0 || day == days {
                self.agree_on_items(run);
            }
            let open = self.owed.iter().filter(|o| o.open()).count() as i64;
            self.kept.push((
                open,
                (self.owed.len() - items_before) as i64,
                (self.closed() - closed_before) as i64,
                self.visits as i64,
            ));
        }
        self.h
            .clock
            .set(Instant(local(self.first, days + 1, 6 * HOUR)));
        self.h.office.take_snapshots(&self.h.me).unwrap();
    }

    fn closed(&self) -> usize {
        self.owed.iter().filter(|o| !o.open()).count()
    }

    /// What was stored each night comes out again from the past, and is what the oracle kept.
    fn agree_on_statistics(&self, days: i64, every: usize) {
        for day in (1..=days).step_by(every) {
            let date = Instant(local(self.first, day, 12 * HOUR)).day(&self.h.office.zone);
            for by in GroupBy::ALL {
                let stored = self
                    .h
                    .office
                    .stored_statistics(&self.h.me, date, *by)
                    .unwrap();
                let again = self.h.office.statistics(&self.h.me, date, *by).unwrap();
                assert_eq!(stored, Some(again), "{date} {by:?}");
            }
            let total = self
                .h
                .office
                .statistics(&self.h.me, date, GroupBy::Total)
                .unwrap()
                .total;
            let (open, opened, closed, visits) = self.kept[day as usize - 1];
            let found = (
                total.open,
                total.opened,
                total.closed,
                total.discharges_year,
            );
            assert_eq!(found, (open, opened, closed, visits), "{date}");
        }
        let check = self.h.office.audit_verify().unwrap();
        assert!(check.problems.is_empty());
    }
}

impl Hospital {
    fn clock_now(&self) -> i64 {
        self.office.now().0
    }
}

#[test]
fn a_spring_with_a_leap_day_and_summer_time_loses_nothing() {
    let mut year = Year::new("2028-01-20T05:00:00Z", 11);
    year.run(75, |day| {
        usize::from(day % 2 == 0) + usize::from(day % 3 == 0)
    });
    assert!(year.owed.iter().any(|o| o.taken("suspension").is_some()));
    assert!(!year.away.is_empty() && !year.gone.is_empty());
    year.agree_on_statistics(75, 5);
}

#[test]
#[ignore = "the full simulated year: 20,000 discharges; run it once before a release"]
fn a_year_of_twenty_thousand_discharges_loses_nothing() {
    let mut year = Year::new("2027-11-20T05:00:00Z", 12);
    let started = std::time::Instant::now();
    year.run(366, |day| {
        if day % 366 == 0 {
            55
        } else {
            54 + usize::from(day % 3 != 0)
        }
    });
    assert!(year.visits >= 20_000, "{}", year.visits);
    year.agree_on_statistics(366, 7);
    let steps = year.owed.iter().map(|o| o.steps.len()).sum::<usize>();
    let events = (
        year.visits,
        year.owed.len(),
        steps,
        year.gone.len(),
        year.away.len(),
    );
    println!(
        "visits, items, item steps, departures, absences: {events:?}; {:?}",
        started.elapsed()
    );
}
