"""Takes over the certificates that an installer has put beside the firmware: what is new counts, and the file goes."""

import os
from binascii import hexlify
from hashlib import sha256

from .base import loading
from .certificates import store

loading.seldom(__name__)

_ROOTS = (("authority.der", store.CENTRAL_SYSTEM), ("manufacturer.der", store.MANUFACTURER))
_PAIR = ("client.pem", "client.key")


def _read(path) -> "bytes | None":
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def adopt(storage, folder: str, security, log):
    """Roots take the place of all others of their use, the pair that of the one in use. A power cut before a file has
    gone has it taken over once more."""
    store.tidy(storage)
    for name, use in _ROOTS:
        encoded = _read(folder + "/" + name)
        if encoded:
            _root(storage, use, encoded)
            _taken(folder, (name,), security, log)
    chain, key = [_read(folder + "/" + name) for name in _PAIR]
    if chain and key:
        _client(storage, chain, key)
        _taken(folder, _PAIR, security, log)


def _root(storage, use: str, encoded: bytes):
    name = "%s/%s-%s" % (store.FOLDER, use, hexlify(sha256(encoded).digest()[:8]).decode())
    storage.mkdir(store.FOLDER)
    storage.write(name, encoded)
    for old in store.names(storage, use):
        if old != name:
            storage.remove(old)
    store.tidy(storage)


def _client(storage, chain: bytes, key: bytes):
    storage.mkdir(store.FOLDER)
    used = store.client(storage)
    pair = "b" if used and used[0].endswith("/a.pem") else "a"
    store.drop_client(storage)
    storage.write("%s/%s.key" % (store.FOLDER, pair), key)
    storage.write("%s/%s.pem" % (store.FOLDER, pair), chain)
    for name in used or ():
        storage.remove(name)
    storage.remove(store.FOLDER + "/state")  # without one, a whole pair is the one in use
    store.tidy(storage)


def _taken(folder, names, security, log):
    for name in names:
        os.remove(folder + "/" + name)
    log("security: %s: taken over" % ", ".join(names))
    security.note("ReconfigurationOfSecurityParameters", "provisioned: " + names[0])
