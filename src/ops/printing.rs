//! Handing letters out as files: the copy is recorded first, then the words are written. No
//! record, no print.

use super::Office;
use super::error::{OpsError, Result};
use crate::domain::action::Action;
use crate::domain::ids::{LetterId, RequestId};
use crate::domain::ladder::{Letter, LetterFormat};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::text::{show, show_lines};
use crate::vault::files;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What became of letters that were to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The files written, one for each letter.
    pub files: Vec<PathBuf>,
    /// Letters that were not printed, each with the reason.
    pub refused: Vec<(i64, String)>,
}

impl Office {
    /// Prints letters (or prints them again) to a folder: a new file each, which only its owner
    /// can read. A file that is there already, or a link, is left alone.
    ///
    /// # Errors
    /// Not permitted, or what the store says; nothing was printed then. A file that cannot be
    /// written is told with its letter, whose copy stays recorded.
    pub fn print_letters(
        &self,
        actor: &Actor,
        request: &RequestId,
        letters: Vec<LetterId>,
        format: LetterFormat,
        folder: &Path,
    ) -> Result<Printed> {
        std::fs::create_dir_all(folder).map_err(|source| OpsError::Io {
            path: folder.to_owned(),
            source,
        })?;
        let outcome = self.act(actor, request, &Action::PrintLetters { letters, format })?;
        let mut printed = Printed {
            files: Vec::new(),
            refused: outcome.refused,
        };
        for id in outcome.done {
            let letter = self.letter(actor, LetterId(id))?;
            let ending = match format {
                LetterFormat::Text => "txt",
                LetterFormat::Html => "html",
            };
            let path = folder.join(format!("letter-{id}-copy-{}.{ending}", letter.row.copies));
            match write(&path, &paper(&letter, format)) {
                Ok(()) => printed.files.push(path),
                Err(error) => {
                    let why = format!("its file could not be written ({error}); print it again");
                    printed.refused.push((id, why));
                }
            }
        }
        Ok(printed)
    }
}

/// The words of a letter as they are printed.
pub fn paper(letter: &Letter, format: LetterFormat) -> Untrusted {
    match format {
        LetterFormat::Html => letter.html.clone().into(),
        LetterFormat::Text => {
            let body: Vec<String> = show_lines(&letter.text)
                .into_iter()
                .map(|l| l.into_string())
                .collect();
            format!("{}\n\n{}", show(&letter.row.subject), body.join("\n")).into()
        }
    }
}

fn write(path: &Path, text: &Untrusted) -> std::io::Result<()> {
    let mut file = files::create_private(path)?;
    for line in show_lines(text) {
        writeln!(file, "{line}")?;
    }
    file.sync_all()
}
