//! `query export`: an issued query and its answer for the record.

use crate::cli::args::QueryPaper;
use crate::cli::output::{Exit, Out, Result, note};
use crate::cli::session::Session;
use crate::domain::ids::QueryId;
use crate::ops::QueryForm;
use crate::text::show_lines;
use std::path::Path;

/// Runs `query export`.
pub fn run(session: &Session, id: QueryId, paper: QueryPaper, to: Option<&Path>) -> Result {
    let form = match paper {
        QueryPaper::Text => QueryForm::Text,
        QueryPaper::Html => QueryForm::Html,
        QueryPaper::Fhir => QueryForm::Fhir,
    };
    let (office, actor) = (&session.office, &session.actor);
    if let Some(path) = to {
        office.export_query_to(actor, id, form, path)?;
        note(&format!("query {id} written to {}", path.display()));
        return Ok(Exit::Done);
    }
    let text = office.export_query(actor, id, form)?;
    let mut out = Out::new(false);
    for line in show_lines(&text.trim_end_matches('\n').into()) {
        out.line(line)?;
    }
    out.done(Exit::Done)
}
