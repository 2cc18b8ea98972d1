"""Tries an installation out: joins its network and reaches its central system, and says exactly what does not work."""

from uwebsockets import sockets

from .base import loading

loading.seldom(__name__)


async def tried(radio, table, chip: str, says) -> "list | None":
    """What does not work of an installation: [word, more …], or None when all does: then its network stays joined.

    `chip` is the identity where the installation has none.
    """
    wifi, csms = table["wifi"], table.get("csms")
    says("joining", wifi["name"])
    wrong = await radio.join(wifi["name"], wifi.get("password"))
    if wrong:
        return ["wifi_" + wrong, wifi["name"]]
    if csms is None:
        return None
    sockets.name_servers([radio.name_server()])
    says("asking", csms["url"])
    wrong = await _asked(csms, csms.get("identity") or chip)
    if wrong:
        radio.leave()
    return wrong


async def _asked(csms, identity: str) -> "list | None":
    """Open a connection as the station will, and close it again."""
    from uwebsockets.errors import HandshakeError
    from uwebsockets.opening import connect

    from .transport.csms import authorization, connection_url

    headers = [authorization(identity, csms["password"])] if "password" in csms else []
    try:
        if csms["url"][:4] == "wss:":
            return await _reached(csms["url"])
        socket = await connect(connection_url(csms["url"], identity), ("ocpp1.6",), headers)
        await socket.close()
    except HandshakeError as error:
        if error.status in (401, 403):
            return ["csms_password", identity]
        return ["csms_identity", identity] if error.status == 404 else ["csms_refused", error.text]
    except OSError as error:
        return ["csms_unreachable", str(error)]
    except ValueError as error:
        return ["csms_url", str(error)]
    return None


async def _reached(url: str):
    """Whether somebody listens there: a certificate cannot be judged before the time is known."""
    from uwebsockets.dial import open_stream
    from uwebsockets.handshake import parse_url

    _secure, host, port, _path = parse_url(url)
    _reader, writer = await open_stream(host, port, None)
    await sockets.close_stream(writer)
