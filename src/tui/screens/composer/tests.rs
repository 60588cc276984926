//! The composer. What its tests share stands here.

mod kept;
mod sent;
mod written;

use super::Composer;
use crate::domain::ids::{QueryId, RequestId};
use crate::domain::user::Role;
use crate::tui::app::testing::Bench;
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Acted, Reply, Request};
use crate::tui::screens::samples::{self, VISIT};
use ratatui::layout::Size;

fn fresh(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => crate::tui::screens::make(Place::Queries),
        other => crate::tui::screens::make(other),
    }
}

/// A composer over the list of queries, everything read.
fn composer() -> Bench {
    composer_at(Size::new(80, 24), "vim")
}

fn composer_at(size: Size, keymap: &str) -> Bench {
    let mut bench = Bench::with(fresh, size, keymap, &[Role::Cdi, Role::Analyst]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::new(VISIT, vec![samples::indicator()])));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    bench
}

fn saves(bench: &Bench) -> Vec<(Option<QueryId>, String)> {
    let of = |r: &&Request| match r {
        Request::SaveDraft(d) | Request::SaveVersion(d) => {
            Some((d.query, d.text.body.raw().to_owned()))
        }
        _ => None,
    };
    bench.waiting().iter().filter_map(of).collect()
}

fn saved(bench: &mut Bench) {
    let at = bench.now;
    bench.reply_oldest(Reply::Saved {
        query: QueryId(118),
        version: 1,
        at,
    });
}

fn write(bench: &mut Bench, text: &str) {
    bench.keys("Tab Tab Tab");
    bench.text("Heart failure");
    bench.keys("Tab Tab");
    bench.text(text);
}

fn acted(request: RequestId, done: usize) -> Reply {
    Reply::Acted(Acted {
        request,
        deed: Box::new(crate::tui::desk::Deed::each(1, "query", "sent")),
        done,
        refused: Vec::new(),
        undoable: false,
        taken: None,
    })
}

fn bench_time() -> crate::domain::time::Instant {
    samples::at("2026-03-22T17:00:00Z")
}
