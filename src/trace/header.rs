//! The first and the last line of a trace.

use serde::{Deserialize, Serialize};

use super::json::append_count;

/// The version of the format that this program writes.
pub const FORMAT_VERSION: u32 = 1;
/// The oldest version that this program reads.
pub const OLDEST_VERSION: u32 = 1;

/// How the first line of every version begins; the version's number follows.
pub const OPENING: &[u8] = b"{\"trace\":\"regionsim\",\"version\":";
/// How the last line begins.
pub(super) const TRAILER_OPENING: &[u8] = b"{\"records\":";

/// What a trace says about itself before the first record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Version of the program that wrote it.
    pub program: String,
    /// Title of the scenario.
    pub title: String,
    /// Digest of the resolved scenario, in hexadecimal.
    pub scenario: String,
    /// Seed of the run.
    pub seed: u64,
    /// Run id: names version, scenario, seed and overrides.
    pub run: String,
    /// Values set from outside, as `path=value`, in the order given.
    pub overrides: Vec<String>,
    /// The trace holds whole tokens, and the file is private.
    #[serde(default, skip_serializing_if = "is_no", with = "yes")]
    pub secret: bool,
}

impl Header {
    /// Appends the header as canonical JSON, without the line end.
    pub(super) fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(OPENING);
        append_count(out, FORMAT_VERSION.into());
        out.push(b',');
        // Strings, lists and integers cannot fail to become JSON in memory.
        let rest = serde_json::to_vec(self).unwrap_or_default();
        out.extend_from_slice(rest.strip_prefix(b"{").unwrap_or_default());
    }

    /// Reads what follows the version and its comma; it must stand as [`Header::append_to`] writes it.
    pub(super) fn parse(line: &str, after_version: &str) -> Result<Header, String> {
        let header: Header = serde_json::from_str(&format!("{{{after_version}"))
            .map_err(|error| format!("the header is damaged ({error})"))?;
        let mut again = Vec::with_capacity(line.len());
        header.append_to(&mut again);
        if again == line.as_bytes() {
            Ok(header)
        } else if line.ends_with('\r') {
            Err("its lines end with CR LF: something has converted the ends of lines".to_owned())
        } else {
            Err("the header is not in canonical form".to_owned())
        }
    }
}

/// The marks of a header are `yes` or absent: a trace holds no booleans.
mod yes {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(_: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("yes")
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
        match String::deserialize(from)?.as_str() {
            "yes" => Ok(true),
            _ => Err(D::Error::custom("expected \"yes\"")),
        }
    }
}

fn is_no(yes: &bool) -> bool {
    !yes
}

/// What a whole trace amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Records between header and trailer.
    pub records: u64,
    /// BLAKE3 digest of all bytes before the trailer, 64 hexadecimal digits: the identity of the run.
    pub digest: String,
    /// Bytes of the whole trace, trailer included.
    pub bytes: u64,
}

/// Appends the last line as canonical JSON, without the line end.
pub(super) fn append_trailer(out: &mut Vec<u8>, records: u64, digest: &str) {
    out.extend_from_slice(TRAILER_OPENING);
    append_count(out, records);
    out.extend_from_slice(b",\"blake3\":\"");
    out.extend_from_slice(digest.as_bytes());
    out.extend_from_slice(b"\"}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(header: &Header) -> String {
        let mut out = Vec::new();
        header.append_to(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_header_has_a_fixed_order_and_says_secret_only_when_it_is() {
        let mut header = Header {
            program: "0.1.0".to_owned(),
            title: "A \"quoted\" title".to_owned(),
            scenario: "ab".to_owned(),
            seed: u64::MAX,
            run: "r".to_owned(),
            overrides: vec!["a.b=1".to_owned()],
            secret: false,
        };
        let open = concat!(
            r#"{"trace":"regionsim","version":1,"program":"0.1.0","title":"A \"quoted\" title","#,
            r#""scenario":"ab","seed":18446744073709551615,"run":"r","overrides":["a.b=1"]}"#,
        );
        assert_eq!(text(&header), open);
        header.secret = true;
        assert_eq!(text(&header), open.replace("]}", r#"],"secret":"yes"}"#));
    }
}
