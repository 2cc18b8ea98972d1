"""The authorization cache: what the central system last said of each idTag, on flash.

Sixty-four files, each for the idTags whose checksum falls on it, so that a look-up reads one small file
and RAM does not grow with what is known. A file is a checksum line, then a line for each idTag, the
one heard of longest ago first: idTag, status, expiry (seconds since 2000, or nothing), parentIdTag.
"""

from binascii import crc32

from ..base import loading
from ..base.cistring import folded
from ..base.log import masked

loading.seldom(__name__)

_FILES = 64
# An entry more, and one must go: those that are not valid first, then the oldest.
_ENTRIES_MAX = 32


class AuthorizationCache:
    """The authorization cache (OCPP 1.6 §3.5.1)."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log

    def _name(self, id_tag: str) -> str:
        return "%02x" % (crc32(folded(id_tag).encode()) % _FILES)

    def _lines(self, name: str) -> list:
        raw = self._storage.read(name)
        if raw is None:
            return []
        checksum, _, text = raw.partition(b"\n")
        if checksum != b"1 %08x" % (crc32(text) & 0xFFFFFFFF):
            self._log("cache: file %s is damaged and left out" % name)
            return []
        return text.decode().split("\n")

    def find(self, id_tag: str) -> "tuple | None":
        """(status, expiry in seconds since 2000 or None, parentIdTag or None), or None for an unknown idTag."""
        for line in self._lines(self._name(id_tag)):
            known, status, expiry, parent = line.split("\t")
            if known == folded(id_tag):
                return status, int(expiry) if expiry else None, parent or None
        return None

    def put(self, id_tag: str, status: str, expiry: "int | None", parent_id_tag: "str | None"):
        """Keep what the central system said, valid or not. Costs no write when it said so before."""
        if "\t" in id_tag + (parent_id_tag or "") or "\n" in id_tag + (parent_id_tag or ""):
            return  # no card has these, and they would break the file
        name = self._name(id_tag)
        lines = self._lines(name)
        key = folded(id_tag) + "\t"
        entry = key + "%s\t%s\t%s" % (status, "" if expiry is None else expiry, parent_id_tag or "")
        if entry in lines:
            return
        lines = [line for line in lines if not line.startswith(key)]
        if len(lines) >= _ENTRIES_MAX:
            invalid = [line for line in lines if line.split("\t")[1] != "Accepted"]
            lines.remove(invalid[0] if invalid else lines[0])
        lines.append(entry)
        self._write(name, lines, id_tag)

    def _write(self, name, lines, id_tag):
        text = "\n".join(lines).encode()
        try:
            if lines:
                self._storage.write(name, b"1 %08x\n" % (crc32(text) & 0xFFFFFFFF) + text)
            else:
                self._storage.remove(name)
        except OSError as error:
            self._log("cache: %s is not kept: flash says %s" % (masked(id_tag), error))

    def drop(self, id_tag: str):
        """Forget one idTag. Costs a write when it was known."""
        name = self._name(id_tag)
        lines = self._lines(name)
        left = [line for line in lines if not line.startswith(folded(id_tag) + "\t")]
        if len(left) < len(lines):
            self._write(name, left, id_tag)

    def clear(self):
        """ClearCache (OCPP 1.6 §5.4): forget everybody, and touch nothing else. A generator that gives None after each
        file."""
        for name in self._storage.names():
            self._storage.remove(name)
            yield None
