//! What a searcher may see, as conditions outside the user's part of a query. Nothing a person
//! can type reaches them.

use super::schema::Fields;
use super::sight::{InSight, Sight};
use crate::domain::document::Sensitivity;
use crate::domain::ids::{DocumentId, ProviderId};
use crate::domain::search::{SearchAccess, SearchRequest};
use std::ops::Bound;
use std::sync::Arc;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// What somebody may see, told by what there is: who may not see sensitive documents sees
/// everything where there are none, and no condition need be asked of any document.
pub(super) fn among(
    searcher: &Searcher,
    access: &SearchAccess,
    fields: &Fields,
) -> tantivy::Result<SearchAccess> {
    let mut sensitive = true;
    if !access.sensitive {
        for term in hidden(fields) {
            sensitive &= searcher.doc_freq(&term)? == 0;
        }
    }
    Ok(SearchAccess {
        sensitive,
        ..access.clone()
    })
}

/// The user's query, narrowed to what `access` grants and to the visit, the patient and the time
/// asked for. `sight` is what `access` grants, found out already.
pub(super) fn narrow(
    query: Box<dyn Query>,
    request: &SearchRequest,
    access: &SearchAccess,
    sight: Option<&Arc<Sight>>,
    fields: &Fields,
) -> Box<dyn Query> {
    let mut parts = match sight {
        Some(sight) if access.only_provider.is_some() => {
            vec![(Occur::Must, Box::new(InSight(sight.clone())) as _)]
        }
        _ => granted(access, fields),
    };
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

/// Whether [`narrow`] has anything to narrow a query by.
pub(super) fn narrows(request: &SearchRequest, access: &SearchAccess) -> bool {
    let asked = request.encounter.is_some() || request.patient.is_some();
    asked || request.taken_after.is_some() || access.only_provider.is_some() || !access.sensitive
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
        parts.push((Occur::Must, theirs(provider, &access.owed, fields)));
    }
    if !access.sensitive {
        // Sensitive documents are few, so leaving them out is cheaper than asking for all others.
        let without = |term| (Occur::MustNot, exactly(term));
        parts.extend(hidden(fields).map(without));
    }
    parts
}

/// Documents of a provider's own charts, and of those in which they only owe something. Naming each is
/// cheaper than asking every document for its stay; they may be thousands, so it is done once for a
/// snapshot, when it is found out what is seen.
fn theirs(provider: ProviderId, owed: &[DocumentId], fields: &Fields) -> Box<dyn Query> {
    let own = exactly(Term::from_field_i64(fields.providers, provider.0));
    if owed.is_empty() {
        return own;
    }
    let term = |id: &DocumentId| Term::from_field_i64(fields.document, id.0);
    let owed = Box::new(TermSetQuery::new(owed.iter().map(term)));
    unscored(Box::new(BooleanQuery::union(vec![own, owed])))
}

/// The marks of sensitive documents: every document has a sensitivity, and every one but normal is
/// here.
pub(super) fn hidden(fields: &Fields) -> impl Iterator<Item = Term> {
    let field = fields.sensitivity;
    let sensitive = |sensitivity: &&Sensitivity| **sensitivity != Sensitivity::Normal;
    let all = Sensitivity::ALL.iter().filter(sensitive);
    all.map(move |sensitivity| Term::from_field_text(field, sensitivity.name()))
}

/// Documents with this term, without a say in their score.
pub(super) fn exactly(term: Term) -> Box<dyn Query> {
    unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}

/// A condition without a say in the score.
pub(super) fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

#[cfg(test)]
mod tests {
    use super::super::schema::schema;
    use super::*;
    use tantivy::{Index, TantivyDocument};

    /// An index of documents with these sensitivities.
    fn index(sensitivities: &[Sensitivity]) -> (Searcher, Fields) {
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        super::super::tokens::register(&index);
        let mut writer = index
            .writer_with_num_threads(1, 15_000_000)
            .expect("a writer");
        for sensitivity in sensitivities {
            let mut document = TantivyDocument::default();
            document.add_text(fields.sensitivity, sensitivity.name());
            writer.add_document(document).expect("room");
        }
        writer.commit().expect("a commit");
        let reader = index.reader().expect("a reader");
        (reader.searcher(), fields)
    }

    #[test]
    fn where_nothing_is_sensitive_nothing_is_left_out() {
        let access = |sensitive| SearchAccess {
            only_provider: Some(ProviderId(3)),
            owed: vec![DocumentId(5)],
            sensitive,
        };
        let seen = |sensitivities: &[Sensitivity], sensitive| {
            let (searcher, fields) = index(sensitivities);
            among(&searcher, &access(sensitive), &fields).expect("an answer")
        };
        let normal = Sensitivity::Normal;
        assert_eq!(seen(&[normal, normal], false), access(true));
        for &sensitivity in Sensitivity::ALL {
            let expected = access(sensitivity == normal);
            assert_eq!(seen(&[normal, sensitivity], false), expected);
            assert_eq!(seen(&[normal, sensitivity], true), access(true));
        }
    }
}
