//! What to do with a resource that has a value of a type FHIR does not have there.
//!
//! Real exports do this. Rather than lose the record, the offending values are turned into what
//! is expected (one value for a list of one, a number for its text) or left out, and named in
//! a warning. Only records that fail to parse come here. Start at [`repair`].

use super::scan;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// A repaired resource and the fields that were left out of it.
pub(super) struct Repaired {
    /// The resource, as JSON.
    pub json: Vec<u8>,
    /// Names of the top-level fields that lost something.
    pub lost: Vec<String>,
}

/// Whether the parser takes a value.
type Accepts<'a> = &'a dyn Fn(&Value) -> bool;

/// Whether the parser takes a resource of these bytes.
type AcceptsBytes<'a> = &'a dyn Fn(&[u8]) -> bool;

/// Repairs a resource so that the parser takes it; `None` if it is no JSON object at all. Each
/// field is tried by itself; one that is refused is taken apart if it is at most `limit` bytes
/// long, and left out otherwise.
pub(super) fn repair(
    raw: &[u8],
    limit: u64,
    takes: AcceptsBytes<'_>,
    accepts: Accepts<'_>,
) -> Option<Repaired> {
    let (members, broken) = scan::members(raw, 0);
    if broken.is_some() {
        return None;
    }
    let mut lost = Vec::new();
    let mut names = HashSet::new();
    let mut json = b"{".to_vec();
    for member in members {
        let quoted = &raw[member.name];
        let Ok(name) = serde_json::from_slice::<String>(quoted) else {
            return None;
        };
        if names.contains(&name) {
            // The first of two fields of one name stands.
            lost.push("a repeated field".to_owned());
            continue;
        }
        names.insert(name.clone());
        let start = json.len();
        if start > 1 {
            json.push(b',');
        }
        json.extend_from_slice(quoted);
        json.push(b':');
        let value = &raw[member.value];
        let alone = [b"{".as_slice(), quoted, b":", value, b"}"].concat();
        if takes(&alone) {
            json.extend_from_slice(value);
            continue;
        }
        // Broken JSON is not repaired; a field of a known name has the wrong type.
        let (kept, whole) = part(&name, value, limit, accepts)?;
        match kept {
            Some(kept) => json.extend_from_slice(&kept),
            None => json.truncate(start),
        }
        if !whole {
            lost.push(name);
        }
    }
    json.push(b'}');
    takes(&json).then_some(Repaired { json, lost })
}

/// As much of a field as is taken, as JSON, and whether that is all of it; `None` if the field is
/// no JSON.
fn part(
    name: &str,
    value: &[u8],
    limit: u64,
    accepts: Accepts<'_>,
) -> Option<(Option<Vec<u8>>, bool)> {
    if value.len() as u64 > limit {
        serde_json::from_slice::<serde::de::IgnoredAny>(value).ok()?;
        return Some((None, false));
    }
    let value = serde_json::from_slice::<Value>(value).ok()?;
    let (kept, whole) = salvage(value, &|value| accepts(&wrapped(name, value)));
    Some((kept.and_then(|kept| serde_json::to_vec(&kept).ok()), whole))
}

/// An object of one field.
fn wrapped(name: &str, value: &Value) -> Value {
    let mut map = Map::new();
    map.insert(name.to_owned(), value.clone());
    Value::Object(map)
}

/// As much of a value as is taken, and whether that is all of it.
fn salvage(value: Value, accepts: Accepts<'_>) -> (Option<Value>, bool) {
    if accepts(&value) {
        return (Some(value), true);
    }
    match value {
        Value::Null => (None, true),
        Value::Array(items) => salvage_list(items, accepts),
        Value::Object(fields) => salvage_object(fields, accepts),
        scalar => {
            let list = Value::Array(vec![scalar.clone()]);
            let text = Value::String(scalar.to_string());
            let wanted = if wants_object(accepts) {
                vec![]
            } else {
                vec![list, text]
            };
            wanted
                .into_iter()
                .find(|v| accepts(v))
                .map_or((None, false), |v| (Some(v), true))
        }
    }
}

/// Whether an object is expected. (A structure would also take a list, by position.)
fn wants_object(accepts: Accepts<'_>) -> bool {
    accepts(&Value::Object(Map::new()))
}

fn salvage_list(items: Vec<Value>, accepts: Accepts<'_>) -> (Option<Value>, bool) {
    if wants_object(accepts) || !accepts(&Value::Array(Vec::new())) {
        // One value is expected: the first that is taken.
        let many = items.len() > 1;
        return match items.into_iter().next() {
            Some(first) => {
                let (value, whole) = salvage(first, accepts);
                (value, whole && !many)
            }
            None => (None, true),
        };
    }
    let mut all = true;
    let mut kept = Vec::new();
    for item in items {
        let (item, whole) = salvage(item, &|v| accepts(&Value::Array(vec![v.clone()])));
        all &= whole;
        kept.extend(item);
    }
    (Some(Value::Array(kept)), all)
}

fn salvage_object(fields: Map<String, Value>, accepts: Accepts<'_>) -> (Option<Value>, bool) {
    if !wants_object(accepts) {
        // A list is expected: a list of one.
        if accepts(&Value::Array(Vec::new())) {
            let (value, whole) = salvage(Value::Object(fields), &|v| {
                accepts(&Value::Array(vec![v.clone()]))
            });
            return (value.map(|v| Value::Array(vec![v])), whole);
        }
        return (None, false);
    }
    let mut all = true;
    let mut kept = Map::new();
    for (name, value) in fields {
        let (value, whole) = salvage(value, &|v| {
            let mut map = Map::new();
            map.insert(name.clone(), v.clone());
            accepts(&Value::Object(map))
        });
        all &= whole;
        if let Some(value) = value {
            kept.insert(name, value);
        }
    }
    (Some(Value::Object(kept)), all)
}

#[cfg(test)]
mod tests {
    use super::super::types::{HumanName, Identifier, Period, Text};
    use super::*;
    use serde::Deserialize;

    fhir! {
        Sample {
            id: Text<'a>,
            name: Vec<HumanName<'a>>,
            identifier: Vec<Identifier<'a>>,
            period: Option<Period<'a>>,
        }
    }

    fn check(json: &str, want: &str, lost: &[&str]) {
        let takes = |bytes: &[u8]| serde_json::from_slice::<Sample>(bytes).is_ok();
        let accepts = |v: &Value| Sample::deserialize(v).is_ok();
        let repaired = repair(json.as_bytes(), 1 << 20, &takes, &accepts).unwrap();
        assert_eq!(String::from_utf8(repaired.json).unwrap(), want);
        assert_eq!(repaired.lost, lost);
    }

    #[test]
    fn what_can_be_understood_is_kept() {
        check(
            r#"{"id":7,"name":{"family":"A"}}"#,
            r#"{"id":7,"name":[{"family":"A"}]}"#,
            &[],
        );
        check(
            r#"{"id":"x","name":[{"family":{"odd":1},"given":["B"]},null]}"#,
            r#"{"id":"x","name":[{"given":["B"]}]}"#,
            &["name"],
        );
        check(
            r#"{"id":"x","period":"2020"}"#,
            r#"{"id":"x"}"#,
            &["period"],
        );
        check(
            r#"{"id":"x","name":[{"given":"B"}]}"#,
            r#"{"id":"x","name":[{"given":["B"]}]}"#,
            &[],
        );
        check(
            r#"{"id":"x","period":[{"start":"2020"}]}"#,
            r#"{"id":"x","period":{"start":"2020"}}"#,
            &[],
        );
    }

    #[test]
    fn a_repeated_field_stands_once() {
        check(
            r#"{"id":"x","id":"y","name":[]}"#,
            r#"{"id":"x","name":[]}"#,
            &["a repeated field"],
        );
    }

    #[test]
    fn what_is_no_object_is_not_repaired() {
        assert!(repair(b"x[1]", 9, &|_| false, &|_| false).is_none());
        assert!(repair(b"{\"a\":nope}", 9, &|_| false, &|_| false).is_none());
        assert!(repair(b"{\"a\":", 9, &|_| false, &|_| false).is_none());
    }
}
