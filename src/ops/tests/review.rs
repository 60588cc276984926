//! Reviews of stays. What their tests share stands here.

mod handing;
mod worklist;
mod writing;

use super::super::testing::Hospital;
use super::super::{OpsError, Outcome};
use super::opportunities::injured;
use crate::domain::action::Action;
use crate::domain::review::{
    ListKind, ListedDiagnosis, ReviewKind, ReviewOutcome, ReviewWords, Stage, StayReview,
};
use crate::domain::review_action::ReviewAction as R;
use crate::domain::review_list::{ReviewAsk, ReviewPage, ReviewView};
use crate::domain::user::{Actor, Role};

fn words(findings: &str) -> ReviewWords {
    ReviewWords {
        kind: ReviewKind::Retrospective,
        findings: findings.into(),
        outcome: ReviewOutcome::NoQuery,
        next: None,
    }
}

fn do_as(h: &Hospital, actor: &Actor, action: R) -> Result<Outcome, OpsError> {
    h.office.act(actor, &h.request(), &Action::Review(action))
}

fn begin(h: &Hospital, actor: &Actor, findings: &str, sign: bool) -> Result<Outcome, OpsError> {
    let action = R::Save {
        encounter: h.encounter("v1"),
        draft: None,
        words: words(findings),
        sign,
    };
    do_as(h, actor, action)
}

fn see(h: &Hospital, actor: &Actor) -> StayReview {
    h.office.stay_review(actor, h.encounter("v1")).unwrap()
}

fn dx(code: &str, text: &str) -> ListedDiagnosis {
    ListedDiagnosis {
        code: code.into(),
        words: text.into(),
        poa: None,
    }
}

fn set(h: &Hospital, list: ListKind, version: i64, entries: &[ListedDiagnosis]) -> R {
    R::SetDiagnoses {
        encounter: h.encounter("v1"),
        list,
        version,
        entries: entries.to_vec(),
    }
}

fn hand(h: &Hospital, version: i64, to: Stage, reason: &str) -> R {
    R::HandOver {
        encounter: h.encounter("v1"),
        version,
        to,
        reason: reason.into(),
    }
}

fn list(h: &Hospital, actor: &Actor, view: ReviewView) -> ReviewPage {
    let ask = ReviewAsk {
        view,
        ..ReviewAsk::default()
    };
    h.office.review_list(actor, &ask).unwrap()
}

/// The stay of `bare_stay`, a specialist, a coder.
fn hospital() -> (Hospital, Actor, Actor) {
    let h = injured();
    h.analyze();
    let cdi = h.user("cora", &[Role::Cdi], None);
    let coder = h.user("cody", &[Role::Coder], None);
    (h, cdi, coder)
}
