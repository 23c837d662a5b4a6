//! Values that are written as a text with a syntax of its own: ratios and bytes.
//!
//! Durations are in [`Duration`](super::Duration), times in [`ScriptTime`](super::ScriptTime). Every such type reads and writes exactly: what
//! `Display` writes, `FromStr` reads back as the same value. No fraction is ever rounded.

use std::fmt;
use std::str::FromStr;

use super::words::shortened;

/// Why a text is not a value of its type, in one line that quotes it. The author must rewrite it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {kind}: {reason}")]
pub struct ScalarError {
    text: String,
    kind: &'static str,
    reason: String,
}

impl ScalarError {
    pub(super) fn new(text: &str, kind: &'static str, reason: impl Into<String>) -> ScalarError {
        ScalarError { text: shortened(text), kind, reason: reason.into() }
    }

    /// What is wrong, without the text itself: it may be a secret.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Makes a type with `Display` and `FromStr` one that scenario files hold as a text.
macro_rules! text_scalar {
    ($type:ident, $expected:literal, $description:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                reader.deserialize_str(Text)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description })
            }
        }
    };
}
pub(super) use text_scalar;

/// A share from nothing to everything, as whole numbers: `1/20`, `5%`, `0.5%`. Kept in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio {
    part: u64,
    whole: u64,
}

text_scalar!(
    Ratio,
    "a ratio such as \"1/20\" or \"5%\"",
    "A share from nothing to everything: a fraction of whole numbers such as \"1/20\", or a percentage such as \"5%\" or \"0.5%\"."
);

const RATIO: &str = "a ratio such as \"1/20\" or \"5%\"";

impl Ratio {
    /// Never.
    pub const ZERO: Ratio = Ratio { part: 0, whole: 1 };
    /// Always.
    pub const ONE: Ratio = Ratio { part: 1, whole: 1 };

    /// `part` of `whole`; none if `whole` is zero or `part` is more than it.
    pub fn new(part: u64, whole: u64) -> Option<Ratio> {
        if whole == 0 || part > whole {
            return None;
        }
        let divisor = greatest_common_divisor(part, whole);
        Some(Ratio { part: part / divisor, whole: whole / divisor })
    }

    /// The numerator in lowest terms.
    pub fn part(self) -> u64 {
        self.part
    }

    /// The denominator in lowest terms; never zero.
    pub fn whole(self) -> u64 {
        self.whole
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.whole)
    }
}

impl FromStr for Ratio {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Ratio, ScalarError> {
        let wrong = |reason: &str| ScalarError::new(text, RATIO, reason);
        let number = |digits: &str| {
            let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| digits.parse::<u64>().ok()).flatten()
        };
        let parts = match (text.split_once('/'), text.strip_suffix('%')) {
            (Some((part, whole)), _) => number(part).zip(number(whole)),
            (None, Some(percent)) => {
                let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
                let scale = u32::try_from(fraction.len()).ok().and_then(|n| 10u64.checked_pow(n));
                let dangling = percent.ends_with('.');
                let digits = format!("{whole}{fraction}");
                let part = number(&digits).filter(|_| !dangling && !whole.is_empty());
                part.zip(scale.and_then(|scale| scale.checked_mul(100)))
            }
            (None, None) => None,
        };
        let (part, whole) =
            parts.ok_or_else(|| wrong("write two whole numbers or a percentage"))?;
        Ratio::new(part, whole).ok_or_else(|| wrong("it must lie between nothing and everything"))
    }
}

/// Bytes in hexadecimal digits: `00FF10`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex(pub Vec<u8>);

text_scalar!(
    Hex,
    "bytes in hexadecimal digits",
    "Bytes in hexadecimal digits, two each, such as \"00FF10\"; blanks between bytes are allowed."
);

const HEX: &str = "bytes in hexadecimal digits";

/// The most bytes that a scenario may spell out; longer evidence belongs into a file beside it.
pub const MAX_HEX_BYTES: usize = 65_536;

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl FromStr for Hex {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Hex, ScalarError> {
        let wrong = |reason: String| ScalarError::new(text, HEX, reason);
        let mut digits = Vec::new();
        for (number, letter) in text.chars().enumerate() {
            match letter.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
                Some(digit) => digits.push(digit),
                // A blank between the two digits of one byte is a slip.
                None if letter == ' ' && digits.len() % 2 == 0 => {}
                None => {
                    let shown = letter.escape_debug();
                    return Err(wrong(format!(
                        "'{shown}' at character {} is no digit",
                        number + 1
                    )));
                }
            }
            if digits.len() > 2 * MAX_HEX_BYTES {
                return Err(wrong(format!("more than {MAX_HEX_BYTES} bytes")));
            }
        }
        if digits.len() % 2 != 0 {
            return Err(wrong(format!("{} digits do not make whole bytes", digits.len())));
        }
        let byte = |pair: &[u8]| pair.iter().fold(0, |byte, digit| byte << 4 | digit);
        Ok(Hex(digits.chunks(2).map(byte).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn ratios_are_exact_and_stay_between_nothing_and_everything() {
        let table = [
            ("1/20", "1/20"),
            ("5%", "1/20"),
            ("0.5%", "1/200"),
            ("100%", "1/1"),
            ("0/7", "0/1"),
            ("18446744073709551615/18446744073709551615", "1/1"),
        ];
        for (text, shown) in table {
            assert_eq!(text.parse::<Ratio>().unwrap().to_string(), shown);
        }
        let wrong =
            ["", "5", "/", "1/0", "2/1", "101%", "100.1%", "-1/2", "+1/2", "1/2/3", "%", ".5%"];
        for text in wrong.into_iter().chain([
            "5.%",
            "1 /2",
            "18446744073709551616/1",
            "0.00000000000000000001%",
        ]) {
            assert!(text.parse::<Ratio>().is_err(), "{text}");
        }
        assert_eq!(
            "2/1".parse::<Ratio>().unwrap_err().to_string(),
            "`2/1` is not a ratio such as \"1/20\" or \"5%\": it must lie between nothing and everything"
        );
    }

    #[test]
    fn bytes_are_whole_and_limited() {
        assert_eq!("00 fF10".parse::<Hex>().unwrap(), Hex(vec![0, 255, 16]));
        assert_eq!("".parse::<Hex>().unwrap(), Hex(vec![]));
        for text in ["0", "0g", "0 0", "0\u{e4}"] {
            assert!(text.parse::<Hex>().is_err(), "{text}");
        }
        assert!("00".repeat(MAX_HEX_BYTES).parse::<Hex>().is_ok());
        assert!("00".repeat(MAX_HEX_BYTES + 1).parse::<Hex>().is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(256) })]

        #[test]
        fn what_is_shown_reads_back(part in any::<u64>(), whole in any::<u64>(), bytes: Vec<u8>) {
            if let Some(ratio) = Ratio::new(part.min(whole), part.max(whole)) {
                prop_assert_eq!(ratio.to_string().parse::<Ratio>().unwrap(), ratio);
            }
            let hex = Hex(bytes);
            prop_assert_eq!(hex.to_string().parse::<Hex>().unwrap(), hex);
        }

        #[test]
        fn nothing_panics(text: String) {
            let _ = text.parse::<Ratio>();
            let _ = text.parse::<Hex>();
        }
    }
}
