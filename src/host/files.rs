//! Files of the disk: read for scenarios, written whole or not at all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use crate::scenario::plan::Files;

/// Largest file that is read (bytes): scenarios are far smaller, tokens are 64 KiB.
const BYTES_MAX: u64 = 64 << 20;

/// The disk.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, beside: Option<&str>, path: &str) -> Result<Vec<u8>, String> {
        let path = match beside {
            Some(beside) => self.resolve(beside, path),
            None => path.to_owned(),
        };
        let told = |error: io::Error| error.to_string();
        let facts = fs::metadata(&path).map_err(told)?;
        if facts.is_dir() {
            return Err("it is a directory".to_owned());
        }
        if facts.len() > BYTES_MAX {
            return Err(format!("it has {} bytes; the limit is {BYTES_MAX}", facts.len()));
        }
        // What is no plain file does not say how long it is.
        let mut bytes = Vec::new();
        let file = fs::File::open(&path).map_err(told)?;
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(told)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(format!("it has more than {BYTES_MAX} bytes"));
        }
        Ok(bytes)
    }

    fn resolve(&self, beside: &str, path: &str) -> String {
        let folder = Path::new(beside).parent().unwrap_or(Path::new(""));
        tidy(&folder.join(path)).display().to_string()
    }
}

/// Files of the disk, each read once: what many runs of one command see stays the same.
#[derive(Debug, Default)]
pub struct Kept {
    read: RefCell<BTreeMap<String, Result<Vec<u8>, String>>>,
}

impl Files for Kept {
    fn read(&self, beside: Option<&str>, path: &str) -> Result<Vec<u8>, String> {
        let path = beside.map_or_else(|| path.to_owned(), |beside| self.resolve(beside, path));
        let mut read = self.read.borrow_mut();
        read.entry(path).or_insert_with_key(|path| Disk.read(None, path)).clone()
    }

    fn resolve(&self, beside: &str, path: &str) -> String {
        Disk.resolve(beside, path)
    }
}

/// The bytes of a file, or of standard input where it is called `-`; no more than `most`.
///
/// # Errors
/// Why it cannot be read, in the words of the system.
pub fn read_input(path: &str, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = match path {
        "-" => io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes),
        path => match fs::metadata(path) {
            Ok(facts) if facts.is_dir() => return Err("it is a directory".to_owned()),
            _ => fs::File::open(path)
                .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes)),
        },
    };
    match read {
        Ok(length) if length as u64 > most => Err(format!("it has more than {most} bytes")),
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

/// A path without `.` and without `..` where the folder before it is named.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir
                if tidy.file_name().is_some_and(|name| name != "..") =>
            {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

/// Writes a file whole or not at all: into a temporary file beside it, which then takes its name.
/// A file that holds secrets can be read by its owner alone.
///
/// # Errors
/// The disk is full, or the folder cannot be written; the caller tells the user.
pub fn write_whole(
    path: &Path,
    secret: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    // A file of that name that is there already is somebody else's, and stays.
    let mut file = io::BufWriter::new(create(&temporary, secret)?);
    let written = write(&mut file).and_then(|()| file.flush());
    let written = written.and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // Nothing more can be done if this fails too; the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Writes a result as [`write_whole`] does, in place of nothing but an earlier result: a file that does not
/// begin as one does is somebody's own, and stays.
///
/// # Errors
/// There is such a file, or what [`write_whole`] tells.
pub fn write_result(
    path: &Path,
    secret: bool,
    begin: &[u8],
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() > 0) {
        let mut start = Vec::new();
        let most = begin.len() as u64;
        fs::File::open(path)?.take(most).read_to_end(&mut start)?;
        if start != begin {
            let told =
                "a file of another kind has this name and is left alone; choose another name";
            return Err(io::Error::other(told));
        }
    }
    write_whole(path, secret, write)
}

#[cfg(unix)]
fn create(path: &Path, secret: bool) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mode = if secret { 0o600 } else { 0o666 };
    fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _: bool) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}
