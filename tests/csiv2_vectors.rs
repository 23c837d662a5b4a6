//! Messages and tokens that others have made, or that their checkers took: read, compared with all that is said
//! of them, and written again.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regionsim::protocol::csiv2::giop::Message;
use regionsim::protocol::csiv2::identity::{Chain, Wrapped};
use regionsim::protocol::csiv2::ior::{MechanismList, TlsTransport};
use regionsim::protocol::csiv2::names::{ExportedName, Name, oid_from_der, oid_to_der};
use regionsim::protocol::csiv2::sas::Body;
use regionsim::protocol::csiv2::token::{Credentials, ErrorToken, Token};
use regionsim::protocol::csiv2::{Order, Read};
use regionsim::protocol::ltpa::{self, Keys, domino};
use regionsim::study::inspect::{ReadAs, inspect};
use serde_json::Value;

const FILE: &str = include_str!("vectors/csiv2.json");

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let vectors = file["vectors"].as_array().unwrap().clone();
    assert_eq!(Some(vectors.len() as u64), file["count"].as_u64());
    vectors
}

fn octets(vector: &Value) -> Vec<u8> {
    let digits = vector["hex"].as_str().unwrap().as_bytes();
    let octet = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(octet).collect()
}

/// Octets read as a kind and written again; padding is zero on both sides.
fn again(kind: &str, octets: &[u8]) -> Read<Vec<u8>> {
    Ok(match kind {
        "GIOP" => Message::decode(octets)?.encode(),
        "SASContextBody" => Body::decode(octets)?.encode(),
        "GSSToken" => Token::decode(octets)?.encode(),
        "GSSUP.InitialContextToken.body" => {
            Credentials::decode_body(octets, Order::Big)?.encode_body()
        }
        "GSSUP.ErrorToken" => ErrorToken::decode(octets)?.encode(),
        "GSS_NT_ExportedName" => ExportedName::decode(octets)?.encode(),
        "IdentityToken.principal_name" => Wrapped::<ExportedName>::decode(octets)?.encode(),
        "IdentityToken.certificate_chain" => Wrapped::<Chain>::decode(octets)?.encode(),
        "IdentityToken.dn" => Wrapped::<Name>::decode(octets)?.encode(),
        "X501DistinguishedName" => Name::decode(octets)?.encode(),
        "OID-DER" => oid_to_der(oid_from_der(octets)?),
        "CompoundSecMechList" => MechanismList::decode(octets)?.encode(),
        "TLS_SEC_TRANS" => TlsTransport::decode(octets)?.encode(),
        kind => panic!("no reader for {kind}"),
    })
}

/// What `inspect` says of octets, and whether it finds no flaw.
fn told(kind: &str, octets: &[u8]) -> (Value, bool) {
    let found = inspect(Some(kind), octets, ReadAs::Octets).unwrap();
    (serde_json::to_value(&found.fields).unwrap(), found.decodes)
}

/// A vector that is to be refused, by its reader and by `inspect`.
fn refused(kind: &str, octets: &[u8], expect: &str) {
    match kind {
        // The context error (2,1): no token of the mechanism that the server takes.
        "GSSToken" => {
            assert!(expect.contains("(2,1)"), "{expect}");
            assert!(Token::decode_gssup(octets).is_err());
        }
        "GSS_NT_ExportedName" => {
            assert_eq!(expect, "invalid identity token");
            assert!(again(kind, octets).is_err());
        }
        _ => {
            assert!(expect.starts_with("malformed"), "{expect}");
            let error = again(kind, octets).unwrap_err();
            assert!(error.at <= octets.len(), "{error}");
        }
    }
    assert!(!told(kind, octets).1, "{expect}");
}

fn ltpa_2(vector: &Value, octets: &[u8]) {
    let fields = &vector["fields"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let keys = &vector["keys"];
    let [shared, public, private] = ["encrypted_3DESKey", "PublicKey", "encrypted_PrivateKey"];
    let password = text(&fields["keys_password"]);
    let open = |password: &str| {
        Keys::open(&text(&keys[shared]), &text(&keys[public]), &text(&keys[private]), password)
    };
    let own = open(&password).unwrap();
    assert!(open("wrong").is_err());
    let hex = |octets: &[u8]| octets.iter().map(|own| format!("{own:02x}")).collect::<String>();
    assert_eq!(hex(&own.cipher_key()), text(&fields["aes_key_hex"]));
    assert!(text(&keys["shared_key_hex"]).starts_with(&hex(&own.cipher_key())));
    assert_eq!(fields["iv"], "equal to the AES key");
    assert_eq!(STANDARD.encode(octets), text(&fields["base64"]));
    let token = ltpa::Token::decrypt(octets, &own).unwrap();
    assert_eq!(token.plaintext(), text(&fields["plaintext"]));
    assert_eq!(token.encrypt(&own), octets);
    let data = ltpa::UserData::decode(&token.user_data).unwrap();
    assert_eq!(data.encode(), token.user_data);
    // The signature comes out the same: its padding has nothing random in it.
    assert_eq!(ltpa::Token::new(&data, token.expiry, &own), token);
    let opened = token.verify(&own, token.expiry - 1).unwrap();
    assert_eq!((Some(opened.user.as_str()), opened.expiry), (data.get("u"), token.expiry));
    let expired = ltpa::Refused::Expired { expired: token.expiry, now: token.expiry };
    assert_eq!(token.verify(&own, token.expiry), Err(expired.clone()));
    // The expiry between the percent signs is not signed, and does not count; expiry is told before the signature.
    let later = ltpa::Token { expiry: token.expiry + 1, ..token.clone() };
    assert_eq!(later.verify(&own, token.expiry), Err(expired.clone()));
    assert!(later.verify(&own, token.expiry - 1).is_ok());
    let mut forged = token.clone();
    forged.signature[3] ^= 1;
    assert_eq!(forged.verify(&own, token.expiry - 1), Err(ltpa::Refused::Signature));
    assert_eq!(forged.verify(&own, token.expiry), Err(expired));
    assert_eq!(told("LTPA2", octets).0["base64"], fields["base64"]);
}

fn ltpa_domino(vector: &Value, octets: &[u8]) {
    let fields = &vector["fields"];
    let number = |name: &str| fields[name].as_u64().unwrap() as u32;
    let secret = STANDARD.decode(fields["secret_base64"].as_str().unwrap()).unwrap();
    let [start, validity, grace] = ["start", "validity", "grace"].map(number);
    let user = fields["user"].as_str().unwrap();
    let made = domino::Token::new(user, start - grace, start + validity + grace, &secret).unwrap();
    assert_eq!(made.encode(), octets);
    let read = domino::Token::decode(octets).unwrap();
    assert_eq!(read, made);
    assert!(read.is_made_with(&secret) && !read.is_made_with(b"other"));
    let (told, decodes) = told("LTPA-Domino", octets);
    assert!(decodes && told["user"] == fields["user"]);
    assert_eq!(told["expiry"], start + validity + grace);
}

#[test]
fn every_vector_is_read_as_it_is_said_and_written_again() {
    let (mut taken, mut denied) = (0, 0);
    for vector in vectors() {
        let (id, kind) = (vector["id"].as_str().unwrap(), vector["kind"].as_str().unwrap());
        let octets = octets(&vector);
        let fields = vector["fields"].as_object().unwrap();
        if let Some(expect) = fields.get("expect") {
            refused(kind, &octets, expect.as_str().unwrap());
            denied += 1;
            continue;
        }
        match kind {
            "LTPA2" => ltpa_2(&vector, &octets),
            "LTPA-Domino" => ltpa_domino(&vector, &octets),
            _ => {
                assert_eq!(again(kind, &octets).as_ref(), Ok(&octets), "{id}");
                let (told, decodes) = told(kind, &octets);
                assert!(decodes, "{id}");
                for (name, value) in fields {
                    assert_eq!(told[name], *value, "{id}: {name} of {told}");
                }
            }
        }
        taken += 1;
    }
    assert_eq!((taken, denied), (57, 6));
}

/// Peers leave whatever they have in padding.
#[test]
fn padding_may_hold_anything() {
    let mut changed = 0;
    for vector in vectors().iter().filter(|own| own["fields"].get("expect").is_none()) {
        let (kind, octets) = (vector["kind"].as_str().unwrap(), octets(vector));
        if kind.starts_with("LTPA") {
            continue;
        }
        let whole = told(kind, &octets);
        for at in (0..octets.len()).filter(|at| octets[*at] == 0) {
            let mut other = octets.clone();
            other[at] = 0xBD;
            // What is read as the same and written as the original was padding.
            if again(kind, &other).as_ref() == Ok(&octets) {
                assert!(told(kind, &other).1 == whole.1, "{}", vector["id"]);
                changed += 1;
            }
        }
    }
    assert_eq!(changed, 238);
}
