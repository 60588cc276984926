//! The dashboard on the bench.

use super::*;
use crate::domain::report::{Figures as Day, LadderCounts, TrendDay};
use crate::domain::time::Instant;
use crate::domain::user::Role;
use crate::domain::worklist::{Condition, QueueTime};
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use jiff::civil::date;
use ratatui::layout::Size;

fn bar(key: &str, name: &str, open: i64) -> Bar {
    Bar {
        key: key.into(),
        name: name.into(),
        open,
        late: open / 4,
    }
}

fn figures() -> Figures {
    let days = |n: i8| date(2026, 3, 22).saturating_sub(jiff::Span::new().days(n));
    Figures {
        now: now(),
        open: 4180,
        late: 977,
        charts: 2211,
        bands: vec![
            (0, Some(7), 1800),
            (8, Some(14), 1000),
            (15, Some(30), 403),
            (31, None, 977),
        ],
        services: vec![
            bar("3", "Cardiology", 1204),
            bar("4", "General surgery", 640),
            bar("0", "", 77),
            bar("5", "EVIL\u{1b}[31m", 12),
        ],
        kinds: vec![
            bar("DS-M", "Discharge summary missing", 1200),
            bar("OP-M", "Operative report missing", 640),
        ],
        flow: (0..14)
            .rev()
            .map(|n| {
                (
                    days(n),
                    100 + i64::from(n) * 7,
                    90 + i64::from(n) * 3,
                    i64::from(n % 3),
                )
            })
            .collect(),
        trend: (1..10)
            .rev()
            .map(|n| TrendDay {
                day: days(n),
                figures: Day {
                    open: 4000 + i64::from(n) * 20,
                    late: 900 + i64::from(n),
                    completed: 500,
                    on_time: 400 + i64::from(n),
                    ..Day::default()
                },
            })
            .collect(),
        ladder: Some(LadderCounts {
            proposed: 3,
            suspended: 12,
        }),
    }
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g b");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(Reply::Dashboard(Box::new(figures())));
    bench
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("dashboard_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("dashboard_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::Dashboard(Box::new(Figures {
        bands: Vec::new(),
        services: Vec::new(),
        kinds: Vec::new(),
        flow: Vec::new(),
        trend: Vec::new(),
        ..figures()
    })));
    assert_state("dashboard_empty", &mut bench);
    let mut bench = full();
    assert_state("dashboard_full", &mut bench);
    bench.keys("S-Tab");
    assert_screen("dashboard_trend_80x24", &bench.screen());
    assert_screen("dashboard_tiny_10x4", &bench.screen_at(10, 4));
}

fn zone() -> TimeZone {
    TimeZone::get("America/New_York").unwrap()
}

#[test]
fn who_may_not_see_the_ladder_sees_the_rest() {
    let mut bench = open();
    bench.reply(Reply::Dashboard(Box::new(Figures {
        trend: Vec::new(),
        ladder: None,
        ..figures()
    })));
    for (width, height) in [(80, 24), (120, 40)] {
        let screen = bench.screen_at(width, height);
        assert!(screen.contains("open on"), "{screen}");
        for word in ["steps proposed", "suspended", "On time", "On-time"] {
            assert!(!screen.contains(word), "{word}: {screen}");
        }
    }
    bench.keys("S-Tab");
    assert!(!bench.screen().contains("stored once a day"), "no trend");
}

/// The filter of the queue that was opened.
fn opened(bench: &mut Bench) -> QueueFilter {
    let asked = bench.asked();
    let found = asked.into_iter().find_map(|r| match r {
        Request::Queue { request, .. } => Some(request.filter),
        _ => None,
    });
    found.expect("no queue was opened")
}

#[test]
fn every_bar_leads_to_its_queue() {
    let mut bench = full();
    bench.keys("2 Enter");
    let band = AgeBand {
        first: 8,
        last: Some(14),
    };
    assert_eq!(opened(&mut bench).age, Some(band));
    let mut bench = full();
    bench.keys("Tab Enter");
    assert_eq!(opened(&mut bench).service_id, Some(ServiceId(3)));
    let mut bench = full();
    bench.keys("Tab Tab j Enter");
    assert_eq!(opened(&mut bench).kinds, ["OP-M"]);
    let mut bench = full();
    bench.keys("Tab Tab Tab j Enter");
    assert_screen("dashboard_day_80x24", &bench.screen());
    bench.keys("c Enter");
    let day = |what, n: i8| {
        let day = date(2026, 3, 22).saturating_sub(jiff::Span::new().days(n));
        Condition::on_day(what, day, &zone())
    };
    let closed = day(QueueTime::Closed, 1);
    assert_eq!(opened(&mut bench).typed, Some(closed));
    let mut bench = full();
    bench.keys("S-Tab j Enter");
    let end = Instant::end_of(date(2026, 3, 20), &zone());
    let owed = Condition::Owed { at: end, by: None };
    assert_eq!(opened(&mut bench).typed, Some(owed));
}

#[test]
fn work_done_is_by_name_and_ranks_nobody() {
    let mut bench = full();
    bench.keys("p");
    let work = |name: &str, charts| AnalystWork {
        user: crate::domain::ids::UserId(1),
        name: name.into(),
        actions: vec![("deficiency.complete".into(), charts * 2)],
        charts,
        days: 5,
    };
    bench.reply(Reply::Productivity(vec![work("KIM", 3), work("LEE", 90)]));
    assert_screen("dashboard_work_80x24", &bench.screen());
}

#[test]
fn every_keymap_reaches_the_dashboard_and_providers_do_not() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Analyst]);
        bench.keys("g b");
        assert!(bench.waiting().contains(&&Request::Dashboard), "{keymap}");
    }
    let mut bench = Bench::as_provider(crate::tui::screens::make, 21);
    bench.asked();
    bench.keys("g b");
    assert!(!bench.waiting().contains(&&Request::Dashboard));
}

#[test]
fn any_size_is_drawn() {
    let mut bench = full();
    for (w, h) in [(1, 1), (60, 15), (61, 17), (109, 20), (500, 200), (60, 40)] {
        bench.screen_at(w, h);
        bench.keys("Tab j C-f");
    }
}

#[test]
fn work_is_told_in_words() {
    let mut bench = full();
    bench.keys("p");
    let actions = ["ladder.confirm", "ladder.undo", "deficiency.request"];
    bench.reply(Reply::Productivity(vec![AnalystWork {
        user: crate::domain::ids::UserId(1),
        name: "KIM".into(),
        actions: actions.iter().map(|a| ((*a).into(), 2)).collect(),
        charts: 1,
        days: 1,
    }]));
    let screen = bench.screen();
    assert!(screen.contains("steps confirmed"), "{screen}");
    for name in ["ladder.", "deficiency."] {
        assert!(!screen.contains(name), "{screen}");
    }
}
