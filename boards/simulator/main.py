"""Starts the simulated board: options from the environment, then a station as on any board."""

import asyncio
import json
import os

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
        world.step()
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


async def _run(options):
    from chargelet import start_up

    clock = Clock()
    state = options["state"]
    log = Log(clock, storage=Storage(state + "/log"))
    with open(options["board"]) as file:
        board = json.load(file)
    board["connector"] = connectors(board["connector"][0], options["connectors"])
    if not options["installs"]:
        board.pop("update", None)
    world = World(board, clock, Storage(state))
    machine.connect(world)
    board, equipment = start_up.hardware(board, machine, clock, log, state)
    servers = [server if isinstance(server, str) else tuple(server) for server in options["dns"]]
    sockets.name_servers(servers, options["hosts"])
    installation = {"config": options["config"], "stand_alone": options["stand_alone"]}
    if options["csms"]:
        installation["csms"] = csms = {"url": options["csms"]}
        for name in ("identity", "password", "profile", "secure_url"):
            csms[name] = options[name]
    if options.get("page"):
        installation["page"] = dict(options["page"], board=options["board"])
    del options["dns"], options["hosts"], servers
    handed = state, options["provisioned"], _installers(clock)
    chargelet = start_up.station(board, equipment, installation, machine, clock, log, *handed)
    del installation, handed, start_up
    loading.sweep()
    if options["control"]:
        await Control(chargelet, world, clock).serve(options["control"])
    await chargelet.run(lambda: _turn(world, clock))


def main():
    """Run until the process is killed, which is a power cut, or the board resets (exit status 3)."""
    asyncio.run(_run(json.loads(os.getenv("CHARGELET"))))


main()
