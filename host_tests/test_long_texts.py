"""Certificates in messages: read from where the message lies, and judged as any other text."""

import json

from chargelet.base.pieces import finish
from chargelet.messages.check import CALL, check
from chargelet.messages.long_list import loads
from chargelet.messages.long_text import LongText
from chargelet.messages.tables import table
from fakes.rpc_case import decode

PEM = "-----BEGIN CERTIFICATE-----\n" + ("M\\/+" * 16 + "\r\n\t") * 20 + "-----END CERTIFICATE-----\n"
KIND = {"certificateType": "CentralSystemRootCertificate"}


def install(text, **more):
    return json.dumps([2, "id", "InstallCertificate", dict(KIND, certificate=text, **more)])


def forms(text):
    """A message as JSON has it in one way or another."""
    yield text
    yield text.replace("+", "\\u002B")
    yield text.replace("/", "\\/").replace("M", "\\u004d")
    yield text.replace(":", " :\n\t ")


def read(text):
    found = b""
    piece = text.read(100)
    while piece:
        assert len(piece) <= 256
        found += piece
        piece = text.read(100)
    return found.decode()


def test_a_long_certificate_is_read_from_the_message():
    for text in forms(install(PEM)):
        for form in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
            payload = decode(form)[3]
            found = payload["certificate"]
            assert hasattr(found, "read") and payload["certificateType"] == KIND["certificateType"]
            assert len(found) == len(PEM) and read(found) == PEM and read(found) == ""
            assert check(table("InstallCertificate", "req"), decode(form)[3], CALL) is None


def test_escapes_are_never_parted():
    for ahead in range(14):
        for escape in ("\\n", "\\\\", "\\u000a", "\\u0041", '\\"'):
            text = '[2,"i","CertificateSigned",{"certificateChain":"%s"}]' % ("x" * ahead + escape * 600)
            found = decode(text)[3]["certificateChain"]
            assert hasattr(found, "read") and read(found) == json.loads(text)[3]["certificateChain"], (ahead, escape)


def test_all_other_texts_are_as_ever():
    long = "x" * 3000
    for name, value in (
        ("data", long),
        ("certificate", "x" * 500),
        ("certificates", long),
        ("certificate", "\u20ac" * 900),
    ):
        text = json.dumps([2, "i", "DataTransfer", {"vendorId": long, name: value}])
        for form in (text, text.replace("\\u20ac", "\u20ac")):
            assert decode(form)[3][name] == value and type(decode(form)[3][name]) is str
    part = long[:900]
    for value in (["certificate", part], {"a": ["certificate", part]}, {"certificate": [part]}, {long: 1, "b": long}):
        assert decode(json.dumps([3, "i", value]))[2] == value


def test_it_is_judged_as_any_other_text():
    for fields, size, said in (
        ("certificate!s5500", 5500, None),
        ("certificate!s5500", 5501, "certificate: has 5501 characters, at most 5500 are allowed"),
        ("certificate!s", 5501, None),
        ("certificate!i", 600, 'certificate: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"... is not a whole number'),
        ("certificate!b", 600, 'certificate: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"... is not true or false'),
        ("certificate!@Firmware", 600, 'certificate: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"... is not an object'),
        ("other?i", 600, '"certificate": is not a field here'),
    ):
        verdicts = []
        # As a text, and where it is read from the message.
        for payload in (
            {"certificate": "x" * size},
            decode(json.dumps([2, "i", "A" * 600, {"certificate": "x" * size}]))[3],
        ):
            wrong = check(fields, payload, CALL)
            verdicts.append(wrong and wrong[1])
        assert verdicts == [said, said]


def test_what_is_no_json_in_it_is_what_it_is_elsewhere():
    for text in ("\\x", "\\u12", "\\u00zz", "\\"):
        for place in (0, 255, 700):
            whole = install("x" * 1400).replace("x" * 700, "x" * place + text + "x" * (700 - place), 1)
            try:
                meant = loads(whole)[3]["certificate"]  # MicroPython takes some of them
            except ValueError:
                meant = None
            try:
                found = decode(whole)[3]["certificate"]
            except ValueError:
                found = None
            assert (read(found) if hasattr(found, "read") else found) == meant, text


def test_half_a_pair_of_surrogates_is_found():
    for inside in ("\\ud83d", "\\ud83d\\ude00"):
        whole = '[2,"i","InstallCertificate",{"certificate":"%s"}]' % ("x" * 1200 + inside)
        assert type(decode(whole)[3]["certificate"]) is str
        wrong = check("certificate!s5500", decode(whole)[3], CALL)
        assert (wrong is None) == (len(inside) > 6)


def test_measuring_is_in_pieces():
    data = memoryview(install(PEM * 4).encode())
    text = LongText(data, bytes(data).find(b"-----"), len(data) - 3)
    assert len([1 for _ in text.measuring()]) >= len(data) // 256 and finish(text.measuring())
