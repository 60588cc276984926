//! `searches`: saved searches as worklists, and what was searched for before.

use super::act::tell;
use super::args::{Place, Searches};
use super::output::{Exit, Out, Result};
use super::session::{Session, new_id};
use crate::domain::action::Action;
use crate::domain::ids::RequestId;
use crate::domain::saved_search::SavedSearch;
use crate::domain::search::{Grouping, SearchOrder, Widening};
use crate::text::{noun, show};
use serde_json::json;

/// Runs `searches`.
pub fn run(place: &Place, verb: &Searches) -> Result {
    let session = place.open()?;
    match verb {
        Searches::List(json) => list(&session, json.json),
        Searches::Save {
            name,
            query,
            newest,
            json,
        } => {
            let order = if *newest {
                SearchOrder::Newest
            } else {
                SearchOrder::Best
            };
            let search = SavedSearch {
                name: name.clone(),
                text: query.join(" ").into(),
                order,
                grouping: Grouping::Document,
                widening: Widening::Sure,
            };
            session.office.check_query(&search.text)?;
            act(&session, &Action::SaveSearch(search), json.json)
        }
        Searches::Rename { name, to, json } => {
            let action = Action::RenameSearch {
                name: name.clone(),
                to: to.clone(),
            };
            act(&session, &action, json.json)
        }
        Searches::Delete { name, json } => {
            let action = Action::DeleteSearch { name: name.clone() };
            act(&session, &action, json.json)
        }
        Searches::History(json) => history(&session, json.json),
        Searches::ClearHistory(json) => act(&session, &Action::ClearSearchHistory, json.json),
    }
}

fn act(session: &Session, action: &Action, json: bool) -> Result {
    let request = RequestId(new_id());
    let outcome = session.office.act(&session.actor, &request, action)?;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({
            "kind": "done", "request": request, "done": outcome.done, "undoable": outcome.undoable
        }))?;
    } else {
        tell(&mut out, session, action, &outcome)?;
    }
    out.done(Exit::Done)
}

fn list(session: &Session, json: bool) -> Result {
    // Counts are of what was acknowledged, unless another process is indexing.
    session.office.index_now(&mut |_| true)?;
    let mut out = Out::new(json);
    for list in session.office.search_lists(&session.actor)? {
        let s = &list.search;
        let looked = list.looked.rfc3339();
        if json {
            out.object(&json!({
                "kind": "saved_search", "name": s.name, "query": s.text, "order": s.order.name(),
                "grouping": s.grouping.name(), "widening": s.widening.name(),
                "count": list.count.map(|c| c.all), "new": list.count.map(|c| c.new),
                "looked": looked
            }))?;
            continue;
        }
        let name = show(&s.name.as_str().into());
        let counts = match list.count {
            Some(c) => format!("{} {}, {} new", c.all, noun(c.all, "document"), c.new),
            None => "cannot be counted now".to_owned(),
        };
        out.line(format_args!("{name}: {counts}  {}", show(&s.text)))?;
    }
    out.or_say("no search is saved; `searches save NAME QUERY` saves one")?;
    out.done(Exit::Done)
}

fn history(session: &Session, json: bool) -> Result {
    let mut out = Out::new(json);
    for text in session.office.search_history(&session.actor)? {
        if json {
            out.object(&json!({ "kind": "search", "query": text }))?;
        } else {
            out.line(show(&text))?;
        }
    }
    out.or_say("nothing was searched for, or it was forgotten")?;
    out.done(Exit::Done)
}
