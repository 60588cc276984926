//! A sample opportunity, queries and what the check finds in them.

use super::{ECHO, VISIT, at, moment};
use crate::domain::ids::*;
use crate::domain::opportunity::{Evidence, Opportunity};
use crate::domain::query::{
    Indicator, IndicatorKind, LintFinding, LintLevel, Query, QueryFormat, QueryState, QueryText,
};
use crate::domain::query_life::QueryStanding;
use crate::domain::untrusted::Untrusted;
use crate::tui::desk::QueryRow;

/// What a rule found in the sample chart: a value, and words of a document.
pub fn opportunity() -> Opportunity {
    let fact = Evidence {
        kind: IndicatorKind::Laboratory,
        name: "pO2".into(),
        value: Some(52.0),
        text: "52".into(),
        unit: "mmHg".into(),
        at: moment("2026-02-04T09:30:00Z"),
        document: None,
        start: 0,
        end: 0,
        line: 0,
        source: "Laboratory".into(),
        prior: false,
    };
    let words = Evidence {
        kind: IndicatorKind::Document,
        name: "Oxygen".into(),
        value: None,
        text: "On 6 L by mask, two-word sentences.".into(),
        unit: Untrusted::default(),
        document: Some(ECHO),
        start: 0,
        end: 12,
        line: 12,
        source: "Progress note".into(),
        ..fact.clone()
    };
    Opportunity {
        topic: "resp-failure-hypoxic".into(),
        rule: "resp-failure-hypoxic".into(),
        rule_version: 1,
        title: "Oxygenation".into(),
        criterion: "pO2 below 60 mmHg with three signs more.".into(),
        source: vec!["ACP Hospitalist 11/2013".into()],
        rank: 70,
        rank_why: "70 for this rule".into(),
        evidence: vec![fact, words],
        template: "respiratory_failure".into(),
        template_name: "Oxygenation".into(),
    }
}

/// An indicator from a document.
pub fn indicator() -> Indicator {
    Indicator {
        kind: IndicatorKind::Document,
        text: "Left ventricular ejection fraction 30%.".into(),
        date: moment("2026-02-04T15:30:00Z"),
        document: Some(ECHO),
        source: "Transthoracic echocardiogram 2026-02-04".into(),
        ..Indicator::default()
    }
}

/// A query in a state.
pub fn query(id: i64, state: QueryState) -> QueryRow {
    let sent = state != QueryState::Draft;
    let text = QueryText {
        title: "Heart failure".into(),
        format: QueryFormat::MultipleChoice,
        indicators: vec![indicator()],
        body: "Please clarify the type and acuity of heart failure, if any.".into(),
        options: [
            "Acute systolic",
            "Chronic systolic",
            "Other: ____",
            "Unable to determine",
        ]
        .map(Untrusted::from)
        .to_vec(),
        ..QueryText::default()
    };
    QueryRow {
        query: Query {
            id: QueryId(id),
            version: 4,
            state,
            provider: Some(ProviderId(21)),
            issued: sent.then(|| at("2026-03-10T15:00:00Z")),
            asked: sent.then(|| at("2026-03-10T15:00:00Z")),
            due: sent.then(|| at("2026-03-18T03:59:59Z")),
            answer: match state {
                QueryState::Responded => "Acute systolic".into(),
                _ => Untrusted::default(),
            },
            answered: (state == QueryState::Responded).then(|| at("2026-03-12T15:00:00Z")),
            ..Query::draft(VISIT, UserId(7), text, at("2026-03-22T17:58:30Z"))
        },
        patient_name: "ZZTEST,ANN".into(),
        mrn: "4410123".into(),
        visit: "V1001".into(),
        provider_name: "SMITH,A".into(),
        author_name: "Lee".into(),
        standing: QueryStanding::default(),
        template: None,
    }
}

/// A blocking and a warning finding about the question.
pub fn findings(body: &str) -> Vec<LintFinding> {
    let start = body.find("confirm").unwrap_or(0);
    vec![
        LintFinding {
            rule: "L1".into(),
            level: LintLevel::Block,
            field: "body".into(),
            start,
            end: (start + "confirm".len()).min(body.len()),
            reason: "It leads the provider to one answer.".into(),
            remedy: "Ask for clinical judgment without naming the answer.".into(),
        },
        LintFinding {
            rule: "L7".into(),
            level: LintLevel::Warn,
            field: "options".into(),
            start: 0,
            end: 5,
            reason: "Fewer than two clinical options.".into(),
            remedy: "Add another option the indicators support.".into(),
        },
    ]
}
