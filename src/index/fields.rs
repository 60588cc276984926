//! What each field of the language reaches.

use super::access::exactly;
use super::compile::{Compiler, Made, say};
use super::parts::{
    any, choice, kind_is_meant, number, one_of, positional, prefix, span, starting, within, words,
    words_at,
};
use super::positional::Order;
use super::schema::{When, day_number, whole, whole_code};
use super::stretches::Stretches;
use super::widen::same_words;
use crate::domain::document::DocumentKind;
use crate::domain::ids::DocumentId;
use crate::domain::time::Instant;
use crate::grammar::Days;
use crate::grammar::ast::{Field, Value};
use crate::grammar::terms::{folded, is_named};
use tantivy::Term;
use tantivy::query::{EmptyQuery, Query, TermSetQuery};

impl Compiler<'_> {
    pub(super) fn field(&mut self, field: Field, value: &Value, places: &Stretches) -> Made {
        let fields = self.fields;
        let said = field.said();
        if field == Field::Affirmed || said.is_some() {
            let mut inner = places.clone();
            say(&mut inner, said, fields);
            return self.stated(value, &inner);
        }
        Ok(match (field, value) {
            (Field::Type, Value::Text(text)) => self.kind(text.raw(), false),
            (Field::Type, Value::Prefix(text)) => self.kind(text.raw(), true),
            (Field::Author, Value::Text(text)) => words(fields.author, text.raw()),
            (Field::Author, Value::Prefix(text)) => prefix(fields.author, text.raw()),
            (Field::Name, Value::Text(text)) => words(fields.name, text.raw()),
            (Field::Name, Value::Prefix(text)) => prefix(fields.name, text.raw()),
            (Field::Mrn, Value::Text(text)) => number(fields.mrn, &whole(text.raw())),
            (Field::Mrn, Value::Prefix(text)) => starting(fields.mrn, &whole(text.raw())),
            (Field::Visit, Value::Text(text)) => number(fields.visit, &whole(text.raw())),
            (Field::Visit, Value::Prefix(text)) => starting(fields.visit, &whole(text.raw())),
            (Field::Code, Value::Text(text)) => number(fields.codes, &whole_code(text.raw())),
            (Field::Code, Value::Prefix(text)) => starting(fields.codes, &whole_code(text.raw())),
            (Field::List, Value::Text(text) | Value::Prefix(text)) => self.listed(text.raw()),
            (Field::Service, Value::Text(text) | Value::Prefix(text)) => self.service(text.raw()),
            (Field::Facility, Value::Text(text) | Value::Prefix(text)) => self.facility(text.raw()),
            (Field::Class, Value::Text(text) | Value::Prefix(text)) => {
                choice(fields.class, field, text.raw())
            }
            (Field::Sex, Value::Text(text) | Value::Prefix(text)) => {
                choice(fields.sex, field, text.raw())
            }
            (Field::Status, Value::Text(text) | Value::Prefix(text)) => {
                choice(fields.status, field, text.raw())
            }
            (Field::Section | Field::In, Value::Text(text) | Value::Prefix(text)) => {
                one_of(self.section_terms(text.raw()))
            }
            (Field::Date, Value::Days(days)) => self.days(fields.at, days),
            (Field::Admitted, Value::Days(days)) => self.days(fields.admitted, days),
            (Field::Discharged, Value::Days(days)) => self.days(fields.discharged, days),
            (Field::Age, Value::Numbers(numbers)) => {
                let ages = span(fields.age, numbers.from, numbers.to);
                within(Vec::from_iter(ages), self.bound())
            }
            // Fields of the queue do not come out of the parser of searches.
            _ => Box::new(EmptyQuery),
        })
    }

    /// Words of which something is said, under any of their names.
    fn stated(&mut self, value: &Value, places: &Stretches) -> Made {
        let (text, bound) = (self.fields.text, self.bound());
        Ok(match value {
            Value::Text(typed) => {
                let mut any_of = vec![words_at(text, typed.raw(), places, false, &bound)];
                self.asked(typed.raw(), false, places);
                self.marked.push(typed.raw().to_owned());
                for phrase in self
                    .widener
                    .term(typed.raw(), 1)
                    .map_or(Vec::new(), |w| w.phrases)
                {
                    if !same_words(&phrase, typed.raw()) {
                        any_of.push(words_at(text, &phrase, places, false, &bound));
                        self.asked(&phrase, false, places);
                        self.marked.push(phrase);
                    }
                }
                any(any_of)
            }
            Value::Prefix(typed) => {
                self.marked.push(format!("{}*", typed.raw()));
                self.prefix(typed.raw(), places)?
            }
            Value::Near(typed, gap) => {
                for word in folded(typed.raw()) {
                    self.asked(&word, false, places);
                    self.marked.push(word);
                }
                positional(text, typed.raw(), Order::Near(*gap), places, false, &bound)
            }
            _ => Box::new(EmptyQuery),
        })
    }

    /// Documents of the kinds meant, and those whose own title has the words.
    fn kind(&self, typed: &str, open: bool) -> Box<dyn Query> {
        if let Some(name) = typed.strip_prefix('=') {
            return exactly(Term::from_field_text(self.fields.kind, name.trim()));
        }
        let wanted = folded(typed);
        let title = self.fields.title;
        let mut parts = vec![if open {
            prefix(title, typed)
        } else {
            words(title, typed)
        }];
        for &kind in DocumentKind::ALL {
            if kind_is_meant(kind, &wanted) {
                let term = Term::from_field_text(self.fields.kind, kind.name());
                parts.push(exactly(term));
            }
        }
        any(parts)
    }

    /// Documents of services whose names have all the words, or words that begin like them.
    fn service(&self, typed: &str) -> Box<dyn Query> {
        let named = self.ground.context.services.iter();
        let meant = named.filter(|service| is_named(service.name.raw(), typed));
        let query = |id| exactly(Term::from_field_i64(self.fields.service, id));
        any(meant.map(|service| query(service.id.0)).collect())
    }

    /// Documents on the searcher's named lists that are meant.
    fn listed(&self, typed: &str) -> Box<dyn Query> {
        let meant = self.ground.context.lists.iter();
        let meant = meant.filter(|list| is_named(&list.name, typed));
        let term = |id: &DocumentId| Term::from_field_i64(self.fields.document, id.0);
        Box::new(TermSetQuery::new(
            meant.flat_map(|list| list.documents.iter().map(term)),
        ))
    }

    /// The same of facilities.
    fn facility(&self, typed: &str) -> Box<dyn Query> {
        let named = self.ground.context.facilities.iter();
        let meant = named.filter(|facility| is_named(facility.name.raw(), typed));
        let query = |id| exactly(Term::from_field_i64(self.fields.facility, id));
        any(meant.map(|facility| query(facility.id.0)).collect())
    }

    /// Documents dated in these days: instants by the facility's clock, dates as they are.
    fn days(&self, when: When, days: &Days) -> Box<dyn Query> {
        let zone = self.ground.context.zone;
        let from = days.from.map(|day| Instant::start_of(day, zone).0);
        let to = days.to.map(|day| Instant::end_of(day, zone).0);
        let instants = span(when.instant, from, to);
        let dates = span(when.day, days.from.map(day_number), days.to.map(day_number));
        within(instants.into_iter().chain(dates).collect(), self.bound())
    }
}
