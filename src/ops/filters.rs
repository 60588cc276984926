//! Filters of the queue as they are typed: what they mean, and what could come next.

use super::Office;
use super::access::reader;
use super::error::{OpsError, Result};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::{Condition, QueueFilter};
use crate::grammar::ast::Field;
use crate::grammar::{self, Completions, Wanted};

/// Names offered at once.
const MAX_VALUES: usize = 20;

impl Office {
    /// The filter of the queue that somebody typed.
    ///
    /// # Errors
    /// [`OpsError::Mistaken`] saying what is wrong and where.
    pub fn queue_filter(&self, actor: &Actor, text: &str) -> Result<QueueFilter> {
        let today = self.now().day(&self.zone);
        let parsed = grammar::queue_filter(text, today, &self.zone);
        let mut filter = parsed.map_err(|e| OpsError::Mistaken(e.told(text)))?;
        if let Some(typed) = &mut filter.typed {
            self.look_at_lists(actor, typed)?;
        }
        Ok(filter)
    }

    /// Fills in the stays of the named lists that a filter names.
    fn look_at_lists(&self, actor: &Actor, typed: &mut Condition) -> Result<()> {
        match typed {
            Condition::All(parts) | Condition::Any(parts) => parts
                .iter_mut()
                .try_for_each(|part| self.look_at_lists(actor, part)),
            Condition::Not(inner) => self.look_at_lists(actor, inner),
            Condition::OnList(name, stays) => {
                *stays = self.listed_stays(actor, name)?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What could stand at byte `cursor` of a filter being typed: types of the catalogue, names of
    /// providers, services and facilities.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn complete_filter(&self, actor: &Actor, text: &str, cursor: usize) -> Result<Completions> {
        reader(actor)?;
        let values = match grammar::wanted(text, cursor, Field::QUEUE) {
            Wanted::Value(field, span) => {
                let typed = span.of(text).trim_start_matches('"');
                self.filter_values(actor, field, typed)?
            }
            _ => Vec::new(),
        };
        let known = |_: Field, _: &str| values.clone();
        Ok(grammar::complete(text, cursor, Field::QUEUE, &known))
    }

    fn filter_values(&self, actor: &Actor, field: Field, typed: &str) -> Result<Vec<Untrusted>> {
        let lower = typed.to_lowercase();
        let fits = |name: &Untrusted| name.raw().to_lowercase().contains(&lower);
        Ok(match field {
            Field::Type => {
                // The last of several codes is being typed.
                let (before, last) = match lower.rsplit_once(',') {
                    Some((before, last)) => (format!("{before},"), last),
                    None => (String::new(), lower.as_str()),
                };
                let kinds = self.deficiency_types()?.into_iter().map(|kind| kind.0);
                let fits = kinds.filter(|code| code.to_lowercase().starts_with(last));
                fits.map(|code| Untrusted::new(format!("{}{code}", before.to_uppercase())))
                    .collect()
            }
            Field::Owner => {
                let owners = self.providers(actor, typed, MAX_VALUES)?;
                owners.into_iter().map(|owner| owner.name).collect()
            }
            Field::Service => {
                let services = self
                    .store
                    .services()?
                    .into_iter()
                    .map(|service| service.name);
                services.filter(fits).collect()
            }
            Field::Facility => {
                let all = self.store.facilities()?.into_iter();
                all.map(|facility| facility.name).filter(fits).collect()
            }
            Field::List => {
                let all = self.list_names(actor)?.into_iter().map(Untrusted::new);
                all.filter(fits).collect()
            }
            _ => Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Hospital, bare_stay, patient, request, stay};
    use crate::domain::deficiency::QueueRow;
    use crate::domain::worklist::QueueView;
    use crate::grammar::ast::Field;

    fn hospital() -> Hospital {
        let h = Hospital::new();
        h.import(bare_stay());
        h.import(vec![patient("p2", "Zabriskie"), stay("v2", "p2")]);
        h.analyze();
        h
    }

    fn kinds(h: &Hospital, filter: &str) -> Vec<(String, String)> {
        let mut request = request(QueueView::All);
        request.filter = h
            .office
            .queue_filter(&h.me, filter)
            .unwrap_or_else(|e| panic!("{filter}: {e}"));
        let page = h.office.queue(&h.me, &request).unwrap();
        assert_eq!(page.total, page.rows.len() as i64, "{filter}");
        let row = |r: &QueueRow| (r.visit.raw().to_owned(), r.kind.clone());
        page.rows.iter().map(row).collect()
    }

    #[test]
    fn filters_find_the_rows_they_say() {
        let h = hospital();
        let all = h.queue(QueueView::All).rows;
        assert!(all.iter().any(|r| r.visit.raw() == "V1") || all.len() > 1);
        type Fits = fn(&QueueRow) -> bool;
        let late = |r: &QueueRow| r.kind == "DS-M";
        let cases: [(&str, Fits); 16] = [
            ("zabriskie", |r| r.patient_name.raw().contains("Zabriskie")),
            ("zab*", |r| r.patient_name.raw().contains("Zabriskie")),
            ("briskie", |r| r.patient_name.raw().contains("Zabriskie")),
            ("briskie*", |_| false),
            ("-zabriskie", |r| {
                !r.patient_name.raw().contains("Zabriskie")
            }),
            ("ann*", |_| true),
            ("type:ds-m", late),
            ("type:ds*", late),
            ("type:ds-m OR type:hp-m", |r| {
                ["DS-M", "HP-M"].contains(&r.kind.as_str())
            }),
            ("(type:ds-m OR type:hp-m) -name:zab", |r| {
                ["DS-M", "HP-M"].contains(&r.kind.as_str())
                    && !r.patient_name.raw().contains("Zabriskie")
            }),
            ("NOT (type:ds-m zabriskie)", |r| {
                !(r.kind == "DS-M" && r.patient_name.raw().contains("Zabriskie"))
            }),
            ("late OR -late", |_| true),
            ("late -late", |_| false),
            ("state:open", |_| true),
            ("due:..2020", |_| false),
            ("due:>2020 discharged:>2020", |_| true),
        ];
        for (filter, fits) in cases {
            let wanted: Vec<_> = all
                .iter()
                .filter(|r| fits(r))
                .map(|r| (r.visit.raw().to_owned(), r.kind.clone()))
                .collect();
            assert_eq!(kinds(&h, filter), wanted, "{filter}");
        }
        assert!(kinds(&h, "mrn:nobody").is_empty() && kinds(&h, "facility:nowhere").is_empty());
        let like = all[0].visit.raw().to_uppercase();
        assert!(!kinds(&h, &format!("visit:{like}")).is_empty());
        let refused = h
            .office
            .queue_filter(&h.me, "late in:plan")
            .unwrap_err()
            .to_string();
        assert!(refused.contains("has no meaning here") && refused.contains("character 6"));
    }

    /// Whatever is typed, the statement it makes is sound, and what it lets through and what it
    /// leaves out are everything together.
    #[test]
    fn no_filter_breaks_the_statement() {
        use proptest::prelude::*;
        let h = hospital();
        let all = h.queue(QueueView::All).total;
        let field = proptest::sample::select(Field::QUEUE);
        let value = "[a-z%_'0-9=]{1,3}\\*?|T|2026|yes|open|ip|\"[a-z' ]{1,4}\"";
        let leaf = (field, value).prop_map(|(field, value)| format!("{}:{value}", field.name()));
        let leaf = prop_oneof![leaf, "[a-z%_']{1,3}\\*?", Just("late".to_owned())];
        let tree = leaf.prop_recursive(3, 8, 3, |inner| {
            let join = proptest::sample::select(vec![" ", " OR "]);
            let sign = proptest::sample::select(vec!["", "-"]);
            (sign, join, proptest::collection::vec(inner, 1..4))
                .prop_map(|(sign, join, parts)| format!("{sign}({})", parts.join(join)))
        });
        proptest!(ProptestConfig::with_cases(200), |(filter in tree)| {
            if h.office.queue_filter(&h.me, &filter).is_ok() {
                let (with, without) = (kinds(&h, &filter), kinds(&h, &format!("-({filter})")));
                prop_assert_eq!((with.len() + without.len()) as i64, all, "{}", filter);
            }
        });
    }

    #[test]
    fn types_owners_and_fields_are_offered() {
        let h = hospital();
        let offers = |text: &str| {
            let found = h.office.complete_filter(&h.me, text, text.len()).unwrap();
            let insert = found.items.iter().map(|item| item.insert.raw().to_owned());
            insert.collect::<Vec<_>>()
        };
        assert_eq!(offers("late dis"), ["discharged:"]);
        assert_eq!(offers("late:"), ["yes ", "no "]);
        assert!(offers("type:ds").contains(&"DS-M ".to_owned()));
        assert!(offers("type:hp-m,ds").contains(&"HP-M,DS-M ".to_owned()));
        assert!(!offers("owner:").is_empty());
        assert!(offers("author:").is_empty());
    }
}
