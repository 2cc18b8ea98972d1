"""A WebSocket client for MicroPython and CPython: connect() and what it raises. See README.md."""

from .errors import ConnectionClosed, HandshakeError  # noqa: F401

# The names of modules that are loaded and were needed for a while only. Whoever is short of RAM takes them out of
# sys.modules when it suits him.
seldom = []


def connect(*arguments, **named):
    """opening.connect(), which is loaded when it is needed."""
    from . import opening

    return opening.connect(*arguments, **named)
