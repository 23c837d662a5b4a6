//! One certificate.

use rsa::RsaPublicKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey as _;
use sha1::Digest as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{der, name, pem};
use crate::check::Seconds;

/// Largest certificate (bytes): it bounds the work.
const BYTES_MAX: usize = 64 << 10;
/// The label of certificates in PEM files (RFC 7468 section 5).
const LABEL: &str = "CERTIFICATE";

/// Extensions that are understood, or say nothing that matters to a signature: keyUsage, subjectAltName,
/// basicConstraints, certificatePolicies, extKeyUsage (RFC 5280 section 4.2.1).
const UNDERSTOOD: [&str; 5] = ["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.37"];

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
    /// The first extension that must be understood and is not (RFC 5280 section 4.2), by its number.
    pub not_understood: Option<String>,
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
        match pem::parts(bytes, LABEL)?.first() {
            Some(der) => Certificate::from_der(der),
            None => Certificate::from_der(bytes),
        }
    }

    /// Reads every certificate of a PEM file, or the one of a DER file.
    ///
    /// # Errors
    /// As for [`Certificate::read`].
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Certificate>, Error> {
        let all = pem::parts(bytes, LABEL)?;
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
        der::walk(der)?;
        let (_, parsed) = X509Certificate::from_der(der)
            .map_err(|error| Error(format!("this is no X.509 certificate: {error}")))?;
        let tbs = &parsed.tbs_certificate;
        if !has_parts(der) {
            return Err(Error(
                "the certificate is not what is signed, its algorithm, and a signature".to_owned(),
            ));
        }
        if parsed.signature_value.unused_bits != 0 {
            return Err(Error("the certificate's signature has no whole octets".to_owned()));
        }
        let key = RsaPublicKey::from_public_key_der(tbs.subject_pki.raw).map_err(|_| {
            Error("the certificate's key is no RSA key of 1024 to 8192 bits".to_owned())
        })?;
        let constraints = tbs.basic_constraints().map_err(|_| twice("basicConstraints"))?;
        let constraints = constraints.map(|extension| extension.value);
        let usage = tbs.key_usage().map_err(|_| twice("keyUsage"))?;
        let signs = usage.is_none_or(|usage| usage.value.key_cert_sign());
        let critical = tbs.extensions().iter().filter(|extension| extension.critical);
        let mut critical = critical.map(|extension| extension.oid.to_id_string());
        let number = tbs.raw_serial();
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        Ok(Certificate {
            subject: name::text(&tbs.subject),
            issuer: name::text(&tbs.issuer),
            serial: number.get(zeros..).unwrap_or_default().to_vec(),
            not_before: tbs.validity.not_before.timestamp(),
            not_after: tbs.validity.not_after.timestamp(),
            may_issue: signs && constraints.is_some_and(|constraints| constraints.ca),
            path_length: constraints.and_then(|constraints| constraints.path_len_constraint),
            not_understood: critical.find(|number| !UNDERSTOOD.contains(&number.as_str())),
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
        self.names_as_issuer(issuer)
            && self.hash.is_some_and(|hash| issuer.verifies(hash, &self.signed, &self.signature))
    }

    /// Whether its issuer has the name of another certificate's subject, which proves nothing.
    pub(super) fn names_as_issuer(&self, issuer: &Certificate) -> bool {
        name::same(&self.issuer, &issuer.subject)
    }

    /// The serial number in decimal digits.
    pub(in crate::protocol) fn serial_decimal(&self) -> String {
        // Digits, the lowest first.
        let mut digits = vec![0_u8];
        for byte in &self.serial {
            let mut carry = u32::from(*byte);
            for digit in &mut digits {
                carry += u32::from(*digit) * 256;
                *digit = (carry % 10) as u8;
                carry /= 10;
            }
            while carry > 0 {
                digits.push((carry % 10) as u8);
                carry /= 10;
            }
        }
        digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// The serial number in eight hexadecimal digits: the lowest ones of a longer number (assumed).
    pub fn serial_digits(&self) -> String {
        let digits: String = self.serial.iter().map(|byte| format!("{byte:02X}")).collect();
        let digits = format!("{digits:0>8}");
        digits.get(digits.len().saturating_sub(8)..).unwrap_or(&digits).to_owned()
    }
}

/// Whether an element has the three parts of a certificate (RFC 5280 section 4.1), and the algorithm
/// that is signed is the one beside the signature, byte for byte (section 4.1.1.2).
fn has_parts(der: &[u8]) -> bool {
    const VERSION: u8 = 0xA0;
    let parts = der::elements(der);
    let tags: Vec<u8> = parts.iter().filter_map(|part| part.first().copied()).collect();
    let signed = parts.first().map(|signed| der::elements(signed)).unwrap_or_default();
    // Behind the version, where there is one, and the serial number.
    let mut inside = signed.iter().filter(|part| part.first() != Some(&VERSION));
    tags == [der::SEQUENCE, der::SEQUENCE, der::BIT_STRING] && inside.nth(1) == parts.get(1)
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
