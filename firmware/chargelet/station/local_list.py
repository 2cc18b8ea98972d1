"""The local authorization list on flash (OCPP 1.6 §3.5.2, §5.15).

`locallist` has a line for each entry, sorted: idTag, status, expiry (seconds since 2000, or nothing), parentIdTag; its
last line has the version and the number of entries. A small change of a large list is not worth writing all of it anew:
`locallist-changes` has the lines that have been added or replaced since, and the idTag alone for what has been removed;
its last line has the version and the number of entries with the changes, and the checksum of the list they belong to.
A look-up asks the changes first. Changes that outgrow a block of flash are merged into a new list.

A file is written beside the old one and renamed, so a power cut leaves the old state or the new one, and no update
takes RAM that grows with the list. Changes of another list are left over from before it, and say nothing. When one of
the two files is damaged neither is used: the list without its changes might let in a card that was removed.
"""

from ..base.cistring import folded
from ..base.log import ERROR
from ..base.pieces import finish
from ..base.sorted_lines import SortedLines, merged

KEYS = """
LocalAuthListEnabled RW bool true
LocalAuthListMaxLength R 0..10000 1000
SendLocalListMaxLength R 0..300 10
"""

_NUMBERS = "%11d %6d"
_BASE = " %08x"
# The changes with their last line, which has 39 bytes, fill one block of flash at most. A list that does is small: it
# is written anew at each change.
_CHANGES_MAX = 4096 - 39


class LocalList:
    """The list. `version` is that of the last update, 0 when there never was one; `count` its entries."""

    def __init__(self, storage, log):
        self._list = SortedLines(storage, "locallist", 19)
        self._changes = SortedLines(storage, "locallist-changes", 28)
        self._log = log
        self.version = self.count = 0
        try:
            numbers = self._list.open()
            changed = self._changes.open()
        except ValueError as error:
            self._leave_out(error)
            return
        *newer, checksum = changed or (None,)
        if numbers and changed and int(checksum, 16) == self._list.checksum:
            numbers = newer
        else:
            self._changes.end = None
        if numbers:
            self.version, self.count = [int(number) for number in numbers]

    def find(self, id_tag: str) -> "tuple | None":
        """(status, expiry in seconds since 2000 or None, parentIdTag or None), or None for an unknown idTag."""
        try:
            rest = self._find(folded(id_tag).encode())
            if not rest:
                return None
            status, expiry, parent = rest.decode().split("\t")
            return status, int(expiry) if expiry else None, parent or None
        except (ValueError, OSError) as error:
            self._leave_out(error)  # since the start
            return None

    def _leave_out(self, error):
        self._list.end = self._changes.end = None
        self.version = self.count = 0
        self._log("local list: %s and left out; the central system has to send the list again" % error, ERROR)

    def _find(self, key):
        """The rest of the idTag's line, empty for one that has been removed, or None."""
        rest = self._changes.find(key)
        return self._list.find(key) if rest is None else rest

    def update(self, version: int, entries, full: bool, most: int):
        """Replace the list, or change it: entries are (idTag, status or None, expiry, parentIdTag), None removes.

        Raises ValueError with what is wrong, or OSError on a full flash; then the old list stays.
        """
        finish(self.updating(version, entries, full, most))

    def updating(self, version: int, entries, full: bool, most: int):
        """update() in pieces of work: a generator that gives None after each. Until its end the old list is asked."""
        lines = []
        added = 0  # bytes
        for id_tag, status, expiry, parent in entries:
            if "\t" in id_tag + (parent or "") or "\n" in id_tag + (parent or ""):
                raise ValueError("an idTag has a tab or a line break")
            line = "" if status is None else "%s\t%s\t%s" % (status, "" if expiry is None else expiry, parent or "")
            key, rest = folded(id_tag).encode(), line.encode()
            lines.append((key, rest))
            added += len(key) + len(rest) + 2
            yield None
        lines.sort()
        before = None
        for key, _rest in lines:
            if key == before:
                raise ValueError("an idTag comes twice")
            before = key
        changed = added + (self._changes.end or 0)
        if full or changed > _CHANGES_MAX or changed + (self._list.end or 0) <= _CHANGES_MAX:
            yield from self._writing_list(version, lines, full, most)
        else:
            yield from self._writing_changes(version, lines, most)

    def _writing_list(self, version, lines, full, most):
        # A damaged list goes before its changes do: it must not count without them. And what is left of old changes
        # goes before a list is written that they might belong to again.
        for file in (self._list, self._changes):
            if file.end is None:
                file.remove()
        before = self._list.checksum
        old, changes = self._list.each(), self._changes.each()
        count = [0]
        pairs = _counted(lines if full else merged(merged(old, changes), lines), most, count)
        try:
            yield from self._list.writing(pairs, lambda: _NUMBERS % (version, count[0]) + "\n")
        finally:
            old.close()
            changes.close()
        try:
            self._changes.remove()
        except OSError:
            if self._list.checksum == before:
                raise  # the same list as before: the changes still belong to it
            self._changes.end = None
        self.version, self.count = version, count[0]

    def _writing_changes(self, version, lines, most):
        count = self.count
        for key, rest in lines:
            count += bool(rest) - bool(self._find(key))
            yield None
        if count > most:
            raise ValueError("more than %d entries" % most)
        old = self._changes.each()
        last = _NUMBERS % (version, count) + _BASE % self._list.checksum + "\n"
        try:
            yield from self._changes.writing(merged(old, lines), lambda: last)
        finally:
            old.close()
        self.version, self.count = version, count


def _counted(pairs, most, count):
    """The pairs that are entries; `count[0]` of them. Raises ValueError for more than `most`."""
    for key, rest in pairs:
        if rest:
            count[0] += 1
            if count[0] > most:
                raise ValueError("more than %d entries" % most)
            yield key, rest
