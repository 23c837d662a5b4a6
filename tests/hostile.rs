//! Tokens, requests, commands and files that nobody sends in good faith: whatever comes in, an answer comes out, and what
//! it says holds together. The bodies are those of the fuzzers.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::nodes::cics::exec::Declarations;
use regionsim::nodes::esm::command::Files;
use regionsim::protocol::kerberos::KerberosTime;
use regionsim::protocol::kerberos::client::{TicketRequest, as_req};
use regionsim::protocol::kerberos::evidence::Verifier;
use regionsim::protocol::kerberos::keytab::Keytab;
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::study::hostile;

const PLEX: &[u8] = include_bytes!("../scenarios/plexes/plex1.ron");
const SCENARIO: &[u8] = include_bytes!("../scenarios/dfhxs1402/success.ron");
const KEYTAB: &[u8] = include_bytes!("interop/kerberos/mit/services.keytab");
const TOKENS: [&[u8]; 4] = [
    include_bytes!("interop/kerberos/mit/e17.token"),
    include_bytes!("interop/kerberos/mit/e18.token"),
    include_bytes!("interop/kerberos/mit/e19.token"),
    include_bytes!("interop/kerberos/mit/e20.token"),
];
/// One named encoding a line, in hexadecimal: most messages of Kerberos.
const ENCODINGS: &str = include_str!("interop/kerberos/reference_encode.out");

/// Files that RACDCERT can add: an authority, a certificate with its key, and one with another's.
fn files() -> Files {
    let certificate = include_bytes!("../scenarios/plexes/pki/cicscert.pem").as_slice();
    let key = include_bytes!("../scenarios/plexes/pki/cicscert.key.pem").as_slice();
    let authority = include_bytes!("../scenarios/plexes/pki/idpca.pem").as_slice();
    let files = [
        ("ca.pem", authority.to_vec()),
        ("own.pem", [certificate, key].concat()),
        ("mixed.pem", [authority, key].concat()),
        ("empty", Vec::new()),
    ];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.into())).collect()
}

/// Commands that are well formed, one after the other, over few names: most do something.
fn certificate_commands() -> impl Strategy<Value = String> {
    let owner = || prop::sample::select(&["ID(ALICE)", "ID(BOB)", "CERTAUTH", "SITE"][..]);
    let user = || prop::sample::select(&["ID(ALICE)", "ID(BOB)"][..]);
    let label = || prop::sample::select(&["A", "B", "LABEL00000001"][..]);
    let file = prop::sample::select(&["ca.pem", "own.pem", "mixed.pem", "empty", "none"][..]);
    let command = prop_oneof![
        (owner(), file).prop_map(|(owner, file)| format!("{owner} ADD({file})")),
        (user(), label()).prop_map(|(user, ring)| format!("{user} ADDRING({ring})")),
        (user(), label()).prop_map(|(user, ring)| format!("{user} DELRING({ring})")),
        (owner(), label(), label())
            .prop_map(|(owner, old, new)| format!("{owner} ALTER(LABEL({old})) NEWLABEL({new})")),
        (user(), label(), label()).prop_map(|(user, label, name)| format!(
            "{user} MAP SDNFILTER('CN={name}.C=XX') WITHLABEL({label})"
        )),
        (user(), label(), label())
            .prop_map(|(user, old, new)| format!("{user} ALTMAP(LABEL({old})) NEWLABEL({new})")),
        (user(), label()).prop_map(|(user, label)| format!("{user} DELMAP(LABEL({label}))")),
        (owner(), label()).prop_map(|(owner, label)| format!("{owner} DELETE(LABEL({label}))")),
        (user(), owner(), label(), label()).prop_map(|(user, owner, label, ring)| format!(
            "{user} CONNECT({owner} LABEL({label}) RING({ring}) DEFAULT USAGE(PERSONAL))"
        )),
        (user(), owner(), label(), label()).prop_map(|(user, owner, label, ring)| format!(
            "{user} REMOVE({owner} LABEL({label}) RING({ring}))"
        )),
    ];
    prop::collection::vec(command, 0..25).prop_map(|commands| {
        let start = "ADDUSER ALICE\n\nADDUSER BOB".to_owned();
        commands.iter().fold(start, |text, command| format!("{text}\n\nRACDCERT {command}"))
    })
}

fn keytab() -> Keytab {
    Keytab::decode(KEYTAB).unwrap()
}

/// Tokens, messages and a request, to be damaged.
fn supplied() -> Vec<Vec<u8>> {
    let keytab = keytab();
    let owner = &keytab.entries[0].principal;
    let mut random = sim::Stream::new(1, "client", "requests");
    let request = as_req(owner, &TicketRequest::new(owner.clone()), &mut random).bytes;
    let mut supplied = vec![request];
    supplied.extend(TOKENS.iter().map(|token| token.to_vec()));
    for line in ENCODINGS.lines() {
        let Some((_, digits)) = line.split_once(':') else { continue };
        let digits: String = digits.split_whitespace().collect();
        let octet = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        supplied.push((0..digits.len() / 2).map(|at| octet(2 * at)).collect());
    }
    assert!(supplied.len() > 50);
    supplied
}

fn declared() -> Declarations {
    [
        ("TOKEN", "BIT(4096)"),
        ("TOKENLEN", "FULLWORD VALUE(1200)"),
        ("USER", "CHAR(8)"),
        ("HALF", "HALFWORD VALUE(7)"),
        ("PTR", "POINTER"),
        ("KIND", "FULLWORD VALUE(DFHVALUE(KERBEROS))"),
    ]
    .try_into()
    .unwrap()
}

/// A body that refused everything would find nothing.
#[test]
fn whole_tokens_are_accepted_by_the_keys_at_that_time() {
    let keytab = keytab();
    let verifier = Verifier::new(&keytab, None, 300).unwrap();
    for token in TOKENS {
        let now = KerberosTime::whole(hostile::NOW);
        let verdict = verifier.verify(token, now, &mut ReplayCache::default()).verdict;
        assert_eq!(verdict, Ok(()));
        assert_eq!(hostile::token(&keytab, token), Ok(()));
    }
}

#[test]
fn every_cut_of_every_token_is_told() {
    let keytab = keytab();
    for octets in supplied() {
        for cut in 0..=octets.len() {
            let cut = &octets[..cut];
            assert_eq!(hostile::token(&keytab, cut), Ok(()), "{cut:02x?}");
            assert_eq!(hostile::request(&keytab, cut), Ok(()), "{cut:02x?}");
        }
    }
}

#[test]
fn lengths_that_lie_and_nesting_without_end_cost_nothing() {
    let keytab = keytab();
    for start in [0x60_u8, 0x61, 0x6a, 0x6c, 0x6e, 0x7e, 0x30, 0xa0, 0x05] {
        let lies: [&[u8]; 5] = [
            &[0x80],
            &[0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xfe],
            &[0x82, 0xff, 0xff],
        ];
        for lie in lies {
            let octets = [&[start], lie, &[0x30; 4096]].concat();
            assert_eq!(hostile::token(&keytab, &octets), Ok(()), "{start:02x} {lie:02x?}");
            assert_eq!(hostile::request(&keytab, &octets), Ok(()), "{start:02x} {lie:02x?}");
        }
        // Each level holds the rest, up to 64 KiB.
        let mut nested = Vec::new();
        while nested.len() < 65_000 {
            let length = u16::try_from(nested.len()).unwrap().to_be_bytes();
            nested = [&[start | 0x20, 0x82][..], &length, &nested].concat();
        }
        assert_eq!(hostile::token(&keytab, &nested), Ok(()), "{start:02x}");
        assert_eq!(hostile::request(&keytab, &nested), Ok(()), "{start:02x}");
    }
}

/// A text made of pieces that commands know.
fn pieces(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(words).prop_map(str::to_owned),
        1 => "[ -~]{0,4}",
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec((piece, " |\n|\n\n|,|-\n|"), 0..24)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, gap)| piece + &gap).collect())
}

const EXEC: &[&str] = &[
    "VERIFY TOKEN",
    "REQUEST ENCRYPTPTKT",
    "REQUEST PASSTICKET",
    "VERIFY PASSWORD",
    "GET CONTAINER",
    "(&TOKEN)",
    "(",
    ")",
    "TOKENLEN(&TOKENLEN)",
    "KERBEROS",
    "DATATYPE(DFHVALUE(BASE64))",
    "&HALF",
    "&PTR",
    "'",
    "''",
    "X'",
    "X'C1'",
    "LENGTH OF ",
    "EXEC CICS",
    "END-EXEC",
    "EIBRESP",
    "RESP(",
    "FLENGTH",
    "é",
    "99999999999999999999",
    "-",
];
const RACDCERT: &[&str] = &[
    "RACDCERT ID(ALICE)",
    "RACDCERT CERTAUTH",
    "RACDCERT SITE",
    "RACDCERT",
    "ID(BOB)",
    "ADD(ca.pem)",
    "ADD(own.pem)",
    "ADD('",
    "ADDRING(R)",
    "DELRING(R)",
    "ALTER(LABEL(L))",
    "DELETE(LABEL(L))",
    "CONNECT(LABEL(L) RING(R)",
    "CONNECT(",
    "REMOVE(",
    "CERTAUTH LABEL(LABEL00000001)",
    "RING(R)",
    "DEFAULT",
    "USAGE(SITE)",
    "WITHLABEL(L)",
    "MAP SDNFILTER('C=XX')",
    "IDNFILTER('CN=A.C=XX')",
    "ALTMAP(LABEL(L))",
    "DELMAP(LABEL(LABEL00000001))",
    "NEWLABEL('M M')",
    "NOTRUST",
    "HIGHTRUST",
    "DELUSER ALICE",
    "(",
    ")",
    "'",
    "é",
    "\n\n",
];
const RACF: &[&str] = &[
    "ADDUSER ALICE",
    "ADDUSER",
    "ALTUSER ALICE",
    "ALU",
    "BOB",
    "PERMIT",
    "RDEFINE",
    "RALTER",
    "SETROPTS",
    "CONNECT",
    "ADDGROUP STAFF",
    "PASSWORD(",
    "KERB(KERBNAME(",
    "SSIGNON(KEYMASKED(",
    "CLASS(FACILITY)",
    "RACLIST(*)",
    "REFRESH",
    "REVOKE",
    "RESUME",
    "IRR.*",
    "(",
    ")",
    "'",
    "/*",
    "*/",
    "é",
    "99999999999",
    "\n\n",
    "-\n",
    "+\n",
];
const WORDS: &[&str] = &[
    "DFHXS1402",
    "SAF",
    "ESM",
    "X'",
    "96C73A25",
    "8",
    "16",
    "RESP2=",
    "INVREQ",
    "61",
    "ticket",
    "expired",
    "reason =",
    "Taskid (00001)",
    "AEY7",
    "SAF codes are (X'00000008',X'00000000')",
    "-1765328352",
    "03/02/2026 10:16:00",
    "CICSPRD1",
    "(",
    ")",
    ",",
    "'",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1402), failure_persistence: None, ..ProptestConfig::with_cases(600)
    })]

    #[test]
    fn any_damage_of_a_token(
        which: prop::sample::Index, at: prop::sample::Index, length in 0..12_usize, octets in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        let supplied = supplied();
        let mut token = supplied[which.index(supplied.len())].clone();
        let at = at.index(token.len());
        token.splice(at..(at + length).min(token.len()), octets);
        let keytab = keytab();
        prop_assert_eq!(hostile::token(&keytab, &token), Ok(()));
        prop_assert_eq!(hostile::request(&keytab, &token), Ok(()));
    }

    #[test]
    fn any_octets_as_a_token(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let keytab = keytab();
        prop_assert_eq!(hostile::token(&keytab, &octets), Ok(()));
        prop_assert_eq!(hostile::request(&keytab, &octets), Ok(()));
    }

    #[test]
    fn any_text_as_a_passticket(text in "[A-Z0-9]{8}|[A-Za-z0-9_-]{8}|[ -~]{0,20}|\\PC{0,10}|[0-9A-F]{0,80}") {
        prop_assert_eq!(hostile::passticket(&text), Ok(()));
    }

    #[test]
    fn any_text_as_a_command_of_a_program(text in pieces(EXEC)) {
        prop_assert_eq!(hostile::exec(&declared(), &text), Ok(()));
    }

    #[test]
    fn any_text_as_commands_of_an_administrator(text in pieces(RACF)) {
        let text = format!("ADDUSER ALICE\n\n{text}");
        prop_assert_eq!(hostile::racf(&Files::new(), &text), Ok(()));
    }

    #[test]
    fn any_text_as_commands_about_certificates(text in pieces(RACDCERT)) {
        let text = format!("ADDUSER ALICE\n\nADDUSER BOB\n\n{text}");
        prop_assert_eq!(hostile::racf(&files(), &text), Ok(()));
    }

    #[test]
    fn any_commands_about_certificates(text in certificate_commands()) {
        prop_assert_eq!(hostile::racf(&files(), &text), Ok(()));
    }

    #[test]
    fn any_text_as_a_question(text in pieces(WORDS)) {
        prop_assert_eq!(hostile::question(&text), Ok(()));
    }

    #[test]
    fn any_text_as_a_scenario(text in "[ ()\\[\\]{}:,\"a-zA-Z0-9/*#!.'\\\\\n+-]{0,80}|\\PC{0,60}") {
        prop_assert_eq!(hostile::scenario(PLEX, text.as_bytes()), Ok(()));
    }

    #[test]
    fn any_change_of_a_scenario(
        at: prop::sample::Index, length in 0..40_usize, text in "[ -~]{0,20}|\\PC{0,10}",
    ) {
        let mut bytes = SCENARIO.to_vec();
        let at = at.index(bytes.len());
        bytes.splice(at..(at + length).min(bytes.len()), text.bytes());
        prop_assert_eq!(hostile::scenario(PLEX, &bytes), Ok(()));
    }
}
