"""Takes over the certificates that an installer has put beside the firmware: what is new counts, and the file goes."""

import os

from .base import loading
from .base.log import ERROR
from .base.pieces import finish
from .certificates import kept, store

loading.seldom(__name__)

_ROOTS = (("authority.der", kept.CENTRAL_SYSTEM), ("manufacturer.der", kept.MANUFACTURER))
# The key goes first: what a power cut leaves of both is no secret.
_PAIR = ("client.key", "client.pem")


def _read(path) -> "bytes | None":
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def adopt(storage, folder: str, security, log):
    """Roots take the place of all others of their use, the pair that of the one in use. A power cut before a file has
    gone has it taken over once more; what a flash has no room for waits for the next boot."""
    try:
        store.tidy(storage, True)
        _adopt(storage, folder, security, log)
        for name in store.names(storage):
            if name != kept.name_of(name[len(store.FOLDER) + 1], storage.read(name)):
                log("security: the root certificate %s is damaged: it counts for nothing" % name, ERROR)
    except OSError as error:
        log("security: what an installer has brought is not taken over: flash says %s" % error, ERROR)


def _adopt(storage, folder, security, log):
    for name, use in _ROOTS:
        encoded = _read(folder + "/" + name)
        if encoded:
            _root(storage, use, encoded)
            _taken(folder, (name,), security, log)
    key, chain = [_read(folder + "/" + name) for name in _PAIR]
    in_use, _key = store.client(storage) or (None, None)
    if chain and key:
        _client(storage, chain, key)
        _taken(folder, _PAIR, security, log)
    elif chain and in_use and storage.read(in_use) == chain:
        _taken(folder, _PAIR[1:], security, log)  # its key has gone already


def _root(storage, use: str, encoded: bytes):
    name = kept.name_of(use, encoded)
    storage.mkdir(store.FOLDER)
    key = _issuer_key(storage, use, encoded)
    if key:
        storage.write(name.replace("/", "/k-"), key)
    storage.write(name, encoded)
    for old in store.names(storage, use):
        if old != name:
            storage.remove(old)
    store.tidy(storage)


def _issuer_key(storage, use: str, encoded: bytes) -> "bytes | None":
    """The public key of the root that has signed this one, where that is here: its issuerKeyHash is made of it. A root
    that signs itself needs none. Where nobody here knows the issuer the hash is that of the root's own key: an
    installer may bring such a root, for TLS trusts it all the same, and the central system finds it by its hashes."""
    from .certificates import certificate, chain

    try:
        one = finish(certificate.parse(encoded))
        if one.issuer != one.subject:
            for name in store.names(storage, use):
                above = finish(certificate.parse(storage.read(name)))
                if above.subject == one.issuer:
                    finish(chain.issued(one, above))
                    return bytes(above.key)
    except ValueError:
        pass  # TLS says what is wrong with it
    return None


def _client(storage, chain: bytes, key: bytes):
    storage.mkdir(store.FOLDER)
    used = store.client(storage) or ()
    pair = "b" if store.FOLDER + "/a.pem" in used else "a"
    store.drop_client(storage)
    storage.write("%s/%s.key" % (store.FOLDER, pair), key)
    storage.write("%s/%s.pem" % (store.FOLDER, pair), chain)
    for name in used:
        storage.remove(name)
    storage.remove(store.FOLDER + "/state")  # without one, a whole pair is the one in use
    store.tidy(storage)


def _taken(folder, names, security, log):
    for name in names:
        os.remove(folder + "/" + name)
    log("security: %s: taken over" % ", ".join(names))
    security.note("ReconfigurationOfSecurityParameters", "provisioned: " + names[0])
