"""Every message of OCPP 1.6 to and from a station, small and as large as it may be. Prints lines of JSON.

counting.messages calls | sessions | samples | thinning | NUMBER of messages that wait
"""

import asyncio
import json
import sys

from chargelet.station.outbox import CAPACITY
from fakes.calls import calls

from . import rig as rigs
from .played import Player

_TIMES = 5
_SESSIONS = 4
_LABELS = "Authorize and StartTransaction", "StopTransaction, ten samples"


class Play:
    def __init__(self):
        self.rig = rigs.Rig(2, {"MeterValueSampleInterval": 10}).registered()
        self.rig.hold()
        self.rig.loop.run(3000)
        self.player = Player(self.rig)

    def said(self, what, **given):
        found = self.player.result(what)
        found.update(given)
        found["threshold"] = rigs.collector.chosen
        print(json.dumps(found))

    def call(self, what, action, payload, undo=None):
        """A call of the central system, until it is answered."""
        server = self.rig.server
        label = action + (", " + what if what else "")
        asked = []
        for _ in range(_TIMES):
            if "listVersion" in payload:
                payload["listVersion"] += 1  # each time a list of its own
            self.player.once(
                label,
                lambda: asked.append(server.call(action, payload)),
                lambda: asked[-1] in server.answers,
            )
            if undo:
                undo()
            self.rig.loop.run(3000)  # what it makes the station say is not of this message
        answer = server.answers[asked[-1]]
        self.said(label, status=answer[2].get("status", "") if answer[0] == 3 else answer[2])

    def told(self, label, do, action):
        """What the station says because of do(), until it is answered."""
        central = self.rig.server.central
        count = len(central.all(action)) + 1
        self.player.once(label, do, lambda: len(central.all(action)) >= count and not self.rig.endpoint.busy)

    def messages(self):
        station, server = self.rig.station, self.rig.server
        for what, action, payload in calls(station):
            self.call(what, action, payload)
        # Nobody comes, so that each time it is the first.
        station.config["ConnectionTimeOut"] = 1
        self.call("", "RemoteStartTransaction", {"idTag": "A", "connectorId": 2})
        station.config["ConnectionTimeOut"] = 60
        for name in ("BootNotification", "Heartbeat", "StatusNotification", "MeterValues"):
            payload = {"requestedMessage": name}
            if name in ("StatusNotification", "MeterValues"):
                payload["connectorId"] = 1
            label = name + ", asked for"
            for _ in range(_TIMES):
                self.told(label, lambda payload=payload: server.call("TriggerMessage", payload), name)
                self.rig.loop.run(3000)
            self.said(label)
        label = "DataTransfer of ours, 400 characters"
        for _ in range(_TIMES):
            self.told(label, lambda: station.vendors.send("org.example", "a", "x" * 400), "DataTransfer")
            self.rig.loop.run(3000)
        self.said(label)

    def stay(self):
        """A reset is not carried out after all."""
        self.rig.station.resetting = None

    def opening(self):
        server = self.rig.server
        for _ in range(_TIMES):
            self.player.once("opening a connection", server.hang_up, lambda: server.open and self.rig.endpoint.online)
            self.rig.loop.run(15000)  # a good connection: the next attempt is a first one again
        self.said("opening a connection")

    def sessions(self, noted):
        """A card, ten samples, and the card again; all values go with the StopTransaction too.

        Either the samples are `noted`, which are thousands of steps, or start and end: beside the notes of thousands
        of steps the interpreter looks long for room.
        """
        rig, central, station = self.rig, self.rig.server.central, self.rig.station
        names = ",".join(station.connectors[0].evse.meter.measurands)
        for key in ("StopTxnSampledData", "MeterValuesSampledData"):
            rig.ask("ChangeConfiguration", {"key": key, "value": names})
            rig.loop.run(5000)
        for _ in range(_SESSIONS):
            rig.release()
            rig.plug()
            self.told(_LABELS[0], lambda: station.swipe("CARD", 1), "StartTransaction")
            rig.loop.until(lambda: rig.evses[0].contactor_closed, 20000, "charging")
            count = len(central.all("MeterValues")) + 10
            done = lambda count=count: len(central.all("MeterValues")) >= count and not rig.endpoint.busy  # noqa: E731
            if noted:
                self.player.once("ten samples", rig.hold, done, 120000)
            else:
                rig.hold()
                rig.loop.until(done, 120000, "ten samples")
            rig.release()
            self.told(_LABELS[1], lambda: station.swipe("CARD", 1), "StopTransaction")
            for point in rig.world.points:
                point.vehicle.unplug()
            rig.loop.run(10000)
        for label in ("ten samples",) if noted else _LABELS:
            self.said(label)
        rig.hold()

    def _off(self):
        """Nobody listens; a function that puts one more message into the outbox."""
        rig = self.rig
        rig.loop.run(15000)
        rig.server.down = True
        rig.server.hang_up()
        rig.loop.run(3000)
        return lambda: rig.station.outbox.values(1, 0, rig.clock.now(), "Sample.Clock", "a=1234")

    def drain(self, count, times):
        """So many meter values wait while nobody listens, and then somebody does."""
        rig, label = self.rig, "a drain of %d" % count
        for _ in range(times):
            add = self._off()
            for _ in range(count):
                add()
            rig.loop.run(1000)
            self.player.once(label, rig.server.up, lambda: not len(rig.station.outbox), 600000)
        self.said(label, messages=count)

    def thinning(self):
        """A journal that is full takes some more."""
        outbox = self.rig.station.outbox
        add = self._off()

        async def more():
            for _ in range(5):
                add()
                await asyncio.sleep_ms(50)

        label = "thinning a full journal"
        for _ in range(3):
            while len(outbox) < CAPACITY:
                add()
            self.player.once(label, lambda: asyncio.create_task(more()), lambda: len(outbox) < CAPACITY)
            self.rig.loop.run(1000)
        self.said(label)


def play(part):
    made = Play()
    if part == "calls":
        made.messages()
        made.opening()
        made.call("", "Reset", {"type": "Soft"}, made.stay)
    elif part == "sessions":
        made.sessions(False)
    elif part == "samples":
        made.sessions(True)
    elif part == "thinning":
        made.thinning()
    else:
        made.drain(int(part), 3)


play(sys.argv[-1])
