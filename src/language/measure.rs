//! Values with their units.
//!
//! Owns reading "Cr 2.1 mg/dL" as (creatinine, 2.1, mg/dL). What is measured, in which units and
//! within which limits is data (`data/units.toml`). A unit that is not written is never assumed:
//! [`Measurement::unit`] is what the text says, [`Measurement::fitting`] what the value would
//! fit. Start reading at [`Units::find`].

use super::error::{LanguageError, parse};
use super::matcher::{Found, Matcher, Phrases};
use super::quantity::{Comparator, lead, number};
use super::token::{Span, Tokens, comparable};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Names up to this length count exactly as written.
const SHORT_NAME: usize = 3;

/// A value stated in a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measurement {
    /// What was measured: an id of `units.toml`.
    pub analyte: Arc<str>,
    /// The number.
    pub value: f64,
    /// How it is bounded.
    pub comparator: Comparator,
    /// The unit as written, in our spelling; `None` if none is written.
    pub unit: Option<Arc<str>>,
    /// If no unit is written: the one unit in which the value is plausible, if it is only one.
    pub fitting: Option<Arc<str>>,
    /// The words that name what was measured.
    pub name: Span,
    /// From the name to the end of the value or its unit.
    pub span: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Read by `Language::sources`.
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    unit: Vec<UnitEntry>,
    #[serde(default)]
    analyte: Vec<AnalyteEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitEntry {
    name: String,
    spellings: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnalyteEntry {
    id: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    units: BTreeMap<String, [f64; 2]>,
    pair: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug)]
struct Analyte {
    id: Arc<str>,
    units: Vec<(Arc<str>, [f64; 2])>,
    pair: Option<usize>,
    exact: Vec<String>,
}

/// The compiled list of values and units.
#[derive(Clone, Debug)]
pub struct Units {
    names: Matcher,
    analytes: Vec<Analyte>,
    spellings: HashMap<String, Arc<str>>,
    longest_unit: usize,
}

impl Units {
    /// Reads files of units, later ones on top.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
        let mut units: Vec<UnitEntry> = Vec::new();
        let mut entries: Vec<AnalyteEntry> = Vec::new();
        let mut last = "";
        for (name, text) in files {
            last = name;
            let file: File = parse(name, text)?;
            for unit in file.unit {
                units.retain(|u| u.name != unit.name);
                units.push(unit);
            }
            for entry in file.analyte {
                match entries.iter_mut().find(|e| e.id == entry.id) {
                    Some(old) => *old = entry,
                    None => entries.push(entry),
                }
            }
        }
        entries.retain(|e| e.enabled);
        let mut spellings = HashMap::new();
        let mut longest_unit = 1;
        for unit in &units {
            let name: Arc<str> = Arc::from(unit.name.as_str());
            for spelling in &unit.spellings {
                let tokens = Tokens::of(spelling);
                longest_unit = longest_unit.max(tokens.len());
                spellings.insert(tokens.comparable().to_owned(), name.clone());
            }
        }
        let mut phrases = Phrases::default();
        let mut analytes = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            phrases.add(last, &entry.id, i, &entry.names)?;
            analytes.push(analyte(last, entry, &entries, &units)?);
        }
        Ok(Self {
            names: phrases.compile(),
            analytes,
            spellings,
            longest_unit,
        })
    }

    /// What is measured under this name, if it names nothing else.
    pub fn analyte(&self, name: &str) -> Option<&str> {
        let tokens = Tokens::of(name);
        let found = self.names.find(&tokens);
        let whole = found.iter().find(|f| f.from == 0 && f.to == tokens.len())?;
        let spelt = |&&entry: &&usize| self.analytes[entry].spelt(name, &tokens, *whole);
        let mut entries = self.names.entries(*whole).iter().filter(spelt);
        let only = entries.next().filter(|_| entries.next().is_none())?;
        Some(&self.analytes[*only].id)
    }

    /// Every value in a text, from left to right.
    pub fn find(&self, text: &str, tokens: &Tokens) -> Vec<Measurement> {
        let mut out = Vec::new();
        for found in self.names.find(tokens) {
            for &entry in self.names.entries(found) {
                let analyte = &self.analytes[entry];
                if analyte.spelt(text, tokens, found) {
                    self.values(text, tokens, found, analyte, &mut out);
                }
            }
        }
        out
    }

    /// The values after a name: one, a pair with a slash, or a course (`1.0 to 2.1`).
    fn values(
        &self,
        text: &str,
        tokens: &Tokens,
        found: Found,
        analyte: &Analyte,
        out: &mut Vec<Measurement>,
    ) {
        let Some((mut at, comparator)) = lead(tokens, found.to) else {
            return;
        };
        let mut comparator = comparator;
        loop {
            let Some(value) = self.value(text, tokens, at) else {
                return;
            };
            let slash = tokens.len() > value.next && tokens.word(value.next) == "/";
            let second = (slash && value.unit.is_none())
                .then(|| self.value(text, tokens, value.next + 1))
                .flatten();
            let paired = analyte.pair.map(|i| &self.analytes[i]);
            match (paired, second) {
                (Some(other), Some(second)) => {
                    let unit = second.unit.clone();
                    analyte.push(
                        tokens,
                        found,
                        comparator,
                        Value {
                            unit: unit.clone(),
                            end: second.end,
                            ..value
                        },
                        out,
                    );
                    other.push(tokens, found, comparator, second, out);
                    return;
                }
                // A slash after a value that is no pair is a date or a fraction.
                (None, Some(_)) => return,
                _ => {}
            }
            let next = value.next;
            if !analyte.push(tokens, found, comparator, value, out) {
                return;
            }
            let course = next + 1 < tokens.len()
                && (matches!(tokens.word(next), "to" | "then" | "from")
                    || tokens.word(next) == "-" && tokens.word(next + 1) == ">");
            if !course {
                return;
            }
            let Some(lead) = lead(tokens, next) else {
                return;
            };
            (at, comparator) = lead;
        }
    }

    /// A number at a token, with the unit written after or joined to it.
    fn value(&self, text: &str, tokens: &Tokens, at: usize) -> Option<Value> {
        let token = tokens.list.get(at)?;
        let written = token.span.of(text);
        let digits = written
            .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
            .unwrap_or(written.len());
        let value = number(&written[..digits])?;
        if digits < written.len() {
            let unit = self.spellings.get(&comparable(&written[digits..]))?;
            return Some(Value {
                value,
                unit: Some(unit.clone()),
                end: token.span.end,
                next: at + 1,
            });
        }
        let most = (at + 1 + self.longest_unit).min(tokens.len());
        for to in (at + 2..=most).rev() {
            if let Some(unit) = self.spellings.get(tokens.comparable_of(at + 1, to)) {
                let end = tokens.list[to - 1].span.end;
                return Some(Value {
                    value,
                    unit: Some(unit.clone()),
                    end,
                    next: to,
                });
            }
        }
        // `Cr 2 weeks ago`, `K 3 times`: a number that counts something else.
        let counts = tokens.len() > at + 1
            && matches!(
                tokens.word(at + 1),
                "week"
                    | "weeks"
                    | "day"
                    | "days"
                    | "hour"
                    | "hours"
                    | "hrs"
                    | "month"
                    | "months"
                    | "year"
                    | "years"
                    | "times"
                    | "x"
                    | "mg"
                    | "mcg"
                    | "ml"
                    | "meq"
                    | "units"
                    | "tablets"
            );
        (!counts).then_some(Value {
            value,
            unit: None,
            end: token.span.end,
            next: at + 1,
        })
    }
}

/// A number with its unit: where it ends, and the token after it.
struct Value {
    value: f64,
    unit: Option<Arc<str>>,
    end: usize,
    next: usize,
}

impl Analyte {
    /// Whether a short name is spelt as the list spells it.
    fn spelt(&self, text: &str, tokens: &Tokens, found: Found) -> bool {
        let span = Span::new(
            tokens.list[found.from].span.start,
            tokens.list[found.to - 1].span.end,
        );
        let written = span.of(text);
        found.to - found.from > 1
            || written.chars().count() > SHORT_NAME
            || self.exact.iter().any(|n| n == written)
    }

    /// Adds a value if it is plausible; says whether it was.
    fn push(
        &self,
        tokens: &Tokens,
        found: Found,
        comparator: Comparator,
        value: Value,
        out: &mut Vec<Measurement>,
    ) -> bool {
        let fits = |range: &[f64; 2]| value.value >= range[0] && value.value <= range[1];
        let plausible: Vec<_> = self.units.iter().filter(|(_, range)| fits(range)).collect();
        let known = value
            .unit
            .as_ref()
            .is_none_or(|u| plausible.iter().any(|(unit, _)| unit == u));
        if !known || plausible.is_empty() {
            return false;
        }
        let unit = value.unit.filter(|u| !u.is_empty());
        let fitting = match plausible.as_slice() {
            [(only, _)] if unit.is_none() && !only.is_empty() => Some(only.clone()),
            _ => None,
        };
        let start = tokens.list[found.from].span.start;
        out.push(Measurement {
            analyte: self.id.clone(),
            value: value.value,
            comparator,
            unit,
            fitting,
            name: Span::new(start, tokens.list[found.to - 1].span.end),
            span: Span::new(start, value.end),
        });
        true
    }
}

fn analyte(
    file: &str,
    entry: &AnalyteEntry,
    all: &[AnalyteEntry],
    units: &[UnitEntry],
) -> Result<Analyte, LanguageError> {
    let mut ranges = Vec::new();
    for (unit, range) in &entry.units {
        if !(unit.is_empty() || units.iter().any(|u| u.name == *unit)) {
            let what = format!("there is no unit `{unit}`");
            return Err(LanguageError::entry(file, &entry.id, what));
        }
        ranges.push((Arc::from(unit.as_str()), *range));
    }
    let pair = match &entry.pair {
        None => None,
        Some(id) => {
            let what = format!("there is no analyte `{id}`");
            let other = all.iter().position(|e| e.id == *id);
            Some(other.ok_or_else(|| LanguageError::entry(file, &entry.id, what))?)
        }
    };
    Ok(Analyte {
        id: Arc::from(entry.id.as_str()),
        units: ranges,
        pair,
        exact: entry.names.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::UNITS;
    use super::*;

    fn check(text: &str, expected: &[(&str, f64, &str)]) {
        let units = Units::load(&[("units.toml", UNITS)]).unwrap();
        let found = units.find(text, &Tokens::of(text));
        let got: Vec<_> = found
            .iter()
            .map(|m| (&*m.analyte, m.value, m.unit.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn values_are_read() {
        check("creatinine 2.1", &[("creatinine", 2.1, "")]);
        check("Cr 2.1 mg/dL", &[("creatinine", 2.1, "mg/dL")]);
        check(
            "T 38.5 C, T 101.2F",
            &[("temperature", 38.5, "Cel"), ("temperature", 101.2, "degF")],
        );
        check(
            "BP was 122/78 mmHg",
            &[
                ("systolic_pressure", 122.0, "mmHg"),
                ("diastolic_pressure", 78.0, "mmHg"),
            ],
        );
        check(
            "creatinine rose from 1.0 to 2.1",
            &[("creatinine", 1.0, ""), ("creatinine", 2.1, "")],
        );
        check(
            "white count of 14,500/uL; O2 sat 95%",
            &[
                ("leukocytes", 14500.0, "/uL"),
                ("oxygen_saturation", 95.0, "%"),
            ],
        );
    }

    #[test]
    fn what_is_no_value_is_left() {
        check("Cr 2 weeks ago", &[]);
        check("creatinine on 3/4", &[]);
        check("potassium 40 meq", &[]);
        check("cr 2.1", &[]);
        check("heart rate 5000", &[]);
    }

    #[test]
    fn a_unit_is_not_assumed() {
        let units = Units::load(&[("units.toml", UNITS)]).unwrap();
        let text = "creatinine 2.1, troponin < 0.01";
        let found = units.find(text, &Tokens::of(text));
        assert_eq!(found[0].unit, None);
        assert_eq!(found[0].fitting.as_deref(), Some("mg/dL"));
        assert_eq!(found[0].span.of(text), "creatinine 2.1");
        assert_eq!(found[1].comparator, Comparator::Below);
        assert_eq!(found[1].fitting, None);
    }
}
