//! `letters`: list, preview, print and print again.

use super::args::Place;
use super::args::{Letters, Paper};
use super::defaults;
use super::named::provider;
use super::output::{Exit, Out, Result, column, note};
use super::session::{Session, new_request};
use crate::domain::action::Action;
use crate::domain::ids::{LetterId, StepId};
use crate::domain::ladder::{Letter, LetterFiles, LetterFormat, LetterRequest, LetterRow};
use crate::domain::untrusted::Untrusted;
use crate::ops::{LetterTemplates, OpsError, papers};
use crate::text::{noun, show, show_lines};
use serde_json::{Value, json};
use std::path::Path;

/// Runs a verb of `letters`.
pub fn run(place: &Place, verb: &Letters) -> Result {
    match verb {
        Letters::Check => return check(place),
        Letters::Copy { folder } => {
            return defaults::copy(LetterTemplates::embedded_files(), folder);
        }
        _ => {}
    }
    let session = place.open()?;
    match verb {
        Letters::List {
            unprinted,
            provider: who,
            limit,
            json,
        } => {
            let ask = LetterRequest {
                provider: who.as_deref().map(|w| provider(&session, w)).transpose()?,
                unprinted: *unprinted,
                before: None,
                limit: *limit,
            };
            let rows = session.office.letters(&session.actor, &ask)?;
            list(&session, &rows, json.json)
        }
        Letters::Show { id, json } => {
            let letter = session.office.letter(&session.actor, LetterId(*id))?;
            show_one(&letter, json.json)
        }
        Letters::Preview { step, format } => {
            let words = session
                .office
                .letter_preview(&session.actor, StepId(*step))?
                .ok_or_else(|| OpsError::Refused("this step has no letter".to_owned()))?;
            let mut out = Out::new(false);
            match format {
                Paper::Text => {
                    out.line(format_args!("Subject: {}\n", words.subject))?;
                    lines(&mut out, &words.text.into())?;
                }
                Paper::Html => lines(&mut out, &words.html.into())?,
            }
            out.done(Exit::Done)
        }
        Letters::Print {
            ids,
            format,
            to,
            together,
        } => {
            let ids = if ids.is_empty() {
                let ask = LetterRequest {
                    unprinted: true,
                    limit: usize::from(u16::MAX),
                    ..LetterRequest::default()
                };
                let rows = session.office.letters(&session.actor, &ask)?;
                // Oldest first, as they go out.
                rows.iter().rev().map(|l| l.id).collect()
            } else {
                ids.iter().map(|id| LetterId(*id)).collect()
            };
            print(&session, ids, *format, (to.as_deref(), *together))
        }
        Letters::Reprint {
            ids,
            format,
            to,
            together,
        } => {
            let ids = ids.iter().map(|id| LetterId(*id)).collect();
            print(&session, ids, *format, (to.as_deref(), *together))
        }
        Letters::Check | Letters::Copy { .. } => Ok(Exit::Done),
    }
}

/// A letter as other programs rely on it.
pub fn letter_json(row: &LetterRow) -> Value {
    json!({
        "id": row.id, "provider": row.provider, "name": row.provider_name, "step": row.step,
        "template": row.template, "subject": row.subject, "made": row.made.rfc3339(),
        "copies": row.copies, "first_printed": row.first_printed.map(|t| t.rfc3339()),
        "withdrawn": row.withdrawn
    })
}

fn list(session: &Session, rows: &[LetterRow], json: bool) -> Result {
    let mut out = Out::new(json);
    if !json {
        out.line(format_args!(
            "{:>6} {:<18} {:<20} {:<10} {:>6} FIRST PRINTED",
            "ID", "PROVIDER", "LETTER", "MADE", "COPIES"
        ))?;
    }
    let day = |at: crate::domain::time::Instant| at.day(&session.office.zone).to_string();
    for row in rows {
        if json {
            out.object(&letter_json(row))?;
            continue;
        }
        let printed = match (row.withdrawn, row.first_printed) {
            (true, _) => "withdrawn".to_owned(),
            (_, Some(at)) => day(at),
            _ => "-".to_owned(),
        };
        out.line(format_args!(
            "{:>6} {} {} {} {:>6} {printed}",
            row.id,
            column(show(&row.provider_name).as_str(), 18),
            column(show(&row.subject).as_str(), 20),
            day(row.made),
            row.copies
        ))?;
    }
    out.done(Exit::Done)
}

fn show_one(letter: &Letter, json: bool) -> Result {
    let mut out = Out::new(json);
    if json {
        let mut value = letter_json(&letter.row);
        value["text"] = serde_json::to_value(&letter.text)?;
        value["html"] = letter.html.as_str().into();
        value["printed"] = letter
            .copies
            .iter()
            .map(|c| json!({ "number": c.number, "at": c.at.rfc3339(), "by": c.user_name, "format": c.format.name() }))
            .collect();
        out.object(&value)?;
        return out.done(Exit::Done);
    }
    out.line(format_args!("Subject: {}\n", show(&letter.row.subject)))?;
    lines(&mut out, &letter.text)?;
    for c in &letter.copies {
        out.line(format_args!(
            "copy {} printed {} by {} as {}",
            c.number,
            c.at.rfc3339(),
            show(&c.user_name),
            c.format.name()
        ))?;
    }
    out.done(Exit::Done)
}

fn lines(out: &mut Out, text: &Untrusted) -> Result<()> {
    for line in show_lines(text) {
        out.line(line)?;
    }
    Ok(())
}

/// Records the copies, then hands the words out: no record, no print.
fn print(
    session: &Session,
    ids: Vec<LetterId>,
    as_what: Paper,
    (to, together): (Option<&Path>, bool),
) -> Result {
    if ids.is_empty() {
        note("no letter waits to be printed");
        return Ok(Exit::Done);
    }
    let format = match as_what {
        Paper::Text => LetterFormat::Text,
        Paper::Html => LetterFormat::Html,
    };
    let (office, actor) = (&session.office, &session.actor);
    let mut out = Out::new(false);
    let (done, refused) = match to {
        Some(folder) => {
            let files = match together {
                true => LetterFiles::Together,
                false => LetterFiles::Each,
            };
            let printed =
                office.print_letters(actor, &new_request(), ids, (format, files), folder)?;
            let done = !printed.files.is_empty();
            for file in printed.files {
                out.line(file.display())?;
            }
            (done, printed.refused)
        }
        None => {
            let action = Action::PrintLetters {
                letters: ids,
                format,
            };
            let outcome = office.act(actor, &new_request(), &action)?;
            let letter = |id: &i64| office.letter(actor, LetterId(*id));
            let letters = outcome.done.iter().map(letter);
            let letters: Vec<Letter> = letters.collect::<std::result::Result<_, _>>()?;
            for (n, piece) in papers(&letters, format).iter().enumerate() {
                if n > 0 {
                    // Each letter begins on a page of its own.
                    out.line("\u{c}")?;
                }
                lines(&mut out, piece)?;
            }
            (!outcome.done.is_empty(), outcome.refused)
        }
    };
    for (id, why) in &refused {
        note(&format!("letter {id} not printed: {why}"));
    }
    out.done(Exit::of(done, !refused.is_empty()))
}

fn check(place: &Place) -> Result {
    let letters = LetterTemplates::load(&place.site_files()?.letters).map_err(OpsError::from)?;
    let mut out = Out::new(false);
    let mut wrong = 0;
    for (name, what) in letters.check() {
        if let Some(what) = what {
            wrong += 1;
            out.line(format_args!("{name}: {what}"))?;
        }
    }
    out.line(format_args!(
        "{} {}, {wrong} wrong",
        letters.names().len(),
        noun(letters.names().len(), "letter")
    ))?;
    out.done(if wrong == 0 { Exit::Done } else { Exit::Found })
}
