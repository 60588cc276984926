//! Documents and orders in a state that owes something: unsigned, uncosigned, incomplete.
//!
//! Owns the conditions on signature states. A state that is not recorded is never reported: a
//! rule file that names `unknown` is refused when it is read.

use super::content;
use super::rule::{DispositionSpec, DocumentSpec};
use super::view::{About, View};
use crate::domain::clinical::{Order, Status};
use crate::domain::deficiency::StartEvent;
use crate::domain::document::{Document, SignatureState};
use crate::domain::encounter::Disposition;
use crate::domain::ids::DocumentId;
use std::collections::BTreeSet;

/// Documents of this visit, and those naming none that were counted for it, in such a state.
pub(super) fn documents<'a>(
    view: &View<'a>,
    spec: &DocumentSpec,
    counted: &BTreeSet<DocumentId>,
) -> Vec<About<'a>> {
    let documents = view.documents.iter().copied();
    documents
        .filter(|d| view.names_visit(d) || counted.contains(&d.id))
        .filter(|d| owes(view, spec, d))
        .map(About::Document)
        .collect()
}

fn owes(view: &View<'_>, spec: &DocumentSpec, d: &Document) -> bool {
    let facts = &d.facts;
    let left_to_another = facts.preliminary && spec.except_preliminary.contains(&facts.kind);
    // A preliminary read is known by its mark, whatever is known of its signature.
    let any_state = spec.states.is_empty() && (spec.preliminary || !spec.content.is_empty());
    (spec.states.contains(&facts.signature) || any_state)
        && (spec.kinds.is_empty() || spec.kinds.contains(&facts.kind))
        && (!spec.preliminary || facts.preliminary)
        && !left_to_another
        && !view.replaced(d)
        && (spec.content.is_empty() || !lacking(view, spec, d).is_empty())
        && (spec.author_roles.is_empty() || by_role(view, spec, d))
}

/// Whether the author's role is known to be one of those named, and, where a second signature is
/// looked for, whether nobody else has given it.
fn by_role(view: &View<'_>, spec: &DocumentSpec, d: &Document) -> bool {
    let listed = |p| spec.author_roles.contains(&view.role(p));
    let Some(author) = d.author.filter(|a| listed(*a)) else {
        return false;
    };
    if !spec.uncosigned {
        return true;
    }
    let second = |signer| signer != author && !listed(signer);
    let signed_by_author_alone = match d.facts.signature {
        // "Authenticated by whoever must" is believed, unless the record names the author.
        SignatureState::Authenticated => d.authenticator == Some(author),
        _ => !d.authenticator.is_some_and(second),
    };
    d.cosigner.is_none() && signed_by_author_alone
}

/// Verbal orders without a recorded signature.
pub(super) fn verbal_orders<'a>(view: &View<'a>) -> Vec<About<'a>> {
    let unsigned = |o: &&Order| {
        o.facts.verbal
            && o.facts.signed.is_none()
            && !matches!(o.facts.status, Status::Cancelled | Status::Retracted)
            && o.facts.at.is_none_or(|m| view.passed(m))
    };
    view.chart
        .orders
        .iter()
        .filter(unsigned)
        .map(About::Order)
        .collect()
}

/// The elements a document's text lacks; none where its text is not at hand.
pub(super) fn lacking<'a>(
    view: &View<'_>,
    spec: &'a DocumentSpec,
    document: &Document,
) -> Vec<&'a str> {
    match view.dossier.texts.get(&document.id) {
        Some(text) if !text.is_blank() => content::lacking(text.raw(), &spec.content),
        _ => Vec::new(),
    }
}

/// What is wrong with the end of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The disposition is recorded as one that needs correction.
    Recorded,
    /// There is no discharge order.
    NoOrder,
    /// The order says this disposition.
    OrderSays(Disposition),
}

/// What is wrong with the end of the visit, if it has ended and something is.
pub(super) fn ending(view: &View<'_>, spec: &DispositionSpec) -> Option<Ending> {
    if !view.happened(StartEvent::Discharged, About::Visit) {
        return None;
    }
    let recorded = view.chart.encounter.facts.disposition;
    if spec.is.contains(&recorded) {
        return Some(Ending::Recorded);
    }
    if spec.order_titled.is_empty() || spec.no_order_for.contains(&recorded) {
        return None;
    }
    let said: Vec<String> = view
        .chart
        .orders
        .iter()
        .filter(|o| !matches!(o.facts.status, Status::Cancelled | Status::Retracted))
        .map(|o| o.facts.what.text.raw().to_lowercase())
        .filter(|text| spec.order_titled.iter().any(|word| text.contains(word)))
        .collect();
    if said.is_empty() {
        return spec.order_required.then_some(Ending::NoOrder);
    }
    // Only an order that says one disposition, and that not another word for the recorded one.
    let says = |text: &String| -> Vec<Disposition> {
        let has = |words: &Vec<String>| words.iter().any(|word| text.contains(word));
        let all = spec.order_says.iter().filter(|(_, words)| has(words));
        all.map(|(disposition, _)| *disposition).collect()
    };
    let all: Vec<Vec<Disposition>> = said.iter().map(says).collect();
    match all.last().map(Vec::as_slice) {
        Some([only]) if *only != recorded => Some(Ending::OrderSays(*only)),
        _ => None,
    }
}

/// Queries that are not answered and should be.
pub(super) fn queries<'a>(view: &View<'a>) -> Vec<About<'a>> {
    let asked = view.dossier.queries.iter();
    asked
        .filter(|q| q.due < view.now)
        .map(About::Query)
        .collect()
}
