//! The queue on the bench: what it asks, what it does, how it looks, what it costs.

use super::*;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::audit::HistoryEntry;
use crate::domain::deficiency::{DeficiencyState, RuleRef, StartEvent, Subject};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{EncounterId, EventId, PatientId, ProviderId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Role;
use crate::domain::worklist::{Choice, QueuePage};
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::desk::{Acted, Request};
use ratatui::layout::Size;

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

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("queue_busy", &mut bench);
    bench.fail("The store is busy");
    bench.fail("The store is busy");
    assert_state("queue_error", &mut bench);
    let mut bench = open();
    bench.reply(page(0..0, 0));
    assert_state("queue_empty", &mut bench);
    let mut bench = full();
    bench.keys("Space Space");
    bench.reply(detail(2));
    assert_screen("queue_full_80x24", &bench.screen());
    assert_screen("queue_full_120x40", &bench.screen_at(120, 40));
    assert_screen("queue_full_60x15", &bench.screen_at(60, 15));
    assert_screen("queue_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn a_filter_that_finds_nothing_says_so() {
    let mut bench = full();
    bench.keys("/");
    bench.text("smth");
    bench.reply(page(0..0, 0));
    assert_screen("queue_filtered_empty_80x24", &bench.screen());
    bench.keys("Esc");
    assert!(!bench.facts().text && !bench.facts().filtering);
}

#[test]
fn an_empty_list_names_the_filter_it_is_of_not_the_one_that_is_wrong() {
    let mut bench = full();
    bench.keys("/");
    bench.text("section");
    bench.reply(page(0..0, 0));
    bench.text(":plan");
    let screen = bench.screen();
    assert!(!screen.contains("matches \"section:plan\""), "{screen}");
    assert!(screen.contains("still that of \"section\""), "{screen}");
}

#[test]
fn dialogs_look_as_they_should() {
    let mut bench = full();
    bench.keys("h");
    assert_screen("queue_hold_80x24", &bench.screen());
    bench.keys("Esc i");
    assert_screen("queue_why_80x24", &bench.screen());
    bench.keys("Esc a");
    bench.reply(Reply::Choices(vec![Choice {
        id: 42,
        name: Untrusted::new("SMITH,A"),
        note: Untrusted::new("Surgery"),
    }]));
    assert_screen("queue_assign_80x24", &bench.screen());
}

#[test]
fn the_row_below_is_explained_before_it_is_reached() {
    let mut bench = open();
    bench.reply(page(0..3, 3));
    bench.reply(detail(0));
    bench.reply(detail(1));
    bench.asked();
    bench.keys("j");
    // Explained at once; asked for now is the one after it.
    let asked = bench.asked();
    assert!(bench.screen().contains("was found"), "{}", bench.screen());
    assert!(asked.contains(&Request::Detail(DeficiencyId(2))));
    assert!(!asked.contains(&Request::Detail(DeficiencyId(1))));
}

#[test]
fn an_explanation_asked_for_too_early_opens_when_it_has_come() {
    let mut bench = open();
    bench.reply(page(0..3, 3));
    bench.keys("i");
    assert!(!bench.screen().contains("Why is it here"));
    bench.reply(detail(0));
    assert!(bench.screen().contains("Why is it here"));
    assert!(bench.screen().contains("42 CFR 482.51"));
    // Who has moved on meanwhile is not interrupted.
    let mut bench = open();
    bench.reply(page(0..3, 3));
    bench.keys("i j");
    bench.reply(detail(1));
    bench.reply(detail(0));
    assert!(!bench.screen().contains("Why is it here"));
}

#[test]
fn every_letter_of_the_filter_asks_and_only_the_last_counts() {
    let mut bench = full();
    bench.asked();
    bench.keys("/");
    bench.text("sm");
    let typed: Vec<_> = pages_asked(&bench).into_iter().map(|p| p.1).collect();
    assert_eq!(typed, ["s", "sm"]);
    bench.reply_oldest(page(0..1, 1));
    assert!(
        bench.screen().contains("4,180"),
        "the answer to \"s\" came too late"
    );
    bench.reply(page(0..3, 3));
    assert!(bench.screen().contains("3/4,180"));
    bench.keys("Enter j");
    assert!(!bench.facts().text && bench.facts().filtering);
}

#[test]
fn marks_survive_the_filter_and_the_header_counts_hidden_ones() {
    let mut bench = full();
    bench.keys("Space Space Space / x");
    bench.reply(page(2..3, 1));
    assert!(
        bench.screen().contains("3-marked (2 hidden)"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter r");
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::ChangeDeficiencies { items, change: DeficiencyChange::Complete { .. } }]
        if items.iter().map(|(id, _)| id.0).collect::<Vec<_>>() == [0, 1, 2])
    );
}

#[test]
fn without_marks_an_action_takes_the_row_under_the_cursor() {
    let mut bench = full();
    bench.keys("j r");
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }]
        if *items == [(DeficiencyId(1), 1)])
    );
}

#[test]
fn typed_rows_are_marked_and_acted_on() {
    let mut bench = full();
    bench.keys("1 - 2 , 5");
    assert!(bench.screen().contains("rows 1-2,5"));
    bench.keys("r");
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }]
        if items.iter().map(|(id, _)| id.0).collect::<Vec<_>>() == [0, 1, 4])
    );
}

#[test]
fn what_was_refused_stays_marked_and_the_rest_does_not() {
    let mut bench = full();
    bench.keys("Space Space r");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    bench.reply(Reply::Acted(Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "item", "completed")),
        done: 1,
        refused: vec![(1, "changed by another analyst 20 s ago".into())],
        undoable: true,
        taken: None,
    }));
    let message = bench.message().unwrap().1;
    assert_eq!(
        message,
        "1 item completed; 1 left as it is: changed by another analyst 20 s ago (u=undo)"
    );
    assert_eq!(bench.facts().marks, 1);
    assert!(!pages_asked(&bench).is_empty(), "the list is read again");
}

#[test]
fn the_cursor_follows_its_item_when_the_list_is_read_again() {
    let mut bench = full();
    bench.keys("j j j R");
    bench.reply(Reply::Queue(QueuePage {
        rows: [7, 8, 3, 9].map(row).to_vec(),
        total: 4,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    assert_eq!(bench.facts().state, Some(DeficiencyState::Declined));
    bench.keys("r");
    let acts = acts(&mut bench);
    assert!(matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }] if items[0].0.0 == 3));
}

#[test]
fn the_cursor_goes_on_to_the_next_item_when_what_was_done_moves_its_own() {
    let mut bench = full();
    bench.keys("j j r");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    bench.reply(Reply::Acted(Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "item", "advanced")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    }));
    bench.reply(Reply::Queue(QueuePage {
        rows: [0, 1, 3, 4, 5, 2].map(row).to_vec(),
        total: 6,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    assert_eq!(
        bench.facts().state,
        Some(DeficiencyState::Declined),
        "the item after it, which is the fourth"
    );
}

#[test]
fn rows_are_fetched_before_they_are_needed_from_both_ends() {
    let mut bench = full();
    bench.asked();
    bench.keys("G");
    assert_eq!(
        pages_asked(&bench),
        [(QueueView::All, String::new(), true, false)]
    );
    let rows: Vec<QueueRow> = (3980..4180).rev().map(row).collect();
    bench.reply(Reply::Queue(QueuePage {
        rows,
        total: 4180,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    assert!(bench.facts().at_end);
    assert!(bench.screen().contains(&row(4179).mrn.raw().to_owned()));
    bench.asked();
    bench.keys("g g");
    for _ in 0..12 {
        bench.keys("C-f");
    }
    assert_eq!(
        pages_asked(&bench),
        [(QueueView::All, String::new(), false, true)]
    );
}

#[test]
fn a_hold_takes_reason_date_and_comment() {
    let mut bench = full();
    bench.keys("h");
    bench.text("leave");
    bench.keys("Enter");
    bench.text("T+7");
    bench.keys("Enter");
    bench.text("back soon");
    bench.keys("Enter");
    let acts = acts(&mut bench);
    let [Action::ChangeDeficiencies { change, .. }] = &acts[..] else {
        panic!("{acts:?}");
    };
    let DeficiencyChange::PlaceHold {
        reason,
        until,
        comment,
    } = change
    else {
        panic!("{change:?}");
    };
    assert_eq!(reason.name(), "leave");
    assert_eq!(until.unwrap().rfc3339(), "2026-03-30T03:59:59.999999Z");
    assert_eq!(comment.raw(), "back soon");
}

#[test]
fn an_assignment_takes_the_provider_chosen() {
    let mut bench = full();
    bench.keys("a s m");
    assert!(matches!(
        bench.waiting().last(),
        Some(Request::Choices(_, text)) if text == "sm"
    ));
    bench.reply(Reply::Choices(vec![Choice {
        id: 42,
        name: Untrusted::new("SMITH,A"),
        note: Untrusted::new("Surgery"),
    }]));
    bench.keys("Enter Enter");
    let acts = acts(&mut bench);
    assert!(matches!(
        &acts[..],
        [Action::ChangeDeficiencies {
            change: DeficiencyChange::Assign {
                owner: Some(ProviderId(42)),
                ..
            },
            ..
        }]
    ));
}

#[test]
fn cancelling_a_form_changes_nothing() {
    let mut bench = full();
    bench.keys("X");
    bench.text("wrong");
    bench.keys("Esc");
    assert!(acts(&mut bench).is_empty());
}

#[test]
fn a_required_reason_is_asked_for_beside_the_field() {
    let mut bench = full();
    bench.keys("X Enter");
    assert!(bench.screen().contains("! required"));
    assert!(acts(&mut bench).is_empty());
}

#[test]
fn bulk_reassignment_needs_a_supervisor() {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &[Role::Analyst]);
    bench.keys("g q");
    bench.reply(page(0..10, 10));
    bench.keys("Space Space a");
    assert_eq!(
        bench.message().unwrap().1,
        "Assign: reassigning several at once needs a supervisor"
    );
}

#[test]
fn a_view_is_saved_with_what_is_shown() {
    let mut bench = full();
    bench.keys("/");
    bench.text("cardio");
    bench.keys("Enter S w");
    bench.text("Mine-late");
    bench.keys("Enter");
    let acts = acts(&mut bench);
    assert!(matches!(&acts[..], [Action::SaveView(view)]
        if view.name == "Mine-late" && view.filter == "cardio" && view.reverse));
}

#[test]
fn a_saved_view_that_was_changed_says_so() {
    let mut bench = full();
    bench.reply(Reply::Views(vec![SavedView {
        name: "Cardio late".into(),
        view: QueueView::Late,
        filter: "cardio".into(),
        sort: QueueSort::Age,
        reverse: false,
    }]));
    let head = |bench: &mut Bench| {
        bench.reply(page(0..3, 3));
        bench.screen().lines().next().unwrap_or_default().to_owned()
    };
    bench.run(Command::OpenView(Some("Cardio late".into())));
    let as_saved = head(&mut bench);
    assert!(as_saved.contains("Cardio late 3"), "{as_saved}");
    bench.keys("S");
    assert!(head(&mut bench).contains("Cardio late (changed) 3"));
    bench.keys("S");
    assert_eq!(head(&mut bench), as_saved);
    bench.keys("Esc");
    let cleared = head(&mut bench);
    assert!(cleared.contains("Cardio late (changed) 3"), "{cleared}");
    bench.run(Command::SaveView(Some("All late".into())));
    let saved = bench.screen();
    assert!(saved.contains("All late 3"), "{saved}");
}

#[test]
fn keys_typed_before_the_list_is_there_are_kept() {
    let mut bench = open();
    bench.keys("j j");
    bench.reply(page(0..10, 10));
    bench.keys("r");
    let acts = acts(&mut bench);
    assert!(matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }] if items[0].0.0 == 2));
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let mut bench = open();
    let mut bad = row(0);
    bad.patient_name = Untrusted::new("EVIL\u{1b}]52;c;x\u{7}\u{202e}");
    bad.owner_name = Untrusted::new("A\nB");
    bench.reply(Reply::Queue(QueuePage {
        rows: vec![bad],
        total: 1,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    let screen = bench.screen_at(200, 24);
    assert!(
        screen.contains("EVIL<ESC>]52;c;x<U+0007><U+202E>"),
        "{screen}"
    );
}

#[test]
fn drawing_stays_within_the_budgets() {
    let mut bench = full();
    let whole = bench.frame_bytes();
    assert!(whole <= 6 * 1024, "full screen: {whole}");
    let mut worst = 0;
    for i in 1..12 {
        bench.keys("j");
        bench.reply(detail(i));
        worst = worst.max(bench.frame_bytes());
    }
    assert!(worst <= 400, "cursor with detail: {worst}");
    bench.keys("/");
    bench.frame_bytes();
    bench.text("x");
    let typed = bench.frame_bytes();
    assert!(typed <= 100, "typed key: {typed}");
    bench.keys("Esc");
    bench.screen_at(120, 40);
    let whole = bench.frame_bytes();
    assert!(whole <= 14 * 1024, "full screen at 120x40: {whole}");
    bench.keys("j");
    bench.reply(detail(12));
    let moved = bench.frame_bytes();
    assert!(moved <= 700, "cursor with detail at 120x40: {moved}");
}

#[test]
fn any_size_is_drawn() {
    let mut bench = full();
    for (w, h) in [
        (1, 1),
        (60, 15),
        (61, 17),
        (109, 20),
        (110, 15),
        (500, 200),
        (80, 16),
    ] {
        bench.screen_at(w, h);
        bench.keys("j C-f");
        bench.asked();
    }
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

#[test]
fn what_would_be_refused_is_said_before_anything_is_asked() {
    let at = |change: fn(&mut DeficiencyDetail)| {
        let mut bench = open();
        bench.reply(held());
        let mut told = detail(0);
        if let Reply::Detail(detail) = &mut told {
            change(detail);
        }
        bench.reply(told);
        bench
    };
    let refused = |bench: &mut Bench, command: Command, why: &str| {
        bench.run(command);
        let said = bench.message().unwrap().1;
        assert!(said.contains(why), "{said}");
        assert_eq!(bench.dialogs(), 0);
    };
    let mut free = at(|_| ());
    refused(&mut free, Command::ReleaseChart, "the chart is not on hold");
    free.run(Command::HoldChart);
    assert_eq!(free.dialogs(), 1);
    let mut held = at(|d| d.chart_held = true);
    refused(
        &mut held,
        Command::HoldChart,
        "the chart is on hold already",
    );
    held.run(Command::ReleaseChart);
    assert_eq!(held.dialogs(), 1);
    let mut had = at(|d| {
        d.lease = Some(Lease {
            encounter: EncounterId(100),
            user: UserId(8),
            user_name: "KIM".into(),
            session: "s".into(),
            token: 1,
            since: now(),
            expires: now().plus_hours(1),
        });
    });
    refused(
        &mut had,
        Command::Void,
        "KIM has this chart for 61 more min",
    );
    had.wait(3_600_000);
    had.run(Command::Void);
    assert_eq!(had.dialogs(), 1, "a lease that ended keeps nobody out");
}

#[test]
fn the_list_says_who_has_which_chart() {
    let mut bench = open();
    bench.reply(held());
    bench.reply(detail(0));
    let screen = bench.screen();
    let line = |mrn: i64| {
        let mrn = (4_410_123 + mrn * 37).to_string();
        screen
            .lines()
            .find(|l| l.contains(&mrn))
            .unwrap()
            .to_owned()
    };
    assert!(line(0).ends_with("@KIM"), "{screen}");
    assert!(line(3).ends_with("@me"), "{screen}");
    assert_screen("queue_held_80x24", &screen);
}

#[test]
fn one_key_takes_the_next_free_chart_of_what_is_shown_and_opens_it() {
    let mut bench = full();
    bench.keys("/");
    bench.text("type:op-m late");
    bench.keys("Enter");
    bench.reply(page(0..10, 10));
    bench.asked();
    bench.keys("x");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, action) => Some((id.clone(), (**action).clone())),
        _ => None,
    });
    let (id, action) = request.unwrap();
    let Action::TakeNext { from, leave: None } = &action else {
        panic!("{action:?}");
    };
    let wanted = crate::grammar::queue_filter(
        "type:op-m late",
        jiff::civil::date(2026, 3, 22),
        &jiff::tz::TimeZone::UTC,
    );
    assert_eq!(from.filter, wanted.unwrap());
    bench.reply(Reply::Acted(Acted {
        request: id,
        deed: Box::new(crate::tui::desk::Deed::each(1, "chart", "taken")),
        done: 2,
        refused: Vec::new(),
        undoable: true,
        taken: Some(crate::domain::worklist::Taken {
            encounter: EncounterId(104),
            deficiency: DeficiencyId(9),
        }),
    }));
    assert_eq!(bench.facts().scope, Scope::Chart);
    let asked = bench.asked();
    assert!(asked.contains(&Request::Chart(EncounterId(104))));
    assert!(asked.contains(&Request::Detail(DeficiencyId(9))));
}

#[test]
fn an_item_is_added_from_the_catalogue_in_three_keys() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Analyst]);
        bench.keys("g q");
        bench.reply(page(0..10, 10));
        bench.reply(catalogue());
        bench.asked();
        bench.keys("A 2 Enter");
        let acts = acts(&mut bench);
        assert!(
            matches!(&acts[..], [Action::AddFromCatalogue { kind, encounter, .. }]
                if kind == "SIG" && encounter.0 == 100),
            "{keymap}: {acts:?}"
        );
    }
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

#[test]
fn the_catalogue_looks_as_it_should() {
    let mut bench = full();
    bench.reply(catalogue());
    bench.keys("A");
    assert_screen("queue_catalogue_80x24", &bench.screen());
}

#[test]
fn a_declined_item_is_upheld_reassigned_or_voided() {
    let mut bench = full();
    bench.keys("D");
    assert_eq!(
        bench.message().unwrap().1,
        "Answer decline: the item was not declined"
    );
    bench.keys("j j j D");
    assert_screen("queue_answer_decline_80x24", &bench.screen());
    bench.keys("1 Enter");
    bench.text("it is theirs");
    bench.keys("Enter");
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::ChangeDeficiencies { items, change: DeficiencyChange::Uphold { reason } }]
        if items[0].0.0 == 3 && reason.raw() == "it is theirs")
    );
    bench.keys("D 2 Enter");
    assert!(bench.screen().contains("Assign: "), "{}", bench.screen());
    bench.keys("Esc D 3 Enter");
    assert!(bench.screen().contains("Void: "), "{}", bench.screen());
}

#[test]
fn why_an_item_was_declined_stands_in_its_row_and_its_detail() {
    let mut bench = full();
    bench.run(Command::OpenView(Some("declined".into())));
    let why = "already documented: see the letter";
    let mut of_declined = page(3..4, 1);
    if let Reply::Queue(page) = &mut of_declined {
        page.declines = vec![(DeficiencyId(3), why.into())];
    }
    bench.reply(of_declined);
    let mut explained = detail(3);
    if let Reply::Detail(detail) = &mut explained {
        detail.history.insert(
            0,
            HistoryEntry {
                id: EventId(2),
                at: Instant(now().0 - DAY),
                user_name: Untrusted::new("SMITH,A"),
                action: "deficiency.decline".into(),
                from: "open".into(),
                to: "declined".into(),
                reason: why.into(),
                owners: None,
            },
        );
    }
    bench.reply(explained);
    let screen = bench.screen();
    assert!(screen.contains("already documen"), "{screen}");
    let detail = screen.lines().find(|l| l.contains("Declined SMITH,A"));
    assert!(detail.is_some_and(|l| l.contains(why)), "{screen}");
    assert_screen("queue_declined_80x24", &screen);
    assert_screen("queue_declined_120x40", &bench.screen_at(120, 40));
}

#[test]
fn a_change_of_many_tells_every_refusal() {
    let mut bench = full();
    bench.keys("1 - 3 r");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    let why = "KIM has this chart until 15:00";
    bench.reply(Reply::Acted(Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "item", "completed")),
        done: 1,
        refused: vec![(0, why.into()), (2, "changed meanwhile".into())],
        undoable: true,
        taken: None,
    }));
    assert_screen("queue_refused_80x24", &bench.screen());
}

#[test]
fn rows_are_typed_in_every_keymap() {
    for keymap in ["vim", "function", "emacs"] {
        let roles = [Role::Analyst, Role::Supervisor];
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &roles);
        bench.keys("g q");
        bench.reply(page(0..10, 10));
        bench.keys("1 - 3 , 7");
        let screen = bench.screen();
        assert!(screen.contains("rows 1-3,7"), "{keymap}\n{screen}");
        assert!(screen.contains("\n10 "), "{keymap}: numbers show\n{screen}");
        for (line, signs) in [("1", "!!"), ("5", "H"), ("10", "!!")] {
            let begins = format!("\n{line:<3}{signs:<2}");
            assert!(screen.contains(&begins), "{keymap} {line}\n{screen}");
        }
        bench.keys("r");
        let acts = acts(&mut bench);
        assert!(
            matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }]
            if items.iter().map(|(id, _)| id.0).collect::<Vec<_>>() == [0, 1, 2, 6]),
            "{keymap}: {acts:?}"
        );
    }
}

#[test]
fn a_wide_screen_shows_the_document_once_the_cursor_rests() {
    let mut bench = open();
    bench.screen_at(120, 40);
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
    bench.wait(100);
    assert!(bench.asked().is_empty(), "moving on reads nothing");
    bench.wait(400);
    let text = Request::Text(crate::domain::ids::DocumentId(55), None);
    assert_eq!(bench.waiting(), [&text]);
    bench.reply(Reply::Text(crate::domain::chart::DocumentText {
        document: crate::domain::ids::DocumentId(55),
        version: 1,
        text: "OPERATIVE NOTE\nGallbladder removed.".into(),
    }));
    let screen = bench.screen();
    assert!(screen.contains("Gallbladder removed."), "{screen}");
    assert_screen("queue_split_120x40", &screen);
    bench.keys("j");
    assert!(bench.screen().contains("Nothing to read"));
    bench.keys("p");
    assert!(!bench.screen().contains("Nothing to read"));
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

#[test]
fn a_small_screen_turns_from_list_to_detail_to_document() {
    let mut bench = one_with_a_document();
    bench.wait(1000);
    assert!(bench.asked().is_empty(), "there is no room to show it");
    bench.keys("Tab Tab");
    let text = Request::Text(crate::domain::ids::DocumentId(55), None);
    assert_eq!(bench.waiting(), [&text]);
    bench.reply(Reply::Text(crate::domain::chart::DocumentText {
        document: crate::domain::ids::DocumentId(55),
        version: 1,
        text: "OPERATIVE NOTE\nGallbladder removed.".into(),
    }));
    assert_screen("queue_document_80x24", &bench.screen());
    bench.keys("J");
    assert!(bench.screen().contains("Nothing to read"));
    bench.keys("Esc");
    assert!(bench.screen().contains("PATIENT"), "the list again");
}

#[test]
fn numbers_of_rows_cover_nothing_and_move_only_what_names_the_row() {
    let mut bench = full();
    let before = bench.screen();
    bench.frame_bytes();
    bench.keys("1");
    let typed = bench.frame_bytes();
    assert!(typed <= 1_500, "the first digit: {typed}");
    let screen = bench.screen();
    for (at, (was, is)) in before
        .lines()
        .zip(screen.lines())
        .enumerate()
        .skip(1)
        .take(14)
    {
        let tail = |line: &str| line.chars().skip(50).collect::<String>();
        assert_eq!(tail(was), tail(is), "line {at}\n{screen}");
    }
    assert!(screen.contains("\n1    !!  45d"), "{screen}");
    assert!(screen.contains("\n5    H   41d"), "{screen}");
}

#[test]
fn without_room_beside_the_list_the_document_stands_in_its_place() {
    let mut bench = one_with_a_document();
    bench.keys("p");
    let text = Request::Text(crate::domain::ids::DocumentId(55), None);
    assert_eq!(bench.waiting(), [&text]);
    bench.reply(Reply::Text(crate::domain::chart::DocumentText {
        document: crate::domain::ids::DocumentId(55),
        version: 1,
        text: "OPERATIVE NOTE".into(),
    }));
    assert!(bench.screen().contains("OPERATIVE NOTE"));
    bench.keys("p");
    let screen = bench.screen();
    assert!(screen.contains("PATIENT") && !screen.contains("OPERATIVE NOTE"));
    bench.keys("j p");
    assert!(bench.screen().contains("Nothing to read"));
    bench.keys("Esc");
    assert!(bench.screen().contains("PATIENT"));
}

#[test]
fn a_mistake_in_the_filter_is_pointed_at_and_the_rows_stay() {
    let mut bench = full();
    bench.asked();
    bench.keys("/");
    bench.text("late in:plan");
    let typed: Vec<_> = pages_asked(&bench).into_iter().map(|p| p.1).collect();
    assert!(!typed.iter().any(|t| t.contains("in:")), "{typed:?}");
    bench.reply(page(0..3, 3));
    let screen = bench.screen();
    assert_screen("queue_filter_mistake_80x24", &screen);
    // Enter does not leave a filter that is not understood.
    bench.keys("Enter");
    assert!(bench.facts().text);
    bench.keys("Esc");
    assert!(!bench.facts().text && !bench.screen().contains("no meaning here"));
}

#[test]
fn fields_and_values_of_the_filter_are_completed() {
    let mut bench = full();
    bench.keys("/");
    bench.text("ow");
    assert!(bench.screen().contains("owner:"), "{}", bench.screen());
    bench.keys("Tab");
    assert!(
        bench.screen().contains("Filter: owner:"),
        "{}",
        bench.screen()
    );
    bench.text("smi");
    let wanted = Request::CompleteFilter("owner:smi".into(), 9);
    assert!(bench.waiting().contains(&&wanted));
    bench.reply(page(0..3, 3));
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(6, 9),
        items: vec![crate::grammar::Completion {
            insert: "SMITH,ADAM ".into(),
            label: "SMITH,ADAM".into(),
            note: "",
        }],
    }));
    // Offers about what stood there before change nothing.
    bench.text("t");
    bench.text(" la");
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(6, 10),
        items: Vec::new(),
    }));
    assert!(bench.screen().contains("late:"), "{}", bench.screen());
    bench.keys("Backspace Backspace Backspace Backspace");
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(6, 9),
        items: vec![crate::grammar::Completion {
            insert: "SMITH,ADAM ".into(),
            label: "SMITH,ADAM".into(),
            note: "",
        }],
    }));
    bench.keys("F4 Enter");
    assert!(
        bench.screen().contains("Filter: owner:SMITH,ADAM"),
        "{}",
        bench.screen()
    );
}
