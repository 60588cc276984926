//! Known-item search: a report's description as the query, the report as the one right answer.
//!
//! `cargo bench --bench search -- known FILE.csv[.gz]` with the columns `description` and
//! `transcription`. Texts that stand there twice are taken once, descriptions that several texts
//! share are left out. Beside ours: SQLite FTS5 and raw tantivy, both asked for any of the words,
//! ranked by BM25.

use super::{Ours, TOP, document};
use chartroom::domain::search::SearchRequest;
use chartroom::grammar::terms::folded;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::Path;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, IndexRecordOption, Schema, TEXT};
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

struct Item {
    query: Vec<String>,
    text: String,
}

pub fn run(path: &Path) {
    let items = items(path);
    println!("{} reports with a description of their own", items.len());
    report("ours", &ranks(&items, &ours(&items)));
    report("tantivy", &ranks(&items, &raw(&items)));
    report("FTS5", &ranks(&items, &fts5(&items)));
}

/// The place of the right answer for each query, from 1; 0 if it is not among the best.
fn ranks(items: &[Item], ask: &dyn Fn(&[String]) -> Vec<usize>) -> Vec<usize> {
    let of = |(i, item): (usize, &Item)| {
        let found = ask(&item.query);
        found.iter().position(|at| *at == i).map_or(0, |at| at + 1)
    };
    items.iter().enumerate().map(of).collect()
}

fn report(name: &str, ranks: &[usize]) {
    let first = ranks.iter().filter(|rank| **rank == 1).count();
    let reciprocal = |rank: &usize| if *rank == 0 { 0.0 } else { 1.0 / *rank as f64 };
    let sum: f64 = ranks.iter().map(reciprocal).sum();
    println!(
        "{name:8} success@1 {:.3}  MRR {:.3}  not among the best {TOP}: {}",
        first as f64 / ranks.len() as f64,
        sum / ranks.len() as f64,
        ranks.iter().filter(|rank| **rank == 0).count()
    );
}

fn items(path: &Path) -> Vec<Item> {
    let bytes = std::fs::read(path).expect("the file");
    let mut text = String::new();
    if path.extension().is_some_and(|ext| ext == "gz") {
        let mut gz = flate2::read::GzDecoder::new(bytes.as_slice());
        gz.read_to_string(&mut text).expect("UTF-8");
    } else {
        text = String::from_utf8(bytes).expect("UTF-8");
    }
    let rows = rows(&text);
    let (head, rows) = rows.split_first().expect("a head");
    let column = |name: &str| head.iter().position(|c| c == name).expect("the column");
    let (description, transcription) = (column("description"), column("transcription"));
    let mut seen = HashSet::new();
    let mut shared: HashMap<Vec<String>, usize> = HashMap::new();
    let mut items = Vec::new();
    for row in rows {
        let (Some(query), Some(text)) = (row.get(description), row.get(transcription)) else {
            continue;
        };
        let query = folded(query);
        if query.is_empty() || text.trim().is_empty() || !seen.insert(text.trim().to_owned()) {
            continue;
        }
        *shared.entry(query.clone()).or_insert(0) += 1;
        items.push(Item {
            query,
            text: text.clone(),
        });
    }
    items.retain(|item| shared[&item.query] == 1);
    items
}

/// The rows of a CSV text.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    rows
}

type Ask<'a> = Box<dyn Fn(&[String]) -> Vec<usize> + 'a>;

fn ours(items: &[Item]) -> Ask<'static> {
    let place = tempfile::tempdir().expect("a folder");
    let ours = Ours::over(
        &place.path().join("ours"),
        items.iter().enumerate().map(|(i, item)| {
            document(
                i as i64 + 1,
                &json!({ "text": item.text, "mrn": "1", "encounter": "E1", "type": "Note" }),
            )
        }),
    );
    Box::new(move |words| {
        let _kept = &place;
        let mut request = SearchRequest::new(words.join(" ").into(), TOP);
        request.lenient = true;
        let answer = ours.ask(&request, &Ours::access());
        let ids = answer.hits.iter().map(|hit| hit.document.0 as usize - 1);
        ids.collect()
    })
}

fn raw(items: &[Item]) -> Ask<'static> {
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TEXT);
    let id = schema.add_u64_field("id", FAST);
    let index = Index::create_in_ram(schema.build());
    let mut writer: IndexWriter = index
        .writer_with_num_threads(1, 100_000_000)
        .expect("a writer");
    for (i, item) in items.iter().enumerate() {
        let mut document = TantivyDocument::default();
        document.add_text(text, &item.text);
        document.add_u64(id, i as u64);
        writer.add_document(document).expect("to add");
    }
    writer.commit().expect("to commit");
    let searcher = index.reader().expect("a reader").searcher();
    Box::new(move |words| {
        let term = |word: &String| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(text, word);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(query))
        };
        let query = BooleanQuery::new(words.iter().map(term).collect());
        let best = searcher
            .search(&query, &TopDocs::with_limit(TOP).order_by_score())
            .expect("to search");
        let id = |at: tantivy::DocAddress| {
            let segment = searcher.segment_reader(at.segment_ord);
            let column = segment.fast_fields().u64("id").expect("a column");
            column.first(at.doc_id).expect("an id") as usize
        };
        best.into_iter().map(|(_, at)| id(at)).collect()
    })
}

fn fts5(items: &[Item]) -> Ask<'static> {
    let db = rusqlite::Connection::open_in_memory().expect("a database");
    db.execute_batch("CREATE VIRTUAL TABLE note USING fts5(text)")
        .expect("a table");
    for (i, item) in items.iter().enumerate() {
        db.execute(
            "INSERT INTO note (rowid, text) VALUES (?1, ?2)",
            rusqlite::params![i as i64, item.text],
        )
        .expect("to add");
    }
    Box::new(move |words| {
        let query: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let mut ask = db
            .prepare_cached("SELECT rowid FROM note WHERE note MATCH ?1 ORDER BY rank LIMIT 50")
            .expect("a statement");
        let rows = ask.query_map([query.join(" OR ")], |row| row.get::<_, i64>(0));
        let rows = rows.expect("to search");
        rows.map(|row| row.expect("a row") as usize).collect()
    })
}
