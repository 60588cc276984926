//! Queries of the demo hospital: one in every state a query can be in, about what is planted.

use crate::cli::output::Result;
use crate::cli::session::{Session, new_id, new_request};
use crate::demo::{Expect, Family, Planted};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::ids::{EncounterId, ProviderId};
use crate::domain::opportunity::Opportunity;
use crate::domain::query::{LintLevel, QueryFormat, QueryText};
use crate::domain::query_life::{AnswerKind, GivenAnswer, QueryChange, Reconciliation};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::{Actor, Role};
use crate::ops::{PastQuery, PastStep, VisitOpportunities, Which};
use std::collections::BTreeMap;

/// Visits looked at for something to ask about.
const VISITS: usize = 60;

/// What becomes of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Draft,
    Waiting,
    Redirected,
    Answered(AnswerKind),
    Reconciled,
    Closed,
    Withdrawn,
    Verbal,
}

/// Each with the days ago it was asked; how far the ladder has come follows from those.
const FATES: &[(Fate, i64)] = &[
    (Fate::Draft, 0),
    (Fate::Waiting, 1),
    // Overdue and told to the administration.
    (Fate::Waiting, 16),
    // Unanswered for so long that it expired.
    (Fate::Waiting, 45),
    (Fate::Redirected, 6),
    (Fate::Answered(AnswerKind::Agree), 3),
    (Fate::Answered(AnswerKind::Other), 5),
    (Fate::Answered(AnswerKind::Unable), 4),
    (Fate::Answered(AnswerKind::Disagree), 7),
    (Fate::Reconciled, 12),
    (Fate::Closed, 20),
    (Fate::Withdrawn, 8),
    (Fate::Verbal, 3),
    (Fate::Waiting, 5),
];

/// Something to ask about.
struct Candidate {
    encounter: EncounterId,
    text: QueryText,
    attending: ProviderId,
    attending_family: String,
    /// Another provider of the visit.
    other: Option<ProviderId>,
    /// When its newest fact was recorded.
    since: Instant,
}

/// Plants the queries.
pub(super) fn plant(session: &Session, planted: &[Planted]) -> Result<()> {
    let mut candidates = candidates(session, planted)?;
    // Each is asked about the stay that was the most recent then.
    candidates.sort_by_key(|c| std::cmp::Reverse((c.since, c.encounter)));
    let mut accounts = Accounts::default();
    let now = session.office.now();
    let zone = &session.office.zone;
    for (fate, days) in FATES {
        let asked = now.plus_days(-days, zone).plus_hours(-2);
        let mut at = 0;
        while at < candidates.len() {
            let fits = candidates[at].since <= asked
                && (*fate != Fate::Redirected || candidates[at].other.is_some());
            if fits && let Some(past) = life(session, &candidates[at], *fate, asked)? {
                let who = &candidates[at];
                let answering = accounts.of(session, who.attending, &who.attending_family)?;
                let recorded = session
                    .office
                    .record_past_query(&session.actor, &answering, &past);
                if recorded.is_ok() {
                    candidates.remove(at);
                    break;
                }
            }
            at += 1;
        }
    }
    Ok(())
}

fn candidates(session: &Session, planted: &[Planted]) -> Result<Vec<Candidate>> {
    let wanted = |p: &&Planted| p.family == Family::Opportunity && p.expect == Expect::MustFind;
    let mut visits: Vec<&str> = planted
        .iter()
        .filter(wanted)
        .map(|p| p.visit.as_str())
        .collect();
    visits.dedup();
    let visits = visits
        .into_iter()
        .take(VISITS)
        .map(|v| crate::cli::named::visit(session, v))
        .collect::<Result<Vec<_>>>()?;
    let mut found = Vec::new();
    session
        .office
        .opportunities(&session.actor, &Which::These(visits), None, &mut |visit| {
            found.push(visit);
            Ok(true)
        })?;
    let mut all = Vec::new();
    for visit in &found {
        all.extend(candidate(session, visit)?);
    }
    Ok(all)
}

/// The best opportunity of a visit as a query with all its evidence cited; none if something in it
/// would be blocked.
fn candidate(session: &Session, found: &VisitOpportunities) -> Result<Option<Candidate>> {
    let Some(best) = found.found.opportunities.first() else {
        return Ok(None);
    };
    let (office, actor) = (&session.office, &session.actor);
    let encounter = found.chart.encounter.id;
    let draft = DraftToSave {
        query: None,
        encounter,
        provider: None,
        text: office.begin_query(actor, encounter, &best.rule, None)?.text,
    };
    let lint = office.lint_draft(actor, &draft)?;
    if lint.findings.iter().any(|f| f.level == LintLevel::Block) {
        return Ok(None);
    }
    Ok(asked_about(found, best, draft.text))
}

fn asked_about(
    found: &VisitOpportunities,
    best: &Opportunity,
    text: QueryText,
) -> Option<Candidate> {
    let chart = &found.chart;
    let attending = chart.encounter.attending?;
    let newest = best.evidence.iter().filter_map(|e| e.at).map(|m| m.at);
    let since = newest
        .max()
        .or(chart.encounter.facts.admitted.map(|m| m.at))?;
    let others = chart.providers.iter().map(|p| p.id);
    Some(Candidate {
        encounter: chart.encounter.id,
        text,
        attending,
        attending_family: chart.provider(attending)?.facts.family.raw().to_owned(),
        other: others.into_iter().find(|p| *p != attending),
        since,
    })
}

/// The account of a provider who is asked, made when it is needed first.
#[derive(Default)]
struct Accounts(BTreeMap<ProviderId, Actor>);

impl Accounts {
    fn of(&mut self, session: &Session, provider: ProviderId, family: &str) -> Result<Actor> {
        if let Some(actor) = self.0.get(&provider) {
            return Ok(actor.clone());
        }
        let mut login = crate::ops::login_of(family);
        if self.0.values().any(|a| a.user.login == login) || login == session.actor.user.login {
            login = format!("{login}{provider}");
        }
        let add = Action::AddUser {
            login: login.clone(),
            name: family.into(),
            roles: vec![Role::Provider],
            provider: Some(provider),
        };
        session.office.act(&session.actor, &new_request(), &add)?;
        let actor = session.office.sign_in(
            &login,
            &session.actor.os_user,
            &session.actor.terminal,
            &new_id(),
        )?;
        self.0.insert(provider, actor.clone());
        Ok(actor)
    }
}

/// What became of a query about a candidate; `None` if it cannot have come to this.
fn life(
    session: &Session,
    about: &Candidate,
    fate: Fate,
    asked: Instant,
) -> Result<Option<PastQuery>> {
    let office = &session.office;
    let mut text = about.text.clone();
    let zone = &office.zone;
    let due = asked.plus_days(office.settings.query_due_days, zone);
    let answered = asked.plus_hours(26);
    let issue = (asked, PastStep::Issue { due });
    let mut steps = vec![issue];
    match fate {
        Fate::Draft => steps.clear(),
        Fate::Waiting => {}
        Fate::Redirected => {
            let Some(provider) = about.other else {
                return Ok(None);
            };
            let change = QueryChange::Redirect {
                provider,
                due: due.plus_days(7, zone),
                reason: "took over the patient".into(),
            };
            steps.push((asked.plus_days(2, zone), PastStep::Change(change)));
        }
        Fate::Withdrawn => {
            let reason = "answered in the progress note of the same day".into();
            steps.push((asked.plus_hours(5), PastStep::Withdraw(reason)));
        }
        Fate::Answered(kind) => match given(session, &text, kind)? {
            Some(given) => steps.push((answered, PastStep::Answer(given))),
            None => return Ok(None),
        },
        Fate::Verbal => {
            text.format = QueryFormat::Verbal;
            let Some(mut given) = given(session, &text, AnswerKind::Agree)? else {
                return Ok(None);
            };
            given.comment = "on the ward round".into();
            steps = vec![(asked, PastStep::Verbal(given))];
        }
        Fate::Reconciled | Fate::Closed => {
            let Some(given) = given(session, &text, AnswerKind::Agree)? else {
                return Ok(None);
            };
            let outcome = Reconciliation {
                document: None,
                codes: Untrusted::default(),
                effect: "the diagnosis stands in the discharge summary".into(),
            };
            steps.push((answered, PastStep::Answer(given)));
            let reconcile = PastStep::Change(QueryChange::Reconcile(outcome));
            steps.push((answered.plus_days(2, zone), reconcile));
            if fate == Fate::Closed {
                let comment = Untrusted::default();
                let close = PastStep::Change(QueryChange::Close { comment });
                steps.push((answered.plus_days(4, zone), close));
            }
        }
    }
    Ok(Some(PastQuery {
        encounter: about.encounter,
        provider: about.attending,
        text,
        drafted: asked.plus_hours(-1),
        steps,
    }))
}

/// An answer of this kind, if the query offers one.
fn given(session: &Session, text: &QueryText, kind: AnswerKind) -> Result<Option<GivenAnswer>> {
    let ladder = session.office.query_ladder()?;
    let found = text
        .options
        .iter()
        .position(|o| ladder.amounts_to(Some(o.raw())) == kind);
    Ok(found.map(|option| GivenAnswer {
        option: Some(option),
        words: match kind {
            AnswerKind::Other => "seen, of mixed cause".into(),
            _ => Untrusted::default(),
        },
        comment: Untrusted::default(),
    }))
}
