//! A mapping file: which file is which table, which column is what.
//!
//! Owns reading and checking the file; [`super::record`] makes records by it. Every mistake is
//! told with its line. Start at [`Mapping::parse`].

use super::dictionary::{Dictionaries, Dictionary};
use super::template::{Template, Value, Written};
use crate::domain::record::RecordKind;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A mapping that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct MappingError {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// How tables become records.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Its name.
    pub name: String,
    /// Where the tables and the codes it knows are described; empty if it does not say.
    pub source: String,
    pub(super) delimiter: char,
    pub(super) zone: Option<TimeZone>,
    pub(super) times: Vec<String>,
    pub(super) nulls: Vec<String>,
    pub(super) dictionaries: Dictionaries,
    pub(super) tables: Vec<Table>,
}

/// One table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub file: Option<String>,
    pub kind: RecordKind,
    /// Columns that must be there for the file to be this table.
    pub needs: Vec<String>,
    pub only: Vec<(String, Vec<String>)>,
    pub fields: BTreeMap<String, Value>,
    pub codings: Vec<(Template, Template)>,
    pub dots: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    source: String,
    delimiter: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    times: Vec<String>,
    #[serde(default)]
    nulls: Vec<String>,
    #[serde(default)]
    dictionary: BTreeMap<String, Dictionary>,
    table: Vec<toml::Spanned<TableFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    file: Option<String>,
    record: String,
    #[serde(default)]
    only: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    dots: bool,
    #[serde(default)]
    coding: Vec<CodingFile>,
    fields: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodingFile {
    system: String,
    code: String,
}

/// The fields of each kind of record; those with `!` must be written.
#[rustfmt::skip]
const FIELDS: &[(RecordKind, &[&str])] = &[
    (RecordKind::Patient, &["id!", "mrn", "authority", "family", "given", "sex", "birth", "birth_year", "age", "deceased"]),
    (RecordKind::Encounter, &["id!", "patient!", "visit", "authority", "class", "status", "admitted", "discharged", "coded", "disposition", "reason", "location", "payer", "service", "attending", "admitting"]),
    (RecordKind::Diagnosis, &["id!", "patient!", "encounter", "text", "kind", "rank", "poa", "at", "status"]),
    (RecordKind::Procedure, &["id!", "patient!", "encounter", "text", "start", "end", "status", "setting"]),
    (RecordKind::Observation, &["id!", "patient!", "encounter", "category", "text", "value", "result", "unit", "low", "high", "flag", "at", "status"]),
    (RecordKind::Medication, &["id!", "patient!", "encounter", "kind", "text", "dose", "route", "start", "end", "status"]),
];

impl Mapping {
    /// Reads a mapping file; `file` is its name in messages.
    ///
    /// # Errors
    /// [`MappingError`] with the line of the first mistake.
    pub fn parse(file: &str, text: &str) -> Result<Self, MappingError> {
        let at = |offset: usize, what: String| MappingError {
            file: file.to_owned(),
            line: text[..offset.min(text.len())].matches('\n').count() + 1,
            what,
        };
        let read: File = toml::from_str(text).map_err(|e| {
            let offset = e.span().map_or(0, |s| s.start);
            at(offset, e.message().to_owned())
        })?;
        let delimiter = match read.delimiter.as_deref() {
            None => ',',
            Some(d) => {
                let mut chars = d.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) if c != '"' => c,
                    _ => return Err(at(0, "the delimiter is one character".into())),
                }
            }
        };
        let zone = read.zone.as_deref().map(TimeZone::get).transpose();
        let zone = zone.map_err(|_| at(0, "there is no such time zone".into()))?;
        let mut tables = Vec::new();
        for table in &read.table {
            let made = compile(table.get_ref(), &read.dictionary);
            tables.push(made.map_err(|what| at(table.span().start, what))?);
        }
        Ok(Self {
            name: read.name,
            source: read.source,
            delimiter,
            zone,
            times: if read.times.is_empty() {
                vec!["iso".to_owned()]
            } else {
                read.times
            },
            nulls: read.nulls,
            dictionaries: read.dictionary,
            tables,
        })
    }

    /// The dictionary that a file holds.
    pub(super) fn dictionary_of(&self, file: &str) -> Option<String> {
        let base = base(file);
        let mut named = self.dictionaries.iter();
        let found = named.find(|(_, d)| d.file.as_deref().is_some_and(|p| fits(p, &base)));
        found.map(|(name, _)| name.clone())
    }

    /// The table a file is; the reason in words if it is none.
    pub(super) fn table_of(&self, file: &str, header: &[String]) -> Result<&Table, String> {
        let base = base(file);
        let named: Vec<&Table> = self
            .tables
            .iter()
            .filter(|t| base.is_empty() || t.file.as_deref().is_none_or(|p| fits(p, &base)))
            .collect();
        let missing = |t: &&Table| -> Option<String> {
            t.needs.iter().find(|n| !header.contains(n)).cloned()
        };
        if let Some(table) = named.iter().find(|t| missing(t).is_none()) {
            return Ok(table);
        }
        Err(match named.first().and_then(missing) {
            Some(column) if !base.is_empty() => format!(
                "the mapping {} wants the column {column} in this table, and it has none",
                self.name
            ),
            _ => format!("no table of the mapping {} fits", self.name),
        })
    }

    /// The place of a file in the order of reading: dictionaries, then tables as written.
    pub(crate) fn rank(&self, file: &str) -> usize {
        if self.dictionary_of(file).is_some() {
            return 0;
        }
        let base = base(file);
        let fits = |t: &Table| t.file.as_deref().is_some_and(|p| fits(p, &base));
        let at = self.tables.iter().position(fits);
        at.map_or(usize::MAX, |n| n + 1)
    }
}

impl Table {
    /// Where each column of the header stands.
    pub fn places(&self, header: &[String]) -> BTreeMap<String, usize> {
        let numbered = header.iter().enumerate();
        numbered.map(|(n, name)| (name.clone(), n)).collect()
    }
}

fn compile(file: &TableFile, dictionaries: &Dictionaries) -> Result<Table, String> {
    let kind = RecordKind::from_name(&file.record);
    let known = FIELDS.iter().find(|f| Some(f.0) == kind);
    let Some((kind, names)) = known else {
        let names: Vec<&str> = FIELDS.iter().map(|f| f.0.name()).collect();
        return Err(format!(
            "`record` is one of {}, not `{}`",
            names.join(", "),
            file.record
        ));
    };
    let mut fields = BTreeMap::new();
    for (name, written) in &file.fields {
        if !names.iter().any(|n| n.trim_end_matches('!') == name) {
            return Err(format!(
                "a {} has no field `{name}`; it has {}",
                kind.name(),
                names.join(", ").replace('!', "")
            ));
        }
        fields.insert(name.clone(), Value::parse(written, dictionaries)?);
    }
    let required = names.iter().filter_map(|n| n.strip_suffix('!'));
    if let Some(absent) = required.into_iter().find(|n| !fields.contains_key(*n)) {
        return Err(format!("a {} needs the field `{absent}`", kind.name()));
    }
    let mut codings = Vec::new();
    for coding in &file.coding {
        codings.push((
            Template::parse(&coding.system, dictionaries)?,
            Template::parse(&coding.code, dictionaries)?,
        ));
    }
    let mut needs: Vec<String> = fields
        .values()
        .flat_map(Value::columns)
        .chain(
            codings
                .iter()
                .flat_map(|c| c.0.columns().chain(c.1.columns())),
        )
        .map(str::to_owned)
        .chain(file.only.keys().map(|k| k.to_lowercase()))
        .collect();
    needs.sort();
    needs.dedup();
    Ok(Table {
        file: file.file.clone(),
        kind: *kind,
        needs,
        only: file
            .only
            .iter()
            .map(|(c, v)| (c.to_lowercase(), v.clone()))
            .collect(),
        fields,
        codings,
        dots: file.dots,
    })
}

/// The name of a file without folders, archives and packing: `labs.csv` of `x/y.tar!labs.csv.gz`.
fn base(file: &str) -> String {
    let name = file.rsplit(['/', '\\', '!']).next().unwrap_or(file);
    let name = name.to_lowercase();
    let name = name
        .strip_suffix(".gz")
        .or_else(|| name.strip_suffix(".zst"))
        .unwrap_or(&name);
    if name == "-" {
        String::new()
    } else {
        name.to_owned()
    }
}

/// Whether a name fits a pattern with at most some `*`.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern = pattern.to_lowercase();
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        if let Some(piece) = last.replace(piece) {
            match rest.find(piece) {
                Some(at) => rest = &rest[at + str::len(piece)..],
                None => return false,
            }
        }
    }
    match last {
        Some(last) => rest.ends_with(last),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, want) in [
            ("labs.csv", "labs.csv", true),
            ("labs.csv", "labs2.csv", false),
            ("labs*.csv", "labs_2026.csv", true),
            ("*lab*", "my_labs.csv", true),
            ("*.csv", "labs.tsv", false),
        ] {
            assert_eq!(fits(pattern, name), want, "{pattern} {name}");
        }
        assert_eq!(base("x/y.tar!z/labs.csv.gz"), "labs.csv");
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let check = |text: &str, want: &str| {
            let error = Mapping::parse("m.toml", text).unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        };
        check("name = 1", "m.toml:1:");
        check(
            "name = \"x\"\n[[table]]\nrecord = \"lab\"\n[table.fields]\nid = \"a\"",
            "`record` is one of",
        );
        check(
            "name = \"x\"\n\n[[table]]\nrecord = \"patient\"\n[table.fields]\nmrn = \"{a}\"",
            "needs the field `id`",
        );
        check(
            "name = \"x\"\n[[table]]\nrecord = \"patient\"\n[table.fields]\nid = \"{a|nope}\"",
            "`nope` is no dictionary",
        );
        check(
            "name = \"x\"\n[[table]]\nrecord = \"patient\"\n[table.fields]\nid = \"{a}\"\nhue = \"{a}\"",
            "no field `hue`",
        );
    }
}
