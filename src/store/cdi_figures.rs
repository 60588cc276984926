//! What figures of documentation integrity need of the past: queries by their events, signed
//! reviews, coded stays; and what people know the parts of a figure by.

use super::columns::read_moment;
use super::driver::{Row, v};
use super::error::Result;
use super::open::Store;
use super::spans::{VISIT, read_visit};
use crate::domain::cdi_figures::{CdiPart, CdiPartRow, PastQuery, PastReview};
use crate::domain::ids::{EncounterId, QueryId};
use crate::domain::past::PastVisit;
use crate::domain::query::QueryText;
use crate::domain::query_life::AnswerKind;
use crate::domain::review::ListedDiagnosis;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use serde::Deserialize;

/// What an event of a query says beside its states; nothing in events older than format 7.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    provider: Option<i64>,
    answer: Option<String>,
}

/// A coded stay, with both lists of diagnoses as they were then.
pub struct CodedStay {
    /// Which.
    pub encounter: EncounterId,
    /// When it was coded.
    pub at: Moment,
    /// What was known of the visit.
    pub visit: PastVisit,
    /// The specialist's list, if there was one.
    pub working: Option<Vec<ListedDiagnosis>>,
    /// The coder's list, if there was one.
    pub coded: Option<Vec<ListedDiagnosis>>,
}

/// One event of a query, with what never changes of it.
struct Happened {
    query: PastQuery,
    answered: i64,
    from: String,
    to: String,
    told: Told,
}

fn read_event(r: &Row<'_>) -> Result<Happened> {
    let detail = r.text(9)?;
    let told = if detail.is_empty() {
        Told::default()
    } else {
        serde_json::from_str(&detail)?
    };
    Ok(Happened {
        query: PastQuery {
            query: QueryId(r.int(0)?),
            encounter: EncounterId(r.int(1)?),
            author: r.int(2)?,
            topic: r.text(3)?,
            issued: Instant(r.int(4)?),
            provider: r.int(5)?,
            answered: None,
            kind: None,
            withdrawn: false,
            visit: read_visit(r, 10)?,
        },
        answered: r.int(6)?,
        from: r.text(7)?,
        to: r.text(8)?,
        told,
    })
}

/// The life of each query up to the last event given. One that never left the draft is none.
fn lives(events: Vec<Happened>) -> Vec<PastQuery> {
    let mut out: Vec<PastQuery> = Vec::new();
    for event in events {
        let new = out.last().is_none_or(|q| q.query != event.query.query);
        if new {
            if event.from != "draft" {
                continue;
            }
            out.push(event.query);
        }
        let Some(query) = out.last_mut() else {
            continue;
        };
        if let Some(provider) = event.told.provider {
            query.provider = provider;
        }
        if event.to == "responded" && query.answered.is_none() {
            query.answered = Some(Instant(event.answered));
            query.kind = event.told.answer.as_deref().and_then(AnswerKind::from_name);
        }
        query.withdrawn |= event.to == "withdrawn";
    }
    out
}

fn entries(text: Option<String>) -> Result<Option<Vec<ListedDiagnosis>>> {
    Ok(text.map(|t| serde_json::from_str(&t)).transpose()?)
}

impl Store {
    /// Every query issued by `at`, as its events up to then tell it, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn past_queries(&self, at: Instant) -> Result<Vec<PastQuery>> {
        let events = self.read(|c| {
            c.all(
                &format!(
                    "SELECT q.id, q.encounter, q.author, q.topic, q.issued, coalesce(q.provider, 0),
                       q.answered, h.from_state, h.to_state, h.detail, {VISIT}
                     FROM event h JOIN query q ON q.id = h.object LEFT JOIN encounter_span e
                       ON e.encounter = q.encounter AND e.at <= $1 AND e.until > $1
                     WHERE h.kind = 'query' AND h.at <= $1 ORDER BY h.object, h.id"
                ),
                v![at],
                read_event,
            )
        })?;
        let mut out = lives(events);
        out.sort_by_key(|q| (q.issued, q.query));
        Ok(out)
    }

    /// Every review signed by `at`, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn past_reviews(&self, at: Instant) -> Result<Vec<PastReview>> {
        self.read(|c| {
            c.all(
                "SELECT encounter, reviewer, signed FROM review WHERE signed > 0 AND signed <= $1
                 ORDER BY signed, id",
                v![at],
                |r| {
                    Ok(PastReview {
                        encounter: EncounterId(r.int(0)?),
                        reviewer: r.int(1)?,
                        at: Instant(r.int(2)?),
                    })
                },
            )
        })
    }

    /// Stays coded between two instants, as known at `known`, by the time they were coded. A coding
    /// known by its date only stands at midnight UTC of that date; one of unknown date is left out.
    ///
    /// # Errors
    /// As any read.
    pub fn past_codings(
        &self,
        from: Instant,
        to: Instant,
        known: Instant,
    ) -> Result<Vec<CodedStay>> {
        let list = |kind: &str| {
            format!(
                "(SELECT d.entries FROM diagnosis_list d WHERE d.encounter = k.encounter
                   AND d.kind = '{kind}' AND d.at <= $3 ORDER BY d.version DESC LIMIT 1)"
            )
        };
        let sql = format!(
            "SELECT k.encounter, k.coded, k.coded_precision, {}, {}, {VISIT}
             FROM coded_span k LEFT JOIN encounter_span e
               ON e.encounter = k.encounter AND e.at <= $3 AND e.until > $3
             WHERE k.coded >= $1 AND k.coded <= $2 AND k.at <= $3 AND k.until > $3
             ORDER BY k.coded, k.id",
            list("working"),
            list("final")
        );
        self.read(|c| {
            let all = c.all(&sql, v![from, to, known], |r| {
                let coded = read_moment(r, 1)?;
                let row = |at| {
                    Ok(CodedStay {
                        encounter: EncounterId(r.int(0)?),
                        at,
                        working: entries(r.opt_text(3)?)?,
                        coded: entries(r.opt_text(4)?)?,
                        visit: read_visit(r, 5)?,
                    })
                };
                coded.map(row).transpose()
            })?;
            Ok(all.into_iter().flatten().collect())
        })
    }

    /// What people know parts of a figure by, in the order given.
    ///
    /// # Errors
    /// As any read.
    pub fn cdi_part_rows(&self, parts: Vec<CdiPart>) -> Result<Vec<CdiPartRow>> {
        self.read(|c| {
            let mut out = Vec::with_capacity(parts.len());
            for part in parts {
                let row = c.one(
                    "SELECT e.visit, p.mrn, p.name, coalesce(v.name, ''), coalesce(q.words, ''),
                       coalesce(q.issued, 0)
                     FROM encounter e JOIN patient p ON p.id = e.patient
                       LEFT JOIN query q ON q.id = $2
                       LEFT JOIN provider v ON v.id = CASE WHEN $2 = 0 THEN e.attending ELSE q.provider END
                     WHERE e.id = $1",
                    v![part.encounter, part.query.map_or(0, |q| q.0)],
                    |r| {
                        let words = r.text(4)?;
                        let title = if words.is_empty() {
                            Untrusted::default()
                        } else {
                            serde_json::from_str::<QueryText>(&words)?.title
                        };
                        Ok(CdiPartRow {
                            part: part.clone(),
                            visit: r.untrusted(0)?,
                            mrn: r.untrusted(1)?,
                            patient_name: r.untrusted(2)?,
                            provider_name: r.untrusted(3)?,
                            title,
                            issued: super::columns::instant_or_none(r.int(5)?),
                        })
                    },
                )?;
                out.extend(row);
            }
            Ok(out)
        })
    }

    /// Every provider's group: their service, else their specialty; empty if neither is known.
    ///
    /// # Errors
    /// As any read.
    pub fn provider_groups(&self) -> Result<Vec<(i64, Untrusted)>> {
        self.read(|c| {
            c.all(
                "SELECT p.id, coalesce(nullif(s.name, ''), p.specialty) FROM provider p
                   LEFT JOIN service s ON s.id = p.service ORDER BY p.id",
                v![],
                |r| Ok((r.int(0)?, r.untrusted(1)?)),
            )
        })
    }

    /// A provider's name as lists print it; empty if there is none.
    ///
    /// # Errors
    /// As any read.
    pub fn provider_list_name(&self, id: i64) -> Result<Untrusted> {
        self.read(|c| {
            let found = c.one("SELECT name FROM provider WHERE id = $1", v![id], |r| {
                r.untrusted(0)
            })?;
            Ok(found.unwrap_or_default())
        })
    }
}
