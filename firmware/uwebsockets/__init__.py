"""A WebSocket client for MicroPython and CPython: connect() and what it raises. See README.md."""

from .client import ConnectionClosed, connect  # noqa: F401
from .handshake import HandshakeError  # noqa: F401
