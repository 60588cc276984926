//! An issued query and its answer on paper or for the electronic health record.
//!
//! What leaves is audited before the first of it is handed out; a file is made anew, never written
//! over. The same query in the same state gives the same bytes: nothing of the day of the export
//! is in it.

use super::Office;
use super::error::{OpsError, Result};
use crate::domain::chart::Chart;
use crate::domain::ids::{ProviderId, QueryId, UserId};
use crate::domain::named::named_enum;
use crate::domain::query::{Indicator, Query, QueryFormat, QueryState};
use crate::domain::record::RecordKind;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::{Actor, User};
use crate::report::letters::Addressee;
use crate::report::query_fhir::{self, Bundled, Outside};
use crate::report::query_paper::{Evidence, OptionLine, QueryFacts};
use crate::store::AuditDraft;
use crate::text::{show, show_lines};
use crate::vault::{digest_hex, files};
use std::io::Write;
use std::path::Path;

/// Authority of names that are only a printed name.
const BY_NAME: &str = "display";
/// System of login names.
const USER_SYSTEM: &str = "urn:chartroom:user";

named_enum! {
    /// The form of an exported query.
    pub enum QueryForm {
        /// Plain text.
        Text = "text",
        /// A page of HTML with print layout.
        Html = "html",
        /// A FHIR R4 bundle.
        Fhir = "fhir",
    }
}

impl QueryForm {
    /// The usual ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Html => "html",
            Self::Fhir => "json",
        }
    }
}

impl Office {
    /// An issued query and its answer, as lines that end with a line break.
    ///
    /// # Errors
    /// Not permitted, a draft, a mistake in the template, or what the store says.
    pub fn export_query(&self, actor: &Actor, id: QueryId, form: QueryForm) -> Result<String> {
        let query = self.query(actor, id)?;
        if query.state == QueryState::Draft {
            return Err(OpsError::Refused(format!(
                "query {id} is a draft: only what was issued is exported"
            )));
        }
        let chart = self.store.chart(query.encounter, false)?;
        let facts = self.query_facts(&query, &chart)?;
        let words = self.letter_templates()?.query(&facts)?;
        let text = format!("{}\n\n{}", words.subject, words.text);
        let out = match form {
            QueryForm::Text => text,
            QueryForm::Html => words.html.trim_end().to_owned() + "\n",
            QueryForm::Fhir => {
                let about = self.bundled(&query, &chart, text)?;
                let bundle = query_fhir::bundle(&facts, &about);
                serde_json::to_string_pretty(&bundle).map_err(crate::store::StoreError::from)?
                    + "\n"
            }
        };
        self.disclose(
            actor,
            AuditDraft {
                action: "query.export".to_owned(),
                object: format!("query {id} as {}", form.name()),
                patient: chart.patient.id.0,
                encounter: query.encounter.0,
                ..AuditDraft::default()
            },
        )?;
        Ok(out)
    }

    /// Writes an issued query and its answer to a file that must not exist yet.
    ///
    /// # Errors
    /// As [`Office::export_query`], or the file exists or cannot be written.
    pub fn export_query_to(
        &self,
        actor: &Actor,
        id: QueryId,
        form: QueryForm,
        path: &Path,
    ) -> Result<()> {
        let failed = |source| OpsError::making(path, source);
        let text = self.export_query(actor, id, form)?;
        let mut file = files::create_private(path).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }

    /// What the templates are given.
    fn query_facts(&self, query: &Query, chart: &Chart) -> Result<QueryFacts> {
        let words = |text: &Untrusted| show(text).into_string();
        let zone = &self.zone;
        let day = |m: Option<Moment>| m.map_or(String::new(), |m| m.day(zone).to_string());
        let time = |t: Option<Instant>| t.map_or(String::new(), |t| Moment::at(t).iso(zone));
        let (patient, visit) = (&chart.patient, &chart.encounter.facts);
        let (addressee, name) = self.asked(query.provider)?;
        let author = self.author(query.author)?;
        let lines = |text: &Untrusted| -> Vec<String> {
            if text.is_blank() {
                return Vec::new();
            }
            show_lines(text)
                .into_iter()
                .map(|l| l.into_string())
                .collect()
        };
        let option = |(n, o): (usize, &Untrusted)| OptionLine {
            text: words(o),
            chosen: match &query.response {
                Some(response) => response.option == Some(n),
                // An answer from before its parts were kept.
                None => !query.answer.is_blank() && o.raw().trim() == query.answer.raw().trim(),
            },
        };
        let issued = query.issued.map(|t| t.day(zone).to_string());
        Ok(QueryFacts {
            facility: words(&self.facility),
            date: issued.unwrap_or_default(),
            provider: addressee,
            number: query.id.0,
            state: state_words(query.state).to_owned(),
            title: words(&query.text.title),
            patient: full_name(&patient.facts.family, &patient.facts.given),
            mrn: words(&patient.mrn),
            born: patient.facts.birth.map_or(String::new(), |m| m.iso(zone)),
            visit: words(&visit.visit),
            admitted: day(visit.admitted),
            discharged: day(visit.discharged),
            author: author.map_or(String::new(), |u| words(&u.name)),
            issued: time(query.issued),
            due: query.due.map_or(String::new(), |t| t.day(zone).to_string()),
            indicators: query
                .text
                .indicators
                .iter()
                .map(|i| self.evidence(i))
                .collect(),
            question: lines(&query.text.body),
            options: query.text.options.iter().enumerate().map(option).collect(),
            answer: lines(&query.answer),
            answered: time(query.answered),
            answered_by: self.answered_by(query, name)?,
        })
    }

    fn evidence(&self, indicator: &Indicator) -> Evidence {
        let mut source = show(&indicator.source).into_string();
        if indicator.line > 0 {
            source = format!("{source}, line {}", indicator.line);
        }
        Evidence {
            text: show(&indicator.text).into_string(),
            date: indicator.date.map_or(String::new(), |m| m.iso(&self.zone)),
            source,
            prior: indicator.prior,
        }
    }

    /// Who is asked: for the head of the page, and as a name in a line.
    fn asked(&self, provider: Option<ProviderId>) -> Result<(Addressee, String)> {
        let Some(id) = provider else {
            return Ok((Addressee::default(), String::new()));
        };
        let (name, credential, service) = self.store.addressee(id)?;
        let line = show(&name).into_string();
        Ok((Addressee::new(&name, &credential, &service), line))
    }

    /// Who answered: the provider; what was said by word of mouth somebody else took down.
    fn answered_by(&self, query: &Query, provider: String) -> Result<String> {
        let verbal = query.text.format == QueryFormat::Verbal;
        let Some(response) = query.response.as_ref().filter(|_| verbal) else {
            return Ok(provider);
        };
        let by = self.author(response.by)?;
        let by = by.map_or(String::new(), |u| show(&u.name).into_string());
        Ok(format!("{provider}, by word of mouth, taken down by {by}"))
    }

    fn author(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.store.users()?.into_iter().find(|u| u.id == id))
    }

    /// What a bundle says beside the words.
    fn bundled(&self, query: &Query, chart: &Chart, text: String) -> Result<Bundled> {
        let identifier = format!("{}-{}", self.store.id, query.id);
        let urn = |role: &str| urn_of(&format!("{identifier}/{role}"));
        let patient = &chart.patient;
        let name = full_name(&patient.facts.family, &patient.facts.given);
        let visit = show(&chart.encounter.facts.visit).into_string();
        let rfc3339 = |t: Option<Instant>| t.map_or(String::new(), Instant::rfc3339);
        let (_, asked) = self.asked(query.provider)?;
        let provider = match query.provider {
            Some(id) => self.outside("Practitioner", RecordKind::Provider, id.0, "", asked)?,
            None => Outside::default(),
        };
        let author = self.author(query.author)?;
        let stopped = match query.state {
            QueryState::Withdrawn | QueryState::Expired => state_words(query.state),
            _ => "",
        };
        Ok(Bundled {
            uuids: ["bundle", "sent", "asked", "answered", "paper"].map(urn),
            identifier,
            patient: self.outside(
                "Patient",
                RecordKind::Patient,
                patient.id.0,
                patient.mrn.raw(),
                name,
            )?,
            encounter: self.outside(
                "Encounter",
                RecordKind::Encounter,
                query.encounter.0,
                chart.encounter.facts.visit.raw(),
                visit,
            )?,
            provider,
            author: Outside {
                kind: "Practitioner",
                system: USER_SYSTEM.to_owned(),
                value: author.as_ref().map_or(String::new(), |u| u.login.clone()),
                id: String::new(),
                display: author.map_or(String::new(), |u| show(&u.name).into_string()),
            },
            facility: Outside {
                kind: "Organization",
                display: show(&self.facility).into_string(),
                ..Outside::default()
            },
            sent: rfc3339(query.issued),
            answered: rfc3339(query.answered),
            stopped: stopped.to_owned(),
            text,
        })
    }

    /// What a row is called outside: by an identifier of an authority (the printed number, if that
    /// is one), else by the id its source gave it.
    fn outside(
        &self,
        kind: &'static str,
        record: RecordKind,
        object: i64,
        printed: &str,
        display: String,
    ) -> Result<Outside> {
        let names = self.store.names_of(record, object)?;
        let mut out = Outside {
            kind,
            display,
            ..Outside::default()
        };
        let with_authority = |(a, _): &&(String, Untrusted)| !a.is_empty() && a != BY_NAME;
        let identifier = names
            .iter()
            .filter(with_authority)
            .find(|(_, n)| n.raw() == printed)
            .or_else(|| names.iter().find(with_authority));
        if let Some((authority, name)) = identifier {
            out.system = show(&authority.as_str().into()).into_string();
            out.value = show(name).into_string();
        } else if let Some((_, name)) = names.iter().find(|(a, _)| a.is_empty()) {
            out.id = show(name).into_string();
        } else if let Some((_, name)) = names.first() {
            out.display = show(name).into_string();
        }
        Ok(out)
    }
}

/// Words for a state, as the paper says it.
fn state_words(state: QueryState) -> &'static str {
    match state {
        QueryState::Responded => "answered",
        other => other.name(),
    }
}

fn full_name(family: &Untrusted, given: &Untrusted) -> String {
    let name = format!("{}, {}", show(family), show(given));
    name.trim_end_matches([',', ' ']).to_owned()
}

/// A UUID made of a name (RFC 9562, version 8), so that the same query is the same resource.
fn urn_of(name: &str) -> String {
    let digest = digest_hex(name.as_bytes());
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Hospital, bare_stay, fair_query, moment};
    use super::*;
    use crate::domain::action::{Action, DraftToSave};
    use crate::domain::user::Role;

    fn asked(h: &Hospital) -> QueryId {
        let draft = DraftToSave {
            query: None,
            encounter: h.encounter("v1"),
            provider: None,
            text: fair_query(),
        };
        h.office.save_draft(&h.me, &draft).unwrap().0
    }

    fn issued(h: &Hospital) -> QueryId {
        let query = asked(h);
        let provider = ProviderId(h.office.providers(&h.me, "Smith", 2).unwrap()[0].id);
        let due = moment("2026-03-29T14:00:00Z").unwrap().at;
        h.act(Action::IssueQuery {
            query,
            version: 1,
            provider,
            due,
            again: false,
            overrule: None,
        })
        .unwrap();
        query
    }

    #[test]
    fn a_draft_is_not_exported_and_a_stranger_gets_nothing() {
        let h = Hospital::new();
        h.import(bare_stay());
        let draft = asked(&h);
        let refused = h.office.export_query(&h.me, draft, QueryForm::Text);
        assert!(matches!(refused, Err(OpsError::Refused(_))));
        let query = issued(&h);
        let jones = h.user("jones", &[Role::Provider], Some("Jones"));
        for form in QueryForm::ALL {
            let refused = h.office.export_query(&jones, query, *form);
            assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
        }
    }

    #[test]
    fn an_export_is_audited_and_the_same_every_time() {
        let h = Hospital::new();
        h.import(bare_stay());
        let query = issued(&h);
        for form in QueryForm::ALL {
            let first = h.office.export_query(&h.me, query, *form).unwrap();
            h.clock.set(h.office.now().plus_hours(30));
            assert_eq!(first, h.office.export_query(&h.me, query, *form).unwrap());
            assert!(first.contains("Sodium 124 mmol"), "{first}");
            assert!(first.ends_with('\n') && !first.ends_with("\n\n"));
        }
        let rows = h.office.store.audit_rows(100).unwrap();
        let exports = rows.iter().filter(|r| r.action == "query.export");
        assert_eq!(exports.count(), 2 * QueryForm::ALL.len());
    }

    #[test]
    fn an_indicator_is_told_with_the_line_it_stands_on() {
        let h = Hospital::new();
        h.import(bare_stay());
        let mut indicator = fair_query().indicators.remove(0);
        indicator.source = "Progress note".into();
        indicator.line = 12;
        let told = h.office.evidence(&indicator).line();
        assert_eq!(
            told,
            "Sodium 124 mmol/L, 2026-03-06 (Progress note, line 12)"
        );
    }

    #[test]
    fn a_file_is_never_written_over() {
        let h = Hospital::new();
        h.import(bare_stay());
        let query = issued(&h);
        let path = h.dir.path().join("q.html");
        let export = || {
            h.office
                .export_query_to(&h.me, query, QueryForm::Html, &path)
        };
        export().unwrap();
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("<!doctype html>")
        );
        let refused = export().unwrap_err();
        assert!(matches!(refused, OpsError::Refused(_)));
        let words = "there is a file q.html already; give another name";
        assert_eq!(refused.to_string(), words);
    }

    #[test]
    fn identities_are_uuids() {
        let urn = urn_of("x");
        let parts: Vec<usize> = urn["urn:uuid:".len()..].split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(urn, urn_of("x"));
        assert_ne!(urn, urn_of("y"));
    }
}
