"""Makes a connection to the central system: with what counts now of certificates and passwords, in pieces of work."""

import asyncio

from uwebsockets.errors import HandshakeError

from ..base import loading
from .identity import authorization

loading.seldom(__name__)

_SUBPROTOCOL = "ocpp1.6"

# Larger messages are refused with close code 1009: the largest that has to fit is SendLocalList.
_MESSAGE_MAX = 16384


def _securing():
    from . import securing

    return securing


def _prepared(link) -> tuple:
    url, password = link.url, link.credentials.password()
    return _securing().prepare(link.security, url, password) if link.security else (url, password)


async def opened(link):
    """A WebSocket for a CsmsLink. Raises what uwebsockets does, and what is wrong with the certificates."""
    _securing()
    await asyncio.sleep(0)  # loading it was a piece of work
    url, password = _prepared(link)
    await asyncio.sleep(0)  # files of certificates were looked for
    loading.settle()  # what a connection is made of stays
    from uwebsockets import opening

    await asyncio.sleep(0)  # loading it was a piece of work
    link.log("csms: connecting to %s" % url)
    try:
        return await opening.connect(
            url,
            protocols=(_SUBPROTOCOL,),
            headers=(authorization(link.identity, password),) if password else (),
            max_message=_MESSAGE_MAX,
            receive_buffer=link.receive_buffer,
            ping_interval_ms=link.ping_ms(),
        )
    except Exception as error:
        if isinstance(error, HandshakeError) and error.status in (401, 403):
            link.credentials.refused()
        if link.security:
            _securing().failed(link.security, error)
        raise


async def reached(link):
    """The central system has accepted the connection; each piece of work by itself."""
    await asyncio.sleep(0)  # its answer was checked
    link.credentials.accepted()
    if link.security:
        _securing()
        await asyncio.sleep(0)
        _securing().reached(link.security)
    loading.settle()
    await asyncio.sleep(0)
