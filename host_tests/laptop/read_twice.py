"""Certificates as the firmware reads them and as the package cryptography does."""

from cryptography import x509

from chargelet.base.pieces import finish
from chargelet.base.timestamp import to_text
from chargelet.certificates import algorithms, certificate, chain


def ours(data):
    """The Certificate, or None where it is refused: by ValueError and nothing else."""
    try:
        one = finish(certificate.parse(data))
        algorithms.strong(one.key_kind, one.key)
        return one
    except ValueError as error:
        assert str(error)
        return None


def theirs(data):
    """All that cryptography makes of it, or None where it refuses any of it."""
    try:
        one = x509.load_der_x509_certificate(data)
        found = {"extensions": {known.oid.dotted_string: known.value for known in one.extensions}}
        found["serial"], found["issuer"], found["subject"] = one.serial_number, one.issuer, one.subject
        found["begins"], found["ends"] = one.not_valid_before_utc, one.not_valid_after_utc
        found["key"], found["hash"] = one.public_key(), one.signature_hash_algorithm
        found["tbs"], found["signature"] = one.tbs_certificate_bytes, one.signature
        return found
    except Exception:
        return None


def compare(mine, other):
    """What both read must be the same."""
    assert int.from_bytes(mine.serial, "big") == other["serial"]
    assert (
        bytes(mine.issuer) == other["issuer"].public_bytes() and bytes(mine.subject) == other["subject"].public_bytes()
    )
    assert to_text(mine.begins) == other["begins"].strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert to_text(mine.ends) == other["ends"].strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert bytes(mine.hashed) == other["tbs"] and bytes(mine.signature) == other["signature"]
    assert mine.algorithm[1] == other["hash"].digest_size * 8
    extensions = other["extensions"]
    constraints = extensions.get("2.5.29.19")
    assert mine.authority == bool(constraints and constraints.ca)
    length = constraints.path_length if constraints else None
    assert mine.path == (length if length is None else min(length, 100))
    known = extensions.get("2.5.29.15")
    assert (mine.usage is None) == (known is None)
    if known:
        assert bool(mine.usage & 0x80) == known.digital_signature and bool(mine.usage & 4) == known.key_cert_sign
    purposes = extensions.get("2.5.29.37")
    assert (mine.purposes is None) == (purposes is None)
    if purposes:
        assert (chain.CLIENT in mine.purposes) == (x509.ExtendedKeyUsageOID.CLIENT_AUTH in purposes)


def tried(data, counts):
    """Count who takes a certificate. We may where it is about fields that nobody here reads."""
    mine, other = ours(data), theirs(data)
    if mine and not other:
        reason = refusal(data)
        if reason.startswith("encipher_only") or "subject_alternative_name" in reason:
            other = counts["harmless"] = counts["harmless"] + 1
        else:
            counts["reasons"].append((reason, data.hex()))
    elif mine:
        compare(mine, other)
    counts["both" if mine and other else "theirs" if other else "ours" if mine else "neither"] += 1
    return mine


def refusal(data):
    """Why cryptography does not take a certificate."""
    try:
        one = x509.load_der_x509_certificate(data)
        return f"? {one.issuer} {one.subject} {one.not_valid_before_utc} {one.public_key()} {list(one.extensions)}"
    except Exception as error:
        return str(error)


def counting():
    return {"both": 0, "theirs": 0, "ours": 0, "neither": 0, "harmless": 0, "reasons": []}
