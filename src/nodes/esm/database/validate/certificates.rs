//! What is inconsistent in certificates and key rings.

use super::{Database, Findings, NAME_RULE, is_name, segment};
use crate::nodes::esm::database::certificate::{
    CERTAUTH, KeyRing, LABEL_MAX, RING_MAX, SITE, is_label, is_ring,
};

impl Findings {
    /// Certificates belong to a user, to authorities or to the site, and have labels.
    pub(super) fn certificates(&mut self, database: &Database) {
        for (owner, labels) in &database.certificates {
            let path = format!("certificates.{}", segment(owner));
            if ![CERTAUTH, SITE].contains(&owner.as_str()) {
                self.owner(database, path.clone(), owner);
            }
            for label in labels.keys().filter(|label| !is_label(label)) {
                let message =
                    format!("a label has 1 to {LABEL_MAX} characters, no blank at its ends");
                self.error_of_name(format!("{path}.{}", segment(label)), message);
            }
        }
    }

    /// Key rings belong to users, and what is connected to them exists.
    pub(super) fn key_rings(&mut self, database: &Database) {
        for (owner, rings) in &database.key_rings {
            let path = format!("key_rings.{}", segment(owner));
            self.owner(database, path.clone(), owner);
            for (name, ring) in rings {
                let path = format!("{path}.{}", segment(name));
                if !is_ring(name) {
                    let message = format!(
                        "a key ring has a name of 1 to {RING_MAX} characters, no blank, not *"
                    );
                    self.error_of_name(path.clone(), message);
                }
                self.connections(database, &path, ring);
            }
        }
    }

    fn owner(&mut self, database: &Database, path: String, owner: &str) {
        if !is_name(owner) {
            self.error_of_name(path, NAME_RULE);
        } else if !database.users.contains_key(owner) {
            self.error_of_name(path, format!("user {owner} is not defined"));
            self.suggest(owner, database.users.keys());
        }
    }

    fn connections(&mut self, database: &Database, path: &str, ring: &KeyRing) {
        for (at, (owner, label)) in ring.certificates.iter().enumerate() {
            let path = format!("{path}.certificates.{at}");
            let labels = database.certificates.get(owner);
            if !labels.is_some_and(|labels| labels.contains_key(label)) {
                self.error(path, format!("certificate {label:?} of {owner} is not defined"));
                if let Some(labels) = labels {
                    self.suggest(label, labels.keys());
                }
            } else if ring.certificates.iter().take(at).any(|(o, l)| o == owner && l == label) {
                self.error(path, format!("certificate {label:?} of {owner} is connected twice"));
            }
        }
        let default = ring.default_certificate.as_ref();
        if let Some((owner, label)) = default.filter(|held| !ring.certificates.contains(held)) {
            let message = format!("certificate {label:?} of {owner} is not connected to the ring");
            self.error(format!("{path}.default"), message);
        }
    }
}
