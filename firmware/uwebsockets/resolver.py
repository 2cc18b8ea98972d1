"""Finds the address of a name over UDP (RFC 1035) without blocking; names in .local by multicast (RFC 6762).

getaddrinfo() stands still for seconds where a name server is silent, and the program with it.
"""

from . import seldom
from .datagram import ask

seldom.append(__name__)

# Every server gets this long, twice: within the time that a connection has in all.
_PATIENCE_MS = 1000
_SERVERS_MAX = 3
_ROUNDS = 2

_MULTICAST = ("224.0.0.251", 5353)

# Addresses that are kept; a station knows a central system, a file server or two, and a time server.
_KEPT_MAX = 4

_RECORDS_MAX = 40
_ALIASES_MAX = 8
_A, _CNAME = 1, 5
_NO_SUCH_NAME = 3

# What an answer may be besides an address.
NOWHERE = ""  # the name has none
REFUSED = "?"  # this server does not know


async def resolve(host: str, servers, kept: dict, urandom) -> str:
    """The IPv4 address of a name, as text. Raises OSError.

    `servers` are (address, port); `kept` has the last good addresses, which serve when all servers are silent.
    """
    name = host.lower().rstrip(".")
    local = name.endswith(".local")
    if local:
        servers = (_MULTICAST,)
    if not servers:
        raise OSError("%s: no name server is known" % host)
    for _ in range(1 if name in kept else _ROUNDS):
        for server in servers[:_SERVERS_MAX]:
            asked = query(name, urandom(2))
            try:
                found = await ask(server, asked, lambda data, asked=asked: answer(data, asked), _PATIENCE_MS, local)
            except OSError:
                continue
            if found == NOWHERE:
                raise OSError("%s: there is no such name, or it has no IPv4 address" % host)
            if found and found != REFUSED:
                while name not in kept and len(kept) >= _KEPT_MAX:
                    del kept[list(kept)[0]]
                kept[name] = found
                return found
    if name in kept:
        return kept[name]
    raise OSError("%s: no name server answers" % host)


def query(name: str, number: bytes) -> bytes:
    """The question for a name's address, with a number of two bytes. Raises OSError for what cannot be a name."""
    made = number + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    for label in name.encode().split(b"."):
        if not 0 < len(label) < 64 or min(label) <= 32 or max(label) > 126:
            raise OSError("%s is no name: parts of 1 to 63 ASCII characters are allowed" % name[:60])
        made += bytes((len(label),)) + label
    if len(made) > 266:
        raise OSError("%s is no name: 253 characters are allowed" % name[:60])
    return made + b"\x00\x00\x01\x00\x01"


def answer(data: bytes, asked: bytes) -> "str | None":
    """The address that a datagram gives for the question, NOWHERE, REFUSED, or None when it is no answer to it."""
    end = len(asked)
    # The question comes back; some servers give its letters in another case.
    if len(data) < end or data[:2] != asked[:2] or data[12:end].lower() != asked[12:].lower():
        return None
    if data[2] & 0xF8 != 0x80 or data[4:6] != b"\x00\x01":
        return None
    code = data[3] & 15
    if code:
        return NOWHERE if code == _NO_SUCH_NAME else REFUSED
    try:
        wanted = _name(data, 12)[0]
        for _ in range(_ALIASES_MAX):
            found, alias = _look(data, end, wanted)
            if found:
                return found
            if alias is None or alias == wanted:
                break
            wanted = alias
    except (ValueError, IndexError):
        return None
    # What did not fit into the datagram is not asked for again over TCP.
    return REFUSED if data[2] & 2 else NOWHERE


def _look(data, at, wanted) -> tuple:
    """(address, alias) that the records from `at` on give for a name; None for what they do not."""
    alias = None
    for _ in range(min(data[6] << 8 | data[7], _RECORDS_MAX)):
        owner, at = _name(data, at)
        kind, length = data[at] << 8 | data[at + 1], data[at + 8] << 8 | data[at + 9]
        # The highest bit of the class says something about caches in multicast.
        internet = data[at + 2] & 0x7F == 0 and data[at + 3] == 1
        at += 10
        if at + length > len(data):
            raise ValueError
        if owner == wanted and internet:
            if kind == _A and length == 4:
                return "%d.%d.%d.%d" % tuple(data[at : at + 4]), None
            if kind == _CNAME:
                alias = _name(data, at)[0]
        at += length
    return None, alias


def _name(data, at) -> tuple:
    """(the name at a place, where it ends). Raises ValueError or IndexError for anything else."""
    made = b""
    end = None
    lowest = at
    while True:
        length = data[at]
        at += 1
        if length >= 0xC0:
            end = at + 1 if end is None else end
            at = (length & 0x3F) << 8 | data[at]
            # A pointer leads backwards only, each further than the one before: so this comes to an end.
            if at >= lowest:
                raise ValueError
            lowest = at
        elif length >= 0x40 or len(made) + length > 254:
            raise ValueError
        elif length:
            made += data[at : at + length].lower() + b"."
            at += length
        else:
            return made, at if end is None else end
