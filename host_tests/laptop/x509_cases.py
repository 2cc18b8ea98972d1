"""Makes certificates of every kind, right ones and wrong ones, with the package cryptography."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chargelet.base.pieces import finish
from chargelet.certificates import chain, der
from fakes import authority

EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
TODAY = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
NOW = int((TODAY - EPOCH).total_seconds())
CLIENT, SIGNING = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.CODE_SIGNING
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM

_keys = {}


def key(kind):
    """A key that is made once: "ec", "ec1", …, "p384", or the bits of RSA, 2048, "2048b", …"""
    if kind not in _keys:
        text = str(kind)
        if text == "ed":
            _keys[kind] = ed25519.Ed25519PrivateKey.generate()
        elif text.startswith("ec"):
            _keys[kind] = ec.generate_private_key(ec.SECP256R1())
        elif text.startswith("p"):
            curves = {"p384": ec.SECP384R1(), "p224": ec.SECP224R1(), "p521": ec.SECP521R1()}
            _keys[kind] = ec.generate_private_key(curves[text[:4]])
        else:
            _keys[kind] = rsa.generate_private_key(65537, int(text.rstrip("abcd")))
    return _keys[kind]


def name(common_name, organization="Operator"):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def usage(**on):
    fields = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
        " encipher_only decipher_only"
    )
    return x509.KeyUsage(**{field: on.get(field, False) for field in fields.split()})


def made(
    subject, subject_key, issuer, issuer_key, authority=False, path=None, begins=-400, ends=400, hashed=None,
    scheme=None, purposes=(CLIENT,), extensions=(), signs=None, constrained=True, serial=None, organization="Operator",
):  # fmt: skip
    """A certificate; `begins` and `ends` are days from today, `signs` an own keyUsage, False for none."""
    found = x509.CertificateBuilder().subject_name(name(subject, organization)).issuer_name(name(issuer))
    found = found.public_key(key(subject_key).public_key()).serial_number(serial or x509.random_serial_number())
    found = found.not_valid_before(TODAY + datetime.timedelta(begins)).not_valid_after(TODAY + datetime.timedelta(ends))
    if constrained:
        found = found.add_extension(x509.BasicConstraints(authority, path), True)
    if signs is None:
        signs = usage(key_cert_sign=True, crl_sign=True) if authority else usage(digital_signature=True)
    if signs:
        found = found.add_extension(signs, True)
    if purposes and (not authority or purposes != (CLIENT,)):
        found = found.add_extension(x509.ExtendedKeyUsage(purposes), False)
    for extension, critical in extensions:
        found = found.add_extension(extension, critical)
    return found.sign(key(issuer_key), hashed or hashes.SHA256(), rsa_padding=scheme)


def pss(hashed, salt=None):
    return padding.PSS(padding.MGF1(hashed), hashed.digest_size if salt is None else salt)


def encoded(certificate):
    return certificate.public_bytes(DER)


def pem(*certificates):
    return "".join(one.public_bytes(PEM).decode() for one in certificates)


# DER as a tree: (tag, bytes) or (tag, [trees]).


def tree(data):
    found, at = [], 0
    while at < len(data):
        tag, begin, at = der.element(data, at, len(data))
        found.append([tag, tree(data[begin:at]) if tag & 0x20 else bytes(data[begin:at])])
    return found


def flat(trees):
    return b"".join(der.wrap(tag, flat(content) if isinstance(content, list) else content) for tag, content in trees)


def signed_again(hashed, issuer_key, algorithm=None, hash_=None):
    """A certificate in DER of a tbsCertificate in DER, with a right signature over whatever it is."""
    private = key(issuer_key)
    hash_ = hash_ or hashes.SHA256()
    if isinstance(private, rsa.RSAPrivateKey):
        signature = private.sign(hashed, padding.PKCS1v15(), hash_)
        algorithm = algorithm or bytes.fromhex("06092a864886f70d01010b0500")
    else:
        signature = private.sign(hashed, ec.ECDSA(hash_))
        algorithm = algorithm or bytes.fromhex("06082a8648ce3d040302")
    return der.sequence(hashed, der.sequence(algorithm), der.wrap(der.BIT_STRING, b"\x00", signature))


def verdict(certificates, roots, now=NOW, purpose=chain.CLIENT):
    """ "" for a chain that is taken, or what is said of it."""
    ders = [one if isinstance(one, bytes) else encoded(one) for one in certificates]
    anchors = [one if isinstance(one, bytes) else encoded(one) for one in roots]
    try:
        finish(authority.check(ders, lambda: iter(anchors), now, purpose))
    except ValueError as error:
        return str(error)
    return ""


ROOT = made("Root", "ec", "Root", "ec", True)
MIDDLE = made("Middle", "ec1", "Root", "ec", True)
LEAF = made("CS-1", "ec2", "Middle", "ec1")
