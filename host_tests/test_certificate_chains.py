"""Chains that the package cryptography has made, with each algorithm, in the interpreter and the heap of a board."""

import gc
import hashlib
from binascii import a2b_base64, hexlify

from chargelet.base.pieces import finish
from chargelet.certificates import algorithms, certificate, chain, der, sha512
from fakes import authority, chains

NOON = authority.NOON
ROOT, A, OF_A = chains.ROOT, chains.AUTHORITY_A, chains.OF_A
B, OF_B, MAKER = chains.AUTHORITY_B, chains.OF_B, chains.MAKER
C, OF_C = chains.AUTHORITY_C, chains.OF_C


def ders(texts):
    for text in texts:
        yield a2b_base64(text)


def verdict(texts, roots=(ROOT,), now=NOON, purpose=chain.CLIENT):
    try:
        finish(authority.check(ders(texts), lambda: ders(roots), now, purpose))
    except ValueError as error:
        return str(error)
    return ""


def test_chains_with_each_algorithm():
    for texts in ((OF_A, A), (OF_A, A, ROOT), (OF_B, B), (OF_B, B, ROOT), (OF_C, C)):
        assert verdict(texts) == "", verdict(texts)
    for texts, roots, now, said in (
        ((OF_A, B), (ROOT,), NOON, "certificate 2: subject"),
        ((A, OF_A), (ROOT,), NOON, "certificate 1: basicConstraints: an authority"),
        ((OF_A,), (ROOT,), NOON, "none of the roots"),
        ((OF_A, A), (B,), NOON, "none of the roots"),
        ((OF_A, A), (), NOON, "none of the roots"),
        ((OF_A, A), (ROOT,), 0, "not before 2021-"),
        ((OF_A, A), (ROOT,), 1 << 31, "expired on 2048-"),
        ((OF_A, A), (ROOT,), None, "time is not known"),
        ((MAKER,), (ROOT,), NOON, "extKeyUsage"),
    ):
        assert said in verdict(texts, roots, now), (said, verdict(texts, roots, now))


def test_a_bit_in_the_signature_or_what_is_signed_is_found():
    for text, above in ((OF_A, A), (A, ROOT), (B, ROOT), (OF_B, B)):
        good = a2b_base64(text)
        for at in (len(good) - 3, len(good) // 2, 60):
            bad = bytearray(good)
            bad[at] ^= 4
            try:
                finish(
                    chain.issued(finish(certificate.parse(bytes(bad))), finish(certificate.parse(a2b_base64(above))))
                )
                raise AssertionError(at)
            except ValueError as error:
                assert str(error)


def test_firmware_that_is_signed():
    one = finish(authority.check(ders((MAKER,)), lambda: ders((ROOT,)), NOON, chain.FIRMWARE))
    signature = a2b_base64(chains.SIGNED)
    for content, algorithm, good in (
        (b"firmware", ("PSS", 256, None), True),
        (b"firmware", ("PSS", 256, 32), True),
        (b"firmware", ("PSS", 256, 20), False),
        (b"firmware", ("RSA", 256, 0), False),
        (b"firmware", ("EC", 256, 0), False),
        (b"Firmware", ("PSS", 256, None), False),
    ):
        digest = hashlib.sha256(content).digest()
        assert finish(algorithms.verify(one.key_kind, one.key, algorithm, digest, signature)) == good, algorithm


def test_hashes_that_micropython_has_not():
    for bits, data, digest in (
        (384, b"", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"),
        (
            384,
            b"abc",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            512,
            b"abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (
            512,
            b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
            "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
        ),
    ):
        assert hexlify(finish(sha512.digest(bits, data))).decode() == digest, data


def all_refused(good):
    """How many certificates that are cut off, or have an odd byte or three more, were refused."""
    count = 0
    for at in range(len(good)):
        for bad in (good[:at], good[:at] + b"\x80" + good[at + 1 :], good[:at] + b"\xff" * 3 + good[at:]):
            if bad == good:
                continue
            try:
                finish(authority.check([bad, a2b_base64(A)], lambda: ders((ROOT,)), NOON, chain.CLIENT))
            except ValueError as error:
                assert str(error)
                count += 1
            else:
                raise AssertionError(at)
    return count


def test_what_is_no_certificate_is_refused_and_ram_comes_back():
    good = a2b_base64(OF_A)
    assert verdict((OF_A, A)) == ""  # all that is needed has been loaded
    gc.collect()
    before = gc.mem_free() if hasattr(gc, "mem_free") else 0
    count = all_refused(good)
    gc.collect()
    assert not before or gc.mem_free() >= before - 200
    print("%d certificates were refused" % count)
    for text in ("", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n" * 100, "é" * 100, "\x00"):
        try:
            assert list(der.blocks(text)) == [] and text == ""
        except ValueError as error:
            assert str(error)


# What may live on the heap at once while one of these works, in bytes, beside what was there before. On a board this is
# beside TLS and charging.
BOUNDS = (
    ("a key pair", 2000),
    ("a signature", 2500),
    ("a request", 4000),
    ("a chain of P-256 and RSA-2048", 7000),
    ("a chain of P-384", 7000),
    ("a chain of RSA-4096", 10500),
)


def works():
    from chargelet.certificates import p256, signing_request

    private, public = authority.key(1)
    yield lambda: p256.key_pair(bytes)
    yield lambda: p256.sign(private, bytes(32))
    yield lambda: signing_request.make(private, public, "CS-1", "Operator")
    yield lambda: authority.check(ders((OF_A, A)), lambda: ders((ROOT,)), NOON, chain.CLIENT)
    yield lambda: authority.check(ders((OF_C, C)), lambda: ders((ROOT,)), NOON, chain.CLIENT)
    yield lambda: authority.check(ders((OF_B, B)), lambda: ders((ROOT,)), NOON, chain.CLIENT)


def test_ram_while_it_works():
    if not hasattr(gc, "mem_alloc"):
        return  # CPython has more
    for (name, bound), make in zip(BOUNDS, works()):
        gc.collect()
        before = most = gc.mem_alloc()
        count = 0
        for _ in make():
            count += 1
            if count % 7 == 0:
                gc.collect()
                most = max(most, gc.mem_alloc())
        print("%s: %d pieces, %d bytes" % (name, count, most - before))
        assert most - before < bound, name
