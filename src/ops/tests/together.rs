//! Two processes and ten threads at one queue: no item is worked twice, no update is lost, no chart
//! is had by two, and whoever comes too late is told.
#![allow(clippy::print_stdout)]

use super::super::testing::*;
use super::{Dice, many_stays};
use crate::domain::action::{Action, DeficiencyChange as C};
use crate::domain::deficiency::{DeclineReason, DeficiencyState};
use crate::domain::ids::{DeficiencyId, EncounterId, RequestId};
use crate::domain::user::{Actor, Role};
use crate::domain::worklist::{QueueView, WorkOrder};
use crate::ops::{Office, OpsError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// People at work in each process.
const PEOPLE: usize = 5;

/// What one person did.
#[derive(Default)]
struct Log {
    /// Item and the version that was changed.
    done: Vec<(DeficiencyId, i64)>,
    /// Changes and takings that were refused with a reason.
    told: usize,
    taken: usize,
}

/// Charts somebody has now, for everybody to look at.
type Held = Mutex<BTreeMap<EncounterId, usize>>;

struct Person<'a> {
    office: &'a Office,
    me: &'a Actor,
    number: usize,
    held: &'a Held,
    dice: Dice,
    mine: Option<EncounterId>,
    requests: usize,
    log: Log,
}

impl Person<'_> {
    fn act(&mut self, action: &Action) -> crate::ops::Result<crate::ops::Outcome> {
        self.requests += 1;
        let request = RequestId(format!("p{}-{}", self.number, self.requests));
        self.office.act(self.me, &request, action)
    }

    /// One change of an item as it was seen a moment ago: of one's own chart, or of anyone's.
    fn change(&mut self) {
        let view = match self.dice.roll(4) {
            0 => QueueView::Closed,
            _ => QueueView::All,
        };
        let mut page = self.office.queue(self.me, &request(view)).unwrap().rows;
        if let (Some(mine), true) = (self.mine, self.dice.roll(3) > 0) {
            page.retain(|r| r.encounter == mine);
        }
        if page.is_empty() {
            return;
        }
        let seen = &page[self.dice.roll(page.len())];
        let (id, version) = (seen.id, seen.version);
        let change = match (seen.state, self.dice.roll(3)) {
            (DeficiencyState::Completed, _) => C::Reopen {
                reason: "again".into(),
            },
            (DeficiencyState::Declined, _) => C::Uphold {
                reason: "it stands".into(),
            },
            (_, 0) => C::Decline {
                reason: DeclineReason::Other,
                comment: "".into(),
            },
            _ => C::Complete { comment: "".into() },
        };
        let action = Action::ChangeDeficiencies {
            items: vec![(id, version)],
            change,
        };
        let outcome = self.act(&action).unwrap();
        match (outcome.done.as_slice(), outcome.refused.as_slice()) {
            ([done], []) if *done == id.0 => self.log.done.push((id, version)),
            ([], [(_, why)]) if !why.is_empty() => self.log.told += 1,
            other => panic!("neither done nor told: {other:?}"),
        }
    }

    /// Takes the next chart that nobody has; nobody else may have it.
    fn take(&mut self) {
        self.give_back();
        let action = Action::TakeNext {
            from: WorkOrder::default(),
            leave: None,
        };
        match self.act(&action) {
            Ok(outcome) => {
                let Some(taken) = outcome.taken else { return };
                let mut held = self.held.lock().unwrap();
                let other = held.insert(taken.encounter, self.number);
                assert_eq!(other, None, "chart {} had by two", taken.encounter);
                self.mine = Some(taken.encounter);
                self.log.taken += 1;
            }
            Err(OpsError::Refused(why)) if !why.is_empty() => self.log.told += 1,
            Err(other) => panic!("{other}"),
        }
    }

    fn give_back(&mut self) {
        if let Some(mine) = self.mine.take() {
            self.held.lock().unwrap().remove(&mine);
            self.act(&Action::Release { encounter: mine }).unwrap();
        }
    }
}

/// Lets everybody work until `stop` says so of the steps they have done.
fn together(stays: usize, stop: &(dyn Fn(usize) -> bool + Sync)) -> String {
    let h = Hospital::new();
    many_stays(&h, stays);
    let other = h.second_process("session-other");
    let people: Vec<(&Office, Actor)> = (0..2 * PEOPLE)
        .map(|n| {
            let login = format!("p{n}");
            let first = h.user(&login, &[Role::Analyst], None);
            if n < PEOPLE {
                return (&*h.office, first);
            }
            let session = format!("session-other-{n}");
            (
                &other,
                other.sign_in(&login, "os", "tty", &session).unwrap(),
            )
        })
        .collect();
    let before = versions(&h);
    let held = Held::default();
    let logs: Vec<Log> = std::thread::scope(|scope| {
        let at_work: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(number, (office, me))| {
                let held = &held;
                scope.spawn(move || {
                    let mut person = Person {
                        office,
                        me,
                        number,
                        held,
                        dice: Dice(number as u64 + 1),
                        mine: None,
                        requests: 0,
                        log: Log::default(),
                    };
                    let mut steps = 0;
                    while !stop(steps) {
                        match person.dice.roll(8) {
                            0 => person.take(),
                            _ => person.change(),
                        }
                        steps += 1;
                    }
                    person.give_back();
                    person.log
                })
            })
            .collect();
        at_work.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(*held.lock().unwrap(), BTreeMap::new());
    check(&h, &before, &logs)
}

fn versions(h: &Hospital) -> BTreeMap<DeficiencyId, i64> {
    let mut all = BTreeMap::new();
    for view in [QueueView::All, QueueView::Closed] {
        let mut ask = request(view);
        ask.limit = 1_000;
        let rows = h.office.queue(&h.me, &ask).unwrap().rows;
        all.extend(rows.iter().map(|r| (r.id, r.version)));
    }
    all
}

/// No version was changed twice, and every change that was acknowledged is in the row and in its
/// history, and no other.
fn check(h: &Hospital, before: &BTreeMap<DeficiencyId, i64>, logs: &[Log]) -> String {
    let all: Vec<(DeficiencyId, i64)> = logs.iter().flat_map(|l| l.done.clone()).collect();
    let unique: BTreeSet<_> = all.iter().collect();
    assert_eq!(unique.len(), all.len(), "an item was worked twice");
    let mut changed: BTreeMap<DeficiencyId, i64> = BTreeMap::new();
    for (id, _) in &all {
        *changed.entry(*id).or_default() += 1;
    }
    let told: usize = logs.iter().map(|l| l.told).sum();
    let taken: usize = logs.iter().map(|l| l.taken).sum();
    for (id, was) in before {
        let changes = changed.get(id).copied().unwrap_or(0);
        let detail = h.office.detail(&h.me, *id).unwrap();
        let events = detail.history.iter().filter(|e| {
            let work = ["complete", "reopen", "decline", "uphold"];
            work.iter().any(|w| e.action == format!("deficiency.{w}"))
        });
        // What is shown of a history is its newest part: a longer one cannot be counted here.
        if detail.history.len() < 200 {
            assert_eq!(events.count() as i64, changes, "history of item {id}");
        }
        // Taking a chart changes its items too.
        assert!(
            detail.row.version >= was + changes,
            "item {id} lost an update"
        );
    }
    super::counts::assert_counts(h);
    assert_eq!(h.office.audit_verify().unwrap().problems, [""; 0]);
    format!(
        "{} changes, {taken} charts taken, {told} told that they came too late",
        all.len()
    )
}

#[test]
fn ten_people_in_two_processes_never_work_an_item_twice() {
    together(12, &|steps| steps >= 12);
}

#[test]
#[ignore = "a minute of work: `cargo test --lib ten_people_for_a_minute -- --ignored --nocapture`"]
fn ten_people_for_a_minute() {
    let start = std::time::Instant::now();
    let told = together(200, &|_| start.elapsed().as_secs() >= 60);
    println!("{told}");
}
