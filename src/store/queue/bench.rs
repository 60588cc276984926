//! The queue at a million open items, beside the bare engine in the same run. Run by hand:
//! `cargo test --release --lib a_million_deficiencies -- --ignored --nocapture`.
#![allow(clippy::print_stdout)]

use super::*;
use crate::domain::ids::UserId;
use crate::domain::report::TotalSort;
use crate::domain::user::{Actor, User};
use crate::domain::worklist::{QueueFilter, QueueView};
use crate::store::{AuditDraft, Meta, NewStore, StoreError};
use std::time::Instant as Watch;

const ROWS: i64 = 1_000_000;
const PROVIDERS: i64 = 800;
const DAY: i64 = 86_400_000_000;

fn actor() -> Actor {
    Actor {
        user: User {
            id: UserId(1),
            login: "b".into(),
            name: "B".into(),
            roles: Vec::new(),
            provider: None,
            active: true,
            version: 1,
        },
        os_user: "b".into(),
        terminal: "t".into(),
        session: "s".into(),
    }
}

/// Fills a store: providers, services, patients, visits and items, with the counts that writing
/// through `Tx` would have kept (made at once from the rows, as the migrations make them).
fn fill(store: &Store, now: i64) {
    let actor = actor();
    let meta = Meta {
        actor: &actor,
        now: Instant(now),
        request: None,
    };
    let made = store.write(&meta, |tx| -> Result<i64> {
        let numbers = |n: i64| format!("WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {n})");
        tx.conn.script(&format!(
            "{} INSERT INTO service (id, name, stub) SELECT i, 'Service ' || i, 0 FROM k;
             {} INSERT INTO provider (id, family, given, name, credential, role, specialty, active, service, stub)
               SELECT i, 'Family' || i, 'Given', 'Family' || i || ',Given', 'MD', 'attending', '', 1, i % 20 + 1, 0 FROM k;
             {} INSERT INTO patient (id, mrn, family, given, name, sex, merged_into, stub)
               SELECT i, 'M' || i, 'Person' || i % 5000, 'Ann', 'Person' || i % 5000 || ',Ann', 'F', 0, 0 FROM k;",
            numbers(20), numbers(PROVIDERS), numbers(ROWS / 4)
        ))?;
        tx.conn.script(&format!(
            "{} INSERT INTO encounter (id, patient, visit, class, status, discharged, discharged_precision,
               disposition, reason, location, payer, facility, service, attending, open_items, analyst,
               analyzed, stale, stub)
             SELECT i, i, 'V' || i, 'IP', 'finished', {now} - (i * 7919 % 120) * {DAY}, 3, 'home', '', '', '',
               1, i % 20 + 1, i % {PROVIDERS} + 1, 4, 0, 0, 0, 0 FROM k",
            numbers(ROWS / 4)
        ))?;
        tx.conn.script(&format!(
            "{} INSERT INTO deficiency (id, version, kind, state, outstanding, rule, rule_version, finding,
               encounter, patient, facility, service, owner, analyst, start_event, start, due, late_at,
               excused, held_since, opened, closed, closed_by_rule, mrn, visit, patient_name, class,
               service_name, owner_name)
             SELECT i, 1, substr('DS-MHP-MSIG OP-MCOS CN-MED-MTXT ', i * 31 % 8 * 4 + 1, 4), 'open', 1, 'R', 1,
               'f' || i, (i - 1) / 4 + 1, (i - 1) / 4 + 1, 1, ((i - 1) / 4 + 1) % 20 + 1,
               (i * i) % {PROVIDERS} + 1, 0, 'discharged', {now} - (i * 7919 % 120) * {DAY} - i % 86400 * 1000000,
               {now} + (30 - i * 7919 % 120) * {DAY} - i % 86400 * 1000000,
               {now} + (30 - i * 7919 % 120) * {DAY} - i % 86400 * 1000000,
               0, 0, {now}, 0, 0, 'M' || ((i - 1) / 4 + 1), 'V' || ((i - 1) / 4 + 1),
               'Person' || ((i - 1) / 4 + 1) % 5000 || ',Ann', 'IP', 'Service', 'Family' FROM k",
            numbers(ROWS)
        ))?;
        for (dim, key, num) in [
            ("open", "''", "0"), ("kind", "kind", "0"), ("state", "state", "0"), ("owner", "''", "owner"),
            ("analyst", "''", "analyst"), ("service", "''", "service"),
            ("start", "''", "start / 86400000000"), ("late", "''", "late_at / 86400000000"),
        ] {
            tx.conn.script(&format!(
                "INSERT INTO tally (dim, key, num, n) SELECT '{dim}', {key}, {num}, count(*) FROM deficiency GROUP BY 2, 3"
            ))?;
        }
        for (dim, key) in [("owner", "owner"), ("service", "service"), ("kind", "kind")] {
            for width in [1, 16] {
                tx.conn.script(&format!(
                    "INSERT INTO late_tally (dim, key, width, bucket, n)
                     SELECT '{dim}', {key}, {width}, late_at / (86400000000 * {width}), count(*) FROM deficiency GROUP BY 2, 4"
                ))?;
            }
        }
        tx.conn.script("ANALYZE")?;
        tx.audit(AuditDraft { action: "bench".into(), outcome: "ok".into(), ..AuditDraft::default() });
        Ok(0)
    });
    made.map(|_| ())
        .unwrap_or_else(|e: StoreError| panic!("{e}"));
}

/// Median in microseconds of `n` runs after one that warms up.
fn median(n: usize, mut once: impl FnMut()) -> f64 {
    once();
    let mut micros: Vec<f64> = (0..n)
        .map(|_| {
            let watch = Watch::now();
            once();
            watch.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    micros.sort_by(f64::total_cmp);
    micros[n / 2]
}

/// Medians in microseconds of `n` turns of two things, one after the other, so that a slow moment
/// of the machine meets both.
fn medians(n: usize, mut one: impl FnMut(), mut other: impl FnMut()) -> (f64, f64) {
    let timed = |what: &mut dyn FnMut()| {
        let watch = Watch::now();
        what();
        watch.elapsed().as_secs_f64() * 1e6
    };
    let mut all: (Vec<f64>, Vec<f64>) =
        (0..n).map(|_| (timed(&mut one), timed(&mut other))).unzip();
    all.0.sort_by(f64::total_cmp);
    all.1.sort_by(f64::total_cmp);
    (all.0[n / 2], all.1[n / 2])
}

fn told(what: &str, ours: f64, bare: f64) {
    println!(
        "{what:<44} ours {ours:>10.0} us   bare {bare:>10.0} us   ours/bare {:.3} (1/{:.0})",
        ours / bare,
        bare / ours
    );
}

#[test]
#[ignore = "a million rows; by hand, in a release build"]
fn a_million_deficiencies() {
    let dir = tempfile::tempdir().unwrap();
    let now = Instant::parse("2026-03-22T14:00:00Z").unwrap();
    let key = "11".repeat(32);
    let new = NewStore {
        id: "bench",
        facility: "Bench",
        zone: "America/New_York",
        now,
    };
    let store = Store::create(dir.path(), &key, "chain", &new).unwrap();
    let watch = Watch::now();
    fill(&store, now.0);
    println!(
        "{ROWS} items made in {:.1} s",
        watch.elapsed().as_secs_f64()
    );
    pages(&store, now);
    counts(&store, now);
    ladder(&store, now);
}

/// What the ladder's daily run reads before its transaction, and what it reads within.
fn ladder(store: &Store, now: Instant) {
    let read = median(3, || drop(store.ladder_view().unwrap()));
    let view = store.ladder_view().unwrap();
    let actor = actor();
    let meta = Meta {
        actor: &actor,
        now,
        request: None,
    };
    let inside = median(21, || {
        let looked = store.write(&meta, |tx| -> Result<(usize, usize)> {
            Ok((
                tx.items_changed_since(view.mark)?.len(),
                tx.taken_steps()?.len(),
            ))
        });
        looked.unwrap();
    });
    println!(
        "the ladder: {} open items read in {:.0} ms before the transaction, looked at again in {inside:.0} us within",
        view.items.len(),
        read / 1e3
    );
}

fn pages(store: &Store, now: Instant) {
    let reader = Reader {
        user: UserId(1),
        scope: Scope::All,
        all_drafts: true,
    };
    for (what, sort, column) in [
        ("page of 100, all open, by due", QueueSort::Due, "due"),
        ("page of 100, all open, by age", QueueSort::Age, "start"),
        (
            "page of 100, all open, by patient",
            QueueSort::Patient,
            "patient_name",
        ),
    ] {
        let mut request = QueueRequest {
            view: QueueView::All,
            filter: QueueFilter::default(),
            sort,
            reverse: false,
            after: None,
            limit: 100,
        };
        for deep in [false, true] {
            if deep {
                // As after fifty pages.
                let mut skip = request.clone();
                skip.limit = 5_000;
                request.after = store.queue_page(&skip, &reader, now).unwrap().next;
            }
            let ours = || {
                let page = store.queue_page(&request, &reader, now).unwrap();
                assert_eq!(page.rows.len(), 100);
            };
            // The same columns of the same page by the same index, read and thrown away.
            let bare = || {
                store
                    .read(|c| {
                        let (sql, values) =
                            page_sql(&request, conditions(&request, &reader, &[], now));
                        let sql = sql.replace('$', "?");
                        let mut statement =
                            c.raw().prepare_cached(&sql).map_err(StoreError::from_sql)?;
                        let mut rows = statement
                            .query(rusqlite::params_from_iter(&values))
                            .map_err(StoreError::from_sql)?;
                        let mut bytes = 0;
                        while let Some(row) = rows.next().map_err(StoreError::from_sql)? {
                            for n in 0..26 {
                                if let Ok(text) = row.get_ref_unwrap(n).as_str() {
                                    bytes += text.len();
                                }
                            }
                        }
                        assert!(bytes > 0);
                        Ok(())
                    })
                    .unwrap();
            };
            let (ours, bare) = medians(2_001, ours, bare);
            let place = if deep { "page 51" } else { "page 1" };
            told(&format!("{what}, {place} ({column})"), ours, bare);
        }
    }
}

fn counts(store: &Store, now: Instant) {
    let reader = Reader {
        user: UserId(1),
        scope: Scope::All,
        all_drafts: true,
    };
    let bands = [
        (0, Some(7)),
        (8, Some(14)),
        (15, Some(21)),
        (22, Some(30)),
        (31, Some(60)),
        (61, Some(90)),
        (91, None),
    ];
    let run = |sql: &str| {
        median(5, || {
            store
                .read(|c| c.all(sql, &[], |_| Ok(())).map(|_| ()))
                .unwrap();
        })
    };
    let at = now.0;
    let ours = median(51, || {
        drop(store.worklist_counts(&reader, now, &bands).unwrap())
    });
    let views = run(&format!(
        "SELECT count(*), sum(analyst = 1), sum(analyst = 0), sum(late_at < {at}), sum(state = 'declined'),
           sum(held_since > 0), sum(owner = 0) FROM deficiency WHERE outstanding = 1"
    ));
    let ageing = run(&format!(
        "SELECT ({at} - start) / 86400000000 / 7, count(*) FROM deficiency WHERE outstanding = 1 GROUP BY 1"
    ));
    let kinds = run("SELECT kind, count(*) FROM deficiency WHERE outstanding = 1 GROUP BY kind");
    told(
        "views, types and ageing of the first screen",
        ours,
        views + ageing + kinds,
    );
    let ours = median(51, || {
        drop(
            store
                .read(|c| super::counts::ageing(c, now, &bands))
                .unwrap(),
        )
    });
    told("the ageing alone", ours, ageing);
    for (what, sort) in [
        ("by open items", TotalSort::Open),
        ("by late items", TotalSort::Late),
    ] {
        let ours = median(51, || drop(store.provider_totals(sort, now, 50).unwrap()));
        let bare = run(&format!(
            "SELECT owner, count(*) n, sum(late_at < {at}), min(due) FROM deficiency WHERE outstanding = 1
             GROUP BY owner ORDER BY n DESC, owner LIMIT 50"
        ));
        told(&format!("provider totals, top 50 {what}"), ours, bare);
    }
    let ours = median(51, || drop(store.service_bars(now).unwrap()));
    let bare = run(&format!(
        "SELECT service, count(*), sum(late_at < {at}) FROM deficiency WHERE outstanding = 1 GROUP BY service"
    ));
    told("open and late by service", ours, bare);
    let ours = median(51, || drop(store.kind_bars(now).unwrap()));
    let bare = run(&format!(
        "SELECT kind, count(*), sum(late_at < {at}) FROM deficiency WHERE outstanding = 1 GROUP BY kind"
    ));
    told("open and late by type", ours, bare);
}
