//! Stays that wait, and the figures of a day.

use super::{complete_all, noon, owing};
use crate::domain::action::Action;
use crate::domain::report::GroupBy;

#[test]
fn a_stay_waits_until_its_documents_are_there_and_is_ready_then() {
    let h = owing();
    noon(&h, "2026-03-18");
    let page = h.office.waiting(&h.me, None, 10).unwrap();
    assert_eq!(page.stays.len(), 1);
    let stay = &page.stays[0];
    assert_eq!(stay.age_days, 7);
    let kinds: Vec<&str> = stay.waits_for.iter().map(|a| a.kind.as_str()).collect();
    assert_eq!(kinds, ["HP-M", "DS-M"]);
    assert_eq!(stay.waits_for[1].owner_name.raw(), "Smith,Pat");
    h.act(Action::NoteToCoder {
        encounter: stay.encounter,
        words: "summary promised for Friday".into(),
    })
    .unwrap();
    let page = h.office.waiting(&h.me, None, 10).unwrap();
    let note = page.stays[0].note.as_ref().unwrap();
    assert_eq!(note.words.raw(), "summary promised for Friday");
    assert!(
        h.office
            .ready_to_code(&h.me, None, 10)
            .unwrap()
            .stays
            .is_empty()
    );
    noon(&h, "2026-03-20");
    complete_all(&h);
    assert!(h.office.waiting(&h.me, None, 10).unwrap().stays.is_empty());
    let ready = h.office.ready_to_code(&h.me, None, 10).unwrap().stays;
    assert_eq!(ready.len(), 1);
    assert_eq!(ready[0].age_days, 0);
    assert_eq!(ready[0].ready, Some(h.office.now()));
    noon(&h, "2026-03-23");
    let later = h.office.ready_to_code(&h.me, None, 10).unwrap().stays;
    assert_eq!(later[0].age_days, 3, "since it became ready");
}

#[test]
fn figures_of_a_day_are_stored_once_and_come_out_again_from_the_past() {
    let h = owing();
    noon(&h, "2026-04-20");
    let run = h.office.take_snapshots(&h.me).unwrap();
    assert_eq!(run.days, ["2026-04-19"]);
    assert!(h.office.take_snapshots(&h.me).unwrap().days.is_empty());
    complete_all(&h);
    noon(&h, "2026-04-23");
    let run = h.office.take_snapshots(&h.me).unwrap();
    assert_eq!(run.days, ["2026-04-20", "2026-04-21", "2026-04-22"]);
    for day in ["2026-04-19", "2026-04-20", "2026-04-22"] {
        for by in GroupBy::ALL {
            let day = day.parse().unwrap();
            let stored = h
                .office
                .stored_statistics(&h.me, day, *by)
                .unwrap()
                .unwrap();
            let again = h.office.statistics(&h.me, day, *by).unwrap();
            assert_eq!(stored, again, "{day} {by:?}");
        }
    }
    let total = |day: &str| {
        let day = day.parse().unwrap();
        h.office
            .statistics(&h.me, day, GroupBy::Total)
            .unwrap()
            .total
    };
    let before = total("2026-04-19");
    assert_eq!((before.open, before.late, before.over_limit), (2, 2, 2));
    assert_eq!((before.incomplete_charts, before.delinquent_charts), (1, 1));
    assert_eq!((before.discharges_year, before.discharges_quarter), (1, 0));
    let after = total("2026-04-20");
    assert_eq!((after.open, after.closed), (0, 2));
    assert_eq!((after.completed, after.on_time), (2, 0));
    assert!(
        h.office
            .statistics(&h.me, "2026-04-24".parse().unwrap(), GroupBy::Total)
            .is_err()
    );
    let trend = h.office.trend(&h.me, GroupBy::Total, "", 30).unwrap();
    assert_eq!(trend.len(), 4);
    let dashboard = h.office.dashboard(&h.me).unwrap();
    let flow = dashboard
        .flow
        .iter()
        .find(|f| f.0.to_string() == "2026-04-20")
        .unwrap();
    assert_eq!((flow.1, flow.2, flow.3), (0, 2, 2));
    let work = h
        .office
        .productivity(&h.me, "2026-04-20".parse().unwrap(), h.office.today())
        .unwrap();
    assert_eq!(work[0].actions, [("deficiency.complete".to_owned(), 2)]);
}
