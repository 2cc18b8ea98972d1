"""The page's password: salted and slow-hashed (PBKDF2 with HMAC-SHA-256), in pieces that let the others run."""

import asyncio
from binascii import hexlify, unhexlify
from hashlib import sha256

from ..base import loading, randomness, twice
from ..base.cistring import plain

loading.seldom(__name__)

MIN, MAX = 8, 64
# An estimated two to four seconds of work on an ESP32. More would keep people waiting before it slowed down a laptop,
# which is a hundred times as fast: the wait after wrong passwords does the rest.
ROUNDS = 500
_ROUNDS_MAX = 100000
_PIECE = 4
_FILE = "page"


def wrong(text) -> "str | None":
    """None for a good password, else what it must be."""
    if not isinstance(text, str) or not MIN <= len(text) <= MAX or not plain(text):
        return "%d to %d characters are allowed" % (MIN, MAX)
    return None


def _padded(key, by) -> bytes:
    if len(key) > 64:
        key = sha256(key).digest()
    return bytes([byte ^ by for byte in key]) + bytes([by]) * (64 - len(key))


async def derived(text: str, salt: bytes, rounds: int) -> bytes:
    """PBKDF2(HMAC-SHA-256, password, salt, rounds), 32 bytes."""
    key = text.encode()
    inner, outer = _padded(key, 0x36), _padded(key, 0x5C)
    last = salt + b"\x00\x00\x00\x01"
    total = 0
    for turn in range(rounds):
        last = sha256(outer + sha256(inner + last).digest()).digest()
        total ^= int.from_bytes(last, "big")
        if turn % _PIECE == 0:
            await asyncio.sleep(0)
    return total.to_bytes(32, "big")


def valid(table) -> bool:
    """Whether this is what made() gives."""
    try:
        salt, key = unhexlify(table["salt"]), unhexlify(table["hash"])
        return len(salt) >= 8 and len(key) == 32 and 0 < table["rounds"] <= _ROUNDS_MAX
    except (ValueError, TypeError, KeyError):
        return False


async def made(text: str, rounds: int = ROUNDS) -> dict:
    """What is kept of a password: salt, hash and rounds, in letters."""
    salt = unhexlify(randomness.token() + randomness.token())
    key = await derived(text, salt, rounds)
    return {"salt": hexlify(salt).decode(), "hash": hexlify(key).decode(), "rounds": rounds}


async def right(text, kept: dict) -> bool:
    """Whether this is the password; takes as long for any wrong one."""
    if not isinstance(text, str) or len(text) > MAX or not plain(text):
        text = ""
    found = await derived(text, unhexlify(kept["salt"]), kept["rounds"])
    wrong_bits = 0
    for one, other in zip(found, unhexlify(kept["hash"])):
        wrong_bits |= one ^ other
    return wrong_bits == 0


def _seal(kept: dict, number: str) -> str:
    return hexlify(sha256(unhexlify(kept["hash"]) + b"met" + number.encode()).digest()[:16]).decode()


def badge(kept: dict) -> str:
    """What a browser is known by that has said this password: good until there is another one, and for no more than
    waiting apart from strangers."""
    number = randomness.token()
    return number + _seal(kept, number)


def met(badge, kept: dict) -> bool:
    """Whether this is a badge()."""
    return badge is not None and len(badge) == 48 and badge[16:] == _seal(kept, badge[:16])


def kept(storage, given: dict) -> dict:
    """The one in force: the installation's, unless the page has changed it since."""
    table = twice.read(storage, _FILE, storage.log, valid)
    return table if table and table.get("over") == given["hash"] else given


def keep(storage, given: dict, table: dict):
    """Put another one in force, until an installation brings a new one. Raises OSError when flash is full."""
    twice.write(storage, _FILE, dict(table, over=given["hash"]))
