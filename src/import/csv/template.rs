//! Values of a row, as a mapping writes them: `{subject_id}`, `{itemid|loinc}`, `ICU {unit?}`.
//!
//! A column that is blank makes the whole value blank, unless it is marked with `?`. Start at
//! [`Template::parse`].

use super::dictionary::Dictionaries;
use serde::Deserialize;

/// One way to write a value, or several of which the first that is not blank counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Written {
    One(String),
    FirstOf(Vec<String>),
}

/// A value to make of a row.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub choices: Vec<Template>,
}

/// A text with places for columns.
#[derive(Clone, Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Column {
        name: String,
        optional: bool,
        filters: Vec<Filter>,
    },
}

#[derive(Clone, Debug)]
enum Filter {
    Lower,
    Upper,
    /// The part before the first blank or comma.
    First,
    /// Digits, sign and point only: `12.5 kg` is `12.5`.
    Number,
    Dictionary(String),
}

impl Value {
    pub fn parse(written: &Written, dictionaries: &Dictionaries) -> Result<Self, String> {
        let texts: Vec<&String> = match written {
            Written::One(one) => vec![one],
            Written::FirstOf(many) => many.iter().collect(),
        };
        let parse = |text: &&String| Template::parse(text, dictionaries);
        Ok(Self {
            choices: texts.iter().map(parse).collect::<Result<_, _>>()?,
        })
    }

    /// Every column it may read.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().flat_map(Template::columns)
    }
}

impl Template {
    pub fn parse(text: &str, dictionaries: &Dictionaries) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let inner = &rest[open + 1..];
            let close = inner
                .find('}')
                .ok_or_else(|| format!("`{text}`: a brace is not closed"))?;
            parts.push(column(&inner[..close], dictionaries)?);
            rest = &inner[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|p| match p {
            Part::Column { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The value: `cell` gives a column's text, blank if it says nothing; `look` an entry of a
    /// dictionary.
    pub fn fill(
        &self,
        cell: &dyn Fn(&str) -> String,
        look: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Column {
                    name,
                    optional,
                    filters,
                } => {
                    let mut value = cell(name);
                    for filter in filters {
                        value = filter.apply(value, look);
                    }
                    if value.is_empty() && !optional {
                        return None;
                    }
                    out.push_str(&value);
                }
            }
        }
        (!out.trim().is_empty()).then_some(out)
    }
}

fn column(text: &str, dictionaries: &Dictionaries) -> Result<Part, String> {
    let mut pieces = text.split('|').map(str::trim);
    let name = pieces.next().unwrap_or_default();
    let (name, optional) = match name.strip_suffix('?') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if name.is_empty() {
        return Err("a brace without a column".to_owned());
    }
    let filter = |name: &str| match name {
        "lower" => Ok(Filter::Lower),
        "upper" => Ok(Filter::Upper),
        "first" => Ok(Filter::First),
        "number" => Ok(Filter::Number),
        other if dictionaries.contains_key(other) => Ok(Filter::Dictionary(other.to_owned())),
        other => Err(format!(
            "`{other}` is no dictionary of this mapping, nor lower, upper, first or number"
        )),
    };
    Ok(Part::Column {
        name: name.to_lowercase(),
        optional,
        filters: pieces.map(filter).collect::<Result<_, _>>()?,
    })
}

impl Filter {
    fn apply(&self, value: String, look: &dyn Fn(&str, &str) -> Option<String>) -> String {
        match self {
            Self::Lower => value.to_lowercase(),
            Self::Upper => value.to_uppercase(),
            Self::First => value
                .split([' ', ','])
                .next()
                .unwrap_or_default()
                .to_owned(),
            Self::Number => value
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
                .collect(),
            Self::Dictionary(name) if !value.is_empty() => look(name, &value).unwrap_or_default(),
            Self::Dictionary(_) => value,
        }
    }
}
