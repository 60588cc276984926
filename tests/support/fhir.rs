//! FHIR R4 records, made in code.
//!
//! Dates are fixed: nothing here depends on the day of the test.

use serde_json::{Value, json};

/// One inpatient stay with what a test wants of it.
pub struct Stay<'a> {
    /// Number: part of every id.
    pub number: usize,
    /// Family name.
    pub family: &'a str,
    /// Given name.
    pub given: &'a str,
    /// Notes: (LOINC code, title, text, signed).
    pub notes: Vec<(&'a str, &'a str, String, bool)>,
    /// Whether the stay has ended.
    pub discharged: bool,
}

/// LOINC of a history and physical.
pub const HP: &str = "34117-2";
/// LOINC of a progress note.
pub const PROGRESS: &str = "11506-3";
/// LOINC of a discharge summary.
pub const SUMMARY: &str = "18842-5";

impl<'a> Stay<'a> {
    /// A finished stay with a signed history and physical and no discharge summary: it owes DS-M
    /// and nothing else.
    pub fn new(number: usize) -> Self {
        let text = format!("HISTORY AND PHYSICAL\nStay number{number} admitted with pneumonia.");
        Self {
            number,
            family: "Testperson",
            given: "Alma",
            notes: vec![(HP, "History and physical", text, true)],
            discharged: true,
        }
    }

    /// Adds a note.
    pub fn note(mut self, code: &'a str, title: &'a str, text: &str, signed: bool) -> Self {
        self.notes.push((code, title, text.to_owned(), signed));
        self
    }

    /// The visit number printed.
    pub fn visit(&self) -> String {
        format!("V{:05}", self.number)
    }

    /// The record number printed.
    pub fn mrn(&self) -> String {
        format!("M{:05}", self.number)
    }

    /// Every resource of the stay.
    pub fn resources(&self) -> Vec<Value> {
        let n = self.number;
        let patient = json!({
            "resourceType": "Patient", "id": format!("p{n}"),
            "identifier": [{ "type": { "coding": [{ "code": "MR" }] }, "system": "urn:test:mrn", "value": self.mrn() }],
            "name": [{ "family": self.family, "given": [self.given] }],
            "birthDate": "1950-03-02", "gender": "female"
        });
        let mut period = json!({ "start": "2026-01-05T10:00:00-05:00" });
        if self.discharged {
            period["end"] = "2026-01-09T15:00:00-05:00".into();
        }
        let encounter = json!({
            "resourceType": "Encounter", "id": format!("e{n}"),
            "status": if self.discharged { "finished" } else { "in-progress" },
            "class": { "code": "IMP" },
            "identifier": [{ "type": { "coding": [{ "code": "VN" }] }, "system": "urn:test:vn", "value": self.visit() }],
            "subject": { "reference": format!("Patient/p{n}") },
            "participant": [{ "type": [{ "coding": [{ "code": "ATND" }] }], "individual": { "reference": "Practitioner/d1" } }],
            "period": period
        });
        let mut all = vec![patient, encounter];
        for (position, (code, title, text, signed)) in self.notes.iter().enumerate() {
            all.push(self.document(position, code, title, text, *signed));
        }
        all
    }

    fn document(
        &self,
        position: usize,
        code: &str,
        title: &str,
        text: &str,
        signed: bool,
    ) -> Value {
        let n = self.number;
        let mut document = json!({
            "resourceType": "DocumentReference", "id": format!("n{n}-{position}"),
            "status": "current", "docStatus": if signed { "final" } else { "preliminary" },
            "type": { "coding": [{ "system": "http://loinc.org", "code": code, "display": title }] },
            "subject": { "reference": format!("Patient/p{n}") },
            "date": "2026-01-05T14:00:00-05:00",
            "author": [{ "reference": "Practitioner/d1" }],
            "content": [{ "attachment": { "contentType": "text/plain", "data": base64(text) } }],
            "context": { "encounter": [{ "reference": format!("Encounter/e{n}") }] }
        });
        if signed {
            document["authenticator"] = json!({ "reference": "Practitioner/d1" });
        }
        document
    }
}

/// The two physicians every stay may name.
pub fn physicians() -> Vec<Value> {
    [
        ("d1", "Doe", "Jordan", "1111111112"),
        ("d2", "Roe", "Casey", "2222222221"),
    ]
    .iter()
    .map(|(id, family, given, npi)| {
        json!({
            "resourceType": "Practitioner", "id": id,
            "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": npi }],
            "name": [{ "family": family, "given": [given], "suffix": ["MD"] }]
        })
    })
    .collect()
}

/// Lines of NDJSON: the physicians, then these stays.
pub fn ndjson(stays: &[Stay<'_>]) -> String {
    lines(
        physicians()
            .into_iter()
            .chain(stays.iter().flat_map(Stay::resources)),
    )
}

/// One resource a line.
pub fn lines(resources: impl IntoIterator<Item = Value>) -> String {
    resources.into_iter().map(|r| format!("{r}\n")).collect()
}

/// A collection bundle of these resources.
pub fn bundle(resources: Vec<Value>) -> String {
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|r| json!({ "resource": r }))
        .collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string()
}

/// Stays numbered from 1.
pub fn stays(count: usize) -> Vec<Stay<'static>> {
    (1..=count).map(Stay::new).collect()
}

/// Standard base64.
pub fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
