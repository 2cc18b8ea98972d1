"""Starts the simulated board: options from the environment, then a station as on any board."""

import asyncio
import json
import os
import sys

from chargelet.base import heap

heap.collect_often()

import machine
from chargelet.base import loading
from chargelet.base.clock import Clock
from chargelet.base.log import Log
from chargelet.base.storage import Storage
from control import Control
from uwebsockets import sockets
from world import World

_PIN_NAMES = "pwm adc disconnect coil feedback pin close open trip test".split()

# The world moves on more often than the safety task looks at it.
_WORLD_MS = 10


async def _turn(world, clock):
    while True:
        try:
            world.step()
        except MemoryError:
            pass  # the firmware has taken it all, and physics goes on
        await clock.sleep(_WORLD_MS)


def connectors(template: dict, count: int) -> list:
    """As many connectors as are asked for out of one: the pins of each are 20 higher than those before."""
    return [_shifted(template, 20 * at) for at in range(count)]


def _shifted(table: dict, by: int) -> dict:
    moved = {}
    for name, value in table.items():
        if isinstance(value, dict):
            moved[name] = _shifted(value, by)
        else:
            moved[name] = value + by if name in _PIN_NAMES else value
    return moved


def _installers(clock):
    """What start_up.station() asks for what takes new firmware in. Its code leaves RAM afterwards."""

    def given(terms, storage):
        def make():
            from installer import Installer

            return Installer(storage, terms, clock)

        return make

    return given


def _there(path) -> bool:
    try:
        os.stat(path)
        return True
    except OSError:
        return False


async def _set_up(options, clock, log, path):
    """As device.py does it on a board without an installation: no station runs, and no contactor has a driver."""
    import radio

    from chargelet import set_up

    given = options["set_up"]
    if given["cable"]:
        from chargelet.hardware import wired_access_point

        radio.install(radio.Air({}), radio.Lan(given["cable"]))
        point = wired_access_point.WiredAccessPoint(clock, radio.ETHERNET)
    else:
        from chargelet.hardware import access_point

        radio.install(radio.Air(given["air"]))
        point = access_point.AccessPoint(clock)
    await set_up.run(point, machine.unique_id(), clock, log, Storage(options["state"]), path, given["port"], 0)


def _installed(options, path) -> dict:
    """What the set-up page has kept; the live page is served at the same port."""
    with open(path) as file:
        installation = json.load(file)
    if "page" in installation:
        installation["page"].update(port=options["set_up"]["port"], address="127.0.0.1", board=options["board"])
    return installation


def _network(options, installation, chargelet, world, path) -> list:
    """The tasks that see to its network, as device.py does: this one comes and goes (the command `air`)."""
    import radio

    from chargelet import on_network

    given = options["set_up"]
    world.air = radio.Air(given["air"])
    radio.install(world.air, radio.Lan(given["cable"]) if given["cable"] else None)
    on_network.MINUTE_MS = given["minute_ms"]
    network = radio.ETHERNET if given["cable"] else {"kind": "wifi"}
    board = {"network": network, "set_up": {"minutes": 10, "without_wifi": 30}}
    return on_network.tasks(board, installation, chargelet, machine, path, (given["port"], 0))


def _handed(options) -> dict:
    """The installation that `tools/station` has been told."""
    installation = {"config": options["config"], "stand_alone": options["stand_alone"]}
    if options["csms"]:
        installation["csms"] = csms = {"url": options["csms"]}
        for name in ("identity", "password", "profile", "secure_url"):
            csms[name] = options[name]
    if options.get("page"):
        installation["page"] = dict(options["page"], board=options["board"])
    return installation


async def _run(options):
    clock = Clock()
    state = options["state"]
    log = Log(clock, storage=Storage(state + "/log"))
    servers = [server if isinstance(server, str) else tuple(server) for server in options["dns"]]
    sockets.name_servers(servers, options["hosts"])
    path = options["provisioned"] + "/installation.json"
    if options.get("set_up") and not _there(path):
        return await _set_up(options, clock, log, path)
    installation = _installed(options, path) if options.get("set_up") else _handed(options)
    from chargelet import start_up

    with open(options["board"]) as file:
        board = json.load(file)
    board["connector"] = connectors(board["connector"][0], options["connectors"])
    if not options["installs"]:
        board.pop("update", None)
    world = World(board, clock, Storage(state))
    machine.connect(world)
    board, equipment = start_up.hardware(board, machine, clock, log, state)
    del options["dns"], options["hosts"], servers
    handed = state, options["provisioned"], _installers(clock)
    chargelet = start_up.station(board, equipment, installation, machine, clock, log, *handed)
    del handed, start_up
    loading.sweep()
    network = _network(options, installation, chargelet, world, path) if options.get("set_up") else ()
    del installation
    loading.sweep()
    if options["control"]:
        await Control(chargelet, world, clock).serve(options["control"])
    await chargelet.run(lambda: _turn(world, clock), *network)


def main():
    """Run until the process is killed, which is a power cut, or the board resets (exit status 3)."""
    asyncio.run(_run(json.loads(os.getenv("CHARGELET"))))
    sys.exit(machine.RESET_STATUS)  # it has been set up


main()
