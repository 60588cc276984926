//! Sections, what is said, other names, values, facets, groups, spelling: and that none of them
//! tells of a document the searcher may not see.

use super::*;
use crate::domain::encounter::Facility;
use crate::language::Language;

const NOTES: [&str; 5] = [
    "HISTORY OF PRESENT ILLNESS: Chest pain for two days.\nASSESSMENT: Sepsis. Creatinine 2.1.\nPLAN: Start heparin.",
    "HISTORY OF PRESENT ILLNESS: No chest pain, no sepsis.\nPLAN: Home. Heparin stopped.",
    "PAST MEDICAL HISTORY: Sepsis, myocardial infarction.\nASSESSMENT: Possible pneumonia. Cr 2.1 mg/dL.",
    "FAMILY HISTORY: Heart attack in father.\nPLAN: Return if you have chest pain.",
    "ASSESSMENT: Renal function failing; acute failure of the renal graft. Blood culture.",
];

struct Ward {
    place: Place,
    language: Language,
}

impl Ward {
    fn new() -> Self {
        let language = Language::embedded().unwrap();
        let note = |(id, text): (i64, &&str)| {
            let mut one = document(id, text);
            one.annotation = Some(language.annotate(text));
            one.patient = PatientId(1 + id % 2);
            one.encounter = (id != 5).then_some(EncounterId(id / 2));
            one.kind = DocumentKind::ALL[id as usize];
            one.service = Some(ServiceId(6 + id % 2));
            one.facility = Some(FacilityId(id % 2));
            one.author = ["SMITH,ADAM", "JONES,BEA"][id as usize % 2].into();
            one.author_id = Some(ProviderId(id % 2));
            one.providers = vec![ProviderId(id % 2)];
            one.sex = Sex::ALL[id as usize % 2];
            one.class = EncounterClass::ALL[id as usize % 3];
            one.status = SignatureState::ALL[id as usize];
            one.at = Some(Moment::at(
                instant("2024-01-01T03:00:00Z").plus_hours(id * 24 * 200),
            ));
            one.taken = instant("2026-03-01T00:00:00Z").plus_hours(id);
            one.codes = vec![format!("I21.{id}").as_str().into()];
            one
        };
        let place = Place::with((1..).zip(&NOTES).map(note).collect());
        Self { place, language }
    }

    fn answer(&self, request: &SearchRequest) -> Result<SearchAnswer, IndexError> {
        self.answer_to(&everything(), request)
    }

    fn answer_to(
        &self,
        access: &SearchAccess,
        request: &SearchRequest,
    ) -> Result<SearchAnswer, IndexError> {
        let zone = TimeZone::get("America/New_York").unwrap();
        let service = |id: i64, name: &str| Service {
            id: ServiceId(id),
            name: name.into(),
        };
        let facility = |id: i64, name: &str| Facility {
            id: FacilityId(id),
            name: name.into(),
            zone: "UTC".into(),
        };
        let services = [service(6, "Cardiology"), service(7, "Cardiology Consult")];
        let facilities = [facility(0, "North"), facility(1, "South Campus")];
        let context = SearchContext {
            today: date(2026, 3, 31),
            zone: &zone,
            services: &services,
            facilities: &facilities,
            lists: &[],
            language: Some(&self.language),
        };
        self.place.reader().search(request, access, &context)
    }

    fn ids(&self, text: &str) -> Vec<i64> {
        let answer = self
            .answer(&request(text))
            .unwrap_or_else(|e| panic!("{text}: {e}"));
        let mut ids: Vec<i64> = answer.hits.iter().map(|hit| hit.document.0).collect();
        ids.sort_unstable();
        assert_eq!(answer.count, ids.len(), "{text}");
        ids
    }
}

#[test]
fn fields_find_what_they_name() {
    let ward = Ward::new();
    let none: [i64; 0] = [];
    for (query, wanted) in [
        ("negated:sepsis", &[2][..]),
        ("negated:\"chest pain\"", &[2]),
        ("affirmed:\"chest pain\"", &[1]),
        ("affirmed:sepsis", &[1]),
        ("history:sepsis", &[3]),
        ("uncertain:pneumonia", &[3]),
        ("hypothetical:\"chest pain\"", &[4]),
        ("family:\"heart attack\"", &[4]),
        ("negated:seps*", &[2]),
        ("sepsis -negated:sepsis", &[1, 3]),
        ("in:plan heparin", &[1, 2]),
        ("in:plan sepsis", &none),
        ("in:assessment sepsis", &[1]),
        ("in:assess sep*", &[1]),
        ("in:plan", &[1, 2, 4]),
        ("section:past_history", &[3]),
        (
            "(in:assessment sepsis) OR (in:plan \"chest pain\")",
            &[1, 4],
        ),
        ("\"renal failure\"~1", &none),
        ("\"renal failure\"~2", &[5]),
        ("\"failure renal\"~9", &[5]),
        ("in:assessment \"graft renal\"~0", &[5]),
        ("sepsos~", &[1, 2, 3]),
        ("in:assessment sepsos~", &[1]),
        ("class:ip", &[3]),
        ("sex:male", &[1, 3, 5]),
        ("status:unsigned", &[3]),
        ("code:I21.4", &[4]),
        ("code:i21*", &[1, 2, 3, 4, 5]),
        ("service:cardiology", &[1, 2, 3, 4, 5]),
        ("service:\"=Cardiology\"", &[2, 4]),
        ("facility:south", &[1, 3, 5]),
        ("type:=discharge_summary", &[2]),
        ("age:<75 sepsis", &[1, 2]),
        ("age:74..75", &[1, 2, 3, 4]),
        ("date:2024", &[1]),
        ("date:>2025", &[4, 5]),
        ("admitted:2026-03", &[1, 2, 3, 4, 5]),
        ("discharged:>2000", &none),
    ] {
        assert_eq!(ward.ids(query), wanted, "{query}");
    }
    let error = ward.answer(&request("in:nowhere x")).unwrap_err();
    assert!(matches!(error, IndexError::Query(e) if e.span.start == 3));
}

#[test]
fn snippets_mark_words_only_where_they_must_stand() {
    let ward = Ward::new();
    let marked = |query: &str, document: i64| {
        let answer = ward.answer(&request(query)).unwrap();
        let mut hits = answer.hits.into_iter();
        let hit = hits.find(|hit| hit.document.0 == document).unwrap();
        let mut before = String::new();
        let mut out = Vec::new();
        for part in &hit.snippet {
            if part.hit {
                let words: Vec<&str> = before.split_whitespace().rev().take(1).collect();
                out.push(format!("{} {}", words.join(" "), part.text.raw()));
            }
            before.push_str(part.text.raw());
        }
        out
    };
    // The note begins with chest pain, and its plan says it again.
    let note = "HPI: Chest pain. No dyspnea.\nASSESSMENT: Chest pain.\nPLAN: Chest pain protocol.";
    assert_eq!(NOTES.len(), 5);
    let mut one = document(6, note);
    one.annotation = Some(ward.language.annotate(note));
    let mut writer = ward.place.writer();
    writer.apply(puts(vec![one]), ward.place.at(11)).unwrap();
    assert_eq!(marked("in:plan chest", 6), ["PLAN: Chest"]);
    assert_eq!(marked("in:plan che*", 6), ["PLAN: Chest"]);
    assert_eq!(
        marked("in:assessment \"chest pain\"", 6),
        ["ASSESSMENT: Chest pain"]
    );
    assert_eq!(marked("(in:plan chest) OR chest", 6).len(), 3);
    assert_eq!(marked("(in:plan chest) OR (in:assess chest)", 6).len(), 2);
    assert_eq!(
        marked("in:plan chest -(in:assess dyspnea)", 6),
        ["PLAN: Chest"]
    );
    assert_eq!(marked("negated:dyspnea chest", 6).len(), 4);
}

#[test]
fn other_names_are_found_when_asked_for_and_always_told() {
    let ward = Ward::new();
    let asked = |text: &str, widening| {
        let mut request = request(text);
        request.widening = widening;
        let answer = ward.answer(&request).unwrap();
        let mut ids: Vec<i64> = answer.hits.iter().map(|hit| hit.document.0).collect();
        ids.sort_unstable();
        (ids, answer)
    };
    let (ids, answer) = asked("heart attack", Widening::Off);
    assert_eq!(ids, [4]);
    assert!(answer.expansions.iter().all(|e| !e.applied));
    let (ids, answer) = asked("heart attack", Widening::Sure);
    assert_eq!(ids, [3, 4]);
    let told = |answer: &SearchAnswer, other: &str| {
        let all = answer.expansions.iter();
        all.filter(|e| e.other.raw() == other)
            .map(|e| e.applied)
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&answer, "myocardial infarction"), [true]);
    assert!(
        answer
            .marks
            .iter()
            .any(|m| m.text.raw() == "myocardial infarction")
    );
    let marked = answer.hits.iter().find(|hit| hit.document.0 == 3).unwrap();
    let part = marked.snippet.iter().find(|part| part.hit).unwrap();
    assert_eq!(part.text.raw(), "myocardial infarction");
    // MI has two meanings: nothing is done about it unless every meaning is wanted.
    let (ids, answer) = asked("MI", Widening::Sure);
    assert!(ids.is_empty());
    assert_eq!(told(&answer, "myocardial infarction"), [false]);
    assert_eq!(asked("MI", Widening::Every).0, [3, 4]);
    // A value is found however its name is written.
    assert_eq!(asked("creatinine 2.1", Widening::Off).0, [1]);
    let (ids, answer) = asked("creatinine 2.1", Widening::Sure);
    assert_eq!(ids, [1, 3]);
    assert!(
        answer
            .expansions
            .iter()
            .any(|e| e.kind == ExpansionKind::Value && e.applied)
    );
    let (_, answer) = asked("sepsos~", Widening::Off);
    assert_eq!(told(&answer, "sepsis"), [true]);
}

#[test]
fn facets_count_what_is_found_and_lead_to_it() {
    let ward = Ward::new();
    let mut asked = request("sepsis");
    asked.facets = true;
    let answer = ward.answer(&asked).unwrap();
    let kinds: Vec<FacetKind> = answer.facets.iter().map(|facet| facet.kind).collect();
    assert_eq!(kinds, FacetKind::ALL);
    for facet in &answer.facets {
        for value in &facet.values {
            let narrower = format!("sepsis {}", value.query.raw());
            assert_eq!(ward.ids(&narrower).len(), value.count, "{narrower}");
        }
        let all: usize = facet.values.iter().map(|value| value.count).sum();
        assert_eq!(all, 3, "{:?}", facet.kind);
    }
    // The day of the facility's clock counts: in UTC the first would be of 2025.
    let year = &answer.facets[4].values;
    assert_eq!(year.last().unwrap().label.raw(), "2024");
    let empty = ward.answer(&request("sepsis")).unwrap();
    assert!(empty.facets.is_empty());
}

#[test]
fn hits_are_gathered_by_patient_and_stay() {
    let ward = Ward::new();
    let mut asked = request("assessment OR plan");
    for (grouping, groups) in [(Grouping::Patient, 2), (Grouping::Stay, 4)] {
        for order in [SearchOrder::Best, SearchOrder::Newest] {
            asked.grouping = grouping;
            asked.order = order;
            let answer = ward.answer(&asked).unwrap();
            assert_eq!((answer.count, answer.groups), (5, groups));
            assert_eq!(answer.hits.len(), groups);
            let behind: usize = answer.hits.iter().map(|hit| hit.in_group).sum();
            assert_eq!(behind, 5);
            let dates: Vec<_> = answer.hits.iter().map(|hit| hit.at).collect();
            if order == SearchOrder::Newest {
                assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]));
                assert_eq!(answer.hits[0].document.0, 5);
            }
            let mut second = asked.clone();
            (second.offset, second.limit) = (1, 1);
            assert_eq!(ward.answer(&second).unwrap().hits[0], answer.hits[1]);
        }
    }
    let mut asked = request("assessment OR plan");
    asked.patient = Some(PatientId(2));
    assert_eq!(ward.answer(&asked).unwrap().count, 3);
    asked.patient = None;
    asked.taken_after = Some(instant("2026-03-01T03:00:00Z"));
    assert_eq!(ward.answer(&asked).unwrap().count, 2);
}

#[test]
fn forbidden_charts_reveal_nothing() {
    let ward = Ward::new();
    // Provider 0 has the notes with even numbers; "graft" stands in number 5 only.
    let (access, all) = (only_of(0), everything());
    let mine = |text: &str| {
        let mut request = request(text);
        request.facets = true;
        ward.answer_to(&access, &request).unwrap()
    };
    let answer = mine("grift");
    assert_eq!((answer.count, &answer.suggestion), (0, &None));
    let spelt = mine("grift~");
    assert!(spelt.count == 0 && spelt.expansions.is_empty() && spelt.marks.is_empty());
    assert_eq!(ward.answer(&request("grift~")).unwrap().expansions.len(), 1);
    let seen = ward
        .answer(&request("grift cultore"))
        .unwrap()
        .suggestion
        .unwrap();
    assert_eq!(seen.query.raw(), "graft culture");
    let mine_too = mine("hepirin").suggestion.unwrap();
    assert_eq!(
        (mine_too.typed.raw(), mine_too.meant.raw()),
        ("hepirin", "heparin")
    );
    let answer = mine("assessment OR plan OR sepsis");
    assert_eq!(answer.count, 2);
    for facet in &answer.facets {
        let all: usize = facet.values.iter().map(|value| value.count).sum();
        assert!(
            all <= 2 + usize::from(facet.kind == FacetKind::Assertion),
            "{facet:?}"
        );
        let labels = facet.values.iter().map(|value| value.label.raw());
        assert!(
            labels
                .into_iter()
                .all(|label| label != "JONES,BEA" && label != "South Campus")
        );
    }
    let zone = TimeZone::UTC;
    let context = SearchContext {
        today: date(2026, 3, 31),
        zone: &zone,
        services: &[],
        facilities: &[],
        lists: &[],
        language: None,
    };
    let values = |access: &SearchAccess, typed: &str| -> Vec<String> {
        let reader = ward.place.reader();
        let field = crate::grammar::ast::Field::Author;
        let values = reader.values(field, typed, access, &context).unwrap();
        values.iter().map(|value| value.raw().to_owned()).collect()
    };
    assert_eq!(values(&all, ""), ["JONES,BEA", "SMITH,ADAM"]);
    assert_eq!(values(&all, "bea"), ["JONES,BEA"]);
    assert_eq!(values(&access, ""), ["SMITH,ADAM"]);
    assert!(values(&access, "jo").is_empty());
}

#[test]
fn beginnings_are_the_same_before_and_after_merging_and_with_deleted_documents() {
    let words = [
        "sepsis", "sepal", "set", "sun", "müller", "müde", "mum", "x",
    ];
    let text = |id: i64| -> String {
        let mix = |n: i64| ((id * 7919 + n * 104_729) % 8) as usize;
        (0..3).map(|n| words[mix(n)]).collect::<Vec<_>>().join(" ")
    };
    let place = Place::with(Vec::new());
    let mut writer = place.writer();
    for batch in 0..6i64 {
        let documents = (1..=40).map(|i| document(batch * 40 + i, &text(batch * 40 + i)));
        writer
            .apply(puts(documents.collect()), place.at(11 + batch))
            .unwrap();
    }
    let gone = (1..=240)
        .filter(|id| id % 7 == 0)
        .map(|id| Change::Remove(DocumentId(id)));
    writer.apply(gone.collect(), place.at(20)).unwrap();
    let count = |start: &str| {
        let reader = place.reader();
        let mut request = request(&format!("x OR {start}*"));
        request.limit = 0;
        let with = answer(&reader, &request).unwrap().count;
        let scan = (1..=240).filter(|id| id % 7 != 0).filter(|id| {
            text(*id)
                .split(' ')
                .any(|w| w == "x" || w.starts_with(start))
        });
        assert_eq!(with, scan.count(), "{start}");
    };
    let starts = ["se", "sep", "sepa", "sepal", "mü", "mu", "su", "zz"];
    starts.iter().for_each(|start| count(start));
    writer.merge_everything().unwrap();
    starts.iter().for_each(|start| count(start));
    assert_eq!(
        files(&place.generation(), |path| {
            path.extension().is_some_and(|ext| ext == "heads")
        })
        .len(),
        1
    );
}
