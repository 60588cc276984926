//! `query …`: lists, a query with its life, and what is done with it.

mod draft;
mod export;
pub(super) mod life;
mod show;
mod words;

pub(in crate::cli) use show::told;
pub use words::lint;
use words::read_words;

use super::args::{Place, Query as Verb};
use super::output::Result;
use crate::domain::ids::QueryId;

/// Runs a verb of `query`.
pub fn run(place: &Place, verb: &Verb) -> Result {
    // Templates are files: looking at them needs no keys.
    if let Verb::Templates(args) = verb {
        return draft::templates(place, args);
    }
    let session = place.open()?;
    match verb {
        Verb::List { visit, state, json } => {
            show::list(&session, visit.as_deref(), state.as_deref(), json.json)
        }
        Verb::Show { id, json } => show::show_query(&session, QueryId(*id), json.json),
        Verb::Draft(args) => draft::draft(&session, args),
        Verb::Edit { id, to, json } => {
            draft::edit(&session, QueryId(*id), to.as_deref(), json.json)
        }
        Verb::Versions { id, json } => draft::versions(&session, QueryId(*id), json.json),
        Verb::Revert { id, version, json } => {
            draft::revert(&session, QueryId(*id), *version, json.json)
        }
        Verb::Export { id, format, out } => {
            export::run(&session, QueryId(*id), *format, out.as_deref())
        }
        Verb::Ladder(json) => show::ladder(&session, json.json),
        Verb::Advance(json) => life::advance(&session, json.json),
        other => life::run(&session, other),
    }
}
