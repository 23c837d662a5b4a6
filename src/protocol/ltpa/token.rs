//! LTPA version 2: `user data % expiry % signature`, encrypted.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::Pkcs1v15Sign;
use sha1::{Digest as _, Sha1};

use super::keys::Keys;

/// Longest token (octets).
const LONGEST: usize = 64 << 10;
const BLOCK: usize = 16;

/// Why a token is refused; the order is that of the checks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It cannot be decrypted or read: another key, or damage.
    #[error("the token is none that these keys open: {0}")]
    Unreadable(&'static str),
    /// It has expired (SECJ0371W).
    #[error("the token has expired at {expired} ms; it is {now} ms")]
    Expired {
        /// Millisecond at which it expires, since 1970.
        expired: u64,
        /// Millisecond of the check.
        now: u64,
    },
    /// Somebody else has signed it, or it was changed.
    #[error("the signature is not that of these keys over this user data")]
    Signature,
}

/// Names with their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserData(Vec<(String, Vec<String>)>);

impl UserData {
    /// User data of an access identifier: `user:realm/name`.
    pub fn of(user: &str, expire: u64) -> UserData {
        UserData(vec![
            ("expire".to_owned(), vec![expire.to_string()]),
            ("u".to_owned(), vec![user.to_owned()]),
        ])
    }

    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let own = self.0.iter().find(|(own, _)| own == name);
        own.and_then(|(_, values)| values.first()).map(String::as_str)
    }

    /// Its text: names and values are parted by signs that a backslash escapes inside.
    pub fn encode(&self) -> String {
        let escaped = |text: &String| {
            text.chars().fold(String::new(), |mut out, letter| {
                if matches!(letter, '%' | '$' | ':' | '|' | '\\') {
                    out.push('\\');
                }
                out.push(letter);
                out
            })
        };
        let pair = |(name, values): &(String, Vec<String>)| {
            let values: Vec<String> = values.iter().map(escaped).collect();
            format!("{}:{}", escaped(name), values.join("|"))
        };
        self.0.iter().map(pair).collect::<Vec<_>>().join("$")
    }

    /// Reads its text.
    pub fn decode(text: &str) -> Option<UserData> {
        let mut pairs = Vec::new();
        for pair in split(text, '$') {
            let [name, value] = split(pair, ':')[..] else { return None };
            let values = split(value, '|').into_iter().map(unescaped).collect();
            pairs.push((unescaped(name), values));
        }
        Some(UserData(pairs))
    }
}

/// Cuts at a sign that no backslash escapes.
fn split(text: &str, sign: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(move |letter: char| {
        let cuts = letter == sign && !escaped;
        escaped = letter == '\\' && !escaped;
        cuts
    })
    .collect()
}

fn unescaped(text: &str) -> String {
    let (mut out, mut letters) = (String::new(), text.chars());
    while let Some(letter) = letters.next() {
        if letter == '\\' { out.extend(letters.next()) } else { out.push(letter) }
    }
    out
}

/// A token in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The user data as it is signed.
    pub user_data: String,
    /// The expiry that is not signed.
    pub expiry: u64,
    /// The signature.
    pub signature: Vec<u8>,
}

/// A token that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The access identifier.
    pub user: String,
    /// Millisecond at which it expires; the signed one wins.
    pub expiry: u64,
}

impl Token {
    /// Makes and signs a token.
    pub fn new(data: &UserData, expiry: u64, keys: &Keys) -> Token {
        let user_data = data.encode();
        // It cannot fail: a key of 1024 bits has room for the hash.
        let scheme = Pkcs1v15Sign::new::<Sha1>();
        let signature = keys.private.sign(scheme, &digest(&user_data)).unwrap_or_default();
        Token { user_data, expiry, signature }
    }

    /// The clear text.
    pub fn plaintext(&self) -> String {
        format!("{}%{}%{}", self.user_data, self.expiry, STANDARD.encode(&self.signature))
    }

    /// Encrypts it: AES-128 in cipher block chaining mode, the key is the first block, too.
    pub fn encrypt(&self, keys: &Keys) -> Vec<u8> {
        let mut plain = self.plaintext().into_bytes();
        let padding = BLOCK - plain.len() % BLOCK;
        plain.resize(plain.len() + padding, padding as u8);
        let cipher = Aes128::new(&Array::from(keys.aes));
        let mut chain = keys.aes;
        let (blocks, _) = plain.as_chunks::<BLOCK>();
        let mut out = Vec::with_capacity(plain.len());
        for block in blocks {
            let mut own = Array::from(*block);
            own.iter_mut().zip(chain).for_each(|(octet, before)| *octet ^= before);
            cipher.encrypt_block(&mut own);
            chain = own.into();
            out.extend_from_slice(&chain);
        }
        out
    }

    /// Decrypts and reads it.
    ///
    /// # Errors
    /// [`Refused::Unreadable`].
    pub fn decrypt(octets: &[u8], keys: &Keys) -> Result<Token, Refused> {
        let (blocks, []) = octets.as_chunks::<BLOCK>() else {
            return Err(Refused::Unreadable("its length is no multiple of 16"));
        };
        if octets.len() > LONGEST || blocks.is_empty() {
            return Err(Refused::Unreadable("it has 16 to 65536 octets"));
        }
        let cipher = Aes128::new(&Array::from(keys.aes));
        let mut chain = keys.aes;
        let mut plain = Vec::with_capacity(octets.len());
        for block in blocks {
            let mut own = Array::from(*block);
            cipher.decrypt_block(&mut own);
            own.iter_mut().zip(chain).for_each(|(octet, before)| *octet ^= before);
            chain = *block;
            plain.extend_from_slice(&own);
        }
        let plain = unpadded(plain, BLOCK).ok_or(Refused::Unreadable("its padding is wrong"))?;
        let text = String::from_utf8(plain);
        Token::read(&text.map_err(|_| Refused::Unreadable("it is no text"))?)
    }

    /// Reads the clear text.
    ///
    /// # Errors
    /// [`Refused::Unreadable`].
    pub fn read(text: &str) -> Result<Token, Refused> {
        let [data, expiry, signature] = split(text, '%')[..] else {
            return Err(Refused::Unreadable("it has not three parts"));
        };
        let expiry = expiry.parse().map_err(|_| Refused::Unreadable("its expiry is no number"))?;
        let signature = STANDARD.decode(signature);
        let signature = signature.map_err(|_| Refused::Unreadable("its signature is no base64"))?;
        Ok(Token { user_data: data.to_owned(), expiry, signature })
    }

    /// Judges it: read, then expiry, then signature.
    ///
    /// # Errors
    /// [`Refused`], the first that applies.
    pub fn verify(&self, keys: &Keys, now: u64) -> Result<Opened, Refused> {
        let data = UserData::decode(&self.user_data);
        let data = data.ok_or(Refused::Unreadable("its user data is none"))?;
        let user = data.get("u").ok_or(Refused::Unreadable("it names no user"))?.to_owned();
        let expiry = match data.get("expire") {
            Some(signed) => {
                signed.parse().map_err(|_| Refused::Unreadable("its expiry is no number"))?
            }
            None => self.expiry,
        };
        if now >= expiry {
            return Err(Refused::Expired { expired: expiry, now });
        }
        let scheme = Pkcs1v15Sign::new::<Sha1>();
        let verified = keys.public.verify(scheme, &digest(&self.user_data), &self.signature);
        verified.map_err(|_| Refused::Signature)?;
        Ok(Opened { user, expiry })
    }
}

/// The hash is taken twice: that of the user data is what is signed with SHA-1.
fn digest(user_data: &str) -> [u8; 20] {
    Sha1::digest(Sha1::digest(user_data)).into()
}

/// Without the padding of PKCS #5.
pub(super) fn unpadded(mut plain: Vec<u8>, block: usize) -> Option<Vec<u8>> {
    let count = usize::from(*plain.last()?);
    let end = plain.len().checked_sub(count)?;
    let padding = plain.get(end..)?;
    if count == 0 || count > block || padding.iter().any(|octet| usize::from(*octet) != count) {
        return None;
    }
    plain.truncate(end);
    Some(plain)
}
