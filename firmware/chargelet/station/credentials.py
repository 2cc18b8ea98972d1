"""The password for the central system, and which one is tried when one is refused."""

from binascii import hexlify, unhexlify

_BEFORE = "key_before"
# Says which provisioned password a key has taken the place of: that one is not offered any more, another one is.
_REPLACED = "key_replaces"


def _key(text: str) -> str:
    """AuthorizationKey: 16 to 40 characters (security whitepaper §7.2, OCPP-J errata 3.12)."""
    if not 16 <= len(text) <= 40 or not all(["!" <= c <= "~" for c in text]):
        raise ValueError("16 to 40 characters without spaces are allowed")
    return text


KEYS = "AuthorizationKey W key "
KINDS = {"key": _key}


class Credentials:
    """The passwords that may be the right one, best first; after a refusal the next one has its turn.

    The key that was set last comes first: hexadecimal digits stand for bytes (OCPP-J 1.6 §6.2.2), but some central
    systems mean them as they are. Then the key before it, in case the central system did not keep its word, and
    the one that came with the station, until a key has been accepted in its place.
    """

    def __init__(self, config, storage, log):
        self._config = config
        self._storage = storage
        self._log = log
        self._given = None
        self.renew = False  # the connection is to be made again for another reason
        self._seen = config["AuthorizationKey"]
        self._before = ""
        try:
            self._before = (storage.read(_BEFORE) or b"").decode()
        except UnicodeError:
            log("credentials: the stored key before is damaged and left out")
        self._at = 0

    def give(self, password: "str | bytes | None"):
        """Take the password that the station was provisioned with. A key that is stored already is not new."""
        self._given = password
        self._seen = self._config["AuthorizationKey"]

    def _candidates(self) -> list:
        found = _forms(self._config["AuthorizationKey"]) + _forms(self._before)
        if self._given and self._storage.read(_REPLACED) != _digest(self._given):
            found.append(self._given)
        return found

    def password(self) -> "str | bytes | None":
        """The one to try now, or None when there is none at all."""
        if self._config["AuthorizationKey"] != self._seen:
            self._notice()  # it was set while there was no connection
        found = self._candidates()
        return found[self._at % len(found)] if found else None

    def changed(self) -> bool:
        """Whether the key has been set anew since the last look: then the connection is to be made again."""
        key = self._config["AuthorizationKey"]
        if key == self._seen:
            renew, self.renew = self.renew, False
            return renew
        self._notice()
        return True

    def _notice(self):
        """Take in the new key. The one before it is kept until the new one has been accepted; of several the oldest,
        for it is the last that was."""
        self._log("credentials: a new AuthorizationKey is set")
        self.keep()
        self._seen, self._at = self._config["AuthorizationKey"], 0

    def keep(self):
        """Keep the key that is in use, before another one is set: a power cut may come between that and the answer, and
        then the central system knows of no new one. One that was in vain does no harm."""
        if self._seen and not self._before:
            try:
                self._storage.write(_BEFORE, self._seen.encode())
            except OSError as error:
                self._log("credentials: the key before is known until the next boot only: flash says %s" % error)
            self._before = self._seen

    def refused(self):
        """The central system has refused it: try the next one."""
        self._at += 1
        self._log("credentials: refused by the central system")

    def accepted(self):
        """The central system has accepted it. Once that was the key, no older password is offered any more."""
        if self._config["AuthorizationKey"] != self._seen:
            return  # that one was set meanwhile: it is another that has been taken
        found = self._candidates()
        if not found or self._at % len(found) >= len(_forms(self._config["AuthorizationKey"])):
            return
        try:
            if self._before:
                self._storage.remove(_BEFORE)
                self._before = ""
            if self._given and found[-1] == self._given:
                self._storage.write(_REPLACED, _digest(self._given))
        except OSError:
            pass  # a full flash: the next connection tries again


def _forms(text: str) -> list:
    """What a key may mean."""
    if not text:
        return []
    try:
        return [unhexlify(text), text]
    except ValueError:
        return [text]


def _digest(password) -> bytes:
    from hashlib import sha256

    data = password.encode() if isinstance(password, str) else password
    return hexlify(sha256(data).digest()[:8])
