//! RACF commands: what is understood, what is complained about and where, and what they do.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::catalogue::saf;
use regionsim::check::Checks;
use regionsim::nodes::complaint::SyntaxError;
use regionsim::nodes::esm::command::{Effect, Files, RacfCommand, Subject, reference};
use regionsim::nodes::esm::database::ssignon::{self, TicketType};
use regionsim::nodes::esm::database::verify::verify;
use regionsim::nodes::esm::database::{
    AccessLevel, Database, EncryptionType, InStorage, KeySource, Password, Request, authorize,
};

const DECLARATION: &str = r##"#![enable(implicit_some)]
(
    users: {
        "ALICE": (default_group: "STAFF", password: "ALICEPW", kerb: (name: "alice")),
        "BOB": (default_group: "STAFF", password: "BOBPW"),
    },
    groups: ["STAFF", "PAY", "EMPTY"],
    realm: (name: "EXAMPLE.COM", password: "realm secret"),
    classes: {
        "FACILITY": (active: true, raclist: true, generic: true),
        "SURROGAT": (active: true),
    },
    profiles: { "FACILITY": { "IRR.*": (), "IRR.GSSERV": (access: {"BOB": READ}) } },
)"##;

/// A system: its database and what it holds of it in storage.
struct System {
    database: Database,
    storage: InStorage,
}

impl System {
    fn new() -> System {
        let database: Database = ron::from_str(DECLARATION).expect("a declaration");
        System { storage: InStorage::load(&database), database }
    }

    fn enter(&mut self, text: &str) -> Effect {
        let command = RacfCommand::parse(text);
        let command = command.unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        command.apply(&mut self.database, &mut self.storage, &Files::new())
    }

    /// Enters commands of which each must do all that it says.
    fn done(&mut self, commands: &[&str]) {
        for text in commands {
            let effect = self.enter(text);
            assert_eq!(effect.refused, [], "{text}");
            assert_ne!(effect.changed, [], "{text}");
        }
    }

    /// Enters a command that must change nothing, and gives why.
    fn refused(&mut self, text: &str) -> String {
        let before = self.database.clone();
        let effect = self.enter(text);
        assert_eq!(effect.changed, [], "{text}");
        assert_eq!(self.database, before, "{text}");
        let why = effect.refused.iter().map(|refusal| {
            let piece = &text[refusal.span.start..refusal.span.end];
            format!("{piece}: {}", refusal.message)
        });
        why.collect::<Vec<_>>().join("; ")
    }

    fn may(&self, user: &str, resource: &str) -> bool {
        let (class, wanted) = ("FACILITY", AccessLevel::Read);
        let request = Request { user, group: None, class, resource, wanted };
        authorize(&self.database, &self.storage, &request).granted()
    }

    fn key_versions(&self, user: &str) -> Vec<(u32, EncryptionType)> {
        let keys = self.database.kerberos_keys(user);
        keys.iter().map(|key| (key.version, key.encryption_type)).collect()
    }
}

#[test]
fn commands_and_operands_are_known_by_name_short_name_and_abbreviation() {
    let mut system = System::new();
    system.done(&[
        "ALTUSER ALICE REVOKE",
        "alu alice resu",
        "ALU (ALICE,BOB) REV",
        "ALTUSER(ALICE BOB)RESUME",
        "PE IRR.GSSERV CL(FACILITY) ID(ALICE) AC(R)",
        "PERMIT IRR.GSSERV CLASS(FACILITY) ID(ALICE BOB) ACCESS(U)",
        "RDEF FACILITY (A B) UACC(N) OWN(SYS1)",
        "SETR RACL(FACILITY) REF",
        "AG TEAM SUPG(SYS1)",
        "CO ALICE GROU(TEAM)",
        "RE ALICE GROUP (TEAM)",
        "DG TEAM",
        "RDEL FACILITY B",
        "AU CAROL NA('Carol O''Hara') DFLT(STAFF)",
        "DU CAROL",
    ]);
    assert_eq!(
        system.database.profiles["FACILITY"]["IRR.GSSERV"].access["ALICE"],
        AccessLevel::Update
    );
    assert!(system.database.profile("FACILITY", "A").is_some());
    assert!(system.database.profile("FACILITY", "B").is_none());
    system.done(&["ALTUSER ALICE NAME('Alice A.') -\n   KERB(KERBNAME('Alice') MAXTKTLFE(600))"]);
    let alice = &system.database.users["ALICE"];
    assert_eq!(alice.name, "Alice A.");
    assert_eq!(alice.kerb.as_ref().expect("a segment").name, "Alice");
}

/// The place of a complaint, what it says, and what helps.
type Complaint = (&'static str, &'static str, &'static str);

#[test]
fn complaints_say_what_is_wrong_where_it_stands() {
    let table: &[(&str, &[Complaint])] = &[
        ("", &[("", "a command is missing", "")]),
        (
            "ALTUSR ALICE",
            &[("ALTUSR", "`ALTUSR` is not a RACF command", "did you mean `ALTUSER`?")],
        ),
        ("LU ALICE", &[("LU", "the model does not have the RACF command `LU`", "")]),
        (
            "RACMAP ID(A) MAP",
            &[("RACMAP", "the model does not have the RACF command `RACMAP`", "")],
        ),
        ("ALTUSER", &[("ALTUSER", "ALTUSER needs a user ID here", "")]),
        ("ALTUSER REVOKE(X)", &[("REVOKE", "ALTUSER needs a user ID here", "")]),
        (
            "ALTUSER ALICE REVOK RESUM3",
            &[("RESUM3", "`RESUM3` is not an operand of ALTUSER", "did you mean `RESUME`?")],
        ),
        (
            "ALTUSER ALICE RE",
            &[("RE", "`RE` can stand for RESTRICTED, RESUME, REVOKE", "write more of its letters")],
        ),
        ("ALTUSER ALICE RESUME REVOKE", &[("REVOKE", "RESUME and REVOKE exclude each other", "")]),
        ("ALTUSER ALICE REVOKE REVOKE", &[("REVOKE", "REVOKE stands here a second time", "")]),
        (
            "ALTUSER ALICE NAME('A') NOKERB KERB(KERBNAME(a))",
            &[("KERB", "NOKERB and KERB exclude each other", "")],
        ),
        (
            "ALTUSER ALICE OMVS(UID(0)) SPECIAL",
            &[
                (
                    "OMVS",
                    "the model does not have operand `OMVS` of ALTUSER",
                    "leave it out: nothing would depend on it",
                ),
                (
                    "SPECIAL",
                    "the model does not have operand `SPECIAL` of ALTUSER",
                    "leave it out: nothing would depend on it",
                ),
            ],
        ),
        (
            "ALTUSER ALICE REVOKE(12/31/26)",
            &[("(12/31/26)", "REVOKE takes nothing in parentheses in this model", "")],
        ),
        ("ALTUSER ALICE PASSWORD", &[("PASSWORD", "PASSWORD needs a value", "PASSWORD(password)")]),
        ("ALTUSER ALICE NAME()", &[("()", "NAME needs a value in its parentheses", "")]),
        (
            "ALTUSER ALICE NAME(Alice Adams)",
            &[("Adams", "NAME takes one value", "a value with blanks stands in quotes")],
        ),
        ("ALTUSER ALICE 'x'", &[("'x'", "this text belongs to no operand of ALTUSER", "")]),
        (
            "ALTUSER ALICE NOEXPIRED",
            &[("NOEXPIRED", "NOEXPIRED needs PASSWORD(…) or PHRASE(…) beside it", "")],
        ),
        (
            "ALTUSER 1A REVOKE",
            &[(
                "1A",
                "`1A` is no user ID: it has 1 to 8 of A-Z 0-9 # @ $ and begins with no digit",
                "",
            )],
        ),
        (
            "ALTUSER ALICE KERB(MAXTKTLFE(10h) ENCRYPT(EAS256))",
            &[
                (
                    "10h",
                    "MAXTKTLFE takes seconds, 1 to 2147483647",
                    "as in MAXTKTLFE(36000) for ten hours",
                ),
                ("EAS256", "`EAS256` is not an operand of ENCRYPT", "did you mean `AES256`?"),
            ],
        ),
        (
            "ALTUSER ALICE KERB(ENCRYPT(DES3))",
            &[(
                "DES3",
                "the model does not have operand `DES3` of ENCRYPT",
                "what it does is not modelled: where it decides, RACF comes to something else",
            )],
        ),
        (
            "ALTUSER ALICE OPERATIONS",
            &[(
                "OPERATIONS",
                "the model does not have operand `OPERATIONS` of ALTUSER",
                "what it does is not modelled: where it decides, RACF comes to something else",
            )],
        ),
        (
            "RDEFINE PTKTDATA A SSIGNON(KEYMASKED(E00119351956197))",
            &[(
                "E00119351956197",
                "the key is not in hexadecimal digits: 15 digits do not make whole bytes",
                "",
            )],
        ),
        (
            "RDEFINE PTKTDATA A SSIGNON(KEYMASKED(E0011935195619) TIMEOUT(601) REPLAY(MAYBE) TYPE())",
            &[
                (
                    "E0011935195619",
                    "a legacy key has 8 bytes (16 hexadecimal digits), this one has 7",
                    "",
                ),
                (
                    "601",
                    "TIMEOUT takes seconds, 1 to 600",
                    "as in TIMEOUT(60), which is the default",
                ),
                ("MAYBE", "`MAYBE` is nothing that REPLAY takes", "valid are `NO`, `YES`"),
                ("()", "TYPE needs a value in its parentheses", ""),
            ],
        ),
        (
            "RALTER PTKTDATA A SSIGNON(KEYMASKED(E001193519561977) NOLEGACYKEY KEYLABEL('1A'))",
            &[
                ("NOLEGACYKEY", "KEYMASKED and NOLEGACYKEY exclude each other", ""),
                ("KEYLABEL", "KEYMASKED and KEYLABEL exclude each other", ""),
                ("KEYLABEL", "NOLEGACYKEY and KEYLABEL exclude each other", ""),
                (
                    "'1A'",
                    "`1A` is no label: it has 1 to 64 of A-Z 0-9 # @ $ and periods, and begins with no digit or period",
                    "",
                ),
            ],
        ),
        (
            "RDEFINE PTKTDATA A SSIGNON(NOLEGACYKEY)",
            &[(
                "NOLEGACYKEY",
                "`NOLEGACYKEY` is not an operand of SSIGNON",
                "valid are `EPTKEYLABEL`, `KEYENCRYPTED`, `KEYLABEL`, `KEYMASKED`, `REPLAY`, `TIMEOUT`, `TYPE`",
            )],
        ),
        (
            "RALTER FACILITY A NOSSIGNON AUDIT(FAILURES(NONE))",
            &[
                ("NOSSIGNON", "NOSSIGNON is modelled for class PTKTDATA alone", ""),
                (
                    "NONE",
                    "`NONE` is nothing that FAILURES takes",
                    "valid are `ALTER`, `CONTROL`, `READ`, `UPDATE`",
                ),
            ],
        ),
        (
            "CONNECT ALICE GR(PAY)",
            &[("GR", "`GR` can stand for GROUP, GRPACC", "write more of its letters")],
        ),
        ("CONNECT ALICE", &[("CONNECT", "CONNECT needs GROUP(…) in this model", "")]),
        ("PERMIT X ID(ALICE)", &[("PERMIT", "PERMIT needs CLASS(…) in this model", "")]),
        ("PERMIT X CLASS(FACILITY)", &[("PERMIT", "PERMIT needs ID(…) or RESET", "")]),
        (
            "PERMIT X CLASS(FACILITY) ID(ALICE) ACCESS(WRITE)",
            &[(
                "WRITE",
                "`WRITE` is nothing that ACCESS takes",
                "valid are `NONE`, `EXECUTE`, `READ`, `UPDATE`, `CONTROL`, `ALTER`",
            )],
        ),
        (
            "PERMIT X CLASS(FACILITY) RESET(WHEN)",
            &[("WHEN", "`WHEN` is nothing that RESET takes", "valid are `ALL`, `STANDARD`")],
        ),
        ("RDEFINE FACILITY", &[("RDEFINE", "RDEFINE needs a profile here", "")]),
        (
            "RDEFINE FACILITY A KERB(KERBNAME(X))",
            &[("KERB", "KERB is modelled for class REALM alone", "")],
        ),
        (
            "RDEFINE REALM OTHER KERB(PASSWORD(X))",
            &[(
                "OTHER",
                "a profile of class REALM is KERBDFLT or /.../REALM_1/KRBTGT/REALM_2, not `OTHER`",
                "",
            )],
        ),
        (
            "RDEFINE REALM /.../A/KRBTGT/A KERB(PASSWORD(X))",
            &[(
                "/.../A/KRBTGT/A",
                "a profile of class REALM is KERBDFLT or /.../REALM_1/KRBTGT/REALM_2, not \
                 `/.../A/KRBTGT/A`",
                "",
            )],
        ),
        (
            "RDEFINE REALM /.../A/KRBTGT/B KERB(PASSWORD(X) MINTKTLFE(5))",
            &[("MINTKTLFE", "MINTKTLFE is modelled for profile KERBDFLT alone", "")],
        ),
        (
            "RALTER FACILITY A ADDMEM(X)",
            &[("ADDMEM", "ADDMEM is modelled for class RACFVARS alone", "")],
        ),
        ("SETROPTS", &[("SETROPTS", "SETROPTS needs an option", "")]),
        (
            "SETROPTS REFRESH",
            &[(
                "REFRESH",
                "REFRESH of what?",
                "write RACLIST(class) REFRESH or GENERIC(class) REFRESH",
            )],
        ),
        (
            "SETROPTS PASSWORD(REVOKE(255) HISTORY(3))",
            &[
                (
                    "255",
                    "REVOKE takes a number, 1 to 254",
                    "as in REVOKE(3): three in a row are suffered, the next one revokes",
                ),
                (
                    "HISTORY",
                    "the model does not have operand `HISTORY` of PASSWORD",
                    "what it does is not modelled: where it decides, RACF comes to something else",
                ),
            ],
        ),
        (
            "SETROPTS PASSWORD(REVOKE(3) NOREVOKE)",
            &[("NOREVOKE", "REVOKE and NOREVOKE exclude each other", "")],
        ),
        ("ALTUSER ALICE REVOKE)", &[(")", "this closing parenthesis was never opened", "")]),
    ];
    for (text, expected) in table {
        let errors = RacfCommand::parse(text).expect_err(text);
        let told: Vec<(&str, &str, &str)> = errors
            .iter()
            .map(|error| {
                let piece = &text[error.span.start..error.span.end];
                (piece, error.message.as_str(), error.help.as_deref().unwrap_or_default())
            })
            .collect();
        assert_eq!(told, *expected, "{text}");
    }
}

#[test]
fn passwords_are_never_shown() {
    for (text, shown) in [
        ("ALTUSER ALICE PASSWORD(S3CRET) NOEXPIRED", "ALTUSER ALICE PASSWORD(…) NOEXPIRED"),
        ("ALU ALICE PASS('S3 CRET')\n  REVOKE", "ALU ALICE PASS(…) REVOKE"),
        ("ADDUSER A PHRASE('S3CRET of mine') PASSWORD(S3CRET)", "ADDUSER A PHRASE(…) PASSWORD(…)"),
        (
            "RALTER REALM KERBDFLT KERB(PASSWORD(S3CRET) MINTKTLFE(5))",
            "RALTER REALM KERBDFLT KERB(PASSWORD(…) MINTKTLFE(5))",
        ),
        (
            "RDEF PTKTDATA A SSIGNON(KEYM(53A1B2C3D4E5F653) TIMEOUT(30))",
            "RDEF PTKTDATA A SSIGNON(KEYM(…) TIMEOUT(30))",
        ),
        (
            "RALT PTKTDATA A SSIGNON(KEYENCRYPTED('53A1B2C3D4E5F653'))",
            "RALT PTKTDATA A SSIGNON(KEYENCRYPTED(…))",
        ),
    ] {
        let command = RacfCommand::parse(text).expect(text);
        assert_eq!(command.shown(), shown);
        assert!(!["S3", "53A1"].iter().any(|secret| command.shown().contains(secret)));
        let whole = format!("{command:?}");
        assert_eq!(
            whole.matches("53A1").count(),
            text.matches("53A1").count(),
            "only the text: {whole}"
        );
    }
    for (text, secret) in [
        ("ALTUSER ALICE PASSWORD(S3CRET TOO)", "S3CRET"),
        ("RDEFINE PTKTDATA A SSIGNON(KEYMASKED(53A1X))", "53A1"),
        ("RDEFINE PTKTDATA A SSIGNON(KEYMASKED(53A1))", "53A1"),
    ] {
        let errors = RacfCommand::parse(text).expect_err("no such value");
        let told = |error: &SyntaxError| format!("{} {:?}", error.message, error.help);
        assert!(!errors.iter().any(|error| told(error).contains(secret)), "{errors:?}");
    }
}

#[test]
fn revoked_users_are_refused_until_resumed() {
    let mut system = System::new();
    let codes = |system: &System| verify(&system.database, "ALICE", None).codes;
    assert_eq!(codes(&system), saf::SUCCESS);
    let effect = system.enter("ALTUSER ALICE REVOKE");
    let principal = Subject::Principal("alice".to_owned());
    assert_eq!(effect.changed, [Subject::User("ALICE".to_owned()), principal]);
    assert_eq!(codes(&system), saf::USER_REVOKED);
    system.done(&["ALTUSER ALICE RESUME", "CONNECT ALICE GROUP(STAFF) REVOKE"]);
    assert_eq!(codes(&system), saf::GROUP_REVOKED);
    system.done(&["CONNECT ALICE GROUP(STAFF) RESUME"]);
    assert_eq!(codes(&system), saf::SUCCESS);
    system.done(&["DELUSER ALICE"]);
    assert_eq!(codes(&system), saf::USER_UNKNOWN);
}

#[test]
fn what_the_database_does_not_allow_is_refused_and_changes_nothing() {
    let mut system = System::new();
    system.done(&["RALTER REALM KERBDFLT KERB(DEFTKTLFE(36000))"]);
    for (text, why) in [
        ("ALTUSER ALCIE REVOKE", "ALCIE: user ALCIE is not defined"),
        ("ADDUSER ALICE", "ALICE: user ALICE is defined already"),
        ("ADDUSER STAFF", "STAFF: STAFF is a group"),
        ("ADDUSER CAROL DFLTGRP(NONE)", "NONE: group NONE is not defined"),
        ("ALTUSER ALICE DFLTGRP(PAY)", "PAY: ALICE is not connected to PAY"),
        ("ALTUSER BOB KERB(MAXTKTLFE(60))", "BOB: a new KERB segment needs KERBNAME(…)"),
        ("ALTUSER BOB KERB(KERBNAME(alice))", "BOB: alice is the principal of ALICE"),
        (
            "ALTUSER BOB KERB(KERBNAME(a@b))",
            "BOB: users.BOB.kerb.name: it is the name without realm: no @, no leading /",
        ),
        (
            "ALTUSER BOB PASSWORD(NINECHARS)",
            "BOB: users.BOB.password: a password has 1 to 8 characters",
        ),
        ("ADDGROUP STAFF", "STAFF: group STAFF is defined already"),
        ("ADDGROUP ALICE", "ALICE: ALICE is a user"),
        ("DELGROUP STAFF", "STAFF: user ALICE is connected to STAFF"),
        ("DELGROUP SYS1", "SYS1: SYS1 cannot be deleted"),
        ("REMOVE ALICE GROUP(STAFF)", "STAFF: STAFF is the default group of ALICE"),
        ("REMOVE ALICE GROUP(PAY)", "ALICE: ALICE is not connected to PAY"),
        ("RDEFINE FACILITY IRR.*", "IRR.*: profile IRR.* of class FACILITY is defined already"),
        (
            "RALTER FACILITY IRR.X UACC(READ)",
            "IRR.X: profile IRR.X of class FACILITY is not defined",
        ),
        ("RDELETE FACILITY IRR.X", "IRR.X: profile IRR.X of class FACILITY is not defined"),
        ("RDEFINE FACILTY X", "FACILTY: class FACILTY is not defined"),
        (
            "RDEFINE KERBLINK bob APPLDATA('BOB')",
            "bob: profiles.KERBLINK.bob: a KERBLINK profile is named /.../REALM/principal",
        ),
        ("PERMIT IRR.* CLASS(FACILITY) ID(CAROL)", "CAROL: user or group CAROL is not defined"),
        ("PERMIT IRR.* CLASS(FACILITY) ID(BOB) DELETE", "BOB: BOB is not on the access list"),
        ("SETROPTS RACLIST(TCICSTRN)", "TCICSTRN: class TCICSTRN is not active"),
        ("SETROPTS RACLIST(SURROGAT) REFRESH", "SURROGAT: class SURROGAT is not RACLISTed"),
        (
            "RDEFINE PTKTDATA CICS* SSIGNON(KEYMASKED(E001193519561977))",
            "CICS*: profiles.PTKTDATA.\"CICS*\".ssignon: a generic profile's key is never used for PassTickets",
        ),
        (
            "RALTER REALM KERBDFLT KERB(KERBNAME(OTHER))",
            "KERBDFLT: the model keeps a realm's name: it is in all keys of its principals",
        ),
        (
            "RALTER REALM KERBDFLT KERB(MAXTKTLFE(60))",
            "KERBDFLT: realm.default_ticket_life: it is above the longest lifetime",
        ),
    ] {
        assert_eq!(system.refused(text), why);
    }
}

#[test]
fn one_refusal_does_not_keep_the_others_from_being_done() {
    let mut system = System::new();
    let effect = system.enter("ALTUSER (BOB NOBODY) REVOKE");
    assert_eq!(effect.changed, [Subject::User("BOB".to_owned())]);
    assert_eq!(effect.refused[0].message, "user NOBODY is not defined");
    assert_eq!(effect.refused[0].help.as_deref(), Some("valid are `ALICE`, `BOB`"));
    assert!(system.database.users["BOB"].revoked);
}

#[test]
fn a_class_in_storage_answers_as_before_until_it_is_refreshed() {
    let mut system = System::new();
    assert!(!system.may("ALICE", "IRR.GSSERV"));
    system.done(&["PERMIT IRR.GSSERV CLASS(FACILITY) ID(ALICE) ACCESS(READ)"]);
    assert!(!system.may("ALICE", "IRR.GSSERV"), "the copy in storage does not know it");
    system.done(&["SETROPTS RACLIST(FACILITY) REFRESH"]);
    assert!(system.may("ALICE", "IRR.GSSERV"));
    system.done(&["PERMIT IRR.GSSERV CLASS(FACILITY) ID(ALICE) DELETE"]);
    assert!(system.may("ALICE", "IRR.GSSERV"), "nor that it was taken back");
    system.done(&["SETROPTS NORACLIST(FACILITY)"]);
    assert!(!system.may("ALICE", "IRR.GSSERV"), "without a copy the database answers");
    system.done(&["PERMIT IRR.GSSERV CLASS(FACILITY) ID(*)"]);
    assert!(system.may("ALICE", "IRR.GSSERV"));
    system.done(&["PERMIT IRR.GSSERV CLASS(FACILITY) RESET"]);
    assert!(!system.may("BOB", "IRR.GSSERV"));
    system.done(&["SETROPTS NOCLASSACT(FACILITY)"]);
    assert!(!system.may("BOB", "IRR.GSSERV"));
    system.done(&[
        "SETROPTS CLASSACT(FACILITY) RACLIST(FACILITY)",
        "RALTER FACILITY IRR.GSSERV UACC(READ)",
    ]);
    assert!(!system.may("BOB", "IRR.GSSERV"));
    system.done(&["SETROPTS RACLIST(*) REFRESH"]);
    assert!(system.may("BOB", "IRR.GSSERV"));
    system.done(&[
        "RDELETE FACILITY IRR.GSSERV",
        "RALT FACILITY IRR.* UACC(READ)",
        "SETR RACLIST(FACILITY) REFR",
    ]);
    assert!(system.may("BOB", "IRR.GSSERV"), "the generic profile covers it now");
    system.done(&["SETROPTS NOGENERIC(FACILITY)"]);
    assert!(!system.may("BOB", "IRR.GSSERV"));
}

#[test]
fn keys_are_made_when_a_password_is_set_not_when_the_segment_is_added() {
    use EncryptionType::{Aes128, Aes128Sha2, Aes256, Aes256Sha2};
    let mut system = System::new();
    system.done(&["ALTUSER BOB KERB(KERBNAME(bob) ENCRYPT(NOAES128 NOAES128SHA2 NODES))"]);
    assert_eq!(system.key_versions("BOB"), []);
    system.done(&["ALTUSER BOB PASSWORD(EXPIRED)"]);
    assert_eq!(system.key_versions("BOB"), []);
    assert!(system.database.users["BOB"].password_expired);
    system.done(&["ALTUSER BOB PASSWORD(GOOD) NOEXPIRED"]);
    assert_eq!(system.key_versions("BOB"), [(2, Aes256Sha2), (2, Aes256)]);
    assert!(!system.database.users["BOB"].password_expired);
    system.done(&["ALTUSER BOB KERB(ENCRYPT(AES128))"]);
    assert_eq!(system.key_versions("BOB"), [(2, Aes256Sha2), (2, Aes256)]);
    system.done(&["ALTUSER BOB PASSWORD(BETTER) NOEXPIRED"]);
    let versions = system.key_versions("BOB");
    assert_eq!(versions, [(3, Aes256Sha2), (3, Aes256), (3, Aes128), (2, Aes256Sha2), (2, Aes256)]);
    system.done(&["ALTUSER BOB NOPASSWORD"]);
    assert_eq!(system.key_versions("BOB"), []);
    system.done(&["ALTUSER BOB NOKERB", "ALTUSER BOB PASSWORD(P) NOEXP KERB(KERBNAME(bob))"]);
    assert_eq!(system.key_versions("BOB").first(), Some(&(1, Aes256Sha2)));
    assert!(system.key_versions("BOB").contains(&(1, Aes128Sha2)));
    system.done(&["ALTUSER BOB EXPIRED"]);
    assert!(system.database.users["BOB"].password_expired);
}

#[test]
fn the_realm_is_defined_altered_and_deleted() {
    let mut system = System::new();
    system.done(&[
        "RALTER REALM KERBDFLT KERB(PASSWORD(New) MAXTKTLFE(7200) MINTKTLFE(5) CHECKADDRS(YES))",
    ]);
    let realm = system.database.realm.clone().expect("a realm");
    assert_eq!((realm.key_version, realm.password.reveal()), (2, "New"));
    assert_eq!(realm.max_ticket_life.seconds(), 7200);
    assert!(realm.check_addresses);
    let versions: Vec<u32> = system.database.realm_keys().iter().map(|key| key.version).collect();
    assert_eq!(versions, [2, 2, 2, 2, 1, 1, 1, 1], "tickets of before can still be read");
    system.done(&["RDELETE REALM KERBDFLT"]);
    assert_eq!(system.database.realm, None);
    assert_eq!(
        system.refused("RDEFINE REALM KERBDFLT KERB(KERBNAME(NEW.ORG))"),
        "KERBDFLT: a new realm needs KERBNAME(…) and PASSWORD(…)"
    );
    system.done(&[
        "RDEFINE REALM KERBDFLT KERB(KERBNAME(NEW.ORG) PASSWORD('a secret') ENCRYPT(NOAES128))",
    ]);
    let realm = system.database.realm.expect("a realm");
    assert_eq!((realm.name.as_str(), realm.encrypt.len()), ("NEW.ORG", 3));
}

#[test]
fn trust_between_realms_is_defined_altered_and_deleted() {
    const HERE: &str = "/.../PARTNER.ORG/KRBTGT/EXAMPLE.COM";
    let mut system = System::new();
    let local = system.database.realm.as_ref().map(|realm| realm.name.clone());
    assert_eq!(local.as_deref(), Some("EXAMPLE.COM"));
    let effect = system.enter(&format!("RDEFINE REALM {HERE} KERB(PASSWORD('One'))"));
    let changed: Vec<String> = effect.changed.iter().map(ToString::to_string).collect();
    let principal = "principal /.../PARTNER.ORG/krbtgt/EXAMPLE.COM";
    assert_eq!(changed, [format!("profile {HERE} of REALM"), principal.to_owned()]);
    let keys = |system: &System| -> Vec<(u32, String, String)> {
        let sources = system.database.trust_keys(HERE).into_iter();
        let first_types =
            sources.filter(|source| source.encryption_type == EncryptionType::Aes256Sha2);
        let shown =
            |source: KeySource| (source.version, source.password.reveal().to_owned(), source.salt);
        first_types.map(shown).collect()
    };
    let salt = || "PARTNER.ORGkrbtgtEXAMPLE.COM".to_owned();
    assert_eq!(keys(&system), [(1, "One".to_owned(), salt())]);
    system.done(&[&format!("RALTER REALM {HERE} KERB(PASSWORD(two))")]);
    let both = [(2, "two".to_owned(), salt()), (1, "One".to_owned(), salt())];
    assert_eq!(keys(&system), both, "tickets of before can still be read");
    assert_eq!(system.database.trust_of(principal).map(|(name, _)| name), None);
    let name = principal.trim_start_matches("principal ");
    assert_eq!(system.database.trust_of(name).map(|(name, _)| name), Some(HERE));
    let named = |why: &str| format!("{HERE}: {why}");
    for (text, why) in [
        (
            format!("RDEFINE REALM {HERE} KERB(PASSWORD(X))"),
            named(&format!("profile {HERE} of class REALM is defined already")),
        ),
        (format!("RALTER REALM {HERE}"), named("trust between realms needs KERB(PASSWORD(…))")),
        (
            "RDEFINE REALM /.../A/KRBTGT/B KERB(PASSWORD(X))".to_owned(),
            "/.../A/KRBTGT/B: profiles.REALM.\"/.../A/KRBTGT/B\": neither of the realms is the \
             local one, EXAMPLE.COM"
                .to_owned(),
        ),
    ] {
        assert_eq!(system.refused(&text), why);
    }
    system.done(&[&format!("RDELETE REALM {HERE}")]);
    assert_eq!(
        (keys(&system), system.database.trust_of(name).map(|(name, _)| name)),
        (vec![], None)
    );
    // Other realms go with the local one: without it there are no keys.
    system.done(&[&format!("RDEFINE REALM {HERE} KERB(PASSWORD(x))"), "RDELETE REALM KERBDFLT"]);
    assert_eq!(keys(&system), []);
}

#[test]
fn groups_options_variables_and_links() {
    let mut system = System::new();
    system.done(&[
        "CONNECT (ALICE BOB) GROUP(PAY)",
        "ALTUSER ALICE DFLTGRP(PAY)",
        "REMOVE BOB GROUP(PAY)",
        "DELGROUP EMPTY",
        "SETROPTS NOGRPLIST PASSWORD(NOMIXEDCASE)",
        "RDEFINE RACFVARS &NODES ADDMEM(N1 N2)",
        "RALTER RACFVARS &NODES ADDMEM(N3) DELMEM(N1)",
        "RDEFINE KERBLINK /.../OTHER.ORG/dave APPLDATA('BOB')",
        "ALTUSER BOB PASSWORD(lower) NOEXPIRED RESTRICTED",
    ]);
    let database = &system.database;
    assert_eq!(database.users["ALICE"].default_group, "PAY");
    assert!(database.users["ALICE"].connection("STAFF").is_some(), "the old default group stays");
    assert!(database.users["BOB"].connection("PAY").is_none());
    assert!(!database.has_group("EMPTY") && !database.list_of_groups);
    assert_eq!(database.variables["&NODES"].iter().collect::<Vec<_>>(), ["N2", "N3"]);
    assert_eq!(database.map_principal("/.../OTHER.ORG/dave").user.as_deref(), Some("BOB"));
    let bob = &database.users["BOB"];
    assert_eq!(bob.password.as_ref().expect("one").reveal(), "LOWER", "folded as it is entered");
    assert!(bob.restricted);
    system.done(&["RALTER KERBLINK /.../OTHER.ORG/dave NOAPPLDATA"]);
}

#[test]
fn the_reference_names_every_command_and_its_examples_are_understood() {
    let commands = reference();
    assert!(commands.is_sorted_by_key(|command| command.command));
    let altuser = commands.iter().find(|command| command.command == "ALTUSER").expect("it");
    let kerb = altuser.operands.iter().find(|operand| operand.signature == "KERB(…)");
    let inner: Vec<_> = kerb.expect("it").operands.iter().map(|one| &*one.signature).collect();
    assert!(inner.contains(&"KERBNAME('principal')") && inner.contains(&"MAXTKTLFE(seconds)"));
    let text = altuser.to_string();
    assert!(text.starts_with("ALTUSER (user ID …)  (short ALU)\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("not modelled: ADDCATEGORY"), "{text}");
}

/// What the PTKTDATA profile of an application can do, by the copy in storage.
fn ways(system: &System, name: &str) -> Vec<(&'static str, i64, bool)> {
    let (database, storage) = (&system.database, &system.storage);
    let ways = ssignon::signons(database, storage, name, &mut Checks::new());
    ways.iter().map(|way| (way.method.algorithm(), way.method.window(), way.replay)).collect()
}

#[test]
fn keys_of_passtickets_are_defined_altered_and_removed() {
    let mut system = System::new();
    let enhanced = Password::new("5A".repeat(64));
    system.database.icsf_keys.insert("PTKT.EPT".to_owned(), enhanced);
    system.database.icsf_keys.insert("PTKT.DES".to_owned(), Password::new("0123456789ABCDEF"));
    system.done(&[
        "SETROPTS CLASSACT(PTKTDATA)",
        "RDEFINE PTKTDATA CICSA SSIGNON(KEYMASKED(E001193519561977)) APPLDATA('NO REPLAY PROTECTION')",
        "RDEFINE PTKTDATA CICSB SSIGNON(EPTKEYLABEL('ptkt.ept') TYPE(UPPER) TIMEOUT(30) REPLAY(YES))",
        "RDEFINE PTKTDATA CICSC SSIGNON(KEYLABEL(PTKT.DES))",
        "RDEFINE PTKTDATA CICSD SSIGNON(KEYLABEL(PTKT.NONE))",
        "SETROPTS RACLIST(PTKTDATA)",
    ]);
    assert_eq!(ways(&system, "CICSA"), [("legacy", 600, true)]);
    assert_eq!(ways(&system, "CICSB"), [("enhanced", 30, true)]);
    let segment = system.database.profiles["PTKTDATA"]["CICSB"].ssignon.clone().expect("one");
    assert_eq!(segment.kind, TicketType::UPPER);
    assert_eq!(ways(&system, "CICSC"), [("legacy", 600, false)]);
    assert_eq!(ways(&system, "CICSD"), [], "ICSF has no such label");
    system.done(&["RALTER PTKTDATA CICSA SSIGNON(EPTKEYLABEL(PTKT.EPT))"]);
    assert_eq!(ways(&system, "CICSA"), [("legacy", 600, true)], "the copy is as it was");
    system.done(&[
        "RALT PTKTDATA CICSA SSIGNON(ENCRYPTKEY)",
        "RALT PTKTDATA CICSB SSIGNON(KEYENCRYPTED(0123456789ABCDEF) REPLAY(NO))",
        "RALT PTKTDATA CICSC SSIGNON(NOLEGACYKEY)",
        "RALT PTKTDATA CICSD SSIGNON(KEYLABEL(PTKT.DES))",
        "SETR RACLIST(PTKTDATA) REFRESH",
    ]);
    assert_eq!(ways(&system, "CICSA"), [("enhanced", 60, false), ("legacy", 600, true)]);
    assert_eq!(ways(&system, "CICSB"), [("enhanced", 30, false), ("legacy", 600, false)]);
    assert_eq!(ways(&system, "CICSC"), []);
    assert_eq!(ways(&system, "CICSD"), [("legacy", 600, false)]);
    assert_eq!(
        system.refused("RALTER PTKTDATA CICSC SSIGNON(ENCRYPTKEY)"),
        "CICSC: profile CICSC of class PTKTDATA: it has no masked key to encrypt"
    );
    system.done(&["RALTER PTKTDATA CICSA NOSSIGNON", "SETROPTS RACLIST(PTKTDATA) REFRESH"]);
    assert_eq!(ways(&system, "CICSA"), []);
    assert_eq!(
        system.refused("RALTER PTKTDATA CICSA NOSSIGNON"),
        "CICSA: profile CICSA of class PTKTDATA: it has no SSIGNON segment"
    );
}

#[test]
fn wrong_passwords_and_audit_are_options_too() {
    let mut system = System::new();
    system.done(&["SETROPTS PASSWORD(REVOKE(3) NOMIXEDCASE)"]);
    assert_eq!(system.database.revoke_after, Some(3));
    system.done(&["SETR PASSW(NOREVOKE)", "SETROPTS NOINITSTATS"]);
    assert_eq!((system.database.revoke_after, system.database.initstats), (None, false));
    system.done(&["SETROPTS INITSTATS"]);
    assert!(system.database.initstats);
    let audited = |system: &System| system.database.profiles["FACILITY"]["A"].audit_failures;
    system.done(&["RDEFINE FACILITY A"]);
    assert_eq!(audited(&system), Some(AccessLevel::Read));
    for (attempts, least) in [
        ("NONE", None),
        ("FAILURES", Some(AccessLevel::Read)),
        ("SUCCESS(UPDATE)", None),
        ("ALL(CONTROL)", Some(AccessLevel::Control)),
        ("SUCCESS(READ) FAILURES(UPDATE)", Some(AccessLevel::Update)),
    ] {
        system.done(&[&format!("RALTER FACILITY A AUDIT({attempts})")]);
        assert_eq!(audited(&system), least, "{attempts}");
    }
    system.done(&["RALTER FACILITY A UACC(READ)"]);
    assert_eq!(audited(&system), Some(AccessLevel::Update), "what is not named stays");
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_panics_and_places_lie_inside_it(
        verb in "(ALTUSER|ALU|PERMIT|RDEF|SETR|CONNECT|ADDUSER|)",
        rest in "([ (),'\n-]|ALICE|BOB|REVOKE|KERB|KERBNAME|CLASS|ID|FACILITY|RACLIST|REFRESH|PASSWORD|PTKTDATA|SSIGNON|KEYMASKED|TIMEOUT|AUDIT|[0-9A-F]{1,16}|é|/\\*|\\*/|[A-Z]{1,3}){0,24}",
    ) {
        let text = format!("{verb} {rest}");
        match RacfCommand::parse(&text) {
            Ok(command) => {
                let mut system = System::new();
                let effect = command.apply(&mut system.database, &mut system.storage, &Files::new());
                for refusal in effect.refused {
                    prop_assert!(text.get(refusal.span.start..refusal.span.end).is_some());
                }
                let _ = command.shown();
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(text.get(error.span.start..error.span.end).is_some(), "{error}");
                }
            }
        }
    }
}
