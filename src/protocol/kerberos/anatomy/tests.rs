//! The walk against a second implementation's reading of the same bytes, and against the strict
//! decoders.

use rasn_kerberos as asn1;

use super::*;
use crate::protocol::anatomy::Flaw;
use crate::protocol::kerberos::der;

const ENCODINGS: &str = include_str!("../../../../tests/interop/kerberos/reference_encode.out");
const READINGS: &str = include_str!("../../../../tests/interop/kerberos/trval_reference.out");

fn kind(name: &str) -> Option<&'static str> {
    let stem = name.split_once('(').map_or(name, |(stem, _)| stem.trim());
    Some(match stem.strip_prefix("encode_krb5_")? {
        "authenticator" => "Authenticator",
        "ticket" => "Ticket",
        "keyblock" => "EncryptionKey",
        "enc_tkt_part" => "EncTicketPart",
        // The reference encodes the common part with the tag of a TGS reply.
        "enc_kdc_rep_part" => "EncTGSRepPart",
        "as_rep" => "AS-REP",
        "tgs_rep" => "TGS-REP",
        "ap_req" => "AP-REQ",
        "ap_rep" => "AP-REP",
        "ap_rep_enc_part" => "EncAPRepPart",
        "as_req" => "AS-REQ",
        "tgs_req" => "TGS-REQ",
        "kdc_req_body" => "KDC-REQ-BODY",
        "safe" => "KRB-SAFE",
        "priv" => "KRB-PRIV",
        "enc_priv_part" => "EncKrbPrivPart",
        "cred" => "KRB-CRED",
        "enc_cred_part" => "EncKrbCredPart",
        "error" => "KRB-ERROR",
        "authorization_data" => "AuthorizationData",
        "padata_sequence" => "METHOD-DATA",
        "etype_info" => "ETYPE-INFO",
        "etype_info2" => "ETYPE-INFO2",
        "pa_enc_ts" => "PA-ENC-TS-ENC",
        "enc_data" => "EncryptedData",
        _ => return None,
    })
}

fn references() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let lines = ENCODINGS.lines().filter_map(|line| line.split_once(": "));
    let octets = |hex: &str| {
        hex.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
    };
    lines.filter_map(|(name, hex)| Some((name, kind(name)?, octets(hex)))).collect()
}

fn read(kind: &str, bytes: &[u8]) -> (Part, Vec<Flaw>) {
    let mut flaws = Flaws::new();
    let part = take_apart(kind, bytes, &mut flaws).unwrap();
    (part, flaws.into_found())
}

/// The leaves in order, as (name, value): a list's items have no name there.
fn leaves(part: &Part, out: &mut Vec<(String, String)>) {
    match &part.value {
        Some(value) => {
            let name = if part.name.starts_with('[') { "" } else { &part.name };
            out.push((name.to_owned(), value.clone()));
        }
        None => part.parts.iter().for_each(|part| leaves(part, out)),
    }
}

/// Names of fields that the reference writes in its own way, and ours, which are the RFC's.
const QUIRKS: [(&str, &str); 5] = [
    ("pa-data", "padata-value"),
    ("startime", "starttime"),
    ("enddtime", "endtime"),
    ("flags", "tr-type"),
    ("key", "contents"),
];

/// The leaves of one reading of the reference, with octets in hexadecimal.
fn reference_leaves(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let fields = line.trim_start_matches(['.', ' ']);
        if !fields.starts_with('[') {
            // A dump of octets: pairs of digits, then the same as text.
            let pair = |word: &&str| word.len() == 2 && u8::from_str_radix(word, 16).is_ok();
            let digits: String = line.split_whitespace().take_while(pair).collect();
            if let Some((_, value)) = out.last_mut() {
                value.push_str(&digits);
            }
            continue;
        }
        let Some((kinds, value)) = fields.rsplit_once("] ").filter(|_| !fields.ends_with(']'))
        else {
            continue;
        };
        let name = kinds.strip_prefix('[').and_then(|rest| rest.split_once("] ["));
        let (name, form) =
            name.map_or(("", kinds.trim_start_matches('[')), |(name, form)| (name, form));
        let value = match form {
            "Octet String" => match value.strip_prefix('"') {
                Some(text) => {
                    text.trim_end_matches('"').bytes().map(|b| format!("{b:02x}")).collect()
                }
                None => String::new(),
            },
            "Bit String" => value.trim_start_matches("0x").to_owned(),
            _ => value.trim_matches('"').to_owned(),
        };
        out.push((name.to_owned(), value));
    }
    out
}

#[test]
fn fields_and_values_are_those_that_the_reference_reads() {
    let readings: Vec<(&str, &str)> = READINGS
        .split("\nencode_krb5_")
        .map(|text| text.trim_start_matches("encode_krb5_"))
        .filter_map(|text| text.split_once(":\n"))
        .collect();
    let mut compared = 0;
    for (name, kind, octets) in references() {
        let stem = name.strip_prefix("encode_krb5_").unwrap();
        let Some((_, text)) = readings.iter().find(|(known, _)| *known == stem) else { continue };
        let (part, flaws) = read(kind, &octets);
        if !flaws.iter().all(is_carried) {
            continue;
        }
        // The reference gives the parts of this message's encrypted data the names of the message's.
        let misnamed = stem == "priv";
        let mut ours = Vec::new();
        leaves(&part, &mut ours);
        let theirs = reference_leaves(text);
        assert_eq!(ours.len(), theirs.len(), "{name}: {ours:#?} {theirs:#?}");
        for ((field, value), (their_field, their_value)) in ours.iter().zip(&theirs) {
            let their_field = their_field.as_str();
            let hexed: String = value.bytes().map(|b| format!("{b:02x}")).collect();
            assert!(
                value == their_value || hexed == *their_value,
                "{name} {field}: {value} {their_value}"
            );
            let nameless = their_field.bytes().all(|octet| octet.is_ascii_digit());
            let same = nameless || field == their_field || misnamed;
            let quirk = QUIRKS.contains(&(their_field, field.as_str()));
            assert!(same || quirk, "{name}: {field} {their_field}");
        }
        compared += 1;
    }
    assert!(compared >= 40, "{compared}");
}

#[test]
fn references_have_no_flaw_and_every_truncation_has_one() {
    for (name, kind, octets) in references() {
        let (_, mut flaws) = read(kind, &octets);
        flaws.retain(|flaw| !is_carried(flaw));
        // Key versions are unsigned (RFC 4120 section 5.2.9).
        let unsigned = name.contains("kvno=-1") || name.contains("MSB-set");
        assert_eq!(flaws.is_empty(), !unsigned, "{name}: {flaws:?}");
        for at in 0..octets.len() {
            let (_, flaws) = read(kind, &octets[..at]);
            assert!(!flaws.is_empty(), "{name} cut at {at}");
            assert!(flaws.iter().all(|flaw| flaw.offset as usize <= at), "{name} {at} {flaws:?}");
        }
    }
}

/// Whether the strict decoder takes the bytes.
fn decodes(kind: &str, bytes: &[u8]) -> bool {
    match kind {
        "AP-REQ" => der::decode::<asn1::ApReq>("", bytes).is_ok(),
        "AP-REP" => der::decode::<asn1::ApRep>("", bytes).is_ok(),
        "AS-REQ" => der::decode::<asn1::AsReq>("", bytes).is_ok(),
        "AS-REP" => der::decode::<asn1::AsRep>("", bytes).is_ok(),
        "TGS-REQ" => der::decode::<asn1::TgsReq>("", bytes).is_ok(),
        "TGS-REP" => der::decode::<asn1::TgsRep>("", bytes).is_ok(),
        "KRB-ERROR" => der::decode::<asn1::KrbError>("", bytes).is_ok(),
        "Ticket" => der::decode::<asn1::Ticket>("", bytes).is_ok(),
        "Authenticator" => der::decode::<asn1::Authenticator>("", bytes).is_ok(),
        "EncTicketPart" => der::decode::<asn1::EncTicketPart>("", bytes).is_ok(),
        "EncAPRepPart" => der::decode::<asn1::EncApRepPart>("", bytes).is_ok(),
        "EncTGSRepPart" => der::decode::<asn1::EncTgsRepPart>("", bytes).is_ok(),
        _ => false,
    }
}

/// Data that the message only carries is decoded when it is used, not with the message.
fn is_carried(flaw: &Flaw) -> bool {
    ["padata-value.", "e-data.", "ad-data."].iter().any(|part| flaw.path.contains(part))
}

#[test]
fn every_flipped_bit_has_a_flaw_exactly_where_the_decoder_refuses() {
    let mut refused = 0;
    for (name, kind, octets) in references() {
        if !decodes(kind, &octets) {
            continue;
        }
        for bit in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let (_, flaws) = read(kind, &flipped);
            let own: Vec<&Flaw> = flaws.iter().filter(|flaw| !is_carried(flaw)).collect();
            if own.iter().all(|flaw| flaw.problem.starts_with("not a number from"))
                && !own.is_empty()
            {
                // The library's types are wider than the ranges of some fields, which are looked at later.
                continue;
            }
            assert_eq!(decodes(kind, &flipped), own.is_empty(), "{name} bit {bit}: {flaws:?}");
            refused += u32::from(!own.is_empty());
        }
    }
    assert!(refused > 1_000, "{refused}");
}

#[test]
fn hostile_bytes_end_in_flaws() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed, TestRunner};

    let config =
        Config { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let kinds = proptest::sample::select(kinds());
    let bytes = proptest::collection::vec(any::<u8>(), 0..400);
    let nested = (0..200usize).prop_map(|deep| [0x30, 0x80].repeat(deep));
    let test = |(kind, bytes): (&'static str, Vec<u8>)| {
        let (part, flaws) = read(kind, &bytes);
        prop_assert!(!flaws.is_empty());
        prop_assert!(part.length as usize == bytes.len());
        Ok(())
    };
    runner.run(&(kinds, prop_oneof![bytes, nested]), test).unwrap();
}

#[test]
fn an_error_that_asks_for_pre_authentication_says_so_without_a_flaw() {
    let hint = [der::wrap(0xA1, &[2, 1, 2]), der::wrap(0xA2, &[4, 0])].concat();
    let asked = der::wrap(0x30, &der::wrap(0x30, &hint));
    let error = |code: u8, data: &[u8]| {
        let number = |tag: u8, value: u8| der::wrap(tag, &[2, 1, value]);
        let time = der::wrap(0xA4, &der::wrap(0x18, b"20260302090000Z"));
        let name = der::wrap(0xA1, &der::wrap(0x30, &der::wrap(0x1B, b"krbtgt")));
        let name = der::wrap(0xAA, &der::wrap(0x30, &[number(0xA0, 2), name].concat()));
        let realm = der::wrap(0xA9, &der::wrap(0x1B, b"R"));
        let data = der::wrap(0xAC, &der::wrap(0x04, data));
        let fields = [number(0xA0, 5), number(0xA1, 30), time, number(0xA5, 0), number(0xA6, code)];
        der::wrap(0x7E, &der::wrap(0x30, &[fields.concat(), realm, name, data].concat()))
    };
    let (part, flaws) = read("KRB-ERROR", &error(25, &asked));
    assert_eq!(flaws, []);
    assert!(format!("{part:?}").contains("asked for"), "{part:?}");
    // In a request it must hold the encrypted time, and no error can leave a list of types empty.
    let (_, flaws) = read("METHOD-DATA", &asked);
    assert_eq!(flaws.len(), 1);
    let types = [der::wrap(0xA1, &[2, 1, 19]), der::wrap(0xA2, &[4, 0])].concat();
    let types = der::wrap(0x30, &der::wrap(0x30, &types));
    let (_, flaws) = read("KRB-ERROR", &error(25, &types));
    assert_eq!(flaws.len(), 1);
}

#[test]
fn data_in_data_is_looked_into_only_so_deep() {
    let mut data = vec![0x30, 0];
    for _ in 0..40 {
        let octets = der::wrap(0x04, &data);
        let fields = [der::wrap(0xA0, &[2, 1, 1]), der::wrap(0xA1, &octets)].concat();
        data = der::wrap(0x30, &der::wrap(0x30, &fields));
    }
    let (mut part, flaws) = read("AuthorizationData", &data);
    assert_eq!(flaws, []);
    let mut deep = 0;
    while let Some(inner) = part.parts.pop() {
        part = inner;
        deep += 1;
    }
    assert!((40..60).contains(&deep), "{deep}");
}
