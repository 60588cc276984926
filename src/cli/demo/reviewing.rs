//! Carrying out what specialists and coders have done on the demo hospital's stays.

use super::super::output::Result;
use super::super::session::{Session, new_request};
use super::Backdated;
use crate::demo::reviewing::{Deed, about_query, deeds, to_ask};
use crate::domain::action::Action;
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure};
use crate::domain::diagnosis_entry::of_record;
use crate::domain::ids::{EncounterId, ReviewId};
use crate::domain::opportunity::OpportunityFilter;
use crate::domain::query::QueryState;
use crate::domain::review::{
    ListKind, ListedDiagnosis, ReviewKind, ReviewOutcome, ReviewWords, Stage,
};
use crate::domain::review_action::ReviewAction;
use crate::domain::review_list::{ReviewAsk, ReviewSort, ReviewView};
use crate::domain::time::{Instant, Moment};
use std::collections::{BTreeMap, BTreeSet};

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
    let now = session.office.now();
    let to_be_asked = with_opportunity(session)?;
    let mut planned = asked(session)?;
    let with_query: BTreeSet<EncounterId> = planned.iter().map(|p| p.2).collect();
    for (view, in_house) in [(ReviewView::InHouse, true), (ReviewView::Discharged, false)] {
        let ask = ReviewAsk {
            view,
            sort: ReviewSort::Patient,
            limit: ALL,
            ..ReviewAsk::default()
        };
        let mut stays = session.office.review_list(&session.actor, &ask)?.rows;
        stays.retain(|s| !with_query.contains(&s.encounter));
        stays.sort_by_key(|s| s.encounter);
        for (place, stay) in stays.iter().enumerate() {
            let since = if in_house {
                stay.admitted
            } else {
                stay.discharged
            };
            let whole_days = since.map_or(0, |m: Moment| now.hours_since(m.at) / 24);
            let mut of_stay = deeds(place, in_house, whole_days);
            if to_be_asked.contains(&stay.encounter) {
                of_stay = to_ask(of_stay);
            }
            let of_stay = of_stay.into_iter().enumerate();
            planned.extend(of_stay.map(|(n, (ago, deed))| (ago, n, stay.encounter, deed)));
        }
    }
    planned.extend(earlier(session, &planned, &to_be_asked)?);
    planned.sort_by_key(|(ago, n, encounter, _)| (-ago, *encounter, *n));
    let mut done: BTreeMap<EncounterId, Done> = BTreeMap::new();
    for (ago, _, encounter, deed) in planned {
        clock.set_back(ago);
        carry_out(session, encounter, deed, done.entry(encounter).or_default())?;
    }
    clock.set_back(0);
    Ok(())
}

/// A deed with how many days ago, its place among those of its stay, and the stay.
type Planned = (i64, usize, EncounterId, Deed);

/// The stays in which the rules find something to ask.
fn with_opportunity(session: &Session) -> Result<BTreeSet<EncounterId>> {
    let (office, actor) = (&session.office, &session.actor);
    super::work::look(session)?;
    let found = office.opportunity_page(actor, &OpportunityFilter::default(), ALL)?;
    Ok(found.rows.iter().map(|r| r.encounter).collect())
}

/// The stays with a query were reviewed on the day it was asked, the first one if there are several.
fn asked(session: &Session) -> Result<Vec<Planned>> {
    let office = &session.office;
    let now = office.now();
    let mut stays: BTreeMap<EncounterId, (Instant, bool)> = BTreeMap::new();
    for row in office.queries(&session.actor, None, ALL)? {
        let Some(asked) = row.query.asked else {
            continue;
        };
        let done = matches!(row.query.state, QueryState::Reconciled | QueryState::Closed);
        let of = stays.entry(row.query.encounter).or_insert((asked, done));
        *of = (of.0.min(asked), of.1 && done);
    }
    let mut all = Vec::new();
    for (encounter, (asked, settled)) in stays {
        let stay = office.stay_review(&session.actor, encounter)?.stay;
        let occasion = match stay.discharged {
            Some(left) if left.at <= asked => ReviewKind::Retrospective,
            _ => ReviewKind::Initial,
        };
        let settled = settled && stay.discharged.is_some();
        let mut deeds = about_query(now.hours_since(asked) / 24, occasion, settled);
        if stay.stage != Stage::Cdi {
            // A claim has made the codes final already.
            deeds.retain(|(_, deed)| !matches!(deed, Deed::Handed(..)));
        }
        let of_stay = deeds.into_iter().enumerate();
        all.extend(of_stay.map(|(n, (ago, deed))| (ago, n, encounter, deed)));
    }
    Ok(all)
}

/// Some of the discharges of the last months that are on no worklist were reviewed, too.
fn earlier(
    session: &Session,
    planned: &[Planned],
    to_be_asked: &BTreeSet<EncounterId>,
) -> Result<Vec<Planned>> {
    let office = &session.office;
    let now = office.now();
    let to = office.today();
    let ask = CdiAsk {
        from: office.cdi_from(to),
        to,
        by: CdiBy::Total,
    };
    let rows = office.cdi_behind(&session.actor, &ask, CdiMeasure::ReviewRate, "")?;
    let mut all = Vec::new();
    let rest = rows.iter().map(|r| r.part.encounter);
    let rest = rest.filter(|e| !planned.iter().any(|p| p.2 == *e) && !to_be_asked.contains(e));
    for (place, encounter) in rest.enumerate() {
        let chart = office.chart(&session.actor, encounter, false)?;
        let Some(left) = chart.encounter.facts.discharged else {
            continue;
        };
        let deeds = crate::demo::reviewing::earlier(place, now.hours_since(left.at) / 24);
        all.extend(
            deeds
                .into_iter()
                .map(|(ago, deed)| (ago, 0, encounter, deed)),
        );
    }
    Ok(all)
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
            if to != Stage::Final || coded {
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
