//! Which commands changed what: the causes of decisions that would have been others before.

use super::command::Subject;
use super::database::certificate::{CERTAUTH, DIGTCERT, DIGTRING, SITE};
use super::database::filter::{DIGTNMAP, Filters};
use super::database::ssignon::PTKTDATA;
use super::database::{Database, InStorage, generic};

/// The changes that commands made, in their order, each with the record of its command.
#[derive(Clone, Debug, Default)]
pub(super) struct History(Vec<(Subject, u64)>);

/// What is known of the changes to something.
#[derive(Debug, Default)]
pub(super) struct Recollection {
    /// What was changed.
    pub(super) changed: Vec<Subject>,
    /// What was changed in the database, and is in storage as it was before.
    pub(super) pending: Vec<Subject>,
    /// The records of the commands.
    pub(super) records: Vec<u64>,
}

impl History {
    /// Takes in what the command of a record changed.
    pub(super) fn note(&mut self, subjects: Vec<Subject>, record: u64) {
        self.0.extend(subjects.into_iter().map(|subject| (subject, record)));
    }

    /// What was changed of these subjects, which nobody need name where nothing was.
    pub(super) fn of(&self, subjects: impl FnOnce() -> Vec<Subject>) -> Recollection {
        if self.0.is_empty() {
            return Recollection::default();
        }
        let subjects = subjects();
        self.recall(|subject| subjects.contains(subject), |_| false)
    }

    /// What was changed of a user, and of the profiles that cover a resource.
    pub(super) fn of_access(
        &self,
        (database, storage): (&Database, &InStorage),
        user: &str,
        (class, resource): (&str, &str),
    ) -> Recollection {
        let concerns = |subject: &Subject| match subject {
            Subject::User(id) => id == user,
            Subject::Class(name) => name == class,
            Subject::Option(_) => true,
            Subject::Profile { class: of, name } => {
                of == class
                    && (name == resource || generic::matches(name, resource, &database.variables))
            }
            Subject::Group(_)
            | Subject::Principal(_)
            | Subject::Realm
            | Subject::Variable(_)
            | Subject::Certificate { .. }
            | Subject::Filter { .. }
            | Subject::Ring { .. } => false,
        };
        self.recall(concerns, |subject| is_pending(subject, database, storage))
    }

    /// What was changed of PTKTDATA profiles, and of their class.
    pub(super) fn of_keys(
        &self,
        (database, storage): (&Database, &InStorage),
        profiles: &[String],
    ) -> Recollection {
        let concerns = |subject: &Subject| match subject {
            Subject::Class(name) => name == PTKTDATA,
            Subject::Profile { class, name } => class == PTKTDATA && profiles.contains(name),
            _ => false,
        };
        self.recall(concerns, |subject| is_pending(subject, database, storage))
    }

    /// What was changed of the certificates of users, of filters, and of their classes.
    pub(super) fn of_certificates(
        &self,
        (database, storage): (&Database, &InStorage),
    ) -> Recollection {
        let concerns = |subject: &Subject| match subject {
            Subject::Class(class) => class == DIGTCERT || class == DIGTNMAP,
            Subject::Filter { .. } => true,
            Subject::Certificate { owner, .. } => ![CERTAUTH, SITE].contains(&owner.as_str()),
            _ => false,
        };
        self.recall(concerns, |subject| is_pending(subject, database, storage))
    }

    /// What was changed of a key ring, of the certificates that are or were connected to it, and of
    /// their classes.
    pub(super) fn of_ring(
        &self,
        (database, storage): (&Database, &InStorage),
        (owner, name): (&str, &str),
    ) -> Recollection {
        let own = database.key_rings.get(owner).and_then(|rings| rings.get(name));
        let answering = storage.certificates(database).ring(owner, name);
        let connected = |certificate: (&String, &String)| {
            let both = [own, answering].into_iter().flatten();
            let mut all = both.flat_map(|ring| &ring.certificates);
            all.any(|(owner, label)| (owner, label) == certificate)
        };
        let concerns = |subject: &Subject| match subject {
            Subject::Class(class) => class == DIGTCERT || class == DIGTRING,
            Subject::Ring { owner: of, name: named } => of == owner && named == name,
            Subject::Certificate { owner, label } => connected((owner, label)),
            _ => false,
        };
        self.recall(concerns, |subject| is_pending(subject, database, storage))
    }

    fn recall(
        &self,
        concerns: impl Fn(&Subject) -> bool,
        is_pending: impl Fn(&Subject) -> bool,
    ) -> Recollection {
        let mut found = Recollection::default();
        for (subject, record) in self.0.iter().filter(|(subject, _)| concerns(subject)) {
            let list = if is_pending(subject) { &mut found.pending } else { &mut found.changed };
            if !list.contains(subject) {
                list.push(subject.clone());
            }
            if !found.records.contains(record) {
                found.records.push(*record);
            }
        }
        found
    }
}

/// Whether something is in storage as it was before commands changed it.
fn is_pending(subject: &Subject, database: &Database, storage: &InStorage) -> bool {
    let answering = storage.certificates(database);
    match subject {
        Subject::Profile { class, name } => {
            let profiles = storage.profiles(database, class);
            profiles.and_then(|profiles| profiles.get(name)) != database.profile(class, name)
        }
        Subject::Certificate { owner, label } => {
            answering.certificate(owner, label) != database.certificate(owner, label)
        }
        Subject::Filter { owner, label } => {
            let of = |filters: Option<&Filters>| filters?.get(owner)?.get(label).cloned();
            of(storage.filters()) != of(Some(&database.name_filters))
        }
        Subject::Ring { owner, name } => {
            let own = database.key_rings.get(owner).and_then(|rings| rings.get(name));
            answering.ring(owner, name) != own
        }
        _ => false,
    }
}
