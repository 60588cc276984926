//! Handing letters out as files: the copy is recorded first, then the words are written. No
//! record, no print.

use super::Office;
use super::error::{OpsError, Result};
use crate::domain::action::Action;
use crate::domain::ids::{LetterId, RequestId};
use crate::domain::ladder::{Letter, LetterFiles, LetterFormat};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::report::sheaf::sheaf;
use crate::text::{show, show_lines};
use crate::vault::files;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What became of letters that were to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Letters printed.
    pub letters: usize,
    /// The files written.
    pub files: Vec<PathBuf>,
    /// Letters that were not printed, each with the reason.
    pub refused: Vec<(i64, String)>,
}

impl Office {
    /// Prints letters (or prints them again) to a folder: a new file each, or one for all, which
    /// only its owner can read. A file that is there already, or a link, is left alone.
    ///
    /// # Errors
    /// Not permitted, or what the store says; nothing was printed then. A file that cannot be
    /// written is told with its letter, whose copy stays recorded.
    pub fn print_letters(
        &self,
        actor: &Actor,
        request: &RequestId,
        letters: Vec<LetterId>,
        (format, files): (LetterFormat, LetterFiles),
        folder: &Path,
    ) -> Result<Printed> {
        std::fs::create_dir_all(folder).map_err(|source| OpsError::Io {
            path: folder.to_owned(),
            source,
        })?;
        let outcome = self.act(actor, request, &Action::PrintLetters { letters, format })?;
        let mut printed = Printed {
            refused: outcome.refused,
            ..Printed::default()
        };
        let ids = outcome.done.into_iter().map(LetterId);
        let letters: Vec<Letter> = ids
            .map(|id| self.letter(actor, id))
            .collect::<Result<_>>()?;
        match files {
            LetterFiles::Each => {
                for letter in &letters {
                    let copy = letter.row.copies;
                    let name = format!("letter-{}-copy-{copy}", letter.row.id);
                    let path = folder.join(format!("{name}.{}", ending(format)));
                    let wrote = write(&path, &papers(std::slice::from_ref(letter), format));
                    printed.note(std::slice::from_ref(letter), path, wrote);
                }
            }
            LetterFiles::Together if letters.is_empty() => {}
            LetterFiles::Together => {
                let now = self.now().timestamp().to_zoned(self.zone.clone());
                let stem = format!("letters-{}", now.strftime("%Y-%m-%d-%H%M%S"));
                let path = free(folder, &stem, ending(format));
                let wrote = write(&path, &papers(&letters, format));
                printed.note(&letters, path, wrote);
            }
        }
        Ok(printed)
    }
}

impl Printed {
    /// Notes what became of the file of these letters.
    fn note(&mut self, letters: &[Letter], path: PathBuf, wrote: std::io::Result<()>) {
        match wrote {
            Ok(()) => {
                self.letters += letters.len();
                self.files.push(path);
            }
            Err(error) => {
                let why = format!("its file could not be written ({error}); print it again");
                let refused = letters.iter().map(|l| (l.row.id.0, why.clone()));
                self.refused.extend(refused);
            }
        }
    }
}

fn ending(format: LetterFormat) -> &'static str {
    match format {
        LetterFormat::Text => "txt",
        LetterFormat::Html => "html",
    }
}

/// A name that nothing in the folder has.
fn free(folder: &Path, stem: &str, ending: &str) -> PathBuf {
    let name = |n: u32| match n {
        1 => folder.join(format!("{stem}.{ending}")),
        n => folder.join(format!("{stem}-{n}.{ending}")),
    };
    let taken = |path: &PathBuf| path.symlink_metadata().is_ok();
    (1..1_000).map(name).find(|p| !taken(p)).unwrap_or(name(1))
}

/// What goes on paper for letters that are printed together: pieces that each begin on a new page.
/// One page of HTML holds them all.
pub fn papers(letters: &[Letter], format: LetterFormat) -> Vec<Untrusted> {
    match (format, letters) {
        (LetterFormat::Html, [_, _, ..]) => {
            let pages: Vec<&str> = letters.iter().map(|l| l.html.as_str()).collect();
            vec![sheaf(&pages).into()]
        }
        _ => letters.iter().map(|l| paper(l, format)).collect(),
    }
}

/// The words of a letter as they are printed.
fn paper(letter: &Letter, format: LetterFormat) -> Untrusted {
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

fn write(path: &Path, pieces: &[Untrusted]) -> std::io::Result<()> {
    let mut file = files::create_private(path)?;
    for (n, piece) in pieces.iter().enumerate() {
        if n > 0 {
            // A form feed: the printer begins a page.
            file.write_all(b"\x0c")?;
        }
        for line in show_lines(piece) {
            writeln!(file, "{line}")?;
        }
    }
    file.sync_all()
}
