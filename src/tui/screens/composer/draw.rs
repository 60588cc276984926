//! Drawing the composer: identity, fields, indicators, question, options; beside them the
//! compliance check, and where there is room the query as it will be read.

use super::field::Field;
use super::{Composer, pick, preview};
use crate::command::Command;
use crate::domain::query::{LintFinding, LintLevel, QueryFormat};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::banner::banner;
use crate::tui::widgets::{Canvas, LineInput, List, Pager, Span, parse_date, width};
use ratatui::layout::Rect;

/// Columns from which the query is also shown as it will be read.
const WIDE: u16 = 110;

/// Letters of a finding's place that are quoted.
const QUOTED: usize = 48;

/// Where things stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Areas {
    /// The two lines of fields.
    pub head: Rect,
    /// Indicators, question, options.
    pub form: Rect,
    pub check: Rect,
    /// The query as it will be read; empty where there is no room.
    pub preview: Rect,
}

pub(super) fn areas(body: Rect) -> Areas {
    let wide = body.width >= WIDE;
    let right = if wide { 50 } else { 27 };
    let top = body.y + 4.min(body.height);
    let height = body.height.saturating_sub(4);
    let form = Rect::new(body.x, top, body.width.saturating_sub(right + 1), height);
    let x = form.right() + 1;
    let side = Rect::new(x, top, body.right().saturating_sub(x), height);
    let (check, preview) = if wide {
        let above = side.height * 2 / 5;
        (
            Rect::new(side.x, side.y, side.width, above),
            Rect::new(side.x, side.y + above, side.width, side.height - above),
        )
    } else {
        (side, Rect::default())
    };
    Areas {
        head: Rect::new(body.x, body.y + 1.min(body.height), body.width, 2),
        form,
        check,
        preview,
    }
}

/// Columns that lead to the name of who is asked: a gap, the cursor's mark, the label.
const TO: usize = 6;

/// Most columns of that name that are kept free for it.
const NAME: usize = 24;

impl Composer {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let Some(chart) = &self.chart else {
            return self.draw_without(canvas, area, context);
        };
        let zone = &context.session.zone;
        let today = context.today();
        let line = banner(&chart.patient, &chart.encounter, today, zone, area.width);
        canvas.write(area, area.x, area.y, &line, "chart.title");
        let areas = areas(area);
        self.head(canvas, areas.head, context);
        canvas.rule(area, area.y + 3);
        self.form(canvas, areas.form, context);
        canvas.divider(Rect::new(
            areas.form.right(),
            areas.form.y,
            1,
            areas.form.height,
        ));
        self.check(canvas, areas.check, context);
        if areas.preview.height > 2 {
            canvas.rule(areas.preview, areas.preview.y);
            let text = " As the provider sees it ";
            canvas.write(
                areas.preview,
                areas.preview.x + 1,
                areas.preview.y,
                text,
                "list.head",
            );
            let about = preview::About {
                who: self.who(),
                to: self.provider.as_ref().map(|p| p.1.clone()),
                due: self.due_day(context).map(|d| Shown::own(d.to_string())),
            };
            let pager = preview::pager(&self.text(), &about, &self.findings, zone);
            let below = Rect::new(
                areas.preview.x,
                areas.preview.y + 1,
                areas.preview.width,
                areas.preview.height - 1,
            );
            pager.render(canvas, below);
        }
    }

    fn draw_without(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        match &self.failed {
            None => {
                canvas.write(area, area.x, area.y + 1, "Opening the chart…", "dim");
            }
            Some(what) => {
                canvas.write(area, area.x, area.y + 1, what, "message.error");
                let back = (context.keys)(&Command::Back);
                let text = Shown::own(format!("Nothing was written. {back} goes back."));
                canvas.write(area, area.x, area.y + 2, &text, "dim");
            }
        }
    }

    fn head(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let y = area.y;
        let mark = |field| if self.focus == field { ">" } else { " " };
        let x = canvas.write(area, area.x, y, mark(Field::Format), "text");
        let x = canvas.write(area, x, y, "Type ", "field.label");
        let x = canvas.write(
            area,
            x,
            y,
            pick::format_words(self.format),
            self.look(Field::Format),
        );
        let x = canvas.write(area, x + 2, y, mark(Field::Template), "text");
        let x = canvas.write(area, x, y, "Template ", "field.label");
        let name = match (&self.template, self.origin.0.as_str()) {
            (Some(template), _) => show(&Untrusted::new(template.name.as_str())),
            (None, "") => Shown::own("(none)"),
            // The site has taken it away since; its id is all that is known of it.
            (None, id) => show(&Untrusted::new(id)),
        };
        let to = self.provider.as_ref().map(|p| p.1.clone());
        let to = to.unwrap_or_else(|| Shown::own("(nobody)"));
        // Whom it goes to is told, however long the template's name is.
        let beside = TO + width(&to).min(NAME);
        let room = Rect::new(area.x, y, area.width.saturating_sub(beside as u16), 1);
        let x = canvas.write(room, x, y, &name, self.look(Field::Template));
        let x = canvas.write(area, x + 2, y, mark(Field::To), "text");
        let x = canvas.write(area, x, y, "To ", "field.label");
        canvas.write(area, x, y, &to, self.look(Field::To));
        let y = y + 1;
        let x = canvas.write(area, area.x, y, mark(Field::Due), "text");
        let x = canvas.write(area, x, y, "Due ", "field.label");
        let room = Rect::new(x, y, 11.min(area.right().saturating_sub(x)), 1);
        self.due.render(canvas, room, self.focus == Field::Due);
        let (echo, meaning) = match parse_date(self.due.text(), context.today()) {
            Ok(day) if day < context.today() => (Shown::own("! is past"), "field.error"),
            Ok(day) => (Shown::own(format!("={day}")), "dim"),
            Err(_) => (Shown::own("! no date"), "field.error"),
        };
        let x = canvas.write(area, room.right() + 1, y, &echo, meaning);
        let x = canvas.write(area, x + 2, y, mark(Field::Title), "text");
        let x = canvas.write(area, x, y, "Title ", "field.label");
        let room = Rect::new(x, y, area.right().saturating_sub(x), 1);
        self.title.render(canvas, room, self.focus == Field::Title);
        // Fields that take no text still show where the keys are.
        let place = match self.focus {
            Field::Format => Some(area.x),
            _ => None,
        };
        if let Some(x) = place {
            canvas.set_cursor(x, area.y);
        }
    }

    fn look(&self, field: Field) -> &'static str {
        if self.focus == field {
            "field.active"
        } else {
            "text"
        }
    }

    fn form(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let options = if self.format == QueryFormat::Open {
            0
        } else {
            self.options.len() as u16 + 1
        };
        let cited = self.indicators.len() as u16 + 1;
        let headings = if options == 0 { 2 } else { 3 };
        // The question keeps at least three rows, and while it is written as many as it has, up to
        // half of all; the lists scroll in what is left.
        let written = match self.focus {
            Field::Body => self.body.height().min(area.height / 2),
            _ => 0,
        };
        let spare = area.height.saturating_sub(headings + written.max(3));
        let options = options.min(spare.saturating_sub(cited.min(spare / 2)));
        let cited = cited.min(spare.saturating_sub(options)).max(1);
        let body = area.height.saturating_sub(headings + cited + options);
        let part =
            |y: u16, height: u16| Rect::new(area.x, y, area.width, height).intersection(area);
        let mut y = area.y;
        canvas.write(area, area.x, y, "Indicators", "list.head");
        self.indicators(canvas, part(y + 1, cited), context);
        y += 1 + cited;
        canvas.write(area, area.x, y, "Question", "list.head");
        let text = part(y + 1, body);
        let text = Rect::new(
            text.x + 1,
            text.y,
            text.width.saturating_sub(2),
            text.height,
        );
        self.body.render(canvas, text, self.focus == Field::Body);
        y += 1 + body;
        if options > 0 {
            canvas.write(area, area.x, y, "Options", "list.head");
            self.options(canvas, part(y + 1, options));
        }
    }

    fn indicators(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let mut list = List::new(self.indicators.len() + 1);
        if let Field::Indicator(i) = self.focus {
            list.go(i, area.height);
        }
        for (y, i) in (area.y..area.bottom()).zip(list.visible(area.height)) {
            let here = self.focus == Field::Indicator(i);
            canvas.write(area, area.x, y, if here { ">" } else { " " }, "text");
            match self.indicators.get(i) {
                Some(indicator) => {
                    let line = preview::indicator_line(indicator, &context.session.zone);
                    let text = Shown::own(format!("{} {line}", i + 1));
                    canvas.write(area, area.x + 1, y, &text, self.look(Field::Indicator(i)));
                }
                None => {
                    let cite = (context.keys)(&Command::Cite);
                    let add = (context.keys)(&Command::AddIndicator);
                    let text = match &self.template {
                        Some(t) if !t.cite.is_empty() => format!("+ cite: {}", t.cite.join("; ")),
                        _ => format!("+ {cite} cites the chart, {add} types one"),
                    };
                    let text = show(&Untrusted::new(text));
                    canvas.write(area, area.x + 1, y, &text, "dim");
                }
            }
            if here {
                canvas.set_cursor(area.x, y);
            }
        }
    }

    fn options(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let mut list = List::new(self.options.len() + 1);
        if let Field::Choice(i) = self.focus {
            list.go(i, area.height);
        }
        let empty = LineInput::default();
        for (y, i) in (area.y..area.bottom()).zip(list.visible(area.height)) {
            let here = self.focus == Field::Choice(i);
            canvas.write(area, area.x, y, if here { ">" } else { " " }, "text");
            let adding = i == self.options.len();
            let before = if adding { "+ " } else { "( ) " };
            let x = canvas.write(area, area.x + 1, y, before, "dim");
            let room = Rect::new(x, y, area.right().saturating_sub(x), 1);
            if adding && !here {
                canvas.write(room, room.x, y, "type another option here", "dim");
            } else {
                self.options
                    .get(i)
                    .unwrap_or(&empty)
                    .render(canvas, room, here);
            }
        }
    }

    fn check(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let level = |l: LintLevel| self.findings.iter().filter(|f| f.level == l).count();
        let (blocks, warns) = (level(LintLevel::Block), level(LintLevel::Warn));
        let (text, meaning) = match (self.keep.is_checked(), blocks, warns) {
            (false, ..) => ("COMPLIANCE checking…".to_owned(), "dim"),
            (true, 0, 0) => ("COMPLIANCE passed".to_owned(), "lint.pass"),
            (true, 0, w) => (format!("COMPLIANCE {w} to look at"), "lint.warn"),
            (true, b, _) => (format!("COMPLIANCE {b} blocking"), "lint.block"),
        };
        canvas.write(area, area.x, area.y, Shown::own(text), meaning);
        let below = Rect::new(
            area.x,
            area.y + 1,
            area.width,
            area.height.saturating_sub(1),
        );
        if self.findings.is_empty() {
            if self.keep.is_checked() {
                let send = (context.keys)(&Command::Send);
                let text = Shown::own(format!("Nothing stands against it. {send} sends."));
                Pager::new([text]).render(canvas, below);
            }
            return;
        }
        let mut lines = Vec::new();
        let mut current = 0;
        for (i, finding) in self.findings.iter().enumerate() {
            if Some(i) == self.finding {
                current = lines.len();
            }
            lines.extend(self.finding_lines(finding, Some(i) == self.finding));
        }
        let mut pager = Pager::of_spans(lines);
        pager.set_width(below.width);
        pager.to_line(current, below.height);
        pager.render(canvas, below);
    }

    fn finding_lines(&self, finding: &LintFinding, current: bool) -> Vec<Vec<Span>> {
        let (sign, meaning) = match finding.level {
            LintLevel::Block => ("[X]", "lint.block"),
            LintLevel::Warn => ("[!]", "lint.warn"),
            LintLevel::Info => ("[i]", "dim"),
        };
        let options: Vec<&str> = self.options.iter().map(|o| o.text().trim()).collect();
        let field = match finding.field.as_str() {
            "title" => self.title.text().to_owned(),
            "body" => self.body.text(),
            "options" => options
                .iter()
                .filter(|o| !o.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join("\n"),
            "indicators" => {
                let texts = self.indicators.iter().map(|i| i.text.raw());
                texts.collect::<Vec<_>>().join("\n")
            }
            _ => String::new(),
        };
        // What is about a field as a whole quotes nothing.
        let whole = finding.start == 0 && finding.end == field.len();
        let field = if whole && field.contains('\n') {
            String::new()
        } else {
            field
        };
        let quoted = field.get(finding.start..finding.end).unwrap_or_default();
        // A long place is known by its beginning.
        let long = quoted.char_indices().nth(QUOTED).map(|(at, _)| at);
        let quoted = match long {
            Some(at) => show(&Untrusted::new(format!("{}…", quoted[..at].trim_end()))),
            None => show(&Untrusted::new(quoted)),
        };
        let place = match finding.field.as_str() {
            "body" => "question",
            other => other,
        };
        let quote = if quoted.as_str().is_empty() {
            String::new()
        } else {
            format!(" '{quoted}'")
        };
        let span = |text: String, meaning| Span {
            text: show(&Untrusted::new(text)),
            meaning,
        };
        let point = if current { ">" } else { "" };
        vec![
            vec![span(
                format!("{point}{sign} {} {place}:{quote}", finding.rule),
                meaning,
            )],
            vec![span(finding.reason.clone(), "text")],
            vec![span(finding.remedy.clone(), "dim")],
        ]
    }
}
