//! PEM: binary data as lines of text with a label (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::certificate::Error;

/// The bytes of every part with a label; none where the file is no PEM. Text around the parts does not
/// count.
///
/// # Errors
/// A part is damaged or has no end, with its line; or the file has only parts with other labels.
pub(super) fn parts(bytes: &[u8], label: &str) -> Result<Vec<Vec<u8>>, Error> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(Vec::new()) };
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut other = None;
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        match &mut open {
            None if line == begin => open = Some((number, String::new())),
            None if line.starts_with("-----BEGIN ") => other = other.or(Some((number, line))),
            None => {}
            Some((from, digits)) if line == end => {
                let decoded = STANDARD.decode(&*digits);
                let decoded = decoded.or_else(|error| wrong(*from, &format!("{error}")))?;
                found.push(decoded);
                open = None;
            }
            Some(_) if line.starts_with('-') => return wrong(number, &format!("no line `{end}`")),
            Some((_, digits)) => digits.extend(line.chars().filter(|c| !c.is_ascii_whitespace())),
        }
    }
    match (open, other) {
        (Some((from, _)), _) => wrong(from, &format!("the part has no line `{end}`")),
        (None, Some((number, line))) if found.is_empty() => {
            wrong(number, &format!("`{line}` where `{begin}` is expected"))
        }
        _ => Ok(found),
    }
}

fn wrong<T>(line: usize, what: &str) -> Result<T, Error> {
    Err(Error(format!("PEM, line {line}: {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_label_and_text_around_does_not_count() {
        let text = "# a key\n-----BEGIN A-----\nAQ\r\n ID\n-----END A-----\n\n-----BEGIN B-----\nBA==\n\
                    -----END B-----\n-----BEGIN A-----\n-----END A-----\n";
        assert_eq!(parts(text.as_bytes(), "A"), Ok(vec![vec![1, 2, 3], vec![]]));
        assert_eq!(parts(text.as_bytes(), "B"), Ok(vec![vec![4]]));
        assert_eq!(parts(&[0x30, 0x82, 0xFF], "A"), Ok(Vec::new()));
        assert_eq!(parts(b"nothing", "A"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_damaged_has_its_line() {
        for (text, why) in [
            ("-----BEGIN A-----\nAQID\n", "line 1: the part has no line `-----END A-----`"),
            ("x\n-----BEGIN A-----\nA!ID\n-----END A-----", "line 2: Invalid symbol 33"),
            ("-----BEGIN A-----\nAQID\n-----BEGIN A-----", "line 3: no line"),
            ("-----BEGIN B-----\nAQID\n-----END B-----", "line 1: `-----BEGIN B-----` where"),
        ] {
            let error = parts(text.as_bytes(), "A").unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
