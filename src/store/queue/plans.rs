//! Every page of the queue comes from an index that is in its order: none looks at the whole
//! table, and none is sorted but those of [`SORTED`].

use super::*;
use crate::domain::ids::UserId;
use crate::domain::worklist::{QueueFilter, QueueView};
use crate::store::NewStore;

/// Views picked by the instant an item becomes late, which is no order a screen offers: the engine
/// picks the rows by index and sorts them. What that costs with a million open items is a matter
/// of measurement. Of the open and the closed together a page of each is read from its index, and
/// the two are sorted.
const SORTED: &[QueueView] = &[QueueView::Late, QueueView::DueThisWeek, QueueView::Every];

fn plan(store: &Store, request: &QueueRequest) -> String {
    let reader = Reader {
        user: UserId(7),
        scope: Scope::All,
        all_drafts: true,
    };
    let now = Instant(1_000_000);
    store
        .read(|c| {
            let (sql, values) = page_sql(request, conditions(request, &reader, &[], now));
            c.plan(&sql, &values)
        })
        .unwrap()
}

/// An empty store, and the folder it lives in.
fn empty() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let new = NewStore {
        id: "test",
        facility: "Test",
        zone: "UTC",
        now: Instant(0),
    };
    let store = Store::create(dir.path(), &"0".repeat(64), "chain", &new).unwrap();
    (dir, store)
}

#[test]
fn every_page_of_the_queue_comes_from_an_index_in_its_order() {
    let (_dir, store) = empty();
    let mut complaints = Vec::new();
    let cursor = QueueCursor {
        number: 5,
        text: "M".to_owned(),
        id: 5,
    };
    for view in QueueView::ALL {
        for sort in QueueSort::ALL {
            for after in [None, Some(cursor.clone())] {
                let request = QueueRequest {
                    view: *view,
                    filter: QueueFilter::default(),
                    sort: *sort,
                    reverse: false,
                    after,
                    limit: 100,
                };
                let plan = plan(&store, &request);
                let scans = plan.contains("SCAN deficiency") && !plan.contains("USING");
                let sorts = plan.contains("TEMP B-TREE") && !SORTED.contains(view);
                if scans || sorts {
                    complaints.push(format!(
                        "{view:?} by {sort:?}: {}",
                        plan.replace('\n', "; ")
                    ));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_queue_behind_a_group_comes_from_the_index_of_the_group() {
    let (_dir, store) = empty();
    let owner = QueueFilter {
        owner: Some(crate::domain::ids::ProviderId(3)),
        ..QueueFilter::default()
    };
    let service = QueueFilter {
        service_id: Some(crate::domain::ids::ServiceId(3)),
        ..QueueFilter::default()
    };
    for (filter, index) in [(owner, "deficiency_owner"), (service, "deficiency_service")] {
        let request = QueueRequest {
            view: QueueView::All,
            filter,
            sort: QueueSort::Due,
            reverse: false,
            after: None,
            limit: 100,
        };
        let plan = plan(&store, &request);
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

/// Every search of a provider asks this.
#[test]
fn what_is_owed_in_charts_of_others_is_looked_up_by_its_owner() {
    let (_dir, store) = empty();
    let plan = store
        .read(|c| c.plan(DOCUMENTS_OWED, v![ProviderId(3), ProviderId(4)]))
        .unwrap();
    for index in ["deficiency_owner", "query_provider", "document_encounter"] {
        assert!(plan.contains(index), "{plan}");
    }
    for table in ["deficiency", "query", "encounter", "document", "e", "d"] {
        let scan = format!("SCAN {table}");
        assert!(!plan.lines().any(|line| line == scan), "{plan}");
    }
}
