//! Letters and statements: made when a step is confirmed, printed, printed again; who got what
//! when.

use super::Office;
use super::access::{allowed, denied};
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::deficiency::QueueRow;
use crate::domain::ids::{DeficiencyId, LetterId, ProviderId, StepId};
use crate::domain::ladder::{
    Letter, LetterFormat, LetterRequest, LetterRow, ProviderStep, Statement, StatementLine,
    SuspensionKind,
};
use crate::domain::permission::Permission;
use crate::domain::time::{Instant, Moment};
use crate::domain::user::Actor;
use crate::domain::worklist::{QueueFilter, QueueRequest, QueueSort, QueueView, Reader, Scope};
use crate::report::letters::{Addressee, Facts, Line, Words};
use crate::store::{AuditDraft, Event, NewLetter, Tx};
use crate::text::{counted, show};

/// Items on a statement of one page.
const STATEMENT_LINES: usize = 40;

/// A row of a letter before it is laid out: the item, the days counted and the visit's end.
struct Item {
    row: QueueRow,
    days: i64,
    discharged: Option<Moment>,
}

impl Office {
    /// Letters, newest first. A provider sees those to them.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn letters(&self, actor: &Actor, ask: &LetterRequest) -> Result<Vec<LetterRow>> {
        let mut ask = ask.clone();
        if let Scope::Provider(me) = allowed(actor, Permission::ViewSuspension)? {
            ask.provider = Some(me);
        }
        let rows = self.store.letters(&ask)?;
        let ids: Vec<i64> = rows.iter().map(|r| r.id.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "letter.page".to_owned(),
                object: counted(ids.len(), "letter"),
                detail: serde_json::json!({ "letters": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(rows)
    }

    /// A letter as it went out, with its copies. Looking at it prints nothing.
    ///
    /// # Errors
    /// Not permitted, no such letter, or what the store says.
    pub fn letter(&self, actor: &Actor, id: LetterId) -> Result<Letter> {
        let scope = allowed(actor, Permission::ViewSuspension)?;
        let letter = self.store.letter(id)?.ok_or_else(|| no_letter(id))?;
        if let Scope::Provider(me) = scope
            && letter.row.provider != me
        {
            return Err(denied(actor, Permission::ViewSuspension));
        }
        self.disclose(
            actor,
            AuditDraft {
                action: "letter.show".to_owned(),
                object: format!("letter {id}"),
                ..AuditDraft::default()
            },
        )?;
        Ok(letter)
    }

    /// The letter a proposed step would make, with today's date; nothing is kept. `None` if the
    /// ladder has no letter for it.
    ///
    /// # Errors
    /// Not permitted, no such step, a mistake in the template, or what the store says.
    pub fn letter_preview(&self, actor: &Actor, id: StepId) -> Result<Option<Words>> {
        allowed(actor, Permission::ManageSuspension)?;
        let detail = self.store.step_detail(id)?;
        let items: Vec<DeficiencyId> = detail.items.iter().map(|i| i.deficiency).collect();
        let words = self.words_of(&detail.step, &items, &mut |d| {
            Ok(self.store.queue_row(d)?)
        })?;
        self.disclose(
            actor,
            AuditDraft {
                action: "letter.preview".to_owned(),
                object: format!("step {id}"),
                ..AuditDraft::default()
            },
        )?;
        Ok(words.map(|(_, words)| words))
    }

    /// Makes and keeps the letter of a step that is being confirmed.
    pub(super) fn make_letter(
        &self,
        tx: &mut Tx<'_>,
        step: &ProviderStep,
    ) -> Result<Option<LetterId>> {
        let items: Vec<DeficiencyId> = tx
            .step_items(step.id)?
            .into_iter()
            .map(|i| i.deficiency)
            .collect();
        let words = self.words_of(step, &items, &mut |d| Ok(tx.deficiency(d)?.map(|r| r.row)))?;
        let Some((template, words)) = words else {
            return Ok(None);
        };
        let id = tx.add_letter(&NewLetter {
            provider: step.provider,
            step: step.id,
            template: &template,
            subject: &words.subject.into(),
            text: &words.text,
            html: &words.html,
        })?;
        Ok(Some(id))
    }

    fn words_of(
        &self,
        step: &ProviderStep,
        items: &[DeficiencyId],
        row: &mut dyn FnMut(DeficiencyId) -> Result<Option<QueueRow>>,
    ) -> Result<Option<(String, Words)>> {
        let ladder = self.ladder()?;
        let Some(template) = ladder.letter(&step.step, step.kind) else {
            return Ok(None);
        };
        let now = self.now();
        let mut listed = Vec::new();
        for id in items {
            let Some(row) = row(*id)? else { continue };
            let discharged = self
                .store
                .encounter(row.encounter)?
                .and_then(|e| e.facts.discharged);
            let item = super::reports::ladder_item(&row, discharged);
            listed.push(Item {
                days: ladder.counted_days(&item, now, &self.zone),
                discharged,
                row,
            });
        }
        let mut facts = self.facts(step.provider, &listed, listed.len(), now)?;
        facts.limit_days = ladder.limit_days();
        facts.wait_days = ladder.wait_after(&step.step);
        facts.suspension = step.suspension.map_or("", SuspensionKind::title).to_owned();
        let words = self.letter_templates()?.write(template, &facts)?;
        Ok(Some((template.to_owned(), words)))
    }

    fn facts(
        &self,
        provider: ProviderId,
        items: &[Item],
        count: usize,
        now: Instant,
    ) -> Result<Facts> {
        let (name, credential, service) = self.store.addressee(provider)?;
        let addressee = Addressee::new(&name, &credential, &service);
        let mut facts = Facts::new(&self.facility, now.day(&self.zone).to_string(), addressee);
        facts.count = count as i64;
        facts.late = items.iter().filter(|i| i.row.ages(now).late).count() as i64;
        facts.oldest_days = items.iter().map(|i| i.days).max().unwrap_or(0);
        for item in items {
            facts.items.push(self.line(item, now)?);
        }
        Ok(facts)
    }

    fn line(&self, item: &Item, now: Instant) -> Result<Line> {
        let row = &item.row;
        let words = |text| show(text).into_string();
        let line = Line {
            visit: words(&row.visit),
            mrn: words(&row.mrn),
            patient: words(&row.patient_name),
            kind: row.kind.clone(),
            title: self.kind_title(&row.kind)?,
            discharged: item
                .discharged
                .map_or("in house".to_owned(), |d| d.day(&self.zone).to_string()),
            days: item.days,
            due: row.due.day(&self.zone).to_string(),
            late: row.ages(now).late,
            held: row.held_since.is_some(),
            line: String::new(),
        };
        Ok(line.laid_out())
    }

    /// The title of a deficiency type.
    pub(super) fn kind_title(&self, kind: &str) -> Result<String> {
        let title = self.rules()?.rules().find(|r| r.kind == kind);
        Ok(title.map_or(String::new(), |r| r.title.clone()))
    }

    /// What a provider owes, oldest first, one page. A provider may ask for their own.
    ///
    /// # Errors
    /// Not permitted, no such provider, a mistake in the template, or what the store says.
    pub fn statement(&self, actor: &Actor, provider: ProviderId) -> Result<Statement> {
        match allowed(actor, Permission::ViewSuspension)? {
            Scope::Provider(me) if me != provider => {
                return Err(denied(actor, Permission::ViewSuspension));
            }
            _ => {}
        }
        let now = self.now();
        let request = QueueRequest {
            view: QueueView::All,
            filter: QueueFilter {
                owner: Some(provider),
                ..QueueFilter::default()
            },
            sort: QueueSort::Age,
            reverse: false,
            after: None,
            limit: STATEMENT_LINES,
        };
        let reader = Reader {
            user: actor.user.id,
            scope: Scope::All,
            all_drafts: false,
        };
        let page = self.store.queue_page(&request, &reader, now)?;
        let late = self.store.late_of(provider, now)?;
        let mut items = Vec::new();
        for row in page.rows {
            let visit = self.store.encounter(row.encounter)?;
            items.push(Item {
                days: row.ages(now).chargeable_days,
                discharged: visit.and_then(|e| e.facts.discharged),
                row,
            });
        }
        let mut facts = self.facts(provider, &items, page.total as usize, now)?;
        facts.late = late;
        facts.more = page.total - items.len() as i64;
        let words = self.letter_templates()?.write("statement", &facts)?;
        let (name, ..) = self.store.addressee(provider)?;
        let lines = items
            .into_iter()
            .map(|i| self.statement_line(i, now))
            .collect::<Result<Vec<_>>>()?;
        self.disclose(
            actor,
            AuditDraft {
                action: "report.statement".to_owned(),
                object: format!("provider {provider}"),
                detail: serde_json::json!({
                    "deficiencies": lines.iter().map(|l| l.deficiency.0).collect::<Vec<_>>()
                })
                .to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(Statement {
            provider,
            name,
            at: now,
            total: page.total,
            late,
            lines,
            text: words.text.into(),
            html: words.html,
        })
    }

    fn statement_line(&self, item: Item, now: Instant) -> Result<StatementLine> {
        let ages = item.row.ages(now);
        Ok(StatementLine {
            deficiency: item.row.id,
            title: self.kind_title(&item.row.kind)?,
            discharged: item
                .discharged
                .map(|d| d.day(&self.zone).to_string())
                .unwrap_or_default(),
            due: item.row.due,
            calendar_days: ages.calendar_days,
            chargeable_days: ages.chargeable_days,
            late: ages.late,
            held: item.row.held_since.is_some(),
            kind: item.row.kind,
            visit: item.row.visit,
            mrn: item.row.mrn,
            patient_name: item.row.patient_name,
        })
    }
}

fn no_letter(id: LetterId) -> OpsError {
    OpsError::NotFound {
        what: "letter",
        name: id.to_string(),
    }
}

/// Records copies that are being printed. The words are read afterwards: no record, no print.
pub(super) fn print(
    tx: &mut Tx<'_>,
    actor: &Actor,
    letters: &[LetterId],
    format: LetterFormat,
) -> Result<Outcome> {
    allowed(actor, Permission::ManageSuspension)?;
    let mut outcome = Outcome::default();
    for id in letters {
        let Some(letter) = tx.letter(*id)? else {
            outcome.refused.push((id.0, format!("no letter {id}")));
            continue;
        };
        if letter.row.withdrawn {
            outcome.refused.push((id.0, "it was withdrawn".into()));
            continue;
        }
        let number = tx.add_copy(*id, format)?;
        let action = if number == 1 {
            "letter.print"
        } else {
            "letter.reprint"
        };
        tx.event(&Event {
            action,
            kind: super::ladder::STEP,
            object: letter.row.step.0,
            encounter: 0,
            from: "",
            to: &format!("copy {number}"),
            reason: &letter.row.subject,
            detail: String::new(),
            before: String::new(),
        })?;
        tx.audit(AuditDraft {
            action: action.to_owned(),
            object: format!("letter {id}"),
            detail: serde_json::json!({
                "provider": letter.row.provider, "copy": number, "format": format.name(),
                "printed_with": letters.len() - 1
            })
            .to_string(),
            outcome: "ok".to_owned(),
            ..AuditDraft::default()
        });
        outcome.done.push(id.0);
    }
    if outcome.done.is_empty() {
        tx.audit(AuditDraft {
            action: "letter.print".to_owned(),
            object: counted(letters.len(), "letter"),
            outcome: "refused".to_owned(),
            ..AuditDraft::default()
        });
    }
    Ok(outcome)
}
