"""How a station names itself to the central system: in the URL of the connection, and with its password."""

from binascii import b2a_base64

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def connection_url(endpoint: str, identity: str) -> str:
    """The endpoint URL with the identity, percent-encoded, appended to its path (OCPP-J 1.6 §3.1.1)."""
    encoded = b""
    for byte in identity.encode():
        encoded += bytes((byte,)) if byte in _UNRESERVED else b"%%%02X" % byte
    return endpoint.rstrip("/") + "/" + encoded.decode()


def authorization(identity: str, password: "str | bytes") -> tuple:
    """The header of HTTP Basic authentication (OCPP-J 1.6 §6.2.2)."""
    key = password.encode() if isinstance(password, str) else password
    pair = identity.encode() + b":" + key
    return ("Authorization", "Basic " + b2a_base64(pair).decode().strip())
