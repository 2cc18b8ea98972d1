"""Randomness for keys: what nobody can foresee, and a refusal on a board that has no source of it."""

import hashlib
from os import urandom

from . import loading
from .randomness import noise as _noise

loading.seldom(__name__)


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
