//! A certificate with its private key.

use std::sync::Arc;

use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;

use super::certificate::{Certificate, Error, Hash};
use super::pem;

/// Whoever can sign: a certificate, those of its path, and its private key.
#[derive(Clone)]
pub struct Identity {
    certificate: Arc<Certificate>,
    chain: Vec<Arc<Certificate>>,
    key: Arc<RsaPrivateKey>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("subject", &self.certificate.subject)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Reads the private key of a certificate: PKCS #8 or PKCS #1, in PEM or DER, not encrypted.
    ///
    /// # Errors
    /// It is no such key, or not the one of this certificate; whoever supplied the file replaces it.
    pub fn read(certificate: &Arc<Certificate>, key: &[u8]) -> Result<Identity, Error> {
        let wrong = |what: String| Error(format!("the private key cannot be read: {what}"));
        let pkcs_8 = pem::parts(key, "PRIVATE KEY");
        let pkcs_1 = pem::parts(key, "RSA PRIVATE KEY");
        let key = match (&pkcs_8, &pkcs_1) {
            (Ok(keys), _) if !keys.is_empty() => keys.first().map(|der| from_pkcs_8(der)),
            (_, Ok(keys)) if !keys.is_empty() => keys.first().map(|der| from_pkcs_1(der)),
            (Ok(_), Ok(_)) => Some(from_pkcs_8(key).or_else(|_| from_pkcs_1(key))),
            (Err(error), _) | (_, Err(error)) => Some(Err(error.to_string())),
        };
        let key = key.unwrap_or_else(|| Err("there is none".to_owned())).map_err(wrong)?;
        if key.as_ref() != certificate.key() {
            return Err(Error("the private key is not the one of the certificate".to_owned()));
        }
        Ok(Identity { certificate: Arc::clone(certificate), chain: Vec::new(), key: Arc::new(key) })
    }

    /// The same with further certificates of its path, which it shows with its signatures.
    #[must_use]
    pub fn with_chain(self, chain: Vec<Arc<Certificate>>) -> Identity {
        Identity { chain, ..self }
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Arc<Certificate> {
        &self.certificate
    }

    /// Its certificate and those of its path.
    pub fn certificates(&self) -> impl Iterator<Item = &Arc<Certificate>> {
        [&self.certificate].into_iter().chain(&self.chain)
    }

    /// A signature (PKCS #1 version 1.5) over bytes: always the same for the same bytes.
    pub fn sign(&self, hash: Hash, bytes: &[u8]) -> Vec<u8> {
        // It cannot fail: the shortest key that is read has room for the longest hash.
        self.key.sign(hash.scheme(), &hash.digest(bytes)).unwrap_or_default()
    }
}

fn from_pkcs_8(der: &[u8]) -> Result<RsaPrivateKey, String> {
    RsaPrivateKey::from_pkcs8_der(der).map_err(|error| error.to_string())
}

fn from_pkcs_1(der: &[u8]) -> Result<RsaPrivateKey, String> {
    RsaPrivateKey::from_pkcs1_der(der).map_err(|error| error.to_string())
}
