//! The result of the latest run, kept in the user's state folder for `why latest` and `diff latest`.
//!
//! `latest.json` names the scenario, its changes and the file of the trace beside it. It is replaced whole, so
//! that runs at the same time do not mix. That nothing could be kept is no reason for a run to fail.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf, absolute};

use etcetera::base_strategy::{BaseStrategy as _, choose_base_strategy};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::files::write_whole;
use crate::scenario::plan::Plan;

/// Largest trace that is kept (bytes).
const BYTES_MAX: u64 = 256 << 20;
/// The file that names the others.
const INDEX: &str = "latest.json";

/// The latest result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// The scenario's file, from the root.
    pub scenario: String,
    /// The changes that were made to it.
    pub changes: Vec<String>,
    /// What identifies the run: another one means that the files have changed since.
    pub run: String,
    /// The file of the trace, from the root.
    pub trace: PathBuf,
}

/// Why there is no latest result.
#[derive(Debug, thiserror::Error)]
pub enum LatestError {
    /// The user has no home.
    #[error("there is no folder for the latest result: no home is known")]
    NoFolder,
    /// Nothing was run yet, or nothing could be kept.
    #[error("there is no latest result: run a scenario first ({0})")]
    None(String),
}

impl Latest {
    /// The result that was kept last.
    ///
    /// # Errors
    /// See [`LatestError`].
    pub fn find() -> Result<Latest, LatestError> {
        let index = folder().ok_or(LatestError::NoFolder)?.join(INDEX);
        let told = |error: &dyn std::fmt::Display| {
            LatestError::None(format!("{}: {error}", index.display()))
        };
        let text = fs::read(&index).map_err(|error| told(&error))?;
        serde_json::from_slice(&text).map_err(|error| told(&error))
    }
}

/// A trace while it is kept. Writing never fails: what cannot be kept is given up.
pub struct Keeping {
    file: Option<BufWriter<NamedTempFile>>,
    room: u64,
}

impl Keeping {
    /// Begins to keep a trace, where there is a place for it.
    pub fn begin() -> Keeping {
        Keeping { file: folder().and_then(|folder| begin(&folder).ok()), room: BYTES_MAX }
    }

    /// Makes what was written the latest result. Nothing: it could not be kept.
    pub fn end(self, plan: &Plan) -> Option<()> {
        let folder = folder()?;
        let before = Latest::find().ok();
        let file = self.file?.into_inner().ok()?;
        let latest = Latest {
            scenario: absolute(&plan.path).ok()?.to_str()?.to_owned(),
            changes: plan.overrides.clone(),
            run: plan.run_id(),
            trace: file.path().to_owned(),
        };
        let text = serde_json::to_vec(&latest).ok()?;
        write_whole(&folder.join(INDEX), true, |file| file.write_all(&text)).ok()?;
        file.keep().ok()?;
        if let Some(before) = before {
            // An old trace that stays behind costs room, nothing else.
            let _ = fs::remove_file(before.trace);
        }
        Some(())
    }
}

impl Write for Keeping {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self.room.saturating_sub(bytes.len() as u64);
        let written = self.file.as_mut().map(|file| file.write_all(bytes));
        if self.room == 0 || matches!(written, Some(Err(_))) {
            self.file = None;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes to two places.
pub struct Both<'a>(pub &'a mut dyn Write, pub &'a mut Keeping);

impl Write for Both<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1.write_all(bytes.get(..written).unwrap_or_default())?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn begin(folder: &Path) -> io::Result<BufWriter<NamedTempFile<File>>> {
    fs::create_dir_all(folder)?;
    let file = tempfile::Builder::new().prefix("trace-").suffix(".jsonl").tempfile_in(folder)?;
    Ok(BufWriter::new(file))
}

/// The folder `regionsim` in the folder for the state of programs (XDG Base Directory Specification on
/// Unix), or for their data where there is none.
fn folder() -> Option<PathBuf> {
    let strategy = choose_base_strategy().ok()?;
    Some(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("regionsim"))
}
