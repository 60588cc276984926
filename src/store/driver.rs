//! The seam to the database engine: statements, parameters, rows.
//!
//! Statements are written once, in SQL two engines understand, with `$n` parameters. SQLite
//! numbers `$n` by first appearance and not by `n`, so the driver turns them into `?n`.

use super::error::{Result, StoreError};
use std::borrow::Cow;

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// NULL.
    Null,
    /// 64-bit integer.
    Int(i64),
    /// Floating point.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}
impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}
impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(Cow::Borrowed(value))
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
impl<'a> From<&'a crate::domain::untrusted::Untrusted> for Value<'a> {
    fn from(value: &'a crate::domain::untrusted::Untrusted) -> Self {
        Self::Text(Cow::Borrowed(value.raw()))
    }
}
impl From<crate::domain::time::Instant> for Value<'_> {
    fn from(value: crate::domain::time::Instant) -> Self {
        Self::Int(value.0)
    }
}

macro_rules! id_values {
    ($($id:ident),*) => {$(
        impl From<crate::domain::ids::$id> for Value<'_> {
            fn from(value: crate::domain::ids::$id) -> Self {
                Self::Int(value.0)
            }
        }
    )*};
}
id_values!(
    PatientId,
    ProviderId,
    FacilityId,
    ServiceId,
    EncounterId,
    OrderId,
    ProcedureId,
    DiagnosisId,
    ObservationId,
    MedicationId,
    CodingId,
    DocumentId,
    ListId,
    ListEntryId,
    DeficiencyId,
    HoldId,
    ChartHoldId,
    AbsenceId,
    CoverId,
    StepId,
    LetterId,
    QueryId,
    ReviewId,
    NoteId,
    UserId,
    EventId,
    ViewId,
    SearchId,
    SourceId
);

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(i) => ValueRef::Integer(*i),
            Self::Real(r) => ValueRef::Real(*r),
            Self::Text(t) => ValueRef::Text(t.as_bytes()),
            Self::Blob(b) => ValueRef::Blob(b),
        }))
    }
}

/// Builds a parameter list.
macro_rules! v {
    ($($x:expr),* $(,)?) => { &[$($crate::store::driver::Value::from($x)),*] };
}
pub(crate) use v;

/// A result row. Columns are read by position; a NULL or a value of another type where none can
/// be is damage.
pub(crate) struct Row<'r>(&'r rusqlite::Row<'r>);

impl Row<'_> {
    fn get<T: rusqlite::types::FromSql>(&self, column: usize) -> Result<T> {
        self.0.get(column).map_err(StoreError::from_sql)
    }

    /// An integer.
    pub fn int(&self, column: usize) -> Result<i64> {
        self.get(column)
    }

    /// An integer or NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)
    }

    /// A number or NULL.
    pub fn opt_real(&self, column: usize) -> Result<Option<f64>> {
        self.get(column)
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<String> {
        self.get(column)
    }

    /// A short word that is only looked at, such as the name of a state.
    pub fn word(&self, column: usize) -> Result<&str> {
        let value = self.0.get_ref(column).map_err(StoreError::from_sql)?;
        value
            .as_str()
            .map_err(|e| StoreError::from_sql(rusqlite::Error::from(e)))
    }

    /// Text from outside.
    pub fn untrusted(&self, column: usize) -> Result<crate::domain::untrusted::Untrusted> {
        Ok(self.word(column)?.into())
    }

    /// Text or NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        self.get(column)
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>> {
        self.get(column)
    }

    /// Bytes or NULL.
    pub fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>> {
        self.get(column)
    }

    /// A yes or no.
    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }
}

/// One connection.
pub(crate) struct Conn {
    inner: rusqlite::Connection,
}

impl Conn {
    /// Wraps an engine connection.
    pub fn new(inner: rusqlite::Connection) -> Self {
        inner.set_prepared_statement_cache_capacity(256);
        Self { inner }
    }

    /// Has `hook` run after each commit of this connection, with the log of writes and its pages. The
    /// engine's own rule for when that is emptied goes.
    pub fn after_commits<F>(&mut self, hook: F) -> Result<()>
    where
        F: FnMut(&mut rusqlite::hooks::Wal, i32) -> rusqlite::Result<()> + Send + 'static,
    {
        self.inner
            .wal_hook(Some(hook))
            .map_err(StoreError::from_sql)
    }

    /// Runs a statement that returns nothing; gives the number of rows changed.
    pub fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self
            .inner
            .prepare_cached(&numbered(sql))
            .map_err(StoreError::from_sql)?;
        statement
            .execute(rusqlite::params_from_iter(values))
            .map_err(StoreError::from_sql)
    }

    /// Runs an INSERT into a table with an integer key and gives the new key.
    pub fn insert(&self, sql: &str, values: &[Value<'_>]) -> Result<i64> {
        self.run(sql, values)?;
        Ok(self.inner.last_insert_rowid())
    }

    /// Runs a query and maps each row.
    pub fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.about(0, sql, values, each)
    }

    /// The same where about so many rows will come: they are not moved while they gather.
    pub fn about<T>(
        &self,
        many: usize,
        sql: &str,
        values: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self
            .inner
            .prepare_cached(&numbered(sql))
            .map_err(StoreError::from_sql)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(values))
            .map_err(StoreError::from_sql)?;
        let mut out = Vec::with_capacity(many);
        while let Some(row) = rows.next().map_err(StoreError::from_sql)? {
            out.push(each(&Row(row))?);
        }
        Ok(out)
    }

    /// Runs a query and maps its first row, if there is one.
    pub fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self
            .inner
            .prepare_cached(&numbered(sql))
            .map_err(StoreError::from_sql)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(values))
            .map_err(StoreError::from_sql)?;
        match rows.next().map_err(StoreError::from_sql)? {
            Some(row) => each(&Row(row)).map(Some),
            None => Ok(None),
        }
    }

    /// A single number; 0 when there is no row.
    pub fn number(&self, sql: &str, values: &[Value<'_>]) -> Result<i64> {
        Ok(self.one(sql, values, |row| row.int(0))?.unwrap_or(0))
    }

    /// Runs several statements without parameters.
    pub fn script(&self, sql: &str) -> Result<()> {
        self.inner.execute_batch(sql).map_err(StoreError::from_sql)
    }

    /// Runs `body` in one transaction that takes the write lock at once; an error rolls back.
    pub fn immediate<T, E: From<StoreError>>(
        &self,
        body: impl FnOnce(&Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transaction("BEGIN IMMEDIATE", body)
    }

    /// Runs `body` against one consistent snapshot.
    pub fn snapshot<T>(&self, body: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.transaction("BEGIN DEFERRED", body)
    }

    fn transaction<T, E: From<StoreError>>(
        &self,
        begin: &str,
        body: impl FnOnce(&Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.script(begin)?;
        let guard = Rollback(self);
        let out = body(self)?;
        self.script("COMMIT")?;
        std::mem::forget(guard);
        Ok(out)
    }

    /// The query plan of a statement, one line a step. For tests of indexes.
    #[cfg(test)]
    pub fn plan(&self, sql: &str, values: &[Value<'_>]) -> Result<String> {
        let rows = self.all(&format!("EXPLAIN QUERY PLAN {sql}"), values, |row| {
            row.text(3)
        })?;
        Ok(rows.join("\n"))
    }

    /// The engine's own connection, for backup and pragmas.
    pub fn raw(&self) -> &rusqlite::Connection {
        &self.inner
    }
}

/// Rolls a transaction back on any early return, a panic included.
struct Rollback<'c>(&'c Conn);

impl Drop for Rollback<'_> {
    fn drop(&mut self) {
        // An engine that already rolled back (disk full) refuses this one; both are fine.
        let _ = self.0.script("ROLLBACK");
    }
}

/// Turns `$n` into `?n`, outside of quoted text.
fn numbered(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') {
        return Cow::Borrowed(sql);
    }
    if !sql.contains('\'') {
        return Cow::Owned(sql.replace('$', "?"));
    }
    let parts: Vec<Cow<'_, str>> = sql
        .split('\'')
        .enumerate()
        .map(|(i, part)| {
            let quoted = i % 2 == 1;
            if quoted {
                Cow::Borrowed(part)
            } else {
                Cow::Owned(part.replace('$', "?"))
            }
        })
        .collect();
    Cow::Owned(parts.join("'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Conn {
        Conn::new(rusqlite::Connection::open_in_memory().unwrap())
    }

    #[test]
    fn parameters_bind_by_number_in_any_order_and_repeated() {
        let conn = memory();
        let got = conn
            .one("SELECT $2 || $1 || $2 || '$1'", v!["a", "b"], |row| {
                row.text(0)
            })
            .unwrap();
        assert_eq!(got.as_deref(), Some("bab$1"));
    }

    #[test]
    fn an_error_rolls_back() {
        let conn = memory();
        conn.script("CREATE TABLE t (x INTEGER)").unwrap();
        let result: Result<()> = conn.immediate(|c| {
            c.run("INSERT INTO t VALUES ($1)", v![1i64])?;
            Err(StoreError::Stale)
        });
        assert!(result.is_err());
        assert_eq!(conn.number("SELECT count(*) FROM t", v![]).unwrap(), 0);
    }
}
