//! Words of a query from standard input, and `lint`.

use crate::cdi::lint::{LintIndicator, LintInput, Linter};
use crate::cli::output::{Exit, Failure, Out, Result, complain};
use crate::domain::ids::DocumentId;
use crate::domain::query::{Indicator, IndicatorKind, LintLevel, QueryText};
use crate::domain::time::{Instant, Moment};
use crate::ops::OpsError;
use std::io::{BufRead, Read};

/// Longest line `lint` reads: 1 MiB, the limit of a paste (safety limits).
const LINE_LIMIT: u64 = 1 << 20;

/// The words of a draft as a JSON object on standard input.
pub(in crate::cli) fn read_words() -> Result<QueryText> {
    let mut text = String::new();
    std::io::stdin()
        .take(LINE_LIMIT)
        .read_to_string(&mut text)?;
    let input: LintInput = serde_json::from_str(&text)
        .map_err(|e| Failure::Usage(format!("the draft on standard input: {e}")))?;
    Ok(words_of(input))
}

/// A draft as the composer holds it, from one in the lint contract.
fn words_of(input: LintInput) -> QueryText {
    let indicator = |i: LintIndicator| Indicator {
        kind: IndicatorKind::from_name(&i.kind).unwrap_or(IndicatorKind::Other),
        text: i.text.into(),
        date: i.date.as_deref().and_then(moment),
        document: i.document.as_i64().map(DocumentId),
        source: i.document.as_str().unwrap_or_default().into(),
        prior: i.encounter.as_deref() == Some("prior"),
        value: i.value.into(),
        unit: i.unit.into(),
        line: i.line,
    };
    QueryText {
        topic: input.topic,
        title: input.title.into(),
        format: input.format.0,
        indicators: input.indicators.into_iter().map(indicator).collect(),
        body: input.body.into(),
        options: input.options.into_iter().map(Into::into).collect(),
        ..QueryText::default()
    }
}

/// A date or an instant as JSON writes it.
fn moment(text: &str) -> Option<Moment> {
    let day = || text.parse().ok().map(Moment::day_only);
    Instant::parse(text).map(Moment::at).or_else(day)
}

/// Runs `lint`: JSON lines in, JSON lines out.
pub fn lint() -> Result {
    let lint = Linter::embedded().map_err(OpsError::from)?;
    let mut out = Out::new(true);
    let mut exit = Exit::Done;
    let mut stdin = std::io::stdin().lock();
    let mut number = 0u64;
    loop {
        let mut line = String::new();
        if (&mut stdin).take(LINE_LIMIT).read_line(&mut line)? == 0 {
            break;
        }
        number += 1;
        if line.trim().is_empty() {
            continue;
        }
        let input: LintInput = match serde_json::from_str(&line) {
            Ok(input) => input,
            Err(e) => {
                complain(&format!("standard input:{number}: {e}"));
                exit = Exit::Found;
                continue;
            }
        };
        let output = lint.lint(&input);
        if output.findings.iter().any(|f| f.level != LintLevel::Info) {
            exit = Exit::Found;
        }
        out.object(&output)?;
    }
    out.done(exit)
}
