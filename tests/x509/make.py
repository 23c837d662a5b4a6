#!/usr/bin/env python3
"""Makes the certificates of this folder anew, with new keys that are not kept. No test runs it. Needs the
package `cryptography`."""

from datetime import datetime, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent


def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def day(year):
    return datetime(year, 1, 1, tzinfo=timezone.utc)


def named(*pairs):
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in pairs])


def common(text):
    return named((NameOID.ORGANIZATION_NAME, "Paths"), (NameOID.COMMON_NAME, text))


def make(file, subject, own, issuer, by, years=(2020, 2040), ca=None, length=None, usage=None, extra=()):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(0xFEDCBA9876543210)
        .not_valid_before(day(years[0]))
        .not_valid_after(day(years[1]))
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, length), critical=True)
    if usage is not None:
        names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
        names += ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
        usage = x509.KeyUsage(**{name: name == usage for name in names})
        builder = builder.add_extension(usage, critical=True)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    pem = builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (HERE / f"{file}.pem").write_bytes(pem)


root, last = key(), key()
authority = common("Root")
make("root-old", authority, root, authority, root, (2010, 2025), ca=True)
make("root", authority, root, authority, root, (2024, 2040), ca=True)
make("leaf", common("Leaf"), last, authority, root)
# A path that is too long for its first authority, and one that is not.
short, below = key(), key()
make("short", common("Short"), short, authority, root, ca=True, length=0)
make("below", common("Below"), below, common("Short"), short, ca=True)
make("leaf-short", common("Leaf of short"), last, common("Short"), short)
make("leaf-below", common("Leaf of below"), last, common("Below"), below)
# Authorities that may not issue.
silent = key()
make("silent", common("Silent"), silent, authority, root, ca=True, usage="crl_sign")
make("leaf-silent", common("Leaf of silent"), last, common("Silent"), silent)
old = key()
make("plain", common("Plain"), old, authority, root)
make("leaf-plain", common("Leaf of plain"), last, common("Plain"), old)
# What must be understood and is not.
unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
make("critical", common("Critical"), last, authority, root, extra=[(unknown, True)])
make("harmless", common("Harmless"), last, authority, root, extra=[(unknown, False)])
odd = key()
make("odd", common("Odd"), odd, authority, root, ca=True, extra=[(unknown, True)])
make("leaf-odd", common("Leaf of odd"), last, common("Odd"), odd)
# Names in several encodings, and with characters that need care.
mixed = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Größe  AG", _ASN1Type.BMPString),
        x509.NameAttribute(NameOID.COMMON_NAME, 'a,b+c"d;e<f>g\\h=i#j'),
        x509.NameAttribute(NameOID.COMMON_NAME, "#first and last "),
        x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@b.example"),
        x509.NameAttribute(x509.ObjectIdentifier("1.3.6.1.4.1.99999.2"), "unknown"),
    ]
)
other = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "größe ag", _ASN1Type.UTF8String),
        *list(mixed)[2:],
    ]
)
names = key()
make("names", mixed, names, authority, root, ca=True)
make("leaf-names", common("Leaf of names"), last, other, names)
elliptic = ec.generate_private_key(ec.SECP256R1())
make("elliptic", common("Elliptic"), elliptic, authority, root)
