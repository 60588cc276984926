//! What the cells of a row say: texts, numbers, times, words with a meaning.

use super::{Fault, Maker};
use crate::domain::record::{Key, RecordKind};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::import::csv::template::Template;
use crate::import::time;
use jiff::tz::TimeZone;

impl Maker<'_> {
    pub(super) fn patient_key(&self) -> Result<Key, Fault> {
        self.key(RecordKind::Patient, "patient")
            .ok_or_else(|| self.fault("patient", "the row names no patient"))
    }

    pub(super) fn key(&self, kind: RecordKind, field: &str) -> Option<Key> {
        self.text(field).map(|id| Key::local(kind, id))
    }

    pub(super) fn untrusted(&self, field: &str) -> Untrusted {
        Untrusted::new(self.text(field).unwrap_or_default())
    }

    pub(super) fn number(&self, field: &str) -> Result<Option<f64>, Fault> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            // What is no number stays as words: `<0.01`, `positive`.
            _ if field == "value" => Ok(None),
            _ => Err(self.fault(field, "that is no number")),
        }
    }

    pub(super) fn moment(&self, field: &str) -> Result<Option<Moment>, Fault> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        let mut formats = self.mapping.times.iter();
        let read = formats.find_map(|format| match format.as_str() {
            "iso" => time::fhir(&text, self.zone),
            "hl7" => time::hl7(&text, self.zone),
            format => by_format(format, &text, self.zone),
        });
        read.map(Some)
            .ok_or_else(|| self.fault(field, "that is no time the mapping knows"))
    }

    pub(super) fn named<T>(
        &self,
        field: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        let known = read(&text);
        known.map(Some).ok_or_else(|| {
            self.fault(
                field,
                "the mapping makes a value of it that Chartroom does not know",
            )
        })
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        let value = self.table.fields.get(field)?;
        let filled = value.choices.iter().find_map(|t| self.fill(t))?;
        let most = self.limits.field_bytes as usize;
        Some(filled).filter(|f| f.len() <= most)
    }

    pub(super) fn fill(&self, template: &Template) -> Option<String> {
        let look = |name: &str, key: &str| self.loaded.look(&self.mapping.dictionaries, name, key);
        template.fill(&|column| self.cell(column), &look)
    }

    /// A cell, blank if it holds one of the words for nothing.
    pub(super) fn cell(&self, column: &str) -> String {
        let place = self.places.get(column);
        let text = place.and_then(|p| self.cells.get(*p)).map(|c| c.trim());
        let text = text.unwrap_or_default();
        if self.mapping.nulls.iter().any(|n| n == text) {
            String::new()
        } else {
            text.to_owned()
        }
    }

    pub(super) fn fault(&self, field: &str, reason: &str) -> Fault {
        let columns: Vec<&str> = self
            .table
            .fields
            .get(field)
            .map(|v| v.columns().collect())
            .unwrap_or_default();
        let column = if columns.is_empty() {
            field.to_owned()
        } else {
            columns.join(", ")
        };
        Fault {
            column,
            reason: format!("{field}: {reason}"),
        }
    }
}

/// A time by a format of strftime; without a time of day it is a day.
fn by_format(format: &str, text: &str, zone: &TimeZone) -> Option<Moment> {
    let read = jiff::fmt::strtime::parse(format, text.trim()).ok()?;
    if let Ok(stamp) = read.to_timestamp() {
        return Some(Moment::at(Instant::from_timestamp(stamp)));
    }
    if format.contains("%H") || format.contains("%I") || format.contains("%T") {
        let local = read.to_datetime().ok()?;
        let zoned = local.to_zoned(zone.clone()).ok()?;
        return Some(Moment::at(Instant::from_timestamp(zoned.timestamp())));
    }
    read.to_date().ok().map(Moment::day_only)
}
