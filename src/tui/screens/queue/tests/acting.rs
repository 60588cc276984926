//! What is done from the queue: to the row under the cursor, to marked and to typed rows.

use super::{acts, catalogue, detail, full, held, open, page, pages_asked};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::{EncounterId, ProviderId, UserId};
use crate::domain::lease::Lease;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Role;
use crate::domain::worklist::Choice;
use crate::tui::app::testing::{Bench, assert_screen, now};
use crate::tui::desk::{Acted, Request};
use crate::tui::screens::queue::*;
use ratatui::layout::Size;

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
fn keys_typed_before_the_list_is_there_are_kept() {
    let mut bench = open();
    bench.keys("j j");
    bench.reply(page(0..10, 10));
    bench.keys("r");
    let acts = acts(&mut bench);
    assert!(matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }] if items[0].0.0 == 2));
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
