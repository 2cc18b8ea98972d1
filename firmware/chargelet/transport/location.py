"""Knows what a central system's URL of a file says: host, path and who asks. Knows no protocol."""

from binascii import unhexlify

from uwebsockets.handshake import parse_url


def parse(url: str, ports: dict) -> tuple:
    """(secure, host, port, path, user, password), the last two "" where there are none. Raises ValueError.

    `ports` has the schemes that are allowed, and their default ports.
    """
    scheme, found, rest = url.partition("://")
    user, at, _host = rest.split("/")[0].rpartition("@")
    if at:
        url = scheme + found + rest[len(user) + 1 :]
    name, _, password = user.partition(":")
    return parse_url(url, ports) + (unquote(name), unquote(password))


def unquote(text: str) -> str:
    """%41 → A (RFC 3986 §2.1). Raises ValueError for what is no UTF-8 then."""
    parts = text.encode().split(b"%")
    made = parts[0]
    for part in parts[1:]:
        try:
            made += unhexlify(part[:2]) + part[2:]
        except ValueError:
            made += b"%" + part
    return made.decode()


def public(url: str) -> str:
    """A URL for the log: without who asks, and short."""
    scheme, found, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return (scheme + found + host.rpartition("@")[2] + slash + path)[:60]
