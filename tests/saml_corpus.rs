//! Tokens of other software: every case of the corpus, every run of it.

mod saml_support;

use std::fmt::Write as _;

use regionsim::protocol::charset;
use regionsim::protocol::saml::{self, Assertion, Attribute, Policy, Signed};
use regionsim::protocol::x509::Hash;
use regionsim::protocol::xml::Document;
use saml_support::{SKEW, at, bytes, certificate, filled, ring};
use serde_json::Value;

const NOT_PARSED: i64 = 15;
/// The case whose expected fields have no signer, although its signature brings one and holds.
const TOLD_WITHOUT_SIGNER: &str = "bad-encoding-mismatch";

fn manifest() -> Value {
    serde_json::from_slice(&bytes("manifest.json")).expect("the manifest")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The response to a token, and what it says.
fn judge(case: &Value, data: &[u8], policy: &Policy<'_>) -> (i64, Option<Assertion>) {
    let ccsid = case["ccsid"].as_u64().and_then(|ccsid| u16::try_from(ccsid).ok());
    let text = charset::decode_as(ccsid.expect("a CCSID"), data);
    // A container that cannot be decoded cannot be parsed.
    let Ok(text) = text else { return (NOT_PARSED, None) };
    let validation = match word(&case["layer"]) {
        "embedded" => {
            let document = Document::parse(&text).expect("a message");
            let assertion = document
                .all_elements()
                .find(|id| document.element(*id).is_some_and(|own| own.name.local == "Assertion"));
            saml::validate_within(&document, assertion.expect("an assertion"), policy)
        }
        _ => saml::validate(&text, policy),
    };
    let checks = validation.checks.taken();
    match validation.outcome {
        Ok(assertion) => {
            assert!(checks.iter().all(|check| check.passed), "{checks:#?}");
            (0, Some(assertion))
        }
        Err(refusal) => {
            let failed = checks.iter().filter(|check| !check.passed).count();
            assert_eq!(failed, 1, "a refusal is one failed check, the last: {checks:#?}");
            assert!(checks.last().is_some_and(|check| !check.passed));
            assert!(!refusal.reason.is_empty());
            (i64::from(refusal.response), None)
        }
    }
}

/// What is not as the case expects.
fn differences(expected: &Value, own: &Assertion) -> String {
    let mut wrong = String::new();
    let found = filled(own);
    for (name, value) in expected.as_object().into_iter().flatten() {
        let told = match (name.as_str(), value) {
            ("attributes", _) => attributes(list(value), &own.attributes),
            ("attributes_summary", _) => summary(value, &own.attributes),
            ("signer_certificate", _) => signer(value, own),
            (_, value) => {
                let expected: Vec<String> = match value {
                    Value::Null => Vec::new(),
                    Value::Array(all) => all.iter().map(|one| word(one).to_owned()).collect(),
                    Value::Number(number) => vec![number.to_string()],
                    other => vec![word(other).to_owned()],
                };
                let found = found.get(name.as_str()).unwrap_or_else(|| panic!("{name}"));
                (*found != expected).then(|| format!("{found:?}, not {expected:?}"))
            }
        };
        if let Some(told) = told {
            let _ = writeln!(wrong, "{name}: {told}");
        }
    }
    wrong
}

fn attributes(expected: &[Value], found: &[Attribute]) -> Option<String> {
    let same = expected.len() == found.len()
        && expected.iter().zip(found).all(|(expected, found)| attribute(expected, found));
    (!same).then(|| format!("{found:?}"))
}

fn attribute(expected: &Value, found: &Attribute) -> bool {
    let is = |name: &str, value: &Option<String>| expected[name].as_str() == value.as_deref();
    let held = found.values.len().min(999);
    let values = match expected.get("values") {
        Some(values) => list(values).iter().map(word).eq(found.values.iter().map(String::as_str)),
        None => {
            let ends = (&found.values[0], &found.values[held - 1]);
            (ends.0.as_str(), ends.1.as_str())
                == (word(&expected["values_first"]), word(&expected["values_last"]))
        }
    };
    word(&expected["name"]) == found.name
        && is("namespace", &found.namespace)
        && is("friendly_name", &found.friendly_name)
        && is("name_format", &found.format)
        && expected["value_count"].as_u64() == Some(held as u64)
        && values
}

fn summary(expected: &Value, found: &[Attribute]) -> Option<String> {
    let held = found.len().min(999);
    let same = expected["count"].as_u64() == Some(held as u64)
        && attribute(&expected["first"], &found[0])
        && attribute(&expected["last"], &found[held - 1]);
    (!same).then(|| format!("{held} attributes"))
}

fn signer(expected: &Value, own: &Assertion) -> Option<String> {
    let Some(found) = &own.signer else { return (!expected.is_null()).then(|| "none".to_owned()) };
    let serial = word(&expected["serial_hex"]);
    let serial = format!("{serial:0>8}");
    let same = word(&expected["subject"]) == found.subject
        && word(&expected["issuer"]) == found.issuer
        && serial[serial.len() - 8..] == found.serial;
    (!same).then(|| format!("{found:?}"))
}

/// Whether a value that must not come out has come out.
fn leaked(never: &Value, own: &Assertion) -> Option<String> {
    let found = filled(own);
    let leaks = never.as_object().into_iter().flatten().find_map(|(name, values)| {
        let found = found.get(name.as_str()).unwrap_or_else(|| panic!("{name}"));
        list(values).iter().map(word).find(|value| found.iter().any(|own| own == value))
    });
    leaks.map(str::to_owned)
}

#[test]
fn every_run_is_answered_as_it_should_be() {
    let manifest = manifest();
    let (mut runs, mut wrong, mut others) = (0, String::new(), Vec::new());
    for case in list(&manifest["cases"]) {
        let (id, data) = (word(&case["id"]), bytes(word(&case["file"])));
        let digest: String =
            Hash::Sha256.digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, word(&case["sha256"]), "{id}: the file has been changed");
        for run in list(&case["runs"]) {
            let connected = ring(list(&run["key_ring"]).iter().map(word));
            let signed = match word(&run["signed"]) {
                "SAML-IGNORED" => Signed::Ignored,
                _ => Signed::Required,
            };
            let policy = Policy {
                now: at(word(&run["at"])),
                skew: run["clock_skew_ms"].as_i64().expect("a skew") * 1_000_000,
                signed,
                ring: (!run["key_ring"].is_null()).then_some(&connected),
            };
            let (response, assertion) = judge(case, &data, &policy);
            runs += 1;
            if run["response"].as_i64() != Some(response) {
                others.push(format!("{id}: {response}"));
            }
            if !list(&run["acceptable"]).contains(&response.into()) {
                let _ = writeln!(wrong, "{id} at {}: {response}", word(&run["at"]));
            }
            let Some(own) = assertion else { continue };
            let expected = case.get("expected_fields").or_else(|| case.get("fields_if_accepted"));
            // What is not verified may be anything.
            if let (Some(expected), Signed::Required) = (expected, signed) {
                let mut expected = expected.clone();
                if id == TOLD_WITHOUT_SIGNER {
                    // Its fields were read by software that looked at no signature.
                    let fields = expected.as_object_mut().expect("fields");
                    fields.retain(|name, _| {
                        !name.starts_with("SAMLT-CERT") && name != "signer_certificate"
                    });
                }
                let told = differences(&expected, &own);
                if !told.is_empty() {
                    let _ = writeln!(wrong, "{id}: {told}");
                }
            }
            if let (Signed::Required, Some(value)) = (signed, leaked(&case["never"], &own)) {
                let _ = writeln!(wrong, "{id}: {value:?} has come out");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(runs, 185);
    // Every answer is the preferred one.
    assert!(others.is_empty(), "{others:#?}");
}

/// A message is no token, whatever is in it.
#[test]
fn a_message_given_whole_is_refused() {
    let manifest = manifest();
    let connected = ring(["ca"]);
    let policy = saml_support::policy(&connected);
    let embedded = |case: &&Value| word(&case["layer"]) == "embedded";
    let mut count = 0;
    for case in list(&manifest["cases"]).iter().filter(embedded) {
        let text = saml_support::text(word(&case["file"]));
        let refusal = saml::validate(&text, &policy).outcome.expect_err(word(&case["id"]));
        assert_eq!(refusal.response, 1, "{}", word(&case["id"]));
        count += 1;
    }
    assert_eq!(count, 12);
}

/// The certificates are what the manifest says.
#[test]
fn certificates_are_read_as_other_software_reads_them() {
    let manifest = manifest();
    let mut count = 0;
    for (name, expected) in manifest["certificates"].as_object().expect("certificates") {
        let own = certificate(name);
        let digits: String = own.serial.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(own.subject, word(&expected["subject"]), "{name}");
        assert_eq!(own.issuer, word(&expected["issuer"]), "{name}");
        assert_eq!(digits.trim_start_matches('0'), word(&expected["serial_hex"]), "{name}");
        assert_eq!(own.not_before, at(word(&expected["not_before"])).seconds, "{name}");
        assert_eq!(own.not_after, at(word(&expected["not_after"])).seconds, "{name}");
        count += 1;
    }
    assert_eq!(count, 12);
    assert_eq!(SKEW, manifest["default_clock_skew_ms"].as_i64().unwrap_or_default() * 1_000_000);
}
