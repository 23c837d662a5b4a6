//! Our side of `compare.py`, in one process for many documents.
//!
//! * `made PKI FOLDER`: writes assertions of both versions with every hash, form and key information, and
//!   each of them issued again.
//! * `forms`: a question in JSON on each line of standard input, its canonical form or why there is none on
//!   each line of standard output.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a broken expectation ends the test")]

use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use regionsim::check::Checks;
use regionsim::protocol::saml::{
    self, Attribute, Authentication, Confirmation, Hash, Instant, Issuing, Signing, Subject,
    Template, Version,
};
use regionsim::protocol::x509::{Certificate, Identity};
use regionsim::protocol::xml::Document;
use regionsim::protocol::xml::canonical::{Form, canonical, document};
use serde::{Deserialize, Serialize};

const HASHES: [Hash; 4] = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];
/// Assertions of each version, hash and form.
const OF_EACH: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["made", pki, folder] => made(Path::new(pki), Path::new(folder)),
        ["forms"] => forms(),
        _ => panic!("made PKI FOLDER, or forms"),
    }
}

fn made(pki: &Path, folder: &Path) {
    let read = |name: &str| fs::read(pki.join(name)).unwrap();
    let certificate = Arc::new(Certificate::read(&read("cicscert.pem")).unwrap());
    let identity = Identity::read(&certificate, &read("TEST-ONLY-cicscert.key.pem")).unwrap();
    let mut random = ChaCha20Rng::seed_from_u64(1402);
    let write = |name: String, token: &str| fs::write(folder.join(name), token).unwrap();
    for (version, short) in [(Version::V11, "11"), (Version::V20, "20")] {
        for hash in HASHES {
            for (exclusive, key_info) in [(true, true), (true, false), (false, true)] {
                for number in 0..OF_EACH {
                    let name = format!("{short}-{hash:?}-{exclusive}-{key_info}-{number}");
                    let template = template(version, &name, &mut random);
                    let signing = Signing { identity: &identity, hash, exclusive, key_info };
                    let token = saml::make(&template, Some(&signing));
                    write(format!("{name}-made.xml"), &token);
                    let additions = attributes(version, &mut random);
                    let how = Issuing {
                        additions: &additions,
                        issuer: None,
                        signer: &identity,
                        hash,
                        now: Instant::parse("2026-06-15T12:01:00Z").unwrap(),
                        id: format!("_again-{name}"),
                    };
                    let again = saml::issue(&token, &how, &mut Checks::new()).unwrap();
                    write(format!("{name}-issued.xml"), &again);
                }
            }
        }
    }
}

/// Text with what is awkward in XML.
fn awkward(random: &mut ChaCha20Rng) -> String {
    const PIECES: [&str; 14] =
        ["A", " ", "&", "<", ">", "\"", "'", "\t", "\n", "\r", "]]>", "\u{e9}", "\u{1f511}", "--"];
    let length = random.next_u32() % 12;
    (0..length).map(|_| PIECES[random.next_u32() as usize % PIECES.len()]).collect()
}

fn attributes(version: Version, random: &mut ChaCha20Rng) -> Vec<Attribute> {
    let new = version == Version::V20;
    let count = random.next_u32() % 4;
    let attribute = |number: u32, random: &mut ChaCha20Rng| Attribute {
        name: format!("a{number}"),
        namespace: (!new).then(|| "urn:n&s".to_owned()),
        friendly_name: new.then(|| awkward(random)),
        format: None,
        values: (0..random.next_u32() % 3).map(|_| awkward(random)).collect(),
    };
    (0..count).map(|number| attribute(number, random)).collect()
}

fn template(version: Version, id: &str, random: &mut ChaCha20Rng) -> Template {
    let at = |text: &str| Instant::parse(text).unwrap();
    let method = match version {
        Version::V11 => "urn:oasis:names:tc:SAML:1.0:cm:bearer",
        Version::V20 => "urn:oasis:names:tc:SAML:2.0:cm:bearer",
    };
    Template {
        version,
        id: format!("_{id}"),
        issuer: format!("https://idp.example/{}", awkward(random)),
        issuer_format: None,
        issue_instant: at("2026-06-15T12:00:00Z"),
        subject: Subject {
            name: Some(format!("n{}", awkward(random))),
            format: None,
            name_qualifier: Some(awkward(random)),
            sp_name_qualifier: None,
            sp_provided_id: None,
        },
        confirmation: Some(Confirmation {
            method: method.to_owned(),
            not_before: None,
            not_on_or_after: None,
            recipient: None,
            in_response_to: None,
            holder: None,
        }),
        not_before: Some(at("2026-06-15T11:59:00Z")),
        not_on_or_after: Some(at("2026-06-15T12:05:00Z")),
        audiences: vec![vec!["urn:a".to_owned()]],
        one_time: random.next_u32().is_multiple_of(2),
        proxy: None,
        authentication: Some(Authentication {
            method: "urn:method".to_owned(),
            instant: at("2026-06-15T11:58:00Z"),
            dns: None,
            address: None,
        }),
        attributes: attributes(version, random),
    }
}

#[derive(Deserialize)]
struct Question {
    document: String,
    /// The local name of the element whose form is wanted; without it the whole document's.
    apex: Option<String>,
    exclusive: bool,
    comments: bool,
    prefixes: Vec<String>,
}

#[derive(Serialize)]
enum Reply {
    #[serde(rename = "form")]
    Form(String),
    #[serde(rename = "malformed")]
    Malformed(String),
    #[serde(rename = "formless")]
    Formless(String),
}

fn forms() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line.unwrap()).unwrap();
        serde_json::to_writer(&mut out, &reply(question)).unwrap();
        out.write_all(b"\n").unwrap();
    }
}

fn reply(question: Question) -> Reply {
    let Question { document: text, apex, exclusive, comments, prefixes } = question;
    let tree = match Document::parse(&text) {
        Ok(tree) => tree,
        Err(error) => return Reply::Malformed(error.to_string()),
    };
    let form = Form { exclusive, comments, prefixes: prefixes.into_iter().collect() };
    let written = match apex {
        None => document(&tree, &form),
        Some(apex) => {
            let mut all = tree.all_elements();
            let own = all.find(|id| tree.element(*id).is_some_and(|own| own.name.local == apex));
            canonical(&tree, own.unwrap(), None, &form)
        }
    };
    written.map_or_else(|error| Reply::Formless(error.to_string()), Reply::Form)
}
