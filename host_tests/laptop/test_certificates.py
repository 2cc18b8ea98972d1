"""Chains of certificates, right and with one thing wrong, made by the package cryptography: what is said of each."""

import base64
import io
import os
import random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from x509_cases import (  # fmt: skip
    CLIENT,
    LEAF,
    MIDDLE,
    NOW,
    ROOT,
    SERVER,
    SIGNING,
    encoded,
    key,
    made,
    name,
    pem,
    pss,
    verdict,
)

from chargelet.base.pieces import finish
from chargelet.certificates import certificate, chain, der, signing_request
from fakes import authority

CASES = int(os.getenv("CASES", "150"))
ANY = x509.ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
SHA2 = (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())


def test_chains_that_are_right():
    chance = random.Random(1)
    kinds = ["ec", "ec1", "ec2", "p384", "p384b", "2048", "2048b", "3072", "4096"]
    tried = 0
    for _ in range(CASES):
        length = chance.randrange(0, 4)
        subjects = ["Root", *(f"CA {at}" for at in range(length)), "CS-1"]
        keys = [chance.choice(kinds) for _ in subjects]
        certificates = []
        for at, subject in enumerate(subjects):
            hashed = chance.choice(SHA2)
            issuer = max(0, at - 1)
            rsa = keys[issuer][0] not in "ep"
            left = length - at
            certificates.append(
                made(
                    subject, keys[at], subjects[issuer], keys[issuer], at <= length, hashed=hashed,
                    path=chance.choice((None, left, left + 1)) if at <= length else None,
                    scheme=pss(hashed, chance.choice((None, 0, 20, 64))) if rsa and chance.random() < 0.5 else None,
                    purposes=chance.choice(((), (CLIENT,), (SERVER, CLIENT), (ANY,))),
                    signs=chance.choice((None, False)),
                    extensions=chance.choice((
                        [], [(x509.SubjectKeyIdentifier(b"12345678"), False)],
                        [(x509.SubjectAlternativeName([x509.DNSName("a.example")]), chance.random() < 0.5)],
                        [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99"), b"\x05\x00"), False)],
                    )),
                )
            )  # fmt: skip
        others = [made("Root", "ec3", "Root", "ec3", True), made("Other", "ec3", "Other", "ec3", True)]
        roots = [*others, certificates[0]]
        chance.shuffle(roots)
        sent = certificates[::-1] if chance.random() < 0.5 else certificates[:0:-1]
        assert verdict(sent, roots) == "", (keys, length)
        assert verdict(sent, others)
        tried += 1
    print(f"{tried} chains were right")


def test_a_root_may_be_sent_too_and_one_that_another_has_signed_is_as_good():
    crossed = made("New", "ec3", "Root", "ec", True)
    own = made("CS-1", "ec2", "New", "ec3")
    assert (
        verdict([own], [crossed])
        == verdict([own, crossed], [crossed])
        == verdict([own, crossed, ROOT], [crossed])
        == ""
    )
    assert verdict([own, crossed], [ROOT]) == ""
    assert verdict([LEAF, MIDDLE, ROOT], [ROOT]) == ""


def test_the_time_must_be_known_and_both_ends_count():
    own = made("CS-1", "ec2", "Root", "ec", begins=0, ends=1)
    assert "time is not known" in verdict([own], [ROOT], None)
    for now, good in ((NOW - 1, False), (NOW, True), (NOW + 86400, True), (NOW + 86401, False)):
        assert (verdict([own], [ROOT], now) == "") == good, now
    ancient = made("CS-1", "ec2", "Root", "ec", begins=-27000, ends=27000)  # 1952 is written as 1952, 2100 as 2100
    assert verdict([ancient], [ROOT]) == ""


def test_firmware_is_signed_by_a_certificate_for_it():
    good = made("Maker", 2048, "Root", "ec", purposes=(SIGNING,))
    assert verdict([good], [ROOT], purpose=chain.FIRMWARE) == ""
    assert "extKeyUsage" in verdict([good], [ROOT])
    assert "extKeyUsage" in verdict([made("CS-1", "ec2", "Root", "ec")], [ROOT], purpose=chain.FIRMWARE)


def parsed(one):
    return finish(certificate.parse(encoded(one)))


def test_whose_certificate_it_is():
    one = parsed(LEAF)
    public = (
        key("ec2").public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    chain.belongs(one, public, "CS-1", "Operator")
    chain.belongs(one, public, "CS-1")
    for given, said in (
        ((public[:-1] + b"\x00", "CS-1", "Operator"), "not the key"),
        ((public, "CS-2", "Operator"), "the common name is not CS-2"),
        ((public, "CS-1", "Other"), "the organization is not Other"),
        ((public, "CS-1 ", None), "common name"),
        ((public, "", None), "common name"),
    ):
        with pytest.raises(ValueError, match=said):
            chain.belongs(one, *given)


def test_hashes_are_those_of_ocsp():
    chance = random.Random(2)
    for _ in range(CASES):
        kind = chance.choice(("ec", 2048, 4096))
        issuer = made("Root", kind, "Root", kind, True)
        serial = chance.choice((1, 9, 15, 16, 127, 128, 4095, chance.getrandbits(159) | 1, chance.getrandbits(64) | 1))
        one = made("CS-1", "ec2", "Root", kind, serial=serial)
        for hashed in SHA2:
            asked = ocsp.OCSPRequestBuilder().add_certificate(one, issuer, hashed).build()
            theirs = asked.issuer_name_hash.hex(), asked.issuer_key_hash.hex(), "%X" % asked.serial_number
            mine = finish(chain.hash_data(parsed(one), parsed(issuer).key, hashed.digest_size * 8))
            assert mine == theirs
    assert finish(chain.hash_data(parsed(made("x", "ec", "x", "ec", serial=4095)), b"", 256))[2] == "FFF"


def test_requests_are_taken_by_openssl():
    chance = random.Random(3)
    for case in range(CASES // 5):
        private = chance.randrange(1, 2**255).to_bytes(32, "big")
        from chargelet.certificates import p256

        public = finish(p256.public_key(private))
        common_name, organization = chance.choice((("CS-1", "Operator"), ("é" * 32, "x" * 64), ("1", "B&B, Ltd.")))
        text = finish(signing_request.make(private, public, common_name, organization))
        asked = x509.load_pem_x509_csr(text.encode())
        assert asked.is_signature_valid and not list(asked.extensions), case
        assert asked.subject == name(common_name, organization)
        kept = signing_request.private_key(private, public).encode()
        theirs = serialization.load_pem_private_key(kept, None)
        assert theirs.private_numbers().private_value == int.from_bytes(private, "big")
        assert theirs.public_key().public_numbers() == asked.public_key().public_numbers()
    for common_name, organization in (("", "x"), ("x", ""), ("x" * 65, "x"), ("x", "é" * 33)):
        with pytest.raises(ValueError, match="1 to 64 are allowed"):
            finish(signing_request.make(private, public, common_name, organization))


def test_pem():
    text = pem(LEAF, MIDDLE)
    for good in (
        text,
        text.replace("\n", "\r\n"),
        text.replace("\n", " "),
        "\n\n" + text + "\n ",
        text.replace("\n", ""),
    ):
        assert [one for one in der.blocks(good) if one] == [encoded(LEAF), encoded(MIDDLE)]
        for ahead in range(0, 600, 7):  # marks and digits lie across the pieces that a file is read in
            file = io.BytesIO(b" " * ahead + good.encode())
            assert [one for one in der.blocks(file) if one] == [encoded(LEAF), encoded(MIDDLE)]
    for bad, said in (
        ("x" + text, "no -----BEGIN"),
        (text + "x", "no -----BEGIN"),
        (text.replace("BEGIN CERT", "BEGIN X", 1), "no -----BEGIN"),
        (text[:-20], "no -----END"),
        (text[:100] + "!" + text[100:], "not base64"),
        (text[:100] + "=" + text[100:], "not base64"),
        (text[:100] + "é" + text[100:], "not base64"),
        (text[:100] + "\x00" + text[101:], "not base64"),
        (text[:100] + text[101:], "not base64|shortest|cut off"),
        ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "nothing between"),
        ("-----BEGIN CERTIFICATE-----" + "A" * 6300 + "-----END CERTIFICATE-----", "more than 4160"),
        (
            "-----BEGIN CERTIFICATE-----" + base64.b64encode(bytes(4161)).decode() + "-----END CERTIFICATE-----",
            "more than 4160",
        ),
        ("-----BEGIN CERTIFICATE-----" + text, "no -----END"),
    ):
        with pytest.raises(ValueError, match=said):
            list(der.blocks(bad))
    with pytest.raises(ValueError, match="more than one"):
        finish(der.only(text))
    for empty in ("", " \n"):
        with pytest.raises(ValueError, match="nothing"):
            finish(der.only(empty))


def test_the_authority_of_the_shared_tests_makes_what_it_says():
    root = authority.root(1)
    theirs = x509.load_der_x509_certificate(root)
    theirs.verify_directly_issued_by(theirs)
    one = x509.load_der_x509_certificate(authority.make("CS-1", authority.key(3)[1], "Root 1", authority.key(1)[0]))
    one.verify_directly_issued_by(theirs)
    assert one.serial_number == 4095 and one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
