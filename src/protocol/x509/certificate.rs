//! One certificate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPublicKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey as _;
use sha1::Digest as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::name;
use crate::check::Seconds;

/// Largest certificate (bytes): it bounds the work.
const BYTES_MAX: usize = 64 << 10;

/// Why bytes are no certificate that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub(super) String);

/// A hash of an RSA signature or a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// All of them.
    pub const ALL: [Hash; 4] = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Hash::Sha1 => "SHA-1",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
        }
    }

    /// The digest of bytes.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Hash::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        }
    }

    pub(super) fn scheme(self) -> Pkcs1v15Sign {
        match self {
            Hash::Sha1 => Pkcs1v15Sign::new::<sha1::Sha1>(),
            Hash::Sha256 => Pkcs1v15Sign::new::<sha2::Sha256>(),
            Hash::Sha384 => Pkcs1v15Sign::new::<sha2::Sha384>(),
            Hash::Sha512 => Pkcs1v15Sign::new::<sha2::Sha512>(),
        }
    }
}

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    /// Distinguished name of its subject (RFC 4514).
    pub subject: String,
    /// Distinguished name of its issuer (RFC 4514).
    pub issuer: String,
    subject_der: Vec<u8>,
    issuer_der: Vec<u8>,
    /// Serial number, big-endian without leading zeros.
    pub serial: Vec<u8>,
    /// First second at which it is valid.
    pub not_before: Seconds,
    /// Last second at which it is valid.
    pub not_after: Seconds,
    /// Whether it may be the issuer of another one (RFC 5280 sections 4.2.1.3 and 4.2.1.9).
    pub may_issue: bool,
    /// How many certificates of authorities may follow it, where it says so.
    pub path_length: Option<u32>,
    key: RsaPublicKey,
    /// What is signed, with which hash, and the signature; no hash where the algorithm is not known.
    signed: Vec<u8>,
    hash: Option<Hash>,
    signature: Vec<u8>,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl Certificate {
    /// Reads a certificate: DER, or PEM, of which the first one counts.
    ///
    /// # Errors
    /// The bytes are no certificate, or its key is not RSA; whoever supplied the file replaces it.
    pub fn read(bytes: &[u8]) -> Result<Certificate, Error> {
        match pem(bytes, "CERTIFICATE")? {
            Some(der) => Certificate::from_der(&der),
            None => Certificate::from_der(bytes),
        }
    }

    /// Reads every certificate of a PEM file, or the one of a DER file.
    ///
    /// # Errors
    /// As for [`Certificate::read`].
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Certificate>, Error> {
        let all = pems(bytes, "CERTIFICATE")?;
        if all.is_empty() {
            return Certificate::from_der(bytes).map(|certificate| vec![certificate]);
        }
        all.iter().map(|der| Certificate::from_der(der)).collect()
    }

    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// As for [`Certificate::read`].
    pub fn from_der(der: &[u8]) -> Result<Certificate, Error> {
        if der.len() > BYTES_MAX {
            return Err(Error(format!("the certificate has more than {BYTES_MAX} bytes")));
        }
        let (rest, parsed) = X509Certificate::from_der(der)
            .map_err(|error| Error(format!("this is no X.509 certificate: {error}")))?;
        if !rest.is_empty() {
            return Err(Error(format!("{} bytes stand behind the certificate", rest.len())));
        }
        let tbs = &parsed.tbs_certificate;
        let key = RsaPublicKey::from_public_key_der(tbs.subject_pki.raw).map_err(|_| {
            Error("the certificate's key is no RSA key of 1024 to 8192 bits".to_owned())
        })?;
        let constraints = tbs.basic_constraints().map_err(|_| twice("basicConstraints"))?;
        let constraints = constraints.map(|extension| extension.value);
        let usage = tbs.key_usage().map_err(|_| twice("keyUsage"))?;
        let signs = usage.is_none_or(|usage| usage.value.key_cert_sign());
        let number = tbs.raw_serial();
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        Ok(Certificate {
            subject: name::text(&tbs.subject),
            issuer: name::text(&tbs.issuer),
            subject_der: tbs.subject.as_raw().to_vec(),
            issuer_der: tbs.issuer.as_raw().to_vec(),
            serial: number.get(zeros..).unwrap_or_default().to_vec(),
            not_before: tbs.validity.not_before.timestamp(),
            not_after: tbs.validity.not_after.timestamp(),
            may_issue: signs && constraints.is_some_and(|constraints| constraints.ca),
            path_length: constraints.and_then(|constraints| constraints.path_len_constraint),
            key,
            signed: tbs.as_ref().to_vec(),
            hash: hash_of(&parsed.signature_algorithm.algorithm.to_id_string()),
            signature: parsed.signature_value.data.to_vec(),
            der: der.to_vec(),
        })
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its public key.
    pub(super) fn key(&self) -> &RsaPublicKey {
        &self.key
    }

    /// Whether its key made a signature (PKCS #1 version 1.5) over bytes.
    pub fn verifies(&self, hash: Hash, bytes: &[u8], signature: &[u8]) -> bool {
        self.key.verify(hash.scheme(), &hash.digest(bytes), signature).is_ok()
    }

    /// Whether it was issued by the holder of another certificate: the names fit and the signature is
    /// the other's.
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        self.issuer_der == issuer.subject_der
            && self.hash.is_some_and(|hash| issuer.verifies(hash, &self.signed, &self.signature))
    }

    /// The serial number in eight hexadecimal digits: the lowest ones of a longer number (assumed).
    pub fn serial_digits(&self) -> String {
        let digits: String = self.serial.iter().map(|byte| format!("{byte:02X}")).collect();
        let digits = format!("{digits:0>8}");
        digits.get(digits.len().saturating_sub(8)..).unwrap_or(&digits).to_owned()
    }
}

fn twice(what: &str) -> Error {
    Error(format!("the certificate has extension {what} twice"))
}

/// The hash of a signature algorithm of certificates (RFC 4055 section 5, RFC 3279 section 2.2.1).
fn hash_of(number: &str) -> Option<Hash> {
    Some(match number {
        "1.2.840.113549.1.1.5" => Hash::Sha1,
        "1.2.840.113549.1.1.11" => Hash::Sha256,
        "1.2.840.113549.1.1.12" => Hash::Sha384,
        "1.2.840.113549.1.1.13" => Hash::Sha512,
        _ => return None,
    })
}

/// The bytes of the first part of a PEM file with a label; none where the file is no PEM.
pub(super) fn pem(bytes: &[u8], label: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(pems(bytes, label)?.into_iter().next())
}

/// The bytes of all parts of a PEM file with a label (RFC 7468 section 2); none where it is no PEM.
fn pems(bytes: &[u8], label: &str) -> Result<Vec<Vec<u8>>, Error> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(Vec::new()) };
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once(&begin) {
        let Some((body, after)) = tail.split_once(&end) else {
            return Err(Error(format!("the PEM file has no line `{end}`")));
        };
        let digits: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let decoded = STANDARD.decode(digits);
        found.push(decoded.map_err(|error| Error(format!("the PEM file is damaged: {error}")))?);
        rest = after;
    }
    if found.is_empty() && text.contains("-----BEGIN ") {
        return Err(Error(format!("the PEM file has no line `{begin}`")));
    }
    Ok(found)
}
