//! Reading an index ahead: once from end to end, so that the machine has it in memory when somebody
//! searches. What a query needs lies all over its files, and one that is the first to ask for it waits
//! for each piece from the disk.

use super::reader::Reader;
use std::cmp::Reverse;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Read at once: between two of them it can be stopped.
const PIECE: usize = 256 << 10;

/// Read last, in this order: what only hits need, then what only phrases need.
const LAST: [&str; 2] = ["text", "pos"];

/// The machine's memory in bytes; `None` where it is not known.
#[cfg(target_os = "linux")]
fn memory() -> Option<u64> {
    let info = rustix::system::sysinfo();
    Some(info.totalram.saturating_mul(info.mem_unit.into()))
}

/// The machine's memory in bytes; `None` where it is not known.
#[cfg(not(target_os = "linux"))]
fn memory() -> Option<u64> {
    None
}

impl Reader {
    /// Reads the files of the index that answers, unless they are more than half of the machine's
    /// memory or that is not known (other systems than Linux), as long as `goes_on` says so; gives how
    /// many bytes it read. To be called by a thread nobody waits for. What cannot be read is passed
    /// over: a search that needs it tells.
    pub fn read_ahead(&self, goes_on: &dyn Fn() -> bool) -> u64 {
        let Ok(view) = self.view() else {
            return 0;
        };
        read(&view.generation.path, memory().unwrap_or(0) / 2, goes_on)
    }
}

/// Reads the files of a folder, if they are not more bytes than so.
fn read(folder: &Path, at_most: u64, goes_on: &dyn Fn() -> bool) -> u64 {
    let files = files(folder);
    if files.iter().map(|(_, bytes)| bytes).sum::<u64>() > at_most {
        return 0;
    }
    let mut piece = vec![0; PIECE];
    let mut all = 0;
    for (path, _) in files {
        let Ok(mut file) = File::open(path) else {
            continue;
        };
        while goes_on() {
            match file.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(bytes) => all += bytes as u64,
            }
        }
    }
    all
}

/// The files of a folder with their bytes, in the order in which they are read.
fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((entry.path(), about.len()))
        })
        .collect();
    let rank = |path: &Path| {
        let kind = path.extension().and_then(|kind| kind.to_str());
        LAST.iter().position(|last| Some(*last) == kind)
    };
    files.sort_by_cached_key(|(path, bytes)| (rank(path), Reverse(*bytes)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("a.text", 300 << 10),
            ("a.pos", 5),
            ("a.idx", 7),
            ("b.idx", 9),
        ] {
            std::fs::write(folder.path().join(name), vec![1; bytes]).unwrap();
        }
        folder
    }

    #[test]
    fn what_every_query_needs_is_read_first() {
        let folder = folder();
        let names: Vec<_> = files(folder.path())
            .into_iter()
            .map(|(path, _)| path.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["b.idx", "a.idx", "a.text", "a.pos"]);
    }

    #[test]
    fn all_is_read_unless_it_is_too_much_or_somebody_says_so() {
        let folder = folder();
        let all = (300 << 10) + 5 + 7 + 9;
        assert_eq!(read(folder.path(), all, &|| true), all);
        assert_eq!(read(folder.path(), all - 1, &|| true), 0);
        assert_eq!(read(folder.path(), all, &|| false), 0);
        let left = Cell::new(5);
        let goes_on = || left.replace(left.get() - 1) > 0;
        // Two small files, each with its end, and a piece of the long one.
        assert_eq!(read(folder.path(), all, &goes_on), 7 + 9 + PIECE as u64);
        assert_eq!(read(&folder.path().join("none"), all, &|| true), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_of_the_machine_is_known() {
        assert!(memory().unwrap() > 64 << 20);
    }
}
