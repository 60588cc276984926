//! Generations: each rebuild makes a new folder; `current` says which one answers.

use super::cache::BlockCache;
use super::directory::{Damage, SealedDirectory};
use super::error::{IndexError, RebuildReason, outside};
use super::head_sets::Heads;
use super::position::{Payload, StoreIdentity};
use super::schema::{Fields, SCHEMA_VERSION, schema};
use super::texts::Texts;
use super::tokens::register;
use super::words::Words;
use crate::vault::SealKey;
use crate::vault::files;
use crate::vault::seal::{open_bytes, seal_bytes};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings};

/// Name of the file that says which generation answers.
pub(super) const CURRENT: &str = "current";
const PREFIX: &str = "gen-";
/// Name of the file of the table of words that texts are packed with.
const DICTIONARY: &str = "dictionary";

/// The number of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(pub u32);

impl Number {
    fn name(self) -> String {
        format!("{PREFIX}{:06}", self.0)
    }

    fn parse(name: &str) -> Option<Self> {
        let number = Self(name.strip_prefix(PREFIX)?.parse().ok()?);
        (number.name() == name).then_some(number)
    }

    pub(super) fn path(self, dir: &Path) -> PathBuf {
        dir.join(self.name())
    }
}

/// An open generation.
pub(super) struct Generation {
    pub number: Number,
    pub path: PathBuf,
    pub index: Index,
    pub fields: Fields,
    /// What was found damaged while searching.
    pub damage: Damage,
}

/// Which generation answers; `None` when there is no index yet.
pub(super) fn read_current(dir: &Path, key: &SealKey) -> Result<Option<Number>, IndexError> {
    let path = dir.join(CURRENT);
    let sealed = match std::fs::read(&path) {
        Ok(sealed) => sealed,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(IndexError::io(&path, e)),
    };
    open_bytes(key, CURRENT, &sealed)
        .ok()
        .and_then(|name| Number::parse(std::str::from_utf8(&name).ok()?))
        .map(Some)
        .ok_or(IndexError::NeedsRebuild(RebuildReason::Corrupt))
}

/// Makes a generation the one that answers.
pub(super) fn write_current(dir: &Path, key: &SealKey, number: Number) -> Result<(), IndexError> {
    let path = dir.join(CURRENT);
    let sealed = seal_bytes(key, CURRENT, number.name().as_bytes());
    let sealed = sealed.map_err(|e| IndexError::io(&path, e.into()))?;
    files::replace(&path, &sealed).map_err(|e| IndexError::io(&path, e))
}

/// Every generation there is on disk, whole or not.
pub(super) fn all(dir: &Path) -> Result<Vec<Number>, IndexError> {
    let wrap = |e| IndexError::io(dir, e);
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(wrap)? {
        let name = entry.map_err(wrap)?.file_name();
        numbers.extend(name.to_str().and_then(Number::parse));
    }
    Ok(numbers)
}

/// Removes every generation not in `keep`. One that cannot be removed is left for next time:
/// it is only waste.
pub(super) fn remove_others(dir: &Path, keep: &[Number]) -> Result<(), IndexError> {
    for number in all(dir)? {
        if !keep.contains(&number) {
            let _ = std::fs::remove_dir_all(number.path(dir));
        }
    }
    Ok(())
}

/// Opens a generation and reads what its last commit carries.
pub(super) fn open(
    dir: &Path,
    number: Number,
    key: &SealKey,
    store: &StoreIdentity,
    cache: &Arc<BlockCache>,
) -> Result<(Generation, Payload), IndexError> {
    let path = number.path(dir);
    match std::fs::metadata(&path) {
        Ok(_) => {}
        Err(e) if outside(&e) => return Err(IndexError::io(&path, e)),
        Err(_) => return Err(IndexError::NeedsRebuild(RebuildReason::Corrupt)),
    }
    let (wanted, fields) = schema();
    let directory = SealedDirectory::open(&path, &number.name(), key, cache)
        .map_err(|e| IndexError::opening(&path, e.into()))?;
    let damage = directory.damage();
    let mut index = Index::open(directory).map_err(|e| IndexError::opening(&path, e))?;
    equip(&mut index);
    let payload = payload(&index, &path, store, &wanted)?;
    let generation = Generation {
        number,
        path,
        index,
        fields,
        damage,
    };
    Ok((generation, payload))
}

/// What the last commit of an index carries, if it is one for us.
fn payload(
    index: &Index,
    path: &Path,
    store: &StoreIdentity,
    wanted: &Schema,
) -> Result<Payload, IndexError> {
    let metas = index
        .load_metas()
        .map_err(|e| IndexError::opening(path, e))?;
    let payload: Option<Payload> = metas
        .payload
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    let rebuild = |reason| Err(IndexError::NeedsRebuild(reason));
    match payload {
        None => rebuild(RebuildReason::Corrupt),
        Some(payload) if !payload.position.is_of(store) => rebuild(RebuildReason::Foreign),
        Some(payload) if payload.position.schema != SCHEMA_VERSION || metas.schema != *wanted => {
            rebuild(RebuildReason::OtherSchema)
        }
        Some(payload) => Ok(payload),
    }
}

/// What the last commit carries now, for a generation that is open.
pub(super) fn reread(
    generation: &Generation,
    store: &StoreIdentity,
) -> Result<Payload, IndexError> {
    let (wanted, _) = schema();
    payload(&generation.index, &generation.path, store, &wanted)
}

/// Makes an empty generation in a new folder.
pub(super) fn create(
    dir: &Path,
    number: Number,
    key: &SealKey,
    cache: &Arc<BlockCache>,
) -> Result<Generation, IndexError> {
    let path = number.path(dir);
    files::create_private_dir(&path).map_err(|e| IndexError::io(&path, e))?;
    let (schema, fields) = schema();
    // tantivy's own document store stays empty: texts are in `Texts`.
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let directory = SealedDirectory::open(&path, &number.name(), key, cache)
        .map_err(|e| IndexError::writing(&path, e.into()))?;
    let damage = directory.damage();
    let index = Index::builder()
        .schema(schema)
        .settings(settings)
        .register_plugin(Arc::new(Texts))
        .register_plugin(Arc::new(Heads))
        .open_or_create(directory)
        .map_err(|e| IndexError::writing(&path, e))?;
    register(&index);
    Ok(Generation {
        number,
        path,
        index,
        fields,
        damage,
    })
}

/// Gives an index that was opened what tantivy does not keep of it.
fn equip(index: &mut Index) {
    register(index);
    index.register_plugin(Arc::new(Texts));
    index.register_plugin(Arc::new(Heads));
}

/// The table of words of a generation, if it has learnt one.
pub(super) fn words(
    generation: &Generation,
    key: &SealKey,
) -> Result<Option<Arc<Words>>, IndexError> {
    let path = generation.path.join(DICTIONARY);
    let sealed = match std::fs::read(&path) {
        Ok(sealed) => sealed,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(IndexError::io(&path, e)),
    };
    let kept = open_bytes(key, &dictionary_name(generation), &sealed).ok();
    let words = kept.and_then(|kept| Words::open(&kept));
    let damaged = IndexError::NeedsRebuild(RebuildReason::Corrupt);
    words.map(|words| Some(Arc::new(words))).ok_or(damaged)
}

/// Keeps the table of words of a generation, before anything is packed with it.
pub(super) fn keep_dictionary(
    generation: &Generation,
    key: &SealKey,
    dictionary: &[u8],
) -> Result<(), IndexError> {
    let path = generation.path.join(DICTIONARY);
    let sealed = seal_bytes(key, &dictionary_name(generation), dictionary)
        .map_err(|e| IndexError::io(&path, e.into()))?;
    files::replace(&path, &sealed).map_err(|e| IndexError::io(&path, e))
}

fn dictionary_name(generation: &Generation) -> String {
    format!("{}/{DICTIONARY}", generation.number.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_generations() {
        assert_eq!(Number::parse("gen-000012"), Some(Number(12)));
        for name in [
            "gen-12",
            "gen-+00012",
            "gen-",
            "gen-00001x",
            "../gen-000001",
        ] {
            assert_eq!(Number::parse(name), None, "{name}");
        }
    }
}
