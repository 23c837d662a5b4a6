//! `inspect` from outside: files, digits, standard input, damaged tokens, JSON.

use crate::{Folder, regionsim, told};

const ENCODINGS: &str = include_str!("../interop/kerberos/reference_encode.out");

/// The digits of a reference encoding of the MIT source tree.
fn reference(name: &str) -> &'static str {
    let wanted = format!("encode_krb5_{name}");
    let lines = ENCODINGS.lines().filter_map(|line| line.split_once(": "));
    lines.into_iter().find(|(known, _)| *known == wanted).expect("a reference").1.trim()
}

fn octets(digits: &str) -> Vec<u8> {
    digits.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).expect("digits")).collect()
}

#[test]
fn a_message_of_other_software_is_taken_apart_with_places_and_meanings() {
    let (code, out, err) = told(&["inspect", "--hex", reference("error")]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for row in [
        "KRB-ERROR, 189 octets",
        "  error: 60 GENERIC",
        "    68      5    error-code = 60 (GENERIC)",
        "    91     28    cname (hftsai/extra)",
    ] {
        assert!(out.contains(row), "{row}: {out}");
    }
}

#[test]
fn octets_digits_base64_and_standard_input_give_the_same() {
    let folder = Folder::new("inspect");
    let digits = reference("ap_req");
    let raw = folder.write("raw", octets(digits));
    let (_, from_octets, _) = told(&["inspect", &raw]);
    let text = folder.write("digits", digits);
    let (_, from_digits, _) = told(&["inspect", &text]);
    assert_eq!(from_digits.replace(", read as hexadecimal digits", ""), from_octets);
    let output =
        regionsim(&["inspect", "-"]).write_stdin(octets(digits)).output().expect("it runs");
    assert_eq!(String::from_utf8(output.stdout).expect("UTF-8"), from_octets);
    let token = folder.write("base64", "boGdMIGaoAMCAQWhAwIBDqIHAwUA/ty6mA==");
    let (code, out, _) = told(&["inspect", &token]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("read as base64") && out.contains("truncated"), "{out}");
    assert!(out.contains("ap-options = fedcba98"), "{out}");
}

#[test]
fn json_has_the_members_that_its_schema_names() {
    let (code, out, _) = told(&["inspect", "--format", "json", "--hex", reference("ticket")]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["schema"], 1);
    assert_eq!((&json["kind"], &json["decodes"]), (&"Ticket".into(), &true.into()));
    let parts = &json["parts"][0]["parts"];
    assert_eq!(parts[1]["name"], "realm");
    assert_eq!(parts[1]["value"], "ATHENA.MIT.EDU");
    assert_eq!((&parts[1]["offset"], &parts[1]["length"]), (&9.into(), &18.into()));
}

#[test]
fn what_is_no_token_is_told_with_what_would_be() {
    let folder = Folder::new("inspect-wrong");
    let empty = folder.write("empty", "");
    let binary = folder.write("binary", [0, 1, 2, 3]);
    let prose = folder.write("prose", "Dear colleague,\nplease look at this token!");
    let trace = folder.write("trace", "{\"trace\":\"regionsim\",\"title\":\"Über\"}\n");
    let accent = folder.write("accent", "60\nÄ");
    for (arguments, said) in [
        (vec!["inspect", trace.as_str()], "neither hexadecimal nor base64: '{' in line 1, octet 0"),
        (vec!["inspect", accent.as_str()], "'Ä' in line 2, octet 3"),
        (vec!["inspect", empty.as_str()], "there is nothing to inspect"),
        (vec!["inspect", binary.as_str()], "no kind of token begins like this (00 01 02 03)"),
        (vec!["inspect", prose.as_str()], "',' in line 1, octet 14"),
        (vec!["inspect", "nowhere.token"], "nowhere.token: No such file"),
        (vec!["inspect", "scenarios"], "it is a directory"),
        (vec!["inspect", "--hex", "6"], "--hex: 1 digits do not make whole octets"),
        (vec!["inspect", "--kind", "Tiket", "--hex", "61"], "did you mean `Ticket`?"),
        (vec!["inspect", binary.as_str(), "--hex", "61"], "cannot be used with"),
        (vec!["inspect"], "required"),
    ] {
        let (code, out, err) = told(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}
