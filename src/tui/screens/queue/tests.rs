//! The queue on the bench: what it asks, what it does, how it looks, what it costs. What the tests
//! share stands here.

mod acting;
mod filtering;
mod looks;
mod moving;

use super::*;
use crate::domain::action::Action;
use crate::domain::audit::HistoryEntry;
use crate::domain::deficiency::{DeficiencyState, RuleRef, StartEvent, Subject};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{EncounterId, EventId, PatientId, ProviderId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::QueuePage;
use crate::tui::app::testing::{Bench, now};
use crate::tui::desk::Request;

const DAY: i64 = 86_400_000_000;

/// Row `i` of a synthetic queue: two items a chart, due dates around now, some held or declined.
fn row(i: i64) -> QueueRow {
    let names = [
        "ZZTEST,ANN",
        "ZZTEST,BOB",
        "ZZTEST,CY",
        "ZZTEST,DOROTHEA MARIE",
    ];
    let owners = ["SMITH,A", "JONES,B", "", "GARCIA LOPEZ,M"];
    let kinds = ["OP-M", "HP-M", "DS-U", "VO-U"];
    let pick = |n: usize| (i as usize) % n;
    QueueRow {
        id: DeficiencyId(i),
        version: 1,
        kind: kinds[pick(4)].into(),
        state: match i % 7 {
            3 => DeficiencyState::Declined,
            5 => DeficiencyState::Dictated,
            _ => DeficiencyState::Open,
        },
        rule: RuleRef {
            id: "operative-report-missing".into(),
            version: 3,
        },
        encounter: EncounterId(100 + i / 2),
        visit: Untrusted::new(format!("V{}", 70_000 + i / 2)),
        patient: PatientId(i / 2),
        mrn: Untrusted::new(format!("{}", 4_410_123 + i / 2 * 37)),
        patient_name: Untrusted::new(names[(i / 2) as usize % 4]),
        class: EncounterClass::Inpatient,
        service: None,
        service_name: Untrusted::new("Cardiology"),
        facility: None,
        owner: (!owners[pick(4)].is_empty()).then_some(ProviderId(i % 4)),
        owner_name: Untrusted::new(owners[pick(4)]),
        subject: Subject::default(),
        analyst: (i % 5 == 0).then_some(UserId(7)),
        start: Instant(now().0 - (45 - i) * DAY),
        due: Instant(now().0 - (15 - i) * DAY),
        closed: None,
        excused_micros: 0,
        held_since: (i % 6 == 4).then(|| Instant(now().0 - 3 * DAY)),
        maybe: None,
    }
}

fn detail(i: i64) -> Reply {
    Reply::Detail(Box::new(DeficiencyDetail {
        row: row(i),
        rule_title: "Operative report missing".into(),
        rule_source: vec!["42 CFR 482.51(b)(6)".into()],
        rule_text: String::new(),
        clock_words: "30 days from end of procedure 2026-02-05 11:20".into(),
        start_event: StartEvent::ProcedureEnded,
        why: "No operative report for Laparoscopic cholecystectomy on 2026-02-05 was found".into(),
        owner_why: "surgeon of the procedure".into(),
        maybe: None,
        birth: "1961-02-03".into(),
        admitted: None,
        discharged: None,
        subject_title: Untrusted::new("Laparoscopic cholecystectomy"),
        holds: Vec::new(),
        hold_placed: false,
        chart_held: false,
        explained: vec![
            "Limit: 30 days.".into(),
            "Not charged: 3 days of illness.".into(),
        ],
        maybe_title: Untrusted::default(),
        history: vec![HistoryEntry {
            id: EventId(1),
            at: Instant(now().0 - 3 * DAY),
            user_name: Untrusted::new("LEE"),
            action: "deficiency.assign".into(),
            from: "open".into(),
            to: "open".into(),
            reason: Untrusted::new("covering"),
            owners: None,
        }],
        lease: None,
    }))
}

fn page(range: std::ops::Range<i64>, total: i64) -> Reply {
    let next = (range.end < total).then(|| QueueCursor {
        number: range.end,
        text: String::new(),
        id: range.end,
    });
    Reply::Queue(QueuePage {
        rows: range.map(row).collect(),
        total,
        next,
        holders: Vec::new(),
        declines: Vec::new(),
    })
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g q");
    bench
}

/// The first page and the first detail are there.
fn full() -> Bench {
    let mut bench = open();
    bench.reply(page(0..200, 4180));
    bench.reply(detail(0));
    bench
}

fn acts(bench: &mut Bench) -> Vec<Action> {
    bench
        .asked()
        .into_iter()
        .filter_map(|r| match r {
            Request::Act(_, action) => Some(*action),
            _ => None,
        })
        .collect()
}

fn pages_asked(bench: &Bench) -> Vec<(QueueView, String, bool, bool)> {
    bench
        .waiting()
        .into_iter()
        .filter_map(|r| match r {
            Request::Queue { request, typed } => Some((
                request.view,
                typed.clone(),
                request.reverse,
                request.after.is_some(),
            )),
            _ => None,
        })
        .collect()
}

/// One page whose first chart Kim has and whose third this user has.
fn held() -> Reply {
    let lease = |encounter, user, name: &str| Lease {
        encounter: EncounterId(encounter),
        user: UserId(user),
        user_name: Untrusted::new(name),
        session: "s".into(),
        token: 1,
        since: now(),
        expires: now().plus_hours(1),
    };
    Reply::Queue(QueuePage {
        rows: (0..10).map(row).collect(),
        total: 10,
        next: None,
        holders: vec![lease(100, 8, "KIM"), lease(103, 7, "LEE")],
        declines: Vec::new(),
    })
}

fn catalogue() -> Reply {
    let entry = |kind: &str, title: &str| CatalogueEntry {
        kind: kind.into(),
        title: title.into(),
    };
    Reply::Catalogue(vec![
        entry("DS-M", "Discharge summary missing"),
        entry("SIG", "Document unsigned"),
        entry("ADD", "Addendum requested"),
    ])
}

/// Two items, of which the first has a document.
fn one_with_a_document() -> Bench {
    let mut bench = open();
    let mut signed = row(0);
    signed.subject.document = Some(crate::domain::ids::DocumentId(55));
    bench.reply(Reply::Queue(QueuePage {
        rows: vec![signed, row(1)],
        total: 2,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    bench.asked();
    bench
}
