//! What may come next while a query is typed: names of fields, and values of a field.
//!
//! Pure: the values of open fields (authors, services) are an argument, so that whoever calls
//! decides whose they are, and nothing is offered that the searcher may not see.

use super::Span;
use super::ast::{Field, ValueShape};
use super::values::choices;
use crate::domain::document::DocumentKind;
use crate::domain::untrusted::Untrusted;

/// Most that is offered at once.
const MOST: usize = 20;

/// What could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A field whose name begins like this.
    FieldName(Span),
    /// A value of a field that begins like this.
    Value(Field, Span),
    /// Nothing we could offer.
    Nothing,
}

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What to put in place of the span: `author:` or `"SMITH,ADAM" `.
    pub insert: Untrusted,
    /// What is shown.
    pub label: Untrusted,
    /// What it is, in a few words; empty when the label says it.
    pub note: &'static str,
}

/// Offers, and what of the text they stand in for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that an offer replaces.
    pub span: Span,
    /// The offers, best first.
    pub items: Vec<Completion>,
}

/// What could stand at byte `cursor` of a query; a cursor within a character counts as before it.
pub fn wanted(text: &str, cursor: usize, fields: &[Field]) -> Wanted {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &text[..cursor];
    let quotes = |text: &str| {
        let quote = |c: &char| matches!(c, '"' | '\u{201c}' | '\u{201d}');
        text.chars().filter(quote).count()
    };
    let quoted = quotes(before) % 2 == 1;
    let start = if quoted {
        before.rfind(['"', '\u{201c}', '\u{201d}']).unwrap_or(0)
    } else {
        let end = before.rfind(|c: char| c.is_whitespace() || c == '(' || c == ')');
        end.map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        })
    };
    // The value of a field in quotes belongs to the field right before the quotation.
    let word_start = if quoted {
        let end = before[..start].rfind(|c: char| c.is_whitespace() || c == '(');
        end.map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        })
    } else {
        start
    };
    let minus = before[word_start..].len() - before[word_start..].trim_start_matches('-').len();
    let word_start = word_start + minus;
    let word = &before[word_start..];
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    if word[letters..].starts_with(':') {
        let named = &word[..letters];
        let field = fields.iter().find(|f| f.name().eq_ignore_ascii_case(named));
        return field.map_or(Wanted::Nothing, |&field| {
            Wanted::Value(field, Span::new(word_start + letters + 1, cursor))
        });
    }
    if quoted || letters < word.len() || letters == 0 {
        return Wanted::Nothing;
    }
    Wanted::FieldName(Span::new(word_start, cursor))
}

/// Offers for byte `cursor` of a query. `values` gives the values of an open field that begin
/// like a text, best first, and only those the searcher may see.
pub fn complete(
    text: &str,
    cursor: usize,
    fields: &[Field],
    values: &dyn Fn(Field, &str) -> Vec<Untrusted>,
) -> Completions {
    match wanted(text, cursor, fields) {
        Wanted::Nothing => Completions::default(),
        Wanted::FieldName(span) => {
            let typed = span.of(text).to_ascii_lowercase();
            let fits = fields.iter().filter(|f| f.name().starts_with(&typed));
            let item = |field: &Field| Completion {
                insert: Untrusted::new(format!("{}:", field.name())),
                label: Untrusted::new(format!("{}:", field.name())),
                note: field.help(),
            };
            Completions {
                span,
                items: fits.map(item).take(MOST).collect(),
            }
        }
        Wanted::Value(field, span) => {
            let typed = span
                .of(text)
                .trim_start_matches(['"', '\u{201c}', '\u{201d}']);
            // A type is a kind of document in searches, a code of the catalogue in the queue.
            let codes = field == Field::Type && !fields.contains(&Field::Author);
            let mut items = if codes {
                Vec::new()
            } else {
                closed(field, typed)
            };
            if items.is_empty() && choices(field).is_none() {
                items = values(field, typed).into_iter().map(open).collect();
            }
            items.truncate(MOST);
            Completions { span, items }
        }
    }
}

/// What could stand at an empty place: every field.
pub fn every_field(at: usize, fields: &[Field]) -> Completions {
    let offer = |field: &Field| Completion {
        insert: format!("{}:", field.name()).into(),
        label: format!("{}:", field.name()).into(),
        note: field.help(),
    };
    Completions {
        span: Span::new(at, at),
        items: fields.iter().map(offer).collect(),
    }
}

/// Offers of fields whose values are known to everybody.
fn closed(field: Field, typed: &str) -> Vec<Completion> {
    let lower = typed.to_lowercase();
    let item = |insert: &str, note: &'static str| Completion {
        insert: Untrusted::new(format!("{insert} ")),
        label: Untrusted::new(insert),
        note,
    };
    if field == Field::Type {
        let fits = |kind: &&DocumentKind| {
            let title = kind.title().to_lowercase();
            kind.name().starts_with(&lower) || title.starts_with(&lower)
        };
        let kinds = DocumentKind::ALL.iter().filter(fits);
        return kinds.map(|kind| item(kind.name(), kind.title())).collect();
    }
    if let Some(all) = choices(field) {
        let fits = |name: &&&str| name.to_lowercase().starts_with(&lower);
        return all.iter().filter(fits).map(|name| item(name, "")).collect();
    }
    if field.shape() == ValueShape::Days {
        let forms: [(&str, &'static str); 5] = [
            ("T", "today"),
            ("T-7..T", "the last week"),
            ("T-30..T", "the last month"),
            ("T-90..T", "the last three months"),
            ("T-1Y..T", "the last year"),
        ];
        let fits = |(form, _): &&(&str, &str)| form.to_lowercase().starts_with(&lower);
        return forms
            .iter()
            .filter(fits)
            .map(|(form, note)| item(form, note))
            .collect();
    }
    Vec::new()
}

/// An offer of a value from the charts, in quotes where the grammar needs them.
fn open(value: Untrusted) -> Completion {
    let raw = value.raw();
    let plain = raw
        .chars()
        .all(|c| c.is_alphanumeric() || "-_.,/&+".contains(c));
    let insert = if plain {
        format!("{raw} ")
    } else {
        let without = raw.replace(['"', '\u{201c}', '\u{201d}'], " ");
        format!("\"{without}\" ")
    };
    Completion {
        insert: Untrusted::new(insert),
        label: value,
        note: "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn offers(text: &str) -> Vec<String> {
        let values = |field: Field, typed: &str| {
            let all = ["SMITH,ADAM", "Smith, Beth", "JONES,\"C\""];
            let fits = |v: &&&str| v.to_lowercase().starts_with(&typed.to_lowercase());
            match field {
                Field::Author => all
                    .iter()
                    .filter(fits)
                    .map(|v| Untrusted::new(*v))
                    .collect(),
                _ => Vec::new(),
            }
        };
        let found = complete(text, text.len(), Field::SEARCH, &values);
        let insert = |c: Completion| {
            let mut out = text.to_owned();
            out.replace_range(found.span.start..found.span.end, c.insert.raw());
            out
        };
        found.items.into_iter().map(insert).collect()
    }

    #[test]
    fn fields_and_values_are_offered() {
        assert_eq!(offers("heart au"), ["heart author:"]);
        assert_eq!(offers("-(se"), ["-(service:", "-(section:", "-(sex:"]);
        assert_eq!(offers("-au"), ["-author:"]);
        assert_eq!(
            offers("author:smi"),
            ["author:SMITH,ADAM ", "author:\"Smith, Beth\" "]
        );
        assert_eq!(offers("author:\"smith, "), ["author:\"Smith, Beth\" "]);
        assert_eq!(offers("x author:jo"), ["x author:\"JONES, C \" "]);
        assert_eq!(offers("sex:"), ["sex:F ", "sex:M ", "sex:O ", "sex:U "]);
        assert_eq!(offers("type:disch"), ["type:discharge_summary "]);
        assert_eq!(offers("date:T-9"), ["date:T-90..T "]);
        for nothing in ["", "heart ", "\"au", "nosuch:x", "10:3", "mrn:1", "sex:q"] {
            assert!(offers(nothing).is_empty(), "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_cursor_panics(text in "[a-z:\"( )é\u{201c}-]{0,24}", cursor in 0usize..40) {
            let found = complete(&text, cursor, Field::SEARCH, &|_, _| vec!["x y".into()]);
            prop_assert!(text.get(found.span.start..found.span.end).is_some());
        }
    }
}
