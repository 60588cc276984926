//! A form: fields one below the other, all errors at once beside them, pick lists open under
//! the field that has the keys.

mod field;

use super::canvas::{Canvas, width_u16};
use super::line::LineInput;
use super::pick::{Item, PickList};
use crate::text::Shown;
use crate::tui::desk::ChoiceKind;
use crate::tui::keys::Key;
use jiff::civil::Date;
use ratatui::layout::Rect;

pub use field::{Field, FieldKind};

/// What came of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormEvent {
    /// Nothing more.
    Stay,
    /// The form is complete and without error.
    Submit,
    /// The desk is to be asked what there is to choose.
    Ask(ChoiceKind, String),
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its fields.
    pub fields: Vec<Field>,
    at: usize,
}

impl Form {
    /// A form, the first field active.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, at: 0 }
    }

    /// What to ask the desk when a field is entered.
    pub fn entered(&self) -> FormEvent {
        match self.fields.get(self.at).map(|f| &f.kind) {
            Some(FieldKind::Remote { kind, list, .. }) => {
                FormEvent::Ask(*kind, list.input.text().to_owned())
            }
            _ => FormEvent::Stay,
        }
    }

    /// What the desk offers.
    pub fn offer(&mut self, items: Vec<(i64, Item)>) {
        if let Some(FieldKind::Remote { list, ids, .. }) =
            self.fields.get_mut(self.at).map(|f| &mut f.kind)
        {
            let known: Vec<i64> = items.iter().map(|(id, _)| *id).collect();
            if known == *ids {
                // The same again: the cursor stays where it was moved meanwhile.
                return;
            }
            *ids = known;
            list.set_items(items.into_iter().map(|(_, item)| item).collect());
        }
    }

    /// Takes a key of a text field.
    pub fn key(&mut self, key: Key) -> FormEvent {
        self.edit(|list, input| match list {
            Some(list) => list.key(key),
            None => {
                input.key(key);
                false
            }
        })
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) -> FormEvent {
        self.edit(|list, input| match list {
            Some(list) => list.paste(text),
            None => {
                input.paste(text);
                false
            }
        })
    }

    fn edit(
        &mut self,
        edit: impl FnOnce(Option<&mut PickList>, &mut LineInput) -> bool,
    ) -> FormEvent {
        let Some(field) = self.fields.get_mut(self.at) else {
            return FormEvent::Stay;
        };
        field.error = None;
        let mut input = std::mem::take(&mut field.input);
        let narrowed = edit(field.picker(), &mut input);
        field.input = input;
        if narrowed {
            field.chosen = None;
            field.touched = false;
        }
        match &field.kind {
            FieldKind::Remote { kind, list, .. } if narrowed => {
                FormEvent::Ask(*kind, list.input.text().to_owned())
            }
            _ => FormEvent::Stay,
        }
    }

    /// Moves in the pick list that is open, else to another field.
    pub fn step(&mut self, down: bool) -> FormEvent {
        let Some(field) = self.fields.get_mut(self.at) else {
            return FormEvent::Stay;
        };
        // The first key down takes the first of the list, which nothing pointed to before.
        let first = !field.points();
        if let Some(list) = field.picker() {
            match (first, down) {
                (true, _) => {}
                (false, true) => list.list.down(1, 8),
                (false, false) => list.list.up(1, 8),
            }
            field.touched = true;
            return FormEvent::Stay;
        }
        self.at = if down {
            (self.at + 1).min(self.fields.len() - 1)
        } else {
            self.at.saturating_sub(1)
        };
        self.entered()
    }

    /// Enter: takes the field, goes on to the next; on the last one checks all.
    pub fn accept(&mut self, today: Date) -> FormEvent {
        if let Some(field) = self.fields.get_mut(self.at) {
            field.choose();
        }
        if self.at + 1 < self.fields.len() {
            self.at += 1;
            return self.entered();
        }
        for field in &mut self.fields {
            field.check(today);
        }
        match self.fields.iter().position(|f| f.error.is_some()) {
            Some(wrong) => {
                self.at = wrong;
                self.entered()
            }
            None => FormEvent::Submit,
        }
    }

    /// Tab: the next field, from the last to the first, taking what is chosen by typing.
    pub fn go(&mut self, forward: bool) -> FormEvent {
        let count = self.fields.len().max(1);
        if let Some(field) = self.fields.get_mut(self.at) {
            let typed = field.picker_ref().is_some_and(|p| !p.input.is_empty());
            if typed && field.chosen.is_none() {
                field.choose();
            }
        }
        self.at = if forward {
            self.at + 1
        } else {
            self.at + count - 1
        } % count;
        self.entered()
    }

    /// Lines the form needs.
    pub fn height(&self) -> u16 {
        let picks = self.fields.iter().any(|f| f.picker_ref().is_some());
        self.fields.len() as u16 + if picks { 9 } else { 0 }
    }

    /// Draws the fields and the open pick list below them.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, today: Date) {
        let label = self.fields.iter().map(|f| f.label.len()).max();
        let label = label.unwrap_or(0) as u16 + 1;
        for (i, field) in self.fields.iter().enumerate() {
            let y = area.y + i as u16;
            if y >= area.bottom() {
                return;
            }
            let active = i == self.at;
            canvas.write(area, area.x, y, if active { ">" } else { " " }, "text");
            canvas.write(area, area.x + 2, y, field.label, "field.label");
            let x = area.x + 2 + label;
            let room = Rect::new(x, y, area.right().saturating_sub(x), 1);
            self.field(canvas, room, field, active, today);
        }
        let y = area.y + self.fields.len() as u16 + 1;
        if let Some(list) = self.fields.get(self.at).and_then(Field::picker_ref)
            && y < area.bottom()
        {
            let below = Rect::new(area.x, y, area.width, area.bottom() - y);
            let points = self.fields.get(self.at).is_none_or(Field::points);
            list.render_items(canvas, below, points);
        }
    }

    fn field(&self, canvas: &mut Canvas<'_>, area: Rect, field: &Field, active: bool, today: Date) {
        match (&field.chosen, field.picker_ref()) {
            (Some((_, text)), _) => {
                canvas.write(area, area.x, area.y, text, "text");
            }
            (None, Some(list)) => list.input.render(canvas, area, active),
            (None, None) => field.input.render(canvas, area, active),
        }
        // The full date is echoed, so that T+7 never surprises.
        let echo = match field.kind {
            FieldKind::Date => field.day(today).map(|d| Shown::own(format!("= {d}"))),
            _ => None,
        };
        let typed = width_u16(&field.value()).max(10) + 2;
        let x = area.x.saturating_add(typed);
        if let Some(error) = field.error {
            canvas.write(
                area,
                x,
                area.y,
                Shown::own(format!("! {error}")),
                "field.error",
            );
        } else if let Some(echo) = echo {
            canvas.write(area, x, area.y, &echo, "dim");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 22);

    fn typed(form: &mut Form, text: &str) {
        for c in text.chars() {
            form.key(Key::char(c));
        }
    }

    #[test]
    fn enter_goes_through_the_fields_and_submits() {
        let mut form = Form::new(vec![
            Field::choice("Reason", ["provider ill", "on leave"]),
            Field::date("Until", false),
        ]);
        typed(&mut form, "lea");
        assert_eq!(form.accept(TODAY), FormEvent::Stay);
        assert_eq!(form.fields[0].number(), Some(1));
        typed(&mut form, "T+7");
        assert_eq!(form.accept(TODAY), FormEvent::Submit);
        assert_eq!(
            form.fields[1].day(TODAY),
            Some(jiff::civil::date(2026, 3, 29))
        );
    }

    #[test]
    fn all_errors_show_at_once_and_the_first_gets_the_keys() {
        let mut form = Form::new(vec![
            Field::text("Why", true),
            Field::date("Due", true).with_text("nonsense"),
        ]);
        form.go(true);
        assert_ne!(form.accept(TODAY), FormEvent::Submit);
        assert!(form.fields.iter().all(|f| f.error.is_some()));
        typed(&mut form, "x");
        assert_eq!(form.fields[0].value(), "x");
    }

    #[test]
    fn enter_on_an_untouched_list_of_names_takes_nobody() {
        let offer = |form: &mut Form| {
            let names = ["ADAMS,A", "BAKER,B"];
            let item = |n| Item::new(Shown::own(n), Shown::default());
            form.offer((1..).zip(names.map(item)).collect());
        };
        let remote = |required| Field::remote("To", ChoiceKind::Providers, required);
        let mut form = Form::new(vec![remote(false)]);
        offer(&mut form);
        assert_eq!(form.accept(TODAY), FormEvent::Submit);
        assert_eq!(form.fields[0].number(), None);
        let mut form = Form::new(vec![remote(true)]);
        offer(&mut form);
        assert_ne!(form.accept(TODAY), FormEvent::Submit);
        assert_eq!(form.fields[0].error, Some("choose one"));
        assert_eq!(
            form.step(true),
            FormEvent::Stay,
            "asking again would reset it"
        );
        assert_eq!(form.accept(TODAY), FormEvent::Submit);
        assert_eq!(form.fields[0].number(), Some(1));
        let mut form = Form::new(vec![remote(true)]);
        offer(&mut form);
        form.step(true);
        form.step(true);
        assert_eq!(form.accept(TODAY), FormEvent::Submit);
        assert_eq!(form.fields[0].number(), Some(2));
    }

    #[test]
    fn a_remote_field_asks_for_every_text() {
        let mut form = Form::new(vec![Field::remote("Owner", ChoiceKind::Providers, true)]);
        assert_eq!(
            form.entered(),
            FormEvent::Ask(ChoiceKind::Providers, String::new())
        );
        assert_eq!(
            form.key(Key::char('s')),
            FormEvent::Ask(ChoiceKind::Providers, "s".into())
        );
        form.offer(vec![(
            42,
            Item::new(Shown::own("SMITH,A"), Shown::default()),
        )]);
        assert_eq!(form.accept(TODAY), FormEvent::Submit);
        assert_eq!(form.fields[0].number(), Some(42));
        assert_eq!(form.fields[0].value(), "SMITH,A");
    }
}
