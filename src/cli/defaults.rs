//! Copying default files for a site to change.

use super::output::{Exit, Out, Result};
use anyhow::Context;
use std::path::Path;

/// Writes files, given as name and text, into a folder; one that is there already is left as it is.
pub fn copy(files: Vec<(String, String)>, folder: &Path) -> Result {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut out = Out::new(false);
    for (name, text) in files {
        let path = folder.join(&name);
        if path.exists() {
            out.line(format_args!(
                "{} is there already; left as it is",
                path.display()
            ))?;
            continue;
        }
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        out.line(path.display())?;
    }
    out.done(Exit::Done)
}
