"""A day of bad network: fifty transactions, each exactly once and in order."""

import json
from binascii import crc32

from fakes.bench import Bench, text_of

DAY_S = 86400
SESSION_S = 1700  # one begins each so many seconds: fifty in a day
_NEWEST = 12


class Dice:
    """Random numbers that are the same on both interpreters."""

    def __init__(self, seed):
        self._state = seed

    def below(self, most):
        self._state = (self._state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self._state >> 8) % most


class BadNetwork(Bench):
    """Answers take up to a minute, come twice, or after the connection has gone; connections are refused, drop, or are
    taken by somebody who says nothing."""

    def __init__(self, dice, **options):
        self.dice = dice
        self.mood = "fair"
        self.until = 120000
        # The newest transaction messages, each once: action, time, idTag, checksum, transactionId. Older ones go, for a
        # day of them is more than the heap of a board has beside a station; one that came again would spoil the order.
        self.once = []
        self.order = bytearray()  # the first three letters of every message that came, in order
        self.tags = []  # of all that were started, in order
        self.stamp = ""  # the newest time told
        self.drops = self.again = self.silences = 0
        super().__init__(**options)

    def turn(self):
        now = self.clock.uptime()
        if now >= self.until:
            self._change(now)
        for _ in range(6):
            for evse in self.evses:
                evse.step()
            self.station.step()
            frame = self.endpoint.next_frame()
            if frame is not None:
                self._carry(frame)
            arrived = [reply for reply in self._replies if reply[0] <= now]
            for reply in arrived:
                self._replies.remove(reply)
                if self.endpoint.online:
                    self.endpoint.receive(reply[1])
            if frame is None and not arrived:
                return

    def _change(self, now):
        """The network's next mood, for half a minute to ten."""
        self.until = now + 1000 * (30 + self.dice.below(570))
        self.mood = ("fair", "slow", "slow", "gone", "dumb")[self.dice.below(5)]
        if self.endpoint.online:
            # What is on its way arrives on the next connection: a station must not take it for its own.
            self.endpoint.closed()
            self.drops += 1
        if self.mood != "gone":
            self.endpoint.opened()
        if self.mood == "dumb":
            self.silences += 1

    def _carry(self, frame):
        message = json.loads(text_of(frame))
        if message[0] != 2 or self.mood == "dumb":
            return
        payload = message[3]
        answer = self.central.answer(message[2], payload)
        del self.central.sent[:]
        if message[2] in ("StartTransaction", "StopTransaction", "MeterValues"):
            answer = self._bill(message[2], payload, answer)
        delay = self.dice.below(60000) if self.mood == "slow" else self.dice.below(500)
        for _ in range(1 + (self.dice.below(4) == 0)):
            self._replies.append((self.clock.uptime() + delay, json.dumps([3, message[1], answer])))

    def _bill(self, action, payload, answer):
        """What has come before gets the answer that it got before, as a central system that looks at payloads does."""
        stamp = payload.get("timestamp") or payload["meterValue"][0]["timestamp"]
        said = "%s %s %s " % (action[:4], stamp, payload.get("idTag"))
        said = said + "%08x " % (crc32(json.dumps(payload).encode()) & 0xFFFFFFFF)
        for known in self.once:
            if known.startswith(said):
                self.again += 1
                answer["transactionId"] = int(known[len(said) :])
                return answer
        self.once.append("%s%d" % (said, answer.get("transactionId", 0)))
        del self.once[:-_NEWEST]
        self.order.extend(action[:3].encode())
        if action == "StartTransaction":
            self.tags.append(payload["idTag"])
        assert stamp >= self.stamp, (stamp, self.stamp)
        self.stamp = stamp
        return answer


def test_a_day_of_bad_network_costs_nothing():
    config = {"MeterValueSampleInterval": 300, "AllowOfflineTxForUnknownId": True, "HeartbeatInterval": 60}
    bench = BadNetwork(Dice(2026), config=config)
    bench.central.clock = bench.clock
    bench.run(60000, 5000)
    made = []
    for number in range(DAY_S // SESSION_S):
        tag = "T%d" % number
        bench.plug()
        bench.station.swipe(tag)
        bench.run(70000, 5000)
        running = bench.station.connectors[0].transaction
        assert running and running.id_tag == tag, number
        bench.run(800000, 5000)
        bench.station.swipe(tag)
        bench.run(5000, 5000)
        bench.unplug()
        bench.run((SESSION_S - 875) * 1000, 5000)
        made.append(tag)
    bench.mood, bench.until = "fair", bench.clock.uptime() + 10**9
    bench.endpoint.closed()
    bench.endpoint.opened()
    bench.run(300000, 5000)
    assert len(bench.station.outbox) == 0 and bench.station.outbox.dropped == 0
    assert bench.records.names() == []
    assert bench.tags == made and len(made) == 50
    # Starts and stops take turns, with the samples of each in between; that times never go back is checked before.
    assert bench.order == b"StaMetMetSto" * 50, bench.order
    print("a day: %d drops, %d silences, %d messages came again" % (bench.drops, bench.silences, bench.again))
    assert bench.drops > 100 and bench.again > 5
