//! Use cases end to end: real store, real rules, fixed clock. What the tests share stands here.

mod absences;
mod addenda;
mod again;
mod analysis;
mod answering;
mod arriving;
mod cdi_figures;
mod changes;
mod chart_hold;
mod coding;
mod counts;
mod cover;
mod drafts;
mod ladder;
mod nightly_run;
mod opportunities;
mod pages;
mod permitted;
mod queries;
mod responsible;
mod review;
mod together;
mod turn;
mod year;

use super::Which;
use super::testing::{Hospital, at, bare_stay, patient, stay};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{HoldReason, QueueRow};
use crate::domain::ids::{AbsenceId, DeficiencyId, ProviderId};
use crate::domain::worklist::QueueView;

fn complete() -> DeficiencyChange {
    DeficiencyChange::Complete {
        comment: "seen on paper".into(),
    }
}

fn change(row: &QueueRow, change: DeficiencyChange) -> Action {
    Action::ChangeDeficiencies {
        items: vec![(row.id, row.version)],
        change,
    }
}

fn row(h: &Hospital, kind: &str) -> QueueRow {
    let rows = h.queue(QueueView::All).rows;
    let found = rows.into_iter().find(|r| r.kind == kind);
    found.unwrap_or_else(|| panic!("no open {kind}"))
}

fn worked() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

fn act_on(h: &Hospital, row: &QueueRow, wanted: DeficiencyChange) -> super::Outcome {
    h.act(change(row, wanted)).unwrap()
}

fn who(h: &Hospital, name: &str) -> ProviderId {
    ProviderId(h.office.providers(&h.me, name, 2).unwrap()[0].id)
}

fn away(h: &Hospital, name: &str, from: &str, until: Option<&str>) -> AbsenceId {
    let action = Action::AddAbsence {
        provider: who(h, name),
        reason: HoldReason::Vacation,
        from: at(from),
        until: until.map(at),
        comment: "told in time".into(),
    };
    AbsenceId(h.act(action).unwrap().done[0])
}

fn nightly(h: &Hospital) -> super::AnalysisSummary {
    h.office
        .analyze(&h.me, &Which::Nightly, &mut |_| true)
        .unwrap()
}

fn explained(h: &Hospital, id: DeficiencyId) -> String {
    h.office.detail(&h.me, id).unwrap().explained.join(" ")
}

/// A small generator of choices for tests: the same seed, the same story.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

fn many_stays(h: &Hospital, stays: usize) {
    let mut all = bare_stay();
    for i in 0..stays {
        all.push(patient(&format!("q{i}"), &format!("Name{:02}", i * 7 % 23)));
        all.push(stay(&format!("w{i}"), &format!("q{i}")));
    }
    h.import(all);
    h.analyze();
}
