"""Knows how the simulated board is started: options from the environment, then a station as on any board."""

import asyncio
import gc
import json
import os
import sys

# Collect often: what stays must not settle all over the heap, or no large block is left. Before the other imports.
if hasattr(gc, "threshold"):
    gc.threshold(4096)

import machine
from chargelet.compose import Chargelet
from chargelet.ground.clock import Clock
from chargelet.ground.log import Log
from chargelet.ground.storage import Storage
from chargelet.messages.check import check
from chargelet.messages.tables import table
from control import Control
from installer import Installer
from world import World

_PINS = ("pwm", "adc", "contactor", "feedback", "meter", "lock_close", "lock_open", "lock_feedback")

# The world moves on more often than the safety task looks at it.
_WORLD_MS = 10


async def _turn(world, clock):
    while True:
        world.step()
        await clock.sleep(_WORLD_MS)


def connectors(template: dict, count: int) -> list:
    """As many connectors as are asked for out of one: the pins of each are ten higher than those before."""
    made = []
    for at in range(count):
        table = dict(template)
        for name in _PINS:
            table[name] += 10 * at
        made.append(table)
    return made


def _drivers(board, clock, log):
    # Needed once: the code goes again, and its RAM is free.
    import chargelet.hardware.build

    evses = chargelet.hardware.build.build(board, clock, log)
    del chargelet.hardware.build, sys.modules["chargelet.hardware.build"]
    return evses


def _judge(log):
    def judge(action, kind, payload):
        wrong = check(table(action, kind), payload)
        if wrong:
            log("simulator: the station sends a bad %s: %s %s" % (action, wrong[0], wrong[1]))

    return judge


async def _run(options):
    clock = Clock()
    log = Log(clock, storage=Storage(options["state"] + "/log"))
    with open(options["board"]) as file:
        board = json.load(file)
    board["connector"] = connectors(board["connector"][0], options["connectors"])
    if board["clock"]["battery"]:
        clock.set_from_rtc()
    storage = Storage(options["state"])
    world = World(options["connectors"], clock, storage)
    machine.connect(world)
    evses = _drivers(board, clock, log)
    records = Storage(options["state"] + "/journal")
    cache = Storage(options["state"] + "/cache")
    installer = None
    key = board.pop("update")["key"]  # large, and needed here only
    if options["installs"]:
        installer = Installer(Storage(options["state"] + "/firmware"), int(key, 16), "simulator", clock)
    del key
    handed = storage, records, cache, log, machine.reset, _judge(log), None, installer
    chargelet = Chargelet(board, evses, clock, *handed)
    for key, value in options["config"].items():
        try:
            chargelet.station.config.initial(key, value)
        except ValueError as error:
            log("config: %s; left out" % error)
    chargelet.connect_to(options["csms"], options["identity"], options["password"])
    if options["control"]:
        await Control(chargelet, world, clock).serve(options["control"])
    await chargelet.run(lambda: _turn(world, clock))


def main():
    """Run until the process is killed, which is a power cut, or the board resets (exit status 3)."""
    asyncio.run(_run(json.loads(os.getenv("CHARGELET"))))


main()
