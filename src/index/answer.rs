//! From a query to its answer, over one snapshot of the index.
//!
//! The access filter is put around the user's part before anything runs, so count, hits, groups,
//! facets, suggestions and values for completion all see the same documents.

use super::access::{among, narrow, narrows};
use super::bound::SharedBound;
use super::compile::{Compiled, Ground, compile, finds_best_without_all};
use super::finding::{Found, Manner, some_of};
use super::needles::Highlighter;
use super::reader::SearchContext;
use super::snippet::{snippet, snippet_at, snippet_of_part};
use super::stored::Unpacker;
use super::stretches::Stretches;
use super::view::View;
use crate::domain::search::{SearchAccess, SearchAnswer, SearchHit, SearchRequest};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::Query as Parsed;

/// Bytes of a text unpacked at first when its first match is all that is wanted, and then each time.
const FIRST_PART: usize = 512;
const NEXT_PART: usize = 512;

impl View {
    /// The answer to a request, out of what `access` grants; time and position are the caller's
    /// to fill in.
    pub(super) fn answer(
        &self,
        request: &SearchRequest,
        access: &SearchAccess,
        context: &SearchContext<'_>,
        parsed: &Parsed,
        bound: &SharedBound,
    ) -> tantivy::Result<SearchAnswer> {
        let fields = &self.generation.fields;
        let access = &among(&self.searcher, access, fields)?;
        let seen = self.sight(access)?;
        let sight = seen.as_deref();
        let ground = Ground {
            fields,
            context,
            searcher: &self.searcher,
            heads: &self.heads,
            widening: request.widening,
            sight,
            bound,
        };
        let compiled = compile(parsed, &ground)?;
        let needles = Highlighter::of(parsed, &compiled.marked);
        let plain = compiled.marked.is_empty() && finds_best_without_all(parsed);
        let Compiled {
            query,
            expansions,
            scored,
            confinement,
            ..
        } = compiled;
        let places = confinement.of(&needles);
        let query = narrow(query, request, access, seen.as_ref(), fields);
        let manner = Manner {
            sight,
            bound,
            scored,
            plain,
            whole: !narrows(request, access),
        };
        let mut finding = self.find(query.as_ref(), request, &manner)?;
        let some = match (finding.count, request.lenient && !bound.was_met()) {
            (0, true) => some_of(parsed, fields, bound),
            _ => None,
        };
        let partial = some.is_some();
        let query = match some {
            Some(some) => {
                let query = narrow(some, request, access, seen.as_ref(), fields);
                let manner = Manner {
                    scored: true,
                    plain: false,
                    ..manner
                };
                finding = self.find(query.as_ref(), request, &manner)?;
                query
            }
            None => query,
        };
        let cut = bound.was_met();
        let facets = match request.facets && !cut {
            true => self.facets(query.as_ref(), finding.count, context, parsed, bound)?,
            false => Vec::new(),
        };
        let suggestion = match finding.count {
            // Nobody takes another spelling of what is still being typed.
            _ if bound.is_timed() || bound.was_met() => None,
            _ if partial => self.suggestion(request, parsed, sight, bound)?,
            0 => self.suggestion(request, parsed, sight, bound)?,
            _ => None,
        };
        Ok(SearchAnswer {
            count: finding.count,
            groups: finding.groups,
            hits: self.hits(&finding.found, &needles, places.as_deref())?,
            facets,
            expansions,
            partial: partial && finding.count > 0,
            cut,
            suggestion,
            marks: needles.marks(),
            micros: 0,
            position: 0,
            building: false,
        })
    }

    fn hits(
        &self,
        found: &[Found],
        needles: &Highlighter,
        places: Option<&[Option<&[Stretches]>]>,
    ) -> tantivy::Result<Vec<SearchHit>> {
        let mut unpacker = self.unpacker()?;
        let mut hits = Vec::with_capacity(found.len());
        for found in found {
            hits.push(self.hit(&mut unpacker, found, needles, places)?);
        }
        self.give_back(unpacker);
        Ok(hits)
    }

    fn hit(
        &self,
        unpacker: &mut Unpacker,
        &(score, at, in_group): &Found,
        needles: &Highlighter,
        places: Option<&[Option<&[Stretches]>]>,
    ) -> tantivy::Result<SearchHit> {
        let packed = self.packed(at)?;
        let mut opened = unpacker.open(&packed)?;
        let mut snippet_early = None;
        if places.is_none() && needles.count() < 2 {
            // The first match is the one shown: what lies far behind it is not even unpacked.
            let (mut bytes, mut seen) = (FIRST_PART, 0);
            while snippet_early.is_none() {
                let (stored, all) = opened.part(bytes)?;
                if all {
                    break;
                }
                snippet_early = snippet_of_part(stored.text, needles, seen);
                seen = stored.text.len();
                bytes = seen + NEXT_PART;
            }
        }
        let (stored, snippet) = match snippet_early {
            Some(snippet) => (opened.part(0)?.0, snippet),
            None => {
                let stored = opened.whole()?;
                let snippet = match places {
                    Some(places) => {
                        let allowed = self.allowed(at, stored.text, places)?;
                        snippet_at(stored.text, needles, &allowed)
                    }
                    None => snippet(stored.text, needles),
                };
                (stored, snippet)
            }
        };
        Ok(SearchHit {
            document: stored.document,
            encounter: stored.encounter,
            patient: stored.patient,
            kind: stored.kind,
            title: Untrusted::new(stored.title),
            author: Untrusted::new(stored.author),
            patient_name: Untrusted::new(stored.name),
            mrn: Untrusted::new(stored.mrn),
            visit: Untrusted::new(stored.visit),
            at: stored.at,
            score,
            in_group,
            snippet,
        })
    }
}
