"""One record on flash: its name and its content."""

from binascii import crc32

VERSION = b"1"

START = "S"
VALUES = "V"
END = "E"
# Not delivered itself: waits for the end of its transaction, and goes with it. A series of samples each, so that each
# can be thinned by itself.
KEPT = "B"
KEPT_CLOCK = "C"


def parts_of(name: str) -> "tuple | None":
    """(sequence, kind, connector, number) of a record's name, or None for another file."""
    try:
        if name[8] in "SVEBC":
            connector, number = name[9:].split(".")[0].split("-")
            return int(name[:8], 16), name[8], int(connector), int(number, 16)
    except (ValueError, IndexError):
        pass
    return None


def note_of(name: str) -> tuple:
    """(letter, connector, number) of a note's name, with an empty letter for another file."""
    try:
        connector, number = name[1:].split("-")
        return name[:1], int(connector), int(number, 16)
    except ValueError:
        return "", 0, 0


def ordinal_of(name: str) -> int:
    """A sample's place in its series, from 1; 0 for a record that is in none."""
    dot = name.find(".")
    return int(name[dot + 1 :], 16) if dot > 0 else 0


def name_of(sequence: int, kind: str, connector: int, number: int, ordinal: int = 0) -> str:
    """The name of a record; sequences sort as text."""
    name = "%08x%s%d-%x" % (sequence, kind, connector, number)
    return name + ".%x" % ordinal if ordinal else name


def wrap(name: str, text: str) -> bytes:
    """The content of a file of this name."""
    data = text.encode()
    return VERSION + (crc32(name.encode() + data) & 0xFFFFFFFF).to_bytes(4, "big") + data


def unwrap(name: str, raw: "bytes | None") -> "str | None":
    """The text, None when it is damaged. Raises KeyError for a newer format."""
    if raw and raw[:1] > VERSION and raw[:1] <= b"9":
        raise KeyError(name)
    if not raw or raw[:1] != VERSION or len(raw) < 6:
        return None
    if raw[1:5] != (crc32(name.encode() + raw[5:]) & 0xFFFFFFFF).to_bytes(4, "big"):
        return None
    return raw[5:].decode()
