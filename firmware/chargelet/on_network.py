"""Puts a board's station on its network: the link, the page's name there, the time, and a way back when it is gone."""

from binascii import hexlify

from uwebsockets import sockets

from .base import loading

loading.seldom(__name__)

# A minute of the board file's set_up.without_wifi; a simulated one is shorter.
MINUTE_MS = 60000


def tasks(board, installation, chargelet, machine, path: str, ports=(80, 53)) -> list:
    """Functions that make the tasks which see to all of that; `path` is where the installation is kept, `ports` are
    those of the set-up page and of the answers for names.

    `board` is a board file's content with its sections network and set_up.
    """
    from .hardware.network_link import NetworkLink, interface
    from .hardware.network_time import NetworkTime
    from .installation import TIME_SERVER
    from .version import BUILT

    network, clock, log = board["network"], chargelet.clock, chargelet.log
    wifi = installation.get("wifi", {})
    given = (wifi["name"], wifi.get("password")) if network["kind"] == "wifi" else None
    name = None
    if "page" in installation:
        name = "chargelet-" + hexlify(machine.unique_id()[-3:]).decode()
        log("page: http://%s.local/ or the address that the network gives" % name)
    nic = interface(network, name)

    def changed(up):
        if up:
            _address, _mask, _gateway, name_server = nic.ifconfig()
            sockets.name_servers([name_server])
        if chargelet.link:
            chargelet.link.network(up)

    lost_ms = minutes = 0
    if given:
        minutes, lost_ms = board["set_up"]["minutes"], board["set_up"]["without_wifi"] * MINUTE_MS

    async def lost(link):
        from . import without_wifi
        from .hardware import access_point

        radio = access_point.AccessPoint(clock)
        works = await without_wifi.run(radio, link, chargelet, machine.unique_id(), path, minutes, *ports)
        del without_wifi, access_point, radio  # charging may go on for long
        if works:
            await restarted(chargelet.station)

    link = NetworkLink(nic, given, clock, log, changed, lost_ms, lost)
    host = installation.get("time", {}).get("server", TIME_SERVER)
    registration = chargelet.station.registration
    told = lambda: registration.status is not None and clock.now() is not None  # noqa: E731
    # A clock with a battery is believed until the central system tells the time.
    ask = None if (clock.now() or 0) >= BUILT else lambda: _time(host)
    return [link.run, NetworkTime(nic, ask, BUILT, clock, log, told).run]


def _time(host):
    from .transport import ntp

    return ntp.now(host)


async def restarted(station):
    """Reset when nobody charges or is about to: who comes sooner is served as the station is now."""
    while [one for one in station.connectors if one.transaction or one.claim or one.interrupted is not None]:
        await station.clock.sleep(1000)
    from .station import reset

    reset.begin(station, "Soft")
    station.woken()
