//! Saved searches, history and export: what is kept, counted, undone and audited.

use super::super::testing::{Hospital, bare_stay, note};
use super::super::{ExportForm, Exported, OpsError, SearchAsk};
use crate::domain::action::Action;
use crate::domain::awaited::Awaited;
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::saved_search::SavedSearch;
use crate::domain::search::{Grouping, SearchOrder, SearchRequest, Widening};
use crate::domain::user::Role;

fn hospital() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    add(&h, "n1", "Zebra sign was seen.");
    add(&h, "n2", "=cmd|' /C calc'!A0 zebra, again");
    h
}

fn add(h: &Hospital, name: &str, text: &str) {
    h.import(vec![note(
        name,
        "p1",
        "v1",
        K::Progress,
        S::Authenticated,
        text,
    )]);
    h.office.index_now(&mut |_| true).unwrap();
}

fn zebra(name: &str) -> SavedSearch {
    SavedSearch {
        name: name.into(),
        text: "zebra".into(),
        order: SearchOrder::Newest,
        grouping: Grouping::Document,
        widening: Widening::Off,
    }
}

fn names(h: &Hospital) -> Vec<String> {
    let lists = h.office.search_lists(&h.me).unwrap();
    lists.into_iter().map(|l| l.search.name).collect()
}

fn ask(text: &str) -> SearchAsk {
    SearchRequest::new(text.into(), 10).into()
}

/// Does an action under a request id that undo can name.
fn done(h: &Hospital, action: Action) -> crate::domain::ids::RequestId {
    let request = h.request();
    let outcome = h.office.act(&h.me, &request, &action).unwrap();
    assert!(outcome.undoable);
    request
}

fn undo(h: &Hospital, request: &crate::domain::ids::RequestId) -> super::super::Outcome {
    let request = request.clone();
    h.act(Action::Undo { request }).unwrap()
}

#[test]
fn saving_renaming_and_deleting_can_each_be_undone() {
    let h = hospital();
    let saved = done(&h, Action::SaveSearch(zebra("Zebras")));
    assert_eq!(
        h.office.search_lists(&h.me).unwrap()[0].count.unwrap().all,
        2
    );
    let renamed = done(
        &h,
        Action::RenameSearch {
            name: "Zebras".into(),
            to: "Stripes".into(),
        },
    );
    assert_eq!(names(&h), ["Stripes"]);
    // The save cannot be taken back while the rename stands.
    assert_eq!(undo(&h, &saved).refused.len(), 1);
    assert_eq!(undo(&h, &renamed).done.len(), 1);
    assert_eq!(names(&h), ["Zebras"]);
    let deleted = done(
        &h,
        Action::DeleteSearch {
            name: "Zebras".into(),
        },
    );
    assert_eq!(names(&h), [""; 0]);
    assert_eq!(
        h.office.last_undoable(&h.me).unwrap(),
        Some(deleted.clone())
    );
    undo(&h, &deleted);
    assert_eq!(names(&h), ["Zebras"]);
    let replaced = done(
        &h,
        Action::SaveSearch(SavedSearch {
            text: "lion".into(),
            ..zebra("Zebras")
        }),
    );
    undo(&h, &replaced);
    let list = h.office.saved_search(&h.me, "Zebras").unwrap();
    assert_eq!(list.search.text.raw(), "zebra");
}

#[test]
fn a_saved_search_is_its_owners_alone_and_names_are_checked() {
    let h = hospital();
    done(&h, Action::SaveSearch(zebra("Mine")));
    let other = h.user("kim", &[Role::Analyst], None);
    assert!(h.office.search_lists(&other).unwrap().is_empty());
    assert!(h.office.saved_search(&other, "Mine").is_err());
    for bad in [zebra(" "), zebra(&"x".repeat(61))] {
        assert!(matches!(
            h.act(Action::SaveSearch(bad)),
            Err(OpsError::Refused(_))
        ));
    }
    done(&h, Action::SaveSearch(zebra("Second")));
    let taken = Action::RenameSearch {
        name: "Second".into(),
        to: "Mine".into(),
    };
    assert!(matches!(h.act(taken), Err(OpsError::Refused(_))));
    let admin = h.user("adm", &[Role::Admin], None);
    let request = h.request();
    let refused = h
        .office
        .act(&admin, &request, &Action::SaveSearch(zebra("A")));
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
}

#[test]
fn history_is_newest_first_without_repeats_and_can_be_cleared() {
    let h = hospital();
    for (text, remember) in [
        ("zebra", true),
        ("sign", true),
        ("no", false),
        ("zebra", true),
    ] {
        h.clock.set(h.office.now().plus_seconds(1));
        let ask = SearchAsk {
            remember,
            ..ask(text)
        };
        h.office.search(&h.me, &ask).unwrap();
    }
    h.clock.set(h.office.now().plus_seconds(1));
    h.office.remember_search(&h.me, &"typed".into()).unwrap();
    let history = h.office.search_history(&h.me).unwrap();
    let history: Vec<&str> = history.iter().map(|t| t.raw()).collect();
    assert_eq!(history, ["typed", "zebra", "sign"]);
    let other = h.user("kim", &[Role::Analyst], None);
    assert!(h.office.search_history(&other).unwrap().is_empty());
    h.act(Action::ClearSearchHistory).unwrap();
    assert!(h.office.search_history(&h.me).unwrap().is_empty());
}

#[test]
fn an_export_is_safe_new_and_audited_with_query_and_count() {
    let h = hospital();
    let lines = h
        .office
        .export_lines(&h.me, &ask("zebra").request, ExportForm::Csv)
        .unwrap();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("document,visit,mrn,patient"));
    let formula = lines.iter().find(|l| l.contains("calc")).unwrap();
    assert!(formula.contains(",\"'=cmd"), "{formula}");
    let path = h.dir.path().join("hits.csv");
    let export = |which: &Exported| {
        let form = ExportForm::Json;
        h.office
            .export_hits(&h.me, &ask("zebra").request, which, form, &path)
    };
    assert_eq!(export(&Exported::All).unwrap(), 2);
    assert!(
        matches!(export(&Exported::All), Err(OpsError::Refused(_))),
        "never written over"
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2);
    std::fs::remove_file(&path).unwrap();
    let hit = h.office.search(&h.me, &ask("sign")).unwrap().hits[0].document;
    assert_eq!(export(&Exported::These(vec![hit])).unwrap(), 1);
    let auditor = h.user("aud", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 50).unwrap();
    let exports: Vec<_> = rows
        .iter()
        .filter(|r| r.action == "search.export")
        .collect();
    assert!(exports.len() >= 3);
    assert!(
        exports
            .iter()
            .all(|r| r.detail.contains("\"text\":\"zebra\""))
    );
    assert!(
        exports[0].object.contains("1 hit as json"),
        "{}",
        exports[0].object
    );
    let searches: Vec<_> = rows.iter().filter(|r| r.action == "search").collect();
    assert!(searches.iter().any(|r| r.detail.contains("\"hits\":1")));
}

#[test]
fn what_came_since_its_owner_looked_is_new_until_they_look_again() {
    let h = hospital();
    done(&h, Action::SaveSearch(zebra("Zebras")));
    let count = || h.office.search_lists(&h.me).unwrap()[0].count.unwrap();
    assert_eq!((count().all, count().new), (2, 0), "saving is looking");
    h.clock.set(h.office.now().plus_seconds(60));
    add(&h, "n3", "A third zebra.");
    assert_eq!((count().all, count().new), (3, 1));
    let look = SearchAsk {
        saved: Some("Zebras".into()),
        ..ask("zebra")
    };
    // What is in the store and not yet in the index has not been seen.
    h.clock.set(h.office.now().plus_seconds(60));
    h.import(vec![note(
        "n4",
        "p1",
        "v1",
        K::Progress,
        S::Authenticated,
        "Zebra four.",
    )]);
    h.clock.set(h.office.now().plus_seconds(60));
    h.office.search(&h.me, &look).unwrap();
    assert_eq!(count().new, 0);
    h.office.index_now(&mut |_| true).unwrap();
    assert_eq!((count().all, count().new), (4, 1));
    h.office.search(&h.me, &look).unwrap();
    assert_eq!(count().new, 0);
    let auditor = h.user("aud", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 50).unwrap();
    let counts = rows.iter().find(|r| r.action == "search.counts").unwrap();
    assert!(counts.detail.contains("zebra"), "{}", counts.detail);
}

#[test]
fn items_about_several_documents_are_one_change_and_one_undo() {
    let h = hospital();
    h.analyze();
    let found = h.office.search(&h.me, &ask("zebra")).unwrap();
    let documents: Vec<_> = found
        .hits
        .iter()
        .map(|hit| (hit.encounter.unwrap(), hit.document))
        .collect();
    assert_eq!(documents.len(), 2);
    let add = |documents: &[_]| Action::AddForDocuments {
        documents: documents.to_vec(),
        kind: "SIG".into(),
        owner: None,
        due: h.office.now().plus_hours(24),
        comment: "seen in a search".into(),
    };
    let before = h.open().len();
    let request = done(&h, add(&documents));
    assert_eq!(h.open().len(), before + 2);
    let undone = undo(&h, &request);
    assert_eq!(undone.done.len(), 2, "{:?}", undone.refused);
    assert_eq!(h.open().len(), before);
    // What cannot be added is told by itself; if nothing can, nothing is done.
    let gone = crate::domain::ids::DocumentId(999_999);
    let other = (documents[0].0, gone);
    let outcome = h.act(add(&[documents[0], other])).unwrap();
    assert_eq!((outcome.done.len(), outcome.refused[0].0), (1, gone.0));
    assert!(matches!(h.act(add(&[other])), Err(OpsError::Refused(_))));
}

#[test]
fn a_beginning_is_audited_as_one_and_is_neither_remembered_nor_a_look() {
    let h = hospital();
    done(&h, Action::SaveSearch(zebra("Zebras")));
    let looked = h.office.saved_search(&h.me, "Zebras").unwrap().looked;
    h.clock.set(h.office.now().plus_seconds(60));
    let typed = SearchAsk {
        request: SearchRequest::new("zebr*".into(), 1),
        saved: Some("Zebras".into()),
        remember: true,
        beginning: true,
    };
    assert_eq!(h.office.search(&h.me, &typed).unwrap().count, 2);
    assert!(h.office.search_history(&h.me).unwrap().is_empty());
    let saved = h.office.saved_search(&h.me, "Zebras").unwrap();
    assert_eq!(saved.looked, looked);
    let auditor = h.user("aud", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 50).unwrap();
    let row = rows.iter().find(|r| r.action == "search.typed").unwrap();
    let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap();
    assert_eq!(
        (&detail["text"], &detail["hits"]),
        (&"zebr*".into(), &2.into())
    );
    let shown = detail["shown"].as_array().unwrap();
    assert_eq!(shown.len(), 1, "what was shown and no more");
}

#[test]
fn a_search_nobody_waits_for_shows_nothing_and_leaves_no_trace() {
    let h = hospital();
    let auditor = h.user("aud", &[Role::Auditor], None);
    let mut ask = SearchAsk {
        remember: true,
        ..ask("zebra")
    };
    ask.request.awaited = Awaited::until_told();
    assert_eq!(h.office.search(&h.me, &ask).unwrap().count, 2);
    let searches = || {
        let rows = h.office.audit_rows(&auditor, 500).unwrap();
        rows.iter().filter(|r| r.action == "search").count()
    };
    let before = searches();
    ask.request.text = "zebr*".into();
    ask.request.awaited.no_longer();
    let left = h.office.search(&h.me, &ask);
    assert!(matches!(left, Err(OpsError::Overtaken)), "{left:?}");
    assert_eq!(searches(), before);
    let remembered = h.office.search_history(&h.me).unwrap();
    assert_eq!(remembered, ["zebra".into()]);
}
