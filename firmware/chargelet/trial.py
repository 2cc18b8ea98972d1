"""Tries an installation out: joins its network and reaches its central system, and says exactly what does not work."""

from uwebsockets import sockets

from .base import loading
from .base.pieces import with_memory

loading.seldom(__name__)

# Whoever asked for something has been answered by then, and what answered has left RAM: a station may run beside this.
_ANSWERED_MS = 500
# Whoever is at that address does not take the connection: ECONNREFUSED, and what lwIP says in its place.
_NOBODY = (111, 104, 103)


async def tried(radio, table, chip: str, says, clock, storage, folder: str) -> "list | None":
    """What does not work of an installation: [word, more …], or None when all does: then its network stays joined.

    `chip` is the identity where the installation has none; `storage` has the certificates of the station, and `folder`
    the root that this installation brings.
    """
    csms = table.get("csms")
    await clock.sleep(_ANSWERED_MS)
    wrong = await _joined(radio, table, says)
    if wrong or csms is None:
        return wrong
    sockets.name_servers([radio.name_server()])
    trusted, presented = list(sockets.trusted), list(sockets.presented)
    try:
        # The page may be asked for something at the same time, and take the RAM.
        wrong = await with_memory(lambda: _reached(radio, table, csms, chip, says, clock, storage, folder), clock)
    finally:
        sockets.trust(*trusted)
        sockets.present(*presented)
    if wrong:
        radio.leave()
    return wrong


async def _joined(radio, table, says) -> "list | None":
    if not radio.wifi:
        says("cable")
        wrong = await radio.join()
        return ["cable_" + wrong] if wrong else None
    wifi = table["wifi"]
    says("joining", wifi["name"])
    wrong = await radio.join(wifi["name"], wifi.get("password"))
    return ["wifi_" + wrong, wifi["name"]] if wrong else None


def _goal(csms, storage) -> tuple:
    """(the profile that the station will go by, the URL that it will ask)."""
    from .station import security_profile

    url = csms["url"]
    profile = security_profile.after(storage, csms.get("profile"), url)
    if profile > 1 and url[:3] == "ws:":
        url = csms.get("secure_url") or "wss" + url[2:]
    return profile, url


async def _reached(radio, table, csms, chip, says, clock, storage, folder) -> "list | None":
    loading.settle()
    profile, url = _goal(csms, storage)
    if url[:4] == "wss:":
        wrong = await _time(radio, table, clock)
        if wrong:
            return wrong
        _secure(csms, profile, storage, folder)
    says("asking", url)
    loading.settle()
    return await _asked(url, csms, profile, csms.get("identity") or chip)


async def _time(radio, table, clock) -> "list | None":
    """See to it that the chip knows the time, as the station will: a certificate is judged by it."""
    from .installation import TIME_SERVER
    from .version import BUILT

    if clock.chip() >= BUILT:
        return None
    from .transport import ntp

    host = table.get("time", {}).get("server", TIME_SERVER)
    try:
        seconds = await ntp.now(host)
    except OSError:
        return ["time", host]
    radio.set_clock(seconds)
    return None


def _secure(csms, profile, storage, folder):
    from . import given_root
    from .certificates import store
    from .transport import securing

    sockets.trust(*([given_root.path(folder)] if "ca" in csms else securing.roots(storage)))
    pair = store.client(storage) if profile == 3 else None
    sockets.present(*[storage.path(name) for name in pair or ()])


async def _asked(url: str, csms, profile: int, identity: str) -> "list | None":
    """Open a connection as the station will, and close it again."""
    from uwebsockets.errors import HandshakeError
    from uwebsockets.opening import connect

    from .transport.identity import authorization, connection_url

    headers = [authorization(identity, csms["password"])] if "password" in csms and profile < 3 else []
    try:
        socket = await connect(connection_url(url, identity), ("ocpp1.6",), headers)
        await socket.close()
    except HandshakeError as error:
        if error.status in (401, 403):
            return ["csms_password", identity]
        return ["csms_identity", identity] if error.status == 404 else ["csms_refused", error.text]
    except (OSError, ValueError) as error:
        failed = error
    else:
        return None
    if url[:4] == "wss:":
        from .transport import tls_failures

        word = tls_failures.word(failed)
        if not word and isinstance(failed, OSError) and await _listens(url):
            word = "none"  # the connection is there, and ends before it is secure
        if word:
            return ["tls_" + word, str(failed)]
    if isinstance(failed, ValueError):
        return ["csms_url", str(failed)]
    if "name" in str(failed).lower():
        return ["csms_name", str(failed)]
    if failed.args and failed.args[0] in _NOBODY:
        return ["csms_nobody", url]
    return ["csms_unreachable", str(failed)]


async def _listens(url: str) -> bool:
    from uwebsockets.dial import open_stream
    from uwebsockets.handshake import parse_url

    try:
        _secure, host, port, _path = parse_url(url)
        _reader, writer = await open_stream(host, port, None)
        try:
            await sockets.send_all(writer, b"\n", 1, 3000)  # a refused one looks open until then
        finally:
            await sockets.close_stream(writer)
    except (OSError, ValueError):
        return False
    return True
