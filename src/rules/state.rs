//! Documents and orders in a state that owes something: unsigned, uncosigned, incomplete.
//!
//! Owns the conditions on signature states. A state that is not recorded is never reported: a
//! rule file that names `unknown` is refused when it is read.

use super::rule::DocumentSpec;
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
    (spec.states.contains(&facts.signature) || (spec.preliminary && spec.states.is_empty()))
        && (spec.kinds.is_empty() || spec.kinds.contains(&facts.kind))
        && (!spec.preliminary || facts.preliminary)
        && !left_to_another
        && !view.replaced(d)
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

/// The visit, if it has ended with one of these dispositions.
pub(super) fn disposition<'a>(view: &View<'a>, wrong: &[Disposition]) -> Vec<About<'a>> {
    let ended = view.happened(StartEvent::Discharged, About::Visit);
    if ended && wrong.contains(&view.chart.encounter.facts.disposition) {
        vec![About::Visit]
    } else {
        Vec::new()
    }
}
