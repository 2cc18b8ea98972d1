"""Asks a time server once, over UDP (SNTP, RFC 4330). hardware/network_time.py decides whether to believe it."""

from binascii import unhexlify

from uwebsockets.datagram import ask
from uwebsockets.dial import address_of

from ..base import loading, randomness

loading.seldom(__name__)

_PATIENCE_MS = 2000
_CLIENT = b"\x23"  # version 4, mode 3
# 1900-01-01 to 2000-01-01. What has wrapped in 2036 counts on from there.
_EPOCH_2000 = 3155673600


async def now(host: str, port: int = 123) -> int:
    """Seconds since 2000 as a time server tells them. Raises OSError."""
    number = unhexlify(randomness.token())
    place = await address_of(host), port
    seconds = await ask(place, _CLIENT + bytes(39) + number, lambda data: told(data, number), _PATIENCE_MS)
    if seconds is None:
        raise OSError("%s does not answer" % host)
    return seconds


def told(data: bytes, number: bytes) -> "int | None":
    """Seconds since 2000 of an answer to the question with this number (8 bytes); None for everything else."""
    # A server (mode 4) that knows the time itself (leap 3 and stratum 0 are for those who do not), and answers us.
    if len(data) < 48 or data[0] & 7 != 4 or data[0] >> 6 == 3 or not 0 < data[1] < 16 or data[24:32] != number:
        return None
    seconds = int.from_bytes(data[40:44], "big")
    return (seconds - _EPOCH_2000) & 0xFFFFFFFF if seconds else None
