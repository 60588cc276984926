//! Letters as they went out, and every printed copy of them.

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, Value, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::{LetterId, ProviderId, StepId};
use crate::domain::ladder::{Letter, LetterCopy, LetterFormat, LetterRequest, LetterRow};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;

const LETTER: &str = "l.id, l.provider, coalesce(p.name, ''), l.step, l.template, l.subject, l.made,
    l.copies, coalesce((SELECT at FROM letter_copy WHERE letter = l.id AND number = 1), 0), l.withdrawn";

const FROM: &str = "letter l LEFT JOIN provider p ON p.id = l.provider";

fn read_letter(r: &Row<'_>) -> Result<LetterRow> {
    Ok(LetterRow {
        id: LetterId(r.int(0)?),
        provider: ProviderId(r.int(1)?),
        provider_name: r.untrusted(2)?,
        step: StepId(r.int(3)?),
        template: r.text(4)?,
        subject: r.untrusted(5)?,
        made: Instant(r.int(6)?),
        copies: r.int(7)?,
        first_printed: instant_or_none(r.int(8)?),
        withdrawn: r.flag(9)?,
    })
}

fn letters(c: &Conn, clause: &str, values: &[Value<'_>]) -> Result<Vec<LetterRow>> {
    c.all(
        &format!("SELECT {LETTER} FROM {FROM} WHERE {clause}"),
        values,
        read_letter,
    )
}

fn letter(c: &Conn, id: LetterId) -> Result<Option<Letter>> {
    let Some(row) = letters(c, "l.id = $1", v![id])?.pop() else {
        return Ok(None);
    };
    let (text, html) = c
        .one("SELECT body, html FROM letter WHERE id = $1", v![id], |r| {
            Ok((r.untrusted(0)?, r.text(1)?))
        })?
        .unwrap_or_default();
    let copies = c.all(
        "SELECT k.number, k.at, coalesce(u.name, ''), k.format FROM letter_copy k
           LEFT JOIN user u ON u.id = k.user WHERE k.letter = $1 ORDER BY k.number",
        v![id],
        |r| {
            Ok(LetterCopy {
                number: r.int(0)?,
                at: Instant(r.int(1)?),
                user_name: r.untrusted(2)?,
                format: named(&r.text(3)?, LetterFormat::from_name)?,
            })
        },
    )?;
    Ok(Some(Letter {
        row,
        text,
        html,
        copies,
    }))
}

/// A letter to be kept.
pub struct NewLetter<'a> {
    /// To whom.
    pub provider: ProviderId,
    /// The step it tells of.
    pub step: StepId,
    /// Template it was made from.
    pub template: &'a str,
    /// Subject line.
    pub subject: &'a Untrusted,
    /// Plain text.
    pub text: &'a str,
    /// HTML.
    pub html: &'a str,
}

impl Store {
    /// Letters asked for, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn letters(&self, ask: &LetterRequest) -> Result<Vec<LetterRow>> {
        let mut parts = vec!["1 = 1".to_owned()];
        let mut values: Vec<Value<'_>> = Vec::new();
        if let Some(provider) = ask.provider {
            values.push(provider.into());
            parts.push(format!("l.provider = ${}", values.len()));
        }
        if let Some(before) = ask.before {
            values.push(before.into());
            parts.push(format!("l.id < ${}", values.len()));
        }
        if ask.unprinted {
            parts.push("l.copies = 0 AND l.withdrawn = 0".to_owned());
        }
        values.push((ask.limit as i64).into());
        let clause = format!(
            "{} ORDER BY l.id DESC LIMIT ${}",
            parts.join(" AND "),
            values.len()
        );
        self.read(|c| letters(c, &clause, &values))
    }

    /// A letter with its words and its copies.
    ///
    /// # Errors
    /// As any read.
    pub fn letter(&self, id: LetterId) -> Result<Option<Letter>> {
        self.read(|c| letter(c, id))
    }
}

impl Tx<'_> {
    /// A letter with its words and its copies.
    ///
    /// # Errors
    /// As any read.
    pub fn letter(&self, id: LetterId) -> Result<Option<Letter>> {
        letter(self.conn, id)
    }

    /// Keeps a letter.
    ///
    /// # Errors
    /// As any write.
    pub fn add_letter(&mut self, new: &NewLetter<'_>) -> Result<LetterId> {
        Ok(LetterId(self.conn.insert(
            "INSERT INTO letter (provider, step, template, subject, withdrawn, made, made_by, copies,
               body, html) VALUES ($1, $2, $3, $4, 0, $5, $6, 0, $7, $8)",
            v![
                new.provider,
                new.step,
                new.template,
                new.subject,
                self.now,
                self.user,
                new.text,
                new.html
            ],
        )?))
    }

    /// Withdraws a letter that was never printed.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if it was printed meanwhile.
    pub fn withdraw_letter(&mut self, id: LetterId) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE letter SET withdrawn = 1 WHERE id = $1 AND copies = 0",
            v![id],
        )?;
        if rows == 0 {
            return Err(StoreError::Stale);
        }
        Ok(())
    }

    /// A letter that was withdrawn goes out after all.
    ///
    /// # Errors
    /// As any write.
    pub fn restore_letter(&mut self, id: LetterId) -> Result<()> {
        self.conn
            .run("UPDATE letter SET withdrawn = 0 WHERE id = $1", v![id])?;
        Ok(())
    }

    /// Records a printed copy and gives its number.
    ///
    /// # Errors
    /// As any write.
    pub fn add_copy(&mut self, id: LetterId, format: LetterFormat) -> Result<i64> {
        let number = self.conn.number(
            "UPDATE letter SET copies = copies + 1 WHERE id = $1 RETURNING copies",
            v![id],
        )?;
        self.conn.run(
            "INSERT INTO letter_copy (letter, number, at, user, format) VALUES ($1, $2, $3, $4, $5)",
            v![id, number, self.now, self.user, format.name()],
        )?;
        Ok(number)
    }
}
