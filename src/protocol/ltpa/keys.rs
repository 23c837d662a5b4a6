//! Key files of LTPA: a properties file with a shared key and a key pair, encrypted under a password.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use des::TdesEde3;
use des::cipher::{Array, BlockCipherDecrypt as _, KeyInit as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, RsaPrivateKey, RsaPublicKey};
use sha1::{Digest as _, Sha1};

/// Most lines of a key file; real ones have ten.
const LINES_MAX: usize = 256;
/// What all names of properties begin with.
const PREFIX: &str = "com.ibm.websphere.ltpa.";
/// Octets of the modulus with its sign, the exponent, a prime with its sign.
const MODULUS: usize = 129;
const EXPONENT: usize = 3;
const PRIME: usize = 65;

/// A key file cannot be used; whoever supplied it or its password replaces it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(String);

/// The keys of a cell.
#[derive(Clone)]
pub struct Keys {
    pub(super) aes: [u8; 16],
    pub(super) public: RsaPublicKey,
    pub(super) private: RsaPrivateKey,
    /// The realm of the cell, where the file says it.
    pub realm: Option<String>,
}

impl std::fmt::Debug for Keys {
    /// The keys are nobody's business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("realm", &self.realm).finish_non_exhaustive()
    }
}

impl Keys {
    /// The key of the cipher: the first 16 octets of the shared key.
    pub fn cipher_key(&self) -> [u8; 16] {
        self.aes
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyError`] names the property; a wrong password shows where what it opens is no key.
    pub fn read(file: &str, password: &str) -> Result<Keys, KeyError> {
        let properties = properties(file)?;
        let value = |name: &str| {
            let own = properties.get(&format!("{PREFIX}{name}")).map(String::as_str);
            own.ok_or_else(|| KeyError(format!("the key file has no property {PREFIX}{name}")))
        };
        let realm = value("Realm").ok().filter(|realm| !realm.is_empty()).map(str::to_owned);
        let keys =
            Keys::open(value("3DESKey")?, value("PublicKey")?, value("PrivateKey")?, password)?;
        Ok(Keys { realm, ..keys })
    }

    /// Opens keys in base64.
    ///
    /// # Errors
    /// [`KeyError`] names the key.
    pub fn open(
        shared: &str,
        public: &str,
        private: &str,
        password: &str,
    ) -> Result<Keys, KeyError> {
        let mut key = [0; 24];
        key.iter_mut().zip(Sha1::digest(password)).for_each(|(own, octet)| *own = octet);
        let shared = unwrapped("3DESKey", shared, &key)?;
        let (Some(aes), 24) = (shared.first_chunk::<16>(), shared.len()) else {
            return Err(KeyError("3DESKey: the shared key has not 24 octets".to_owned()));
        };
        let public = public_key(&decoded("PublicKey", public)?)?;
        let private = private_key(&unwrapped("PrivateKey", private, &key)?, &public)?;
        Ok(Keys { aes: *aes, public, private, realm: None })
    }
}

/// Names and values; `\` stands before a character that means itself.
fn properties(file: &str) -> Result<BTreeMap<String, String>, KeyError> {
    let mut found = BTreeMap::new();
    for (number, line) in file.lines().enumerate() {
        let line = line.trim();
        if number >= LINES_MAX {
            return Err(KeyError(format!("line {}: too many lines", number + 1)));
        }
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            return Err(KeyError(format!("line {}: neither a property nor a comment", number + 1)));
        };
        let mut text = String::new();
        let mut letters = value.trim_start().chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => text.extend(letters.next()),
                letter => text.push(letter),
            }
        }
        found.insert(name.trim_end().to_owned(), text);
    }
    Ok(found)
}

fn decoded(name: &str, text: &str) -> Result<Vec<u8>, KeyError> {
    STANDARD.decode(text.trim()).map_err(|error| KeyError(format!("{name}: no base64: {error}")))
}

/// Triple DES, block by block, with the padding of PKCS #5.
fn unwrapped(name: &str, text: &str, key: &[u8; 24]) -> Result<Vec<u8>, KeyError> {
    let wrong = || KeyError(format!("{name}: the password does not open it"));
    let octets = decoded(name, text)?;
    let cipher = TdesEde3::new(&Array::from(*key));
    let (blocks, []) = octets.as_chunks::<8>() else { return Err(wrong()) };
    let mut plain = Vec::new();
    for block in blocks {
        let mut block = Array::from(*block);
        cipher.decrypt_block(&mut block);
        plain.extend_from_slice(&block);
    }
    super::token::unpadded(plain, 8).ok_or_else(wrong)
}

fn number(octets: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(octets)
}

fn public_key(octets: &[u8]) -> Result<RsaPublicKey, KeyError> {
    let (modulus, exponent) = match octets.split_at_checked(MODULUS) {
        Some((modulus, exponent)) if exponent.len() == EXPONENT => (modulus, exponent),
        _ => return Err(KeyError("PublicKey: it has not 132 octets".to_owned())),
    };
    RsaPublicKey::new(number(unsigned(modulus)), number(exponent))
        .map_err(|error| KeyError(format!("PublicKey: {error}")))
}

/// Without the zeros in front.
fn unsigned(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

/// The private key of a public one; that it is, is verified.
fn private_key(octets: &[u8], public: &RsaPublicKey) -> Result<RsaPrivateKey, KeyError> {
    let wrong = |why: &str| KeyError(format!("PrivateKey: {why}"));
    let (length, rest) = octets.split_first_chunk::<4>().ok_or_else(|| wrong("it is too short"))?;
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    if !(1..=MODULUS).contains(&length) || rest.len() != length + EXPONENT + 2 * PRIME {
        return Err(wrong("its parts have other lengths than they say"));
    }
    let (d, rest) = rest.split_at(length);
    let (e, rest) = rest.split_at(EXPONENT);
    let (p, q) = rest.split_at(PRIME);
    let (p, q) = (number(unsigned(p)), number(unsigned(q)));
    RsaPrivateKey::from_components(
        public.n().as_ref().clone(),
        number(e),
        number(unsigned(d)),
        vec![p, q],
    )
    .map_err(|error| wrong(&error.to_string()))
}
