//! What a searcher with limited sight is told is what an index without the rest would tell:
//! hits and their order, counts, facets, other names, spellings, suggestions, completions.

use super::*;
use crate::domain::encounter::Facility;
use crate::grammar::ast::Field;
use crate::language::Language;
use proptest::prelude::*;

/// Pieces of notes. The later ones stand in few notes, so that some people see none of them.
const PIECES: [&str; 12] = [
    "HISTORY OF PRESENT ILLNESS: Chest pain for two days. ",
    "ASSESSMENT: Sepsis. Creatinine 2.1. ",
    "PLAN: Start heparin. ",
    "No chest pain, no sepsis. ",
    "PAST MEDICAL HISTORY: Sepsis, myocardial infarction. ",
    "ASSESSMENT: Possible pneumonia. Cr 2.1 mg/dL. ",
    "FAMILY HISTORY: Heart attack in father. ",
    "PLAN: Return if you have chest pain. Heparin stopped. ",
    "Renal function failing; acute failure of the renal graft. ",
    "Blood culture and cultures. ",
    "Grafted skin, heparinized. ",
    "Sepses. Hepatic. Cultural. ",
];

fn notes(language: &Language) -> Vec<IndexedDocument> {
    let note = |id: i64| {
        let mix = |n: i64| (id * 7919 + n * 104_729 + n * n * id * 31) as usize;
        let pieces = (0..1 + id % 3).map(|n| PIECES[mix(n) / 7 % PIECES.len()]);
        let text: String = pieces.collect();
        let mut one = document(id, &text);
        one.annotation = Some(language.annotate(&text));
        one.patient = PatientId(1 + id % 7);
        one.encounter = (id % 5 != 0).then_some(EncounterId(id % 9));
        one.kind = DocumentKind::ALL[mix(3) % 6];
        one.title = ["Progress note", "Echo report", "Graft clinic"][mix(4) % 3].into();
        one.service = [None, Some(ServiceId(6)), Some(ServiceId(7))][mix(5) % 3];
        one.facility = Some(FacilityId(id % 2));
        one.author = ["SMITH,ADAM", "JONES,BEA", "SMITHERS,ADA"][mix(6) % 3].into();
        one.author_id = Some(ProviderId((mix(6) % 3) as i64));
        one.providers = vec![ProviderId(mix(7) as i64 % 3), ProviderId(9)];
        one.sensitivity = Sensitivity::ALL[[0, 0, 0, 1, 2][mix(8) % 5] % Sensitivity::ALL.len()];
        one.sex = Sex::ALL[mix(9) % Sex::ALL.len()];
        one.class = EncounterClass::ALL[mix(10) % 3];
        one.status = SignatureState::ALL[mix(11) % SignatureState::ALL.len()];
        one.at = (id % 11 != 0).then(|| {
            let hours = id * 24 * 31;
            Moment::at(instant("2024-01-01T03:00:00Z").plus_hours(hours))
        });
        one.mrn = format!("00-{}", id % 7).as_str().into();
        one.visit = format!("V{}", id % 9).as_str().into();
        one.patient_name = ["ZZTEST,ANN", "ZZPHI,BOB"][mix(12) % 2].into();
        one.codes = vec![format!("I21.{}", id % 4).as_str().into()];
        one
    };
    (1..=48).map(note).collect()
}

fn may_see(access: &SearchAccess, document: &IndexedDocument) -> bool {
    (access.sensitive || document.sensitivity == Sensitivity::Normal)
        && (access
            .only_provider
            .is_none_or(|provider| document.providers.contains(&provider))
            || access.owed.contains(&document.document))
}

/// Every field, and every sign of the language.
fn queryish() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(vec![
        "sepsis",
        "heparin",
        "graft",
        "chest pain",
        "culture",
        "MI",
        "heart attack",
        "nowhere",
        "creatinine 2.1",
        "sepsos",
        "grift",
        "hepirin",
        "cultura",
        "\"chest pain\"",
        "\"renal graft\"",
        "\"failure renal\"~5",
        "\"pain chest\"~3",
        "hep*",
        "se*",
        "gra*",
        "chest-pa*",
        "renal-gr*",
        "sepsos~",
        "grift~",
        "grafte~2",
        "cultuer~",
        "heparin~1",
        "type:progress",
        "type:graft",
        "type:=consult",
        "type:ec*",
        "author:smith",
        "author:smi*",
        "author:\"smith,a*\"",
        "author:jones,b*",
        "name:zzphi",
        "name:zz*",
        "mrn:00-3",
        "mrn:00*",
        "visit:v4",
        "visit:v*",
        "service:card",
        "service:\"=Cardiology\"",
        "facility:south",
        "class:ip",
        "class:o",
        "sex:f",
        "age:>74",
        "age:70..75",
        "date:2025",
        "date:>=2026",
        "date:T-90..T",
        "admitted:2026-03",
        "discharged:>2000",
        "status:unsigned",
        "status:sign",
        "code:I21.2",
        "code:i21*",
        "section:plan",
        "section:family_history",
        "in:plan",
        "in:assessment sepsis",
        "in:plan hep*",
        "in:plan",
        "(in:assess sep*)",
        "in:history gr*",
        "affirmed:sepsis",
        "negated:\"chest pain\"",
        "negated:se*",
        "uncertain:pneumonia",
        "history:sepsis",
        "hypothetical:\"chest pain\"",
        "family:\"heart attack\"",
        "affirmed:\"renal graft\"~4",
    ]);
    let sign = proptest::sample::select(vec!["", "", "", "", "-", "NOT "]);
    let leaf = (sign, leaf).prop_map(|(sign, leaf)| match sign {
        "" => leaf.to_owned(),
        _ => format!("{sign}({leaf})"),
    });
    leaf.prop_recursive(2, 6, 3, |inner| {
        let join = proptest::sample::select(vec![" ", " ", " OR "]);
        (join, proptest::collection::vec(inner, 1..4))
            .prop_map(|(join, parts)| format!("({})", parts.join(join)))
    })
}

struct Context {
    zone: TimeZone,
    services: [Service; 2],
    facilities: [Facility; 2],
}

impl Context {
    fn new() -> Self {
        let service = |id: i64, name: &str| Service {
            id: ServiceId(id),
            name: name.into(),
        };
        let facility = |id: i64, name: &str| Facility {
            id: FacilityId(id),
            name: name.into(),
            zone: "UTC".into(),
        };
        Self {
            zone: TimeZone::get("America/New_York").unwrap(),
            services: [service(6, "Cardiology"), service(7, "Cardiology Consult")],
            facilities: [facility(0, "North"), facility(1, "South Campus")],
        }
    }

    fn of<'a>(&'a self, language: &'a Language) -> SearchContext<'a> {
        SearchContext {
            today: date(2026, 3, 31),
            zone: &self.zone,
            services: &self.services,
            facilities: &self.facilities,
            lists: &[],
            language: Some(language),
        }
    }
}

/// Everything an answer says of charts.
fn told(mut answer: SearchAnswer) -> SearchAnswer {
    answer.micros = 0;
    answer
}

#[test]
fn whoever_sees_less_is_told_what_an_index_without_the_rest_tells() {
    let language = Language::embedded().unwrap();
    let documents = notes(&language);
    let everything = everything();
    let all = Place::with(documents.clone()).reader_and_place();
    let provider = |id| Some(ProviderId(id));
    // Of the charts in which something is owed some are their own, some sensitive, some unknown.
    let sights = [
        (None, &[][..], false),
        (provider(0), &[], true),
        (provider(1), &[], false),
        (provider(77), &[], true),
        (provider(1), &[2, 3, 5, 12, 30, 31, 99], false),
        (provider(2), &[7, 8, 21], true),
        (provider(77), &[4, 17, 40, 41], false),
    ];
    let sights = sights.map(|(only_provider, owed, sensitive): (_, &[i64], _)| {
        let access = SearchAccess {
            only_provider,
            owed: owed.iter().copied().map(DocumentId).collect(),
            sensitive,
        };
        let seen = documents.iter().filter(|one| may_see(&access, one));
        let place = Place::with(seen.cloned().collect());
        (access, place.reader_and_place())
    });
    let context = Context::new();
    let context = context.of(&language);
    let found = std::cell::Cell::new(0);
    let options = (
        0usize..3,
        any::<bool>(),
        0usize..3,
        any::<bool>(),
        0usize..4,
    );
    proptest!(ProptestConfig::with_cases(900), |(text in queryish(), o in options, who in 0usize..7)| {
        let (access, less) = &sights[who];
        let mut request = request(&text);
        request.grouping = Grouping::ALL[o.0];
        request.order = SearchOrder::ALL[usize::from(o.1)];
        request.widening = Widening::ALL[o.2];
        (request.lenient, request.facets) = (o.3, true);
        request.limit = [50, 50, 3, 0][o.4];
        let narrowed = all.0.search(&request, access, &context);
        let alone = less.0.search(&request, &everything, &context);
        match (narrowed, alone) {
            (Ok(narrowed), Ok(alone)) => {
                found.set(found.get() + alone.count);
                prop_assert_eq!(told(narrowed), told(alone), "{}", text);
            }
            (Err(IndexError::Query(a)), Err(IndexError::Query(b))) => prop_assert_eq!(a, b),
            other => panic!("{text}: {other:?}"),
        }
    });
    assert!(found.get() > 500, "{}", found.get());
    for (access, less) in &sights {
        for field in Field::SEARCH {
            for typed in ["", "s", "smi", "card", "jo", "no"] {
                let narrowed = all.0.values(*field, typed, access, &context).unwrap();
                let alone = less.0.values(*field, typed, &everything, &context).unwrap();
                assert_eq!(narrowed, alone, "{} {typed}", field.name());
            }
        }
    }
}

/// A word that is frequent among documents of others is still rare here.
#[test]
fn others_charts_do_not_weigh_on_the_order_and_the_spelling() {
    let mut documents = Vec::new();
    for id in 1..=60 {
        let text = match id {
            1 => "sepsis zebra lions",
            2 => "zebra zebra lions",
            3 => "lion lions",
            _ => "sepsis lion lion",
        };
        let mut one = document(id, text);
        one.providers = vec![ProviderId(if id <= 3 { 1 } else { 2 })];
        documents.push(one);
    }
    let place = Place::with(documents);
    let reader = place.reader();
    let mut mine = request("sepsis OR zebra");
    let access = only_of(1);
    assert_eq!(
        found_by(&access, &reader, &mine)[0],
        1,
        "sepsis is the rarer word here"
    );
    mine.text = "liox".into();
    let meant = |request: &SearchRequest| {
        let suggestion = answer_to(&access, &reader, request).unwrap().suggestion;
        suggestion.map(|s| s.meant.raw().to_owned())
    };
    assert_eq!(meant(&mine).as_deref(), Some("lion"));
    mine.text = "lionx".into();
    assert_eq!(
        meant(&mine).as_deref(),
        Some("lions"),
        "two of three charts here have it, whatever others have"
    );
}

/// However many words begin alike, none is left out.
#[test]
fn no_beginning_has_too_many_words() {
    let text = |id: i64| {
        let words = (0..60).map(|n| format!("x wo{}q", id * 60 + n));
        words.collect::<Vec<_>>().join(" ")
    };
    let language = Language::embedded().unwrap();
    let note = |id| {
        let text = format!("PLAN: {}", text(id));
        let mut one = document(id, &text);
        one.annotation = Some(language.annotate(&text));
        one
    };
    let place = Place::with((0..100).map(note).collect());
    let count = |typed: &str| {
        let mut request = request(typed);
        request.limit = 0;
        answer(&place.reader(), &request).unwrap().count
    };
    for query in ["x-wo*", "in:plan wo*", "in:plan x-w*", "affirmed:wo*"] {
        assert_eq!(count(query), 100, "{query}");
    }
    assert_eq!(count("x-wo599*"), 2);
    assert_eq!(count("q-wo*"), 0);
}
