//! Use cases end to end: real store, real rules, fixed clock.

mod again;
mod cdi_figures;
mod chart_hold;
mod coding;
mod cover;
mod drafts;
mod ladder;
mod opportunities;
mod queries;
mod review;
mod together;
mod turn;
mod year;

use super::testing::{Hospital, at, bare_stay, note, patient, provider, request, stay, surgery};
use super::{OpsError, Which};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, DeficiencyState, HoldReason, QueueRow};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::people::ProviderRole;
use crate::domain::record::{Extent, Key, Record, RecordKind};
use crate::domain::report::{StayList, WaitingStay};
use crate::domain::search::SearchRequest;
use crate::domain::user::Role;
use crate::domain::worklist::{QueueRequest, QueueSort, QueueView};

fn complete() -> DeficiencyChange {
    DeficiencyChange::Complete {
        comment: "seen on paper".into(),
    }
}

fn change(row: &QueueRow, change: DeficiencyChange) -> Action {
    Action::ChangeDeficiencies {
        items: vec![(row.id, row.version)],
        change,
    }
}

fn row(h: &Hospital, kind: &str) -> QueueRow {
    h.queue(QueueView::All)
        .rows
        .into_iter()
        .find(|r| r.kind == kind)
        .unwrap()
}

fn worked() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

#[test]
fn a_stay_without_documents_owes_history_and_summary() {
    let h = worked();
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
    let detail = h.office.detail(&h.me, row(&h, "DS-M").id).unwrap();
    assert!(
        !detail.why.is_empty() && !detail.clock_words.is_empty() && !detail.rule_source.is_empty()
    );
    assert_eq!(detail.row.owner_name.raw(), "Smith,Pat");
}

#[test]
fn importing_twice_changes_nothing() {
    let h = worked();
    let again = h.import(bare_stay());
    assert!(
        again.new.is_empty() && again.updated.is_empty(),
        "{again:?}"
    );
    assert_eq!(h.analyze().visits, 0);
}

#[test]
fn a_document_that_arrives_clears_what_was_missing() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Unknown,
        "Hospital course …",
    )]);
    assert_eq!(h.analyze().cleared, 1);
    assert_eq!(h.open(), ["HP-M"]);
    assert_eq!(h.queue(QueueView::Closed).rows[0].kind, "DS-M");
}

#[test]
fn an_unsigned_document_clears_missing_and_opens_unsigned_until_it_is_signed() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Unsigned,
        "Course",
    )]);
    h.analyze();
    assert_eq!(h.open(), ["HP-M", "SIG"]);
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Authenticated,
        "Course",
    )]);
    h.analyze();
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn what_was_cleared_by_rule_comes_back_when_the_document_is_retracted() {
    let h = worked();
    let signed = note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Authenticated,
        "Course",
    );
    h.import(vec![signed.clone()]);
    h.analyze();
    let mut gone = signed;
    if let Record::Document(d) = &mut gone.record {
        d.facts.status = crate::domain::document::DocumentStatus::Retracted;
        d.facts.signature = S::Retracted;
    }
    h.import(vec![gone]);
    assert_eq!(h.analyze().reopened, 1);
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
}

#[test]
fn what_a_person_completed_stays_completed() {
    let h = worked();
    h.act(change(&row(&h, "DS-M"), complete())).unwrap();
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn undo_restores_and_refuses_what_moved_on() {
    let h = worked();
    let request = h.request();
    h.office
        .act(&h.me, &request, &change(&row(&h, "DS-M"), complete()))
        .unwrap();
    assert_eq!(
        h.office.last_undoable(&h.me).unwrap(),
        Some(request.clone())
    );
    h.act(Action::Undo {
        request: request.clone(),
    })
    .unwrap();
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
    assert!(
        matches!(h.act(Action::Undo { request }), Err(OpsError::Refused(_))),
        "twice"
    );

    let request = h.request();
    let decline = DeficiencyChange::Decline {
        reason: DeclineReason::NotMyPatient,
        comment: "".into(),
    };
    h.office
        .act(&h.me, &request, &change(&row(&h, "DS-M"), decline))
        .unwrap();
    h.act(change(&row(&h, "DS-M"), complete())).unwrap();
    let outcome = h.act(Action::Undo { request }).unwrap();
    assert_eq!((outcome.done.len(), outcome.refused.len()), (0, 1));
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn the_same_request_twice_has_one_effect() {
    let h = worked();
    let request = h.request();
    let action = change(&row(&h, "DS-M"), complete());
    let first = h.office.act(&h.me, &request, &action).unwrap();
    let second = h.office.act(&h.me, &request, &action).unwrap();
    assert_eq!(first, second);
    let history = h.office.store.history("deficiency", first.done[0]).unwrap();
    assert_eq!(
        history
            .iter()
            .filter(|e| e.action == "deficiency.complete")
            .count(),
        1
    );
}

#[test]
fn a_stale_change_is_refused_and_told() {
    let h = worked();
    let seen = row(&h, "DS-M");
    h.act(change(
        &seen,
        DeficiencyChange::Assign {
            owner: None,
            reason: "".into(),
        },
    ))
    .unwrap();
    let outcome = h.act(change(&seen, complete())).unwrap();
    assert!(outcome.done.is_empty());
    assert!(
        outcome.refused[0]
            .1
            .contains("changed meanwhile: reassigned by Lee"),
        "{:?}",
        outcome.refused
    );
    assert_eq!(row(&h, "DS-M").state, DeficiencyState::Open);
}

#[test]
fn time_on_hold_is_not_charged() {
    let h = worked();
    let due = row(&h, "HP-M");
    assert!(due.ages(h.office.now()).late);
    let before = due.ages(h.office.now());
    let hold = DeficiencyChange::PlaceHold {
        reason: HoldReason::Illness,
        comment: "".into(),
        until: Some(at("2026-03-25T14:00:00Z")),
    };
    h.act(change(&due, hold)).unwrap();
    assert_eq!(h.queue(QueueView::OnHold).total, 1);
    h.clock.set(at("2026-03-30T14:00:00Z"));
    assert_eq!(h.office.end_holds(&h.me).unwrap(), 1);
    let after = row(&h, "HP-M").ages(h.office.now());
    assert_eq!(after.calendar_days, before.calendar_days + 8);
    assert_eq!(
        after.chargeable_days,
        before.chargeable_days + 5,
        "three of the eight days were on hold"
    );
    assert_eq!(h.queue(QueueView::OnHold).total, 0);
}

#[test]
fn a_chart_taken_by_one_is_refused_to_another_until_the_lease_ends() {
    let h = worked();
    let other = h.user("kim", &[Role::Analyst], None);
    let encounter = h.encounter("v1");
    h.act(Action::Take { encounter }).unwrap();
    assert_eq!(h.queue(QueueView::Mine).total, 2);
    let refused = h
        .office
        .act(&other, &h.request(), &Action::Take { encounter });
    assert!(matches!(refused, Err(OpsError::Refused(why)) if why.contains("Lee has this chart")));
    let outcome = h
        .office
        .act(&other, &h.request(), &change(&row(&h, "DS-M"), complete()))
        .unwrap();
    assert!(outcome.refused[0].1.contains("Lee has this chart"));
    h.clock.set(at("2026-03-22T14:16:00Z"));
    h.office
        .act(&other, &h.request(), &Action::Take { encounter })
        .unwrap();
    assert_eq!(h.queue(QueueView::Mine).total, 0);
}

#[test]
fn working_a_chart_keeps_its_lease() {
    let h = worked();
    let encounter = h.encounter("v1");
    h.act(Action::Take { encounter }).unwrap();
    h.clock.set(at("2026-03-22T14:10:00Z"));
    h.act(change(&row(&h, "DS-M"), complete())).unwrap();
    h.clock.set(at("2026-03-22T14:20:00Z"));
    let other = h.user("kim", &[Role::Analyst], None);
    let refused = h
        .office
        .act(&other, &h.request(), &Action::Take { encounter });
    assert!(matches!(refused, Err(OpsError::Refused(_))));
}

#[test]
fn roles_hold() {
    let h = worked();
    h.import(vec![patient("p2", "Other"), stay_of_nobody("v2", "p2")]);
    h.analyze();
    let analyst = h.user("kim", &[Role::Analyst], None);
    let void = DeficiencyChange::Void {
        reason: "test".into(),
    };
    let refused = h
        .office
        .act(&analyst, &h.request(), &change(&row(&h, "DS-M"), void));
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
    let admin = h.user("root", &[Role::Admin], None);
    assert!(matches!(
        h.office.queue(&admin, &request(QueueView::All)),
        Err(OpsError::NotPermitted { .. })
    ));
    let smith = h.user("smith", &[Role::Provider], Some("Smith"));
    let own = h.office.queue(&smith, &request(QueueView::All)).unwrap();
    assert!(!own.rows.is_empty() && own.rows.iter().all(|r| r.owner_name.raw() == "Smith,Pat"));
    assert!(h.office.chart(&smith, h.encounter("v1"), false).is_ok());
    assert!(h.office.chart(&smith, h.encounter("v2"), false).is_err());
    let coder = h.user("cody", &[Role::Coder], None);
    let figures = h.office.dashboard(&coder).unwrap();
    assert!(figures.open > 0 && figures.ladder.is_none() && figures.trend.is_empty());
    assert!(h.office.dashboard(&analyst).unwrap().ladder.is_some());
    let refusals = h.office.store.audit_rows(100).unwrap();
    assert!(
        refusals
            .iter()
            .any(|r| r.outcome == "refused" && r.action == "deficiency.void")
    );
}

fn stay_of_nobody(id: &str, patient: &str) -> crate::domain::record::Arrival {
    let mut a = stay(id, patient);
    if let Record::Encounter(e) = &mut a.record {
        e.attending = None;
        e.admitting = None;
    }
    a
}

#[test]
fn a_reference_may_come_before_what_it_names() {
    let h = Hospital::new();
    let mut all = bare_stay();
    all.push(note(
        "n1",
        "p1",
        "v1",
        K::HistoryAndPhysical,
        S::Unknown,
        "HPI",
    ));
    all.reverse();
    let intake = h.import(all);
    assert_eq!(intake.new.values().sum::<i64>(), 5);
    h.analyze();
    assert_eq!(h.open(), ["DS-M"]);
    assert_eq!(row(&h, "DS-M").patient_name.raw(), "Zztest,Ann");
}

#[test]
fn a_placeholder_named_by_identifier_is_the_record_that_carries_it() {
    let h = Hospital::new();
    let mut visit = stay("v1", "p1");
    if let Record::Encounter(e) = &mut visit.record {
        e.patient = Key::of(RecordKind::Patient, "urn:mrn", "Mp1");
        e.attending = Some(Key::of(RecordKind::Provider, "npi", "999"));
    }
    h.import(vec![visit]);
    let mut dr = provider("dr1", "Smith", ProviderRole::Attending);
    dr.also.push(Key::of(RecordKind::Provider, "npi", "999"));
    let intake = h.import(vec![patient("p1", "Zztest"), dr]);
    assert_eq!(intake.new.get(&RecordKind::Patient), Some(&1));
    h.analyze();
    assert_eq!(row(&h, "DS-M").owner_name.raw(), "Smith,Pat");
    assert_eq!(h.office.store.patients_by_mrn("Mp1").unwrap().len(), 1);
}

#[test]
fn the_same_note_twice_is_one_document_with_two_origins() {
    let h = Hospital::new();
    h.import(bare_stay());
    let first = note(
        "n1",
        "p1",
        "v1",
        K::HistoryAndPhysical,
        S::Unknown,
        "The very same words",
    );
    let mut second = first.clone();
    second.key = Key::local(RecordKind::Document, "report-7");
    let intake = h.import(vec![first, second]);
    assert_eq!(intake.new.get(&RecordKind::Document), Some(&1));
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    assert_eq!(chart.documents.len(), 1);
}

#[test]
fn a_changed_document_is_a_new_version_and_the_old_one_stays() {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Progress,
        S::Unsigned,
        "first words",
    )]);
    let intake = h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Progress,
        S::Authenticated,
        "second words",
    )]);
    assert_eq!(intake.updated.get(&RecordKind::Document), Some(&1));
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let id = chart.documents[0].id;
    assert_eq!(
        h.office.document(&h.me, id, None).unwrap().text.text.raw(),
        "second words"
    );
    assert_eq!(
        h.office
            .document(&h.me, id, Some(1))
            .unwrap()
            .text
            .text
            .raw(),
        "first words"
    );
    assert_eq!(h.office.document_versions(&h.me, id).unwrap().len(), 2);
}

#[test]
fn a_partial_record_changes_only_what_it_says() {
    let h = worked();
    let mut part = stay("v1", "p1");
    part.extent = Extent::Part;
    if let Record::Encounter(e) = &mut part.record {
        e.facts.reason = "".into();
        e.facts.discharged = None;
        e.attending = Some(Key::local(RecordKind::Provider, "dr2"));
        e.admitting = None;
    }
    h.import(vec![part.clone()]);
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    assert_eq!(chart.encounter.facts.reason.raw(), "chest pain");
    assert!(chart.encounter.facts.discharged.is_some());
    assert_ne!(chart.encounter.attending, chart.encounter.admitting);
    let again = h.import(vec![part]);
    assert!(
        again.updated.is_empty(),
        "the same message again changes nothing"
    );
}

#[test]
fn a_whole_and_a_partial_record_of_one_key_do_not_undo_each_other() {
    let h = worked();
    let whole = stay("v1", "p1");
    let mut part = whole.clone();
    part.extent = Extent::Part;
    if let Record::Encounter(e) = &mut part.record {
        e.facts.reason = "shortness of breath".into();
    }
    let reason = || {
        let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
        chart.encounter.facts.reason.raw().to_owned()
    };
    h.import(vec![part.clone()]);
    assert_eq!(reason(), "shortness of breath");
    // Both files once more, in either order: nothing is new in them.
    for again in [vec![whole.clone()], vec![part.clone()], vec![part, whole]] {
        let intake = h.import(again);
        assert!(intake.updated.is_empty(), "{intake:?}");
        assert_eq!(reason(), "shortness of breath");
    }
}

#[test]
fn an_operation_owes_its_report_to_the_surgeon() {
    let h = Hospital::new();
    let mut all = bare_stay();
    all.push(surgery("s1", "p1", "v1"));
    h.import(all);
    h.analyze();
    assert_eq!(row(&h, "OP-M").owner_name.raw(), "Jones,Pat");
}

#[test]
fn no_audit_no_view() {
    let h = worked();
    h.office.store.refuse_writes_for_tests(true);
    assert!(h.office.queue(&h.me, &request(QueueView::All)).is_err());
    assert!(h.office.chart(&h.me, h.encounter("v1"), false).is_err());
    h.office.store.refuse_writes_for_tests(false);
    assert!(h.office.queue(&h.me, &request(QueueView::All)).is_ok());
}

#[test]
fn every_change_and_every_view_leaves_an_intact_audit_trail() {
    let h = worked();
    h.queue(QueueView::All);
    h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let second = h.second_process("session-9");
    second.queue(&h.me, &request(QueueView::All)).unwrap();
    let check = h.office.audit_verify().unwrap();
    assert_eq!((check.chains, check.problems), (2, vec![]));
    let actions: Vec<String> = h
        .office
        .store
        .audit_rows(100)
        .unwrap()
        .into_iter()
        .map(|r| r.action)
        .collect();
    for action in [
        "user.add",
        "session.start",
        "import.batch",
        "analysis.run",
        "queue.page",
        "chart.open",
    ] {
        assert!(
            actions.iter().any(|a| a == action),
            "{action} is not in {actions:?}"
        );
    }
}

#[test]
fn a_document_is_found_after_the_index_caught_up_and_only_by_who_may() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Progress,
        S::Unknown,
        "Quixotic zebra sign was seen.",
    )]);
    h.office.index_now(&mut |_| true).unwrap();
    let ask = |text: &str| SearchRequest::new(text.into(), 10).into();
    assert_eq!(
        h.office
            .search(&h.me, &ask("quixotic zebra"))
            .unwrap()
            .count,
        1
    );
    let jones = h.user("jones", &[Role::Provider], Some("Jones"));
    assert_eq!(
        h.office
            .search(&jones, &ask("quixotic OR zebra"))
            .unwrap()
            .count,
        0
    );
    h.import(vec![patient("p1", "Renamed")]);
    h.office.index_now(&mut |_| true).unwrap();
    assert_eq!(
        h.office.search(&h.me, &ask("zebra")).unwrap().hits[0]
            .patient_name
            .raw(),
        "Renamed,Ann"
    );
}

/// A small generator of choices for tests: the same seed, the same story.
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

fn many_stays(h: &Hospital, stays: usize) {
    let mut all = bare_stay();
    for i in 0..stays {
        all.push(patient(&format!("q{i}"), &format!("Name{:02}", i * 7 % 23)));
        all.push(stay(&format!("w{i}"), &format!("q{i}")));
    }
    h.import(all);
    h.analyze();
}

fn random_change(dice: &mut Dice, providers: &[i64]) -> DeficiencyChange {
    match dice.roll(7) {
        0 => complete(),
        1 => DeficiencyChange::Assign {
            owner: providers
                .get(dice.roll(3))
                .map(|p| crate::domain::ids::ProviderId(*p)),
            reason: "".into(),
        },
        2 => DeficiencyChange::Decline {
            reason: DeclineReason::Other,
            comment: "".into(),
        },
        3 => DeficiencyChange::Void { reason: "x".into() },
        4 => DeficiencyChange::PlaceHold {
            reason: HoldReason::Leave,
            comment: "".into(),
            until: None,
        },
        5 => DeficiencyChange::ReleaseHold { comment: "".into() },
        _ => DeficiencyChange::Reopen { reason: "".into() },
    }
}

#[test]
fn kept_counts_equal_a_recount_after_random_changes() {
    let h = Hospital::new();
    many_stays(&h, 30);
    let providers: Vec<i64> = h
        .office
        .providers(&h.me, "", 10)
        .unwrap()
        .iter()
        .map(|c| c.id)
        .collect();
    let mut dice = Dice(7);
    let ids: Vec<_> = h.queue(QueueView::All).rows.iter().map(|r| r.id).collect();
    let (mut done, mut step) = (0, 0);
    while done < 10_000 {
        h.clock
            .set(at("2026-03-22T14:00:00Z").plus_seconds(step * 1_800));
        let mut items = std::collections::BTreeMap::new();
        for _ in 0..40 {
            let id = ids[dice.roll(ids.len())];
            let seen = h.office.store.queue_row(id).unwrap().unwrap();
            items.insert(id, seen.version);
        }
        let change = Action::ChangeDeficiencies {
            items: items.into_iter().collect(),
            change: random_change(&mut dice, &providers),
        };
        done += h.act(change).unwrap().done.len();
        if dice.roll(10) == 0 {
            let encounter = h.encounter(&format!("w{}", dice.roll(30)));
            let action = if dice.roll(2) == 0 {
                Action::Take { encounter }
            } else {
                Action::Release { encounter }
            };
            h.act(action).unwrap();
        }
        if dice.roll(30) == 0 {
            moved_to_service(&h, dice.roll(30), dice.roll(3));
        }
        step += 1;
        if step % 150 == 0 {
            assert_counts(&h);
        }
    }
    assert_counts(&h);
}

/// A stay is recorded anew with another service (or none): its items are counted there.
fn moved_to_service(h: &Hospital, n: usize, service: usize) {
    let mut arrival = stay(&format!("w{n}"), &format!("q{n}"));
    if let Record::Encounter(record) = &mut arrival.record {
        record.service =
            (service > 0).then(|| Key::local(RecordKind::Service, format!("s{service}")));
    }
    h.import(vec![arrival]);
}

/// Totals by provider, service and type, and what flowed, against the rows themselves.
fn assert_totals(h: &Hospital, rows: &[QueueRow]) {
    use crate::domain::report::{Bar, TotalSort};
    let now = h.office.now();
    let count = |test: &dyn Fn(&QueueRow) -> bool| {
        let mine: Vec<&QueueRow> = rows.iter().filter(|r| test(r)).collect();
        let late = mine.iter().filter(|r| r.ages(now).late).count();
        (mine.len() as i64, late as i64)
    };
    let totals = h
        .office
        .provider_totals(&h.me, TotalSort::Late, 100)
        .unwrap();
    for total in &totals {
        let wanted = count(&|r| r.owner == total.provider);
        assert_eq!((total.open, total.late), wanted, "{:?}", total.provider);
        let first = rows.iter().filter(|r| r.owner == total.provider);
        assert_eq!(total.first_due, first.map(|r| r.due).min());
    }
    assert_eq!(
        totals.iter().map(|t| t.open).sum::<i64>(),
        rows.len() as i64
    );
    let dashboard = h.office.dashboard(&h.me).unwrap();
    let sum = |bars: &[Bar]| bars.iter().map(|b| b.open).sum::<i64>();
    assert_eq!(sum(&dashboard.services), rows.len() as i64);
    assert_eq!(sum(&dashboard.kinds), rows.len() as i64);
    for bar in &dashboard.services {
        let id = |r: &QueueRow| r.service.map_or(0, |s| s.0).to_string();
        let wanted = count(&|r| id(r) == bar.key);
        assert_eq!((bar.open, bar.late), wanted, "service {}", bar.key);
    }
    for bar in &dashboard.kinds {
        let wanted = count(&|r| r.kind == bar.key);
        assert_eq!((bar.open, bar.late), wanted, "{}", bar.key);
    }
    h.office.take_snapshots(&h.me).unwrap();
    let dashboard = h.office.dashboard(&h.me).unwrap();
    // The figures computed from the past agree with the rows of now.
    let by = crate::domain::report::GroupBy::Total;
    let figures = h
        .office
        .statistics(&h.me, h.office.today(), by)
        .unwrap()
        .total;
    let (open, late) = count(&|_| true);
    assert_eq!((figures.open, figures.late), (open, late));
    let held = rows.iter().filter(|r| r.held_since.is_some()).count() as i64;
    assert_eq!(figures.held, held);
    let bands: Vec<i64> = dashboard.bands.iter().map(|b| b.2).collect();
    assert_eq!(figures.bands, bands);
    assert_bars_of_days(h, &dashboard);
}

/// What a bar of a day counts is what its queue lists, and what the verb says.
fn assert_bars_of_days(h: &Hospital, dashboard: &crate::domain::report::Dashboard) {
    let days = dashboard.flow.len() as i64;
    assert_eq!(h.office.flow(&h.me, days).unwrap(), dashboard.flow);
    let rows = |view, filter: String| {
        let mut asked = request(view);
        asked.limit = 1_000;
        asked.filter = h.office.queue_filter(&h.me, &filter).unwrap();
        let page = h.office.queue(&h.me, &asked).unwrap();
        assert_eq!(page.total, page.rows.len() as i64, "{filter}");
        page.total
    };
    for (day, opened, closed, late) in &dashboard.flow {
        let found = (
            rows(QueueView::Every, format!("opened:{day}")),
            rows(QueueView::Closed, format!("closed:{day}")),
            rows(QueueView::Every, format!("closed:{day} late")),
        );
        assert_eq!(found, (*opened, *closed, *late), "{day}");
    }
    for day in &dashboard.trend {
        let owed = rows(QueueView::Every, format!("owed:{}", day.day));
        assert_eq!(owed, day.figures.open, "{}", day.day);
    }
    let today = h.office.today();
    assert_eq!(
        rows(QueueView::Every, format!("owed:{today}")),
        dashboard.open
    );
}

fn assert_counts(h: &Hospital) {
    let counts = h.office.counts(&h.me).unwrap();
    for (view, kept) in counts.views {
        // A filter that holds for every row makes the store count instead of looking it up.
        let mut counted = request(view);
        counted.filter = h.office.queue_filter(&h.me, "late OR -late").unwrap();
        let page = h.office.queue(&h.me, &counted).unwrap();
        assert_eq!(kept, page.total, "{view:?}");
        let mut all = request(view);
        all.limit = 1000;
        assert_eq!(
            kept as usize,
            h.office.queue(&h.me, &all).unwrap().rows.len(),
            "{view:?}"
        );
    }
    let mut all = request(QueueView::All);
    all.limit = 1000;
    let rows = h.office.queue(&h.me, &all).unwrap().rows;
    let now = h.office.now();
    for (first, last, n) in counts.bands {
        let inside = |r: &&QueueRow| {
            let age = r.ages(now).calendar_days;
            age >= first && last.is_none_or(|l| age <= l)
        };
        assert_eq!(n, rows.iter().filter(inside).count() as i64, "band {first}");
    }
    let late = rows.iter().filter(|r| r.ages(now).late).count() as i64;
    let kept_late = h.queue(QueueView::Late).total;
    assert_eq!(late, kept_late);
    assert_totals(h, &rows);
}

#[test]
fn pages_of_the_coders_lists_hold_each_stay_once() {
    let h = Hospital::new();
    many_stays(&h, 24);
    h.clock.set(at("2026-03-22T14:00:00Z"));
    for n in 0..7 {
        let encounter = h.encounter(&format!("w{n}"));
        h.act(Action::MarkCoded {
            encounter,
            at: None,
        })
        .unwrap();
    }
    let rows = h.queue(QueueView::All).rows;
    let done = |r: &&QueueRow| (7..16).any(|n| r.encounter == h.encounter(&format!("w{n}")));
    let items = rows
        .iter()
        .filter(done)
        .map(|r| (r.id, r.version))
        .collect();
    let change = complete();
    h.act(Action::ChangeDeficiencies { items, change }).unwrap();
    for list in [StayList::Waiting, StayList::Ready, StayList::Coded] {
        let page = |after, limit| h.office.stay_page(&h.me, list, after, limit).unwrap();
        let ids = |stays: &[WaitingStay]| stays.iter().map(|s| s.encounter).collect::<Vec<_>>();
        let all = page(None, 1_000);
        assert!(all.stays.len() > 6 && all.next.is_none(), "{list:?}");
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let next = page(after, 3);
            assert!(next.stays.len() <= 3);
            seen.extend(ids(&next.stays));
            after = next.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids(&all.stays), "{list:?}");
    }
}

#[test]
fn pages_in_every_order_hold_each_row_once() {
    let h = Hospital::new();
    many_stays(&h, 30);
    let rows = h.queue(QueueView::All).rows;
    let items = rows.iter().step_by(13).map(|r| (r.id, r.version)).collect();
    let change = DeficiencyChange::Complete { comment: "".into() };
    h.act(Action::ChangeDeficiencies { items, change }).unwrap();
    for sort in [
        QueueSort::Due,
        QueueSort::Age,
        QueueSort::Patient,
        QueueSort::Owner,
        QueueSort::Kind,
    ] {
        for (reverse, view) in [
            (false, QueueView::All),
            (true, QueueView::All),
            (false, QueueView::Every),
            (true, QueueView::Every),
        ] {
            let mut request = QueueRequest {
                sort,
                reverse,
                limit: 7,
                ..request(view)
            };
            let mut seen = Vec::new();
            loop {
                let page = h.office.queue(&h.me, &request).unwrap();
                seen.extend(page.rows.iter().map(|r| r.id.0));
                request.after = page.next;
                if request.after.is_none() {
                    break;
                }
            }
            let mut unique = seen.clone();
            unique.sort_unstable();
            unique.dedup();
            let all = if view == QueueView::All { 57 } else { 62 };
            assert_eq!((seen.len(), unique.len()), (all, all), "{sort:?} {reverse}");
        }
    }
}

#[test]
fn the_list_of_what_was_declined_says_why_in_the_words_given_last() {
    let h = worked();
    let decline = |comment: &str| {
        let change = DeficiencyChange::Decline {
            reason: DeclineReason::AlreadyDocumented,
            comment: comment.into(),
        };
        h.act(self::change(&row(&h, "DS-M"), change)).unwrap();
    };
    let uphold = || {
        let reason = "it is not".into();
        let change = DeficiencyChange::Uphold { reason };
        h.act(self::change(&row(&h, "DS-M"), change)).unwrap();
    };
    decline("see the letter of 11 March");
    uphold();
    assert_eq!(h.queue(QueueView::Declined).declines, []);
    decline("page 3");
    let page = h.queue(QueueView::Declined);
    let told = (page.rows[0].id, "already documented: page 3".into());
    assert_eq!(page.declines, [told]);
}

#[test]
fn providers_of_one_name_are_told_apart_by_what_the_feed_calls_them() {
    let h = Hospital::new();
    let mut known = provider("dr9", "Smith", ProviderRole::Attending);
    known
        .also
        .push(Key::of(RecordKind::Provider, "npi", "1993999998"));
    h.import(bare_stay());
    h.import(vec![known]);
    let notes = |name: &str| -> Vec<String> {
        let found = h.office.providers(&h.me, name, 10).unwrap();
        found.iter().map(|c| c.note.raw().to_owned()).collect()
    };
    assert_eq!(notes("Smith"), ["dr1", "1993999998"]);
    assert_eq!(
        notes("Jones"),
        [""],
        "whose name is their own needs nothing"
    );
}

#[test]
fn a_service_is_meant_by_name_code_or_a_part_that_only_one_has() {
    let h = Hospital::new();
    let service = |code: &str, name: &str| {
        let facts = crate::domain::record::PlaceRecord { name: name.into() };
        crate::domain::record::Arrival {
            key: Key::local(RecordKind::Service, code),
            record: Record::Service(facts),
            ..patient("x", "x")
        }
    };
    let mut all = vec![
        service("CAR", "Cardiology"),
        service("CTS", "Cardiac Surgery"),
    ];
    all.push(service("SUR", "Surgery"));
    for one in &mut all {
        one.also.clear();
    }
    h.import(all);
    let meant = |text: &str| -> Vec<String> {
        let found = h.office.services_like(&h.me, text).unwrap();
        found.iter().map(|s| s.name.raw().to_owned()).collect()
    };
    assert_eq!(meant("surgery"), ["Surgery"], "its whole name");
    assert_eq!(meant("CTS"), ["Cardiac Surgery"]);
    assert_eq!(meant("OLOGY"), ["Cardiology"]);
    assert_eq!(meant("card"), ["Cardiac Surgery", "Cardiology"]);
    assert!(meant("urology").is_empty());
}
