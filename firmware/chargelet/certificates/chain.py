"""Checks a chain of certificates up to a root that is trusted, and says in words what is wrong with one that is not.

What counts: order, names, signatures, dates, authority, path length, purposes, the kind and length of keys. What does
not: revocation, name constraints, policies (critical ones are refused with their certificate).
"""

from ..base import loading
from ..base.timestamp import to_text
from . import algorithms, certificate, der

loading.seldom(__name__)

# What a certificate is for, as an OBJECT IDENTIFIER (RFC 5280 §4.2.1.12).
CLIENT = b"\x2b\x06\x01\x05\x05\x07\x03\x02"
FIRMWARE = b"\x2b\x06\x01\x05\x05\x07\x03\x03"
_ANY = b"\x55\x1d\x25\x00"
# Bits of keyUsage
_DIGITAL_SIGNATURE = 0x80
_KEY_CERT_SIGN = 0x04
# Certificates in a chain, a root at its end included.
MAX = 5


def examined(chain, roots, now: "int | None", purpose: bytes, later: bool = False):
    """A generator that checks that a chain leads to one of the roots, all of it but its signatures: returns its first
    Certificate and a list for algorithms.proved(). Nothing may be believed of it before that. Raises ValueError.

    These are two, for RSA needs the RAM that all of this takes: loading.settle() belongs in between.

    `chain` gives DER one after the other, the one to use first, and None in between, as der.blocks() does of PEM;
    `roots()` gives the DER of each root, from the first one each time, `roots(like)` of those at least that are like
    that. One certificate is in RAM at a time; of the
    first its subject and its key stay. `now` is in seconds since 2000, and `purpose` CLIENT or FIRMWARE. `later`: the
    first may begin to be valid later than now.
    """
    first = link = None
    count = authorities = 0
    trusted = False
    proofs = []
    try:
        for encoded in chain:
            if encoded is None:
                yield None
                continue
            encoded = _taken(encoded)
            count += 1
            if count > MAX:
                raise ValueError("the chain has more than %d" % MAX)
            one = yield from certificate.parse(encoded)
            encoded = None
            yield None
            dated(one, max(now, one.begins) if later and now is not None else now)
            later = False
            algorithms.strong(one.key_kind, one.key)
            if link is None:
                _for_use(one, purpose)
            else:
                yield None
                authority(one, authorities)
                _for_purpose(one, purpose)
                proofs.append(("certificate %d" % count, [_proof(link, one)]))
                authorities += one.subject != one.issuer
                trusted = trusted or (yield from _among(one, roots))
            link = yield from _link(one)
            first = first or one
            one.forget()
            one = None  # the next one needs the room
    except ValueError as error:
        raise ValueError("certificate %d: %s" % (count, error)) from None
    if not first:
        raise ValueError("the chain has no certificate")
    if not trusted:
        tries = yield from _anchored(link, roots, authorities, now)
        proofs.append(("the last certificate: its root", tries))
    return first, proofs


def _among(one, roots):
    for encoded in roots(one.encoded):
        if one.encoded == _taken(encoded):
            return True
        yield None
    return False


def _taken(encoded):
    """What is in a list of its own, which it leaves: RAM is scarce. Or what is in none."""
    return encoded.pop() if type(encoded) is list else encoded


def _anchored(link, roots, authorities: int, now):
    """A generator that returns what each root that may have issued the last of a chain would have to prove."""
    reason = "none of the roots that are installed has issued it"
    issuer, _algorithm, _hashed, _signature = link
    tries = []
    for encoded in roots():
        try:
            root = yield from certificate.parse(_taken(encoded))
        except ValueError:
            continue  # what flash has spoilt: the others count
        if root.subject == issuer:
            try:
                authority(root, authorities)
                dated(root, now)
                tries.append(_proof(link, root))
            except ValueError as error:
                reason = "its root: %s" % error  # another one of the same name may be the right one
        root = None
        yield None
    if not tries:
        raise ValueError("the last certificate: %s" % reason)
    return tries


def dated(one, now: "int | None"):
    """Raise ValueError unless a certificate is valid at this time."""
    if now is None:
        raise ValueError("validity: the time is not known yet")
    if now < one.begins:
        raise ValueError("validity: not before %s" % to_text(one.begins))
    if now > one.ends:
        raise ValueError("validity: expired on %s" % to_text(one.ends))


def authority(one, below: int):
    """Raise ValueError unless a certificate may issue others, with so many authorities between it and the first."""
    if not one.authority:
        raise ValueError("basicConstraints: not an authority")
    if one.usage is not None and not one.usage & _KEY_CERT_SIGN:
        raise ValueError("keyUsage: no keyCertSign")
    if one.path is not None and one.path < below:
        raise ValueError("pathLenConstraint: %d, with %d authorities below" % (one.path, below))


def _link(below):
    """A generator that returns what its issuer has to prove of a certificate: the rest of it may go."""
    _kind, bits, _salt = below.algorithm
    hashed = yield from algorithms.digest(bits, below.hashed)
    return bytes(below.issuer), below.algorithm, hashed, bytes(below.signature)


def _proof(link, above) -> tuple:
    """What algorithms.verify() wants. Raises ValueError unless it is the issuer by its name."""
    issuer, algorithm, hashed, signature = link
    if issuer != above.subject:
        raise ValueError("subject: not the issuer of the certificate before it")
    return above.key_kind, bytes(above.key), algorithm, hashed, signature


def to_prove(below, above):
    """A generator that returns what algorithms.verify() wants of one certificate that another has issued. Raises
    ValueError unless it is so by its name."""
    link = yield from _link(below)
    yield None
    return _proof(link, above)


def issued(below, above):
    """A generator that raises ValueError unless one certificate has issued another: by name and by signature."""
    yield from algorithms.proved([("its issuer", [(yield from to_prove(below, above))])])


def _for_use(one, purpose: bytes):
    """Raise ValueError unless a certificate may be used by a station, or to sign firmware."""
    if one.authority:
        raise ValueError("basicConstraints: an authority")
    if one.subject == one.issuer:
        raise ValueError("issuer: itself")
    if one.usage is not None and not one.usage & _DIGITAL_SIGNATURE:
        raise ValueError("keyUsage: no digitalSignature")
    _for_purpose(one, purpose)


def _for_purpose(one, purpose: bytes):
    """Raise ValueError where a certificate is for other purposes only: that of an authority below a root limits those
    that it issues, as TLS servers see it."""
    if one.purposes is not None and purpose not in one.purposes and _ANY not in one.purposes:
        raise ValueError("extKeyUsage: not for this purpose")


def belongs(one, public: bytes, common_name: str, organization: "str | None" = None):
    """Raise ValueError unless a certificate is for this public key, of 65 bytes, and this subject."""
    if one.key != public:
        raise ValueError("subjectPublicKey: not the key that was asked for")
    for what, kind, text in (
        ("common name", der.COMMON_NAME, common_name),
        ("organization", der.ORGANIZATION, organization),
    ):
        if text is not None and certificate.attribute(one.subject, kind) != [text.encode()]:
            raise ValueError("subject: the %s is not %s" % (what, text))


def root(encoded, now: "int | None", others):
    """A generator for a certificate that is to become a root: returns (Certificate, key of its issuer, a list for
    algorithms.proved(): nothing may be believed of it before that). Raises ValueError unless it is an authority's,
    valid, and names itself or one that `others()` gives as its issuer."""
    one = yield from certificate.parse(encoded)
    dated(one, now)
    algorithms.strong(one.key_kind, one.key)
    authority(one, 0)
    if one.issuer == one.subject:
        return one, one.key, [("the root", [(yield from to_prove(one, one))])]
    for other in others():
        try:
            above = yield from certificate.parse(_taken(other))
        except ValueError:
            continue
        if above.subject == one.issuer:
            authority(above, 1)
            return one, above.key, [("the root", [(yield from to_prove(one, above))])]
    raise ValueError("issuer: neither itself nor an installed root")


def hash_data(one, issuer_key, bits: int):
    """A generator that returns CertificateHashData without its hashAlgorithm, of 256, 384 or 512 bits: issuerNameHash,
    issuerKeyHash, serialNumber (whitepaper §6.1, RFC 6960 §4.1.1). `issuer_key` is the key of its issuer."""
    from binascii import hexlify

    name = yield from algorithms.digest(bits, one.issuer)
    key = yield from algorithms.digest(bits, issuer_key)
    serial = hexlify(one.serial).decode().upper().lstrip("0")
    return hexlify(name).decode(), hexlify(key).decode(), serial or "0"
