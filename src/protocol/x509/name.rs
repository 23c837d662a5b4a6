//! Distinguished names as text (RFC 4514).

use x509_parser::prelude::X509Name;
use x509_parser::x509::AttributeTypeAndValue;

/// A name, the most specific part first. Types without a short name are written as their numbers, and
/// values that are no text as the hexadecimal digits of their encoding.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let parts: Vec<String> =
        name.iter().map(|part| part.iter().map(pair).collect::<Vec<_>>().join("+")).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join(",")
}

fn pair(pair: &AttributeTypeAndValue<'_>) -> String {
    let number = pair.attr_type().to_id_string();
    let short = short_name(&number);
    match (short, pair.as_str()) {
        (Some(short), Ok(value)) => format!("{short}={}", escaped(value)),
        (short, _) => {
            let bytes = pair.as_slice().iter().map(|byte| format!("{byte:02x}"));
            format!("{}=#{}", short.unwrap_or(&number), bytes.collect::<String>())
        }
    }
}

/// Short names of attribute types (RFC 4514 section 3, and e-mail as everybody writes it).
fn short_name(number: &str) -> Option<&'static str> {
    Some(match number {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "SERIALNUMBER",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "T",
        "2.5.4.42" => "GIVENNAME",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "EMAILADDRESS",
        _ => return None,
    })
}

/// A value with its special characters escaped (RFC 4514 section 2.4).
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::new();
    for (place, character) in value.chars().enumerate() {
        let at_end = character == ' ' && (place == 0 || place == last);
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\');
        if character == '\0' {
            text.push_str("\\00");
            continue;
        }
        if special || at_end || (character == '#' && place == 0) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
