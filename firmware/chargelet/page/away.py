"""What a browser is told while the station has no memory for its page."""

from ..base import loading

loading.seldom(__name__)

_TEXT = "memory is needed for a file or a message: the page is back in some minutes"
_HEAD = """HTTP/1.1 503 Service Unavailable\r
Retry-After: 60\r
Content-Type: text/plain\r
Connection: close\r
Content-Length: %d\r
\r
"""
# What has asked is not read, for that takes memory too; a browser gets so long to read this before the end.
_READ_MS = 500


async def said(writer, clock):
    """Say it. Raises OSError."""
    writer.write((_HEAD % len(_TEXT) + _TEXT).encode())
    await writer.drain()
    await clock.sleep(_READ_MS)
