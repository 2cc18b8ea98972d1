"""Chains of certificates with one thing wrong, made by the package cryptography: what is said of each."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from x509_cases import (
    LEAF,
    MIDDLE,
    ROOT,
    SERVER,
    encoded,
    flat,
    made,
    signed_again,
    tree,
    usage,
    verdict,
)  # fmt: skip


def with_algorithm(text, hash_, issuer_key):
    """The leaf under another name of algorithm, rightly signed by it."""
    trees = tree(encoded(made("CS-1", "ec2", "Root", issuer_key)))
    trees[0][1][0][1][2][1] = tree(bytes.fromhex(text))
    return signed_again(flat(trees[0][1][:1]), issuer_key, bytes.fromhex(text), hash_)


def wrong():
    """(what is wrong, the chain, the roots, what is said)"""
    root_rsa = made("Root", 2048, "Root", 2048, True)
    few = made("Root", "ec", "Root", "ec", True, path=0)
    short = made("Short", 1024, "Root", "ec", True)
    long = made("Long", 4104, "Root", "ec", True)
    yield "no certificate", [], [ROOT], "the chain has no certificate"
    yield "unknown root", [LEAF, MIDDLE], [made("Other", "ec3", "Other", "ec3", True)], "none of the roots"
    yield "no roots", [LEAF, MIDDLE], [], "none of the roots"
    yield (
        "another root of the same name",
        [LEAF, MIDDLE],
        [made("Root", "ec3", "Root", "ec3", True)],
        "its root: signatureValue",
    )
    yield "wrong order", [MIDDLE, LEAF], [ROOT], "certificate 1: basicConstraints: an authority"
    yield "wrong order above", [LEAF, ROOT, MIDDLE], [ROOT], "certificate 2: subject: not the issuer"
    yield "one is missing", [LEAF, ROOT], [ROOT], "certificate 2: subject"
    yield "one is missing at the end", [LEAF], [ROOT], "none of the roots"
    yield "one is there twice", [LEAF, LEAF], [ROOT], "certificate 2: basicConstraints: not an authority"
    yield "the root alone", [ROOT], [ROOT], "certificate 1: basicConstraints: an authority"
    self_signed = made("CS-1", "ec2", "CS-1", "ec2")
    yield "itself", [self_signed], [self_signed], "certificate 1: issuer: itself"
    yield (
        "leaf as root",
        [made("CS-2", "ec3", "CS-1", "ec2")],
        [made("CS-1", "ec2", "Root", "ec")],
        "its root: basicConstraints",
    )
    yield (
        "leaf as authority",
        [made("CS-2", "ec3", "CS-1", "ec2"), made("CS-1", "ec2", "Root", "ec")],
        [ROOT],
        "certificate 2: basicConstraints: not an authority",
    )
    yield (
        "no constraints",
        [made("CS-2", "ec3", "CA", "ec2"), made("CA", "ec2", "Root", "ec", True, constrained=False)],
        [ROOT],
        "certificate 2: basicConstraints",
    )
    yield (
        "no keyCertSign",
        [made("CS-2", "ec3", "CA", "ec2"), made("CA", "ec2", "Root", "ec", True, signs=usage(digital_signature=True))],
        [ROOT],
        "certificate 2: keyUsage: no keyCertSign",
    )
    yield (
        "no keyCertSign in the root",
        [made("CS-2", "ec3", "Root", "ec2")],
        [made("Root", "ec2", "Root", "ec2", True, signs=usage(crl_sign=True))],
        "its root: keyUsage",
    )
    yield (
        "expired",
        [made("CS-1", "ec2", "Root", "ec", ends=-1)],
        [ROOT],
        "certificate 1: validity: expired on 2026-11-19T12:00:00Z",
    )
    yield (
        "future",
        [made("CS-1", "ec2", "Root", "ec", begins=1)],
        [ROOT],
        "certificate 1: validity: not before 2026-11-21T12:00:00Z",
    )
    yield (
        "expired between",
        [LEAF, made("Middle", "ec1", "Root", "ec", True, ends=-1)],
        [ROOT],
        "certificate 2: validity: expired",
    )
    yield (
        "expired root",
        [made("CS-1", "ec2", "Root", "ec")],
        [made("Root", "ec", "Root", "ec", True, ends=-1)],
        "its root: validity: expired",
    )
    yield (
        "future root",
        [made("CS-1", "ec2", "Root", "ec")],
        [made("Root", "ec", "Root", "ec", True, begins=1)],
        "its root: validity: not before",
    )
    yield (
        "expired root that was sent",
        [made("CS-1", "ec2", "Root", "ec"), made("Root", "ec", "Root", "ec", True, ends=-1)],
        [ROOT],
        "certificate 2: validity",
    )
    yield (
        "signed by another key",
        [made("CS-1", "ec2", "Middle", "ec3"), MIDDLE],
        [ROOT],
        "certificate 2: signatureValue",
    )
    yield "signed by another RSA key", [made("CS-1", "ec2", "Root", "2048b")], [root_rsa], "its root: signatureValue"
    yield "signed by another kind of key", [made("CS-1", "ec2", "Root", "ec")], [root_rsa], "its root: signatureValue"
    yield "path too long", [LEAF, MIDDLE], [few], "its root: pathLenConstraint: 0, with 1"
    yield (
        "path too long between",
        [LEAF, made("Middle", "ec1", "CA", "ec3", True), made("CA", "ec3", "Root", "ec", True, path=0)],
        [ROOT],
        "certificate 3: pathLenConstraint",
    )
    many = [made(f"CA {at}", "ec", f"CA {at + 1}", "ec", True) for at in range(8)]
    yield (
        "absurdly long",
        [made("CS-1", "ec2", "CA 0", "ec"), *many],
        [ROOT],
        "certificate 6: the chain has more than 5",
    )
    yield (
        "not for clients",
        [made("CS-1", "ec2", "Root", "ec", purposes=(SERVER,))],
        [ROOT],
        "certificate 1: extKeyUsage",
    )
    yield (
        "not for signatures",
        [made("CS-1", "ec2", "Root", "ec", signs=usage(key_encipherment=True))],
        [ROOT],
        "certificate 1: keyUsage",
    )
    below = made("Middle", "ec1", "Root", "ec", True, purposes=(SERVER,))
    yield "an authority for servers only", [LEAF, below], [ROOT], "certificate 2: extKeyUsage"
    yield "RSA-1024", [made("CS-1", 1024, "Root", "ec")], [ROOT], "certificate 1: subjectPublicKey: 1024 bits of RSA"
    yield (
        "RSA-1024 between",
        [made("CS-1", "ec2", "Short", 1024), short],
        [ROOT],
        "certificate 2: subjectPublicKey: 1024 bits",
    )
    yield (
        "RSA-1024 root",
        [made("CS-1", "ec2", "Root", 1024)],
        [made("Root", 1024, "Root", 1024, True)],
        "its root: subjectPublicKey: 1024 bits",
    )
    yield (
        "RSA-4104 between",
        [made("CS-1", "ec2", "Long", 4104), long],
        [ROOT],
        "certificate 2: subjectPublicKey: 4104 bits",
    )
    for kind in ("p521", "p224", "ed"):
        yield (
            kind,
            [made("CS-1", kind, "Root", "ec")],
            [ROOT],
            "certificate 1: subjectPublicKey: neither RSA nor EC on P-256 or P-384",
        )
    md5, sha1, sha224 = "06092a864886f70d0101040500", "06092a864886f70d0101050500", "06092a864886f70d01010e0500"
    yield (
        "MD5",
        [with_algorithm(md5, hashes.MD5(), 2048)],
        [root_rsa],
        "certificate 1: signatureAlgorithm: MD5 is broken",
    )
    yield (
        "SHA-1",
        [with_algorithm(sha1, hashes.SHA1(), 2048)],
        [root_rsa],
        "certificate 1: signatureAlgorithm: SHA-1 is broken",
    )
    yield "SHA-224", [with_algorithm(sha224, hashes.SHA224(), 2048)], [root_rsa], "signatureAlgorithm: neither"
    yield "ECDSA with SHA-1", [with_algorithm("06072a8648ce3d0401", hashes.SHA1(), "ec")], [ROOT], "SHA-1 is broken"
    yield "ECDSA with SHA-224", [with_algorithm("06082a8648ce3d040301", hashes.SHA224(), "ec")], [ROOT], "neither"
    constraint = x509.NameConstraints([x509.DNSName("example")], None)
    yield (
        "critical and unknown",
        [made("CS-1", "ec2", "Root", "ec"), made("Root", "ec", "Root", "ec", True, extensions=[(constraint, True)])],
        [ROOT],
        "extension 2.5.29.30: critical",
    )
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    yield (
        "critical and nobody's",
        [made("CS-1", "ec2", "Root", "ec", extensions=[(odd, True)])],
        [ROOT],
        "extension 1.3.6.1.4.1.99999.1: critical",
    )
    big = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"x" * 4000)
    yield "too large", [made("CS-1", "ec2", "Root", "ec", extensions=[(big, False)])], [ROOT], "more than 4160 bytes"
    extensions = [(x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{at}"), b""), False) for at in range(19)]
    yield "too many extensions", [made("CS-1", "ec2", "Root", "ec", extensions=extensions)], [ROOT], "more than 20"


def test_chains_with_one_thing_wrong():
    count = 0
    for what, certificates, roots, said in wrong():
        got = verdict(certificates, roots)
        assert got and said in got, (what, got)
        count += 1
    print(f"{count} kinds of wrong")
