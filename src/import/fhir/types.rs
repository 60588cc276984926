//! The parts of FHIR R4 resources that are read.
//!
//! Partial structures: a field that is not here is ignored, one that is absent is empty. Texts
//! borrow from the input. Nothing is interpreted here.

use serde::de::{Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::ops::Deref;

/// A FHIR primitive as text. Numbers and booleans are taken for their text; `null` is empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a primitive")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text)))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(if value { "true" } else { "false" })))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Declares partial structures: every field may be absent, texts borrow from the input.
macro_rules! fhir {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Default, serde::Deserialize)]
        #[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
        pub(super) struct $name<'a> {
            $(pub $field: $type,)*
        }
    )*};
}

fhir! {
    /// Coding.
    Coding {
        system: Text<'a>,
        code: Text<'a>,
        display: Text<'a>,
    }
    /// CodeableConcept.
    Concept {
        coding: Vec<Coding<'a>>,
        text: Text<'a>,
    }
    /// Identifier.
    Identifier {
        r#use: Text<'a>,
        r#type: Option<Concept<'a>>,
        system: Text<'a>,
        value: Text<'a>,
    }
    /// Reference.
    Reference {
        reference: Text<'a>,
        identifier: Option<Box<Identifier<'a>>>,
        display: Text<'a>,
    }
    /// Period.
    Period {
        start: Text<'a>,
        end: Text<'a>,
    }
    /// HumanName.
    HumanName {
        r#use: Text<'a>,
        text: Text<'a>,
        family: Text<'a>,
        given: Vec<Text<'a>>,
        suffix: Vec<Text<'a>>,
    }
    /// Quantity.
    Quantity {
        value: Text<'a>,
        comparator: Text<'a>,
        unit: Text<'a>,
        code: Text<'a>,
    }
    /// Range.
    ValueRange {
        low: Option<Quantity<'a>>,
        high: Option<Quantity<'a>>,
        text: Text<'a>,
    }
    /// Ratio.
    Ratio {
        numerator: Option<Quantity<'a>>,
        denominator: Option<Quantity<'a>>,
    }
    /// Attachment.
    Attachment {
        content_type: Text<'a>,
        data: Text<'a>,
        url: Text<'a>,
        title: Text<'a>,
        creation: Text<'a>,
    }
    /// Meta.
    Meta {
        security: Vec<Coding<'a>>,
    }
    /// Narrative.
    Narrative {
        div: Text<'a>,
    }
}

impl Reference<'_> {
    /// Whether nothing is referred to.
    pub(super) fn is_empty(&self) -> bool {
        self.reference.is_empty()
            && self.display.is_empty()
            && self.identifier.as_ref().is_none_or(|i| i.value.is_empty())
    }
}

impl Concept<'_> {
    /// The words for it: its text, else the first display, else the first code.
    pub(super) fn words(&self) -> &str {
        if !self.text.is_empty() {
            return &self.text;
        }
        let display = self.coding.iter().map(|c| &*c.display);
        let code = self.coding.iter().map(|c| &*c.code);
        display.chain(code).find(|t| !t.is_empty()).unwrap_or("")
    }
}
