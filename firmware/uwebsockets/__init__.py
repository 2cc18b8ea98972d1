"""A WebSocket client for MicroPython and CPython: connect() and what it raises. See README.md."""

from .errors import ConnectionClosed, HandshakeError  # noqa: F401


def connect(*arguments, **named):
    """opening.connect(), which is loaded when it is needed."""
    from . import opening

    return opening.connect(*arguments, **named)
