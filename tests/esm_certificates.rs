//! RACDCERT: what is understood, what is complained about and where, and what it does to certificates and
//! key rings.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use regionsim::nodes::esm::command::{Effect, Files, RacfCommand, Subject};
use regionsim::nodes::esm::database::certificate::{Trust, Usage};
use regionsim::nodes::esm::database::filter;
use regionsim::nodes::esm::database::validate::validate;
use regionsim::nodes::esm::database::{Database, InStorage};

const DECLARATION: &str = r##"#![enable(implicit_some)]
(
    users: { "REGION": (default_group: "STAFF"), "OTHER": (default_group: "STAFF") },
    groups: ["STAFF"],
    certificates: { "CERTAUTH": { "CA": (file: "ca.pem") } },
    key_rings: { "REGION": { "Ring": (certificates: [("CERTAUTH", "CA")]) } },
)"##;

const CA: &[u8] = include_bytes!("../scenarios/plexes/pki/idpca.pem");
const OWN: &[u8] = include_bytes!("../scenarios/plexes/pki/cicscert.pem");
const OWN_KEY: &[u8] = include_bytes!("../scenarios/plexes/pki/cicscert.key.pem");
const ROGUE: &[u8] = include_bytes!("../scenarios/plexes/pki/rogue.pem");

/// A system: its database, what it holds of it in storage, and the files that commands can read.
struct System {
    database: Database,
    storage: InStorage,
    files: Files,
}

impl System {
    fn new() -> System {
        let database: Database = ron::from_str(DECLARATION).unwrap();
        let files = [
            ("ca.pem", CA.to_vec()),
            ("own.pem", OWN.to_vec()),
            ("pair.pem", [OWN, OWN_KEY].concat()),
            ("mixed.pem", [ROGUE, OWN_KEY].concat()),
            ("rogue.pem", ROGUE.to_vec()),
            ("text", b"no certificate".to_vec()),
        ];
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.into()));
        System { storage: InStorage::load(&database), database, files: files.collect() }
    }

    fn enter(&mut self, text: &str) -> Effect {
        let command = RacfCommand::parse(text);
        let command = command.unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        command.apply(&mut self.database, &mut self.storage, &self.files)
    }

    /// Enters commands of which each must do all that it says.
    fn done(&mut self, commands: &[&str]) {
        for text in commands {
            let effect = self.enter(text);
            assert_eq!(effect.refused, [], "{text}");
            assert_ne!(effect.changed, [], "{text}");
            assert_eq!(
                validate(&self.database).iter().map(ToString::to_string).count(),
                0,
                "{text}"
            );
        }
    }

    /// Enters a command that must change nothing, and gives why and what would help.
    fn refused(&mut self, text: &str) -> String {
        let before = self.database.clone();
        let effect = self.enter(text);
        assert_eq!(effect.changed, [], "{text}");
        assert_eq!(self.database, before, "{text}");
        let why = effect.refused.iter().map(|refusal| {
            let piece = &text[refusal.span.start..refusal.span.end];
            let help = refusal.help.as_ref().map(|help| format!(" ({help})"));
            format!("{piece}: {}{}", refusal.message, help.unwrap_or_default())
        });
        why.collect::<Vec<_>>().join("; ")
    }

    /// Labels of what is connected to the region's ring, the default one with a star.
    fn connected(&self) -> Vec<String> {
        let answering = self.storage.certificates(&self.database);
        let Some(ring) = answering.ring("REGION", "Ring") else { return Vec::new() };
        let star = |is_default| if is_default { "*" } else { "" };
        let all = answering.connected(ring);
        all.map(|held| format!("{}/{}{}", held.owner, held.label, star(held.is_default))).collect()
    }

    fn trust(&self, owner: &str, label: &str) -> Option<Trust> {
        self.database.certificate(owner, label).map(|certificate| certificate.trust)
    }
}

#[test]
fn a_certificate_is_added_with_its_label_its_trust_and_its_key() {
    let mut system = System::new();
    system.done(&[
        "RACDCERT ID(REGION) ADD('pair.pem') WITHLABEL('Own cert') HIGHTRUST",
        "racdcert site add(rogue.pem) notrust",
    ]);
    let own = system.database.certificate("REGION", "Own cert").unwrap();
    assert_eq!((own.file.as_str(), own.key.as_deref()), ("pair.pem", Some("pair.pem")));
    assert_eq!(own.trust, Trust::Trust, "HIGHTRUST is for authorities");
    let rogue = system.database.certificate("SITE", "LABEL00000001").unwrap();
    assert_eq!((&rogue.key, rogue.trust), (&None, Trust::NoTrust));
    system.done(&[
        "RACDCERT SITE DELETE(LABEL(LABEL00000001))",
        "RACDCERT CERTAUTH ADD(rogue.pem) WITHLABEL(LABEL00000002) HIGHTRUST",
    ]);
    assert_eq!(system.trust("CERTAUTH", "LABEL00000002"), Some(Trust::HighTrust));
    // The first number that is free.
    system.done(&[
        "RACDCERT CERTAUTH ALTER(LABEL(LABEL00000002)) NEWLABEL(LABEL00000001)",
        "RACDCERT ID(REGION) DELETE(LABEL('Own cert'))",
        "RACDCERT CERTAUTH ADD(own.pem)",
    ]);
    assert!(system.database.certificate("CERTAUTH", "LABEL00000002").is_some());
}

#[test]
fn what_cannot_be_added_leaves_nothing_behind() {
    let mut system = System::new();
    for (text, why) in [
        ("RACDCERT ID(REGION) ADD(none.pem)", "none.pem: there is no file `none.pem`"),
        ("RACDCERT ID(REGION) ADD(text)", "text: `text` holds no certificate: "),
        (
            "RACDCERT ID(REGION) ADD('ca.pem')",
            "'ca.pem': the certificate is there already: `CA` of CERTAUTH",
        ),
        (
            "RACDCERT ID(REGION) ADD(mixed.pem)",
            "mixed.pem: `mixed.pem`: the private key is not the one of the certificate",
        ),
        (
            "RACDCERT CERTAUTH ADD(own.pem) WITHLABEL('CA')",
            "'CA': CERTAUTH has a certificate with label `CA`",
        ),
        (
            "RACDCERT ID(REGIONS) ADD(own.pem)",
            "REGIONS: user REGIONS is not defined (did you mean `REGION`?)",
        ),
    ] {
        let refused = system.refused(text);
        assert!(refused.starts_with(why), "{text}: {refused}");
    }
}

#[test]
fn trust_and_label_change_and_rings_follow_the_label() {
    let mut system = System::new();
    system.done(&["RACDCERT ID(REGION) CONNECT(CERTAUTH LABEL('CA') RING(Ring) DEFAULT)"]);
    system.done(&["RACDCERT CERTAUTH ALTER(LABEL('CA')) NOTRUST"]);
    assert_eq!(system.trust("CERTAUTH", "CA"), Some(Trust::NoTrust));
    let effect = system.enter("RACDCERT CERTAUTH ALTER(LABEL('CA')) NEWLABEL('New one')");
    let shown: Vec<String> = effect.changed.iter().map(ToString::to_string).collect();
    let expected = [
        "certificate CA of CERTAUTH",
        "key ring Ring of REGION",
        "certificate New one of CERTAUTH",
    ];
    assert_eq!(shown, expected);
    assert_eq!(system.trust("CERTAUTH", "New one"), Some(Trust::NoTrust), "it stays what it was");
    assert_eq!(system.connected(), ["CERTAUTH/New one*"]);
    // Who has no certificate is told before the new label is looked at.
    for (text, why) in [
        (
            "RACDCERT CERTAUTH ALTER(LABEL('New')) NEWLABEL('New one')",
            "'New': certificate `New` of CERTAUTH is not defined",
        ),
        (
            "RACDCERT SITE ALTER(LABEL('New one')) NEWLABEL('X')",
            "'New one': certificate `New one` of SITE is not defined",
        ),
        (
            "RACDCERT CERTAUTH ALTER(LABEL('New one')) NEWLABEL('New one')",
            "'New one': CERTAUTH has a certificate with label `New one`",
        ),
    ] {
        let refused = system.refused(text);
        assert!(refused.starts_with(why), "{text}: {refused}");
    }
}

#[test]
fn rings_are_made_connected_and_deleted() {
    let mut system = System::new();
    system.done(&[
        "RACDCERT ID(REGION) ADD(pair.pem) WITHLABEL(OWN)",
        "RACDCERT ID(REGION) CONNECT(LABEL(OWN) RING(Ring) DEFAULT)",
    ]);
    assert_eq!(system.connected(), ["CERTAUTH/CA", "REGION/OWN*"]);
    system.done(&["RACDCERT ID(REGION) CONNECT(CERTAUTH LABEL(CA) RING(Ring) DEFAULT)"]);
    assert_eq!(system.connected(), ["CERTAUTH/CA*", "REGION/OWN"], "one is the default");
    system.done(&["RACDCERT ID(REGION) CONNECT(CERTAUTH LABEL(CA) RING(Ring))"]);
    assert_eq!(system.connected(), ["CERTAUTH/CA", "REGION/OWN"], "connected anew without DEFAULT");
    system.done(&["RACDCERT ID(REGION) REMOVE(CERTAUTH LABEL(CA) RING(Ring))"]);
    assert_eq!(system.connected(), ["REGION/OWN"]);
    assert!(system.trust("CERTAUTH", "CA").is_some(), "it is in the database still");
    system.done(&["RACDCERT ID(REGION) DELETE(LABEL(OWN))"]);
    assert_eq!(system.connected(), [""; 0]);
    system.done(&["RACDCERT ID(OTHER) ADDRING(Ring)", "RACDCERT ID(REGION) DELRING(Ring)"]);
    assert!(!system.database.key_rings.contains_key("REGION"));
    assert!(system.database.key_rings["OTHER"].contains_key("Ring"));
}

#[test]
fn what_a_certificate_is_connected_for_is_its_owners_use_or_what_the_command_says() {
    let mut system = System::new();
    system.done(&[
        "RACDCERT SITE ADD(pair.pem) WITHLABEL(OWN)",
        "RACDCERT ID(OTHER) ADD(rogue.pem) WITHLABEL(ROGUE)",
        "RACDCERT ID(REGION) CONNECT(SITE LABEL(OWN) RING(Ring))",
        "RACDCERT ID(REGION) CONNECT(ID(OTHER) LABEL(ROGUE) RING(Ring))",
    ]);
    let usages = |system: &System| -> Vec<Usage> {
        let answering = system.storage.certificates(&system.database);
        let ring = answering.ring("REGION", "Ring").unwrap();
        answering.connected(ring).map(|held| held.usage).collect()
    };
    assert_eq!(usages(&system), [Usage::CertAuth, Usage::Site, Usage::Personal]);
    system.done(&[
        "RACDCERT ID(REGION) CONNECT(SITE LABEL(OWN) RING(Ring) USAGE(PERSONAL))",
        "RACDCERT ID(REGION) CONNECT(ID(OTHER) LABEL(ROGUE) RING(Ring) USAGE(CERTA))",
    ]);
    assert_eq!(usages(&system), [Usage::CertAuth, Usage::Personal, Usage::CertAuth]);
    system.done(&["RACDCERT SITE ALTER(LABEL(OWN)) NEWLABEL(OURS)"]);
    assert_eq!(usages(&system), [Usage::CertAuth, Usage::Personal, Usage::CertAuth]);
    system.done(&[
        "RACDCERT ID(REGION) CONNECT(SITE LABEL(OURS) RING(Ring))",
        "RACDCERT ID(REGION) REMOVE(ID(OTHER) LABEL(ROGUE) RING(Ring))",
    ]);
    assert_eq!(usages(&system), [Usage::CertAuth, Usage::Site]);
    assert_eq!(system.database.key_rings["REGION"]["Ring"].usages, []);
}

#[test]
fn rings_that_are_not_there_or_hold_something_else_are_refused() {
    let mut system = System::new();
    for (text, why) in [
        ("RACDCERT ID(REGION) ADDRING(Ring)", "Ring: key ring Ring of REGION is defined already"),
        ("RACDCERT ID(REGION) DELRING(RING)", "RING: key ring RING of REGION is not defined"),
        ("RACDCERT ID(OTHER) DELRING(Ring)", "Ring: key ring Ring of OTHER is not defined"),
        (
            "RACDCERT ID(OTHER) CONNECT(CERTAUTH LABEL(CA) RING(Ring))",
            "Ring: key ring Ring of OTHER is not defined",
        ),
        (
            "RACDCERT ID(REGION) CONNECT(LABEL(CA) RING(Ring))",
            "CA: certificate `CA` of REGION is not defined",
        ),
        (
            "RACDCERT ID(REGION) REMOVE(SITE LABEL(CA) RING(Ring))",
            "CA: certificate `CA` of SITE in ring Ring is not defined",
        ),
        ("RACDCERT SITE DELETE(LABEL(CA))", "CA: certificate `CA` of SITE is not defined"),
    ] {
        let refused = system.refused(text);
        assert!(refused.starts_with(why), "{text}: {refused}");
    }
}

#[test]
fn a_user_takes_his_certificates_and_rings_with_him() {
    let mut system = System::new();
    system.done(&[
        "RACDCERT ID(OTHER) ADD(own.pem) WITHLABEL(OWN)",
        "RACDCERT ID(OTHER) ADDRING(Mine)",
        "RACDCERT ID(REGION) CONNECT(ID(OTHER) LABEL(OWN) RING(Ring) DEFAULT)",
        "DELUSER OTHER",
    ]);
    assert_eq!(system.connected(), ["CERTAUTH/CA"]);
    assert!(!system.database.certificates.contains_key("OTHER"));
    assert!(!system.database.key_rings.contains_key("OTHER"));
}

#[test]
fn classes_in_storage_answer_as_before_until_they_are_refreshed() {
    let mut system = System::new();
    system.done(&[
        "SETROPTS CLASSACT(DIGTCERT DIGTRING) RACLIST(DIGTCERT DIGTRING)",
        "RACDCERT ID(REGION) ADD(own.pem) WITHLABEL(OWN)",
        "RACDCERT ID(REGION) CONNECT(LABEL(OWN) RING(Ring))",
    ]);
    assert_eq!(system.connected(), ["CERTAUTH/CA"]);
    system.done(&["SETROPTS RACLIST(DIGTRING) REFRESH"]);
    assert_eq!(system.connected(), ["CERTAUTH/CA"], "the certificate is not in storage");
    system.done(&["SETROPTS RACLIST(DIGTCERT) REFRESH"]);
    assert_eq!(system.connected(), ["CERTAUTH/CA", "REGION/OWN"]);
    system.done(&["RACDCERT ID(REGION) DELETE(LABEL(OWN))"]);
    assert_eq!(system.connected(), ["CERTAUTH/CA", "REGION/OWN"]);
    system.done(&["SETROPTS NORACLIST(DIGTCERT DIGTRING)"]);
    assert_eq!(system.connected(), ["CERTAUTH/CA"]);
}

/// Whom the filters in storage have for the authority's own certificate, and by which label.
fn mapped(system: &System) -> Option<(String, String)> {
    let name = "CN=WASUP,O=Example,C=XX";
    let found = filter::find(system.storage.filters()?, name, "CN=Server CA,O=Example,C=XX")?;
    Some((found.0.to_owned(), found.1.to_owned()))
}

#[test]
fn filters_map_names_once_their_class_is_in_storage() {
    let mut system = System::new();
    let to = |user: &str, label: &str| Some((user.to_owned(), label.to_owned()));
    system.done(&["RACDCERT ID(REGION) MAP SDNFILTER('O=Example.C=XX')"]);
    assert_eq!(mapped(&system), None, "the class is not RACLISTed");
    system.done(&["SETROPTS CLASSACT(DIGTNMAP) RACLIST(DIGTNMAP)"]);
    assert_eq!(mapped(&system), to("REGION", "LABEL00000001"));
    system.done(&[
        "RACDCERT ID(OTHER) MAP SDNFILTER('CN=WASUP.O=Example.C=XX') WITHLABEL('The server') TRUST",
        "RACDCERT ID(OTHER) MAP IDNFILTER('C=XX') NOTRUST",
    ]);
    assert_eq!(mapped(&system), to("REGION", "LABEL00000001"), "not refreshed");
    system.done(&["SETROPTS RACLIST(DIGTNMAP) REFRESH"]);
    assert_eq!(mapped(&system), to("OTHER", "The server"));
    system.done(&[
        "RACDCERT ID(OTHER) ALTMAP(LABEL('The server')) NOTRUST NEWLABEL(NEW)",
        "SETROPTS RACLIST(DIGTNMAP) REFRESH",
    ]);
    assert_eq!(mapped(&system), to("REGION", "LABEL00000001"));
    assert!(system.database.name_filters["OTHER"].contains_key("NEW"));
    system.done(&[
        "RACDCERT ID(REGION) DELMAP(LABEL(LABEL00000001))",
        "SETROPTS RACLIST(DIGTNMAP) REFRESH",
    ]);
    assert_eq!(mapped(&system), None);
    system.done(&["DELUSER OTHER"]);
    assert!(system.database.name_filters.is_empty());
}

#[test]
fn filters_that_are_there_or_are_not_are_refused() {
    let mut system = System::new();
    system.done(&["RACDCERT ID(REGION) MAP IDNFILTER('C=XX') WITHLABEL(ONE)"]);
    for (text, why) in [
        (
            "RACDCERT ID(OTHER) MAP IDNFILTER('C=XX')",
            "RACDCERT: filter `ONE` of REGION is for the same names",
        ),
        (
            "RACDCERT ID(REGION) MAP SDNFILTER('C=XX') WITHLABEL(ONE)",
            "ONE: REGION has a filter with label `ONE`",
        ),
        (
            "RACDCERT ID(REGION) ALTMAP(LABEL(TWO)) NEWLABEL(ONE)",
            "TWO: filter `TWO` of REGION is not defined",
        ),
        (
            "RACDCERT ID(REGION) ALTMAP(LABEL(ONE)) NEWLABEL(ONE)",
            "ONE: REGION has a filter with label `ONE`",
        ),
        ("RACDCERT ID(OTHER) DELMAP(LABEL(ONE))", "ONE: filter `ONE` of OTHER is not defined"),
    ] {
        let refused = system.refused(text);
        assert!(refused.starts_with(why), "{text}: {refused}");
    }
}

#[test]
fn a_command_says_where_in_the_database_it_changed_something() {
    let mut system = System::new();
    let effect = system.enter("RACDCERT ID(REGION) ADD(own.pem) WITHLABEL('My cert')");
    let paths: Vec<_> = effect.changed.iter().filter_map(Subject::path).collect();
    assert_eq!(paths, ["certificates.REGION.\"My cert\""]);
    let effect = system.enter("RACDCERT ID(REGION) REMOVE(CERTAUTH LABEL(CA) RING(Ring))");
    let paths: Vec<_> = effect.changed.iter().filter_map(Subject::path).collect();
    assert_eq!(paths, ["key_rings.REGION.Ring"]);
}

/// The place of a complaint, and what it says.
type Complaint = (&'static str, &'static str);

#[test]
fn complaints_say_what_is_wrong_where_it_stands() {
    let table: &[(&str, &[Complaint])] = &[
        ("RACDCERT", &[("RACDCERT", "RACDCERT needs a function")]),
        ("RACDCERT ID(A)", &[("RACDCERT", "RACDCERT needs a function")]),
        ("RACDCERT ADDRING(R)", &[("RACDCERT", "RACDCERT needs an owner in this model")]),
        (
            "RACDCERT ID(A) ADDRING(R) DELRING(R)",
            &[("DELRING", "ADDRING and DELRING exclude each other")],
        ),
        ("RACDCERT ID(A) SITE ADD(F)", &[("SITE", "ID and SITE exclude each other")]),
        ("RACDCERT CERTAUTH ID(A) ADD(F)", &[("ID", "CERTAUTH and ID exclude each other")]),
        ("RACDCERT SITE CERTAUTH ADD(F)", &[("CERTAUTH", "SITE and CERTAUTH exclude each other")]),
        ("RACDCERT SITE ADDRING(R)", &[("SITE", "SITE owns no key rings: users do")]),
        (
            "RACDCERT CERTAUTH CONNECT(LABEL(L) RING(R))",
            &[("CERTAUTH", "CERTAUTH owns no key rings: users do")],
        ),
        (
            "RACDCERT ID(A) ADDRING(*)",
            &[(
                "*",
                "`*` is no name of a key ring: it has 1 to 237 characters, no blank, and is not *",
            )],
        ),
        (
            "RACDCERT ID(A) DELRING('A B')",
            &[(
                "'A B'",
                "`A B` is no name of a key ring: it has 1 to 237 characters, no blank, and is not *",
            )],
        ),
        (
            "RACDCERT ID(A) ADD(F) WITHLABEL(' L')",
            &[("' L'", "` L` is no label: it has 1 to 32 characters, no blank at its ends")],
        ),
        ("RACDCERT ID(A) ADD(F) NEWLABEL(L)", &[("NEWLABEL", "NEWLABEL goes with ALTER, ALTMAP")]),
        (
            "RACDCERT ID(A) DELETE(LABEL(L)) TRUST",
            &[("TRUST", "TRUST goes with ADD, ALTER, ALTMAP, MAP")],
        ),
        (
            "RACDCERT ID(A) ALTER(LABEL(L)) TRUST NOTRUST",
            &[("NOTRUST", "TRUST and NOTRUST exclude each other")],
        ),
        (
            "RACDCERT ID(A) ALTER(LABEL(L)) HIGHTRUST NOTRUST",
            &[("NOTRUST", "HIGHTRUST and NOTRUST exclude each other")],
        ),
        (
            "RACDCERT ID(A) ALTER(LABEL(L))",
            &[("RACDCERT", "ALTER needs TRUST, NOTRUST, HIGHTRUST or NEWLABEL(…)")],
        ),
        ("RACDCERT ID(A) DELETE", &[("DELETE", "DELETE needs a value")]),
        (
            "RACDCERT ID(A) CONNECT(RING(R))",
            &[("CONNECT", "CONNECT needs LABEL(…) in its parentheses")],
        ),
        (
            "RACDCERT ID(A) CONNECT(LABEL(L))",
            &[("CONNECT", "CONNECT needs RING(…) in its parentheses")],
        ),
        (
            "RACDCERT ID(A) CONNECT(LABEL(L) RING(R) SITE ID(B))",
            &[("ID", "SITE and ID exclude each other")],
        ),
        (
            "RACDCERT ID(A) CONNECT(LABEL(L) RING(R) USAGE(OTHER))",
            &[("OTHER", "`OTHER` is nothing that USAGE takes")],
        ),
        (
            "RACDCERT ID(A) REMOVE(LABEL(L) RING(R) DEFAULT)",
            &[("DEFAULT", "`DEFAULT` is not an operand of REMOVE")],
        ),
        (
            "RACDCERT ID(A) DELETE(SERIALNUMBER(1))",
            &[("SERIALNUMBER", "the model does not have operand `SERIALNUMBER` of DELETE")],
        ),
        (
            "RACDCERT ID(A) LISTRING(R)",
            &[("LISTRING", "the model does not have operand `LISTRING` of RACDCERT")],
        ),
        (
            "RACDCERT ID(TOOLONGID) ADDRING(R)",
            &[(
                "TOOLONGID",
                "`TOOLONGID` is no user ID: it has 1 to 8 of A-Z 0-9 # @ $ and begins with no digit",
            )],
        ),
        ("RACDCERT SITE MAP SDNFILTER('C=XX')", &[("SITE", "SITE has no filters: users do")]),
        ("RACDCERT ID(A) MAP", &[("RACDCERT", "MAP needs SDNFILTER(…), IDNFILTER(…) or both")]),
        (
            "RACDCERT ID(A) MAP SDNFILTER('XX')",
            &[(
                "'XX'",
                "`XX` is no name for SDNFILTER: it begins as CN=… does and has at most 255 characters",
            )],
        ),
        (
            "RACDCERT ID(A) MAP SDNFILTER('C=XX') HIGHTRUST",
            &[("HIGHTRUST", "HIGHTRUST goes with ADD, ALTER")],
        ),
        (
            "RACDCERT ID(A) ALTMAP(LABEL(L))",
            &[("RACDCERT", "ALTMAP needs TRUST, NOTRUST or NEWLABEL(…)")],
        ),
        (
            "RACDCERT ID(A) DELMAP(LABEL(L)) IDNFILTER('C=XX')",
            &[("IDNFILTER", "IDNFILTER goes with MAP")],
        ),
        ("RDELETE DIGTNMAP A.B", &[("DIGTNMAP", "RACDCERT alone changes class DIGTNMAP")]),
        ("RDEFINE DIGTRING A.B", &[("DIGTRING", "RACDCERT alone changes class DIGTRING")]),
        ("RALTER DIGTCERT A.B", &[("DIGTCERT", "RACDCERT alone changes class DIGTCERT")]),
        (
            "PERMIT A.B CLASS(DIGTCERT) ID(A) ACCESS(READ)",
            &[("DIGTCERT", "RACDCERT alone changes class DIGTCERT")],
        ),
    ];
    for (text, expected) in table {
        let Err(errors) = RacfCommand::parse(text) else { panic!("{text} is taken") };
        let found =
            errors.iter().map(|error| (&text[error.span.start..error.span.end], &*error.message));
        assert_eq!(found.collect::<Vec<_>>(), *expected, "{text}");
    }
}

#[test]
fn the_file_of_a_command_is_known_before_it_is_read() {
    let command = RacfCommand::parse("RACDCERT ID(A) ADD('x/y.pem')").unwrap();
    let (name, span) = command.file().unwrap();
    assert_eq!((name, span.start, span.end), ("x/y.pem", 19, 28));
    assert_eq!(RacfCommand::parse("RACDCERT ID(A) ADDRING(R)").unwrap().file(), None);
}
