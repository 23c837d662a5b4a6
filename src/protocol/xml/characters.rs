//! Which characters stand where (Extensible Markup Language 1.0, fifth edition, sections 2.2 and 2.3).

/// Whether a character may stand in a document at all.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a text can be the content of an element or the value of an attribute.
pub fn is_xml_text(text: &str) -> bool {
    illegal(text).is_none()
}

/// The place of the first character that may not stand in a document (bytes).
pub(super) fn illegal(text: &str) -> Option<usize> {
    // Most texts have nothing but printable ASCII; that is seen many octets at a time.
    let plain =
        |part: &[u8]| part.iter().fold(true, |plain, byte| plain & (0x20..0x80).contains(byte));
    if text.as_bytes().chunks(64).all(plain) {
        return None;
    }
    text.char_indices().find(|(_, c)| !is_char(*c)).map(|(at, _)| at)
}

/// White space (section 2.3).
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether a text is a name without a colon (Namespaces in XML 1.0 section 3).
pub fn is_ncname(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}
