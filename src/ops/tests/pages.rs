//! Lists page by page, and the names by which rows are asked for.

use super::{complete, many_stays};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::QueueRow;
use crate::domain::people::ProviderRole;
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::report::{StayList, WaitingStay};
use crate::domain::worklist::{QueueRequest, QueueSort, QueueView};
use crate::ops::testing::{Hospital, at, bare_stay, patient, provider, request};

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
