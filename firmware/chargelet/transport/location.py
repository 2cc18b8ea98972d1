"""Parses the URL of a file: host, path, user; and says what of it may be logged."""

from binascii import unhexlify

from ..base import loading
from ..station.maintenance import is_url

loading.seldom(__name__)

_SHOWN = 60


def parse(url: str, ports: dict) -> tuple:
    """(secure, host, port, path, user, password), the last two "" where there are none. Raises ValueError.

    `ports` has the schemes that are allowed, and their default ports. What the errors say may be logged.
    """
    if not is_url(url):
        raise ValueError("location: a space, a control character, or one that is not ASCII")
    scheme, found, rest = url.partition("://")
    user, at, _host = rest.split("/")[0].rpartition("@")
    if at:
        url = scheme + found + rest[len(user) + 1 :]
    name, _, password = user.partition(":")
    from uwebsockets.handshake import parse_url

    try:
        parsed = parse_url(url, ports)
    except ValueError:
        # Its own words show a part of the URL, and where that is malformed nobody knows which part is a password.
        allowed = " or ".join([name + "://host" for name in sorted(ports)])
        raise ValueError("location: it does not begin with %s, or with a port that is one" % allowed) from None
    return parsed + (unquote(name), unquote(password))


def unquote(text: str) -> str:
    """%41 → A (RFC 3986 §2.1). Raises ValueError when the result is not UTF-8."""
    parts = text.encode().split(b"%")
    made = parts[0]
    for part in parts[1:]:
        try:
            made += unhexlify(part[:2]) + part[2:]
        except ValueError:
            made += b"%" + part
    return made.decode()


def _cut(text: str) -> int:
    """Where the host ends."""
    return min([at for at in [text.find(mark) for mark in "/?#"] + [len(text)] if at >= 0])


def public(url: str) -> str:
    """A URL for the log: without who asks and without its query, short, and hardly anything of a malformed one."""
    scheme, found, rest = url.partition("://")
    if not found or not scheme.isalpha():
        return "(not a URL)"
    cut = _cut(rest)
    host = rest[:cut].rpartition("@")[2]
    if host[:1] == "[":
        name, _, port = host[1:].partition("]")
        allowed = "0123456789abcdefABCDEF:."
    else:
        name, colon, port = host.partition(":")
        port = colon + port
        allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._"
    strange = [one for one in name if one not in allowed]
    if strange or "@" in rest[cut:] or (port and not (port[0] == ":" and port[1:].isdigit())):
        return scheme[:_SHOWN] + "://(malformed)"  # the host may be part of a password
    path = rest[cut:].split("?")[0].split("#")[0]
    return "".join([one if " " < one < "\x7f" else "?" for one in (scheme + found + host + path)[:_SHOWN]])


def in_folder(url: str, name: str) -> str:
    """The URL of a file of this name where the URL is a folder's: it ends with a slash, or has no path at all."""
    rest = url.partition("://")[2]
    cut = _cut(rest)
    if cut == len(rest) and rest:
        return url + "/" + name
    return url + name if url[-1:] == "/" and "?" not in url and "#" not in url else url
