//! Key tables and credential caches: files of MIT's, every cut and every flipped bit, lying lengths.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::protocol::kerberos::ccache::{CachedCredential, Ccache, KdcOffset};
use regionsim::protocol::kerberos::flags::TicketFlags;
use regionsim::protocol::kerberos::keytab::{Keytab, KeytabEntry, StoredKey};
use regionsim::protocol::kerberos::octets::{FileError, LONGEST_FILE};
use regionsim::protocol::kerberos::ticket::{Address, TicketTimes};
use regionsim::protocol::kerberos::{EncryptionType, Key, Principal};
use regionsim::study::hostile::key_file;

const KEYTAB: &[u8] = include_bytes!("interop/kerberos/mit/services.keytab");
const HOLE: &[u8] = include_bytes!("interop/kerberos/mit/hole.keytab");
const CCACHE: &[u8] = include_bytes!("interop/kerberos/mit/alice.ccache");
/// 2026-03-02T09:00:00Z.
const NINE: i64 = 1_772_442_000;

fn principal(name: &str) -> Principal {
    Principal::parse(name, "TEST.EXAMPLE").unwrap()
}

fn key(etype: EncryptionType, fill: u8) -> Key {
    Key::new(etype, &vec![fill; etype.key_length()]).unwrap()
}

fn entry(name: &str, kvno: u32, etype: EncryptionType) -> KeytabEntry {
    KeytabEntry::new(principal(name), kvno, &key(etype, 7), 1_772_442_000)
}

/// A record: its length and its content.
fn record(content: &[u8]) -> Vec<u8> {
    [&i32::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

/// The content of the only entry of a key table.
fn content(entry: KeytabEntry) -> Vec<u8> {
    Keytab { entries: vec![entry] }.encode().unwrap()[6..].to_vec()
}

fn wrong(file: &[u8]) -> FileError {
    Keytab::decode(file).unwrap_err()
}

#[test]
fn a_key_table_of_mits_has_its_keys_and_is_written_the_same() {
    let keytab = Keytab::decode(KEYTAB).unwrap();
    let types = EncryptionType::STRONGEST_FIRST;
    assert_eq!(keytab.entries.len(), 4);
    for (entry, etype) in keytab.entries.iter().zip(types) {
        let name = format!("HTTP/e{}.example", etype.number());
        assert_eq!((entry.principal.clone(), entry.kvno), (principal(&name), 1));
        assert_eq!(entry.key.key().unwrap().etype(), etype);
        assert_eq!(keytab.keys_of(&entry.principal).len(), 1);
    }
    assert_eq!(keytab.encode().unwrap(), KEYTAB);
    // The entry that was removed left a hole; the others are as they were.
    let rest = Keytab::decode(HOLE).unwrap();
    let kept: Vec<_> = [0, 2, 3].iter().map(|at| keytab.entries[*at].clone()).collect();
    assert_eq!(rest.entries, kept);
    assert_eq!(rest.encode().unwrap().len(), HOLE.len() - 4 - 0x44);
}

#[test]
fn a_credential_cache_of_mits_has_its_tickets_and_is_written_the_same() {
    let ccache = Ccache::decode(CCACHE).unwrap();
    assert_eq!(ccache.principal, principal("alice"));
    let (settings, tickets): (Vec<_>, Vec<_>) =
        ccache.credentials.iter().partition(|credential| credential.is_setting());
    assert!(!settings.is_empty() && settings.iter().all(|it| it.credentials().is_none()));
    let servers: Vec<_> = tickets.iter().map(|ticket| ticket.server.name()).collect();
    assert_eq!(servers, ["krbtgt/TEST.EXAMPLE", "HTTP/e18.example"]);
    for ticket in tickets {
        assert_eq!((ticket.times.valid_from(), ticket.times.end), (NINE, NINE + 600));
        let credentials = ticket.credentials().unwrap();
        assert_eq!(credentials.client, principal("alice"));
        assert_eq!(credentials.session_key.etype(), EncryptionType::Aes256Sha1);
    }
    assert_eq!(ccache.encode().unwrap(), CCACHE);
}

#[test]
fn versions_of_keys_are_read_from_both_their_places() {
    for kvno in [0, 1, 255, 256, 300, u32::MAX] {
        let keytab = Keytab { entries: vec![entry("a/b", kvno, EncryptionType::Aes128Sha1)] };
        assert_eq!(Keytab::decode(&keytab.encode().unwrap()).unwrap(), keytab);
    }
    let whole = content(entry("a/b", 300, EncryptionType::Aes128Sha1));
    let at = whole.len() - 4;
    let zero = [&whole[..at], &[0; 4]].concat();
    let more = [&whole[..], b"what an implementation adds"].concat();
    let short = [&whole[..at], &[1, 2, 3]].concat();
    for (content, kvno) in
        [(&whole[..at], 44), (&short, 44), (&zero, 44), (&whole, 300), (&more, 300)]
    {
        let file = [&[5, 2][..], &record(content)].concat();
        assert_eq!(Keytab::decode(&file).unwrap().entries[0].kvno, kvno);
    }
}

#[test]
fn holes_and_the_end_mark_are_no_entries() {
    let one = record(&content(entry("a", 1, EncryptionType::Aes128Sha1)));
    let hole = [&(-5i32).to_be_bytes()[..], b"waste"].concat();
    let end = vec![0; 4];
    for (parts, entries) in [
        (vec![&hole, &one, &hole, &hole, &one], 2),
        (vec![&one, &end], 1),
        (vec![&one, &end, &end], 1),
        (vec![&end], 0),
        (vec![], 0),
    ] {
        let file = [vec![5, 2], parts.into_iter().flatten().copied().collect()].concat();
        assert_eq!(Keytab::decode(&file).unwrap().entries.len(), entries);
    }
    let after = [&[5, 2][..], &end, &one].concat();
    assert_eq!(wrong(&after).to_string(), "byte 6: something follows the end mark");
}

/// A key table of version 1: the realm counts as a component, there is no name type, and numbers are
/// in the order of the machine.
fn version_one(entries: &[KeytabEntry], little: bool) -> Vec<u8> {
    let number = |octets: &[u8]| {
        let mut octets = octets.to_vec();
        if little {
            octets.reverse();
        }
        octets
    };
    let counted =
        |octets: &[u8]| [number(&(octets.len() as u16).to_be_bytes()), octets.to_vec()].concat();
    let mut out = vec![5, 1];
    for entry in entries {
        let components = entry.principal.components();
        let mut content = number(&(components.len() as u16 + 1).to_be_bytes());
        content.extend(counted(entry.principal.realm().as_bytes()));
        components.iter().for_each(|part| content.extend(counted(part.as_bytes())));
        content.extend(number(&entry.timestamp.to_be_bytes()));
        content.push(entry.kvno as u8);
        content.extend(number(&(entry.key.etype as u16).to_be_bytes()));
        content.extend(counted(entry.key.octets()));
        out.extend(number(&(content.len() as i32).to_be_bytes()));
        out.extend(content);
    }
    out
}

#[test]
fn version_one_is_read_in_the_order_of_either_machine() {
    let entries = vec![
        entry("HTTP/host.example", 3, EncryptionType::Aes256Sha1),
        entry("alice", 4, EncryptionType::Aes128Sha2),
    ];
    for little in [false, true] {
        let file = version_one(&entries, little);
        assert_eq!(Keytab::decode(&file).unwrap().entries, entries);
        for at in 3..file.len() {
            let cut = Keytab::decode(&file[..at]);
            assert!(cut.is_err() || cut.is_ok_and(|keytab| keytab.entries.len() == 1), "{at}");
        }
    }
}

#[test]
fn what_is_no_key_table_is_told_with_its_place() {
    let good = content(entry("a", 1, EncryptionType::Aes128Sha1));
    let changed = |at: usize, octets: &[u8]| {
        let mut content = good.clone();
        content[at..at + octets.len()].copy_from_slice(octets);
        [&[5, 2][..], &record(&content)].concat()
    };
    for (file, told) in [
        (vec![], "byte 0: the file ends inside the version"),
        (b"\x05\x04".to_vec(), "byte 0: no key table: it begins with X'0504', not X'0502'"),
        (b"\x05\x02\x00\x00\x00\x09".to_vec(), "byte 6: an entry of 9 bytes, and 0 are left"),
        (
            b"\x05\x02\x80\x00\x00\x00".to_vec(),
            "byte 6: a hole of 2147483648 bytes, and 0 are left",
        ),
        (b"\x05\x02\x00".to_vec(), "byte 2: the file ends inside the length of a record"),
        (changed(0, &[0, 0]), "byte 6: a principal without any component"),
        (changed(2, &[0xFF, 0xFF]), "byte 10: a realm of 65535 bytes, and 48 are left"),
        (changed(4, &[0xC3, 0xA4]), "byte 10: a Kerberos name has only ASCII characters"),
        (changed(16, &[0, 99]), "byte 24: a component of a name of 99 bytes, and 34 are left"),
        (changed(28, &[0, 18]), "byte 38: a key of aes256-cts-hmac-sha1-96 has 32 bytes, not 16"),
    ] {
        assert_eq!(wrong(&file).to_string(), told);
    }
    let huge = vec![0; LONGEST_FILE + 1];
    assert_eq!(
        wrong(&huge).to_string(),
        "byte 0: the file has 4194305 bytes; the limit is 4194304"
    );
    assert!(Ccache::decode(&huge).is_err());
}

#[test]
fn what_is_no_credential_cache_is_told_with_its_place() {
    let told = |file: &[u8]| Ccache::decode(file).unwrap_err().to_string();
    assert_eq!(
        told(b"\x05\x02\x00"),
        "byte 0: a credential cache of version 1 or 2; versions 3 and 4 are read"
    );
    assert_eq!(
        told(b"\x60\x82"),
        "byte 0: no credential cache: it begins with X'6082', not X'0504'"
    );
    assert_eq!(told(b"\x05\x04\x00\x0c\x00"), "byte 4: the header of 12 bytes, and 1 are left");
    let long = b"\x05\x04\x00\x0d\x00\x01\x00\x09123456789";
    assert_eq!(told(long), "byte 16: the KDC's time offset has more than 8 bytes");
    let many = b"\x05\x03\x00\x00\x00\x01\xFF\xFF\xFF\xFF\x00\x00\x00\x01R\x00\x00\x00\x01a";
    assert_eq!(told(many), "byte 20: the file ends inside a component of a name");
    // The mark behind the times of the first ticket.
    let ccache = Ccache { credentials: vec![], ..Ccache::decode(CCACHE).unwrap() };
    let before = ccache.encode().unwrap().len();
    let setting = Ccache::decode(CCACHE).unwrap().credentials[0].clone();
    let one = Ccache { credentials: vec![setting], ..ccache }.encode().unwrap();
    let marks = (before..one.len()).filter(|at| {
        let mut file = one.clone();
        file[*at] = 2;
        Ccache::decode(&file)
            .is_err_and(|error| error.problem == "a session key mark of 2, not 0 or 1")
    });
    assert_eq!(marks.count(), 1);
}

/// Version 3: no header, the type of a key twice.
#[test]
fn version_three_is_read() {
    let four = Ccache::decode(CCACHE).unwrap();
    let without = Ccache { kdc_offset: None, credentials: vec![], ..four.clone() };
    let mut three = vec![5, 3];
    three.extend_from_slice(&without.encode().unwrap()[4..]);
    for credential in &four.credentials {
        let one = Ccache { credentials: vec![credential.clone()], ..without.clone() };
        let octets = one.encode().unwrap()[without.encode().unwrap().len()..].to_vec();
        let names = [&credential.client, &credential.server].map(|name| {
            let of = Ccache { principal: name.clone(), ..without.clone() };
            of.encode().unwrap().len() - 4
        });
        let at = names[0] + names[1];
        three.extend([&octets[..at + 2], &octets[at..at + 2], &octets[at + 2..]].concat());
    }
    assert_eq!(Ccache::decode(&three).unwrap(), Ccache { kdc_offset: None, ..four });
}

/// Cuts a file at every place. What is left is refused, or it is a whole file with fewer entries.
fn cut_everywhere<T: PartialEq + std::fmt::Debug>(
    file: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, FileError>,
    encode: impl Fn(&T) -> Vec<u8>,
) -> usize {
    let mut whole = 0;
    for at in 0..file.len() {
        match decode(&file[..at]) {
            Ok(value) => {
                assert_eq!(encode(&value), &file[..at]);
                whole += 1;
            }
            Err(error) => assert!(error.offset <= at, "{at}: {error}"),
        }
    }
    whole
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused_or_has_fewer_entries() {
    let keytab = |value: &Keytab| value.encode().unwrap();
    let ccache = |value: &Ccache| value.encode().unwrap();
    assert_eq!(
        cut_everywhere(KEYTAB, Keytab::decode, keytab),
        4,
        "after the version and 3 entries"
    );
    let credentials = Ccache::decode(CCACHE).unwrap().credentials.len();
    assert_eq!(cut_everywhere(CCACHE, Ccache::decode, ccache), credentials);
}

#[test]
fn flipped_bits_and_lying_numbers_never_do_harm() {
    for file in [KEYTAB, HOLE, CCACHE] {
        for bit in 0..file.len() * 8 {
            let mut changed = file.to_vec();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            assert_eq!(key_file(&changed), Ok(()));
        }
        for at in 0..file.len() - 4 {
            for number in [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, file.len() as u32] {
                let mut changed = file.to_vec();
                changed[at..at + 4].copy_from_slice(&number.to_be_bytes());
                assert_eq!(key_file(&changed), Ok(()));
            }
        }
    }
}

#[test]
fn keys_of_other_types_are_kept_and_no_debug_text_shows_a_key() {
    // Types 23 (RC4) and -133 (private use) with keys of any length.
    let good = content(entry("a", 1, EncryptionType::Aes128Sha1));
    for (etype, number) in [([0, 23], 23), ([0xFF, 0x7B], -133)] {
        let mut content = good.clone();
        content[28..30].copy_from_slice(&etype);
        let file = [&[5, 2][..], &record(&content)].concat();
        let keytab = Keytab::decode(&file).unwrap();
        let stored = &keytab.entries[0].key;
        assert_eq!((stored.etype, stored.octets().len(), stored.key()), (number, 16, None));
        assert_eq!(stored.type_name(), format!("type {number}"));
        assert!(keytab.keys_of(&principal("a")).is_empty());
        assert_eq!(keytab.encode().unwrap(), file);
    }
    let shown = format!("{:?}", Keytab::decode(KEYTAB).unwrap());
    assert!(shown.contains("redacted") && !shown.contains("octets"), "{shown}");
}

#[test]
fn names_that_are_too_long_for_a_file_are_told() {
    let long = Principal::new("R", &["a".repeat(65_536).as_str()], 1).unwrap();
    let key = key(EncryptionType::Aes128Sha1, 1);
    let keytab = Keytab { entries: vec![KeytabEntry::new(long, 1, &key, 0)] };
    assert_eq!(
        keytab.encode().unwrap_err().to_string(),
        "a component of a name of 65536 bytes is too long for the file format, which holds 65535"
    );
}

fn any_principal() -> impl Strategy<Value = Principal> {
    ("[ -~]{0,12}", vec("[ -~]{0,12}", 1..4), any::<i32>()).prop_map(|(realm, parts, kind)| {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Principal::new(&realm, &parts, kind).unwrap()
    })
}

fn any_key() -> impl Strategy<Value = StoredKey> {
    (0usize..4, any::<u8>())
        .prop_map(|(at, fill)| StoredKey::from(&key(EncryptionType::STRONGEST_FIRST[at], fill)))
}

fn any_credential() -> impl Strategy<Value = CachedCredential> {
    let time = 1u32..;
    let bytes = || vec(any::<u8>(), 0..40);
    let typed = || vec((any::<i16>(), vec(any::<u8>(), 0..20)), 0..3);
    let names = (any_principal(), any_principal(), any_key());
    let times = (
        time.clone(),
        proptest::option::of(time.clone()),
        time.clone(),
        proptest::option::of(time),
    );
    let rest = (any::<bool>(), any::<u32>(), typed(), typed(), bytes(), bytes());
    (names, times, rest).prop_map(|((client, server, key), (auth, start, end, till), rest)| {
        let (is_session_key, flags, addresses, authorization, ticket, second_ticket) = rest;
        let addresses = addresses.into_iter();
        CachedCredential {
            client,
            server,
            key,
            times: TicketTimes {
                auth: auth.into(),
                start: start.map(i64::from),
                end: end.into(),
                renew_till: till.map(i64::from),
            },
            is_session_key,
            flags: TicketFlags(flags),
            addresses: addresses
                .map(|(kind, octets)| Address { kind: kind.into(), octets })
                .collect(),
            authorization,
            ticket,
            second_ticket,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(500) })]

    #[test]
    fn key_tables_open_again(
        entries in vec((any_principal(), any::<u32>(), any::<u32>(), any_key()), 0..6),
    ) {
        let entries = entries.into_iter().map(|(principal, timestamp, kvno, key)| {
            KeytabEntry { principal, timestamp, kvno, key }
        });
        let keytab = Keytab { entries: entries.collect() };
        prop_assert_eq!(Keytab::decode(&keytab.encode().unwrap()).unwrap(), keytab);
    }

    #[test]
    fn credential_caches_open_again(
        principal in any_principal(),
        offset in proptest::option::of((any::<i32>(), any::<i32>())),
        credentials in vec(any_credential(), 0..4),
    ) {
        let kdc_offset = offset.map(|(seconds, micros)| KdcOffset { seconds, micros });
        let ccache = Ccache { kdc_offset, principal, credentials };
        prop_assert_eq!(Ccache::decode(&ccache.encode().unwrap()).unwrap(), ccache);
    }

    #[test]
    fn no_bytes_are_too_strange(
        version in prop_oneof![Just([5u8, 1]), Just([5, 2]), Just([5, 3]), Just([5, 4]), any::<[u8; 2]>()],
        bytes in vec(any::<u8>(), 0..400),
    ) {
        let file = [&version[..], &bytes].concat();
        prop_assert_eq!(key_file(&file), Ok(()));
    }
}
