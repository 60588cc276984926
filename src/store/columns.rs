//! How domain values lie in columns: moments, codings, named values.

use super::driver::{Row, Value};
use super::error::{Result, StoreError};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::time::{Instant, Moment, Precision};

/// The two columns of a moment.
pub(super) fn moment(value: Option<Moment>) -> [Value<'static>; 2] {
    match value {
        None => [Value::Null, Value::Null],
        Some(m) => [Value::Int(m.at.0), Value::Int(m.precision.code())],
    }
}

/// A moment from its two columns, the first of which is `at`.
pub(super) fn read_moment(row: &Row<'_>, at: usize) -> Result<Option<Moment>> {
    Ok(match (row.opt_int(at)?, row.opt_int(at + 1)?) {
        (Some(micros), Some(precision)) => Some(Moment {
            at: Instant(micros),
            precision: Precision::from_code(precision),
        }),
        _ => None,
    })
}

/// A coding from its three columns (system, code, text).
pub(super) fn read_coding(row: &Row<'_>, at: usize) -> Result<Coding> {
    Ok(Coding {
        system: CodeSystem::from_name(&row.text(at)?),
        code: row.untrusted(at + 1)?,
        text: row.untrusted(at + 2)?,
    })
}

/// A value with a stable name; a name nobody knows is damage.
pub(super) fn named<T>(name: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
    find(name).ok_or_else(|| StoreError::Sql("a stored name is not known".into()))
}

/// An optional instant kept as 0 for none.
pub(super) fn instant_or_none(micros: i64) -> Option<Instant> {
    (micros != 0).then_some(Instant(micros))
}
