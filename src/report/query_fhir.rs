//! An issued query and its answer as a FHIR R4 bundle, for an electronic health record.
//!
//! Communication (the query as sent), Questionnaire (what was asked and the options),
//! QuestionnaireResponse (the answer, once there is one), DocumentReference (the text as an
//! attachment). Patient, visit and provider are referred to by the identifiers they came with;
//! nothing is sent that would make a second one of them. The same query gives the same bytes.
//! Start reading at [`bundle`].

use super::query_paper::QueryFacts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// System of our own numbers of queries.
const QUERY_SYSTEM: &str = "urn:chartroom:query";
/// System of our own kinds of document.
const KIND_SYSTEM: &str = "urn:chartroom:document-kind";
/// What the document is called, whatever the query's title says: a title may sound like a report.
const DOCUMENT_TITLE: &str = "Clinical documentation query";

/// Someone or something outside the bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Resource type.
    pub kind: &'static str,
    /// Authority of the identifier, as it was imported; empty if there is none.
    pub system: String,
    /// The identifier; empty if there is none.
    pub value: String,
    /// Id of the resource at the source it came from, for what came without an identifier.
    pub id: String,
    /// Name.
    pub display: String,
}

impl Outside {
    fn json(&self) -> Value {
        let mut out = Map::new();
        out.insert("type".to_owned(), self.kind.into());
        if !self.value.is_empty() {
            let mut identifier = Map::new();
            put(&mut identifier, "system", &self.system);
            put(&mut identifier, "value", &self.value);
            out.insert("identifier".to_owned(), identifier.into());
        } else if !self.id.is_empty() {
            let reference = format!("{}/{}", self.kind, self.id);
            out.insert("reference".to_owned(), reference.into());
        }
        put(&mut out, "display", &self.display);
        Value::Object(out)
    }
}

/// What the bundle says beside the words.
#[derive(Clone, Debug, Default)]
pub struct Bundled {
    /// Names the query everywhere: `<store>-<number>`.
    pub identifier: String,
    /// Identities of the four resources and of the bundle, as `urn:uuid:…`.
    pub uuids: [String; 5],
    /// Whose visit.
    pub patient: Outside,
    /// The visit.
    pub encounter: Outside,
    /// Who is asked.
    pub provider: Outside,
    /// Who asks.
    pub author: Outside,
    /// The hospital.
    pub facility: Outside,
    /// When it was issued, RFC 3339.
    pub sent: String,
    /// When it was answered, RFC 3339; empty before.
    pub answered: String,
    /// Why it was stopped (withdrawn, expired); empty if it was not.
    pub stopped: String,
    /// The text of the document.
    pub text: String,
}

/// Adds a field that is not empty: FHIR has no empty strings.
fn put(object: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.trim().is_empty() {
        object.insert(name.to_owned(), text.into());
    }
}

/// An id of a resource out of its `urn:uuid:`.
fn id_of(urn: &str) -> &str {
    urn.rsplit(':').next().unwrap_or(urn)
}

/// The bundle.
pub fn bundle(facts: &QueryFacts, about: &Bundled) -> Value {
    let [whole, communication, questionnaire, response, document] = &about.uuids;
    let mut entries = vec![
        entry(communication, sent(facts, about)),
        entry(questionnaire, asked(facts, about)),
    ];
    if !about.answered.is_empty() {
        entries.push(entry(response, answered(facts, about)));
    }
    entries.push(entry(document, paper(facts, about)));
    let at = if about.answered.is_empty() {
        &about.sent
    } else {
        &about.answered
    };
    json!({
        "resourceType": "Bundle",
        "id": id_of(whole),
        "identifier": { "system": QUERY_SYSTEM, "value": about.identifier },
        "type": "collection",
        "timestamp": at,
        "entry": entries,
    })
}

fn entry(urn: &str, mut resource: Value) -> Value {
    resource["id"] = id_of(urn).into();
    json!({ "fullUrl": urn, "resource": resource })
}

/// The query as it was sent.
fn sent(facts: &QueryFacts, about: &Bundled) -> Value {
    let [_, _, questionnaire, _, document] = &about.uuids;
    let question = facts.question.join("\n");
    let mut payload = Vec::new();
    if !question.trim().is_empty() {
        payload.push(json!({ "contentString": question }));
    }
    payload.push(json!({ "contentReference": { "reference": document } }));
    let mut out = json!({
        "resourceType": "Communication",
        "identifier": [{ "system": QUERY_SYSTEM, "value": about.identifier }],
        "status": if about.stopped.is_empty() { "completed" } else { "stopped" },
        "category": [kind()],
        "subject": about.patient.json(),
        "encounter": about.encounter.json(),
        "about": [{ "reference": questionnaire }],
        "sent": about.sent,
        "recipient": [about.provider.json()],
        "sender": about.author.json(),
        "payload": payload,
    });
    if !facts.title.trim().is_empty() {
        out["topic"] = json!({ "text": facts.title });
    }
    if !about.stopped.is_empty() {
        out["statusReason"] = json!({ "text": about.stopped });
    }
    out
}

/// What kind of document all of it is.
fn kind() -> Value {
    json!({
        "coding": [{ "system": KIND_SYSTEM, "code": "query", "display": DOCUMENT_TITLE }],
        "text": DOCUMENT_TITLE,
    })
}

/// What was asked.
fn asked(facts: &QueryFacts, about: &Bundled) -> Value {
    let mut items = Vec::new();
    if !facts.indicators.is_empty() {
        let shown = |(n, e): (usize, &super::query_paper::Evidence)| json!({ "linkId": format!("indicator-{}", n + 1), "type": "display", "text": e.line() });
        let shown: Vec<Value> = facts.indicators.iter().enumerate().map(shown).collect();
        items.push(json!({
            "linkId": "indicators", "type": "group", "text": "Clinical indicators", "item": shown
        }));
    }
    let mut answer = json!({ "linkId": "answer", "type": "text", "required": true });
    let question = facts.question.join("\n");
    if !question.trim().is_empty() {
        answer["text"] = question.into();
    }
    let options = facts.options.iter().filter(|o| !o.text.trim().is_empty());
    let options: Vec<Value> = options.map(|o| json!({ "valueString": o.text })).collect();
    if !options.is_empty() {
        answer["type"] = "open-choice".into();
        answer["answerOption"] = options.into();
    }
    items.push(answer);
    let mut out = json!({
        "resourceType": "Questionnaire",
        "url": about.uuids[2],
        "identifier": [{ "system": QUERY_SYSTEM, "value": about.identifier }],
        "status": "active",
        "subjectType": ["Patient"],
        "date": about.sent,
        "item": items,
    });
    if !facts.title.trim().is_empty() {
        out["title"] = facts.title.as_str().into();
    }
    out
}

/// What was answered.
fn answered(facts: &QueryFacts, about: &Bundled) -> Value {
    let chosen = facts.options.iter().filter(|o| o.chosen).map(|o| &o.text);
    let mut values: Vec<Value> = chosen.map(|text| json!({ "valueString": text })).collect();
    let words = facts.answer.join("\n");
    let said = |v: &Value| v["valueString"] == words.as_str();
    if !words.trim().is_empty() && !values.iter().any(said) {
        values.push(json!({ "valueString": words }));
    }
    let mut item = json!({ "linkId": "answer", "answer": values });
    let question = facts.question.join("\n");
    if !question.trim().is_empty() {
        item["text"] = question.into();
    }
    json!({
        "resourceType": "QuestionnaireResponse",
        "identifier": { "system": QUERY_SYSTEM, "value": about.identifier },
        "questionnaire": about.uuids[2],
        "status": "completed",
        "subject": about.patient.json(),
        "encounter": about.encounter.json(),
        "authored": about.answered,
        "author": about.provider.json(),
        "source": about.provider.json(),
        "item": [item],
    })
}

/// The text as a document of the visit. Whoever answered authenticated it; before the answer
/// nobody has, and it is not said to be unsigned.
fn paper(facts: &QueryFacts, about: &Bundled) -> Value {
    let attachment = json!({
        "contentType": "text/plain; charset=utf-8",
        "data": STANDARD.encode(&about.text),
        "title": format!("{DOCUMENT_TITLE} {}", facts.number),
        "creation": about.sent,
    });
    let mut out = json!({
        "resourceType": "DocumentReference",
        "masterIdentifier": { "system": QUERY_SYSTEM, "value": about.identifier },
        "status": "current",
        "docStatus": "final",
        "type": kind(),
        "subject": about.patient.json(),
        "date": about.sent,
        "custodian": about.facility.json(),
        "content": [{ "attachment": attachment }],
        "context": { "encounter": [about.encounter.json()] },
    });
    if !about.answered.is_empty() {
        out["authenticator"] = about.provider.json();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element, and the values it may have; none: any text.
    type Element = (&'static str, &'static [&'static str]);

    /// What R4 asks of the elements we write.
    const R4: &[(&str, &[Element])] = &[
        ("Bundle", &[("type", &["collection"])]),
        (
            "Communication",
            &[(
                "status",
                &[
                    "preparation",
                    "in-progress",
                    "not-done",
                    "on-hold",
                    "stopped",
                    "completed",
                    "entered-in-error",
                    "unknown",
                ],
            )],
        ),
        (
            "Questionnaire",
            &[("status", &["draft", "active", "retired", "unknown"])],
        ),
        (
            "QuestionnaireResponse",
            &[(
                "status",
                &[
                    "in-progress",
                    "completed",
                    "amended",
                    "entered-in-error",
                    "stopped",
                ],
            )],
        ),
        (
            "DocumentReference",
            &[
                ("status", &["current", "superseded", "entered-in-error"]),
                (
                    "docStatus",
                    &["preliminary", "final", "amended", "entered-in-error"],
                ),
            ],
        ),
    ];

    const ITEM_TYPES: &[&str] = &["group", "display", "text", "choice", "open-choice"];

    fn about() -> Bundled {
        let uuid = |n: usize| format!("urn:uuid:00000000-0000-5000-8000-00000000000{n}");
        let outside = |kind, system: &str, value: &str| Outside {
            kind,
            system: system.to_owned(),
            value: value.to_owned(),
            ..Outside::default()
        };
        Bundled {
            identifier: "store-12".to_owned(),
            uuids: [0, 1, 2, 3, 4].map(uuid),
            patient: outside("Patient", "urn:test:mrn", "M00001"),
            encounter: outside("Encounter", "urn:test:vn", "V00001"),
            provider: outside(
                "Practitioner",
                "http://hl7.org/fhir/sid/us-npi",
                "1111111112",
            ),
            author: outside("Practitioner", "urn:chartroom:user", "lee"),
            facility: Outside {
                kind: "Organization",
                display: "General Hospital".to_owned(),
                ..Outside::default()
            },
            sent: "2026-03-03T14:10:00Z".to_owned(),
            answered: "2026-03-04T21:40:00Z".to_owned(),
            stopped: String::new(),
            text: "Sodium\n".to_owned(),
        }
    }

    fn resources(bundle: &Value) -> Vec<Value> {
        let entries = bundle["entry"].as_array().unwrap();
        entries.iter().map(|e| e["resource"].clone()).collect()
    }

    /// No empty string, no empty list, no null: FHIR has none.
    fn nothing_is_empty(value: &Value, path: &str) {
        match value {
            Value::Null => panic!("{path} is null"),
            Value::String(s) => assert!(!s.trim().is_empty(), "{path} is empty"),
            Value::Array(a) => {
                assert!(!a.is_empty(), "{path} is an empty list");
                a.iter().for_each(|v| nothing_is_empty(v, path));
            }
            Value::Object(o) => {
                assert!(!o.is_empty(), "{path} is an empty object");
                o.iter()
                    .for_each(|(k, v)| nothing_is_empty(v, &format!("{path}.{k}")));
            }
            _ => {}
        }
    }

    fn check(bundle: &Value) {
        nothing_is_empty(bundle, "Bundle");
        let mut urls = std::collections::BTreeSet::new();
        for entry in bundle["entry"].as_array().unwrap() {
            let url = entry["fullUrl"].as_str().unwrap();
            assert!(urls.insert(url), "{url} twice");
            let id = entry["resource"]["id"].as_str().unwrap();
            assert!(url.ends_with(id) && id.len() <= 64);
        }
        for resource in resources(bundle).iter().chain([bundle]) {
            let kind = resource["resourceType"].as_str().unwrap();
            let rules = R4
                .iter()
                .find(|r| r.0 == kind)
                .unwrap_or_else(|| panic!("{kind}"));
            for (field, values) in rules.1 {
                let value = resource[field].as_str().unwrap_or_default();
                assert!(values.contains(&value), "{kind}.{field} is {value:?}");
            }
        }
    }

    fn find(bundle: &Value, kind: &str) -> Option<Value> {
        resources(bundle)
            .into_iter()
            .find(|r| r["resourceType"] == kind)
    }

    fn check_items(items: &Value, seen: &mut Vec<String>) {
        for item in items.as_array().unwrap() {
            let link = item["linkId"].as_str().unwrap().to_owned();
            assert!(!seen.contains(&link), "{link} twice");
            seen.push(link);
            let kind = item["type"].as_str().unwrap();
            assert!(ITEM_TYPES.contains(&kind), "{kind}");
            // R4 que-1, que-5: groups have items, display items and answers have none of it.
            assert_eq!(kind == "group", item.get("item").is_some());
            let choice = matches!(kind, "choice" | "open-choice");
            assert_eq!(choice, item.get("answerOption").is_some());
            // R4 que-6: required is not for display items.
            assert!(kind != "display" || item.get("required").is_none());
            if kind == "group" {
                check_items(&item["item"], seen);
            }
        }
    }

    #[test]
    fn an_answered_query_has_what_r4_requires() {
        let facts = QueryFacts::sample();
        let bundle = bundle(&facts, &about());
        check(&bundle);
        assert_eq!(resources(&bundle).len(), 4);
        let questionnaire = find(&bundle, "Questionnaire").unwrap();
        let mut links = Vec::new();
        check_items(&questionnaire["item"], &mut links);
        let response = find(&bundle, "QuestionnaireResponse").unwrap();
        assert_eq!(response["questionnaire"], questionnaire["url"]);
        for item in response["item"].as_array().unwrap() {
            assert!(links.contains(&item["linkId"].as_str().unwrap().to_owned()));
            assert_eq!(item["answer"], json!([{ "valueString": "Hyponatremia" }]));
        }
        // DocumentReference.content.attachment 1..1, references by identifier.
        let document = find(&bundle, "DocumentReference").unwrap();
        let data = document["content"][0]["attachment"]["data"]
            .as_str()
            .unwrap();
        assert_eq!(STANDARD.decode(data).unwrap(), b"Sodium\n");
        assert_eq!(
            document["authenticator"]["identifier"]["value"],
            "1111111112"
        );
        let sent = find(&bundle, "Communication").unwrap();
        assert_eq!(sent["subject"]["identifier"]["value"], "M00001");
        assert_eq!(sent["recipient"][0]["type"], "Practitioner");
    }

    #[test]
    fn before_the_answer_there_is_no_response_and_no_signature() {
        let facts = QueryFacts {
            answer: Vec::new(),
            options: Vec::new(),
            indicators: Vec::new(),
            ..QueryFacts::sample()
        };
        let about = Bundled {
            answered: String::new(),
            stopped: "withdrawn".to_owned(),
            ..about()
        };
        let bundle = bundle(&facts, &about);
        check(&bundle);
        assert!(find(&bundle, "QuestionnaireResponse").is_none());
        let document = find(&bundle, "DocumentReference").unwrap();
        assert!(document.get("authenticator").is_none());
        let questionnaire = find(&bundle, "Questionnaire").unwrap();
        check_items(&questionnaire["item"], &mut Vec::new());
        assert_eq!(find(&bundle, "Communication").unwrap()["status"], "stopped");
    }

    #[test]
    fn a_free_answer_stands_beside_the_option_chosen() {
        let mut facts = QueryFacts::sample();
        facts.answer = vec!["Hyponatremia, resolved".to_owned()];
        let response = find(&bundle(&facts, &about()), "QuestionnaireResponse").unwrap();
        assert_eq!(
            response["item"][0]["answer"],
            json!([{ "valueString": "Hyponatremia" }, { "valueString": "Hyponatremia, resolved" }])
        );
    }

    #[test]
    fn what_came_without_an_identifier_is_referred_to_by_its_id() {
        let outside = Outside {
            kind: "Patient",
            id: "p1".to_owned(),
            ..Outside::default()
        };
        assert_eq!(
            outside.json(),
            json!({ "type": "Patient", "reference": "Patient/p1" })
        );
    }
}
