#!/usr/bin/env python3
"""Makes the test certificates of this folder anew. No test runs it: the files are committed, and the
golden traces of the SAML scenarios rest on them. Needs the package `cryptography`."""

from datetime import datetime, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent


def key_of(name):
    """The key of a certificate: kept where there is one, so that signatures stay what they are."""
    path = HERE / f"{name}.key.pem"
    if path.exists():
        return serialization.load_pem_private_key(path.read_bytes(), None)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )
    return key


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def make(name, common_name, serial, begins, ends, issuer=None, authority=False):
    key = key_of(name)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ])
    signer_name, signer_key = issuer or (subject, key)
    usage = {use: False for use in (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")}
    usage |= {"key_cert_sign": True, "crl_sign": True} if authority else {"digital_signature": True}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer_name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(day(begins))
        .not_valid_after(day(ends))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(signer_key, hashes.SHA256())
    )
    path = HERE / f"{name}.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return subject, key


def main():
    ca = make("idpca", "Identity Provider CA", 0x1001, "2025-01-01", "2035-01-01", None, True)
    make("idp", "idp.example", 0x2A, "2025-06-01", "2027-06-01", ca)
    make("idp-old", "idp.example", 0x17, "2024-01-01", "2026-03-02T09:00:00", ca)
    make("idp-next", "idp.example", 0x2B, "2026-03-02T12:00:00", "2028-03-02", ca)
    cics = make("cicsca", "CICS CA", 0x1002, "2025-01-01", "2035-01-01", None, True)
    make("cicscert", "CICSPRD1", 0x1234567890ABCDEF, "2025-01-01", "2030-01-01", cics)
    make("rogue", "idp.example", 0x2A, "2025-06-01", "2027-06-01")
    was = make("wasca", "Server CA", 0x2001, "2025-01-01", "2035-01-01", None, True)
    make("wasup", "WASUP", 0x2101, "2025-01-01", "2030-01-01", was)
    make("wasdown", "WASDOWN", 0x2102, "2025-01-01", "2030-01-01", was)
    people = make("peopleca", "People CA", 0x3001, "2025-01-01", "2035-01-01", None, True)
    make("alice", "alice", 0x3101, "2025-01-01", "2030-01-01", people)
    make("carol", "carol", 0x3102, "2025-01-01", "2030-01-01", people)


main()
