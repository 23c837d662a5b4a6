//! RDEFINE, RALTER, RDELETE, PERMIT.

use std::collections::BTreeMap;

use super::operands::{Operands, Reader, Word};
use super::passtickets::SsignonChange;
use super::users::{TypesChange, life, owner, secret};
use super::{Subject, Work, names};
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::nodes::esm::database::certificate::{DIGTCERT, DIGTRING};
use crate::nodes::esm::database::class::{DESCRIPTORS, descriptor};
use crate::nodes::esm::database::filter::DIGTNMAP;
use crate::nodes::esm::database::generic::NAME_MAX;
use crate::nodes::esm::database::kerberos::PreviousKeys;
use crate::nodes::esm::database::profile::ANYBODY;
use crate::nodes::esm::database::ssignon::PTKTDATA;
use crate::nodes::esm::database::trust::{REALM, TRUST_FORM, Trust, TrustSegment};
use crate::nodes::esm::database::{AccessLevel, Password, Profile, Realm, TicketLife, validate};

/// The words of access levels, lowest first.
pub(super) const LEVELS: &[&str] = &["NONE", "EXECUTE", "READ", "UPDATE", "CONTROL", "ALTER"];

/// The profile of the local realm.
const LOCAL_REALM: &str = "KERBDFLT";
/// The class of RACF variables.
const VARIABLES: &str = "RACFVARS";

/// What a command changes of profiles; what is absent stays as it is.
#[derive(Clone, Debug)]
pub(super) struct ProfileChange {
    class: Word,
    profiles: Vec<Word>,
    uacc: Option<AccessLevel>,
    appldata: Option<String>,
    /// From which level on refusals are logged, or none are.
    audit_failures: Option<Option<AccessLevel>>,
    ssignon: Option<SsignonChange>,
    members_added: Vec<String>,
    members_removed: Vec<String>,
    realm: Option<RealmChange>,
}

#[derive(Clone, Debug)]
struct RealmChange {
    name: Option<String>,
    password: Option<Password>,
    types: TypesChange,
    check_addresses: Option<bool>,
    min_life: Option<TicketLife>,
    /// A new default, or none any more.
    default_life: Option<Option<TicketLife>>,
    max_life: Option<TicketLife>,
}

/// What PERMIT changes of an access list.
#[derive(Clone, Debug)]
pub(super) struct AccessChange {
    class: Word,
    profile: Word,
    ids: Vec<Word>,
    /// The level that the entries get; none: they are removed.
    level: Option<AccessLevel>,
    reset: bool,
}

/// Names of profiles: in upper case, unless the class keeps the case.
pub(super) fn profile_names(class: &Word, words: Vec<Word>, reader: &mut Reader) -> Vec<Word> {
    let keeps_case = descriptor(&class.text).is_some_and(|class| class.keeps_case);
    let fold = |word: Word| if keeps_case { word } else { word.upper() };
    let words: Vec<Word> = words.into_iter().map(fold).collect();
    for word in &words {
        let name = &word.text;
        if name.is_empty() || name.chars().count() > NAME_MAX || name.contains(' ') {
            let message = format!(
                "{} is no name of a profile: it has 1 to {NAME_MAX} characters, no blank",
                quote(name)
            );
            reader.complain(word.span, message);
        }
    }
    words
}

impl ProfileChange {
    pub(super) fn read(
        class: Word,
        profiles: Vec<Word>,
        operands: &Operands,
        reader: &mut Reader,
    ) -> Option<ProfileChange> {
        owner(operands, reader);
        suits_class(&class, &profiles, operands, reader);
        let members = |name| operands.words(name).iter().map(|word| word.upper().text).collect();
        let appldata = operands.word("APPLDATA").map(|word| word.text.clone());
        let no_appldata = operands.has("NOAPPLDATA").then(String::new);
        Some(ProfileChange {
            class,
            profiles,
            uacc: operands.word("UACC").and_then(|word| AccessLevel::find(&word.text)),
            appldata: appldata.or(no_appldata),
            audit_failures: operands.inner("AUDIT").map(audited_failures),
            ssignon: SsignonChange::read(operands, reader),
            members_added: members("ADDMEM"),
            members_removed: members("DELMEM"),
            realm: operands.inner("KERB").map(RealmChange::read),
        })
    }

    fn apply(&self, profile: &mut Profile) -> Result<(), &'static str> {
        profile.uacc = self.uacc.unwrap_or(profile.uacc);
        profile.audit_failures = self.audit_failures.unwrap_or(profile.audit_failures);
        if let Some(appldata) = &self.appldata {
            profile.appldata.clone_from(appldata);
        }
        self.ssignon.as_ref().map_or(Ok(()), |change| change.apply(profile))
    }
}

/// From which level on AUDIT(…) lets refusals be logged.
fn audited_failures(attempts: &Operands) -> Option<AccessLevel> {
    let given = ["ALL", "FAILURES"].into_iter().find_map(|name| attempts.get(name))?;
    let level = given.words.first().and_then(|word| AccessLevel::find(&word.text));
    Some(level.unwrap_or(AccessLevel::Read))
}

/// Certificates and key rings have a command of their own.
pub(super) fn not_of_certificates(class: &Word, reader: &mut Reader) {
    if [DIGTCERT, DIGTNMAP, DIGTRING].contains(&class.text.as_str()) {
        reader.complain(class.span, format!("RACDCERT alone changes class {}", class.text));
    }
}

/// Some operands belong to one class, or to one profile.
fn suits_class(class: &Word, profiles: &[Word], operands: &Operands, reader: &mut Reader) {
    let mut only = |name: &str, suits: bool, where_to: &str| {
        if let Some(given) = operands.get(name).filter(|_| !suits) {
            reader.complain(given.span, format!("{name} is modelled for {where_to} alone"));
        }
    };
    let of_realm = class.text == REALM;
    let of_variable = class.text == VARIABLES;
    for name in ["ADDMEM", "DELMEM"] {
        only(name, of_variable, "class RACFVARS");
    }
    only("KERB", of_realm, "class REALM");
    for name in ["SSIGNON", "NOSSIGNON"] {
        only(name, class.text == PTKTDATA, "class PTKTDATA");
    }
    for name in ["UACC", "APPLDATA", "NOAPPLDATA", "AUDIT"] {
        only(name, !of_realm && !of_variable, "classes other than REALM and RACFVARS");
    }
    let others = profiles.iter().filter(|word| of_realm && word.text != LOCAL_REALM);
    for word in others.clone().filter(|word| Trust::parse(&word.text).is_none()) {
        let name = quote(&word.text);
        let message =
            format!("a profile of class REALM is {LOCAL_REALM} or {TRUST_FORM}, not {name}");
        reader.complain(word.span, message);
    }
    if let Some(kerb) = operands.inner("KERB").filter(|_| others.count() > 0) {
        for (name, span) in kerb.names().filter(|(name, _)| *name != "PASSWORD") {
            reader.complain(span, format!("{name} is modelled for profile {LOCAL_REALM} alone"));
        }
    }
}

impl RealmChange {
    fn read(kerb: &Operands) -> RealmChange {
        let addresses = kerb.word("CHECKADDRS").map(|word| word.text == "YES");
        let no_addresses = kerb.has("NOCHECKADDRS").then_some(false);
        let no_default = kerb.has("NODEFTKTLFE").then_some(None);
        RealmChange {
            name: kerb.word("KERBNAME").map(|word| word.text.clone()),
            password: secret(kerb, "PASSWORD"),
            types: TypesChange::read(kerb),
            check_addresses: addresses.or(no_addresses),
            min_life: life(kerb, "MINTKTLFE"),
            default_life: life(kerb, "DEFTKTLFE").map(Some).or(no_default),
            max_life: life(kerb, "MAXTKTLFE"),
        }
    }

    fn apply(&self, realm: &mut Realm) {
        for (kind, enabled) in self.types.iter() {
            if enabled {
                realm.encrypt.insert(kind);
            } else {
                realm.encrypt.remove(&kind);
            }
        }
        realm.check_addresses = self.check_addresses.unwrap_or(realm.check_addresses);
        realm.min_ticket_life = self.min_life.unwrap_or(realm.min_ticket_life);
        realm.default_ticket_life = self.default_life.unwrap_or(realm.default_ticket_life);
        realm.max_ticket_life = self.max_life.unwrap_or(realm.max_ticket_life);
    }
}

impl AccessChange {
    pub(super) fn read(
        command: Span,
        class: Word,
        profile: Word,
        operands: &Operands,
        reader: &mut Reader,
    ) -> Option<AccessChange> {
        let profile = profile_names(&class, vec![profile], reader).pop()?;
        let ids = operands.words("ID").iter().cloned();
        let (anybody, named): (Vec<Word>, Vec<Word>) = ids.partition(|word| word.text == ANYBODY);
        let named = names("user ID, group or *", named, reader);
        let reset = operands.has("RESET");
        if !operands.has("ID") {
            for name in ["ACCESS", "DELETE"] {
                if let Some(given) = operands.get(name) {
                    reader.complain(given.span, format!("{name} needs ID(…) beside it"));
                }
            }
            if !reset {
                let error = SyntaxError::new(command, "PERMIT needs ID(…) or RESET");
                reader.errors.push(error);
            }
        }
        let level = operands.word("ACCESS").and_then(|word| AccessLevel::find(&word.text));
        Some(AccessChange {
            class,
            profile,
            ids: anybody.into_iter().chain(named).collect(),
            level: (!operands.has("DELETE")).then(|| level.unwrap_or(AccessLevel::Read)),
            reset,
        })
    }
}

impl Work<'_> {
    /// Whether a class exists: the model knows it, or the declaration names it.
    pub(super) fn class_exists(&mut self, class: &Word) -> bool {
        let name = &class.text;
        let exists = descriptor(name).is_some()
            || matches!(name.as_str(), VARIABLES)
            || self.database.classes.contains_key(name)
            || self.database.profiles.contains_key(name);
        if !exists {
            let known = DESCRIPTORS.iter().map(|class| class.name.to_owned());
            let valid = known.chain(self.database.classes.keys().cloned()).collect();
            self.unknown(&format!("class {name}"), class, valid);
        }
        exists
    }

    fn unknown_profile(&mut self, class: &Word, profile: &Word) {
        let profiles = self.database.profiles.get(&class.text);
        let valid = profiles.map(|named| named.keys().cloned().collect()).unwrap_or_default();
        let what = format!("profile {} of class {}", profile.text, class.text);
        self.unknown(&what, profile, valid);
    }

    pub(super) fn define_profiles(&mut self, change: &ProfileChange) {
        self.each_profile(change, false);
    }

    pub(super) fn alter_profiles(&mut self, change: &ProfileChange) {
        self.each_profile(change, true);
    }

    fn each_profile(&mut self, change: &ProfileChange, exists: bool) {
        if !self.class_exists(&change.class) {
            return;
        }
        for profile in &change.profiles {
            match change.class.text.as_str() {
                REALM if profile.text == LOCAL_REALM => self.change_realm(profile, change, exists),
                REALM => self.change_trust(profile, change, exists),
                VARIABLES => self.change_variable(profile, change, exists),
                _ => self.change_profile(profile, change, exists),
            }
        }
    }

    /// Whether something that a command defines or changes is there as it must be.
    fn there_as_due(&mut self, change: &ProfileChange, word: &Word, is: bool, due: bool) -> bool {
        if is && !due {
            let class = &change.class.text;
            self.refuse(word, format!("profile {} of class {class} is defined already", word.text));
        } else if !is && due {
            self.unknown_profile(&change.class, word);
        }
        is == due
    }

    fn change_profile(&mut self, word: &Word, change: &ProfileChange, exists: bool) {
        let (class, name) = (&change.class.text, &word.text);
        let old = self.database.profile(class, name).cloned();
        if !self.there_as_due(change, word, old.is_some(), exists) {
            return;
        }
        let mut profile = old.unwrap_or_default();
        if let Err(why) = change.apply(&mut profile) {
            return self.refuse(word, format!("profile {name} of class {class}: {why}"));
        }
        let found = validate::profile(self.database, class, name, &profile);
        if self.refuse_found(word, found) {
            return;
        }
        let (class, name) = (class.clone(), name.clone());
        self.database.profiles.entry(class.clone()).or_default().insert(name.clone(), profile);
        self.changed(Subject::Profile { class, name });
    }

    fn change_variable(&mut self, word: &Word, change: &ProfileChange, exists: bool) {
        let old = self.database.variables.get(&word.text);
        if !self.there_as_due(change, word, old.is_some(), exists) {
            return;
        }
        if !validate::is_variable(&word.text) {
            return self.refuse(word, "a variable is named & and 1 to 7 letters, digits, # @ $");
        }
        let values = self.database.variables.entry(word.text.clone()).or_default();
        values.extend(change.members_added.iter().cloned());
        values.retain(|value| !change.members_removed.contains(value));
        self.changed(Subject::Variable(word.text.clone()));
    }

    fn change_realm(&mut self, word: &Word, change: &ProfileChange, exists: bool) {
        let old = self.database.realm.clone();
        if !self.there_as_due(change, word, old.is_some(), exists) {
            return;
        }
        let Some(new) = &change.realm else {
            return self.refuse(word, "the local realm needs KERB(…)");
        };
        let mut realm = match (old, &new.name, &new.password) {
            (Some(realm), Some(name), _) if realm.name != *name => {
                let message = "the model keeps a realm's name: it is in all keys of its principals";
                return self.refuse(word, message);
            }
            (Some(mut realm), _, password) => {
                if let Some(password) = password {
                    let types = realm.encrypt.clone();
                    let old = std::mem::replace(&mut realm.password, password.clone());
                    realm.previous = Some(PreviousKeys { password: old, types });
                    realm.key_version = realm.key_version.saturating_add(1);
                }
                realm
            }
            (None, Some(name), Some(password)) => Realm::new(name.clone(), password.clone()),
            (None, ..) => {
                return self.refuse(word, "a new realm needs KERBNAME(…) and PASSWORD(…)");
            }
        };
        new.apply(&mut realm);
        let old = self.database.realm.replace(realm);
        let found = validate::realm(self.database);
        if self.refuse_found(word, found) {
            self.database.realm = old;
        } else {
            self.changed(Subject::Realm);
        }
    }

    /// A profile of trust: a new password makes a new version of the key, beside the one before.
    fn change_trust(&mut self, word: &Word, change: &ProfileChange, exists: bool) {
        let mut profile = self.database.profile(REALM, &word.text).cloned();
        if !self.there_as_due(change, word, profile.is_some(), exists) {
            return;
        }
        let password = change.realm.as_ref().and_then(|new| new.password.clone());
        let Some(password) = password else {
            return self.refuse(word, "trust between realms needs KERB(PASSWORD(…))");
        };
        let old = profile.as_mut().and_then(|profile| profile.kerb.take());
        let segment = match old {
            Some(old) => {
                let types = self.database.realm.as_ref().map(|realm| realm.encrypt.clone());
                let previous =
                    PreviousKeys { password: old.password, types: types.unwrap_or_default() };
                let key_version = old.key_version.saturating_add(1);
                TrustSegment { password, key_version, previous: Some(previous) }
            }
            None => TrustSegment { password, key_version: 1, previous: None },
        };
        let profile = Profile { kerb: Some(segment), ..profile.unwrap_or_default() };
        let found = validate::trust(self.database, &word.text, &profile);
        if self.refuse_found(word, found) {
            return;
        }
        let profiles = self.database.profiles.entry(REALM.to_owned()).or_default();
        profiles.insert(word.text.clone(), profile);
        self.trust_changed(&word.text);
    }

    fn trust_changed(&mut self, name: &str) {
        let local = self.database.realm.as_ref().map_or("", |realm| realm.name.as_str());
        let principal = Trust::parse(name).map(|trust| trust.principal(local));
        self.changed(Subject::Profile { class: REALM.to_owned(), name: name.to_owned() });
        if let Some(principal) = principal {
            self.changed(Subject::Principal(principal));
        }
    }

    pub(super) fn delete_profiles(&mut self, class: &Word, profiles: &[Word]) {
        if !self.class_exists(class) {
            return;
        }
        for word in profiles {
            let name = &word.text;
            let (was_there, subject) = match class.text.as_str() {
                REALM if name == LOCAL_REALM => {
                    (self.database.realm.take().is_some(), Subject::Realm)
                }
                VARIABLES => {
                    let removed = self.database.variables.remove(name);
                    (removed.is_some(), Subject::Variable(name.clone()))
                }
                _ => {
                    let profiles = self.database.profiles.get_mut(&class.text);
                    let removed = profiles.and_then(|profiles| profiles.remove(name));
                    let class = class.text.clone();
                    (removed.is_some(), Subject::Profile { class, name: name.clone() })
                }
            };
            if was_there && class.text == REALM && name != LOCAL_REALM {
                self.trust_changed(name);
            } else if was_there {
                self.changed(subject);
            } else {
                self.unknown_profile(class, word);
            }
        }
    }

    pub(super) fn permit(&mut self, change: &AccessChange) {
        let AccessChange { class, profile, ids, level, reset } = change;
        if !self.class_exists(class) {
            return;
        }
        if self.database.profile(&class.text, &profile.text).is_none() {
            return self.unknown_profile(class, profile);
        }
        let mut touched = *reset;
        if let Some(list) = self.access_list(change).filter(|_| *reset) {
            list.clear();
        }
        for id in ids {
            touched |= self.permit_one(change, id, *level);
        }
        if touched {
            let (class, name) = (class.text.clone(), profile.text.clone());
            self.changed(Subject::Profile { class, name });
        }
    }

    fn access_list(&mut self, change: &AccessChange) -> Option<&mut BTreeMap<String, AccessLevel>> {
        let profiles = self.database.profiles.get_mut(&change.class.text)?;
        profiles.get_mut(&change.profile.text).map(|profile| &mut profile.access)
    }

    /// Sets or removes one entry. Answers whether the list changed.
    fn permit_one(&mut self, change: &AccessChange, id: &Word, level: Option<AccessLevel>) -> bool {
        if level.is_some() && !validate::is_known_id(self.database, &id.text) {
            let users = self.database.users.keys().cloned();
            let valid = users.chain(self.database.groups.iter().cloned()).collect();
            self.unknown(&format!("user or group {}", id.text), id, valid);
            return false;
        }
        let Some(list) = self.access_list(change) else { return false };
        match level {
            Some(level) => {
                list.insert(id.text.clone(), level);
                true
            }
            None if list.remove(&id.text).is_some() => true,
            None => {
                self.refuse(id, format!("{} is not on the access list", id.text));
                false
            }
        }
    }
}
