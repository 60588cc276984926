//! Named lists: what is kept, who sees what of it, what is undone, what a query finds by it.

use super::super::testing::{Hospital, bare_stay, note, patient, request, stay};
use super::super::{OpsError, Outcome};
use crate::domain::action::Action;
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::ids::{DocumentId, RequestId};
use crate::domain::named_list::{ListAction, ListEntry, ListThing};
use crate::domain::search::SearchRequest;
use crate::domain::user::{Actor, Role};
use crate::domain::worklist::QueueView;

fn hospital() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![patient("p2", "Zabriskie"), stay("v2", "p2")]);
    let text = |id: &str, visit: &str, patient: &str, text: &str| {
        note(id, patient, visit, K::Progress, S::Authenticated, text)
    };
    h.import(vec![
        text("n1", "v1", "p1", "Zebra sign was seen."),
        text("n2", "v1", "p1", "Zebra, again."),
        text("n3", "v2", "p2", "No zebra."),
    ]);
    h.analyze();
    h.office.index_now(&mut |_| true).unwrap();
    h
}

fn found(h: &Hospital, actor: &Actor, text: &str) -> Vec<DocumentId> {
    let ask = SearchRequest::new(text.into(), 10).into();
    let answer = h.office.search(actor, &ask).unwrap();
    assert_eq!(answer.count, answer.hits.len());
    let mut ids: Vec<DocumentId> = answer.hits.iter().map(|hit| hit.document).collect();
    ids.sort();
    ids
}

fn add(list: &str, things: &[ListThing]) -> Action {
    Action::List(ListAction::Add {
        list: list.into(),
        things: things.to_vec(),
        note: "look".into(),
    })
}

fn done(h: &Hospital, actor: &Actor, action: &Action) -> (RequestId, Outcome) {
    let request = h.request();
    let outcome = h.office.act(actor, &request, action).unwrap();
    assert!(outcome.undoable);
    (request, outcome)
}

fn undo(h: &Hospital, request: &RequestId) -> RequestId {
    let again = h.request();
    let request = request.clone();
    let undone = h.office.act(&h.me, &again, &Action::Undo { request });
    assert!(undone.unwrap().refused.is_empty());
    again
}

fn entries(h: &Hospital, name: &str) -> Vec<ListEntry> {
    h.office.list_entries(&h.me, name).unwrap()
}

fn names(h: &Hospital, actor: &Actor) -> Vec<(String, i64, i64)> {
    let lists = h.office.named_lists(actor).unwrap().into_iter();
    lists.map(|l| (l.name, l.entries, l.open)).collect()
}

#[test]
fn what_is_put_on_a_list_is_noted_ticked_off_taken_off_and_each_can_be_undone() {
    let h = hospital();
    let zebras = found(&h, &h.me, "zebra");
    let things = [
        ListThing::Document(zebras[0]),
        ListThing::Stay(h.encounter("v2")),
    ];
    let (added, outcome) = done(&h, &h.me, &add("Zebras", &things));
    assert_eq!(outcome.done.len(), 2);
    let on = entries(&h, "Zebras");
    assert_eq!(on[0].patient_name.raw(), "Zztest,Ann");
    assert_eq!((on[1].visit.raw(), on[1].note.raw()), ("v2", "look"));
    // What stands there already is left and told.
    let again = h.act(add("Zebras", &things[..1])).unwrap();
    assert_eq!((again.done.len(), again.refused.len()), (0, 1));

    let seen = |e: &ListEntry| (e.id, e.version);
    let tick = Action::List(ListAction::Done {
        entries: vec![seen(&on[0])],
        done: true,
    });
    let (ticked, _) = done(&h, &h.me, &tick);
    assert_eq!(names(&h, &h.me), [("Zebras".to_owned(), 2, 1)]);
    assert_eq!(h.act(tick).unwrap().refused.len(), 1, "it moved on since");
    undo(&h, &ticked);
    assert!(entries(&h, "Zebras").iter().all(|e| !e.done));

    let remove = Action::List(ListAction::Remove {
        entries: entries(&h, "Zebras").iter().map(seen).collect(),
    });
    let (removed, _) = done(&h, &h.me, &remove);
    assert!(entries(&h, "Zebras").is_empty());
    let redo = undo(&h, &removed);
    assert_eq!(entries(&h, "Zebras").len(), 2);
    let back = undo(&h, &redo);
    assert!(entries(&h, "Zebras").is_empty());
    undo(&h, &back);

    // The first step moved on: it is refused, and nothing is half undone.
    let request = added.clone();
    assert_eq!(h.act(Action::Undo { request }).unwrap().done.len(), 0);
    let (fresh, _) = done(&h, &h.me, &add("Fresh", &things));
    let back = undo(&h, &fresh);
    assert!(h.office.list_entries(&h.me, "Fresh").is_err());
    undo(&h, &back);
    assert_eq!(entries(&h, "Fresh").len(), 2);
}

#[test]
fn a_list_is_its_owners_and_everybodys_it_is_shared_with_as_far_as_they_see_charts() {
    let h = hospital();
    let zebras = found(&h, &h.me, "zebra");
    let things: Vec<_> = zebras.iter().map(|id| ListThing::Document(*id)).collect();
    done(&h, &h.me, &add("Zebras", &things));
    let kim = h.user("kim", &[Role::Coder], None);
    let jones = h.user("jones", &[Role::Coder, Role::Provider], Some("Jones"));
    let outsider = h.user("doc", &[Role::Provider], Some("Jones"));
    assert!(names(&h, &kim).is_empty());
    for role in [Role::Coder, Role::Provider] {
        let share = Action::List(ListAction::Share {
            list: "Zebras".into(),
            with: Some(role),
        });
        done(&h, &h.me, &share);
        let reader = if role == Role::Coder { &kim } else { &jones };
        assert_eq!(names(&h, reader), [("Zebras".to_owned(), 3, 3)]);
    }
    // Whose charts these are not sees a list with nothing on it, and changes nothing of it.
    assert_eq!(names(&h, &outsider), [("Zebras".to_owned(), 0, 0)]);
    assert!(found(&h, &outsider, "list:zebras").is_empty());
    let entry = entries(&h, "Zebras").remove(0);
    let tick = |done| {
        Action::List(ListAction::Done {
            entries: vec![(entry.id, entry.version)],
            done,
        })
    };
    for actor in [&outsider, &kim] {
        let refused = h.office.act(actor, &h.request(), &tick(true));
        assert!(matches!(refused, Err(OpsError::NotFound { .. })));
    }
    assert!(
        h.office
            .act(&outsider, &h.request(), &add("Own", &things))
            .is_err()
    );
    done(&h, &jones, &tick(true));
    let delete = Action::List(ListAction::Delete {
        list: "Zebras".into(),
    });
    assert!(
        h.office.act(&jones, &h.request(), &delete).is_err(),
        "its owner alone"
    );
    let admin = h.user("adm", &[Role::Admin], None);
    let refused = h.office.act(&admin, &h.request(), &add("A", &[]));
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
    let auditor = h.user("aud", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 100).unwrap();
    for action in [
        "list.add",
        "list.share",
        "list.done",
        "list.open",
        "list.counts",
    ] {
        assert!(rows.iter().any(|r| r.action == action), "{action}");
    }
}

#[test]
fn searches_and_queue_filters_ask_for_a_list_by_name() {
    let h = hospital();
    let zebras = found(&h, &h.me, "zebra");
    let v2 = h.encounter("v2");
    done(
        &h,
        &h.me,
        &add("Stripes to see", &[ListThing::Document(zebras[0])]),
    );
    done(&h, &h.me, &add("Zabriskie", &[ListThing::Stay(v2)]));
    assert_eq!(found(&h, &h.me, "list:stripes"), zebras[..1]);
    assert_eq!(found(&h, &h.me, "list:\"to see\" zebra"), zebras[..1]);
    assert_eq!(found(&h, &h.me, "zebra -list:stripes"), zebras[1..]);
    assert_eq!(
        found(&h, &h.me, "list:zab OR list:str"),
        [zebras[0], zebras[2]]
    );
    assert!(found(&h, &h.me, "list:nowhere").is_empty());
    let visits = |filter: &str| {
        let mut asked = request(QueueView::All);
        asked.filter = h.office.queue_filter(&h.me, filter).unwrap();
        let page = h.office.queue(&h.me, &asked).unwrap();
        assert_eq!(page.total, page.rows.len() as i64);
        let visits: std::collections::BTreeSet<String> =
            page.rows.iter().map(|r| r.visit.raw().to_owned()).collect();
        visits.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(visits("list:stripes"), ["v1"]);
    assert_eq!(visits("list:zabriskie"), ["v2"]);
    assert_eq!(visits("-list:zabriskie"), ["v1"]);
    assert!(visits("list:nowhere").is_empty());
    let offered = |text: &str| {
        let search = h.office.complete_search(&h.me, text, text.len()).unwrap();
        let filter = h.office.complete_filter(&h.me, text, text.len()).unwrap();
        assert_eq!(search, filter);
        search.items.len()
    };
    assert_eq!((offered("list:"), offered("list:stri")), (2, 1));
    // What is done is off the search, not off the list.
    let on = entries(&h, "Stripes to see");
    let tick = ListAction::Done {
        entries: vec![(on[0].id, on[0].version)],
        done: true,
    };
    done(&h, &h.me, &Action::List(tick));
    assert!(found(&h, &h.me, "list:stripes").is_empty());
    assert_eq!(entries(&h, "Stripes to see").len(), 1);
}
