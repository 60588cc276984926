//! `query …`: lists, a query with its life, and what is done with it.

mod draft;
pub(super) mod life;
mod show;

pub use draft::lint;

use super::args::{Place, Query as Verb};
use super::output::{Exit, Out, Result};
use crate::domain::ids::QueryId;
use serde_json::json;

/// Runs a verb of `query`.
pub fn run(place: &Place, verb: &Verb) -> Result {
    let session = place.open()?;
    match verb {
        Verb::List { visit, state, json } => {
            show::list(&session, visit.as_deref(), state.as_deref(), json.json)
        }
        Verb::Show { id, json } => show::show_query(&session, QueryId(*id), json.json),
        Verb::Draft { visit, json } => draft::draft(&session, visit, json.json),
        Verb::Templates(json) => {
            let mut out = Out::new(json.json);
            for t in session.office.templates()? {
                if out.json {
                    out.object(&json!({ "id": t.id, "topic": t.topic, "title": t.title, "format": t.format.name() }))?;
                } else {
                    out.line(format_args!("{:<28} {}", t.id, t.title))?;
                }
            }
            out.done(Exit::Done)
        }
        Verb::Export { id, format, out } => {
            super::query_export::run(&session, QueryId(*id), *format, out.as_deref())
        }
        Verb::Ladder(json) => show::ladder(&session, json.json),
        Verb::Advance(json) => life::advance(&session, json.json),
        other => life::run(&session, other),
    }
}
