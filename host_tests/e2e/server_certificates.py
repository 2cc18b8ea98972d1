"""Certificates of servers: right ones, and one for each kind of wrong."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chargelet.certificates import der

NOW = datetime.datetime.now(datetime.UTC)

# Names that lead to this machine, besides localhost.
HOSTS = "example.com", "cs.example.com", "a.cs.example.com"

_keys = {}


def key(kind):
    if kind not in _keys:
        text = str(kind)
        if text.startswith("ec"):
            _keys[kind] = ec.generate_private_key(ec.SECP384R1() if "384" in text else ec.SECP256R1())
        else:
            _keys[kind] = rsa.generate_private_key(65537, int(text.rstrip("ab")))
    return _keys[kind]


def certificate(
    subject, own, issuer, issuer_key, authority=False, begins=-2, ends=9, names=("localhost",), purposes=None,
    path=None, hashed=None, signs=True, scheme=None, critical=None,
):  # fmt: skip
    name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])  # noqa: E731
    made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
    made = made.public_key(key(own).public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(NOW + datetime.timedelta(begins)).not_valid_after(NOW + datetime.timedelta(ends))
    made = made.add_extension(x509.BasicConstraints(authority, path), critical=True)
    if authority:
        usage = x509.KeyUsage(not signs, False, False, False, False, signs, True, False, False)
        made = made.add_extension(usage, critical=True)
    elif names:
        names = [x509.DNSName(one) if isinstance(one, str) else x509.IPAddress(one) for one in names]
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if purposes:
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if critical:
        made = made.add_extension(critical, critical=True)
    return made.sign(key(issuer_key), hashed or hashes.SHA256(), rsa_padding=scheme)


def cases():
    """(what, its chain, the key of its certificate, the roots that are trusted, the host, whether it is right)"""
    root = certificate("Root", "ec", "Root", "ec", True)
    middle = certificate("Middle", "ec1", "Root", "ec", True)
    good = certificate("localhost", "ec2", "Root", "ec")
    stranger = certificate("Other", "ec3", "Other", "ec3", True)
    twin = certificate("Root", "ec3", "Root", "ec3", True)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    host = "localhost"
    yield "right", [good], "ec2", [root], host, True
    yield "by an authority below", [certificate("localhost", "ec2", "Middle", "ec1"), middle], "ec2", [root], host, True
    below = certificate("Below", "ec3", "Middle", "ec1", True)
    # mbedTLS wants each to be signed by the next (RFC 5246 §7.4.2).
    unordered = [certificate("localhost", "ec2", "Below", "ec3"), middle, below]
    yield "by authorities out of order", unordered, "ec2", [root], host, False
    yield "the second of two roots", [good], "ec2", [stranger, root], host, True
    yield "beside a root that flash has spoilt", [good], "ec2", [None, root], host, True
    yield "beside a root of the same name", [good], "ec2", [twin, root], host, True
    yield (
        "for servers",
        [certificate("localhost", "ec2", "Root", "ec", purposes=[ExtendedKeyUsageOID.SERVER_AUTH])],
        "ec2",
        [root],
        host,
        True,
    )
    large = certificate("Root", 2048, "Root", 2048, True)
    yield "RSA", [certificate("localhost", "2048a", "Root", 2048)], "2048a", [large], host, True
    yield "PSS", [certificate("localhost", "2048a", "Root", 2048, scheme=pss)], "2048a", [large], host, True
    yield (
        "RSA-4096 with SHA-512",
        [certificate("localhost", "4096a", "Root", 4096, hashed=hashes.SHA512())],
        "4096a",
        [certificate("Root", 4096, "Root", 4096, True)],
        host,
        True,
    )
    yield (
        "P-384",
        [certificate("localhost", "ec384", "Root", "ec384r")],
        "ec384",
        [certificate("Root", "ec384r", "Root", "ec384r", True)],
        host,
        True,
    )
    crossed = certificate("New", "ec3", "Root", "ec", True)
    yield (
        "a root that another has signed",
        [certificate("localhost", "ec2", "New", "ec3")],
        "ec2",
        [crossed],
        host,
        True,
    )
    yield "unknown root", [good], "ec2", [stranger], host, False
    yield "another root of the same name", [good], "ec2", [twin], host, False
    yield "no root", [good], "ec2", [], host, False
    yield "itself", [certificate("localhost", "ec2", "localhost", "ec2")], "ec2", [root], host, False
    yield "expired", [certificate("localhost", "ec2", "Root", "ec", ends=-1)], "ec2", [root], host, False
    yield "future", [certificate("localhost", "ec2", "Root", "ec", begins=1)], "ec2", [root], host, False
    yield "an expired root", [good], "ec2", [certificate("Root", "ec", "Root", "ec", True, ends=-1)], host, False
    yield (
        "an expired authority below",
        [certificate("localhost", "ec2", "Middle", "ec1"), certificate("Middle", "ec1", "Root", "ec", True, ends=-1)],
        "ec2",
        [root],
        host,
        False,
    )
    yield (
        "another name",
        [certificate("localhost", "ec2", "Root", "ec", names=("example.com",))],
        "ec2",
        [root],
        host,
        False,
    )
    yield "another name by CN", [certificate("example.com", "ec2", "Root", "ec", names=())], "ec2", [root], host, False
    yield (
        "a name that only looks so",
        [certificate("x", "ec2", "Root", "ec", names=("localhost.example.com", "*.localhost"))],
        "ec2",
        [root],
        host,
        False,
    )
    yield from of_names(root)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    odd = certificate("localhost", "ec2", "Root", "ec", critical=unknown)
    yield "a critical extension that nobody knows", [odd], "ec2", [root], host, False
    others = x509.NameConstraints([x509.DNSName("example.com")], None)
    bound = certificate("Middle", "ec1", "Root", "ec", True, critical=others)
    chain = [certificate("localhost", "ec2", "Middle", "ec1"), bound]
    yield "an authority for other names", chain, "ec2", [root], host, False
    yield "an authority is missing", [certificate("localhost", "ec2", "Middle", "ec1")], "ec2", [root], host, False
    leaf = certificate("Leaf", "ec1", "Root", "ec")
    yield "a leaf as authority", [certificate("localhost", "ec2", "Leaf", "ec1"), leaf], "ec2", [root], host, False
    no_sign = certificate("Middle", "ec1", "Root", "ec", True, signs=False)
    yield (
        "an authority that may not sign",
        [certificate("localhost", "ec2", "Middle", "ec1"), no_sign],
        "ec2",
        [root],
        host,
        False,
    )
    yield (
        "for clients",
        [certificate("localhost", "ec2", "Root", "ec", purposes=[ExtendedKeyUsageOID.CLIENT_AUTH])],
        "ec2",
        [root],
        host,
        False,
    )
    yield "signed by another key", [certificate("localhost", "ec2", "Root", "ec1")], "ec2", [root], host, False
    few = certificate("Root", "ec", "Root", "ec", True, path=0)
    yield (
        "one authority too many",
        [certificate("localhost", "ec2", "Middle", "ec1"), middle],
        "ec2",
        [few],
        host,
        False,
    )
    small = certificate("Root", 1024, "Root", 1024, True)
    yield "RSA-1024", [certificate("localhost", "1024a", "Root", "ec")], "1024a", [root], host, False
    yield "RSA-1024 root", [certificate("localhost", "ec2", "Root", 1024)], "ec2", [small], host, False
    many = [certificate(f"A{at}", "ec1", f"A{at + 1}", "ec1", True) for at in range(12)]
    yield (
        "absurdly long",
        [certificate("localhost", "ec2", "A0", "ec1"), *many],
        "ec2",
        [certificate("A12", "ec1", "A12", "ec1", True)],
        host,
        False,
    )
    for what, hashed, last in (("SHA-1", hashes.SHA1(), 5), ("MD5", hashes.MD5(), 4)):
        yield (
            what,
            [broken(certificate("localhost", "2048a", "Root", 2048), 2048, hashed, last)],
            "2048a",
            [large],
            host,
            False,
        )


def of_names(root):
    """Cases of the name that a certificate is for; HOSTS are names of this machine."""
    for what, host, subject, names, good in (
        ("a name in CN alone", "localhost", "localhost", (), True),
        ("a name in capitals", "localhost", "x", ("LocalHost",), True),
        ("one of several names", "localhost", "x", ("example.com", "localhost", "example.org"), True),
        ("a wildcard", "cs.example.com", "x", ("*.example.com",), True),
        ("a wildcard for two parts", "a.cs.example.com", "x", ("*.example.com",), False),
        ("a wildcard for no part", "example.com", "x", ("*.example.com",), False),
        ("a wildcard in the middle", "a.cs.example.com", "x", ("a.*.example.com",), False),
        ("a wildcard for all", "localhost", "x", ("*",), False),
        ("the beginning of a name", "cs.example.com", "x", ("cs.example",), False),
        ("the end of a name", "cs.example.com", "x", ("example.com",), False),
        ("CN where there are other names", "localhost", "localhost", ("example.com",), False),
        ("an address", "127.0.0.1", "x", (ipaddress.ip_address("127.0.0.1"),), True),
        ("another address", "127.0.0.1", "x", (ipaddress.ip_address("127.0.0.2"),), False),
        ("an address where a name belongs", "localhost", "x", (ipaddress.ip_address("127.0.0.1"),), False),
    ):
        yield what, [certificate(subject, "ec2", "Root", "ec", names=names)], "ec2", [root], host, good


def broken(good, issuer_key, hashed, last):
    """The same, by RSA with a hash that nobody trusts any more; `last` is its place in 1.2.840.113549.1.1."""
    name = bytes.fromhex("2a864886f70d0101")
    inside = good.tbs_certificate_bytes.replace(name + b"\x0b", name + bytes((last,)))
    signature = key(issuer_key).sign(inside, padding.PKCS1v15(), hashed)
    algorithm = der.sequence(der.wrap(der.OBJECT, name + bytes((last,))), b"\x05\x00")
    return x509.load_der_x509_certificate(der.sequence(inside, algorithm, der.wrap(der.BIT_STRING, b"\x00", signature)))
