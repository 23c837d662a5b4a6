//! Tokens of Domino: `00 01 02 03`, creation and expiry, the user, and a digest with a shared secret.

use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};

use crate::protocol::anatomy::{Flaws, Part, hex};

/// What each begins with.
const MAGIC: [u8; 4] = [0, 1, 2, 3];
/// Octets of the digest.
const DIGEST: usize = 20;
/// Where the user begins.
const USER: usize = 20;
/// Longest token (octets).
const LONGEST: usize = 4096;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Second of its creation, since 1970.
    pub creation: u32,
    /// Second at which it expires.
    pub expiry: u32,
    /// The user. ASCII is the same in LMBCS; other characters are not read.
    pub user: String,
    /// The digest of all before and the secret (SHA-1).
    pub digest: [u8; DIGEST],
}

impl Token {
    /// Makes a token; none for a user who cannot be written in ASCII.
    pub fn new(user: &str, creation: u32, expiry: u32, secret: &[u8]) -> Option<Token> {
        if !is_name(user.as_bytes()) {
            return None;
        }
        let token = Token { creation, expiry, user: user.to_owned(), digest: [0; DIGEST] };
        let digest = token.digest_with(secret);
        Some(Token { digest, ..token })
    }

    fn signed(&self) -> Vec<u8> {
        let times = format!("{:08x}{:08x}", self.creation, self.expiry);
        [&MAGIC[..], times.as_bytes(), self.user.as_bytes()].concat()
    }

    fn digest_with(&self, secret: &[u8]) -> [u8; DIGEST] {
        Sha1::new().chain_update(self.signed()).chain_update(secret).finalize().into()
    }

    /// Whether whoever made it knew the secret.
    pub fn is_made_with(&self, secret: &[u8]) -> bool {
        self.digest == self.digest_with(secret)
    }

    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        [self.signed(), self.digest.to_vec()].concat()
    }

    /// Reads it.
    ///
    /// # Errors
    /// Where it is wrong, and how.
    pub fn decode(octets: &[u8]) -> Result<Token, (usize, &'static str)> {
        if octets.len() > LONGEST {
            return Err((0, "a token has at most 4096 octets"));
        }
        let rest = octets.strip_prefix(&MAGIC).ok_or((0, "a token begins with 00 01 02 03"))?;
        let (creation, rest) = rest.split_at_checked(8).ok_or((4, "it ends in its creation"))?;
        let (expiry, rest) = rest.split_at_checked(8).ok_or((12, "it ends in its expiry"))?;
        let creation = time(creation).ok_or((4, "the creation is not 8 hexadecimal digits"))?;
        let expiry = time(expiry).ok_or((12, "the expiry is not 8 hexadecimal digits"))?;
        let (user, digest) =
            rest.split_last_chunk::<DIGEST>().ok_or((USER, "it ends before its digest"))?;
        if !is_name(user) {
            return Err((USER, "the user is not in ASCII"));
        }
        let user = String::from_utf8_lossy(user).into_owned();
        Ok(Token { creation, expiry, user, digest: *digest })
    }

    /// What it says. How much of its time is grace cannot be seen: it is counted as validity.
    pub fn fields(&self) -> Map<String, Value> {
        let facts = json!({
            "user": self.user,
            "start": self.creation,
            "validity": i64::from(self.expiry) - i64::from(self.creation),
            "grace": 0,
            "expiry": self.expiry,
            "digest": hex(&self.digest),
        });
        facts.as_object().cloned().unwrap_or_default()
    }
}

fn is_name(user: &[u8]) -> bool {
    !user.is_empty() && user.iter().all(|octet| matches!(octet, b' '..=b'~'))
}

/// Lower-case digits: another spelling would not be written back as it came.
fn time(digits: &[u8]) -> Option<u32> {
    let is_digit = |octet: &u8| matches!(octet, b'0'..=b'9' | b'a'..=b'f');
    let text = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(is_digit))?;
    u32::from_str_radix(text, 16).ok()
}

/// Takes octets apart.
pub fn take_apart(octets: &[u8], flaws: &mut Flaws) -> Part {
    let mut part = Part::new("LTPA-Domino", "octets", 0, octets.len());
    flaws.enter("LTPA-Domino");
    match Token::decode(octets) {
        Ok(own) => {
            let end = octets.len() - DIGEST;
            part.parts = vec![
                Part::new("magic", "octets", 0, 4).with_value(hex(&MAGIC)),
                Part::new("creation", "time", 4, 8).with_value(own.creation.to_string()),
                Part::new("expiry", "time", 12, 8).with_value(own.expiry.to_string()),
                Part::new("user", "LMBCS", USER, end - USER).with_value(own.user),
                Part::new("digest", "octets", end, DIGEST).with_value(hex(&own.digest)),
            ];
        }
        Err((at, what)) => flaws.note(at, what),
    }
    flaws.leave();
    part
}
