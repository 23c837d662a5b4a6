"""SAML tokens and canonical forms, ours against those of other software:

* tokens that ours makes and issues again verify in xmlsec1 and in the JDK, and not when an octet is changed;
* tokens that xmlsec1 and signxml sign on the spot are valid for ours, and not when an octet is changed;
* canonical forms of random documents are those of libxml2, octet for octet;
* what libxml2 does not read as well-formed ours does not read either.

Usage: compare.py PROGRAM HARNESS [DOCUMENTS]. Needs xmlsec1, a JDK, and the Python packages lxml, signxml
and cryptography.
"""

import datetime
import json
import os
import random
import re
import subprocess
import sys
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import SignatureConstructionMethod, XMLSigner

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mit"))
from tally import check, finish  # noqa: E402

PKI = os.path.join(HERE, "..", "interop", "saml", "pki")
AT = "2026-06-15T12:02:00Z"
DS = "http://www.w3.org/2000/09/xmldsig#"
SAML = {"11": "urn:oasis:names:tc:SAML:1.0:assertion", "20": "urn:oasis:names:tc:SAML:2.0:assertion"}
ID = {"11": "AssertionID", "20": "ID"}
HASHES = {"sha1": "SHA1", "sha256": "SHA256", "sha384": "SHA384", "sha512": "SHA512"}
RSA = {name: ("http://www.w3.org/2000/09/xmldsig#rsa-sha1" if name == "sha1" else
              f"http://www.w3.org/2001/04/xmldsig-more#rsa-{name}") for name in HASHES}
DIGEST = {"sha1": "http://www.w3.org/2000/09/xmldsig#sha1", "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
          "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
          "sha512": "http://www.w3.org/2001/04/xmlenc#sha512"}
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    return path


# --- the other verifiers ---

def xmlsec1(version, certificate, path):
    """Whether xmlsec1 finds the signature good with the key of this certificate."""
    command = ["xmlsec1", "--verify", "--pubkey-cert-pem", certificate, "--enabled-key-data", "key-name,rsa",
               f"--id-attr:{ID[version]}", f"{SAML[version]}:Assertion", path]
    return subprocess.run(command, capture_output=True).returncode == 0


def jdk(pairs):
    """The verdicts of the JDK on pairs of certificate and token."""
    lines = "".join(f"{certificate} {path}\n" for certificate, path in pairs)
    done = subprocess.run(["java", os.path.join(HERE, "Verify.java")], input=lines, capture_output=True, text=True)
    verdicts = [line == "true" for line in done.stdout.split()]
    if len(verdicts) != len(pairs):
        raise SystemExit(f"the JDK: {done.stderr}")
    return verdicts, done.stderr


def changed(token):
    """The token with another octet in what its issuer's name says; that is signed."""
    match = re.search(rb"<(?:[\w-]+:)?Issuer[^>]*>|Issuer=.", token)
    at = match.end() + 3
    return token[:at] + (b"y" if token[at:at + 1] == b"x" else b"x") + token[at + 1:]


# --- tokens of ours ---

def of_ours(harness, folder):
    made = os.path.join(folder, "made")
    os.mkdir(made)
    subprocess.run([harness, "made", PKI, made], check=True)
    certificate = os.path.join(PKI, "cicscert.pem")
    names = sorted(os.listdir(made))
    check("tokens of ours are there", len(names) == 2 * 4 * 3 * 3 * 2, len(names))
    good = [os.path.join(made, name) for name in names]
    bad = [write(path + ".changed", changed(read(path))) for path in good]
    verdicts, told = jdk([(certificate, path) for path in good + bad])
    for index, name in enumerate(names):
        version = name[:2]
        check(f"xmlsec1 verifies {name}", xmlsec1(version, certificate, good[index]))
        check(f"xmlsec1 refuses {name} when changed", not xmlsec1(version, certificate, bad[index]))
        check(f"the JDK verifies {name}", verdicts[index], told)
        check(f"the JDK refuses {name} when changed", not verdicts[len(good) + index])


# --- tokens of others ---

def authority(folder):
    """A certification authority of the moment, and signers with keys of three sizes."""
    year = datetime.datetime(2026, 1, 1), datetime.datetime(2027, 1, 1)

    def certificate(subject, key, issuer, signer, is_ca):
        name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        made = x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), x509.random_serial_number(),
                                       *year)
        made = made.add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        return made.sign(signer, hashes.SHA256())

    def pem(name, made):
        return write(os.path.join(folder, name), made.public_bytes(serialization.Encoding.PEM))

    root = rsa.generate_private_key(65537, 2048)
    anchor = pem("root.pem", certificate("root", root, "root", root, True))
    signers = []
    for size in (2048, 3072, 4096):
        key = rsa.generate_private_key(65537, size)
        path = pem(f"signer{size}.pem", certificate(f"signer {size}", key, "root", root, False))
        secret = write(os.path.join(folder, f"signer{size}.key"), key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        signers.append((path, secret))
    return anchor, signers


def blank(chance):
    """White space or a comment between elements, or nothing."""
    return chance.choice(["", "", "\n  ", " ", "\t\n", "<!-- a comment -->", "<?an instruction?>"])


def assertion(chance, version, number, signature):
    """An assertion in a layout of its own, with the text of a signature at its place."""
    prefix = chance.choice(["saml", "a", "saml2", "x-y", ""])
    colon, declared = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    namespaces = "".join(chance.sample([' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
                                        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"',
                                        ' xmlns:unused="urn:unused"'], chance.randrange(4)))
    gap = lambda: blank(chance)
    tag = lambda name, content, attributes="": f"<{colon}{name}{attributes}>{content}</{colon}{name}>"
    subject, conditions = f"user{number}", (' NotBefore="2026-06-15T12:00:00Z"'
                                            ' NotOnOrAfter="2026-06-15T12:05:00Z"')
    value = chance.choice(["A &amp; B", "&#x1F511;", "<![CDATA[<c>]]>", "é", "  x  ", "a&#13;b"])
    if version == "20":
        inside = [tag("Issuer", "https://idp.example/"), signature,
                  tag("Subject", tag("NameID", subject) + gap() + tag(
                      "SubjectConfirmation", "", ' Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"')),
                  tag("Conditions", "", conditions),
                  tag("AuthnStatement", tag("AuthnContext", tag("AuthnContextClassRef", "urn:m")),
                      ' AuthnInstant="2026-06-15T12:00:00Z"'),
                  tag("AttributeStatement", tag("Attribute", tag("AttributeValue", value), ' Name="n"'))]
        head = f'ID="_{number}" Version="2.0" IssueInstant="2026-06-15T12:00:00Z"'
    else:
        who = tag("Subject", tag("NameIdentifier", subject) + tag("SubjectConfirmation", tag(
            "ConfirmationMethod", "urn:oasis:names:tc:SAML:1.0:cm:bearer")))
        inside = [tag("Conditions", "", conditions),
                  tag("AuthenticationStatement", who,
                      ' AuthenticationMethod="urn:m" AuthenticationInstant="2026-06-15T12:00:00Z"'),
                  tag("AttributeStatement", who + tag("Attribute", tag("AttributeValue", value),
                                                      ' AttributeName="n" AttributeNamespace="urn:n"')),
                  signature]
        head = (f'MajorVersion="1" MinorVersion="1" AssertionID="_{number}" Issuer="https://idp.example/"'
                ' IssueInstant="2026-06-15T12:00:00Z"')
    content = "".join(gap() + part for part in inside) + gap()
    return f'<{colon}Assertion xmlns{declared}="{SAML[version]}"{namespaces} {head}>{content}</{colon}Assertion>'


def template(chance, number, hashing):
    """A signature that xmlsec1 fills in."""
    prefix = chance.choice(["ds:", "sig:", ""])
    declared = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    signed_by = chance.choice([EXCLUSIVE, EXCLUSIVE + "WithComments", INCLUSIVE])
    inclusive = (f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="xs #default"/>'
                 if chance.random() < 0.3 else "")
    p = prefix
    return (f'<{p}Signature {declared}="{DS}"><{p}SignedInfo><{p}CanonicalizationMethod Algorithm="{signed_by}"/>'
            f'<{p}SignatureMethod Algorithm="{RSA[hashing]}"/><{p}Reference URI="#_{number}"><{p}Transforms>'
            f'<{p}Transform Algorithm="{DS}enveloped-signature"/><{p}Transform Algorithm="{EXCLUSIVE}">{inclusive}'
            f'</{p}Transform></{p}Transforms><{p}DigestMethod Algorithm="{DIGEST[hashing]}"/><{p}DigestValue/>'
            f'</{p}Reference></{p}SignedInfo><{p}SignatureValue/><{p}KeyInfo><{p}X509Data/></{p}KeyInfo>'
            f'</{p}Signature>')


def by_xmlsec1(chance, folder, version, number, hashing, signer):
    text = assertion(chance, version, number, template(chance, number, hashing))
    plain = write(os.path.join(folder, f"plain{number}.xml"), text.encode())
    path = os.path.join(folder, f"xmlsec1-{number}.xml")
    done = subprocess.run(
        ["xmlsec1", "--sign", "--privkey-pem", f"{signer[1]},{signer[0]}", "--output", path,
         f"--id-attr:{ID[version]}", f"{SAML[version]}:Assertion", plain], capture_output=True, text=True)
    check(f"xmlsec1 signs {number}", done.returncode == 0, done.stderr)
    return path


def by_signxml(chance, folder, version, number, hashing, signer):
    place = f'<ds:Signature xmlns:ds="{DS}" Id="placeholder"></ds:Signature>'
    tree = etree.fromstring(assertion(chance, version, number, place))
    signing = XMLSigner(method=SignatureConstructionMethod.enveloped, signature_algorithm=f"rsa-{hashing}",
                        digest_algorithm=hashing, c14n_algorithm=EXCLUSIVE)
    signed = signing.sign(tree, key=read(signer[1]), cert=read(signer[0]).decode(), reference_uri=f"#_{number}",
                          id_attribute=ID[version])
    return write(os.path.join(folder, f"signxml-{number}.xml"), etree.tostring(signed))


def response(program, anchor, path):
    done = subprocess.run([program, "saml", "validate", path, "--trust", anchor, "--at", AT, "--format", "json"],
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def of_others(program, folder, chance):
    anchor, signers = authority(folder)
    number = 0
    for version in ("11", "20"):
        for hashing in HASHES:
            for signer in signers:
                for by in (by_xmlsec1, by_xmlsec1, by_signxml):
                    if by is by_signxml and hashing == "sha1":
                        continue  # It does not sign with SHA-1 any more.
                    number += 1
                    name = f"{number} of {by.__name__[3:]} ({version}, {hashing})"
                    path = by(chance, folder, version, number, hashing, signer)
                    found = response(program, anchor, path)
                    subject = found["containers"].get("DFHSAML-NAMID")
                    check(f"ours takes {name}", found["response"] == 0 and subject == f"user{number}", found)
                    check(f"xmlsec1 takes {name}", xmlsec1(version, signer[0], path))
                    other = write(path + ".changed", changed(read(path)))
                    check(f"ours refuses {name} when changed", response(program, anchor, other)["response"] == 1)
                    check(f"xmlsec1 refuses {name} when changed", not xmlsec1(version, signer[0], other))


# --- canonical forms ---

NAMES = ["a", "b", "item", "x-y", "_z", "é"]
PREFIXES = ["", "p", "q", "r"]
# None with an ampersand: libxml2 writes that of a namespace's name as it is, against Canonical XML 1.0 section 2.3,
# which has namespaces written as attributes are; its own output is not well-formed then.
URIS = ["urn:one", "urn:two", "http://three.example/?a=1", "urn:one"]
TEXTS = ["", " ", "text", "&amp;&lt;&gt;", "\r\n", "&#13;", "\t", "&#9;&#10;", "é𝄞", "<![CDATA[<&]]>",
         "<!-- c -->", "<?pi  data ?>", "<?pi?>", "&quot;&apos;", "]]&gt;"]
VALUES = ["", "v", "&amp;&lt;&quot;", "&#13;&#10;&#9;", "  a  b ", "é", "a\nb", "&gt;'"]


class Document:
    """A random document that is well-formed, with its namespaces in order."""

    def __init__(self, chance):
        self.chance, self.count = chance, 0
        self.text = blank(chance).strip(" \t\n") + self.element({"": ""}, 0) + blank(chance).strip(" \t\n")

    def element(self, scope, depth):
        chance, scope, written = self.chance, dict(scope), []
        for prefix in PREFIXES:
            if chance.random() < (0.35 if prefix else 0.25):
                uri = chance.choice(URIS) if prefix or chance.random() < 0.7 else ""
                scope[prefix] = uri
                written.append(f'xmlns:{prefix}="{uri}"' if prefix else f'xmlns="{uri}"')
        usable = [prefix for prefix in PREFIXES if prefix in scope]
        attributes, seen = [], set()
        for _ in range(chance.randrange(4)):
            prefix = chance.choice(usable)
            local = chance.choice(NAMES)
            name = (scope[prefix] if prefix else "", local)
            if name not in seen:
                seen.add(name)
                attributes.append(f'{prefix + ":" if prefix else ""}{local}="{chance.choice(VALUES)}"')
        if chance.random() < 0.2:
            attributes.append(chance.choice(['xml:lang="de"', 'xml:space="preserve"']))
        prefix, self.count = chance.choice(usable), self.count + 1
        name = f'{prefix + ":" if prefix else ""}n{self.count}'
        chance.shuffle(written)
        words = " ".join([name, *written, *attributes])
        parts = [chance.choice(TEXTS)]
        while depth < 5 and chance.random() < 0.6:
            parts += [self.element(scope, depth + 1), chance.choice(TEXTS)]
        content = "".join(parts)
        if not content:
            return f"<{words}/>"
        return f"<{words}{chance.choice(['', ' '])}>{content}</{name}{chance.choice(['', ' '])}>"


def libxml2(text, apex, exclusive, comments, prefixes):
    tree = etree.fromstring(text.encode(), PARSER).getroottree()
    own = tree
    if apex is not None:
        own = next(it for it in tree.iter("{*}" + apex))
    if not exclusive:
        return etree.tostring(own, method="c14n", exclusive=False, with_comments=comments).decode()
    return etree.tostring(own, method="c14n", exclusive=True, with_comments=comments,
                          inclusive_ns_prefixes=prefixes or None).decode()


PARSER = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=True)


def asked(harness, questions):
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([harness, "forms"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def forms(harness, chance, count):
    questions = []
    for _ in range(count):
        # lxml copies an element out of its document first, where the inclusive form loses what it inherits. Elements
        # in that form are the SignedInfo of tokens below.
        exclusive = chance.random() < 0.7
        whole = not exclusive or chance.random() < 0.3
        made = Document(chance)
        apex = None if whole else f"n{1 + chance.randrange(made.count)}"
        # lxml does not pass #default on, as no name of a document; xmlsec1 has it in the tokens that it signs.
        prefixes = chance.sample(["p", "q", "r"], chance.randrange(3)) if exclusive else []
        questions.append({"document": made.text, "apex": apex, "exclusive": exclusive,
                          "comments": chance.random() < 0.5, "prefixes": prefixes})
    different = []
    for question, reply in zip(questions, asked(harness, questions), strict=True):
        expected = libxml2(*(question[key] for key in ("document", "apex", "exclusive", "comments", "prefixes")))
        if reply != {"form": expected}:
            different.append((question, reply, expected))
    check(f"{count} canonical forms are libxml2's", not different, f"{len(different)}: {different[:2]}")


def malformed(harness, chance, count):
    """Documents with a few octets changed: what one reads and the other does not."""
    questions = []
    for _ in range(count):
        text = list(Document(chance).text)
        for _ in range(1 + chance.randrange(2)):
            at = chance.randrange(len(text))
            text[at] = chance.choice(["", "<", ">", "&", '"', "=", "/", ":", "\x01", "x", text[at] * 2, "]]>", "--"])
        questions.append({"document": "".join(text), "apex": None, "exclusive": True, "comments": True, "prefixes": []})
    accepted, refused = [], 0
    for question, reply in zip(questions, asked(harness, questions), strict=True):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            etree.fromstring(question["document"].encode(), parser)
        except etree.XMLSyntaxError:
            pass
        # Its warnings are about names of namespaces that are no URIs, and values of xml:space.
        well = all(error.type_name.startswith("WAR_") for error in parser.error_log)
        if not well:
            refused += 1
            if "malformed" not in reply:
                accepted.append((question["document"], reply))
    check(f"libxml2 refuses many of {count} changed documents", refused > count // 4, refused)
    check("none that libxml2 refuses is read", not accepted, f"{len(accepted)}: {accepted[:3]}")


def main():
    program, harness = (os.path.abspath(word) for word in sys.argv[1:3])
    documents = int(sys.argv[3]) if len(sys.argv) > 3 else 6_000
    chance = random.Random(1402)
    forms(harness, chance, documents)
    malformed(harness, chance, documents)
    with tempfile.TemporaryDirectory() as folder:
        of_ours(harness, folder)
        of_others(program, folder, chance)
    finish()


main()
