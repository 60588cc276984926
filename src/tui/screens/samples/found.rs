//! Sample hits.

use super::{ECHO, VISIT, moment};
use crate::domain::document::DocumentKind;
use crate::domain::ids::*;
use crate::domain::search::{SearchAnswer, SearchHit, SnippetPart};
use crate::domain::untrusted::Untrusted;

/// A hit with a highlighted passage.
pub fn hit(i: usize) -> SearchHit {
    let part = |text: &str, hit| SnippetPart {
        text: text.into(),
        hit,
    };
    let kinds = [DocumentKind::Imaging, DocumentKind::Progress];
    SearchHit {
        document: if i == 0 {
            ECHO
        } else {
            DocumentId(200 + i as i64)
        },
        encounter: Some(VISIT),
        patient: PatientId(1),
        kind: kinds[i % 2],
        title: Untrusted::default(),
        author: "GARCIA LOPEZ,MARIA".into(),
        patient_name: "ZZTEST,ANN".into(),
        mrn: Untrusted::new(format!("{}", 4_410_123 + i)),
        visit: "V1001".into(),
        at: moment("2026-02-04T15:30:00Z"),
        score: 1.0,
        in_group: 1,
        snippet: vec![
            part("...Impression: ", false),
            part("heart", true),
            part(" ", false),
            part("failure", true),
            part(" with reduced ejection fraction...", false),
        ],
    }
}

/// An answer with these hits of so many.
pub fn answer(from: usize, to: usize, count: usize) -> SearchAnswer {
    SearchAnswer {
        count,
        groups: count,
        hits: (from..to).map(hit).collect(),
        facets: Vec::new(),
        expansions: Vec::new(),
        partial: false,
        cut: false,
        suggestion: None,
        marks: Vec::new(),
        micros: 38_000,
        building: false,
        position: 9,
    }
}
