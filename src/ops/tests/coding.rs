//! Coded stays: what feeds and coders say, lists, undo, days between stages of any past day.

use super::super::testing::*;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure};
use crate::domain::clinical::Status;
use crate::domain::coding::{CodedBy, CodingFacts};
use crate::domain::ids::RequestId;
use crate::domain::record::{Arrival, CodingRecord, Extent, Key, Record, RecordKind};
use crate::domain::report::StageDays;
use crate::domain::review::{ListKind, ListedDiagnosis, Stage};
use crate::domain::review_action::ReviewAction;
use crate::domain::review_list::{ReviewAsk, ReviewView};
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::OpsError;
use jiff::civil::{Date, date};

fn claim(id: &str, visit: &str, day: &str, status: Status) -> Arrival {
    let mut a = stay(id, "p1");
    a.key = Key::local(RecordKind::Coding, id);
    a.extent = Extent::Whole;
    a.record = Record::Coding(Box::new(CodingRecord {
        facts: CodingFacts {
            by: CodedBy::Claim,
            status,
            at: day.parse::<Date>().ok().map(Moment::day_only),
        },
        patient: Key::local(RecordKind::Patient, "p1"),
        encounter: Key::local(RecordKind::Encounter, visit),
    }));
    a
}

/// A stay of 1 to 11 March that owes a history and a summary.
fn owing() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

fn complete_all(h: &Hospital) {
    let rows = h.queue(QueueView::All).rows;
    let items = rows.iter().map(|r| (r.id, r.version)).collect();
    h.act(Action::ChangeDeficiencies {
        items,
        change: DeficiencyChange::Complete { comment: "".into() },
    })
    .unwrap();
}

/// How many stays are on the lists of those waiting, ready and coded.
fn lists(h: &Hospital) -> (usize, usize, usize) {
    let (office, me) = (&h.office, &h.me);
    (
        office.waiting(me, None, 10).unwrap().stays.len(),
        office.ready_to_code(me, None, 10).unwrap().stays.len(),
        office.coded_stays(me, None, 10).unwrap().stays.len(),
    )
}

fn stage(h: &Hospital, day: Date, from: &str) -> StageDays {
    let all = h.office.stage_days(&h.me, day).unwrap();
    let found = |s: &StageDays| s.from == from && s.to == "coded";
    all.into_iter().find(found).unwrap()
}

fn mark(h: &Hospital, at: Option<&str>) -> crate::ops::Result<crate::ops::Outcome> {
    h.act(Action::MarkCoded {
        encounter: h.encounter("v1"),
        at: at.map(super::super::testing::at),
    })
}

#[test]
fn a_stay_goes_from_waiting_to_ready_to_coded_and_back() {
    let h = owing();
    assert_eq!(lists(&h), (1, 0, 0));
    complete_all(&h);
    assert_eq!(lists(&h), (0, 1, 0));
    for (when, why) in [
        ("2026-03-23T00:00:00Z", "has not come"),
        ("2026-03-05T00:00:00Z", "ended after that"),
    ] {
        let refused = mark(&h, Some(when)).unwrap_err();
        assert!(
            matches!(&refused, OpsError::Refused(w) if w.contains(why)),
            "{refused}"
        );
    }
    let request = RequestId("coded".into());
    let action = Action::MarkCoded {
        encounter: h.encounter("v1"),
        at: None,
    };
    h.office.act(&h.me, &request, &action).unwrap();
    assert_eq!(lists(&h), (0, 0, 1));
    assert!(mark(&h, None).is_err(), "it is coded already");
    h.act(Action::Undo { request }).unwrap();
    assert_eq!(lists(&h), (0, 1, 0));
    mark(&h, Some("2026-03-22T08:00:00Z")).unwrap();
    let not = |reason: &str| Action::MarkNotCoded {
        encounter: h.encounter("v1"),
        reason: reason.into(),
    };
    assert!(h.act(not("")).is_err(), "no reason");
    h.act(not("wrong visit")).unwrap();
    assert_eq!(lists(&h), (0, 1, 0));
    let analyst = h.user("ana", &[Role::Analyst], None);
    let denied = h.office.act(&analyst, &h.request(), &not("because"));
    assert!(matches!(denied, Err(OpsError::NotPermitted { .. })));
}

#[test]
fn a_claim_says_it_whenever_it_comes_and_unsays_it() {
    let h = Hospital::new();
    // Before its stay is known.
    h.import(vec![
        patient("p1", "Zztest"),
        claim("c1", "v1", "2026-03-15", Status::Completed),
    ]);
    assert_eq!(lists(&h), (0, 0, 0));
    h.import(bare_stay());
    h.analyze();
    assert_eq!(
        lists(&h),
        (0, 0, 1),
        "coded although two documents are owed"
    );
    h.import(vec![claim("c1", "v1", "2026-03-15", Status::Retracted)]);
    assert_eq!(lists(&h), (1, 0, 0));
    // One of unknown date: off the lists, in no mean.
    h.import(vec![claim("c2", "v1", "", Status::Completed)]);
    assert_eq!(lists(&h), (0, 0, 1));
    assert_eq!(stage(&h, date(2026, 3, 22), "discharge").n, 0);
}

#[test]
fn a_stay_that_never_missed_anything_is_ready_at_its_discharge() {
    let h = Hospital::new();
    h.clock.set(at("2026-03-12T14:00:00Z"));
    h.import(bare_stay());
    assert_eq!(lists(&h), (0, 0, 0), "nobody has looked at it yet");
    h.analyze();
    let rows = h.queue(QueueView::All).rows;
    let items = rows.iter().map(|r| (r.id, r.version)).collect();
    h.act(Action::ChangeDeficiencies {
        items,
        change: DeficiencyChange::Void {
            reason: "none is owed".into(),
        },
    })
    .unwrap();
    assert_eq!(lists(&h), (0, 1, 0));
}

#[test]
fn days_to_the_coding_come_out_of_any_past_day_as_they_were_known() {
    let h = owing();
    h.clock.set(at("2026-03-23T15:00:00Z"));
    complete_all(&h);
    h.clock.set(at("2026-03-25T15:00:00Z"));
    mark(&h, None).unwrap();
    h.clock.set(at("2026-03-28T15:00:00Z"));
    let days = |day, from| {
        let s = stage(&h, day, from);
        (s.n, s.mean_millidays, s.median_millidays)
    };
    assert_eq!(days(date(2026, 3, 24), "discharge"), (0, 0, 0));
    assert_eq!(days(date(2026, 3, 25), "discharge"), (1, 14_000, 14_000));
    assert_eq!(days(date(2026, 3, 25), "ready_to_code"), (1, 2_000, 2_000));
    // A claim of the 20th that comes late: the coder's word stands. Taken back, the claim of later
    // counts, and what was known on the 25th stays.
    h.import(vec![claim("c1", "v1", "2026-03-20", Status::Completed)]);
    assert_eq!(days(date(2026, 3, 28), "discharge"), (1, 14_000, 14_000));
    let not = Action::MarkNotCoded {
        encounter: h.encounter("v1"),
        reason: "charges were missing".into(),
    };
    h.act(not).unwrap();
    assert_eq!(days(date(2026, 3, 28), "discharge"), (0, 0, 0));
    assert_eq!(days(date(2026, 3, 25), "discharge"), (1, 14_000, 14_000));
}

#[test]
fn a_discharge_recorded_late_is_in_restated_figures_only() {
    use crate::domain::report::GroupBy;
    let h = Hospital::new();
    h.clock.set(at("2026-03-13T15:00:00Z"));
    let mut open_stay = stay("v1", "p1");
    if let Record::Encounter(r) = &mut open_stay.record {
        r.facts.discharged = None;
        r.facts.status = crate::domain::encounter::EncounterStatus::Active;
    }
    let mut first = bare_stay();
    first.pop();
    first.push(open_stay);
    h.import(first);
    // Ten days later the discharge of the 11th is told.
    h.clock.set(at("2026-03-23T15:00:00Z"));
    h.import(vec![stay("v1", "p1")]);
    let day = date(2026, 3, 15);
    let figures = |restated: bool| {
        let (office, me) = (&h.office, &h.me);
        let s = match restated {
            true => office.restated_statistics(me, day, GroupBy::Total),
            false => office.statistics(me, day, GroupBy::Total),
        };
        let s = s.unwrap();
        assert_eq!(s.restated, restated);
        s.total.discharges_year
    };
    assert_eq!((figures(false), figures(true)), (0, 1));
}

/// Whose turn the stay is by its row, by its newest step, and whether it is coded: one thing.
fn turn(h: &Hospital) -> Stage {
    let encounter = h.encounter("v1");
    let review = h.office.stay_review(&h.me, encounter).unwrap();
    let step = review.steps.first().map_or(Stage::Cdi, |s| s.stage);
    let coded = h.office.store.coded(encounter).unwrap().is_some();
    let stage = review.stay.stage;
    assert_eq!(stage, step, "row and steps");
    assert_eq!(stage == Stage::Final, coded, "stage and coding");
    let view = |view| {
        let ask = ReviewAsk {
            view,
            ..ReviewAsk::default()
        };
        h.office.review_list(&h.me, &ask).unwrap().total
    };
    let open = usize::from(stage != Stage::Final);
    assert_eq!(
        (view(ReviewView::Discharged), view(ReviewView::Final)),
        (open, 1 - open)
    );
    stage
}

fn hand(h: &Hospital, to: Stage, reason: &str) -> RequestId {
    let encounter = h.encounter("v1");
    let request = h.request();
    let action = Action::Review(ReviewAction::HandOver {
        encounter,
        version: h.office.stay_review(&h.me, encounter).unwrap().version,
        to,
        reason: reason.into(),
    });
    h.office.act(&h.me, &request, &action).unwrap();
    request
}

fn final_list(h: &Hospital, version: i64, code: &str) -> crate::ops::Result<crate::ops::Outcome> {
    h.act(Action::Review(ReviewAction::SetDiagnoses {
        encounter: h.encounter("v1"),
        list: ListKind::Final,
        version,
        entries: vec![ListedDiagnosis {
            code: code.into(),
            words: "as coded".into(),
            poa: None,
        }],
    }))
}

#[test]
fn final_in_the_review_and_coded_are_one_thing_whoever_says_it() {
    let h = owing();
    let undo = |request| h.act(Action::Undo { request }).unwrap();
    assert_eq!(turn(&h), Stage::Cdi);
    hand(&h, Stage::Coder, "ready");
    final_list(&h, 0, "I10").unwrap();
    // The coder finishes in the review: the stay is coded. Undo both ways.
    let done = hand(&h, Stage::Final, "");
    assert_eq!(turn(&h), Stage::Final);
    assert_eq!(lists(&h), (0, 0, 1));
    undo(done);
    assert_eq!(turn(&h), Stage::Coder);
    assert_eq!(lists(&h), (1, 0, 0));
    // Somebody says so on the list of coders, or takes it back there: the review follows.
    let request = h.request();
    let marked = Action::MarkCoded {
        encounter: h.encounter("v1"),
        at: None,
    };
    h.office.act(&h.me, &request, &marked).unwrap();
    assert_eq!(turn(&h), Stage::Final);
    undo(request);
    assert_eq!(turn(&h), Stage::Coder);
    mark(&h, None).unwrap();
    let request = h.request();
    let not = Action::MarkNotCoded {
        encounter: h.encounter("v1"),
        reason: "wrong visit".into(),
    };
    h.office.act(&h.me, &request, &not).unwrap();
    assert_eq!(turn(&h), Stage::Coder, "back with who had it");
    undo(request);
    assert_eq!(turn(&h), Stage::Final);
    // Opened again in the review, for the specialist: not coded any more, until that is undone.
    let back = hand(&h, Stage::Cdi, "new pathology report");
    assert_eq!(turn(&h), Stage::Cdi);
    assert_eq!(lists(&h), (1, 0, 0));
    undo(back);
    assert_eq!(turn(&h), Stage::Final);
    assert!(final_list(&h, 1, "E87.1").is_err(), "codes are final");
    // Every turn of it is in the history.
    let encounter = h.encounter("v1");
    let told = h.office.store.history("coding", 1).unwrap();
    assert!(!told.is_empty());
    let steps = h.office.stay_review(&h.me, encounter).unwrap().steps;
    let stages: Vec<Stage> = steps.iter().map(|s| s.stage).collect();
    assert_eq!(stages, [Stage::Final, Stage::Coder]);
}

#[test]
fn a_stay_coded_by_a_feed_is_final_in_the_review_and_in_the_figures() {
    let h = owing();
    let figure = |measure: CdiMeasure| {
        let ask = CdiAsk {
            from: date(2026, 3, 1),
            to: date(2026, 3, 22),
            by: CdiBy::Total,
        };
        let rate = h
            .office
            .cdi_figures(&h.me, &ask)
            .unwrap()
            .total
            .rate(measure);
        (rate.numerator, rate.denominator)
    };
    h.import(vec![claim("c1", "v1", "2026-03-15", Status::Completed)]);
    assert_eq!(turn(&h), Stage::Final);
    let encounter = h.encounter("v1");
    let steps = h.office.stay_review(&h.me, encounter).unwrap().steps;
    assert_eq!(steps[0].reason.raw(), "claim, 2026-03-15");
    // Its list may be written down once; then agreement of both lists counts.
    assert_eq!(figure(CdiMeasure::DiagnosisMatch), (0, 0));
    h.act(Action::Review(ReviewAction::SetDiagnoses {
        encounter,
        list: ListKind::Working,
        version: 0,
        entries: vec![ListedDiagnosis {
            code: "I10".into(),
            words: "Hypertension".into(),
            poa: None,
        }],
    }))
    .unwrap();
    final_list(&h, 0, "I10").unwrap();
    assert_eq!(figure(CdiMeasure::DiagnosisMatch), (1, 1));
    assert!(final_list(&h, 1, "E87.1").is_err());
    h.import(vec![claim("c1", "v1", "2026-03-15", Status::Retracted)]);
    assert_eq!(turn(&h), Stage::Cdi);
    assert_eq!(figure(CdiMeasure::DiagnosisMatch), (0, 0));
}
