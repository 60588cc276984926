//! What the index holds of a document, and how. Whoever changes it raises [`SCHEMA_VERSION`].

use crate::domain::document::DocumentKind;
use crate::domain::ids::{DocumentId, EncounterId, PatientId};
use crate::domain::search::IndexedDocument;
use crate::domain::time::{Instant, Moment, Precision, days_between};
use crate::grammar::terms::{Terms, fold_into, terms};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Index, TantivyDocument};

/// Version of the schema; an index of another is rebuilt.
pub const SCHEMA_VERSION: u32 = 1;

/// Name of our tokenizer.
const TOKENIZER: &str = "chart";
/// Column that orders hits by date.
pub(super) const DATE: &str = "date";
/// Column of the document's row identity.
pub(super) const DOCUMENT: &str = "document";

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The document's words, with positions; stored for snippets.
    pub text: Field,
    pub title: Field,
    pub author: Field,
    pub name: Field,
    /// Stable name of the kind.
    pub kind: Field,
    /// Record and visit number, trimmed and in lower case, whole.
    pub mrn: Field,
    pub visit: Field,
    /// Microseconds for ordering, whatever the precision; absent dates come last.
    pub date: Field,
    /// The instant, where one was stated.
    pub instant: Field,
    /// The day (see [`day_number`]), where only a date was stated: days have no time zone.
    pub day: Field,
    pub facility: Field,
    pub service: Field,
    /// Providers responsible for the chart, several.
    pub providers: Field,
    /// Stable name of the sensitivity.
    pub sensitivity: Field,
    pub patient: Field,
    pub encounter: Field,
    pub document: Field,
    /// A [`Record`] as JSON: what a hit shows.
    pub record: Field,
}

/// What a hit shows of a document, beside its text.
#[derive(Serialize, Deserialize)]
pub(super) struct Record<'a> {
    pub document: DocumentId,
    pub patient: PatientId,
    pub encounter: Option<EncounterId>,
    pub kind: DocumentKind,
    #[serde(borrow)]
    pub title: Cow<'a, str>,
    #[serde(borrow)]
    pub author: Cow<'a, str>,
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow)]
    pub mrn: Cow<'a, str>,
    #[serde(borrow)]
    pub visit: Cow<'a, str>,
    pub at: Option<Moment>,
}

/// The schema of this version.
pub(super) fn schema() -> (Schema, Fields) {
    let words = |fieldnorms: bool| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_fieldnorms(fieldnorms)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        )
    };
    let whole = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let key = || NumericOptions::default() | INDEXED;
    let mut schema = Schema::builder();
    let fields = Fields {
        text: schema.add_text_field("text", words(true) | STORED),
        title: schema.add_text_field("title", words(false)),
        author: schema.add_text_field("author", words(false)),
        name: schema.add_text_field("name", words(false)),
        kind: schema.add_text_field("kind", whole.clone()),
        mrn: schema.add_text_field("mrn", whole.clone()),
        visit: schema.add_text_field("visit", whole.clone()),
        date: schema.add_i64_field(DATE, FAST),
        instant: schema.add_i64_field("instant", FAST),
        day: schema.add_i64_field("day", FAST),
        facility: schema.add_i64_field("facility", key()),
        service: schema.add_i64_field("service", key()),
        providers: schema.add_i64_field("providers", key()),
        sensitivity: schema.add_text_field("sensitivity", whole),
        patient: schema.add_i64_field("patient", key()),
        encounter: schema.add_i64_field("encounter", key()),
        document: schema.add_i64_field(DOCUMENT, key() | FAST),
        record: schema.add_bytes_field("record", STORED),
    };
    (schema.build(), fields)
}

/// Gives an index our tokenizer. tantivy keeps only its name.
pub(super) fn register(index: &Index) {
    let analyzer = TextAnalyzer::from(ChartTokenizer::default());
    index.tokenizers().register(TOKENIZER, analyzer);
}

/// A document as tantivy takes it in.
pub(super) fn to_tantivy(
    fields: &Fields,
    document: &IndexedDocument,
) -> serde_json::Result<TantivyDocument> {
    let mut out = TantivyDocument::default();
    out.add_text(fields.text, document.text.raw());
    out.add_text(fields.title, document.title.raw());
    out.add_text(fields.author, document.author.raw());
    out.add_text(fields.name, document.patient_name.raw());
    out.add_text(fields.kind, document.kind.name());
    for (field, text) in [(fields.mrn, &document.mrn), (fields.visit, &document.visit)] {
        if !text.is_blank() {
            out.add_text(field, whole(text.raw()));
        }
    }
    out.add_i64(
        fields.date,
        document.at.map_or(i64::MIN, |moment| moment.at.0),
    );
    match document.at {
        Some(at) if at.precision == Precision::Instant => out.add_i64(fields.instant, at.at.0),
        Some(at) => out.add_i64(fields.day, day_number(at.day(&TimeZone::UTC))),
        None => {}
    }
    if let Some(facility) = document.facility {
        out.add_i64(fields.facility, facility.0);
    }
    if let Some(service) = document.service {
        out.add_i64(fields.service, service.0);
    }
    for provider in &document.providers {
        out.add_i64(fields.providers, provider.0);
    }
    out.add_text(fields.sensitivity, document.sensitivity.name());
    out.add_i64(fields.patient, document.patient.0);
    if let Some(encounter) = document.encounter {
        out.add_i64(fields.encounter, encounter.0);
    }
    out.add_i64(fields.document, document.document.0);
    let record = Record {
        document: document.document,
        patient: document.patient,
        encounter: document.encounter,
        kind: document.kind,
        title: document.title.raw().into(),
        author: document.author.raw().into(),
        name: document.patient_name.raw().into(),
        mrn: document.mrn.raw().into(),
        visit: document.visit.raw().into(),
        at: document.at,
    };
    out.add_bytes(fields.record, &serde_json::to_vec(&record)?);
    Ok(out)
}

/// A record or visit number as indexed: without surrounding space, in lower case.
pub(super) fn whole(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i64 {
    days_between(Instant(0).day(&TimeZone::UTC), day)
}

/// Cuts text into [`terms`].
#[derive(Clone, Default)]
struct ChartTokenizer {
    token: Token,
}

struct ChartTokens<'a> {
    text: &'a str,
    terms: Terms<'a>,
    token: &'a mut Token,
}

impl Tokenizer for ChartTokenizer {
    type TokenStream<'a> = ChartTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChartTokens<'a> {
        self.token.reset();
        ChartTokens {
            text,
            terms: terms(text),
            token: &mut self.token,
        }
    }
}

impl TokenStream for ChartTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((start, end)) = self.terms.next() else {
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = start;
        self.token.offset_to = end;
        fold_into(&self.text[start..end], &mut self.token.text);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
