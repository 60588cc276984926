//! The life of a query. What its tests share stands here.

mod answered;
mod asking;
mod unanswered;

use super::super::testing::{Hospital, at, bare_stay, fair_query, note, provider, surgery};
use super::super::{OpsError, QueryDetail, Which};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::ids::{ProviderId, QueryId};
use crate::domain::people::ProviderRole;
use crate::domain::query::{Query, QueryText};
use crate::domain::query_life::{GivenAnswer, QueryChange};
use crate::domain::user::{Actor, Role};

/// A stay of Smith in which Jones operated; Stranger has no part in it.
fn hospital() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![
        surgery("s1", "p1", "v1"),
        provider("dr3", "Stranger", ProviderRole::Attending),
        note(
            "n1",
            "p1",
            "v1",
            K::Progress,
            S::Authenticated,
            "Sodium is low.",
        ),
    ]);
    h.analyze();
    h
}

fn who(h: &Hospital, name: &str) -> ProviderId {
    ProviderId(h.office.providers(&h.me, name, 2).unwrap()[0].id)
}

fn draft_by(h: &Hospital, author: &Actor, text: QueryText) -> (QueryId, i64) {
    let draft = DraftToSave {
        query: None,
        encounter: h.encounter("v1"),
        provider: None,
        text,
    };
    h.office.save_draft(author, &draft).unwrap()
}

fn issue(h: &Hospital, (query, version): (QueryId, i64), to: &str) -> Action {
    Action::IssueQuery {
        query,
        version,
        provider: who(h, to),
        due: at("2026-03-27T14:00:00Z"),
        again: false,
        overrule: None,
    }
}

fn issued(h: &Hospital) -> QueryId {
    let draft = draft_by(h, &h.me, fair_query());
    h.act(issue(h, draft, "Smith")).unwrap();
    draft.0
}

fn query(h: &Hospital, id: QueryId) -> Query {
    h.office.query(&h.me, id).unwrap()
}

fn detail(h: &Hospital, id: QueryId) -> QueryDetail {
    h.office.query_detail(&h.me, id).unwrap()
}

fn change(h: &Hospital, id: QueryId, change: QueryChange) -> Result<(), OpsError> {
    let version = query(h, id).version;
    h.act(Action::ChangeQuery {
        query: id,
        version,
        change,
    })
    .map(|_| ())
}

fn choose(option: usize) -> GivenAnswer {
    GivenAnswer {
        option: Some(option),
        ..GivenAnswer::default()
    }
}

fn answer(h: &Hospital, actor: &Actor, id: QueryId, given: GivenAnswer) -> Result<(), OpsError> {
    let action = Action::AnswerQuery {
        query: id,
        version: query(h, id).version,
        answer: given,
    };
    h.office.act(actor, &h.request(), &action).map(|_| ())
}

fn smith(h: &Hospital) -> Actor {
    h.user("smith", &[Role::Provider], Some("Smith"))
}

fn nightly(h: &Hospital) -> super::super::QueryRun {
    h.office
        .analyze(&h.me, &Which::Nightly, &mut |_| true)
        .unwrap()
        .queries
}

fn actions(h: &Hospital, id: QueryId) -> Vec<String> {
    let history = detail(h, id).history;
    history.into_iter().map(|e| e.action).collect()
}

fn says(result: Result<(), OpsError>, words: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}
