//! Whoever owes something in a chart finds it, counted and completed from like their own charts,
//! for as long as they owe it.

use super::super::testing::{Hospital, at, bare_stay, fair_query, note, patient, provider, stay};
use crate::domain::action::{Action, DeficiencyChange, DraftToSave};
use crate::domain::deficiency::Subject;
use crate::domain::document::{DocumentKind as K, Sensitivity, SignatureState as S};
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::people::ProviderRole;
use crate::domain::query_life::QueryChange;
use crate::domain::record::Record;
use crate::domain::search::SearchRequest;
use crate::domain::user::{Actor, Role};
use crate::domain::worklist::QueueView;

/// Smith's stay owes items and has a note and a sensitive one; another stay of Smith owes items too.
fn hospital() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    let written = |id: &str, p: &str, v: &str, text: &str| {
        note(id, p, v, K::Progress, S::Authenticated, text)
    };
    let mut sealed = written("n2", "p1", "v1", "Zebra, and what is sealed.");
    if let Record::Document(document) = &mut sealed.record {
        document.facts.sensitivity = Sensitivity::Restricted;
    }
    h.import(vec![
        provider("dr3", "Adams", ProviderRole::Attending),
        written("n1", "p1", "v1", "Zebra sign was seen."),
        sealed,
        patient("p2", "Zzother"),
        stay("v2", "p2"),
        written("n3", "p2", "v2", "Zebra of another stay."),
    ]);
    h.analyze();
    h.office.index_now(&mut |_| true).unwrap();
    h
}

fn who(h: &Hospital, name: &str) -> ProviderId {
    ProviderId(h.office.providers(&h.me, name, 2).unwrap()[0].id)
}

/// The texts' visits found, the count, and the counts by kind of document.
fn found(h: &Hospital, actor: &Actor) -> (Vec<String>, usize, usize) {
    let mut request = SearchRequest::new("zebra".into(), 10);
    request.facets = true;
    let answer = h.office.search(actor, &request.into()).unwrap();
    let visits = answer.hits.iter().map(|hit| hit.visit.raw().to_owned());
    let counted = answer.facets.first().map_or(0, |facet| {
        facet.values.iter().map(|value| value.count).sum()
    });
    (visits.collect(), answer.count, counted)
}

/// Names completed after `author:`, and whether a misspelt word is known.
fn told(h: &Hospital, actor: &Actor) -> (bool, bool) {
    let typed = "author:s";
    let completions = h.office.complete_search(actor, typed, typed.len()).unwrap();
    let misspelt = SearchRequest::new("zebrq".into(), 10).into();
    let suggestion = h.office.search(actor, &misspelt).unwrap().suggestion;
    (!completions.items.is_empty(), suggestion.is_some())
}

fn finds_nothing(h: &Hospital, actor: &Actor) {
    assert_eq!(found(h, actor), (Vec::new(), 0, 0));
    assert_eq!(told(h, actor), (false, false));
}

/// The stay in which something is owed, without its sensitive note and the other stay.
fn finds_the_stay(h: &Hospital, actor: &Actor) {
    assert_eq!(found(h, actor), (vec!["v1".to_owned()], 1, 1));
    assert_eq!(told(h, actor), (true, true));
}

/// Gives an item of the first stay to somebody.
fn assign(h: &Hospital, owner: ProviderId) -> DeficiencyId {
    let rows = h.queue(QueueView::All).rows;
    let stay = h.encounter("v1");
    let item = rows.iter().find(|row| row.encounter == stay).unwrap();
    let change = DeficiencyChange::Assign {
        owner: Some(owner),
        reason: "".into(),
    };
    h.act(Action::ChangeDeficiencies {
        items: vec![(item.id, item.version)],
        change,
    })
    .unwrap();
    item.id
}

#[test]
fn a_chart_in_which_an_item_is_owed_is_found_until_it_is_done() {
    let h = hospital();
    let jones = h.user("jones", &[Role::Provider], Some("Jones"));
    let adams = h.user("adams", &[Role::Provider], Some("Adams"));
    finds_nothing(&h, &jones);
    let item = assign(&h, who(&h, "Jones"));
    finds_the_stay(&h, &jones);
    finds_nothing(&h, &adams);
    let stay = h.encounter("v1");
    h.office.chart(&jones, stay, false).unwrap();
    // Of the visits of the patient it is listed, too.
    let patient = h.office.store.chart(stay, false).unwrap().patient.id;
    let visits = |actor| h.office.encounters_of(actor, patient).unwrap().len();
    assert_eq!((visits(&jones), visits(&adams)), (1, 0));

    let version = h.office.detail(&h.me, item).unwrap().row.version;
    h.act(Action::ChangeDeficiencies {
        items: vec![(item, version)],
        change: DeficiencyChange::Complete {
            comment: "seen on paper".into(),
        },
    })
    .unwrap();
    finds_nothing(&h, &jones);
    assert!(h.office.chart(&jones, stay, false).is_err());
}

#[test]
fn a_chart_in_which_somebody_owes_is_found_by_who_stands_in_while_they_do() {
    let h = hospital();
    let adams = h.user("adams", &[Role::Provider], Some("Adams"));
    assign(&h, who(&h, "Jones"));
    finds_nothing(&h, &adams);
    let cover = |from: &str, until: &str| Action::AddCover {
        provider: who(&h, "Jones"),
        by: who(&h, "Adams"),
        from: at(from),
        until: Some(at(until)),
        reason: "on call".into(),
    };
    h.act(cover("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z"))
        .unwrap();
    finds_nothing(&h, &adams);
    h.act(cover("2026-03-21T00:00:00Z", "2026-03-31T00:00:00Z"))
        .unwrap();
    finds_the_stay(&h, &adams);
    h.clock.set(at("2026-04-01T00:00:00Z"));
    finds_nothing(&h, &adams);
}

#[test]
fn a_chart_in_which_an_answer_is_owed_is_found_while_it_is_theirs() {
    let h = hospital();
    let jones = h.user("jones", &[Role::Provider], Some("Jones"));
    let draft = DraftToSave {
        query: None,
        encounter: h.encounter("v1"),
        provider: None,
        text: fair_query(),
    };
    let (query, version) = h.office.save_draft(&h.me, &draft).unwrap();
    // A draft asks nobody.
    finds_nothing(&h, &jones);
    h.act(Action::IssueQuery {
        query,
        version,
        provider: who(&h, "Jones"),
        due: at("2026-03-27T14:00:00Z"),
        again: false,
        overrule: Some("Jones saw the patient".into()),
    })
    .unwrap();
    finds_the_stay(&h, &jones);
    let version = h.office.query(&h.me, query).unwrap().version;
    h.act(Action::ChangeQuery {
        query,
        version,
        change: QueryChange::Redirect {
            provider: who(&h, "Smith"),
            due: at("2026-03-27T14:00:00Z"),
            reason: "knows the case".into(),
        },
    })
    .unwrap();
    finds_nothing(&h, &jones);
}

/// Stays of others in the measurement, and notes of each.
const CHARTS: usize = 5_000;
const NOTES: usize = 4;

/// Imports the stays of others; whoever leads them is Smith.
fn many_stays(h: &Hospital) {
    for first in (0..CHARTS).step_by(150) {
        let mut batch = Vec::new();
        for n in first..(first + 150).min(CHARTS) {
            let (p, v) = (format!("q{n}"), format!("w{n}"));
            batch.push(patient(&p, "Zzother"));
            batch.push(stay(&v, &p));
            for k in 0..NOTES {
                let text = format!("Quokka {n}. Seen on day {k}, zebra {}.", n % 7);
                let id = format!("w{n}-{k}");
                batch.push(note(&id, &p, &v, K::Progress, S::Authenticated, &text));
            }
        }
        h.import(batch);
    }
}

/// Times of one search by a provider who owes something in ever more charts of others: the whole of it,
/// and what of it goes into finding out which charts those are.
#[test]
#[ignore = "measures: takes minutes and prints times"]
fn how_long_a_search_takes_for_who_owes_in_how_many_charts() {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![provider("dr3", "Adams", ProviderRole::Attending)]);
    many_stays(&h);
    h.office.index_now(&mut |_| true).unwrap();
    let adams = h.user("adams", &[Role::Provider], Some("Adams"));
    let stays = (0..CHARTS).map(|n| h.encounter(&format!("w{n}")));
    let stays: Vec<_> = stays.collect();
    let mut given = 0;
    for charts in [0, 1, 100, CHARTS] {
        for stay in &stays[given..charts] {
            h.act(Action::AddDeficiency {
                encounter: *stay,
                kind: "DS-M".into(),
                subject: Subject::default(),
                owner: Some(who(&h, "Adams")),
                due: at("2026-03-29T14:00:00Z"),
                comment: "".into(),
            })
            .unwrap();
        }
        given = charts;
        let ask = SearchRequest::new("quokka".into(), 50).into();
        let mut whole = f64::INFINITY;
        let mut sight = f64::INFINITY;
        for _ in 0..20 {
            let start = std::time::Instant::now();
            let count = h.office.search(&adams, &ask).unwrap().count;
            whole = whole.min(start.elapsed().as_secs_f64() * 1e3);
            assert_eq!(count, charts * NOTES);
            let start = std::time::Instant::now();
            h.office.search_access(&adams).unwrap();
            sight = sight.min(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("owes in {charts} charts: {whole:.2} ms, of them {sight:.2} to find the charts");
    }
}
