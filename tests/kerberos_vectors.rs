//! Every vector of `vectors/kerberos.json`, group by group, through the public functions.
//!
//! The block mode itself is not public; its group is a unit test beside the code.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use std::convert::Infallible;

use rand_core::TryRng;
use regionsim::check::Checks;
use regionsim::protocol::kerberos::derive::{Purpose, n_fold};
use regionsim::protocol::kerberos::gss::{CHECKSUM_TYPE, ContextChecksum, GssFlags};
use regionsim::protocol::kerberos::wrap::{Context, Role};
use regionsim::protocol::kerberos::{EncryptionType, Key, string_to_key};
use serde_json::Value;

/// The vectors of a group; the expected number makes sure that none is skipped.
fn vectors(id: &str, count: usize) -> Vec<Value> {
    let text = include_str!("vectors/kerberos.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let groups = file["groups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["id"] == id).unwrap();
    let vectors = group["vectors"].as_array().unwrap().clone();
    assert_eq!(vectors.len(), count, "{id}");
    vectors
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} in {vector}"))
}

fn number(vector: &Value, name: &str) -> u32 {
    u32::try_from(vector[name].as_u64().unwrap()).unwrap()
}

fn bytes(vector: &Value, name: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text(vector, name).chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn etype(vector: &Value) -> EncryptionType {
    EncryptionType::from_number(number(vector, "etype") as i32).unwrap()
}

fn key(vector: &Value, name: &str) -> Key {
    Key::new(etype(vector), &bytes(vector, name)).unwrap()
}

#[test]
fn the_file_has_these_groups_and_no_others() {
    let file: Value = serde_json::from_str(include_str!("vectors/kerberos.json")).unwrap();
    let ids: Vec<&str> =
        file["groups"].as_array().unwrap().iter().map(|group| text(group, "id")).collect();
    assert_eq!(
        ids,
        [
            "nfold",
            "string_to_key_aes_sha1",
            "aes_cbc_cts",
            "string_to_key_aes_sha2",
            "key_derivation_aes_sha2",
            "key_derivation_aes_sha1",
            "encrypt_aes_sha2",
            "encrypt_aes_sha1",
            "checksum_aes_sha2",
            "checksum_aes_sha1",
            "prf_aes_sha2",
            "gss_wrap_sealed_acceptor",
            "gss_8003_checksum",
        ]
    );
}

#[test]
fn nfold() {
    for vector in vectors("nfold", 11) {
        let length = number(&vector, "n_bits") as usize / 8;
        let folded = n_fold(text(&vector, "input_ascii").as_bytes(), length);
        assert_eq!(folded, bytes(&vector, "output"), "{vector}");
    }
}

#[test]
fn string_to_key_aes_sha1() {
    for vector in vectors("string_to_key_aes_sha1", 7) {
        let (password, salt) = (bytes(&vector, "password"), bytes(&vector, "salt"));
        let iterations = number(&vector, "iterations");
        for (etype, stretched, expected) in [
            (EncryptionType::Aes128Sha1, "pbkdf2_128", "key_etype17"),
            (EncryptionType::Aes256Sha1, "pbkdf2_256", "key_etype18"),
        ] {
            let mut middle = vec![0; etype.key_length()];
            pbkdf2::pbkdf2_hmac::<sha1::Sha1>(&password, &salt, iterations, &mut middle);
            assert_eq!(middle, bytes(&vector, stretched), "{vector}");
            let key = string_to_key(etype, &password, &salt, iterations);
            assert_eq!(key.bytes(), bytes(&vector, expected), "{vector}");
        }
    }
}

#[test]
fn string_to_key_aes_sha2() {
    for vector in vectors("string_to_key_aes_sha2", 2) {
        let (password, salt) = (bytes(&vector, "password"), bytes(&vector, "salt"));
        let key = string_to_key(etype(&vector), &password, &salt, number(&vector, "iterations"));
        assert_eq!(key.bytes(), bytes(&vector, "key"));
        assert_eq!(key.etype().default_iterations(), number(&vector, "iterations"));
    }
}

#[test]
fn key_derivation() {
    let groups = [("key_derivation_aes_sha2", 6), ("key_derivation_aes_sha1", 6)];
    for vector in groups.into_iter().flat_map(|(id, count)| vectors(id, count)) {
        let constant = bytes(&vector, "constant");
        let usage = u32::from_be_bytes(constant[..4].try_into().unwrap());
        let purpose = [Purpose::Checksum, Purpose::Encryption, Purpose::Integrity]
            .into_iter()
            .find(|purpose| *purpose as u8 == constant[4])
            .unwrap();
        let derived = key(&vector, "base_key").derived(usage, purpose);
        assert_eq!(derived, bytes(&vector, "derived"), "{vector}");
    }
}

#[test]
fn encryption_both_ways() {
    let groups = [("encrypt_aes_sha2", 8), ("encrypt_aes_sha1", 10)];
    for vector in groups.into_iter().flat_map(|(id, count)| vectors(id, count)) {
        let (key, usage) = (key(&vector, "key"), number(&vector, "usage"));
        let confounder = bytes(&vector, "confounder").try_into().unwrap();
        let plain = bytes(&vector, "plaintext");
        let sealed = key.encrypt(usage, &confounder, &plain);
        assert_eq!(sealed, bytes(&vector, "ciphertext"), "{vector}");
        assert_eq!(key.decrypt(usage, &sealed).unwrap(), plain);
    }
}

#[test]
fn checksums() {
    let groups = [("checksum_aes_sha2", 2), ("checksum_aes_sha1", 2)];
    for vector in groups.into_iter().flat_map(|(id, count)| vectors(id, count)) {
        let checksum =
            key(&vector, "key").checksum(number(&vector, "usage"), &bytes(&vector, "plaintext"));
        assert_eq!(checksum, bytes(&vector, "checksum"), "{vector}");
    }
}

#[test]
fn prf() {
    for vector in vectors("prf_aes_sha2", 2) {
        assert_eq!(key(&vector, "key").prf(&bytes(&vector, "input")), bytes(&vector, "output"));
    }
}

/// A random source that gives exactly the octets of a vector.
struct Given(Vec<u8>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("wrapping draws a confounder and nothing else")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("wrapping draws a confounder and nothing else")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(&self.0.drain(..to.len()).collect::<Vec<u8>>());
        Ok(())
    }
}

#[test]
fn wrap_sealed_by_an_acceptor() {
    for vector in vectors("gss_wrap_sealed_acceptor", 4) {
        assert_eq!(number(&vector, "key_usage"), 22);
        let mut acceptor = Context {
            role: Role::Acceptor,
            key: key(&vector, "key"),
            acceptor_subkey: number(&vector, "flags") & 4 != 0,
            flags: GssFlags::CONFIDENTIALITY,
            send_sequence: vector["seq"].as_u64().unwrap(),
            receive_sequence: 0,
        };
        let mut initiator = Context { role: Role::Initiator, send_sequence: 0, ..acceptor.clone() };
        let mut random = Given(bytes(&vector, "confounder"));
        let token = acceptor.wrap(true, &bytes(&vector, "plaintext"), &mut random);
        assert_eq!(token, bytes(&vector, "token"));
        assert_eq!(token.len(), number(&vector, "token_length") as usize);
        assert!(random.0.is_empty());
        let opened = initiator.unwrap(&token, &mut Checks::new()).unwrap();
        assert_eq!((opened.data, opened.sealed), (bytes(&vector, "plaintext"), true));
    }
}

#[test]
fn context_checksum() {
    for vector in vectors("gss_8003_checksum", 5) {
        assert_eq!(number(&vector, "checksum_type") as i32, CHECKSUM_TYPE);
        let flags = GssFlags(number(&vector, "gss_flags"));
        let checksum = ContextChecksum { flags, ..Default::default() };
        assert_eq!(checksum.encode(), bytes(&vector, "checksum"));
        assert_eq!(ContextChecksum::decode(&bytes(&vector, "checksum")), Ok(checksum));
    }
}
