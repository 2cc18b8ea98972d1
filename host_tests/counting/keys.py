"""What keys and certificates cost: each piece of work between two turns of the other tasks, in rounds."""

import gc
import json
from binascii import a2b_base64
from time import ticks_diff

from chargelet.base.pieces import finish
from chargelet.certificates import arrivals, certificate, chain, curve, der, p256, signing_request, store
from fakes import authority, chains
from fakes.storage import FakeStorage

from .reference import processor_us, round_ns

# Each piece counts with the quickest of so many runs.
RUNS = 7
PRIVATE, PUBLIC = authority.key(1)
NOON = authority.NOON


def ders(*texts):
    for text in texts:
        yield a2b_base64(text)


def roots():
    return ders(chains.ROOT)


def installed():
    storage = FakeStorage()
    for one in (authority.root(1), a2b_base64(chains.ROOT)):
        finish(arrivals.install(storage, "c", authority.pem(one), NOON, 4, False))
    return storage


def works():
    """(what it is, a function that begins it)"""
    signature = finish(p256.sign(PRIVATE, bytes(32)))
    storage = installed()
    large = authority.pem(a2b_base64(chains.AUTHORITY_B))
    yield "a key pair", lambda: p256.key_pair(bytes)
    yield "a signature", lambda: p256.sign(PRIVATE, bytes(32))
    yield "a signature checked, P-256", lambda: curve.verify(PUBLIC, bytes(32), signature)
    yield "a request for a certificate", lambda: signing_request.make(PRIVATE, PUBLIC, "CS-1", "Operator")
    yield "a certificate read", lambda: certificate.parse(a2b_base64(chains.OF_A))
    yield "PEM of a certificate with RSA-4096 read", lambda: der.only(large)
    yield (
        "a chain checked, P-256 and RSA-2048",
        lambda: authority.check(ders(chains.OF_A, chains.AUTHORITY_A), roots, NOON, chain.CLIENT),
    )
    yield (
        "a chain checked, P-384",
        lambda: authority.check(ders(chains.OF_C, chains.AUTHORITY_C), roots, NOON, chain.CLIENT),
    )
    yield (
        "a chain checked, RSA-4096, PSS, SHA-512",
        lambda: authority.check(ders(chains.OF_B, chains.AUTHORITY_B), roots, NOON, chain.CLIENT),
    )
    yield "SignCertificate: key, request, files", lambda: store.request(storage, bytes, "CS-1", "Operator")
    yield "GetInstalledCertificateIds, two", lambda: store.installed(storage, "c")


def measured(begin) -> tuple:
    """([us of each piece], the most bytes of heap of a piece, collections or not)"""
    least, most = [], 0
    for _ in range(RUNS):
        work = begin()
        at = 0
        gc.collect()
        gc.disable()
        while True:
            before = gc.mem_alloc()
            start = processor_us()
            try:
                next(work)
                ended = False
            except StopIteration:
                ended = True
            us = ticks_diff(processor_us(), start)
            most = max(most, gc.mem_alloc() - before)
            if at == len(least):
                least.append(us)
            else:
                least[at] = min(least[at], us)
            at += 1
            if ended:
                break
            if at % 20 == 0:
                gc.collect()
        gc.enable()
    return least, most


for what, begin in works():
    ns = round_ns(5)
    least, most = measured(begin)
    ns = min(ns, round_ns(5))
    row = {
        "what": what,
        "rounds": sum(least) * 1000 // ns,
        "pieces": len(least),
        "piece": max(least) * 1000 // ns,
        "bytes": most,
    }
    print(json.dumps(row))
