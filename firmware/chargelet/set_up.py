"""Sets a board up from a phone: an access point with a page, an installation that is tried out before it is kept.

No station runs meanwhile, and boot.py has switched the contactors off.
"""

import asyncio
import json
import os
from binascii import hexlify

from .base import loading, randomness
from .base.log import ASIDE

loading.seldom(__name__)

_FILE = "access-point"
# People read what became of their try; then the board starts with it.
READ_MS = 5000
# Without letters that look like others.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def name_of(unique_id: bytes) -> str:
    """What a board's access point is called."""
    return "Chargelet-" + hexlify(unique_id[-3:]).decode().upper()


def own_password(storage) -> str:
    """The access point's password: drawn once, ten letters that can be read aloud; anew where flash has spoilt it."""
    kept = storage.read(_FILE) or b""
    if len(kept) == 10 and not [byte for byte in kept if byte not in _LETTERS.encode()]:
        return kept.decode()
    drawn = "".join([_LETTERS[randomness.below(len(_LETTERS))] for _ in range(10)])
    storage.write(_FILE, drawn.encode())
    return drawn


def keep(table: dict, path: str):
    """Make an installation durable in one step: a power cut leaves the old one or this. Raises OSError."""
    with open(path + "~", "w") as file:
        json.dump(table, file)
    os.rename(path + "~", path)


def kept(path: str) -> "dict | None":
    """The installation on flash, None where it is damaged."""
    try:
        with open(path) as file:
            table = json.load(file)
        return table if isinstance(table, dict) else None
    except (OSError, ValueError):
        return None


def problems(table: dict, storage, wifi: bool = True) -> list:
    """As of installation.problems(); and a root is needed for TLS, from this phone or from before."""
    from . import installation
    from .certificates import kept as certificates

    found = installation.problems(table, wifi)
    csms = table.get("csms")
    if not found and csms:
        profile = 2 if csms["url"][:4] == "wss:" else csms.get("profile")
        there = ("ca",) if "ca" in csms or certificates.names(storage, certificates.CENTRAL_SYSTEM) else ()
        # The station's own certificate and key come by cable: they are there, or the profile was never reached.
        for name in installation.lacking(profile, there + ("certificate", "key")):
            found.append(("csms." + name, "nothing", "for wss:// and profile 2: a certificate in PEM"))
    return found


async def rooted(text: str, clock, folder: str) -> str:
    """Judge a root and put it beside the installation; its name there. Raises ValueError, OSError."""
    from . import given_root
    from .base.pieces import in_turn
    from .version import BUILT

    await clock.sleep(0)
    now = clock.now()
    if now is None and clock.chip() >= BUILT:
        now = clock.chip()
    return given_root.put(await in_turn(given_root.judged(text, now), clock), folder)


async def run(radio, unique_id: bytes, clock, log, storage, path: str, port: int = 80, names: int = 53, minutes=None):
    """Wait for an installation that works, write it to `path`, and return. Raises OSError when there is no radio.

    `radio` is an AccessPoint or a WiredAccessPoint; `port` and `names` are those of the page and of the answers for
    names. With `minutes` there is an installation already: it stays, and counts again when nobody has asked for
    anything for so long.
    """
    from .page import captive, first_page

    name = name_of(unique_id)
    password = own_password(storage)
    address = radio.open(name, password)
    log("set-up: join the Wi-Fi %s, and open http://%s/" % (name, address))
    log("set-up: its password is %s" % password, ASIDE)

    folder = path[: path.rfind("/")]

    async def try_out(table, says):
        from . import trial

        return await trial.tried(radio, table, hexlify(unique_id).decode().upper(), says, clock, storage, folder)

    old = (lambda: kept(path)) if minutes else None
    page = first_page.FirstPage(
        address, name, log, lambda table: problems(table, storage, radio.wifi), try_out,
        lambda table: keep(table, path), radio.networks, lambda text: rooted(text, clock, folder), old, wifi=radio.wifi,
    )  # fmt: skip
    server = await page.serve(port)
    asker = asyncio.create_task(captive.run(address, clock, names, log))
    try:
        if minutes:
            await _used(page, clock, minutes)
        else:
            await page.done.wait()
        if page.done.is_set():
            log("set-up: it works, and is kept: the board starts anew")
            await clock.sleep(READ_MS)
        else:
            log("set-up: nobody came: the board starts with the installation that it has")
    finally:
        asker.cancel()
        server.close()


async def _used(page, clock, minutes: int):
    """Wait until it is done, or nobody has asked the page for anything for so long."""
    asked, left = page.asked, minutes
    while left and not page.done.is_set():
        for _ in range(60):
            await clock.sleep(1000)
            if page.done.is_set():
                return
        left = minutes if page.asked != asked else left - 1
        asked = page.asked
