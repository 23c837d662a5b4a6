//! May this user use this resource: RACF's authorization checking for general resources.
//!
//! The order is that of the RACF Security Administrator's Guide: class active, class in storage
//! where it has to be, profile (the discrete one, then the most specific generic one), access list
//! (the user's entry alone, else the highest of his groups', else `ID(*)`), universal access.

use std::collections::BTreeMap;

use super::certificate::{AllRings, Answering, Certificates, DIGTCERT, DIGTRING};
use super::class::{self, ClassDescriptor};
use super::filter::{DIGTNMAP, Filters};
use super::generic;
use super::profile::{ANYBODY, AccessLevel, Profile};
use super::user::User;
use super::{Database, Profiles};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Checks, Mark, Operand, Rule, Unit};

/// A question to the ESM.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who.
    pub user: &'a str,
    /// His current connect group, which alone counts when list-of-groups is off; `None` for the
    /// default group.
    pub group: Option<&'a str>,
    /// Class of the resource.
    pub class: &'a str,
    /// Name of the resource.
    pub resource: &'a str,
    /// What he wants to do with it.
    pub wanted: AccessLevel,
}

/// An answer of the ESM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The codes that the caller sees.
    pub codes: SafReturn,
    /// Name of the profile that decided, where one did.
    pub profile: Option<String>,
    /// The level that the user holds, where a profile decided.
    pub held: Option<AccessLevel>,
    /// Whether it is a refusal of which the profile lets RACF tell its log.
    pub logged: bool,
    /// How it came to that.
    pub checks: Checks,
}

impl Decision {
    fn undecided(codes: SafReturn, checks: Checks) -> Decision {
        Decision { codes, profile: None, held: None, logged: false, checks }
    }

    /// Whether the ESM said yes. "Not protected" is neither yes nor no: the caller decides.
    pub fn granted(&self) -> bool {
        self.codes == saf::SUCCESS
    }
}

/// What one system holds of the database in storage: copies of the profiles of RACLISTed classes.
/// They stay as they were when loaded until somebody refreshes the class. Values of RACF variables
/// are read from the database itself (assumed; RACF keeps them in storage too).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InStorage {
    classes: BTreeMap<String, Profiles>,
    /// Copies of classes DIGTCERT and DIGTRING, whose profiles are certificates and key rings.
    certificates: Option<Certificates>,
    rings: Option<AllRings>,
    /// The copy of class DIGTNMAP, whose profiles are certificate name filters.
    filters: Option<Filters>,
}

impl InStorage {
    /// The copies that a system makes when it starts: one for each class with RACLIST on.
    pub fn load(database: &Database) -> Self {
        let mut storage = InStorage::default();
        for class in database.classes.keys() {
            storage.refresh(database, class);
        }
        storage
    }

    /// Copies a class anew (SETROPTS RACLIST(class) REFRESH), or drops the copy where RACLIST is
    /// off. Answers whether the class is in storage now.
    pub fn refresh(&mut self, database: &Database, class: &str) -> bool {
        let options = database.class_options(class);
        let held = options.raclist && options.active;
        match class {
            DIGTCERT => self.certificates = held.then(|| database.certificates.clone()),
            DIGTRING => self.rings = held.then(|| database.key_rings.clone()),
            DIGTNMAP => self.filters = held.then(|| database.name_filters.clone()),
            _ => {}
        }
        if !held {
            self.classes.remove(class);
            return false;
        }
        let profiles = database.profiles.get(class).cloned().unwrap_or_default();
        self.classes.insert(class.to_owned(), profiles);
        true
    }

    /// The filters that answer: those in storage, which is none unless class DIGTNMAP is RACLISTed.
    pub fn filters(&self) -> Option<&Filters> {
        self.filters.as_ref()
    }

    /// The certificates and key rings that answer: the copies, else the database's own.
    pub fn certificates<'a>(&'a self, database: &'a Database) -> Answering<'a> {
        Answering {
            certificates: self.certificates.as_ref().unwrap_or(&database.certificates),
            rings: self.rings.as_ref().unwrap_or(&database.key_rings),
        }
    }

    /// Whether a class is in storage.
    pub fn holds(&self, class: &str) -> bool {
        self.classes.contains_key(class)
    }

    /// The profiles that answer for a class: the copy, else the database's own.
    pub fn profiles<'a>(&'a self, database: &'a Database, class: &str) -> Option<&'a Profiles> {
        self.classes.get(class).or_else(|| database.profiles.get(class))
    }
}

/// The rules of this file.
pub(crate) const RULES: [&Rule; 7] = [
    &CLASS_ACTIVE,
    &CLASS_IN_STORAGE,
    &PROFILE_COVERS,
    &NOT_RESTRICTED,
    &ANYBODY_FIRST,
    &ACCESS_LEVEL,
    &AUDITED,
];

static CLASS_ACTIVE: Rule = Rule {
    id: "esm.class-active",
    text: "Access is decided only for an active class.",
    source: "RACF Security Administrator's Guide, authorization checking for RACF-protected \
             resources",
    mark: Mark::Documented,
};

static CLASS_IN_STORAGE: Rule = Rule {
    id: "esm.class-in-storage",
    text: "A class that must be RACLISTed decides nothing until it is.",
    source: "RACF Security Administrator's Guide, authorization checking for RACF-protected \
             resources",
    mark: Mark::Documented,
};

static PROFILE_COVERS: Rule = Rule {
    id: "esm.profile-covers",
    text: "The discrete profile covers the resource, else the most specific generic profile.",
    source: "RACF Security Administrator's Guide, generic profile checking of general resources",
    mark: Mark::Documented,
};

static NOT_RESTRICTED: Rule = Rule {
    id: "esm.not-restricted",
    text: "A restricted user has nothing from ID(*) or UACC.",
    source: "RACF Security Administrator's Guide, restricted user IDs",
    mark: Mark::Documented,
};

static ANYBODY_FIRST: Rule = Rule {
    id: "esm.anybody-before-uacc",
    text: "The entry of ID(*) counts for a defined user, and UACC no longer.",
    source: "assumed: which of the two counts where they differ could not be read",
    mark: Mark::Assumed,
};

static ACCESS_LEVEL: Rule = Rule {
    id: "esm.access-level",
    text: "The level held must be at least the level wanted.",
    source: "RACF Command Language Reference, PERMIT",
    mark: Mark::Documented,
};

static AUDITED: Rule = Rule {
    id: "esm.audit-failures",
    text: "A refusal is logged where the profile audits failures of the level wanted.",
    source: "RACF Command Language Reference, RDEFINE, AUDIT",
    mark: Mark::Documented,
};

impl Request<'_> {
    /// What every check of the decision is about.
    fn facts(&self) -> [Operand; 4] {
        let fact = |name, value: &str| Operand::new(name, value.to_owned());
        [
            fact("user", self.user),
            fact("class", self.class),
            fact("resource", self.resource),
            Operand::new("wanted", self.wanted.word()),
        ]
    }
}

/// Decides a request. Pure: the same database, storage and request give the same decision.
pub fn authorize(database: &Database, storage: &InStorage, request: &Request<'_>) -> Decision {
    let mut checks = Checks::new();
    let descriptor = class::descriptor(request.class);
    if !class_answers(database, storage, request, descriptor, &mut checks) {
        return Decision::undecided(saf::NO_DECISION, checks);
    }
    let found = find_profile(database, storage, request);
    let profile =
        Operand::new("profile", found.map_or("none".to_owned(), |(name, _)| name.to_owned()));
    let covered = Check::holds(
        &PROFILE_COVERS,
        Operand::new("resource", request.resource.to_owned()),
        profile.clone(),
        found.is_some(),
    );
    let covered = covered.about(request.facts()).about([profile.clone()]);
    let (true, Some(found)) = (checks.decide(covered), found) else {
        let codes = descriptor.map_or(saf::NOT_PROTECTED, |class| class.without_profile);
        return Decision::undecided(codes, checks);
    };
    let (held, by) = level_held(database, request, found, &mut checks);
    let enough = Check::at_least(
        &ACCESS_LEVEL,
        (Operand::new("level held", format!("{held} by {by}")), held as i64),
        (Operand::new("level wanted", request.wanted.word()), request.wanted as i64),
        Unit::AccessLevels,
    );
    let enough = enough.about(request.facts()).about([profile, Operand::new("by", by)]);
    let granted = checks.decide(enough);
    let codes = if granted { saf::SUCCESS } else { saf::ACCESS_DENIED };
    let logged = !granted && audited(request, found.1, &mut checks);
    Decision { codes, profile: Some(found.0.to_owned()), held: Some(held), logged, checks }
}

/// Whether a refusal is logged; noted where it is not.
fn audited(request: &Request<'_>, profile: &Profile, checks: &mut Checks) -> bool {
    let audit = profile.audit_failures;
    let logged = audit.is_some_and(|least| request.wanted >= least);
    let audit = audit.map_or("NONE".to_owned(), |least| format!("FAILURES({least})"));
    let (wanted, audit) =
        (Operand::new("level wanted", request.wanted.word()), Operand::new("AUDIT", audit));
    logged || checks.decide(Check::holds(&AUDITED, wanted, audit, false).about(request.facts()))
}

fn class_answers(
    database: &Database,
    storage: &InStorage,
    request: &Request<'_>,
    descriptor: Option<&ClassDescriptor>,
    checks: &mut Checks,
) -> bool {
    let class = request.class;
    let mut decide = |rule, state, holds| {
        let (class, state) =
            (Operand::new("class", class.to_owned()), Operand::new("state", state));
        checks.decide(Check::holds(rule, class, state, holds).about(request.facts()))
    };
    let active = database.class_options(class).active;
    if !decide(&CLASS_ACTIVE, if active { "active" } else { "not active" }, active) {
        return false;
    }
    if !descriptor.is_some_and(|descriptor| descriptor.needs_raclist) {
        return true;
    }
    let held = storage.holds(class);
    decide(&CLASS_IN_STORAGE, if held { "in storage" } else { "not in storage" }, held)
}

/// The profile that covers a resource: the discrete one, else the most specific generic one.
fn find_profile<'a>(
    database: &'a Database,
    storage: &'a InStorage,
    request: &Request<'_>,
) -> Option<(&'a str, &'a Profile)> {
    let profiles = storage.profiles(database, request.class)?;
    let generic_on = database.class_options(request.class).generic;
    let pattern = |name: &str| generic_on && generic::is_generic(name);
    let discrete = profiles.get_key_value(request.resource).filter(|(name, _)| !pattern(name));
    let most_specific = || {
        profiles
            .iter()
            .filter(|(name, _)| pattern(name))
            .filter(|(name, _)| generic::matches(name, request.resource, &database.variables))
            .min_by(|(left, _), (right, _)| generic::by_specificity(left, right))
    };
    discrete.or_else(most_specific).map(|(name, profile)| (name.as_str(), profile))
}

/// The level that the user holds, and by what. The owner of a profile and OPERATIONS give nothing
/// here: no class of the model lets them.
fn level_held(
    database: &Database,
    request: &Request<'_>,
    (name, profile): (&str, &Profile),
    checks: &mut Checks,
) -> (AccessLevel, String) {
    let user = database.users.get(request.user);
    if let (Some(level), true) = (profile.access.get(request.user), user.is_some()) {
        return (*level, format!("the entry of user {}", request.user));
    }
    let groups = user.map_or_else(Vec::new, |user| counting_groups(database, request, user));
    let by_group = groups
        .into_iter()
        .filter_map(|group| profile.access.get(group).map(|level| (*level, group)))
        .max_by_key(|(level, _)| *level);
    if let Some((level, group)) = by_group {
        return (level, format!("the entry of group {group}"));
    }
    let restricted = user.is_some_and(|user| user.restricted);
    let attribute = if restricted { "RESTRICTED" } else { "none" };
    let not_restricted = Check::holds(
        &NOT_RESTRICTED,
        Operand::new("user", request.user.to_owned()),
        Operand::new("attribute", attribute),
        !restricted,
    );
    let profile_name = Operand::new("profile", name.to_owned());
    if !checks.decide(not_restricted.about(request.facts()).about([profile_name])) {
        return (AccessLevel::None, "RESTRICTED".to_owned());
    }
    let anybody = profile.access.get(ANYBODY).filter(|_| user.is_some());
    match anybody.filter(|level| before_uacc(request, **level, profile.uacc, checks)) {
        Some(level) => (*level, "the entry of ID(*)".to_owned()),
        None => (profile.uacc, "UACC".to_owned()),
    }
}

/// That the entry of ID(*) counts; noted where UACC says something else.
fn before_uacc(
    request: &Request<'_>,
    entry: AccessLevel,
    uacc: AccessLevel,
    checks: &mut Checks,
) -> bool {
    let (subject, against) =
        (Operand::new("ID(*)", entry.word()), Operand::new("UACC", uacc.word()));
    let counts = Check::holds(&ANYBODY_FIRST, subject, against, true).about(request.facts());
    entry == uacc || checks.decide(counts)
}

/// The groups whose entries count for this request.
fn counting_groups<'a>(database: &Database, request: &Request<'_>, user: &'a User) -> Vec<&'a str> {
    let current = request.group.unwrap_or(&user.default_group);
    user.active_groups().filter(|group| database.list_of_groups || *group == current).collect()
}
