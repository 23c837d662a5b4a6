//! Files of certificates and private keys: each holds what it is said to hold.

use std::sync::Arc;

use super::{Trees, part, place};
use crate::nodes::esm::command::Files;
use crate::nodes::esm::database::certificate::Certificate;
use crate::protocol::x509;
use crate::scenario::model::Plex;
use crate::scenario::problem::{Problem, Problems};

/// Reads the certificates of every system, and the keys beside them. A file that could not be read has been
/// reported.
pub fn certificates(plex: &Plex, files: &Files, trees: &Trees<'_>, problems: &mut Problems) {
    for (name, system) in &plex.systems {
        let owners = system.esm.iter().flat_map(|esm| &esm.certificates);
        for (owner, labels) in owners {
            for (label, held) in labels {
                let path =
                    ["systems", name, "esm", "certificates", owner, label].map(part).join(".");
                if let Some((field, why)) = fault(held, files) {
                    let span = place(trees.plex, &format!("{path}.{field}"));
                    problems.add(Problem::error(span, why));
                }
            }
        }
    }
}

/// What is wrong with the files of a certificate, and which of its fields names the wrong one.
fn fault(held: &Certificate, files: &Files) -> Option<(&'static str, String)> {
    let bytes = files.get(&held.file)?;
    let certificate = match x509::Certificate::read(bytes) {
        Ok(certificate) => Arc::new(certificate),
        Err(why) => return Some(("file", format!("{} holds no certificate: {why}", held.file))),
    };
    let key = held.key.as_ref()?;
    let why = x509::Identity::read(&certificate, files.get(key)?).err()?;
    Some(("key", format!("{key}: {why}")))
}
