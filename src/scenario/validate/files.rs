//! Files that a plex names and that must be what they are named for: certificates, private keys, STS
//! configurations.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{At, Trees, part};
use crate::nodes::cics::jvmserver::read_sts;
use crate::nodes::identity_provider::IdentityProvider;
use crate::nodes::orb::Tls;
use crate::protocol::x509::{Certificate, Identity};
use crate::scenario::model::{Node, Plex};
use crate::scenario::problem::Problems;

/// The bytes of the files that could be read, by their names.
type Files = BTreeMap<String, Arc<[u8]>>;

/// Checks the files of a plex. What could not be read has been reported.
pub fn files(plex: &Plex, files: &Files, trees: &Trees<'_>, problems: &mut Problems) {
    let mut at = At { tree: trees.plex, problems };
    for (system, config) in &plex.systems {
        let owned = config.esm.iter().flat_map(|esm| &esm.certificates);
        for (owner, labels) in owned {
            for (label, held) in labels {
                let path =
                    format!("systems.{}.esm.certificates.{owner}.{}", part(system), part(label));
                let (file, key) = (&held.file, held.key.as_deref());
                certificate((file, key), files, &path, &mut at);
            }
        }
    }
    for (name, node) in &plex.nodes {
        let path = format!("nodes.{}", part(name));
        match node {
            Node::IdentityProvider(config) => {
                if let Err((field, why)) = IdentityProvider::new(config, files)
                    && config.files().iter().all(|(_, file)| files.contains_key(*file))
                {
                    at.error(&format!("{path}.{field}"), why);
                }
            }
            Node::Cics(config) => {
                for (place, file) in config.files() {
                    let read = files.get(file).map(|bytes| read_sts(bytes));
                    if let Some(Err(why)) = read {
                        at.error(&format!("{path}.{place}"), format!("{file}: {why}"));
                    }
                }
            }
            Node::WebSphere(config) => tls(config.tls.as_ref(), files, &path, &mut at),
            Node::Client(config) => tls(config.tls.as_ref(), files, &path, &mut at),
            Node::Kdc(_) | Node::Cscs(_) => {}
        }
    }
}

fn tls(tls: Option<&Tls>, files: &Files, path: &str, at: &mut At<'_>) {
    let Some(tls) = tls else { return };
    if let Err((field, why)) = tls.read(files)
        && tls.files().iter().all(|(_, file)| files.contains_key(*file))
    {
        at.error(&format!("{path}.tls.{field}"), why);
    }
}

fn certificate((file, key): (&str, Option<&str>), files: &Files, path: &str, at: &mut At<'_>) {
    let Some(bytes) = files.get(file) else { return };
    let certificate = match Certificate::read(bytes) {
        Ok(certificate) => Arc::new(certificate),
        Err(why) => return at.error(&format!("{path}.file"), format!("{file}: {why}")),
    };
    let Some((key, bytes)) = key.and_then(|key| Some((key, files.get(key)?))) else { return };
    if let Err(why) = Identity::read(&certificate, bytes) {
        at.error(&format!("{path}.key"), format!("{key}: {why}"));
    }
}
