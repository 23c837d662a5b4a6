//! Text and values as they are written into a document.

use super::characters::is_xml_text;

/// Text as Canonical XML 1.0 section 2.3 writes it.
pub fn text(out: &mut String, text: &str) {
    escape(out, text, |c| match c {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// The value of an attribute as Canonical XML 1.0 section 2.3 writes it.
pub fn value(out: &mut String, text: &str) {
    escape(out, text, |c| match c {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// ` name="value"`.
pub fn attribute(out: &mut String, name: &str, content: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    value(out, content);
    out.push('"');
}

/// The text with U+FFFD for every character that XML does not have.
pub fn legal(text: &str) -> String {
    let replaced = |c: char| if is_xml_text(c.encode_utf8(&mut [0; 4])) { c } else { '\u{FFFD}' };
    text.chars().map(replaced).collect()
}

fn escape(out: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        if let Some(replacement) = replacement(byte) {
            out.push_str(text.get(from..place).unwrap_or_default());
            out.push_str(replacement);
            from = place + 1;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
}
