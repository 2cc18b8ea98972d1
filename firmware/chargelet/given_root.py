"""The root certificate that comes with an installation: checked, stored beside it, and taken over with it.

On flash the two are one change: the root waits under a name that nobody looks at until there is an installation which
names it by its hash. So a power cut leaves the old installation with the old root, or the new one with the new.
"""

import os
from binascii import hexlify
from hashlib import sha256

from .base import loading

loading.seldom(__name__)

_WAITS = "/authority.new"
_COUNTS = "/authority.der"  # provisioned.py takes it over


def judged(text, now: "int | None"):
    """A generator that returns the DER of the one certificate in a PEM. Raises ValueError that says what is wrong: it
    is none, or it is not valid `now`, where that is known."""
    from .certificates import der

    yield None  # each loading of code is a piece of work
    encoded = yield from der.only(text)
    from .certificates import certificate

    yield None
    one = yield from certificate.parse(encoded)
    from .certificates import chain

    yield None
    if now is not None:
        chain.dated(one, now)
    return encoded


def put(encoded: bytes, folder: str) -> str:
    """Let it wait, in the folder in which an installer's files lie; the hash by which it is named. Raises OSError."""
    with open(folder + _WAITS, "wb") as file:
        file.write(encoded)
    return _named(encoded)


def path(folder: str) -> str:
    """The path of the one that waits."""
    return folder + _WAITS


def claim(folder: str, name: "str | None"):
    """At the start: the root that the installation names counts; what is left of a try that came to nothing goes."""
    try:
        with open(folder + _WAITS, "rb") as file:
            encoded = file.read()
    except OSError:
        return
    if name == _named(encoded):
        os.rename(folder + _WAITS, folder + _COUNTS)
    else:
        os.remove(folder + _WAITS)


def _named(encoded) -> str:
    return hexlify(sha256(encoded).digest()).decode()
