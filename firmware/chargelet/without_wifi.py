"""Opens the set-up page beside a station that has not found its Wi-Fi for long; the search for it goes on.

The station runs meanwhile as it does offline. A session that runs is not ended, and a driver who may start one without
the central system may: a router that has gone is no reason to leave a vehicle without energy, and all that is billed
waits in the journal. The page cannot start a session, so it closes no contactor. What it keeps counts from the next
start on, and that waits until nobody charges.
"""

import asyncio
from binascii import hexlify

from .base import loading
from .base.log import ASIDE, ERROR
from .page import captive, first_page
from .page.refused import Refused

loading.seldom(__name__)

# However much somebody asks: the search needs the radio for itself.
_LONGEST_MS = 3600000
_WRONG_MAX = 5
# People read what became of their try.
_READ_MS = 5000


class _Owner:
    """Whoever asks has to know the password of the station's own page, where there is one.

    A stranger can have this access point opened from the street, by disturbing the Wi-Fi for long enough, and may have
    read its password on a label. With both he could send the station to a network and a central system of his own, or
    have it say its password to one. The button needs a hand on the board, and asks for no more than the label; this
    asks for what only the owner knows. Without a page the label is all: then the board file can say 0 minutes.
    """

    def __init__(self, storage, given: dict):
        self._storage = storage
        self._given = given
        self._busy = False
        self.wrong = 0

    async def judge(self, text):
        """Raises Refused for a wrong password; so many of them close the access point."""
        if self._busy or self.wrong >= _WRONG_MAX:
            raise Refused(429, "too many tries: wait")
        from .page import password

        self._busy = True
        try:
            right = await password.right(text, password.kept(self._storage, self._given))
        finally:
            self._busy = False
        if not right:
            self.wrong += 1
            raise Refused(403, "owner: this is not the password of the station's own page")


async def run(radio, link, chargelet, unique_id: bytes, path: str, minutes: int, port: int = 80, names: int = 53):
    """Until the Wi-Fi is found, nobody has asked for anything for so long, or another installation works: that one is
    kept at `path`, and the board is to start anew. Whether it is. Raises OSError when there is no access point.

    `radio` is an AccessPoint, `link` the NetworkLink that goes on searching.
    """
    station, clock, log = chargelet.station, chargelet.clock, chargelet.log
    name, secret, secured = _who(unique_id, station.storage, path)
    owner = _Owner(station.storage, secured) if secured else None
    folder = path[: path.rfind("/")]

    def problems(table):
        return _set_up().problems(table, station.storage)

    def root(text):
        return _set_up().rooted(text, clock, folder)

    def old():
        return _set_up().kept(path)

    async def try_out(table, says):
        from . import trial

        link.held = True  # by the page's first await: the link has not looked in between
        wrong = ["other"]
        try:
            given = table, hexlify(unique_id).decode().upper(), says, clock, station.storage, folder
            wrong = await trial.tried(radio, *given)
            return wrong
        finally:
            if wrong:
                _release(link, radio)

    def keep(table):
        try:
            _set_up().keep(table, path)
        except Exception:
            _release(link, radio)
            raise
        link.wifi = table["wifi"]["name"], table["wifi"].get("password")
        link.held = False

    try:
        address = radio.open(name, secret, True)
        log("set-up: the Wi-Fi is not found: the access point %s is open; http://%s/" % (name, address))
        log("set-up: its password is %s" % secret, ASIDE)
        # A scan takes the chip some seconds in one piece, and the safety task makes its rounds: the name is typed.
        given = problems, try_out, keep, None, root, old, owner and owner.judge
        page = first_page.FirstPage(address, name, log, *given)
        await _served(page, chargelet.page, link, owner, minutes, address, port, names)
    finally:
        link.held = False
        radio.close()
    if page.done.is_set():
        log("set-up: it works, and is kept: the board starts anew when nobody charges")
        station.security.note("ReconfigurationOfSecurityParameters", "set up at its access point")
        return True
    log("set-up: the access point is closed%s" % (": the Wi-Fi is found" if link.connected else ""))
    return False


def _set_up():
    from . import set_up

    return set_up


def _who(unique_id, storage, path) -> tuple:
    """(name, password) of the access point, and what is kept of the page's password."""
    found = _set_up()
    return found.name_of(unique_id), found.own_password(storage), (found.kept(path) or {}).get("page")


def _release(link, radio):
    """The search goes on, at once."""
    radio.leave()
    link.begun = None
    link.held = False


async def _served(page, live, link, owner, minutes, address, port, names):
    """Serve it: through the live page where that has the port already, for nobody else reaches it without Wi-Fi."""
    clock, log = link.clock, link.log
    server = None
    if live and live.given.get("port", 80) == port:
        live.instead = page
    else:
        server = await page.serve(port)
    asker = None
    try:
        asker = asyncio.create_task(captive.run(address, clock, names, log))
        until = clock.uptime() + _LONGEST_MS
        left, asked = minutes * 60, page.asked
        while page.trying or (left and not link.connected and clock.uptime() < until):
            await clock.sleep(1000)
            if page.done.is_set():
                await clock.sleep(_READ_MS)
                break
            if owner and owner.wrong >= _WRONG_MAX:
                log("set-up: %d wrong passwords" % owner.wrong, ERROR)
                break
            left = minutes * 60 if page.asked != asked else left - 1
            asked = page.asked
    finally:
        if asker:
            asker.cancel()
        if server:
            server.close()
        else:
            live.instead = None
