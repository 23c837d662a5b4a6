//! Certificates, and the paths from them to a key ring (RFC 5280 section 6.1).

mod saml_support;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use regionsim::check::{Seconds, days_from_civil};
use regionsim::protocol::saml::{self, Signed};
use regionsim::protocol::x509::{Certificate, KeyRing, find_path};

fn file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/x509");
    fs::read(folder.join(format!("{name}.pem"))).expect(name)
}

fn certificate(name: &str) -> Arc<Certificate> {
    Arc::new(Certificate::read(&file(name)).expect(name))
}

fn year(year: i64) -> Seconds {
    days_from_civil(year, 6, 1) * 86_400
}

/// The label at the end of the path, with the number of certificates.
fn path(leaf: &str, bag: &[&str], ring: &[&str], now: Seconds) -> Option<(String, usize)> {
    let bag: Vec<_> = bag.iter().map(|name| certificate(name)).collect();
    let mut connected = KeyRing::default();
    ring.iter().for_each(|name| connected.connect(name, certificate(name)));
    let found = find_path(&certificate(leaf), &bag, &connected, now)?;
    Some((found.anchor, found.certificates.len()))
}

fn leads(end: &str, length: usize) -> Option<(String, usize)> {
    Some((end.to_owned(), length))
}

#[test]
fn a_path_leads_over_what_was_sent_and_what_is_connected() {
    let now = year(2026);
    assert_eq!(path("leaf", &[], &["root"], now), leads("root", 2));
    assert_eq!(path("leaf", &[], &["leaf"], now), leads("leaf", 1));
    assert_eq!(path("leaf", &["root"], &[], now), None);
    assert_eq!(path("leaf-short", &["short"], &["root"], now), leads("root", 3));
    assert_eq!(path("leaf-short", &[], &["root", "short"], now), leads("short", 2));
    assert_eq!(path("leaf-short", &[], &["root"], now), None);
}

/// An authority has renewed its certificate: name and key are the same.
#[test]
fn a_valid_certificate_of_an_authority_is_taken_before_an_old_one() {
    for ring in [["root-old", "root"], ["root", "root-old"]] {
        assert_eq!(path("leaf", &[], &ring, year(2026)), leads("root", 2));
        assert_eq!(path("leaf", &[], &ring, year(2022)), leads("root-old", 2));
    }
    // The old one alone is a path still: who asks must judge its validity.
    assert_eq!(path("leaf", &[], &["root-old"], year(2026)), leads("root-old", 2));
}

#[test]
fn an_authority_must_be_one() {
    let now = year(2026);
    for (leaf, above) in [("leaf-silent", "silent"), ("leaf-plain", "plain"), ("leaf-odd", "odd")] {
        assert!(certificate(leaf).is_issued_by(&certificate(above)), "{leaf}");
        assert_eq!(path(leaf, &[above], &["root"], now), None, "{leaf}");
        assert_eq!(path(leaf, &[], &["root", above], now), None, "{leaf}");
        assert_eq!(path(above, &[], &["root"], now), leads("root", 2), "{above}");
    }
    // No more authorities may follow `short`.
    assert_eq!(path("leaf-below", &["below", "short"], &["root"], now), None);
    assert_eq!(path("leaf-below", &["below"], &["root", "short"], now), None);
    assert_eq!(path("leaf-below", &[], &["below"], now), leads("below", 2));
}

#[test]
fn what_must_be_understood_is_known() {
    let unknown = Some("1.3.6.1.4.1.99999.1".to_owned());
    assert_eq!(certificate("critical").not_understood, unknown);
    assert_eq!(certificate("odd").not_understood, unknown);
    for name in ["harmless", "leaf", "silent", "root"] {
        assert_eq!(certificate(name).not_understood, None, "{name}");
    }
}

#[test]
fn names_are_written_and_compared_as_the_standards_say() {
    let names = certificate("names");
    let expected = "1.3.6.1.4.1.99999.2=#0c07756e6b6e6f776e,EMAILADDRESS=a@b.example,\
        CN=\\#first and last\\ ,CN=a\\,b\\+c\\\"d\\;e\\<f\\>g\\\\h=i#j,O=Größe  AG,C=DE";
    assert_eq!(names.subject, expected);
    assert_eq!(names.issuer, "CN=Root,O=Paths");
    assert_eq!(names.serial_digits(), "76543210");
    // Its issuer is written with other letters, in another encoding.
    assert!(certificate("leaf-names").is_issued_by(&names));
    assert_ne!(certificate("leaf-names").issuer, names.subject);
    assert_eq!(path("leaf-names", &["names"], &["root"], year(2026)), leads("root", 3));
    // The name alone is nothing.
    let (other, root) = (certificate("leaf-plain"), certificate("root"));
    assert!(!other.is_issued_by(&root) && !root.is_issued_by(&other));
    assert!(!saml_support::certificate("rogue-ca").is_issued_by(&saml_support::certificate("ca")));
}

#[test]
fn files_of_certificates_are_read_whole_or_not_at_all() {
    let two = [file("leaf"), b"between\n".to_vec(), file("root")].concat();
    let all = Certificate::read_all(&two).expect("two");
    assert_eq!(all, [(*certificate("leaf")).clone(), (*certificate("root")).clone()]);
    assert_eq!(Certificate::read(&two).as_ref(), Ok(&*certificate("leaf")));
    assert_eq!(Certificate::read_all(all[0].der()).expect("one"), all[..1]);
    let cut = &two[..two.len() - 30];
    let error = Certificate::read_all(cut).unwrap_err().to_string();
    assert!(error.contains("PEM, line") && error.contains("END CERTIFICATE"), "{error}");
    for (bytes, why) in [
        (file("elliptic"), "no RSA key"),
        (b"nothing".to_vec(), "octet 0: not a sequence"),
        (vec![0x30; 70_000], "more than 65536 bytes"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----".to_vec(), "no X.509"),
        (
            saml_support::bytes("pki/TEST-ONLY-cicscert.key.pem"),
            "`-----BEGIN PRIVATE KEY-----` where",
        ),
    ] {
        let error = Certificate::read(&bytes).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

/// A signature may say whose it is without bringing the certificate.
#[test]
fn signatures_name_certificates_of_the_key_ring() {
    let token = saml_support::text("valid/v20-auth0-rsa256.xml");
    let from = token.find("<X509Certificate").or(token.find("<ds:X509Certificate")).expect("it");
    let end = token.find("</X509Data").or(token.find("</ds:X509Data")).expect("its end");
    let prefix = if token[from..].starts_with("<ds:") { "ds:" } else { "" };
    let judged = |name: &str, names: &[&str]| {
        let connected = saml_support::ring(names.iter().copied());
        let element = name
            .replace('<', &format!("<{prefix}"))
            .replace(&format!("<{prefix}/"), &format!("</{prefix}"));
        let token = format!("{}{element}{}", &token[..from], &token[end..]);
        let validation = saml::validate(&token, &saml_support::policy(&connected));
        validation
            .outcome
            .map(|own| own.signer.expect("a signer").serial)
            .map_err(|refusal| refusal.response)
    };
    let signer = saml_support::certificate("signer");
    let serial = u32::from_str_radix("1A2B3C4D", 16).expect("digits");
    let by_serial = |serial: u32| {
        format!(
            "<X509IssuerSerial><X509IssuerName>{}</X509IssuerName><X509SerialNumber>{serial}\
             </X509SerialNumber></X509IssuerSerial>",
            signer.issuer.replace(',', ", ")
        )
    };
    let found = Ok("1A2B3C4D".to_owned());
    assert_eq!(judged(&by_serial(serial), &["ca", "signer"]), found);
    assert_eq!(judged(&by_serial(serial), &["ca"]), Err(31));
    assert_eq!(judged(&by_serial(serial + 1), &["ca", "signer"]), Err(31));
    let subject = format!("<X509SubjectName>{}</X509SubjectName>", signer.subject);
    assert_eq!(judged(&subject, &["signer"]), found);
    // The name of another certificate of the ring: its key did not make the signature.
    let ca = saml_support::certificate("ca");
    let other = format!("<X509SubjectName>{}</X509SubjectName>", ca.subject);
    assert_eq!(judged(&other, &["ca", "signer"]), Err(1));
    assert_eq!(judged("", &["ca", "signer"]), found);
    assert_eq!(judged("", &["ca"]), Err(31));
}

/// Where nobody looks at signatures, nobody needs a key ring.
#[test]
fn ignored_signatures_need_no_key_ring() {
    let token = saml_support::text("valid/v20-auth0-rsa256.xml");
    let connected = KeyRing::default();
    let policy = saml_support::policy(&connected);
    let policy = saml::Policy { signed: Signed::Ignored, ring: None, ..policy };
    let own = saml::validate(&token, &policy).outcome.expect("a token");
    assert_eq!(own.signer.map(|signer| signer.serial), Some("1A2B3C4D".to_owned()));
}
