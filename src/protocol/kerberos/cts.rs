//! AES in cipher block chaining mode with ciphertext stealing, the one block mode of Kerberos.
//!
//! The last two blocks are always swapped, whole blocks or not; one single block is plain CBC
//! (RFC 3962 section 5). The initial vector is zero.

use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};

/// The size of an AES block in bytes.
pub(super) const BLOCK: usize = 16;

type AesBlock = [u8; BLOCK];

/// An expanded AES key of either size.
pub(super) enum Aes {
    Aes128(Aes128),
    Aes256(Aes256),
}

impl Aes {
    /// Expands a key; `None` unless it has 16 or 32 bytes.
    pub(super) fn new(key: &[u8]) -> Option<Aes> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Aes::Aes128),
            32 => Aes256::new_from_slice(key).ok().map(Aes::Aes256),
            _ => None,
        }
    }

    /// Encrypts one block.
    pub(super) fn encrypt_block(&self, block: &AesBlock) -> AesBlock {
        let mut out = Block::<Aes128>::from(*block);
        match self {
            Aes::Aes128(aes) => aes.encrypt_block(&mut out),
            Aes::Aes256(aes) => aes.encrypt_block(&mut out),
        }
        out.into()
    }

    fn decrypt_block(&self, block: &AesBlock) -> AesBlock {
        let mut out = Block::<Aes128>::from(*block);
        match self {
            Aes::Aes128(aes) => aes.decrypt_block(&mut out),
            Aes::Aes256(aes) => aes.decrypt_block(&mut out),
        }
        out.into()
    }

    /// Encrypts; the output is as long as the input. `None` for less than one block.
    pub(super) fn encrypt_cts(&self, plain: &[u8]) -> Option<Vec<u8>> {
        if plain.len() < BLOCK {
            return None;
        }
        let mut out = Vec::with_capacity(plain.len());
        let mut previous = [0; BLOCK];
        let mut before = [0; BLOCK];
        for chunk in plain.chunks(BLOCK) {
            before = previous;
            previous = self.encrypt_block(&xor(&padded(chunk), &previous));
            out.extend_from_slice(&previous);
        }
        let tail = tail_length(plain.len());
        if plain.len() > BLOCK {
            out.truncate(out.len() - 2 * BLOCK);
            out.extend_from_slice(&previous);
            out.extend_from_slice(before.get(..tail)?);
        }
        Some(out)
    }

    /// Decrypts; the output is as long as the input. `None` for less than one block.
    pub(super) fn decrypt_cts(&self, cipher: &[u8]) -> Option<Vec<u8>> {
        if cipher.len() < BLOCK {
            return None;
        }
        let tail = tail_length(cipher.len());
        let swapped = if cipher.len() > BLOCK { BLOCK + tail } else { BLOCK };
        let (head, last) = cipher.split_at(cipher.len() - swapped);
        let mut out = Vec::with_capacity(cipher.len());
        let mut previous = [0; BLOCK];
        for chunk in head.chunks(BLOCK) {
            let block = padded(chunk);
            out.extend_from_slice(&xor(&self.decrypt_block(&block), &previous));
            previous = block;
        }
        let (first, stolen) = last.split_at(BLOCK);
        let opened = self.decrypt_block(&padded(first));
        if stolen.is_empty() {
            out.extend_from_slice(&xor(&opened, &previous));
            return Some(out);
        }
        // The last plain block was padded with zeros, so the rest of the stolen block shows here.
        let mut before = opened;
        before.get_mut(..tail)?.copy_from_slice(stolen);
        out.extend_from_slice(&xor(&self.decrypt_block(&before), &previous));
        out.extend_from_slice(xor(&opened, &before).get(..tail)?);
        Some(out)
    }
}

/// The length of the last block, 1 to 16.
fn tail_length(length: usize) -> usize {
    (length - 1) % BLOCK + 1
}

fn padded(chunk: &[u8]) -> AesBlock {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(chunk) {
        *to = *from;
    }
    block
}

fn xor(a: &AesBlock, b: &AesBlock) -> AesBlock {
    std::array::from_fn(|i| a[i] ^ b[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_opens_again_and_shorter_than_a_block_is_refused() {
        for key in [&[7; 16][..], &[9; 32]] {
            let aes = Aes::new(key).unwrap();
            for length in 0..=100u8 {
                let plain: Vec<u8> = (0..length).collect();
                let Some(cipher) = aes.encrypt_cts(&plain) else {
                    assert!(length < 16 && aes.decrypt_cts(&plain).is_none());
                    continue;
                };
                assert_eq!(cipher.len(), plain.len());
                assert_eq!(aes.decrypt_cts(&cipher).unwrap(), plain);
            }
        }
        assert!(Aes::new(&[0; 24]).is_none());
    }

    /// RFC 3962 appendix B; the wider vectors are in `tests/kerberos_vectors.rs` where they reach
    /// the public functions.
    #[test]
    fn rfc_3962_vectors() {
        let text = include_str!("../../../tests/vectors/kerberos.json");
        let file: serde_json::Value = serde_json::from_str(text).unwrap();
        let group = file["groups"].as_array().unwrap();
        let group = group.iter().find(|group| group["id"] == "aes_cbc_cts").unwrap();
        let vectors = group["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 6);
        for vector in vectors {
            let bytes = |name: &str| unhex(vector[name].as_str().unwrap());
            assert_eq!(bytes("iv"), [0; 16]);
            let aes = Aes::new(&bytes("key")).unwrap();
            let output = aes.encrypt_cts(&bytes("input")).unwrap();
            assert_eq!(output, bytes("output"));
            assert_eq!(aes.decrypt_cts(&output).unwrap(), bytes("input"));
        }
    }

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }
}
