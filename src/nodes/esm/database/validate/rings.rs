//! Certificates, key rings and filters: names that RACDCERT takes, and owners and certificates that are there.

use std::collections::BTreeSet;

use super::{Findings, segment};
use crate::nodes::esm::database::Database;
use crate::nodes::esm::database::certificate::{CERTAUTH, KeyRing, SITE, is_label, is_ring};
use crate::nodes::esm::database::filter::is_name;

impl Findings {
    pub(super) fn certificates(&mut self, database: &Database) {
        for (owner, labels) in &database.certificates {
            let path = format!("certificates.{}", segment(owner));
            let of_all = [CERTAUTH, SITE].contains(&owner.as_str());
            if !of_all && !database.users.contains_key(owner) {
                let message = format!("{owner} is no user, and none of {CERTAUTH} and {SITE}");
                self.error_of_name(path.clone(), message);
                self.suggest(owner, database.users.keys());
            }
            for label in labels.keys().filter(|label| !is_label(label)) {
                let message = "a label has 1 to 32 characters, blanks inside alone";
                self.error_of_name(format!("{path}.{}", segment(label)), message);
            }
        }
    }

    pub(super) fn key_rings(&mut self, database: &Database) {
        for (owner, rings) in &database.key_rings {
            let path = format!("key_rings.{}", segment(owner));
            if !database.users.contains_key(owner) {
                self.error_of_name(path.clone(), format!("{owner} is no user"));
                self.suggest(owner, database.users.keys());
            }
            for (name, ring) in rings {
                let path = format!("{path}.{}", segment(name));
                if !is_ring(name) {
                    let message =
                        "a key ring's name has 1 to 237 characters without blanks, and is not *";
                    self.error_of_name(path.clone(), message);
                }
                self.key_ring(database, &path, ring);
            }
        }
    }

    pub(super) fn name_filters(&mut self, database: &Database) {
        let mut names = BTreeSet::new();
        for (owner, filters) in &database.name_filters {
            let path = format!("name_filters.{}", segment(owner));
            if !database.users.contains_key(owner) {
                self.error_of_name(path.clone(), format!("{owner} is no user"));
                self.suggest(owner, database.users.keys());
            }
            for (label, filter) in filters {
                let path = format!("{path}.{}", segment(label));
                if !is_label(label) {
                    let message = "a label has 1 to 32 characters, blanks inside alone";
                    self.error_of_name(path.clone(), message);
                }
                let both = (&filter.subject, &filter.issuer);
                for (field, name) in [("subject", both.0), ("issuer", both.1)] {
                    if name.as_ref().is_some_and(|name| !is_name(name)) {
                        let message = "a name begins as CN=… does and has at most 255 characters";
                        self.error(format!("{path}.{field}"), message);
                    }
                }
                if both == (&None, &None) {
                    self.error(path, "a filter has a subject, an issuer or both");
                } else if !names.insert(both) {
                    self.error(path, "another filter is for the same names");
                }
            }
        }
    }

    fn key_ring(&mut self, database: &Database, path: &str, ring: &KeyRing) {
        for (index, (owner, label)) in ring.certificates.iter().enumerate() {
            let path = format!("{path}.certificates.{index}");
            if database.certificate(owner, label).is_none() {
                self.error(path, format!("{owner} has no certificate {label:?}"));
                let labels = database.certificates.get(owner);
                self.suggest(label, labels.into_iter().flat_map(|labels| labels.keys()));
            } else if ring.certificates.iter().take(index).any(|(o, l)| (o, l) == (owner, label)) {
                self.error(path, format!("certificate {label:?} of {owner} is connected already"));
            }
        }
        let connected = |default: &&(String, String)| !ring.certificates.contains(default);
        if let Some((owner, label)) = ring.default_certificate.as_ref().filter(connected) {
            let message = format!("certificate {label:?} of {owner} is not connected to the ring");
            self.error(format!("{path}.default"), message);
        }
        for (index, (owner, label, _)) in ring.usages.iter().enumerate() {
            let path = format!("{path}.usages.{index}");
            if !ring.certificates.iter().any(|(o, l)| (o, l) == (owner, label)) {
                let message =
                    format!("certificate {label:?} of {owner} is not connected to the ring");
                self.error(path, message);
            } else if ring.usages.iter().take(index).any(|(o, l, _)| (o, l) == (owner, label)) {
                let message = format!("certificate {label:?} of {owner} has a use already");
                self.error(path, message);
            }
        }
    }
}
