//! Comparing a note with others: what of it was copied forward, and a search for notes like it.

use super::access::{allowed, may_read};
use super::error::{OpsError, Result};
use super::{Office, once};
use crate::domain::copied::{CopiedPassage, CopiedSource, CopiedText, SimilarSearch, TellingWord};
use crate::domain::document::Document;
use crate::domain::ids::{DocumentId, EncounterId, ProviderId};
use crate::domain::permission::Permission;
use crate::domain::search::SearchRequest;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::grammar::terms::{fold_into, terms};
use crate::language::Language;
use crate::store::AuditDraft;
use std::collections::{BTreeMap, BTreeSet};

impl Office {
    /// What the program knows of clinical English, with the site's files on top. Read when first
    /// needed.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming the mistake in a site's file.
    pub fn language(&self) -> Result<&Language> {
        once(&self.language, || {
            let site: Vec<(&str, &str)> = self
                .site_language
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect();
            Language::load(&site).map_err(|e| e.to_string())
        })
    }

    /// Which passages of a note stand in earlier notes of the patient that the actor may read.
    ///
    /// # Errors
    /// Not permitted, no such document, or what the store says.
    pub fn copied(&self, actor: &Actor, id: DocumentId) -> Result<CopiedText> {
        let (document, text) = self.readable(actor, id, "document.copied")?;
        let language = self.language()?;
        let rules = language.copy_rules();
        let mut earlier = Vec::new();
        if let Some(at) = document.facts.at {
            let found = self
                .store
                .earlier_documents(&document, at.at, rules.earlier_notes)?;
            earlier = self.those_readable(actor, found)?;
        }
        let mut texts = Vec::with_capacity(earlier.len());
        for d in &earlier {
            texts.push(self.store.document_text(d.id, None)?.text);
        }
        let others = self.store.texts_of_others(&document, rules.other_notes)?;
        let copied = language.copied(text.raw(), &raw(&texts), &raw(&others));
        let mut out = CopiedText {
            document: id,
            words: copied.words,
            template: copied.template,
            compared: earlier.len(),
            passages: Vec::new(),
            sources: Vec::new(),
            text,
        };
        let mut places = BTreeMap::new();
        for passage in &copied.passages {
            let mut place = |at: usize| -> Result<usize> {
                if let Some(known) = places.get(&at) {
                    return Ok(*known);
                }
                out.sources.push(self.source(&earlier[at])?);
                places.insert(at, out.sources.len() - 1);
                Ok(out.sources.len() - 1)
            };
            let (source, first) = (place(passage.source)?, place(passage.first)?);
            out.passages.push(CopiedPassage {
                start: passage.span.start,
                end: passage.span.end,
                words: passage.words,
                source,
                source_start: passage.source_span.start,
                source_end: passage.source_span.end,
                first,
            });
        }
        let sources: Vec<i64> = out.sources.iter().map(|s| s.document.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "document.copied".to_owned(),
                object: format!("document {id} version {}", document.version),
                patient: document.patient.0,
                encounter: document.encounter.map_or(0, |e| e.0),
                detail: serde_json::json!({ "compared": out.compared, "sources": sources })
                    .to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(out)
    }

    /// A search for notes like this one: its most telling words, by how often it uses them and
    /// how few of the documents the actor may see have them.
    ///
    /// # Errors
    /// Not permitted, no such document, a note without such words, or what store and index say.
    pub fn similar(&self, actor: &Actor, id: DocumentId) -> Result<SimilarSearch> {
        allowed(actor, Permission::Search)?;
        let (document, text) = self.readable(actor, id, "document.similar")?;
        let telling = self.language()?.telling();
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for (from, to) in terms(text.raw()) {
            let mut word = String::new();
            fold_into(&text.raw()[from..to], &mut word);
            *times.entry(word).or_default() += 1;
        }
        for name in self.names_of(&document)? {
            times.remove(&name);
        }
        let mut candidates: Vec<(String, usize)> = times
            .into_iter()
            .filter(|(word, _)| telling.may_tell(word))
            .collect();
        // Of words used equally often the longer is likelier to be rare.
        candidates.sort_by_key(|(word, n)| (std::cmp::Reverse((*n, word.len())), word.clone()));
        candidates.truncate(telling.candidates);
        let mut words = Vec::with_capacity(candidates.len());
        for (word, times) in candidates {
            let request = SearchRequest {
                text: Untrusted::new(word.as_str()),
                ..SearchRequest::default()
            };
            let documents = self.searched(actor, &request)?.count;
            // A word of this note alone finds no other.
            if documents > 1 {
                words.push(TellingWord {
                    word,
                    times,
                    documents,
                });
            }
        }
        most_telling_first(&mut words);
        words.truncate(telling.words);
        if words.is_empty() {
            return Err(OpsError::Refused(
                "no word of this note stands in other notes you may see".to_owned(),
            ));
        }
        let query: Vec<&str> = words.iter().map(|w| w.word.as_str()).collect();
        let query = query.join(" OR ");
        self.disclose(
            actor,
            AuditDraft {
                action: "document.similar".to_owned(),
                object: format!("document {id} version {}", document.version),
                patient: document.patient.0,
                encounter: document.encounter.map_or(0, |e| e.0),
                detail: serde_json::json!({ "text": query }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(SimilarSearch {
            document: id,
            query,
            words,
        })
    }

    /// A document the actor may read, with its newest text.
    fn readable(
        &self,
        actor: &Actor,
        id: DocumentId,
        action: &str,
    ) -> Result<(Document, Untrusted)> {
        let document = self.store.document(id)?.ok_or_else(|| OpsError::NotFound {
            what: "document",
            name: id.to_string(),
        })?;
        if let Err(error) = self.check_document(actor, &document) {
            self.refused(actor, action, &error);
            return Err(error);
        }
        let text = self.store.document_text(id, None)?.text;
        Ok((document, text))
    }

    /// Those of one patient's documents that the actor may read.
    fn those_readable(&self, actor: &Actor, mut found: Vec<Document>) -> Result<Vec<Document>> {
        let scope = allowed(actor, Permission::OpenChart)?;
        found.retain(|d| may_read(actor, d));
        let Scope::Provider(me) = scope else {
            return Ok(found);
        };
        let mut charts: BTreeMap<EncounterId, bool> = BTreeMap::new();
        let mut kept = Vec::with_capacity(found.len());
        for document in found {
            if self.takes_part(actor, &document, me, &mut charts)? {
                kept.push(document);
            }
        }
        Ok(kept)
    }

    fn takes_part(
        &self,
        actor: &Actor,
        document: &Document,
        me: ProviderId,
        charts: &mut BTreeMap<EncounterId, bool>,
    ) -> Result<bool> {
        if document.author == Some(me) {
            return Ok(true);
        }
        let Some(encounter) = document.encounter else {
            return Ok(false);
        };
        if let Some(known) = charts.get(&encounter) {
            return Ok(*known);
        }
        let open = self
            .may_open(actor, &self.store.chart(encounter, false)?)
            .is_ok();
        charts.insert(encounter, open);
        Ok(open)
    }

    fn source(&self, document: &Document) -> Result<CopiedSource> {
        let author = match document.author {
            Some(id) => self.store.provider(id)?,
            None => None,
        };
        let author = author.map(|a| {
            let (family, given) = (a.facts.family, a.facts.given);
            Untrusted::new(format!("{},{}", family.raw(), given.raw()))
        });
        Ok(CopiedSource {
            document: document.id,
            encounter: document.encounter,
            kind: document.facts.kind,
            title: document.facts.what.text.clone(),
            author: author.unwrap_or_default(),
            at: document.facts.at,
        })
    }

    /// The words of the patient's and the author's name: they find the same people, not the same
    /// matter.
    fn names_of(&self, document: &Document) -> Result<BTreeSet<String>> {
        let mut names = Vec::new();
        if let Some(patient) = self.store.patient(document.patient)? {
            names.extend([patient.facts.family, patient.facts.given]);
        }
        if let Some(author) = document.author.map(|id| self.store.provider(id)) {
            let author = author?;
            names.extend(
                author
                    .into_iter()
                    .flat_map(|a| [a.facts.family, a.facts.given]),
            );
        }
        let mut words = BTreeSet::new();
        for name in &names {
            for (from, to) in terms(name.raw()) {
                let mut word = String::new();
                fold_into(&name.raw()[from..to], &mut word);
                words.insert(word);
            }
        }
        Ok(words)
    }
}

fn raw(texts: &[Untrusted]) -> Vec<&str> {
    texts.iter().map(Untrusted::raw).collect()
}

/// Sorts by how often the note uses a word times how rare it is.
fn most_telling_first(words: &mut [TellingWord]) {
    let most = words.iter().map(|w| w.documents).max().unwrap_or(0);
    let weight = |w: &TellingWord| {
        let often = 1.0 + (w.times as f64).ln();
        let rare = (2.0 * most as f64 / w.documents as f64).ln();
        often * rare
    };
    words.sort_by(|a, b| {
        let order = weight(b).total_cmp(&weight(a));
        order.then_with(|| a.word.cmp(&b.word))
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Hospital, bare_stay, note, patient, stay};
    use crate::domain::document::{DocumentKind as K, Sensitivity, SignatureState as S};
    use crate::domain::ids::DocumentId;
    use crate::domain::record::{Arrival, Record};
    use crate::domain::time::{Instant, Moment};
    use crate::domain::user::Role;

    const PASSAGE: &str = "Admitted with three days of worsening dyspnea; chest film showed large \
        bilateral effusions and furosemide was started intravenously with good response.";

    fn on(mut arrival: Arrival, day: &str, sensitivity: Sensitivity) -> Arrival {
        if let Record::Document(record) = &mut arrival.record {
            let at = format!("{day}T16:00:00Z");
            record.facts.at = Some(Moment::at(Instant::parse(&at).unwrap()));
            record.facts.sensitivity = sensitivity;
        }
        arrival
    }

    fn id(h: &Hospital, text: &str) -> DocumentId {
        let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
        let mut all = chart.documents.iter().map(|d| d.id);
        all.find(|id| {
            let view = h.office.document(&h.me, *id, None).unwrap();
            view.text.text.raw().starts_with(text)
        })
        .unwrap()
    }

    fn hospital() -> Hospital {
        let h = Hospital::new();
        h.import(bare_stay());
        let write = |name: &str, day: &str, text: String, sensitivity| {
            let arrival = note(name, "p1", "v1", K::Progress, S::Authenticated, &text);
            h.import(vec![on(arrival, day, sensitivity)]);
        };
        let normal = Sensitivity::Normal;
        write("n1", "2026-03-02", format!("First. {PASSAGE}"), normal);
        write(
            "n2",
            "2026-03-04",
            format!("Secret. {PASSAGE}"),
            Sensitivity::Restricted,
        );
        write(
            "n3",
            "2026-03-05",
            format!("Third. {PASSAGE} Slept well."),
            normal,
        );
        write(
            "n4",
            "2026-03-07",
            "Later: nothing of that.".to_owned(),
            normal,
        );
        h
    }

    #[test]
    fn a_copied_passage_names_the_earlier_note_the_reader_may_see() {
        let h = hospital();
        let copied = h.office.copied(&h.me, id(&h, "Third")).unwrap();
        assert_eq!(
            (copied.passages.len(), copied.compared),
            (1, 1),
            "the restricted one is not seen"
        );
        let passage = &copied.passages[0];
        let text = &copied.text.raw()[passage.start..passage.end];
        assert!(text.starts_with("Admitted") && text.ends_with("response"));
        assert_eq!(copied.sources[passage.source].document, id(&h, "First"));
        assert_eq!(copied.sources[passage.source].author.raw(), "Smith,Pat");
        let all = h.user("priv", &[Role::Privacy], None);
        let copied = h.office.copied(&all, id(&h, "Third")).unwrap();
        assert_eq!(copied.compared, 2);
        let passage = &copied.passages[0];
        assert_ne!(
            passage.source, passage.first,
            "the newest is the source, the oldest the first"
        );
        let later = h.office.copied(&h.me, id(&h, "Later")).unwrap();
        assert!(later.passages.is_empty());
    }

    #[test]
    fn comparing_needs_the_right_to_read_and_leaves_its_row() {
        let h = hospital();
        let third = id(&h, "Third");
        let stranger = h.user("jones", &[Role::Provider], Some("Jones"));
        for refused in [
            h.office.copied(&stranger, third).err(),
            h.office.similar(&stranger, third).err(),
        ] {
            let refused = refused.unwrap();
            assert!(
                matches!(refused, crate::ops::OpsError::NotPermitted { .. }),
                "{refused}"
            );
        }
        h.office.copied(&h.me, third).unwrap();
        let auditor = h.user("aud", &[Role::Auditor], None);
        let rows = h.office.audit_rows(&auditor, 20).unwrap();
        let outcomes: Vec<_> = rows
            .iter()
            .filter(|r| r.action == "document.copied")
            .map(|r| r.outcome.as_str())
            .collect();
        assert_eq!(outcomes, ["ok", "refused"]);
    }

    #[test]
    fn the_words_that_tell_a_note_find_its_like() {
        let h = hospital();
        let like =
            "Quixotic murmur again; endocarditis suspected, vegetation on echo. Endocarditis.";
        h.import(vec![patient("p2", "Other"), stay("v2", "p2")]);
        for (name, person, visit) in [("m1", "p1", "v1"), ("m2", "p2", "v2")] {
            let text = format!("Marked {name}. {like}");
            h.import(vec![note(
                name,
                person,
                visit,
                K::Consult,
                S::Authenticated,
                &text,
            )]);
        }
        h.office.index_now(&mut |_| true).unwrap();
        let similar = h.office.similar(&h.me, id(&h, "Marked")).unwrap();
        assert_eq!(similar.words[0].word, "endocarditis");
        assert_eq!((similar.words[0].times, similar.words[0].documents), (2, 2));
        assert!(similar.query.starts_with("endocarditis OR "));
        assert!(
            !similar.query.contains("zztest"),
            "names find people, not matters"
        );
        let lonely = h.office.similar(&h.me, id(&h, "Later")).unwrap_err();
        assert!(lonely.to_string().contains("no word"), "{lonely}");
    }
}
