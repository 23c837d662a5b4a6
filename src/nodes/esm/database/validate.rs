//! What is inconsistent in a declared database, each finding with the path of its value.

mod rings;

use std::collections::BTreeMap;
use std::fmt;

use super::class;
use super::generic;
use super::kerberos::{KerbSegment, Realm};
use super::principal::{KERBLINK, PRINCIPAL_MAX};
use super::profile::{ANYBODY, AccessLevel, Profile};
use super::ssignon::{LABEL_RULE, PTKTDATA, is_label, key_fault};
use super::trust::{REALM, TRUST_FORM, Trust};
use super::user::{Password, User};
use super::{Database, SYS1};
pub use crate::nodes::warning::{Severity, Warning};
use crate::scalar::words::suggestion;

/// Something inconsistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// The value, from the database down: `users.ALICE.groups.PAY`. Names that hold other
    /// characters than letters, digits, `#`, `@` and `$` are quoted: `profiles.FACILITY."IRR.*"`.
    pub path: String,
    /// What is wrong with it. Never holds a secret.
    pub message: String,
    /// Whether the last name of the path itself is wrong, rather than what stands under it.
    pub is_name: bool,
    /// The name that was probably meant.
    pub help: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Whether a text can name a user, a group or a class: 1 to 8 letters, digits, `#`, `@`, `$`, not
/// beginning with a digit (RACF Command Language Reference, naming considerations).
pub fn is_name(text: &str) -> bool {
    let begins_well = text.chars().next().is_some_and(|first| !first.is_ascii_digit());
    begins_well && text.len() <= 8 && text.chars().all(is_name_character)
}

/// All findings, in the order of the declaration.
pub fn validate(database: &Database) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (id, user) in &database.users {
        findings.user(database, id, user);
    }
    findings.principals(database);
    for group in &database.groups {
        findings.group(database, group);
    }
    if let Some(realm) = &database.realm {
        findings.realm(realm);
    }
    if database.revoke_after.is_some_and(|n| !(1..=254).contains(&n)) {
        findings.error("revoke_after".to_owned(), "REVOKE(n) takes 1 to 254");
    }
    findings.icsf_keys(database);
    findings.classes(database);
    for (class, profiles) in &database.profiles {
        findings.profile_class(database, class);
        for (name, profile) in profiles {
            findings.profile_name(database, class, name);
            findings.profile(database, class, name, profile);
        }
    }
    findings.certificates(database);
    findings.key_rings(database);
    findings.name_filters(database);
    for name in database.variables.keys().filter(|name| !is_variable(name)) {
        let path = format!("variables.{}", segment(name));
        findings.error_of_name(path, "a variable is named & and 1 to 7 letters, digits, # @ $");
    }
    findings.found
}

/// What is wrong with one user, beside the principal that he may share with another.
pub(in crate::nodes::esm) fn user(database: &Database, id: &str) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some(user) = database.users.get(id) {
        findings.user(database, id, user);
    }
    findings.found
}

/// What is wrong with the local realm.
pub(in crate::nodes::esm) fn realm(database: &Database) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some(realm) = &database.realm {
        findings.realm(realm);
    }
    findings.found
}

/// What is wrong with a profile of trust between realms.
pub(in crate::nodes::esm) fn trust(
    database: &Database,
    name: &str,
    profile: &Profile,
) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.profile_name(database, REALM, name);
    findings.trust(database, REALM, name, profile);
    findings.found
}

/// What is wrong with the name of a profile, or with its keys of PassTickets.
pub(in crate::nodes::esm) fn profile(
    database: &Database,
    class: &str,
    name: &str,
    profile: &Profile,
) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.profile_name(database, class, name);
    findings.ssignon(database, class, name, profile);
    findings.found
}

#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    fn add(&mut self, severity: Severity, path: String, message: impl Into<String>) {
        let message = message.into();
        self.found.push(Finding { severity, path, message, is_name: false, help: None });
    }

    fn error(&mut self, path: String, message: impl Into<String>) {
        self.add(Severity::Error, path, message);
    }

    /// The name at the end of the path is wrong.
    fn error_of_name(&mut self, path: String, message: impl Into<String>) {
        self.error(path, message);
        self.found.iter_mut().last().into_iter().for_each(|finding| finding.is_name = true);
    }

    /// Helps to mend the last finding: the nearest of the names that are defined.
    fn suggest<'a>(&mut self, name: &str, valid: impl Iterator<Item = &'a String> + Clone) {
        let help = suggestion(name, valid.map(String::as_str));
        self.found.iter_mut().last().into_iter().for_each(|finding| finding.help = help.clone());
    }

    fn warning(&mut self, warning: Warning, path: String, message: impl Into<String>) {
        self.add(Severity::Warning(warning), path, message);
    }

    fn user(&mut self, database: &Database, id: &str, user: &User) {
        let path = format!("users.{}", segment(id));
        if !is_name(id) {
            self.error_of_name(path.clone(), NAME_RULE);
        }
        if !database.has_group(&user.default_group) {
            let message = format!("group {} is not defined", user.default_group);
            self.error(format!("{path}.default_group"), message);
            self.suggest(&user.default_group, database.groups.iter());
        }
        for group in user.groups.keys().filter(|group| !database.has_group(group)) {
            let message = format!("group {group} is not defined");
            self.error_of_name(format!("{path}.groups.{}", segment(group)), message);
            self.suggest(group, database.groups.iter());
        }
        if user.protected && (user.password.is_some() || user.phrase.is_some()) {
            self.error(format!("{path}.protected"), "a protected user has no password or phrase");
        }
        self.secret("a password", format!("{path}.password"), user.password.as_ref(), (1, 8));
        self.secret("a phrase", format!("{path}.phrase"), user.phrase.as_ref(), (9, 100));
        if let Some(kerb) = &user.kerb {
            self.kerb(database, &format!("{path}.kerb"), user, kerb);
        }
    }

    fn secret(
        &mut self,
        what: &str,
        path: String,
        secret: Option<&Password>,
        (least, most): (usize, usize),
    ) {
        let length = secret.map(|secret| secret.reveal().chars().count());
        if length.is_some_and(|length| !(least..=most).contains(&length)) {
            self.error(path, format!("{what} has {least} to {most} characters"));
        }
    }

    fn kerb(&mut self, database: &Database, path: &str, user: &User, kerb: &KerbSegment) {
        let name_path = format!("{path}.name");
        let realm = database.realm.as_ref();
        if realm.is_none() {
            self.error(path.to_owned(), "there is no local realm: declare `realm` first");
        }
        if kerb.name.is_empty() || kerb.name.contains('@') || kerb.name.starts_with('/') {
            self.error(name_path.clone(), "it is the name without realm: no @, no leading /");
        }
        let length = kerb.name.len().saturating_add(realm.map_or(0, |realm| realm.name.len()));
        if length > PRINCIPAL_MAX {
            let message = format!("realm and name have {length} bytes, over {PRINCIPAL_MAX}");
            self.error(name_path, message);
        }
        let longest = kerb.max_ticket_life.or(realm.map(|realm| realm.max_ticket_life));
        for (field, life) in [
            ("min_ticket_life", kerb.min_ticket_life),
            ("default_ticket_life", kerb.default_ticket_life),
        ] {
            if life.zip(longest).is_some_and(|(life, longest)| life > longest) {
                self.error(format!("{path}.{field}"), "it is above the longest lifetime");
            }
        }
        for kind in kerb.without_key.difference(&kerb.encrypt) {
            let message = format!("{kind:?} is not enabled, so it waits for no key");
            self.warning(Warning::KerbTypeNotEnabled, format!("{path}.without_key"), message);
        }
        if user.is_protected() {
            self.warning(
                Warning::KerbWithoutPassword,
                path.to_owned(),
                "a protected user has no password, hence no key",
            );
        } else if kerb.keyed_types().next().is_none() {
            self.warning(Warning::KerbWithoutKey, path.to_owned(), "no encryption type has a key");
        }
    }

    /// A principal belongs to one user.
    fn principals(&mut self, database: &Database) {
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        for (id, user) in &database.users {
            let Some(kerb) = &user.kerb else { continue };
            match owners.get(kerb.name.as_str()) {
                Some(owner) => {
                    let path = format!("users.{}.kerb.name", segment(id));
                    self.error(path, format!("{} is the principal of {owner} already", kerb.name));
                }
                None => {
                    owners.insert(&kerb.name, id);
                }
            }
        }
    }

    fn group(&mut self, database: &Database, group: &str) {
        let path = format!("groups.{}", segment(group));
        if !is_name(group) {
            self.error_of_name(path.clone(), NAME_RULE);
        }
        if database.users.contains_key(group) {
            self.error(path, format!("{group} is a user already"));
        }
    }

    fn realm(&mut self, realm: &Realm) {
        if realm.name.is_empty() || realm.name.contains(['/', '@']) {
            self.error("realm.name".to_owned(), "a realm has a name, without / and @");
        }
        if realm.name.len() >= PRINCIPAL_MAX {
            self.error("realm.name".to_owned(), "it leaves no room for the name of a principal");
        }
        if realm.min_ticket_life > realm.life_by_default() {
            let (least, usual) = (realm.min_ticket_life, realm.life_by_default());
            let message =
                format!("the least lifetime ({least}) is above the default lifetime ({usual})");
            self.error("realm.min_ticket_life".to_owned(), message);
        }
        if realm.life_by_default() > realm.max_ticket_life {
            self.error("realm.default_ticket_life".to_owned(), "it is above the longest lifetime");
        }
        let password = Some(&realm.password);
        self.secret("a realm's password", "realm.password".to_owned(), password, (1, 128));
        if realm.encrypt.is_empty() {
            self.error("realm.encrypt".to_owned(), "a realm needs an encryption type");
        }
    }

    fn classes(&mut self, database: &Database) {
        for (name, options) in &database.classes {
            let path = format!("classes.{}", segment(name));
            if !is_name(name) {
                self.error_of_name(path.clone(), NAME_RULE);
            }
            match class::descriptor(name) {
                None => self.warning(
                    Warning::ClassUnknown,
                    path,
                    "the model does not know this class; usual defaults apply",
                ),
                Some(class) if class.needs_raclist && options.active && !options.raclist => {
                    self.warning(
                        Warning::ClassNotRaclisted,
                        path,
                        "the class decides nothing until it is RACLISTed",
                    );
                }
                Some(_) => {}
            }
        }
    }

    fn profile_class(&mut self, database: &Database, class: &str) {
        let path = format!("profiles.{}", segment(class));
        if !is_name(class) {
            self.error_of_name(path, NAME_RULE);
        } else if decides_access(class) && !database.class_options(class).active {
            self.warning(
                Warning::ClassNotActive,
                path,
                "the class is not active, so its profiles decide nothing",
            );
        }
    }

    fn profile_name(&mut self, database: &Database, class: &str, name: &str) {
        let path = format!("profiles.{}.{}", segment(class), segment(name));
        if name.is_empty() || name.chars().count() > generic::NAME_MAX || name.contains(' ') {
            let message =
                format!("a profile name has 1 to {} characters, no blank", generic::NAME_MAX);
            self.error_of_name(path.clone(), message);
        }
        if name.matches("**").count() > 1 || name.contains("***") {
            self.error_of_name(path.clone(), "** stands once in a name");
        }
        if generic::is_generic(name) && !database.class_options(class).generic {
            let message = "generic profiles are off for the class: SETROPTS GENERIC";
            self.warning(Warning::GenericProfilesOff, path.clone(), message);
        }
        let realm = name.strip_prefix("/.../").and_then(|rest| rest.split_once('/'));
        if class == KERBLINK && realm.is_none_or(|(realm, _)| realm.is_empty()) {
            self.error_of_name(path, "a KERBLINK profile is named /.../REALM/principal");
        }
    }

    fn profile(&mut self, database: &Database, class: &str, name: &str, profile: &Profile) {
        let path = format!("profiles.{}.{}", segment(class), segment(name));
        for id in profile.access.keys().filter(|id| !is_known_id(database, id)) {
            let message = format!("{id} is neither a user nor a group, nor *");
            self.error_of_name(format!("{path}.access.{}", segment(id)), message);
            self.suggest(id, database.users.keys().chain(&database.groups));
        }
        self.ssignon(database, class, name, profile);
        let audited = profile.audit_failures;
        if audited.is_some_and(|level| level < AccessLevel::Read) {
            let message = "AUDIT(FAILURES(level)) takes READ, UPDATE, CONTROL or ALTER";
            self.error(format!("{path}.audit_failures"), message);
        }
        self.trust(database, class, name, profile);
        if class == KERBLINK && !database.users.contains_key(&profile.appldata) {
            let message = format!("\"{}\" is no user", profile.appldata);
            self.error(format!("{path}.appldata"), message);
            self.suggest(&profile.appldata, database.users.keys());
        }
    }
}

impl Findings {
    fn ssignon(&mut self, database: &Database, class: &str, name: &str, profile: &Profile) {
        let Some(keys) = &profile.ssignon else { return };
        let path = format!("profiles.{}.{}.ssignon", segment(class), segment(name));
        if generic::is_generic(name) {
            self.error(path, "a generic profile's key is never used for PassTickets");
        } else if class != PTKTDATA {
            self.error(path, "only PTKTDATA profiles have an SSIGNON segment");
        } else if let Some(fault) = keys.fault() {
            self.error(path, fault);
        } else {
            for label in keys.labels().filter(|label| !database.icsf_keys.contains_key(*label)) {
                let message = format!("ICSF has no key under label {label}: `icsf_keys` lacks it");
                self.warning(Warning::KeyLabelUnknown, path.clone(), message);
                self.suggest(label, database.icsf_keys.keys());
            }
        }
    }

    /// Keys that ICSF keeps: of one of the two algorithms, under labels that are labels.
    fn icsf_keys(&mut self, database: &Database) {
        for (label, key) in &database.icsf_keys {
            let path = format!("icsf_keys.{}", segment(label));
            if !is_label(label) {
                self.error_of_name(path.clone(), LABEL_RULE);
            }
            if let Some(fault) = key_fault(key) {
                self.error(path, fault);
            }
        }
    }

    /// A profile of class REALM is trust between the local realm and another, and has a key.
    fn trust(&mut self, database: &Database, class: &str, name: &str, profile: &Profile) {
        let path = format!("profiles.{}.{}", segment(class), segment(name));
        if class != REALM {
            if profile.kerb.is_some() {
                let message = "only profiles of class REALM have a KERB segment of trust";
                self.error(format!("{path}.kerb"), message);
            }
            return;
        }
        let Some(trust) = Trust::parse(name) else {
            let message = format!("a profile of trust between two realms is named {TRUST_FORM}");
            return self.error_of_name(path, message);
        };
        let Some(local) = &database.realm else {
            return self.error_of_name(path, "there is no local realm: declare `realm` first");
        };
        if trust.issuer != local.name && trust.realm != local.name {
            let message = format!("neither of the realms is the local one, {}", local.name);
            return self.error_of_name(path, message);
        }
        let Some(segment) = &profile.kerb else {
            return self.error(path, "trust between realms needs `kerb` with a password");
        };
        let path = format!("{path}.kerb.password");
        self.secret("a realm's password", path, Some(&segment.password), (1, 128));
    }
}

const NAME_RULE: &str = "a name has 1 to 8 of A-Z 0-9 # @ $ and begins with no digit";

/// Classes whose profiles are records rather than decisions are read whether active or not.
fn decides_access(class: &str) -> bool {
    !matches!(class, KERBLINK | REALM)
}

/// Whether an access list can name somebody: a user, a group or everybody.
pub(in crate::nodes::esm) fn is_known_id(database: &Database, id: &str) -> bool {
    id == ANYBODY || id == SYS1 || database.users.contains_key(id) || database.groups.contains(id)
}

/// Whether a text can name a RACF variable.
pub(in crate::nodes::esm) fn is_variable(name: &str) -> bool {
    name.strip_prefix('&')
        .is_some_and(|rest| (1..=7).contains(&rest.len()) && rest.chars().all(is_name_character))
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '#' | '@' | '$')
}

/// A name as a piece of a path.
pub(in crate::nodes::esm) fn segment(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '@' | '$');
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { format!("{name:?}") }
}
