"""Random numbers. No other module makes any."""

import hashlib
from binascii import hexlify
from os import urandom

# What noise has been taken in, mixed; None where urandom() has none and nobody has taken any in.
_noise = [b""]


def below(n: int) -> int:
    """A random integer from 0 to n - 1, for n up to 2**16."""
    return int.from_bytes(urandom(4), "big") % n


def token() -> str:
    """Sixteen hexadecimal digits that nobody has drawn before."""
    return hexlify(urandom(8)).decode()


def distrust():
    """On this board urandom() has no noise behind it: secret() refuses until somebody calls stir()."""
    _noise[0] = None


def stir():
    """Take noise in: there is some behind urandom() at this moment."""
    _noise[0] = hashlib.sha256((_noise[0] or b"") + urandom(64)).digest()


def secret(count: int) -> bytes:
    """Bytes for a key, which nobody can foresee. Raises ValueError on a board that has no source for them."""
    if _noise[0] is None:
        raise ValueError("this board has no source of noise for a key: network.entropy in its board file")
    made = b""
    while len(made) < count:
        _noise[0] = hashlib.sha256(b"next" + _noise[0] + urandom(32)).digest()
        made += hashlib.sha256(b"given" + _noise[0]).digest()
    return made[:count]
