//! Raw tantivy as it comes out of the box: what search is compared with.

use super::{TOP, cpu_seconds, lines};
use serde_json::Value;
use std::ops::Bound;
use std::path::Path;
use std::time::Instant;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::*;
use tantivy::schema::Value as _;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TEXT};
use tantivy::snippet::SnippetGenerator;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};

struct Fields {
    doc_id: Field,
    mrn: Field,
    kind: Field,
    author: Field,
    date: Field,
    rest: Field,
    text: Field,
}

fn schema() -> (Schema, Fields) {
    let mut s = Schema::builder();
    let fields = Fields {
        doc_id: s.add_text_field("doc_id", STRING | STORED),
        mrn: s.add_text_field("mrn", STRING | STORED),
        kind: s.add_text_field("type", STRING | STORED),
        author: s.add_text_field("author", STRING | STORED),
        date: s.add_u64_field("date", FAST | INDEXED | STORED),
        rest: s.add_text_field("rest", STORED),
        text: s.add_text_field("text", TEXT | STORED),
    };
    (s.build(), fields)
}

/// The peer, built.
pub struct Peer {
    fields: Fields,
    writer: std::cell::RefCell<IndexWriter>,
    reader: IndexReader,
    pub seconds: f64,
    pub cpu: f64,
}

pub fn build(corpus: &Path, dir: &Path, documents: usize) -> Peer {
    std::fs::create_dir(dir).expect("a folder");
    let (schema, fields) = schema();
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let index = Index::create_in_dir(dir, schema).expect("an index");
    let mut writer: IndexWriter = index
        .writer_with_num_threads(1, 512_000_000)
        .expect("a writer");
    for v in lines(corpus, documents) {
        writer.add_document(document(&fields, &v)).expect("to add");
    }
    writer.commit().expect("to commit");
    let segments = index.searchable_segment_ids().expect("segments");
    if segments.len() > 1 {
        writer.merge(&segments).wait().expect("to merge");
    }
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()
        .expect("a reader");
    Peer {
        fields,
        writer: writer.into(),
        reader,
        seconds,
        cpu,
    }
}

fn day(text: &str) -> u64 {
    text.replace('-', "").parse().expect("a date")
}

fn document(fields: &Fields, v: &Value) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    let text = |name: &str| v[name].as_str().expect("text");
    out.add_text(fields.doc_id, text("doc_id"));
    out.add_text(fields.mrn, text("mrn"));
    out.add_text(fields.kind, text("type"));
    out.add_text(fields.author, text("author"));
    out.add_u64(fields.date, day(text("date")));
    let rest = format!("{}\t{}", text("patient"), text("encounter"));
    out.add_text(fields.rest, rest);
    out.add_text(fields.text, text("text"));
    out
}

impl Peer {
    pub fn add(&self, v: &Value) {
        let mut writer = self.writer.borrow_mut();
        writer
            .add_document(document(&self.fields, v))
            .expect("to add");
        writer.commit().expect("to commit");
        self.reader.reload().expect("to reload");
    }

    /// Count, best 50 and a snippet for each, in one pass over the query as tantivy offers it.
    pub fn search(&self, q: &Value) -> usize {
        let searcher = self.reader.searcher();
        let query = self.translate(q);
        let top = TopDocs::with_limit(TOP).order_by_score();
        let (best, count) = searcher.search(&*query, &(top, Count)).expect("to search");
        let mut snippets =
            SnippetGenerator::create(&searcher, &*query, self.fields.text).expect("snippets");
        snippets.set_max_num_chars(150);
        for (_, at) in best {
            let document: TantivyDocument = searcher.doc(at).expect("a document");
            let id = document
                .get_first(self.fields.doc_id)
                .and_then(|v| v.as_str());
            std::hint::black_box((snippets.snippet_from_doc(&document).to_html(), id));
        }
        count
    }

    fn translate(&self, q: &Value) -> Box<dyn Query> {
        let f = &self.fields;
        let words = |name: &str| -> Vec<String> {
            let list = q[name].as_array().into_iter().flatten();
            list.filter_map(|w| w.as_str().map(str::to_owned)).collect()
        };
        let term = |word: &String| -> Box<dyn Query> {
            let term = Term::from_field_text(f.text, word);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        clauses.extend(words("must").iter().map(|word| (Occur::Must, term(word))));
        if let Some(word) = q["fuzzy"].as_str() {
            let distance = q["distance"].as_u64().unwrap_or(1) as u8;
            let term = Term::from_field_text(f.text, word);
            let query = FuzzyTermQuery::new(term, distance, true);
            clauses.push((Occur::Must, Box::new(query)));
        }
        let phrase = words("phrase");
        if !phrase.is_empty() {
            let terms = phrase
                .iter()
                .map(|word| Term::from_field_text(f.text, word));
            clauses.push((Occur::Must, Box::new(PhraseQuery::new(terms.collect()))));
        }
        if let Some(prefix) = q["prefix"].as_str() {
            let query = RegexQuery::from_pattern(&format!("{prefix}.*"), f.text);
            clauses.push((Occur::Must, Box::new(query.expect("a pattern"))));
        }
        clauses.extend(words("not").iter().map(|word| (Occur::MustNot, term(word))));
        for (name, field) in [("mrn", f.mrn), ("type", f.kind), ("author", f.author)] {
            if let Some(value) = q[name].as_str() {
                let term = Term::from_field_text(field, value);
                let query = TermQuery::new(term, IndexRecordOption::Basic);
                let query = ConstScoreQuery::new(Box::new(query), 0.0);
                clauses.push((Occur::Must, Box::new(query)));
            }
        }
        if let (Some(from), Some(to)) = (q["date_from"].as_str(), q["date_to"].as_str()) {
            let bound = |text| Bound::Included(Term::from_field_u64(f.date, day(text)));
            let query = RangeQuery::new(bound(from), bound(to));
            let query = ConstScoreQuery::new(Box::new(query), 0.0);
            clauses.push((Occur::Must, Box::new(query)));
        }
        if clauses.len() == 1 && clauses[0].0 == Occur::Must {
            return clauses.remove(0).1;
        }
        Box::new(BooleanQuery::new(clauses))
    }
}
