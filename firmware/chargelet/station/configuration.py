"""Configuration keys: their values, types and access. Parts declare theirs.

A part that owns keys has a text `KEYS` of lines `name access kind default`: access is RW, R or W (write-only: never
reported), kind is one of

- `bool`: "true" or "false" in any letter case,
- `0..86400`: a whole number from the one to the other,
- `text`: any text,
- a name for a function `(text) -> str` that gives the text to keep or raises ValueError with what is allowed.

Values are kept typed from the first time that somebody asks, so that a part that reads one pays for a dictionary
look-up only.
"""

from ..base.cistring import folded
from ..base.log import ERROR

_FILE = "config"
# So many keys are asked for in a long life: their table has its room at boot.
_ASKED = 37


def parse(kind, text: str):
    """The typed value of a text as ChangeConfiguration carries it. Raises ValueError with what is allowed.

    `kind` as in a line of KEYS, or the function itself.
    """
    if kind == "bool":
        lower = text.strip().lower()
        if lower not in ("true", "false"):
            raise ValueError("true or false is allowed")
        return lower == "true"
    if kind == "text":
        return text
    if callable(kind):
        return kind(text)
    least, _, most = kind.partition("..")
    digits = text.strip()
    if digits[:1] in ("-", "+"):
        digits = digits[1:]
    number = int(text) if digits.encode().isdigit() and len(digits) <= 9 else None
    if number is None or number < int(least) or (most and number > int(most)):
        raise ValueError("a whole number from %s %s is allowed" % (least, "to " + most if most else "up"))
    return number


def text_of(value) -> str:
    """A value as it travels: always a string (OCPP 1.6 §9)."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value)


def _lines(keys, kinds):
    """(name, access, kind, default) of each line."""
    start = 0
    while start < len(keys):
        end = keys.find("\n", start)
        end = len(keys) if end < 0 else end
        if end > start:
            yield _row_of(keys[start:end], kinds)
        start = end + 1


def _row_of(line, kinds):
    name, access, kind, default = (line + " ").split(" ", 3)
    return name, access, kinds[kind] if kinds and kind in kinds else kind, default.strip()


def _at(keys, name) -> int:
    """Where the line of a name begins, or -1."""
    at = keys.find(name + " ")
    while at > 0 and keys[at - 1] != "\n":
        at = keys.find(name + " ", at + 1)
    return at


def _default(row):
    """A default is not checked: the measurands of a meter that has none of them are no mistake of anybody's."""
    _name, _access, kind, default = row
    return default if callable(kind) else parse(kind, default)


class Configuration:
    """All keys of the station. What a central system or an installer has set survives a power cut."""

    def __init__(self, storage, log):
        self._storage = storage
        self._log = log
        self._tables = []
        self._values = dict.fromkeys(range(_ASKED))
        for number in range(_ASKED):
            del self._values[number]
        self._stored = self._load()

    def _load(self) -> dict:
        from ..base import twice

        stored = twice.read(self._storage, _FILE, self._log, bool)
        if stored is None and twice.there(self._storage, _FILE):
            # Kept for people to look at; the next change writes a whole file again.
            self._log("configuration: the stored file is damaged; the defaults are used", ERROR)
        return stored or {}

    def declare(self, keys: str, kinds: "dict | None" = None):
        """Take in the keys of a part, with the functions that its kinds name; values that are stored replace the
        defaults."""
        self._tables.append((keys, kinds))
        for name, _access, kind, _default in _lines(keys, kinds):
            if name in self._stored:
                try:
                    self._values[name] = parse(kind, self._stored[name])
                except (ValueError, TypeError, AttributeError) as error:
                    self._log("configuration: the stored %s is left out: %s" % (name, error))

    def default(self, pairs):
        """Give keys, as KEYS write them, other defaults, typed; a stored value wins. Texts would take more RAM."""
        for name, value in pairs:
            self._values.setdefault(name, value)

    def initial(self, name: str, value):
        """Give a key another default; a stored value wins. Raises ValueError for what is not allowed."""
        row = self._row(name)
        if row is None:
            raise ValueError("%s: no such key" % name)
        name, _access, kind, _default_text = row
        typed = parse(kind, text_of(value))
        if name not in self._stored:
            self._values[name] = typed

    def __getitem__(self, name: str):
        value = self._values.get(name)
        if value is None:
            row = self._row(name)
            if row is None:
                raise KeyError(name)
            # Kept under the text that the program has anyway.
            value = self._values[name] = _default(row)
        return value

    def __setitem__(self, name: str, value):
        """Set a typed value until the next boot, whatever its access: for what the station works out."""
        self._values[name] = value

    def _rows(self):
        for keys, kinds in self._tables:
            yield from _lines(keys, kinds)

    def _row(self, name: str):
        """(name, access, kind, default) of a key, in whatever letter case it is asked for; None for none."""
        if not name or " " in name or "\n" in name:
            return None
        # As it is written first: the search costs a hundredth of taking all tables apart.
        for lower in (False, True):
            name = folded(name) if lower else name
            for keys, kinds in self._tables:
                at = _at(keys.lower() if lower else keys, name)
                if at >= 0:
                    end = keys.find("\n", at)
                    return _row_of(keys[at:] if end < 0 else keys[at:end], kinds)
        return None

    def change(self, name: str, text: str) -> str:
        """ChangeConfiguration (OCPP 1.6 §5.3): Accepted, Rejected or NotSupported. Durable on return."""
        row = self._row(name)
        if row is None:
            return "NotSupported"
        name, access, _kind, _default_text = row
        if access == "R":
            self._log("configuration: %s is read-only" % name)
            return "Rejected"
        try:
            self._store(row, text)
        except ValueError as error:
            # What is write-only is not for the log either (security whitepaper, A01.FR.12).
            shown = "what was sent" if access == "W" else repr(text[:40])
            self._log("configuration: %s not changed to %s: %s" % (name, shown, error))
            return "Rejected"
        except OSError as error:
            self._log("configuration: %s not changed: flash says %s" % (name, error))
            return "Rejected"
        return "Accepted"

    def store(self, name: str, text: str):
        """Set a key for good. Raises KeyError, ValueError (nothing changed), OSError (flash full)."""
        row = self._row(name)
        if row is None:
            raise KeyError(name)
        self._store(row, text)

    def _store(self, row, text):
        name, _access, kind, _default_text = row
        value = parse(kind, text)
        if self._stored.get(name) != text:
            before = self._stored.get(name)
            self._stored[name] = text
            try:
                from ..base import twice

                twice.write(self._storage, _FILE, self._stored)
            except (OSError, MemoryError):
                if before is None:
                    del self._stored[name]
                else:
                    self._stored[name] = before
                raise
        self._values[name] = value

    def report(self, name: "str | None" = None):
        """Rows `(name, read-only, text)` of all readable keys, or of the one that was asked for."""
        for row in self._rows() if name is None else (self._row(name),):
            key, access = row[:2] if row else (None, "W")
            if access != "W":
                value = self._values.get(key)
                yield key, access == "R", text_of(_default(row) if value is None else value)
