//! The ESM's database: every rule with its sibling, from declarations as plex files write them.

use std::collections::BTreeSet;

use regionsim::catalogue::saf;
use regionsim::check::{Checks, Margin, Unit};
use regionsim::nodes::esm::database::ssignon::{self, Ssignon};
use regionsim::nodes::esm::database::validate::{Finding, Severity, Warning, is_name, validate};
use regionsim::nodes::esm::database::verify::verify;
use regionsim::nodes::esm::database::{
    AccessLevel, Connection, Database, Decision, EncryptionType, InStorage, KerbSegment, Password,
    Principal, Profile, Request, TicketLife, authorize,
};

const DECLARATION: &str = r##"#![enable(implicit_some)]
(
    users: {
        "ALICE": (default_group: "PAY", password: "wonder", groups: {"OLD": (revoked: true)},
            kerb: (name: "alice", max_ticket_life: "1h")),
        "BOB": (default_group: "PAY", groups: {"AUDIT": ()}, password: "builder"),
        "CAROL": (password: "carol", restricted: true),
        "CICSPRD1": (password: "region", kerb: (name: "cics/prd1")),
        "STCUSER": (protected: true, kerb: (name: "stc")),
        "GUEST": (phrase: "a guest of the house", revoked: true),
    },
    groups: ["PAY", "AUDIT", "OLD"],
    realm: (name: "EXAMPLE.COM", password: "realm secret"),
    classes: {
        "FACILITY": (active: true, raclist: true, generic: true),
        "TCICSTRN": (active: true, raclist: true, generic: true),
        "PTKTDATA": (active: true, raclist: true),
        "SURROGAT": (active: true),
        "KERBLINK": (),
    },
    profiles: {
        "FACILITY": {
            "IRR.RTICKETSERV": (access: {"CICSPRD1": READ}),
            "IRR.*": (uacc: READ),
        },
        "TCICSTRN": {
            "PAY1": (uacc: READ, access: {"ALICE": NONE, "PAY": UPDATE, "AUDIT": READ}),
            "PAY%": (uacc: NONE, access: {"*": READ}),
            "P*": (uacc: ALTER),
        },
        "KERBLINK": {
            "/.../OTHER.ORG/dave": (appldata: "BOB"),
            "/.../OTHER.ORG/": (appldata: "CAROL"),
            "/.../LOST.ORG/": (appldata: "NOBODY"),
        },
    },
)"##;

fn database() -> Database {
    ron::from_str(DECLARATION).expect("a declaration")
}

fn ask(
    database: &Database,
    user: &str,
    class: &str,
    resource: &str,
    wanted: AccessLevel,
) -> Decision {
    let storage = InStorage::load(database);
    authorize(database, &storage, &Request { user, group: None, class, resource, wanted })
}

fn failed(decision: &Decision) -> Option<&'static str> {
    decision.checks.taken().iter().find(|check| !check.passed).map(|check| check.rule.id)
}

fn grant(database: &mut Database, class: &str, name: &str, profile: Profile) {
    database.profiles.entry(class.to_owned()).or_default().insert(name.to_owned(), profile);
}

#[test]
fn an_inactive_class_decides_nothing() {
    let mut database = database();
    let read = AccessLevel::Read;
    assert_eq!(ask(&database, "CICSPRD1", "FACILITY", "IRR.RTICKETSERV", read).codes, saf::SUCCESS);
    database.classes.get_mut("FACILITY").unwrap().active = false;
    let decision = ask(&database, "CICSPRD1", "FACILITY", "IRR.RTICKETSERV", read);
    assert_eq!(decision.codes, saf::NO_DECISION);
    assert_eq!(failed(&decision), Some("esm.class-active"));
    assert_eq!(ask(&database, "ALICE", "UNKNOWN", "X", read).codes, saf::NO_DECISION);
}

#[test]
fn a_class_that_must_be_raclisted_decides_nothing_until_it_is() {
    let mut database = database();
    grant(
        &mut database,
        "PTKTDATA",
        "IRRPTAUTH.CICSPRD1.ALICE",
        Profile {
            access: [("CICSPRD1".to_owned(), AccessLevel::Update)].into(),
            ..Profile::default()
        },
    );
    let wanted = AccessLevel::Update;
    let decide = |database: &Database| {
        ask(database, "CICSPRD1", "PTKTDATA", "IRRPTAUTH.CICSPRD1.ALICE", wanted)
    };
    assert!(decide(&database).granted());
    database.classes.get_mut("PTKTDATA").unwrap().raclist = false;
    let decision = decide(&database);
    assert_eq!(decision.codes, saf::NO_DECISION);
    assert_eq!(failed(&decision), Some("esm.class-in-storage"));
}

#[test]
fn a_copy_in_storage_answers_until_it_is_refreshed() {
    let mut database = database();
    let mut storage = InStorage::load(&database);
    let request = Request {
        user: "BOB",
        group: None,
        class: "TCICSTRN",
        resource: "PAY1",
        wanted: AccessLevel::Alter,
    };
    assert!(!authorize(&database, &storage, &request).granted());
    let profiles = database.profiles.get_mut("TCICSTRN").unwrap();
    profiles.get_mut("PAY1").unwrap().access.insert("BOB".to_owned(), AccessLevel::Alter);
    assert!(!authorize(&database, &storage, &request).granted());
    assert!(storage.refresh(&database, "TCICSTRN"));
    assert!(authorize(&database, &storage, &request).granted());
    database.classes.get_mut("TCICSTRN").unwrap().raclist = false;
    assert!(!storage.refresh(&database, "TCICSTRN"));
    assert!(!storage.holds("TCICSTRN"));
}

#[test]
fn a_class_that_is_not_raclisted_answers_from_the_database_at_once() {
    let mut database = database();
    let storage = InStorage::load(&database);
    let request = Request {
        user: "BOB",
        group: None,
        class: "SURROGAT",
        resource: "ALICE.DFHSTART",
        wanted: AccessLevel::Read,
    };
    assert_eq!(authorize(&database, &storage, &request).codes, saf::NOT_PROTECTED);
    let open = Profile { uacc: AccessLevel::Read, ..Profile::default() };
    grant(&mut database, "SURROGAT", "ALICE.DFHSTART", open);
    assert!(authorize(&database, &storage, &request).granted());
}

#[test]
fn without_a_profile_the_class_says_what_it_means() {
    let database = database();
    let read = AccessLevel::Read;
    let facility = ask(&database, "ALICE", "FACILITY", "BPX.DAEMON", read);
    assert_eq!(facility.codes, saf::NOT_PROTECTED);
    assert_eq!(failed(&facility), Some("esm.profile-covers"));
    assert_eq!((facility.profile, facility.held), (None, None));
    assert_eq!(ask(&database, "ALICE", "TCICSTRN", "CEMT", read).codes, saf::NO_DECISION);
}

#[test]
fn the_discrete_profile_goes_first_then_the_most_specific() {
    let mut database = database();
    let by = |database: &Database, resource: &str| {
        ask(database, "CAROL", "TCICSTRN", resource, AccessLevel::Read).profile.unwrap()
    };
    assert_eq!(by(&database, "PAY1"), "PAY1");
    assert_eq!(by(&database, "PAY2"), "PAY%");
    assert_eq!(by(&database, "PAYDAY"), "P*");
    database.profiles.get_mut("TCICSTRN").unwrap().remove("PAY1");
    assert_eq!(by(&database, "PAY1"), "PAY%");
}

#[test]
fn generic_profiles_count_only_while_generic_is_on() {
    let mut database = database();
    assert!(ask(&database, "BOB", "TCICSTRN", "PAY2", AccessLevel::Read).granted());
    database.classes.get_mut("TCICSTRN").unwrap().generic = false;
    let decision = ask(&database, "BOB", "TCICSTRN", "PAY2", AccessLevel::Read);
    assert_eq!(decision.codes, saf::NO_DECISION);
    assert!(ask(&database, "BOB", "TCICSTRN", "PAY1", AccessLevel::Read).granted());
}

#[test]
fn the_users_own_entry_decides_alone() {
    let mut database = database();
    let decision = ask(&database, "ALICE", "TCICSTRN", "PAY1", AccessLevel::Read);
    assert_eq!(decision.codes, saf::ACCESS_DENIED);
    assert_eq!(decision.held, Some(AccessLevel::None));
    let profiles = database.profiles.get_mut("TCICSTRN").unwrap();
    profiles.get_mut("PAY1").unwrap().access.remove("ALICE");
    let decision = ask(&database, "ALICE", "TCICSTRN", "PAY1", AccessLevel::Read);
    assert_eq!(decision.held, Some(AccessLevel::Update));
}

#[test]
fn the_highest_of_the_groups_counts_or_the_current_one_alone() {
    let mut database = database();
    let storage = InStorage::load(&database);
    let held = |database: &Database, group| {
        let request = Request {
            user: "BOB",
            group,
            class: "TCICSTRN",
            resource: "PAY1",
            wanted: AccessLevel::Read,
        };
        authorize(database, &storage, &request).held.unwrap()
    };
    assert_eq!(held(&database, Some("AUDIT")), AccessLevel::Update);
    database.list_of_groups = false;
    assert_eq!(held(&database, Some("AUDIT")), AccessLevel::Read);
    assert_eq!(held(&database, None), AccessLevel::Update);
    let connections = &mut database.users.get_mut("BOB").unwrap().groups;
    connections.insert("PAY".to_owned(), Connection { revoked: true });
    // The connection no longer counts, so UACC is what is left.
    assert_eq!(held(&database, None), AccessLevel::Read);
}

#[test]
fn a_group_entry_overrides_uacc_even_downwards() {
    let mut database = database();
    let profiles = database.profiles.get_mut("TCICSTRN").unwrap();
    profiles.get_mut("PAY1").unwrap().access = [("PAY".to_owned(), AccessLevel::None)].into();
    let decision = ask(&database, "BOB", "TCICSTRN", "PAY1", AccessLevel::Read);
    assert_eq!(decision.codes, saf::ACCESS_DENIED);
    assert!(!ask(&database, "CAROL", "TCICSTRN", "PAY1", AccessLevel::Read).granted());
    database.users.get_mut("CAROL").unwrap().restricted = false;
    assert!(ask(&database, "CAROL", "TCICSTRN", "PAY1", AccessLevel::Read).granted());
}

#[test]
fn restricted_users_have_nothing_from_anybody_or_uacc() {
    let mut database = database();
    let decision = ask(&database, "CAROL", "TCICSTRN", "PAY2", AccessLevel::Read);
    assert_eq!(decision.codes, saf::ACCESS_DENIED);
    assert_eq!(failed(&decision), Some("esm.not-restricted"));
    database.users.get_mut("CAROL").unwrap().restricted = false;
    assert!(ask(&database, "CAROL", "TCICSTRN", "PAY2", AccessLevel::Read).granted());
    database.users.get_mut("CAROL").unwrap().restricted = true;
    let profiles = database.profiles.get_mut("TCICSTRN").unwrap();
    profiles.get_mut("PAY%").unwrap().access.insert("CAROL".to_owned(), AccessLevel::Read);
    assert!(ask(&database, "CAROL", "TCICSTRN", "PAY2", AccessLevel::Read).granted());
}

#[test]
fn anybody_is_every_defined_user_and_uacc_everybody() {
    let database = database();
    assert!(ask(&database, "BOB", "TCICSTRN", "PAY2", AccessLevel::Read).granted());
    assert!(!ask(&database, "STRANGER", "TCICSTRN", "PAY2", AccessLevel::Read).granted());
    assert!(ask(&database, "STRANGER", "TCICSTRN", "PAYDAY", AccessLevel::Alter).granted());
}

#[test]
fn anybody_goes_before_uacc_even_downwards() {
    let mut database = database();
    let access = [("*".to_owned(), AccessLevel::None)].into();
    let closed = Profile { uacc: AccessLevel::Read, access, ..Profile::default() };
    grant(&mut database, "TCICSTRN", "PAY9", closed);
    let assumed = |user: &str, resource: &str| {
        let decision = ask(&database, user, "TCICSTRN", resource, AccessLevel::Read);
        let mut rules = decision.checks.taken().iter().map(|check| check.rule.id);
        (decision.granted(), rules.any(|id| id == "esm.anybody-before-uacc"))
    };
    assert_eq!(assumed("BOB", "PAY9"), (false, true), "the two differ, and the order is assumed");
    assert_eq!(assumed("STRANGER", "PAY9"), (true, false), "UACC alone is for a stranger");
    assert!(ask(&database, "STRANGER", "TCICSTRN", "PAY9", AccessLevel::Read).granted());
}

#[test]
fn levels_are_ordered_and_the_margin_says_how_far() {
    let database = database();
    use AccessLevel::{Alter, Control, Execute, None, Read, Update};
    for (wanted, margin) in
        [(None, 3), (Execute, 2), (Read, 1), (Update, 0), (Control, -1), (Alter, -2)]
    {
        let decision = ask(&database, "BOB", "TCICSTRN", "PAY1", wanted);
        assert_eq!(decision.granted(), margin >= 0);
        let check = decision.checks.taken().last().unwrap();
        assert_eq!(check.margin, Some(Margin { value: margin, unit: Unit::AccessLevels }));
        assert_eq!(check.subject.value, "UPDATE by the entry of group PAY");
    }
}

#[test]
fn users_are_verified_one_rule_after_the_other() {
    let mut database = database();
    let codes = |database: &Database, user, group| verify(database, user, group).codes;
    assert_eq!(verify(&database, "ALICE", None).group.as_deref(), Some("PAY"));
    assert_eq!(codes(&database, "NOBODY", None), saf::USER_UNKNOWN);
    assert_eq!(codes(&database, "GUEST", None), saf::USER_REVOKED);
    assert_eq!(codes(&database, "ALICE", Some("AUDIT")), saf::USER_NOT_IN_GROUP);
    assert_eq!(codes(&database, "ALICE", Some("OLD")), saf::GROUP_REVOKED);
    assert_eq!(codes(&database, "BOB", Some("AUDIT")), saf::SUCCESS);
    // Protected: work may run under the user, although nobody can sign on.
    assert_eq!(codes(&database, "STCUSER", None), saf::SUCCESS);
    assert!(database.users["STCUSER"].is_protected());
    database.users.get_mut("GUEST").unwrap().revoked = false;
    assert_eq!(codes(&database, "GUEST", None), saf::SUCCESS);
    let refused = verify(&database, "ALICE", Some("OLD"));
    assert_eq!(refused.checks.taken().last().unwrap().rule.id, "esm.connection-not-revoked");
    assert_eq!(refused.checks.taken().len(), 4);
}

fn mapped(database: &Database, realm: &str, name: &str) -> Option<String> {
    let principal = Principal { realm: realm.to_owned(), name: name.to_owned() };
    let mapping = database.map_principal(&database.principal_text(&principal));
    let codes = if mapping.user.is_some() { saf::SUCCESS } else { saf::USERMAP_NO_MAPPING };
    assert_eq!(mapping.codes, codes);
    assert!(!mapping.checks.taken().is_empty());
    mapping.user
}

#[test]
fn local_principals_are_found_by_kerb_segment() {
    let database = database();
    assert_eq!(mapped(&database, "EXAMPLE.COM", "alice").as_deref(), Some("ALICE"));
    assert_eq!(mapped(&database, "EXAMPLE.COM", "cics/prd1").as_deref(), Some("CICSPRD1"));
    assert_eq!(mapped(&database, "EXAMPLE.COM", "Alice"), None);
    assert_eq!(mapped(&database, "EXAMPLE.COM", "dave"), None);
    let alice = database.principal_of("ALICE").unwrap();
    assert_eq!((alice.realm.as_str(), alice.name.as_str()), ("EXAMPLE.COM", "alice"));
    assert_eq!(database.principal_of("BOB"), None);
    let homeless = Database { realm: None, ..database };
    assert_eq!(homeless.principal_of("ALICE"), None);
    assert_eq!(mapped(&homeless, "EXAMPLE.COM", "alice"), None);
}

#[test]
fn foreign_principals_are_found_by_name_then_by_realm() {
    let database = database();
    assert_eq!(mapped(&database, "OTHER.ORG", "dave").as_deref(), Some("BOB"));
    assert_eq!(mapped(&database, "OTHER.ORG", "erin").as_deref(), Some("CAROL"));
    assert_eq!(mapped(&database, "OTHER.ORG", "alice").as_deref(), Some("CAROL"));
    assert_eq!(mapped(&database, "THIRD.ORG", "dave"), None);
    // The profile names a user that does not exist.
    assert_eq!(mapped(&database, "LOST.ORG", "dave"), None);
}

#[test]
fn revocation_does_not_hide_a_principal() {
    let mut database = database();
    database.users.get_mut("ALICE").unwrap().revoked = true;
    assert_eq!(mapped(&database, "EXAMPLE.COM", "alice").as_deref(), Some("ALICE"));
}

#[test]
fn principals_are_written_with_their_realm_when_it_is_foreign() {
    let database = database();
    for (text, realm, name) in
        [("alice", "EXAMPLE.COM", "alice"), ("/.../OTHER.ORG/host/x", "OTHER.ORG", "host/x")]
    {
        let principal = database.parse_principal(text).unwrap();
        assert_eq!((principal.realm.as_str(), principal.name.as_str()), (realm, name));
        assert_eq!(database.principal_text(&principal), text);
    }
    for text in ["", "/.../", "/.../OTHER.ORG", "/.../OTHER.ORG/", "/...//dave"] {
        assert_eq!(database.parse_principal(text), None, "{text}");
    }
}

#[test]
fn keys_come_strongest_first_with_realm_and_components_as_salt() {
    let database = database();
    let keys = database.kerberos_keys("CICSPRD1");
    let types: Vec<_> = keys.iter().map(|key| key.encryption_type.number()).collect();
    assert_eq!(types, [20, 19, 18, 17]);
    assert!(keys.iter().all(|key| key.version == 1 && key.salt == "EXAMPLE.COMcicsprd1"));
    assert_eq!(keys[0].password.reveal(), "region");
    let realm = database.realm_keys();
    assert_eq!(realm.len(), 4);
    assert_eq!(realm[0].salt, "EXAMPLE.COMkrbtgtEXAMPLE.COM");
}

#[test]
fn no_password_no_keys() {
    let mut database = database();
    assert_eq!(database.kerberos_keys("STCUSER"), []);
    assert_eq!(database.kerberos_keys("BOB"), []);
    assert_eq!(database.kerberos_keys("NOBODY"), []);
    database.users.get_mut("ALICE").unwrap().protected = true;
    assert_eq!(database.kerberos_keys("ALICE"), []);
    let realmless = Database { realm: None, ..database };
    assert_eq!(realmless.kerberos_keys("CICSPRD1"), []);
    assert_eq!(realmless.realm_keys(), []);
}

#[test]
fn passwords_fold_to_upper_case_unless_mixed_case_is_on() {
    let mut database = database();
    database.mixed_case_passwords = false;
    assert_eq!(database.kerberos_keys("ALICE")[0].password.reveal(), "WONDER");
    assert_eq!(database.realm_keys()[0].password.reveal(), "realm secret");
    database.mixed_case_passwords = true;
    assert_eq!(database.kerberos_keys("ALICE")[0].password.reveal(), "wonder");
}

#[test]
fn a_password_change_makes_new_keys_and_keeps_one_generation() {
    let mut database = database();
    assert!(database.change_password("ALICE", Password::new("second")));
    let versions = |database: &Database| -> Vec<(u32, String)> {
        let keys = database.kerberos_keys("ALICE");
        let strongest = keys.iter().filter(|key| key.encryption_type == EncryptionType::Aes256Sha2);
        strongest.map(|key| (key.version, key.password.reveal().to_owned())).collect()
    };
    assert_eq!(versions(&database), [(2, "second".to_owned()), (1, "wonder".to_owned())]);
    assert!(database.change_password("ALICE", Password::new("third")));
    assert_eq!(versions(&database), [(3, "third".to_owned()), (2, "second".to_owned())]);
    assert!(!database.change_password("NOBODY", Password::new("x")));
}

#[test]
fn a_type_enabled_later_waits_for_the_next_password() {
    let mut database = database();
    let types = |database: &Database| -> BTreeSet<(u32, i32)> {
        let keys = database.kerberos_keys("ALICE");
        keys.iter().map(|key| (key.version, key.encryption_type.number())).collect()
    };
    let kerb = |database: &mut Database, change: fn(&mut KerbSegment)| {
        change(database.users.get_mut("ALICE").unwrap().kerb.as_mut().unwrap());
    };
    kerb(&mut database, |kerb| kerb.disable(EncryptionType::Aes256Sha2));
    assert!(!types(&database).contains(&(1, 20)));
    kerb(&mut database, |kerb| kerb.enable(EncryptionType::Aes256Sha2));
    assert!(!types(&database).contains(&(1, 20)));
    // Enabling what is enabled takes no key away.
    kerb(&mut database, |kerb| kerb.enable(EncryptionType::Aes128));
    assert!(types(&database).contains(&(1, 17)));
    database.change_password("ALICE", Password::new("second"));
    assert!(types(&database).contains(&(2, 20)));
    // The previous generation is what it was.
    assert!(!types(&database).contains(&(1, 20)));
    assert!(types(&database).contains(&(1, 17)));
}

#[test]
fn a_segment_alone_makes_no_key() {
    let mut database = database();
    database.users.get_mut("BOB").unwrap().kerb = Some(KerbSegment::without_keys("bob"));
    assert_eq!(database.kerberos_keys("BOB"), []);
    database.change_password("BOB", Password::new("second"));
    let keys = database.kerberos_keys("BOB");
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| key.version == 1));
}

#[test]
fn secrets_are_not_shown_and_declarations_survive_writing() {
    let database = database();
    let shown = format!("{database:?} {:?}", database.kerberos_keys("ALICE"));
    for secret in ["wonder", "builder", "realm secret", "a guest"] {
        assert!(!shown.contains(secret));
    }
    let text = ron::to_string(&database).unwrap();
    assert_eq!(ron::from_str::<Database>(&text).unwrap(), database);
    assert!(ron::from_str::<Database>("(userz: {})").is_err());
    assert!(ron::from_str::<Database>("(users: {\"A\": (pasword: \"x\")})").is_err());
}

/// Findings of a declaration that was changed in one place.
fn findings(change: impl FnOnce(&mut Database)) -> Vec<(Severity, String)> {
    let mut database = database();
    change(&mut database);
    validate(&database).into_iter().map(|finding| (finding.severity, finding.path)).collect()
}

fn base_findings() -> Vec<(Severity, String)> {
    findings(|_| {})
}

#[test]
fn the_declaration_has_exactly_the_findings_that_it_was_given() {
    let expected = [
        (Severity::Warning(Warning::KerbWithoutPassword), "users.STCUSER.kerb"),
        (Severity::Error, "profiles.KERBLINK.\"/.../LOST.ORG/\".appldata"),
    ];
    let found = base_findings();
    let found: Vec<_> = found.iter().map(|(severity, path)| (*severity, path.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_inconsistency_is_found_at_its_path() {
    use Severity::Error;
    let warns = Severity::Warning;
    type Change = fn(&mut Database);
    let cases: [(Severity, &str, Change); 22] = [
        (Error, "users.bob", |db| {
            let bob = db.users["BOB"].clone();
            db.users.insert("bob".into(), bob);
        }),
        (Error, "users.1BOB", |db| {
            let bob = db.users["BOB"].clone();
            db.users.insert("1BOB".into(), bob);
        }),
        (Error, "users.BOB.default_group", |db| alter(db, "BOB").default_group = "NONE".into()),
        (Error, "users.BOB.groups.NONE", |db| {
            alter(db, "BOB").groups.insert("NONE".into(), Connection::default());
        }),
        (Error, "users.BOB.protected", |db| alter(db, "BOB").protected = true),
        (Error, "users.BOB.password", |db| {
            alter(db, "BOB").password = Some(Password::new("ninechars"))
        }),
        (Error, "users.BOB.password", |db| alter(db, "BOB").password = Some(Password::new(""))),
        (Error, "users.BOB.phrase", |db| alter(db, "BOB").phrase = Some(Password::new("tooshort"))),
        (Error, "users.ALICE.kerb.name", |db| kerb(db).name = "alice@EXAMPLE.COM".into()),
        (Error, "users.ALICE.kerb.name", |db| kerb(db).name = "a".repeat(230)),
        (Error, "users.CICSPRD1.kerb.name", |db| kerb(db).name = "cics/prd1".into()),
        (Error, "users.ALICE.kerb", |db| db.realm = None),
        (Error, "users.ALICE.kerb.default_ticket_life", |db| {
            kerb(db).default_ticket_life = TicketLife::from_seconds(3601)
        }),
        (warns(Warning::KerbWithoutKey), "users.ALICE.kerb", |db| {
            kerb(db).without_key = EncryptionType::ALL.into()
        }),
        (Error, "groups.BOB", |db| {
            db.groups.insert("BOB".into());
        }),
        (Error, "realm.min_ticket_life", |db| {
            db.realm.as_mut().unwrap().min_ticket_life = TicketLife::from_seconds(36_001).unwrap()
        }),
        (Error, "realm.name", |db| db.realm.as_mut().unwrap().name = "A/B".into()),
        (warns(Warning::ClassNotRaclisted), "classes.PTKTDATA", |db| {
            db.classes.get_mut("PTKTDATA").unwrap().raclist = false
        }),
        (warns(Warning::GenericProfilesOff), "profiles.FACILITY.\"IRR.*\"", |db| {
            db.classes.get_mut("FACILITY").unwrap().generic = false
        }),
        (warns(Warning::ClassNotActive), "profiles.FACILITY", |db| {
            db.classes.get_mut("FACILITY").unwrap().active = false
        }),
        (Error, "profiles.TCICSTRN.PAY1.access.NOBODY", |db| {
            let profiles = db.profiles.get_mut("TCICSTRN").unwrap();
            profiles.get_mut("PAY1").unwrap().access.insert("NOBODY".into(), AccessLevel::Read);
        }),
        (Error, "profiles.FACILITY.\"A.**.B.**\"", |db| {
            grant(db, "FACILITY", "A.**.B.**", Profile::default())
        }),
    ];
    let base = base_findings();
    for (severity, path, change) in cases {
        let found = findings(change);
        assert!(found.contains(&(severity, path.to_owned())), "{path}: {found:?}");
        assert!(!base.contains(&(severity, path.to_owned())), "{path}");
    }
}

fn alter<'a>(
    database: &'a mut Database,
    user: &str,
) -> &'a mut regionsim::nodes::esm::database::User {
    database.users.get_mut(user).expect("defined")
}

fn kerb(database: &mut Database) -> &mut KerbSegment {
    alter(database, "ALICE").kerb.as_mut().expect("defined")
}

#[test]
fn names_have_one_to_eight_of_their_characters() {
    for name in ["A", "ABCDEFGH", "#A1", "@", "$9"] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", "ABCDEFGHI", "1A", "a", "A B", "Ä", "A-B"] {
        assert!(!is_name(name), "{name}");
    }
}

fn with_key(key: &str) -> Profile {
    let ssignon = Ssignon { key: Some(Password::new(key)), ..Ssignon::default() };
    Profile { ssignon: Some(ssignon), ..Profile::default() }
}

#[test]
fn the_first_qualified_profile_judges_and_then_the_unqualified_one() {
    let mut database = database();
    let judges = |database: &Database| {
        ssignon::judges(database, &InStorage::load(database), ("CICSPRD2", "PAY", "ALICE"))
    };
    assert_eq!(judges(&database), ["CICSPRD2"]);
    for name in ["CICSPRD2.PAY", "CICSPRD2.ALICE", "CICSPRD2.PAY.ALICE"] {
        grant(&mut database, "PTKTDATA", name, with_key("0123456789ABCDEF"));
        assert_eq!(judges(&database), [name, "CICSPRD2"]);
    }
    for name in ["CICSPRD2.BOB", "CICSPRD2.ALICE.PAY", "CICSPRD2.*"] {
        grant(&mut database, "PTKTDATA", name, with_key("0123456789ABCDEF"));
        assert_eq!(judges(&database), ["CICSPRD2.PAY.ALICE", "CICSPRD2"], "{name} is ignored");
    }
}

#[test]
fn keys_are_read_from_discrete_profiles_in_storage_the_enhanced_one_first() {
    let mut database = database();
    let algorithms = |database: &Database, storage: &InStorage, name: &str| {
        let ways = ssignon::signons(database, storage, name, &mut Checks::new());
        ways.iter().map(|way| (way.method.algorithm(), way.replay)).collect::<Vec<_>>()
    };
    let old = InStorage::load(&database);
    let mut profile = with_key("0123456789ABCDEF");
    grant(&mut database, "PTKTDATA", "LEGACY", profile.clone());
    grant(&mut database, "PTKTDATA", "GEN*", profile.clone());
    profile.appldata = "NO REPLAY PROTECTION".to_owned();
    if let Some(ssignon) = &mut profile.ssignon {
        ssignon.enhanced_key = Some(Password::new("00".repeat(32)));
    }
    grant(&mut database, "PTKTDATA", "BOTH", profile);
    grant(&mut database, "PTKTDATA", "BARE", Profile::default());
    let now = InStorage::load(&database);
    assert_eq!(algorithms(&database, &now, "LEGACY"), [("legacy", false)]);
    assert_eq!(algorithms(&database, &now, "BOTH"), [("enhanced", false), ("legacy", true)]);
    assert!(algorithms(&database, &old, "LEGACY").is_empty(), "not refreshed");
    for name in ["GEN*", "GENERIC", "BARE", "NONE"] {
        assert!(algorithms(&database, &now, name).is_empty(), "{name}");
    }
    let answers = |database: &Database, storage: &InStorage| {
        ssignon::class_answers(database, storage, &mut Checks::new())
    };
    assert!(answers(&database, &now));
    assert!(!answers(&database, &InStorage::default()));
    database.classes.remove("PTKTDATA");
    assert!(!answers(&database, &now));
}

#[test]
fn segments_that_can_make_nothing_are_reported() {
    let finding = |change: &dyn Fn(&mut Ssignon)| {
        let mut database = database();
        let mut ssignon = Ssignon::default();
        change(&mut ssignon);
        let profile = Profile { ssignon: Some(ssignon), ..Profile::default() };
        grant(&mut database, "PTKTDATA", "CICSPRD2", profile);
        let findings = validate(&database).into_iter();
        let errors = findings.filter(|finding| finding.path.contains("CICSPRD2"));
        errors.map(|finding| finding.to_string()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(finding(&|_| ()), "");
    let path = "profiles.PTKTDATA.CICSPRD2.ssignon: ";
    for (text, message) in [("01234567", "a legacy key has 8 bytes"), ("XY", "hexadecimal")] {
        let found = finding(&|segment| segment.key = Some(Password::new(text)));
        assert!(found.starts_with(path) && found.contains(message), "{found}");
        assert!(!found.contains(text), "a key is never shown: {found}");
    }
    let found = finding(&|segment| segment.enhanced_key = Some(Password::new("00")));
    assert!(found.contains("an enhanced key has 32 to 256 bytes"), "{found}");
    assert!(finding(&|segment| segment.timeout = 601).contains("1 to 600"));
    let label = |text: &str| Some(text.to_owned());
    assert!(finding(&|segment| segment.key_label = label("a")).contains("`a` is no label"));
    assert!(
        finding(&|segment| segment.key_label = label("A.B")).contains("no key under label A.B")
    );
    let found = finding(&|segment| {
        segment.key_label = label("A");
        segment.key = Some(Password::new("0123456789ABCDEF"));
    });
    assert!(found.contains("itself or under a label, not both"), "{found}");
}

#[test]
fn keys_that_icsf_keeps_are_of_one_of_the_algorithms() {
    let found = |label: &str, key: &str| {
        let mut database = database();
        database.icsf_keys.insert(label.to_owned(), Password::new(key));
        let of_keys = |finding: &Finding| finding.path.starts_with("icsf_keys");
        let found = validate(&database).into_iter().filter(of_keys);
        found.map(|finding| finding.to_string()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(found("A", "0123456789ABCDEF"), "");
    assert_eq!(found("A.$1", &"5A".repeat(32)), "");
    assert!(found("1A", "0123456789ABCDEF").starts_with("icsf_keys.1A: it has 1 to 64"));
    let short = found("A", &"5A".repeat(31));
    assert!(short.contains("an enhanced key has 32 to 256 bytes") && !short.contains("5A5A"));
}

#[test]
fn a_refusal_is_logged_from_the_audited_level_on() {
    let logged = |audit: Option<AccessLevel>, wanted: AccessLevel| {
        let mut database = database();
        let profile = Profile { audit_failures: audit, ..Profile::default() };
        grant(&mut database, "FACILITY", "IRR.AUDITED", profile);
        let (user, class, resource) = ("ALICE", "FACILITY", "IRR.AUDITED");
        let request = Request { user, group: None, class, resource, wanted };
        let decision = authorize(&database, &InStorage::load(&database), &request);
        assert!(!decision.granted());
        decision.logged
    };
    use AccessLevel::{Alter, Read, Update};
    assert!(logged(Profile::default().audit_failures, Read));
    assert!(logged(Some(Update), Update) && logged(Some(Update), Alter));
    assert!(!logged(Some(Update), Read) && !logged(None, Alter));
}

#[test]
fn only_ptktdata_profiles_have_keys_and_revoke_has_its_range() {
    let mut database = database();
    grant(&mut database, "FACILITY", "IRR.X", with_key("0123456789ABCDEF"));
    database.revoke_after = Some(0);
    let findings = validate(&database);
    let has = |text: &str| findings.iter().any(|finding| finding.message.contains(text));
    assert!(has("only PTKTDATA profiles"));
    assert!(has("REVOKE(n) takes 1 to 254"));
}
