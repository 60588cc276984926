//! Archives: gzip, Zstandard, ZIP and tar, in each other to a bounded depth.
//!
//! Everything is streamed except a ZIP that does not lie in a file of its own, which needs its
//! end first: that one is held in memory up to the size of a message. Nothing is ever unpacked
//! to disk.

use super::emit::Stop;
use super::read::{Input, Run};
use super::source::{Counting, Guard, reason};
use crate::domain::record::Severity;
use std::cell::Cell;
use std::io::{Cursor, Read, Seek};
use std::rc::Rc;

/// Where in the nesting of archives the reading stands.
#[derive(Clone)]
pub(crate) struct Nesting {
    pub depth: usize,
    /// Bytes unpacked from the outermost archive.
    pub spent: Rc<Cell<u64>>,
}

impl Nesting {
    pub(crate) fn outermost() -> Self {
        Self {
            depth: 0,
            spent: Rc::new(Cell::new(0)),
        }
    }

    fn inner(&self) -> Self {
        Self {
            depth: self.depth + 1,
            spent: Rc::clone(&self.spent),
        }
    }
}

impl Run<'_, '_> {
    /// Whether one more archive inside archives may be opened; says so if not.
    fn may_open(&mut self, nesting: &Nesting) -> bool {
        let most = self.options.limits.archive_depth;
        if nesting.depth < most {
            return true;
        }
        let reason = format!("archives inside archives, more than {most} deep; not opened");
        self.out.issue(Severity::Reject, 0, "", &reason);
        false
    }

    pub(crate) fn gzip(
        &mut self,
        name: &str,
        input: Input<'_>,
        nesting: &Nesting,
    ) -> Result<(), Stop> {
        let unpack = |packed| Ok(flate2::read::MultiGzDecoder::new(packed));
        self.unpacked(name, input, nesting, unpack)
    }

    pub(crate) fn zstd(
        &mut self,
        name: &str,
        input: Input<'_>,
        nesting: &Nesting,
    ) -> Result<(), Stop> {
        let unpack = zstd::stream::read::Decoder::new;
        self.unpacked(name, input, nesting, unpack)
    }

    /// Reads what `unpack` makes of the input, stopped when it becomes too much.
    fn unpacked<'i, R: Read + 'i>(
        &mut self,
        name: &str,
        input: Input<'i>,
        nesting: &Nesting,
        unpack: impl FnOnce(Counting<Input<'i>>) -> std::io::Result<R>,
    ) -> Result<(), Stop> {
        if !self.may_open(nesting) {
            return Ok(());
        }
        let packed = Rc::new(Cell::new(0));
        let unpacked = match unpack(Counting::new(input, Rc::clone(&packed))) {
            Ok(unpacked) => unpacked,
            Err(error) => {
                self.out.issue(Severity::Reject, 0, "", &reason(&error));
                return Ok(());
            }
        };
        let spent = Rc::clone(&nesting.spent);
        let guard = Guard::new(unpacked, packed, spent, &self.options.limits);
        self.stream(name, Box::new(guard), &nesting.inner())
    }

    pub(crate) fn tar(
        &mut self,
        name: &str,
        input: Input<'_>,
        nesting: &Nesting,
    ) -> Result<(), Stop> {
        if !self.may_open(nesting) {
            return Ok(());
        }
        let mut archive = tar::Archive::new(input);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => {
                self.out.issue(Severity::Reject, 0, "", &reason(&error));
                return Ok(());
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.out.begin(name);
                    let reason = format!("{}; the entries before it were taken", reason(&error));
                    self.out.issue(Severity::Reject, 0, "", &reason);
                    return Ok(());
                }
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if is_clutter(&path) {
                continue;
            }
            let inner = format!("{name}!{path}");
            self.stream(&inner, Box::new(entry), &nesting.inner())?;
        }
        Ok(())
    }

    /// A ZIP that cannot be sought in.
    pub(crate) fn zip_stream(
        &mut self,
        name: &str,
        input: Input<'_>,
        nesting: &Nesting,
    ) -> Result<(), Stop> {
        let most = self.options.limits.message_bytes;
        let mut held = Vec::new();
        if let Err(error) = input.take(most + 1).read_to_end(&mut held) {
            self.out.issue(Severity::Reject, 0, "", &reason(&error));
            return Ok(());
        }
        if held.len() as u64 > most {
            let reason = format!(
                "a ZIP inside an archive or on standard input, larger than {} MiB",
                most >> 20
            );
            self.out.issue(Severity::Reject, 0, "", &reason);
            return Ok(());
        }
        self.zip(name, Cursor::new(held), nesting)
    }

    /// A ZIP in a file or in memory.
    pub(crate) fn zip(
        &mut self,
        name: &str,
        input: impl Read + Seek,
        nesting: &Nesting,
    ) -> Result<(), Stop> {
        if !self.may_open(nesting) {
            return Ok(());
        }
        let mut archive = match zip::ZipArchive::new(input) {
            Ok(archive) => archive,
            Err(_) => {
                let reason = "the ZIP archive is broken; nothing of it was taken";
                self.out.issue(Severity::Reject, 0, "", reason);
                return Ok(());
            }
        };
        for index in 0..archive.len() {
            let entry = match archive.by_index(index) {
                Ok(entry) => entry,
                Err(error) => {
                    self.out.begin(name);
                    let what = match error {
                        zip::result::ZipError::UnsupportedArchive(_) => {
                            "is packed or encrypted in a way that is not read"
                        }
                        _ => "is broken",
                    };
                    let reason = format!("entry {} of the ZIP archive {what}", index + 1);
                    self.out.issue(Severity::Reject, 0, "", &reason);
                    continue;
                }
            };
            let path = entry.name().to_owned();
            if !entry.is_file() || is_clutter(&path) {
                continue;
            }
            let packed = Rc::new(Cell::new(entry.compressed_size()));
            let spent = Rc::clone(&nesting.spent);
            let guard = Guard::new(entry, packed, spent, &self.options.limits);
            self.stream(&format!("{name}!{path}"), Box::new(guard), &nesting.inner())?;
            if nesting.spent.get() > self.options.limits.archive_bytes {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Files that systems leave behind, which nobody means to import.
pub(crate) fn is_clutter(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.starts_with('.') || file == "Thumbs.db" || path.split('/').any(|p| p == "__MACOSX")
}
