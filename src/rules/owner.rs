//! Who owes an item, and why, in words.
//!
//! Owns the ladder: steps are tried in order, a trainee may be passed over, and the attending of
//! record, who is ultimately responsible, ends every ladder.

use super::schema::{OwnerFile, Step, Trainees};
use super::view::{About, View};
use crate::domain::clinical::{Procedure, ProcedureSetting};
use crate::domain::deficiency::DeficiencyState;
use crate::domain::document::SignatureState;
use crate::domain::ids::ProviderId;
use std::collections::BTreeMap;

/// The owner, if one can be told, and why.
pub(super) fn owner(
    view: &View<'_>,
    rule: &OwnerFile,
    stages: &BTreeMap<DeficiencyState, Vec<Step>>,
    about: About<'_>,
) -> (Option<ProviderId>, String) {
    if let About::Query(query) = about {
        return (query.provider, "was asked by the query".to_owned());
    }
    let class = view.chart.encounter.facts.class;
    let stage = stage(about);
    let ladder = stage
        .and_then(|s| stages.get(&s).or_else(|| rule.by_stage.get(&s)))
        .or_else(|| rule.by_class.get(&class))
        .unwrap_or(&rule.ladder);
    let mut steps = ladder.clone();
    if !steps.contains(&Step::Attending) {
        steps.push(Step::Attending);
    }
    let author = match about {
        About::Document(d) if rule.not_the_author => d.author,
        _ => None,
    };
    let mut passed: Vec<String> = Vec::new();
    let mut trainee: Option<(ProviderId, Step)> = None;
    for step in steps {
        if step == Step::Him {
            let words = "the department owns this stage";
            return (None, with(words, &passed));
        }
        if step == Step::OrderService {
            if let Some(words) = service_asked(about) {
                return (None, with(words, &passed));
            }
            continue;
        }
        match candidate(view, step, about) {
            None => passed.push(format!("no {} recorded", name(step))),
            Some(p) if author == Some(p) => {
                passed.push(format!("the {} is the author", name(step)));
            }
            Some(p) if rule.trainees == Trainees::PassOn && view.is_trainee(p) => {
                passed.push(format!("the {} is a trainee", name(step)));
                trainee = trainee.or(Some((p, step)));
            }
            Some(p) => return (Some(p), with(because(view, step), &passed)),
        }
    }
    match trainee {
        Some((p, step)) => (Some(p), with(because(view, step), &passed)),
        None => (None, with("nobody could be found", &passed)),
    }
}

/// How far the document an item is about has come.
pub(super) fn stage(about: About<'_>) -> Option<DeficiencyState> {
    let About::Document(d) = about else {
        return None;
    };
    Some(match d.facts.signature {
        SignatureState::Dictated | SignatureState::Incomplete => DeficiencyState::Dictated,
        SignatureState::Draft | SignatureState::Unsigned => DeficiencyState::Transcribed,
        SignatureState::Signed | SignatureState::Authenticated | SignatureState::Amended => {
            DeficiencyState::Signed
        }
        SignatureState::Retracted | SignatureState::Unknown => return None,
    })
}

fn with(reason: &str, passed: &[String]) -> String {
    if passed.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason} ({})", passed.join("; "))
    }
}

fn service_asked(about: About<'_>) -> Option<&'static str> {
    match about {
        About::Order(o) if o.to_service.is_some() => {
            Some("the order asks a service and names no person")
        }
        _ => None,
    }
}

fn candidate(view: &View<'_>, step: Step, about: About<'_>) -> Option<ProviderId> {
    let visit = &view.chart.encounter;
    match (step, about) {
        (Step::Author, About::Document(d)) => d.author,
        (Step::Assigned, About::Document(d)) => d.assigned,
        (Step::Performer, About::Procedure(p)) => p.performer,
        (Step::Anesthetist, About::Procedure(p)) => p.anesthetist,
        (Step::OrderPerformer, About::Order(o)) => o.performer,
        (Step::OrderedBy, About::Order(o)) => o.ordered_by,
        (Step::Surgeon, _) => surgeon(view),
        (Step::Admitting, _) => visit.admitting,
        (Step::Attending, _) => visit.attending,
        _ => None,
    }
}

/// Performer of the first surgery; of the first procedure whose setting is not known, if none
/// is known to be surgery.
fn surgeon(view: &View<'_>) -> Option<ProviderId> {
    let performer = |p: &Procedure| p.performer;
    view.surgeries(&[ProcedureSetting::OperatingRoom], true)
        .find_map(performer)
        .or_else(|| {
            view.surgeries(&[ProcedureSetting::Unknown], false)
                .find_map(performer)
        })
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Author => "author",
        Step::Assigned => "assigned signer",
        Step::Performer => "performer of the procedure",
        Step::Anesthetist => "anesthetist",
        Step::Surgeon => "surgeon",
        Step::OrderPerformer => "consultant in the order",
        Step::OrderService => "service in the order",
        Step::OrderedBy => "ordering provider",
        Step::Admitting => "admitting provider",
        Step::Attending => "attending",
        Step::Him => "department",
    }
}

fn because(view: &View<'_>, step: Step) -> &'static str {
    match step {
        Step::Author => "wrote the document",
        Step::Assigned => "is assigned to sign the document",
        Step::Performer => "performed the procedure",
        Step::Anesthetist => "gave anesthesia in the procedure",
        Step::Surgeon => "performed the first surgery of the visit",
        Step::OrderPerformer => "is asked by the order",
        Step::OrderService => "belongs to the service the order asks",
        Step::OrderedBy => "gave the order",
        Step::Admitting => "admitting provider of the visit",
        Step::Attending if view.chart.encounter.facts.discharged.is_some() => {
            "attending of record at discharge"
        }
        Step::Attending => "attending of record",
        Step::Him => "the department owns this stage",
    }
}
