//! `deficiency …`: the same work as on the screen.

mod detail;
mod hold;
mod several;

use super::act::{act, act_each};
use super::args::{Deficiency, Items, Place};
use super::named::{end_of_day, provider, visit};
use super::output::{Exit, Failure, Result};
use super::session::Session;
use super::work::list;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, DeficiencyState, HoldReason, Subject};
use crate::domain::ids::{DocumentId, EncounterId, RequestId};
use crate::ops::OpsError;
use detail::details;

/// Runs a verb of `deficiency`.
pub fn run(place: &Place, verb: &Deficiency) -> Result {
    let session = place.open()?;
    match verb {
        Deficiency::Add {
            visit: number,
            kind,
            owner,
            due,
            comment,
            document,
            json,
        } if owner.is_none() && due.is_none() && comment.is_empty() && document.len() < 2 => {
            let action = Action::AddFromCatalogue {
                encounter: visit(&session, number)?,
                kind: kind.to_uppercase(),
                subject: about(document.first()),
            };
            act(&session, &action, json.json)
        }
        Deficiency::Add {
            visit: number,
            kind,
            owner,
            due,
            comment,
            document,
            json,
        } => {
            let (encounter, kind) = (visit(&session, number)?, kind.to_uppercase());
            let due = match due {
                Some(text) => end_of_day(&session, text)?,
                None => session.office.usual_due(&session.actor, encounter, &kind)?,
            };
            let owner = owner.as_deref().map(|name| provider(&session, name));
            let (owner, comment) = (owner.transpose()?, comment.as_str().into());
            let action = match document.as_slice() {
                [] | [_] => Action::AddDeficiency {
                    encounter,
                    kind,
                    subject: about(document.first()),
                    owner,
                    due,
                    comment,
                },
                several => Action::AddForDocuments {
                    documents: several
                        .iter()
                        .map(|id| (encounter, DocumentId(*id)))
                        .collect(),
                    kind,
                    owner,
                    due,
                    comment,
                },
            };
            act(&session, &action, json.json)
        }
        Deficiency::Next {
            view,
            filter,
            sort,
            reverse,
            json,
        } => {
            let action = Action::TakeNext {
                from: list(&session, view, filter, sort, *reverse)?,
                leave: None,
            };
            act(&session, &action, json.json)
        }
        Deficiency::Show(items) => detail::show_items(&session, items),
        Deficiency::Take(items) => charts(&session, items, |encounter| Action::Take { encounter }),
        Deficiency::Release(items) => {
            charts(&session, items, |encounter| Action::Release { encounter })
        }
        Deficiency::Assign { items, to, reason } => {
            let owner = if to == "none" {
                None
            } else {
                Some(provider(&session, to)?)
            };
            change(
                &session,
                items,
                DeficiencyChange::Assign {
                    owner,
                    reason: reason.as_str().into(),
                },
            )
        }
        Deficiency::Hold {
            items,
            reason,
            until,
            comment,
        } => {
            let hold = DeficiencyChange::PlaceHold {
                reason: one_of(
                    reason,
                    HoldReason::from_name,
                    HoldReason::ALL.iter().map(|r| r.name()),
                )?,
                comment: comment.as_str().into(),
                until: until
                    .as_deref()
                    .map(|t| end_of_day(&session, t))
                    .transpose()?,
            };
            change(&session, items, hold)
        }
        Deficiency::HoldChart {
            visit: number,
            reason,
            until,
            comment,
            json,
        } => hold::chart(
            &session,
            number,
            (reason, until.as_deref(), comment),
            json.json,
        ),
        Deficiency::UnholdChart {
            visit: number,
            comment,
            json,
        } => hold::end(&session, number, comment, json.json),
        Deficiency::Unhold { items, comment } => change(
            &session,
            items,
            DeficiencyChange::ReleaseHold {
                comment: comment.as_str().into(),
            },
        ),
        Deficiency::Complete {
            items,
            document: None,
            comment,
        } => change(
            &session,
            items,
            DeficiencyChange::Complete {
                comment: comment.as_str().into(),
            },
        ),
        Deficiency::Complete {
            items,
            document: Some(document),
            comment,
        } => several::by_document(&session, items, |asked| {
            let document = if *document > 0 {
                DocumentId(*document)
            } else {
                asked?
            };
            Some(DeficiencyChange::Answer {
                document,
                comment: comment.as_str().into(),
            })
        }),
        Deficiency::Dismiss { items, comment } => several::by_document(&session, items, |asked| {
            Some(DeficiencyChange::NotAnswer {
                document: asked?,
                comment: comment.as_str().into(),
            })
        }),
        Deficiency::Advance { items, to } => {
            let to = one_of(
                to,
                DeficiencyState::from_name,
                ["dictated", "transcribed", "signed", "reviewed"].into_iter(),
            )?;
            change(&session, items, DeficiencyChange::Advance { to })
        }
        Deficiency::Uphold { items, reason } => change(
            &session,
            items,
            DeficiencyChange::Uphold {
                reason: reason.as_str().into(),
            },
        ),
        Deficiency::ReassignAll {
            from,
            to,
            reason,
            json,
        } => {
            let to = match to.as_str() {
                "attending" => None,
                name => Some(provider(&session, name)?),
            };
            let action = Action::ReassignAll {
                from: provider(&session, from)?,
                to,
                reason: reason.as_str().into(),
            };
            act(&session, &action, json.json)
        }
        Deficiency::Decline {
            items,
            whole_chart,
            reason,
            comment,
        } => {
            let decline = DeficiencyChange::Decline {
                reason: one_of(
                    reason,
                    DeclineReason::from_name,
                    DeclineReason::ALL.iter().map(|r| r.name()),
                )?,
                comment: comment.as_str().into(),
            };
            if *whole_chart {
                return several::whole_charts(&session, items, decline);
            }
            change(&session, items, decline)
        }
        Deficiency::Void { items, reason } => change(
            &session,
            items,
            DeficiencyChange::Void {
                reason: reason.as_str().into(),
            },
        ),
        Deficiency::Reopen { items, reason } => change(
            &session,
            items,
            DeficiencyChange::Reopen {
                reason: reason.as_str().into(),
            },
        ),
        Deficiency::Undo { request, json } => {
            let request = match request {
                Some(id) => RequestId(id.clone()),
                None => session
                    .office
                    .last_undoable(&session.actor)?
                    .ok_or_else(|| {
                        OpsError::Refused("there is nothing of yours to undo".to_owned())
                    })?,
            };
            act(&session, &Action::Undo { request }, json.json)
        }
    }
}

fn one_of<T>(
    name: &str,
    find: impl Fn(&str) -> Option<T>,
    all: impl Iterator<Item = &'static str>,
) -> Result<T> {
    find(name).ok_or_else(|| {
        let all: Vec<&str> = all.collect();
        Failure::Usage(format!("{name} is none of {}", all.join(", ")))
    })
}

fn change(session: &Session, items: &Items, change: DeficiencyChange) -> Result {
    let seen = details(session, items)?;
    let action = Action::ChangeDeficiencies {
        items: seen.iter().map(|d| (d.row.id, d.row.version)).collect(),
        change,
    };
    act(session, &action, items.json.json)
}

fn charts(session: &Session, items: &Items, action: impl Fn(EncounterId) -> Action) -> Result {
    let mut encounters: Vec<EncounterId> = details(session, items)?
        .iter()
        .map(|d| d.row.encounter)
        .collect();
    encounters.sort_unstable();
    encounters.dedup();
    let ended = act_each(session, encounters.into_iter().map(action), items.json.json)?;
    Ok(Exit::of_all(ended))
}

fn about(document: Option<&i64>) -> Subject {
    Subject {
        document: document.map(|id| DocumentId(*id)),
        ..Subject::default()
    }
}
