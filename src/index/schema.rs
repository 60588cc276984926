//! What the index holds of a document, and how. Whoever changes it raises [`SCHEMA_VERSION`].

use super::marks::marks;
use super::stored::Packer;
use super::texts;
use crate::domain::search::IndexedDocument;
use crate::domain::time::{Instant, Moment, Precision, days_between};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::io;
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

/// Version of the schema; an index of another is rebuilt.
pub const SCHEMA_VERSION: u32 = 3;

/// Name of the tokenizer of words.
pub(super) const TEXT_TOKENIZER: &str = "chart";
/// Name of the tokenizer of marks.
pub(super) const MARKS_TOKENIZER: &str = "marks";
/// The words of documents.
pub(super) const TEXT: &str = "text";
/// Column that orders hits by date.
pub(super) const DATE: &str = "date";
/// Column of the document's row identity.
pub(super) const DOCUMENT: &str = "document";
/// Column of the instant of a document dated to the moment.
pub(super) const INSTANT: &str = "instant";
/// Column of the day of a document dated to the day.
pub(super) const DAY: &str = "day";
/// Column of the kind: its place among all kinds.
pub(super) const KIND: &str = "kind_column";
/// Column of the author.
pub(super) const AUTHOR: &str = "author_column";
/// Columns of what else hits are counted or gathered by.
pub(super) const SERVICE: &str = "service";
pub(super) const FACILITY: &str = "facility";
pub(super) const PATIENT: &str = "patient";
pub(super) const ENCOUNTER: &str = "encounter";

/// A moment: the instant, where one was stated; the day (see [`day_number`]), where only a date
/// was: days have no time zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    pub instant: Field,
    pub day: Field,
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The document's words, with positions.
    pub text: Field,
    /// Sections and stretches of the text, at its positions ([`super::marks`]).
    pub marks: Field,
    /// Values stated, whole: `creatinine 2.1`.
    pub values: Field,
    pub title: Field,
    pub author: Field,
    pub name: Field,
    /// Stable names, whole.
    pub kind: Field,
    pub status: Field,
    pub class: Field,
    pub sex: Field,
    /// Codes of the visit, in lower case, without dots.
    pub codes: Field,
    /// Record and visit number, trimmed and in lower case, whole.
    pub mrn: Field,
    pub visit: Field,
    /// Microseconds for ordering, whatever the precision; absent dates come last.
    pub date: Field,
    pub at: When,
    pub admitted: When,
    pub discharged: When,
    /// Years of age on the day of the document.
    pub age: Field,
    /// When the version was taken in.
    pub taken: Field,
    pub facility: Field,
    pub service: Field,
    /// Providers responsible for the chart, several.
    pub providers: Field,
    /// Stable name of the sensitivity.
    pub sensitivity: Field,
    pub patient: Field,
    pub encounter: Field,
    pub document: Field,
    pub kind_column: Field,
    pub author_column: Field,
    /// What hits show, packed: kept by [`texts`], not by tantivy.
    pub packed: Field,
}

/// The schema of this version.
pub(super) fn schema() -> (Schema, Fields) {
    let cut = |tokenizer: &str, fieldnorms: bool| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_fieldnorms(fieldnorms)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        )
    };
    let words = |fieldnorms: bool| cut(TEXT_TOKENIZER, fieldnorms);
    let whole = || {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic),
        )
    };
    let key = || NumericOptions::default() | INDEXED;
    let mut s = Schema::builder();
    let fields = Fields {
        text: s.add_text_field(TEXT, words(true)),
        marks: s.add_text_field("marks", cut(MARKS_TOKENIZER, false)),
        values: s.add_text_field("values", whole()),
        title: s.add_text_field("title", words(false)),
        author: s.add_text_field("author", words(false)),
        name: s.add_text_field("name", words(false)),
        kind: s.add_text_field("kind", whole()),
        status: s.add_text_field("status", whole()),
        class: s.add_text_field("class", whole()),
        sex: s.add_text_field("sex", whole()),
        codes: s.add_text_field("codes", whole()),
        mrn: s.add_text_field("mrn", whole()),
        visit: s.add_text_field("visit", whole()),
        date: s.add_i64_field(DATE, FAST),
        at: When {
            instant: s.add_i64_field(INSTANT, FAST),
            day: s.add_i64_field(DAY, FAST),
        },
        admitted: When {
            instant: s.add_i64_field("admitted_instant", FAST),
            day: s.add_i64_field("admitted_day", FAST),
        },
        discharged: When {
            instant: s.add_i64_field("discharged_instant", FAST),
            day: s.add_i64_field("discharged_day", FAST),
        },
        age: s.add_i64_field("age", FAST),
        taken: s.add_i64_field("taken", FAST),
        facility: s.add_i64_field(FACILITY, key() | FAST),
        service: s.add_i64_field(SERVICE, key() | FAST),
        providers: s.add_i64_field("providers", key()),
        sensitivity: s.add_text_field("sensitivity", whole()),
        patient: s.add_i64_field(PATIENT, FAST),
        encounter: s.add_i64_field(ENCOUNTER, FAST),
        document: s.add_i64_field(DOCUMENT, key() | FAST),
        kind_column: s.add_i64_field(KIND, FAST),
        author_column: s.add_i64_field(AUTHOR, FAST),
        packed: s.add_custom_field(texts::FIELD, texts::FIELD_TYPE, serde_json::Value::Null),
    };
    (s.build(), fields)
}

/// A document as tantivy takes it in.
pub(super) fn to_tantivy(
    fields: &Fields,
    packer: &mut Packer,
    document: &IndexedDocument,
) -> io::Result<TantivyDocument> {
    let mut out = TantivyDocument::default();
    out.add_text(fields.text, document.text.raw());
    if let Some(annotation) = &document.annotation {
        let marks = marks(document.text.raw(), annotation);
        if !marks.is_empty() {
            out.add_text(fields.marks, marks);
        }
        for value in &annotation.values {
            out.add_text(fields.values, value.to_lowercase());
        }
    }
    out.add_text(fields.title, document.title.raw());
    out.add_text(fields.author, document.author.raw());
    out.add_text(fields.name, document.patient_name.raw());
    names(&mut out, fields, document);
    for (field, text) in [(fields.mrn, &document.mrn), (fields.visit, &document.visit)] {
        if !text.is_blank() {
            out.add_text(field, whole(text.raw()));
        }
    }
    for code in &document.codes {
        out.add_text(fields.codes, whole_code(code.raw()));
    }
    times(&mut out, fields, document);
    ids(&mut out, fields, document);
    out.add_custom(fields.packed, &packer.pack(document)?);
    Ok(out)
}

/// Stable names.
fn names(out: &mut TantivyDocument, fields: &Fields, document: &IndexedDocument) {
    out.add_text(fields.kind, document.kind.name());
    out.add_text(fields.status, document.status.name());
    out.add_text(fields.class, document.class.name());
    out.add_text(fields.sex, document.sex.name());
    out.add_text(fields.sensitivity, document.sensitivity.name());
}

fn times(out: &mut TantivyDocument, fields: &Fields, document: &IndexedDocument) {
    let latest = document.at.map_or(i64::MIN, |moment| moment.at.0);
    out.add_i64(fields.date, latest);
    for (when, moment) in [
        (fields.at, document.at),
        (fields.admitted, document.admitted),
        (fields.discharged, document.discharged),
    ] {
        match moment {
            Some(at) if at.precision == Precision::Instant => out.add_i64(when.instant, at.at.0),
            Some(at) => out.add_i64(when.day, day_number(at.day(&TimeZone::UTC))),
            None => {}
        }
    }
    if let Some(age) = document
        .birth
        .zip(document.at)
        .and_then(|(b, at)| age(b, at))
    {
        out.add_i64(fields.age, age);
    }
    out.add_i64(fields.taken, document.taken.0);
}

fn ids(out: &mut TantivyDocument, fields: &Fields, document: &IndexedDocument) {
    let optional = [
        (fields.facility, document.facility.map(|id| id.0)),
        (fields.service, document.service.map(|id| id.0)),
        (fields.encounter, document.encounter.map(|id| id.0)),
        (fields.author_column, document.author_id.map(|id| id.0)),
    ];
    for (field, id) in optional {
        if let Some(id) = id {
            out.add_i64(field, id);
        }
    }
    for provider in &document.providers {
        out.add_i64(fields.providers, provider.0);
    }
    out.add_i64(fields.patient, document.patient.0);
    out.add_i64(fields.document, document.document.0);
    let kinds = crate::domain::document::DocumentKind::ALL.iter();
    let kind = kinds.take_while(|kind| **kind != document.kind).count();
    out.add_i64(fields.kind_column, kind as i64);
}

/// Whole years from a birth to a day; `None` before the birth.
fn age(birth: Moment, at: Moment) -> Option<i64> {
    let (birth, day) = (birth.day(&TimeZone::UTC), at.day(&TimeZone::UTC));
    let had = (day.month(), day.day()) >= (birth.month(), birth.day());
    let years = i64::from(day.year()) - i64::from(birth.year()) - i64::from(!had);
    (years >= 0).then_some(years)
}

/// A record or visit number as indexed: without surrounding space, in lower case.
pub(super) fn whole(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A code as indexed: as a number, and without its dots.
pub(super) fn whole_code(text: &str) -> String {
    whole(text).replace('.', "")
}

/// Days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i64 {
    days_between(Instant(0).day(&TimeZone::UTC), day)
}
