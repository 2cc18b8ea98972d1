"""Starts the simulated board: options from the environment, then a station as on any board."""

import asyncio
import json
import os

from chargelet.ground import heap

heap.collect_often()

import machine
from chargelet.compose import Chargelet
from chargelet.ground import loading
from chargelet.ground.clock import Clock
from chargelet.ground.log import Log
from chargelet.ground.storage import Storage
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


def _equipment(board, clock, log):
    """The drivers. What makes them is needed once: the code goes again, and its RAM is free."""
    equipment = loading.load("chargelet.hardware.build").build(board, clock, log)
    for name in ("build", "board_file", "board_keys", "chips"):
        loading.forget("chargelet.hardware." + name)
    for name in ("connector", "safety", "chip"):
        del board[name]  # the drivers have it
    return equipment


def _installer(storage, terms, clock):
    """A function that makes the installer; its code leaves RAM afterwards."""

    def make():
        made = loading.borrow("installer").Installer(storage, terms, clock)
        loading.forget("chargelet.update.received")
        return made

    return make


async def _run(options):
    clock = Clock()
    log = Log(clock, storage=Storage(options["state"] + "/log"))
    with open(options["board"]) as file:
        board = json.load(file)
    board["connector"] = connectors(board["connector"][0], options["connectors"])
    if board["clock"]["battery"]:
        clock.set_from_rtc()
    storage = Storage(options["state"])
    world = World(board, clock, storage)
    machine.connect(world)
    boots = loading.borrow("chargelet.station.boots")
    boots.count(storage, boots.cause_of(machine), log)
    del boots
    equipment = _equipment(board, clock, log)
    records = Storage(options["state"] + "/journal")
    cache = Storage(options["state"] + "/cache")
    installer = None
    update = board.pop("update")  # large, and needed here only
    if options["installs"]:
        running = loading.borrow("chargelet.version").of(board)
        make = loading.borrow("chargelet.update.terms").Terms
        terms = make(int(update["key"], 16), "simulator", "simulator", running, update["allow_older"])
        installer = _installer(Storage(options["state"] + "/firmware"), terms, clock)
        del make, terms
    del update
    handed = storage, records, cache, log, machine.reset, None, installer
    chargelet = Chargelet(board, equipment, clock, *handed)
    boots = loading.borrow("chargelet.station.boots")
    boots.started(chargelet.station, boots.cause_of(machine))
    del boots
    for key, value in options["config"].items():
        try:
            chargelet.station.config.initial(key, value)
        except ValueError as error:
            log("config: %s; left out" % error)
    if options["ca"]:
        sockets.trust(options["ca"])
    servers = [server if isinstance(server, str) else tuple(server) for server in options["dns"]]
    sockets.name_servers(servers, options["hosts"])
    del options["dns"], options["hosts"], servers
    if options["stand_alone"]:
        chargelet.stand_alone()
    if options["csms"]:
        chargelet.connect_to(options["csms"], options["identity"], options["password"])
    if options["control"]:
        await Control(chargelet, world, clock).serve(options["control"])
    await chargelet.run(lambda: _turn(world, clock))


def main():
    """Run until the process is killed, which is a power cut, or the board resets (exit status 3)."""
    asyncio.run(_run(json.loads(os.getenv("CHARGELET"))))


main()
