//! What a searcher may see, as conditions outside the user's part of a query. Nothing a person
//! can type reaches them.

use super::schema::Fields;
use crate::domain::document::Sensitivity;
use crate::domain::search::{SearchAccess, SearchRequest};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

/// The user's query, narrowed to what `access` grants and to the visit, the patient and the time
/// asked for.
pub(super) fn narrow(
    query: Box<dyn Query>,
    request: &SearchRequest,
    fields: &Fields,
) -> Box<dyn Query> {
    let mut parts = granted(&request.access, fields);
    if let Some(encounter) = request.encounter {
        parts.push((Occur::Must, column_is(fields.encounter, encounter.0)));
    }
    if let Some(patient) = request.patient {
        parts.push((Occur::Must, column_is(fields.patient, patient.0)));
    }
    if let Some(after) = request.taken_after {
        let after = Bound::Excluded(Term::from_field_i64(fields.taken, after.0));
        let newer = RangeQuery::new(after, Bound::Unbounded);
        parts.push((Occur::Must, unscored(Box::new(newer))));
    }
    if parts.is_empty() {
        return query;
    }
    parts.push((Occur::Must, query));
    Box::new(BooleanQuery::new(parts))
}

/// Documents whose column has this value.
fn column_is(column: Field, value: i64) -> Box<dyn Query> {
    let value = || Bound::Included(Term::from_field_i64(column, value));
    unscored(Box::new(RangeQuery::new(value(), value())))
}

/// A query of ours, narrowed to what `access` grants.
pub(super) fn seen(
    query: Box<dyn Query>,
    access: &SearchAccess,
    fields: &Fields,
) -> Box<dyn Query> {
    let mut parts = granted(access, fields);
    if parts.is_empty() {
        return query;
    }
    parts.push((Occur::Must, query));
    Box::new(BooleanQuery::new(parts))
}

/// The conditions of what `access` grants.
fn granted(access: &SearchAccess, fields: &Fields) -> Vec<(Occur, Box<dyn Query>)> {
    let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    if let Some(provider) = access.only_provider {
        let term = Term::from_field_i64(fields.providers, provider.0);
        parts.push((Occur::Must, exactly(term)));
    }
    if !access.sensitive {
        // Sensitive documents are few, so leaving them out is cheaper than asking for all
        // others. Every document has a sensitivity, and every one but normal is listed here.
        for &sensitivity in Sensitivity::ALL {
            if sensitivity != Sensitivity::Normal {
                let term = Term::from_field_text(fields.sensitivity, sensitivity.name());
                parts.push((Occur::MustNot, exactly(term)));
            }
        }
    }
    parts
}

/// Documents with this term, without a say in their score.
pub(super) fn exactly(term: Term) -> Box<dyn Query> {
    unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}

/// A condition without a say in the score.
pub(super) fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
