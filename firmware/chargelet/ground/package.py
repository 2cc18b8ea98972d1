"""Knows a firmware package: who has signed it, for which board it is, and whether it is whole. Knows no installing.

A package is a line of JSON (the manifest: format, board, version, size and sha256 of the image), a line with the
signature of the first line in hexadecimal digits (RSA with SHA-256, PKCS #1 v1.5), and the image.
"""

import hashlib
import json
from binascii import hexlify, unhexlify

_LINE_MOST = 1024
_PIECE = 512
_REST_AFTER = 2048
_EXPONENT = 65537
# What RFC 8017 §9.2 puts before a SHA-256.
_SHA256 = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def signed(line: bytes, signature: bytes, modulus: int) -> bool:
    """Whether a line has been signed with the key that belongs to a modulus."""
    length = (modulus.bit_length() + 7) // 8 if hasattr(modulus, "bit_length") else len("%x" % modulus) // 2
    if len(signature) != length:
        return False
    digest = _SHA256 + hashlib.sha256(line).digest()
    wanted = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(signature, "big"), _EXPONENT, modulus).to_bytes(length, "big") == wanted


def manifest(file, modulus: int, board: str) -> dict:
    """The manifest, and the file stands where the image begins. Raises ValueError with what is wrong."""
    # Never more than a line of ours has: what is no package may be one line of any length.
    line = file.readline(_LINE_MOST)
    try:
        found = json.loads(line)
        signature = unhexlify(file.readline(_LINE_MOST).strip())
        version, size, digest = found["version"], found["size"], found["sha256"]
    except (ValueError, TypeError, KeyError, MemoryError, RuntimeError):
        raise ValueError("package: it does not begin with a manifest and a signature") from None
    if found.get("format") != 1:
        raise ValueError("package: format %s is not one that this firmware knows" % found.get("format"))
    if not signed(line, signature, modulus):
        raise ValueError("package: the signature is not right")
    if found.get("board") != board:
        raise ValueError("package: it is for board %s, and this is %s" % (found.get("board"), board))
    if type(size) is not int or type(digest) is not str or type(version) is not str:
        raise ValueError("package: the manifest makes no sense")
    return found


async def check(file, modulus: int, board: str, rest) -> dict:
    """The manifest of a package that is right from beginning to end; `await rest()` lets the others run meanwhile.

    Raises ValueError with what is wrong.
    """
    found = manifest(file, modulus, board)
    digest = hashlib.sha256()
    size = 0
    # One small buffer: a station that has been at work for long has no large piece of RAM left.
    buffer = bytearray(_PIECE)
    while True:
        count = file.readinto(buffer)
        if not count:
            break
        digest.update(memoryview(buffer)[:count])
        size += count
        if size % _REST_AFTER < _PIECE:
            await rest()
    if size != found["size"]:
        raise ValueError("package: the image has %d bytes, the manifest says %d" % (size, found["size"]))
    if hexlify(digest.digest()).decode() != found["sha256"]:
        raise ValueError("package: the image is damaged")
    return found
