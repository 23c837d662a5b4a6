//! Releases of CICS Transaction Server, which select options, defaults and limits.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A release of CICS Transaction Server for z/OS, written `5.6`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("enum" = Release::KNOWN.map(|release| release.to_string())))]
pub struct Release {
    /// Version number.
    pub major: u8,
    /// Release number within the version.
    pub minor: u8,
}

impl Release {
    /// The first release that knows VERIFY TOKEN, and so the first one modelled.
    pub const V5_2: Release = Release { major: 5, minor: 2 };
    /// The first release with ENCRYPTKEY and OUTTOKEN.
    pub const V5_4: Release = Release { major: 5, minor: 4 };
    /// The first release with GROUPID of VERIFY PASSWORD and VERIFY PHRASE.
    pub const V5_5: Release = Release { major: 5, minor: 5 };
    /// The first release with BASICAUTH and JWT tokens.
    pub const V5_6: Release = Release { major: 5, minor: 6 };
    /// The first release with PUT CONTAINER PREPEND.
    pub const V6_2: Release = Release { major: 6, minor: 2 };

    /// Every release that a region can have, oldest first.
    pub const KNOWN: [Release; 8] = [
        Release::V5_2,
        Release { major: 5, minor: 3 },
        Release::V5_4,
        Release::V5_5,
        Release::V5_6,
        Release { major: 6, minor: 1 },
        Release::V6_2,
        Release { major: 6, minor: 3 },
    ];
}

/// A text names no release of [`Release::KNOWN`]; its author must choose one of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a known release; known are {list}", list = known())]
pub struct UnknownRelease(String);

fn known() -> String {
    Release::KNOWN.map(|release| release.to_string()).join(", ")
}

impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(text: &str) -> Result<Self, UnknownRelease> {
        Release::KNOWN
            .into_iter()
            .find(|release| release.to_string() == text)
            .ok_or_else(|| UnknownRelease(text.chars().take(20).collect()))
    }
}

impl TryFrom<String> for Release {
    type Error = UnknownRelease;

    fn try_from(text: String) -> Result<Self, UnknownRelease> {
        text.parse()
    }
}

impl From<Release> for String {
    fn from(release: Release) -> String {
        release.to_string()
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_releases_are_ordered_and_read_back() {
        assert!(Release::KNOWN.is_sorted());
        for release in Release::KNOWN {
            assert_eq!(release.to_string().parse(), Ok(release));
        }
    }

    #[test]
    fn others_are_refused_with_the_list() {
        for text in ["", "5", "5.1", "05.2", "5.2 ", "6.4", "V5R6", "5.6.0"] {
            let error = text.parse::<Release>().unwrap_err().to_string();
            assert!(error.ends_with("known are 5.2, 5.3, 5.4, 5.5, 5.6, 6.1, 6.2, 6.3"), "{error}");
        }
    }

    #[test]
    fn the_schema_lists_what_loads() {
        let schema = serde_json::to_value(schemars::schema_for!(Release)).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["enum"].as_array().unwrap().len(), Release::KNOWN.len());
    }
}
