//! Counts that are kept, against the rows themselves.

use super::{Dice, complete, many_stays};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, HoldReason, QueueRow};
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::worklist::QueueView;
use crate::ops::testing::{Hospital, at, request, stay};

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

pub(super) fn assert_counts(h: &Hospital) {
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
