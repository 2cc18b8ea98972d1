"""Puts a board's station on its network: the link, the page's name there, the time, and a way back when it is gone."""

from binascii import hexlify

from uwebsockets import sockets

from .base import loading

loading.seldom(__name__)

def tasks(board, installation, chargelet, machine, path: str) -> list:
    """Functions that make the tasks which see to all of that; `path` is where the installation is kept.

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
        minutes, lost_ms = board["set_up"]["minutes"], board["set_up"]["without_wifi"] * 60000

    async def lost(link):
        from . import without_wifi
        from .hardware import access_point

        radio = access_point.AccessPoint(clock)
        await without_wifi.run(radio, link, chargelet, machine.unique_id(), path, minutes)

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
