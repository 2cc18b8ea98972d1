"""The opening handshake of WebSocket (RFC 6455 §4): its request, and what an answer must be. No sockets."""

import hashlib
from binascii import b2a_base64

from . import seldom
from .errors import HandshakeError

seldom.append(__name__)

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

# A server that sends more than this before the first message is not for us.
HEAD_MAX = 4096


_PORTS = {"ws": 80, "wss": 443}


def parse_url(url: str, ports=_PORTS) -> tuple:
    """(secure, host, port, path and query) of a URL. Raises ValueError naming what is wrong.

    `ports` has the schemes that are allowed and their default ports; wss and https are secure.
    """
    scheme, found, rest = url.partition("://")
    scheme = scheme.lower()
    if not found or scheme not in ports:
        allowed = " or ".join([name + "://" for name in sorted(ports)])
        raise ValueError("url: %s does not begin with %s" % (url[:60], allowed))
    rest = rest.split("#")[0]
    slash = rest.find("/")
    query = rest.find("?")
    cut = min([at for at in (slash, query, len(rest)) if at >= 0])
    authority, path = rest[:cut], rest[cut:]
    if not path.startswith("/"):
        path = "/" + path
    if "@" in authority:
        raise ValueError("url: a user name in it is not allowed; hand the header in")
    port = ""
    if authority.startswith("["):
        host, found, port = authority[1:].partition("]")
        if not found or port[:1] not in ("", ":"):
            raise ValueError("url: %s is not a host" % authority[:60])
        port = port[1:]
    else:
        host, _, port = authority.partition(":")
    if not host:
        raise ValueError("url: there is no host")
    if port and not (port.isdigit() and 0 < int(port) < 65536):
        raise ValueError("url: %s is not a port" % port[:20])
    return scheme in ("wss", "https"), host, int(port) if port else ports[scheme], path


def request(secure: bool, host: str, port: int, path: str, key: bytes, protocols=(), headers=()) -> bytes:
    """The request of the opening handshake (§4.1). Raises ValueError for a header with a line break."""
    name = "[%s]" % host if ":" in host else host
    if port != (443 if secure else 80):
        name = "%s:%d" % (name, port)
    lines = [
        "GET %s HTTP/1.1" % path,
        "Host: " + name,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: " + key.decode(),
        "Sec-WebSocket-Version: 13",
    ]
    if protocols:
        lines.append("Sec-WebSocket-Protocol: " + ", ".join(protocols))
    for header, value in headers:
        lines.append("%s: %s" % (header, value))
    for line in lines:
        if "\r" in line or "\n" in line:
            raise ValueError("header: a line break is not allowed")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def accept(key: bytes) -> bytes:
    """What the server must answer to a key (§4.2.2)."""
    return b2a_base64(hashlib.sha1(key + _GUID).digest()).strip()


def check_response(head: bytes, key: bytes, protocols=()) -> "str | None":
    """The subprotocol that the server has chosen, None where none was offered. Raises HandshakeError."""
    try:
        lines = bytes(head).decode().split("\r\n")
    except ValueError:
        raise HandshakeError(0, "the answer is not HTTP") from None
    version, code = (lines[0].split(" ") + [""])[:2]
    if not version.startswith("HTTP/1.") or not code.isdigit():
        raise HandshakeError(0, "the answer is not HTTP")
    status = int(code)
    if status != 101:
        raise HandshakeError(status, "HTTP status %d" % status)
    found = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            name = name.lower()
            # A header may be given more than once (RFC 9110 §5.3).
            found[name] = found[name] + "," + value.strip() if name in found else value.strip()
    if found.get("upgrade", "").lower() != "websocket":
        raise HandshakeError(status, "Upgrade is not websocket")
    if "upgrade" not in [token.strip().lower() for token in found.get("connection", "").split(",")]:
        raise HandshakeError(status, "Connection is not Upgrade")
    if found.get("sec-websocket-accept", "").encode() != accept(key):
        raise HandshakeError(status, "Sec-WebSocket-Accept is wrong")
    if found.get("sec-websocket-extensions"):
        raise HandshakeError(status, "an extension nobody asked for")
    chosen = found.get("sec-websocket-protocol")
    if chosen not in protocols if protocols else chosen is not None:
        raise HandshakeError(status, "subprotocol %s is not one of %s" % (chosen, ", ".join(protocols)))
    return chosen
