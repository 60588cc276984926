//! Carrying out what specialists and coders have done on the demo hospital's stays.

use super::super::output::Result;
use super::super::session::{Session, new_request};
use super::Backdated;
use crate::demo::reviewing::{Deed, deeds};
use crate::domain::action::Action;
use crate::domain::diagnosis_entry::of_record;
use crate::domain::ids::{EncounterId, ReviewId};
use crate::domain::review::{ListKind, ListedDiagnosis, ReviewKind, ReviewOutcome, ReviewWords};
use crate::domain::review_action::ReviewAction;
use crate::domain::review_list::{ReviewAsk, ReviewSort, ReviewView};
use crate::domain::time::{Instant, Moment};

/// Every stay of the worklist at most.
const ALL: usize = 1_000_000;

/// What was done on one stay so far.
#[derive(Default)]
struct Done {
    /// Versions of its stage and of its lists, by what was set.
    stage: i64,
    working: Vec<ListedDiagnosis>,
    last: Option<ReviewId>,
}

/// Plants reviews, hand-overs and notes: each deed on its day, the oldest first.
pub fn plant(session: &Session, clock: &Backdated) -> Result<()> {
    let mut planned: Vec<(i64, usize, EncounterId, Deed)> = Vec::new();
    let now = session.office.now();
    for (view, in_house) in [(ReviewView::InHouse, true), (ReviewView::Discharged, false)] {
        let ask = ReviewAsk {
            view,
            sort: ReviewSort::Patient,
            limit: ALL,
            ..ReviewAsk::default()
        };
        let mut stays = session.office.review_list(&session.actor, &ask)?.rows;
        stays.sort_by_key(|s| s.encounter);
        for (place, stay) in stays.iter().enumerate() {
            let since = if in_house {
                stay.admitted
            } else {
                stay.discharged
            };
            let whole_days = since.map_or(0, |m: Moment| now.hours_since(m.at) / 24);
            let of_stay = deeds(place, in_house, whole_days).into_iter().enumerate();
            planned.extend(of_stay.map(|(n, (ago, deed))| (ago, n, stay.encounter, deed)));
        }
    }
    planned.sort_by_key(|(ago, n, encounter, _)| (-ago, *encounter, *n));
    let mut done: std::collections::BTreeMap<EncounterId, Done> = std::collections::BTreeMap::new();
    for (ago, _, encounter, deed) in planned {
        clock.set_back(ago);
        carry_out(session, encounter, deed, done.entry(encounter).or_default())?;
    }
    clock.set_back(0);
    Ok(())
}

fn carry_out(session: &Session, encounter: EncounterId, deed: Deed, done: &mut Done) -> Result<()> {
    let act = |action: ReviewAction| {
        session
            .office
            .act(&session.actor, &new_request(), &Action::Review(action))
    };
    match deed {
        Deed::Signed(kind, outcome, findings, next) => {
            let words = words(session, kind, outcome, findings, next);
            let outcome = act(save(encounter, words, true))?;
            done.last = outcome.done.first().map(|id| ReviewId(*id));
        }
        Deed::Begun(kind, findings) => {
            let words = words(session, kind, ReviewOutcome::NoQuery, findings, None);
            act(save(encounter, words, false))?;
        }
        Deed::Added(text) => {
            if let Some(review) = done.last {
                act(ReviewAction::Add {
                    review,
                    words: text.into(),
                })?;
            }
        }
        Deed::Working => {
            let chart = session.office.chart(&session.actor, encounter, false)?;
            done.working = of_record(&chart.diagnoses);
            if !done.working.is_empty() {
                act(set(encounter, ListKind::Working, done.working.clone()))?;
            }
        }
        Deed::Coded { without } => {
            // A list of one stays: codes are final with a principal diagnosis.
            let keep = done.working.len().saturating_sub(without).max(1);
            let coded: Vec<ListedDiagnosis> = done.working.iter().take(keep).cloned().collect();
            if !coded.is_empty() {
                act(set(encounter, ListKind::Final, coded))?;
            }
        }
        Deed::Handed(to, reason) => {
            let coded = !done.working.is_empty();
            if to != crate::domain::review::Stage::Final || coded {
                act(ReviewAction::HandOver {
                    encounter,
                    version: done.stage,
                    to,
                    reason: reason.into(),
                })?;
                done.stage += 1;
            }
        }
        Deed::Noted(text, private) => {
            act(ReviewAction::Note {
                encounter,
                words: text.into(),
                private,
            })?;
        }
    }
    Ok(())
}

fn set(encounter: EncounterId, list: ListKind, entries: Vec<ListedDiagnosis>) -> ReviewAction {
    ReviewAction::SetDiagnoses {
        encounter,
        list,
        version: 0,
        entries,
    }
}

fn save(encounter: EncounterId, words: ReviewWords, sign: bool) -> ReviewAction {
    ReviewAction::Save {
        encounter,
        draft: None,
        words,
        sign,
    }
}

fn words(
    session: &Session,
    kind: ReviewKind,
    outcome: ReviewOutcome,
    findings: &str,
    next: Option<i64>,
) -> ReviewWords {
    let zone = &session.office.zone;
    let day = |days| session.office.now().plus_days(days, zone).day(zone);
    ReviewWords {
        kind,
        findings: findings.into(),
        outcome,
        next: next.map(|days| Instant::start_of(day(days), zone)),
    }
}
