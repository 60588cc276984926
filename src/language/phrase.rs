//! Phrases as the data files write them.
//!
//! Owns the shorthand of the lists: `(a|b)` stands for one of several, `[a]` may be left out,
//! both nest. `no [significant|acute] (evidence|sign) of` are six phrases. Never matches
//! anything itself. Start reading at [`expand`].

/// Most phrases that one line may stand for; more is a mistake in the file.
const MOST: usize = 8_000;

/// A phrase that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// A bracket is missing or too many.
    #[error("brackets do not match in `{0}`")]
    Brackets(String),
    /// It stands for too many phrases.
    #[error("`{0}` stands for more than {MOST} phrases")]
    TooMany(String),
}

/// Every phrase that a line of a list stands for, in order, without repetition.
pub fn expand(line: &str) -> Result<Vec<String>, PhraseError> {
    let mut reader = Reader {
        rest: line.chars().collect(),
        line,
        depth: 0,
    };
    reader.rest.reverse();
    let mut all = reader.alternatives()?;
    if !reader.rest.is_empty() {
        return Err(PhraseError::Brackets(line.to_owned()));
    }
    for phrase in &mut all {
        *phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|phrase| !phrase.is_empty() && seen.insert(phrase.clone()));
    Ok(all)
}

struct Reader<'a> {
    rest: Vec<char>,
    line: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Result<Vec<String>, PhraseError> {
        let mut all = self.sequence()?;
        while self.depth > 0 && self.rest.last() == Some(&'|') {
            self.rest.pop();
            all.extend(self.sequence()?);
        }
        Ok(all)
    }

    fn sequence(&mut self) -> Result<Vec<String>, PhraseError> {
        let mut all = vec![String::new()];
        while let Some(&c) = self.rest.last() {
            match c {
                '(' | '[' => {
                    let mut choices = self.group(c)?;
                    if c == '[' {
                        choices.push(String::new());
                    }
                    all = self.product(&all, &choices)?;
                }
                ')' | ']' => break,
                '|' if self.depth > 0 => break,
                c => {
                    self.rest.pop();
                    all.iter_mut().for_each(|phrase| phrase.push(c));
                }
            }
        }
        Ok(all)
    }

    fn group(&mut self, open: char) -> Result<Vec<String>, PhraseError> {
        let close = if open == '(' { ')' } else { ']' };
        self.rest.pop();
        self.depth += 1;
        // Deeper nesting than this is no phrase list, and would only exhaust the stack.
        if self.depth > 16 {
            return Err(PhraseError::TooMany(self.line.to_owned()));
        }
        let choices = self.alternatives()?;
        self.depth -= 1;
        if self.rest.pop() == Some(close) {
            Ok(choices)
        } else {
            Err(PhraseError::Brackets(self.line.to_owned()))
        }
    }

    fn product(&self, left: &[String], right: &[String]) -> Result<Vec<String>, PhraseError> {
        if left.len().saturating_mul(right.len()) > MOST {
            return Err(PhraseError::TooMany(self.line.to_owned()));
        }
        let mut all = Vec::with_capacity(left.len() * right.len());
        for l in left {
            all.extend(right.iter().map(|r| format!("{l}{r}")));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorthand_is_written_out() {
        assert_eq!(
            expand("no [acute|new] (sign|evidence)[ of]").unwrap(),
            [
                "no acute sign of",
                "no acute sign",
                "no acute evidence of",
                "no acute evidence",
                "no new sign of",
                "no new sign",
                "no new evidence of",
                "no new evidence",
                "no sign of",
                "no sign",
                "no evidence of",
                "no evidence",
            ]
        );
        assert_eq!(expand("a|b").unwrap(), ["a|b"]);
    }

    #[test]
    fn mistakes_are_refused() {
        assert!(expand("no (sign").is_err());
        assert!(expand("no sign)").is_err());
        assert!(expand(&"(a|b|c|d|e|f|g|h)".repeat(9)).is_err());
        assert!(expand(&"(".repeat(100_000)).is_err());
    }
}
