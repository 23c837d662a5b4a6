//! SAML tokens from the command line: every run of the corpus, tokens issued again, tokens taken apart.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Folder, ROOT, regionsim, told};

const CORPUS: &str = "tests/interop/saml";
const TOKEN: &str = "tests/interop/saml/valid/v20-auth0-rsa256.xml";
const CA: &str = "tests/interop/saml/pki/ca.pem";
const AT: &str = "2026-06-15T12:00:00Z";

fn manifest() -> Value {
    let text = fs::read_to_string(Path::new(ROOT).join(CORPUS).join("manifest.json"));
    serde_json::from_str(&text.expect("the manifest")).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `saml validate FILE` with these words and the key ring of the corpus, and its JSON.
fn validate(file: &str, more: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["saml", "validate", file, "--format", "json", "--at", AT];
    arguments.extend(["--trust", CA]);
    arguments.extend(more);
    let (code, out, err) = told(&arguments);
    assert_eq!(err, "", "{arguments:?}");
    (code, serde_json::from_str(&out).expect("JSON"))
}

/// What a field or container holds, wherever it stands.
fn held<'a>(containers: &'a Value, name: &str) -> &'a Value {
    let area = match name.split('-').next().unwrap_or_default() {
        "SAMLC" => "DFHSAML-COUNTS",
        "SAMLT" => "DFHSAML-TIMES",
        "SAMLB" => "DFHSAML-FLAGS",
        _ => return &containers[name],
    };
    &containers[area][name]
}

#[test]
fn every_run_of_the_corpus_has_its_response_and_its_containers() {
    let manifest = manifest();
    let mut count = 0;
    let whole = |case: &&Value| word(&case["layer"]) == "token";
    for case in list(&manifest["cases"]).iter().filter(whole) {
        for run in list(&case["runs"]) {
            let file = format!("{CORPUS}/{}", word(&case["file"]));
            let skew = format!("{}ms", run["clock_skew_ms"]);
            let ccsid = case["ccsid"].to_string();
            let signed = word(&run["signed"]).to_lowercase();
            let mut arguments = vec!["saml", "validate", &file, "--format", "json"];
            arguments.extend(["--at", word(&run["at"]), "--skew", &skew, "--ccsid", &ccsid]);
            arguments.extend(["--signed", &signed]);
            let trust: Vec<String> = list(&run["key_ring"])
                .iter()
                .map(|name| format!("--trust={CORPUS}/pki/{}.pem", word(name)))
                .collect();
            arguments.extend(trust.iter().map(String::as_str));
            arguments.extend(run["key_ring"].is_null().then_some("--no-keyring"));
            let (code, out, err) = told(&arguments);
            assert_eq!(err, "", "{arguments:?}");
            let answer: Value = serde_json::from_str(&out).expect("JSON");
            assert_eq!(answer["response"], run["response"], "{arguments:?}");
            assert_eq!(code, i32::from(answer["response"] != 0), "{arguments:?}");
            assert_eq!(answer["containers"]["DFHSAML-RESPONSE"], answer["response"]);
            let error = &answer["containers"]["DFHSJ-ERROR"];
            assert_eq!(error.is_null(), answer["response"] != 15, "{error}");
            if answer["response"] == 0 && signed == "saml-required" {
                fields(case, &answer["containers"]);
            }
            count += 1;
        }
    }
    assert_eq!(count, 173);
}

/// The containers that the case expects, but for the certificate.
fn fields(case: &Value, containers: &Value) {
    let expected = case.get("expected_fields").or_else(|| case.get("fields_if_accepted"));
    for (name, value) in expected.and_then(Value::as_object).into_iter().flatten() {
        if name.starts_with("SAMLT-CERT") || !name.contains('-') {
            continue;
        }
        let id = &case["id"];
        match value {
            Value::Array(all) => {
                let numbered = |number: usize| format!("{name}{number:03}");
                for (number, value) in (1..).zip(all) {
                    assert_eq!(&containers[numbered(number)], value, "{id}: {name}");
                }
                assert!(containers[numbered(all.len() + 1)].is_null(), "{id}: {name}");
            }
            // A field of blanks is empty, a container is not there.
            Value::Null if name.starts_with("SAML") => assert_eq!(held(containers, name), ""),
            value => assert_eq!(held(containers, name), value, "{id}: {name}"),
        }
    }
    let attributes = expected.map(|expected| list(&expected["attributes"])).unwrap_or_default();
    for (number, expected) in (1..).zip(attributes) {
        let held = |family: &str| &containers[format!("DFHSAML-ATTR{family}{number:03}")];
        assert_eq!(held("N"), &expected["name"]);
        assert_eq!(held("S"), &expected["namespace"]);
        assert_eq!(held("Y"), &expected["friendly_name"]);
        assert_eq!(held("F"), &expected["name_format"]);
        assert_eq!(held("A"), &expected["value_count"]);
        for (value_number, value) in (1..).zip(list(&expected["values"])) {
            let name = format!("DFHSAML-A{number:03}V{value_number:03}");
            assert_eq!(&containers[name], value, "{}", case["id"]);
        }
    }
}

#[test]
fn people_are_told_containers_margins_and_what_the_signature_covers() {
    let (code, out, err) = told(&["saml", "validate", TOKEN, "--trust", CA, "--at", AT]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for row in [
        "v20-auth0-rsa256.xml: response 0 (OK)\n",
        "  DFHSAML-NAMID      MKELLER\n",
        "  DFHSAML-TIMES\n    SAMLT-NOTBEFORE  2026-06-15T11:58:01Z\n    SAMLT-EXPIRES    2026-06-15T12:58:01Z\n",
        "  does not cover the signature's own elements",
        "  signer         CN=idp-signer.example.test,",
        &format!("  trusted as     {CA}\n"),
        "  ok           +298 s  saml.not-before: clock of the system 2026-06-15T12:00:00Z",
    ] {
        assert!(out.contains(row), "{row}: {out}");
    }
    let late = ["saml", "validate", TOKEN, "--trust", CA, "--at", "2026-06-15T14:00:00Z"];
    let (code, out, _) = told(&late);
    assert_eq!(code, 1);
    for row in [
        "response 22",
        "why            the assertion is no longer valid",
        "FAILED",
        "DFHSAML-RESPONSE   22",
    ] {
        assert!(out.contains(row), "{row}: {out}");
    }
    assert!(!out.contains("MKELLER"), "what is refused says nothing: {out}");
}

#[test]
fn json_has_the_members_that_its_schema_names() {
    let (code, answer) = validate(TOKEN, &[]);
    assert_eq!((code, &answer["schema"], &answer["name"]), (0, &1.into(), &"OK".into()));
    assert_eq!(answer["reason"], Value::Null);
    let signature = &answer["signature"];
    assert_eq!(signature["digest"], "SHA-256");
    assert_eq!(signature["canonicalization"], "Exclusive XML Canonicalization 1.0");
    assert_eq!(signature["anchor"], CA);
    assert!(list(&answer["checks"]).iter().all(|check| check["passed"] == true));
    let token = fs::read_to_string(Path::new(ROOT).join(TOKEN)).expect("a token");
    assert_eq!(answer["containers"]["DFHSAML-OUTTOKEN"], token);
    assert_eq!(answer["containers"]["DFHSAML-COUNTS"]["SAMLC-AUDRNUM"], 1);
    let (code, answer) = validate(&format!("{CORPUS}/hostile/bad-v20-tampered-nameid.xml"), &[]);
    assert_eq!((code, &answer["response"], &answer["signature"]), (1, &1.into(), &Value::Null));
    assert!(word(&answer["reason"]).contains("digest"), "{answer}");
    assert_eq!(answer["containers"], serde_json::json!({"DFHSAML-RESPONSE": 1}));
}

#[test]
fn standard_input_and_character_sets_are_read() {
    let bytes = |name: &str| fs::read(Path::new(ROOT).join(CORPUS).join(name)).expect(name);
    for (name, more) in [
        ("valid/v20-auth0-rsa256.xml", &[][..]),
        ("valid/v20-utf16le.xml", &[]),
        ("valid/v11-ebcdic-037.xml", &["--ccsid", "37"]),
    ] {
        let mut arguments = vec!["saml", "validate", "-", "--trust", CA, "--at", AT];
        arguments.extend(more);
        let output = regionsim(&arguments).write_stdin(bytes(name)).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{name}: {text}");
    }
    let wrong = ["saml", "validate", TOKEN, "--trust", CA, "--at", AT, "--ccsid", "37"];
    let (code, out, _) = told(&wrong);
    assert_eq!(code, 1);
    assert!(out.contains("response 15") && out.contains("line 1, column 1"), "{out}");
}

#[test]
fn what_cannot_be_used_is_told() {
    let folder = Folder::new("saml-mistakes");
    let empty = folder.write("empty.pem", "");
    let cut = folder.write("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    let base = ["saml", "validate", TOKEN];
    for (more, said) in [
        (vec!["--at", AT, "--trust", "nowhere.pem"], "nowhere.pem: No such file"),
        (vec!["--at", AT, "--trust", empty.as_str()], "empty.pem: this is no X.509 certificate"),
        (vec!["--at", AT, "--trust", cut.as_str()], "cut.pem: PEM, line 1: the part has no line"),
        (vec!["--at", AT, "--trust", CA, "--no-keyring"], "cannot be used with"),
        (vec!["--at", AT, "--ccsid", "1047"], "valid are 37, 819, 1200, 1202, 1208"),
        (vec!["--at", "noon"], "write date, `T`, time and zone"),
        (vec![], "--at <TIME>"),
        (vec!["--at", AT, "--signed", "maybe"], "required, ignored"),
    ] {
        let arguments: Vec<&str> = base.iter().copied().chain(more).collect();
        let (code, out, err) = told(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
    let twice = ["saml", "validate", "-", "--trust", "-", "--at", AT];
    let (code, _, err) = told(&twice);
    assert_eq!(code, 2);
    assert!(err.contains("standard input can be read once"), "{err}");
}

#[test]
fn a_token_is_issued_again_and_is_valid() {
    let folder = Folder::new("saml-issue");
    let (certificate, key) =
        (format!("{CORPUS}/pki/cicscert.pem"), format!("{CORPUS}/pki/TEST-ONLY-cicscert.key.pem"));
    let issue = |token: &str, more: &[&str]| {
        let mut arguments = vec!["saml", "issue", token, "--at", "2026-06-15T12:01:00Z"];
        arguments.extend(["--certificate", &certificate, "--key", &key]);
        arguments.extend(more);
        told(&arguments)
    };
    let added = ["--attribute", "groups=A", "--attribute", "groups=B=C", "--attribute", "role=x"];
    let (code, out, err) = issue(TOKEN, &[&added[..], &["--issuer", "http://cics"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(issue(TOKEN, &[&added[..], &["--issuer", "http://cics"]].concat()).1, out);
    let issued = folder.write("issued.xml", out.trim_end());
    let (code, answer) = validate(&issued, &[]);
    assert_eq!(code, 0, "{answer}");
    let containers = &answer["containers"];
    assert_eq!(containers["DFHSAML-ISSUER"], "http://cics");
    assert_eq!(containers["DFHSAML-NAMID"], "MKELLER");
    let count = containers["DFHSAML-COUNTS"]["SAMLC-ATTRNUM"].as_u64().expect("a number");
    let name = |number: u64| format!("DFHSAML-ATTRN{number:03}");
    assert_eq!(containers[name(count - 1)], "groups");
    assert_eq!(containers[format!("DFHSAML-A{:03}V002", count - 1)], "B=C");
    assert_eq!(containers[name(count)], "role");
    assert!(word(&containers["DFHSAML-CERTSDN"]).starts_with("CN=cics-sts.example.test"));
    // The ID depends on token and time, unless it is given.
    let (_, first, _) = issue(TOKEN, &[]);
    let (_, second, _) = issue(&issued, &[]);
    assert_ne!(first.split("ID=").nth(1), second.split("ID=").nth(1));
    let (_, given, _) = issue(TOKEN, &["--id", "_mine", "--hash", "sha-1"]);
    assert!(given.contains(" ID=\"_mine\"") && given.contains("#rsa-sha1"), "{given}");
    // SAML 1.1 needs a namespace.
    let old = format!("{CORPUS}/valid/v11-auth0-no-lifetime.xml");
    let (code, out, err) = issue(&old, &["--attribute", "role=x"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("response 26") && err.contains("no namespace"), "{err}");
    let (code, out, _) =
        issue(&old, &["--attribute", "role=x", "--namespace", "urn:n", "--format", "json"]);
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &answer["response"]), (0, &0.into()));
    let issued = folder.write("old.xml", word(&answer["containers"]["DFHSAML-OUTTOKEN"]));
    assert_eq!(validate(&issued, &[]).0, 0);
    for (more, said) in [
        (vec!["--attribute", "role"], "write NAME=VALUE"),
        (vec!["--id", "1"], "an ID is an XML name"),
        (vec!["--namespace", "urn:n"], "--attribute <NAME=VALUE>"),
    ] {
        let (code, _, err) = issue(TOKEN, &more);
        assert_eq!(code, 2, "{more:?}");
        assert!(err.contains(said), "{more:?}: {err}");
    }
    let signer = format!("{CORPUS}/pki/signer.pem");
    let other = ["saml", "issue", TOKEN, "--at", AT, "--certificate", &signer, "--key", &key];
    let (code, _, err) = told(&other);
    assert_eq!(code, 2);
    assert!(err.contains("the private key is not the one of the certificate"), "{err}");
}

#[test]
fn tokens_are_taken_apart() {
    let (code, out, err) = told(&["inspect", TOKEN]);
    assert_eq!((code, err.as_str()), (0, ""));
    for row in [
        "SAML, ",
        "  assertion: SAML 2.0, _",
        "  issuer: https://idp.example.test/saml2\n",
        "  signature: RSA with SHA-256, digest SHA-256, CN=idp-signer.example.test,",
        " Version = \"2.0\"\n",
        "NameID = \"MKELLER\"\n",
        "(CN=idp-signer.example.test,",
    ] {
        assert!(out.contains(row), "{row}: {out}");
    }
    let folder = Folder::new("saml-inspect");
    let text = fs::read_to_string(Path::new(ROOT).join(TOKEN)).expect("a token");
    let place = text.find("NameID").expect("a name");
    let broken = folder.write("broken.xml", format!("{}\u{1}{}", &text[..place], &text[place..]));
    let (code, out, _) = told(&["inspect", &broken]);
    assert_eq!(code, 1);
    assert!(out.contains("flaw at octet "), "{out}");
    let (code, out, _) = told(&["inspect", "--format", "json", TOKEN]);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &json["kind"], &json["decodes"]), (0, &"SAML".into(), &true.into()));
    within(&json["parts"][0], &text);
    // Text in base64, as browsers send it.
    let packed = "PGE+PGIgYz0iZCIvPjwvYT4=";
    let packed = folder.write("packed", packed);
    let (code, out, _) = told(&["inspect", &packed]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("read as base64") && out.contains("c = \"d\""), "{out}");
}

/// Every part is where it says, and begins as its form does.
fn within(part: &Value, text: &str) {
    let place = |name: &str| part[name].as_u64().and_then(|place| usize::try_from(place).ok());
    let (from, length) = (place("offset").expect("a place"), place("length").expect("a length"));
    let written = &text[from..from + length];
    match word(&part["form"]) {
        "element" => assert!(written.starts_with(&format!("<{}", word(&part["name"])))),
        "attribute" => assert!(written.starts_with(word(&part["name"])), "{written}"),
        "comment" => assert!(written.starts_with("<!--")),
        _ => {}
    }
    list(&part["parts"]).iter().for_each(|part| within(part, text));
}
