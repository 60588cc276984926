//! Verbs of `deficiency` that act on more than the items named, or differently on each.

use super::detail::details;
use crate::cli::act::{act, act_each};
use crate::cli::args::Items;
use crate::cli::output::{Exit, Result, note};
use crate::cli::session::Session;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::{DeficiencyId, DocumentId};
use crate::domain::worklist::{QueueFilter, QueueRequest, QueueSort, QueueView};

/// A change that needs the document each item asks about.
pub fn by_document(
    session: &Session,
    items: &Items,
    change: impl Fn(Option<DocumentId>) -> Option<DeficiencyChange>,
) -> Result {
    let mut actions = Vec::new();
    let mut ended = Vec::new();
    for d in details(session, items)? {
        match change(d.maybe) {
            Some(change) => actions.push(Action::ChangeDeficiencies {
                items: vec![(d.row.id, d.row.version)],
                change,
            }),
            None => {
                note(&format!(
                    "{} left as it is: it asks about no document",
                    d.row.id
                ));
                ended.push(Exit::Left);
            }
        }
    }
    ended.extend(act_each(session, actions, items.json.json)?);
    Ok(Exit::of_all(ended))
}

/// A change of everything the owners of these items owe on the same charts.
pub fn whole_charts(session: &Session, items: &Items, change: DeficiencyChange) -> Result {
    let mut all: Vec<(DeficiencyId, i64)> = Vec::new();
    for d in details(session, items)? {
        let request = QueueRequest {
            view: QueueView::All,
            filter: QueueFilter {
                encounter: Some(d.row.encounter),
                owner: d.row.owner,
                ..QueueFilter::default()
            },
            sort: QueueSort::Due,
            reverse: false,
            after: None,
            limit: 1_000,
        };
        let page = session.office.queue(&session.actor, &request)?;
        let theirs = page.rows.iter().filter(|r| r.owner == d.row.owner);
        all.extend(theirs.map(|r| (r.id, r.version)));
    }
    all.sort_unstable();
    all.dedup();
    let action = Action::ChangeDeficiencies { items: all, change };
    act(session, &action, items.json.json)
}
