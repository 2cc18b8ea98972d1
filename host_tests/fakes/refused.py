"""What finds no memory at one place of a story: each change of flash and each look at it, each line of the log, each
question for memory, each loading of seldom code is such a place. People and central systems ask again where they are
told so.
"""

import json

from chargelet.base import loading

from .bench import Bench
from .clock import run
from .storage import FakeStorage


class Places:
    """Where there may be no memory: the `at`-th of them has none."""

    def __init__(self, at):
        self._at = at
        self.count = 0
        self.inside = False  # whether the station is at work
        self.what = None  # what has found none
        self.lost = False  # and whether a connection has ended for it

    def pass_by(self, what):
        if self.inside:
            self.count += 1
            if self.count == self._at:
                self.what = what
                raise MemoryError

    def beside(self, work):
        self.inside = True
        try:
            return work()
        finally:
            self.inside = False


class Flash(FakeStorage):
    """Each use of it is such a place; each change is one before it, and one after it."""

    places = None

    def _pass(self, what):
        if self.places:
            self.places.pass_by(what)

    def _change(self, name=None):
        self._pass("change %s" % name)
        super()._change(name)

    def read(self, name):
        self._pass("read " + name)
        return super().read(name)

    def there(self, name):
        self._pass("there " + name)
        return super().there(name)

    def each(self, folder=""):
        self._pass("each " + folder)
        yield from super().each(folder)

    def write(self, name, value):
        super().write(name, value)
        self._pass("after write " + name)

    def remove(self, name):
        super().remove(name)
        self._pass("after remove " + name)


class Refused(Bench):
    """A bench where one place has no memory. What finds none is done again as compose.py, csms.py and people do it."""

    places = None
    most_ma = None  # what all together must never be offered more than

    def begin(self, places):
        """From here on."""
        self.places = self.storage.places = self.records.places = self.cache.places = places

    def end(self):
        self.places = self.storage.places = self.records.places = self.cache.places = None

    def _log(self, line, level=1):
        if self.places:
            self.places.pass_by("log " + line)
        super()._log(line, level)

    def turn(self):
        if self.places is None:
            return Bench.turn(self)
        for _ in range(20):
            for evse in self.evses:
                evse.step()
            frame = None
            try:
                self.places.beside(self.station.step)
            except MemoryError:
                return
            finally:
                loading.sweep()
            self._look_at_currents()
            try:
                frame = self.places.beside(self.endpoint.next_frame)
            except MemoryError:
                return
            finally:
                loading.sweep()
            if frame is not None:
                self._carry(frame)
                continue
            arrived = [reply for reply in self._replies if reply[0] <= self.clock.uptime()]
            if not arrived:
                return
            for reply in arrived:
                self._replies.remove(reply)
                if self.hear(reply[1]) is MemoryError:
                    break

    def _look_at_currents(self):
        offered = sum([evse.offered_ma for evse in self.evses])
        assert self.most_ma is None or offered <= self.most_ma, offered
        for connector in self.station.connectors:
            assert connector.transaction or not connector.evse.offered_ma

    def hear(self, text):
        """Give the station a message; what it answers."""
        try:
            return self.places.beside(lambda: run(self.clock, self.endpoint.take(text)))
        except (MemoryError, OSError) as error:
            assert isinstance(error, MemoryError) or error.args[0] == 12, error
            self.places.lost = True
            self.drop()
            self.connect()
            return MemoryError
        finally:
            loading.sweep()

    def drop(self):
        if self.places is None:
            return Bench.drop(self)
        self._replies = []
        for _ in range(2):  # the link would make a new connection, and say so
            try:
                self.places.beside(self.endpoint.closed)
                return
            except MemoryError:
                pass

    def connect(self):
        if self.places is None:
            return Bench.connect(self)
        for _ in range(2):
            try:
                self.places.beside(self.endpoint.opened)
                return
            except MemoryError:
                self.drop()

    def card(self, tag="CARD", connector_id=None):
        for _ in range(20):  # as reader.py tells of a card
            try:
                self.places.beside(lambda: self.station.swipe(tag, connector_id))
                break
            except MemoryError:
                self.run(150)
            finally:
                loading.sweep()
        self.run(3000, 100)

    def say(self, action, payload, until=None):
        """A call of the central system, which asks again where it was told that something went wrong, or nothing."""
        for _ in range(4):
            self._asked += 1
            unique = "ask-%d" % self._asked
            reply = self.hear(json.dumps([2, unique, action, payload]))
            del self.heard[:]
            for _ in range(200):
                if reply is not None:
                    break
                self.run(50)
                reply = self.heard.pop() if self.heard else None
            self.run(3000, 100)
            if until and until():
                return "Accepted"
            if reply is not MemoryError:
                assert reply is not None, "%s is never answered" % action
                message = json.loads(reply if isinstance(reply, str) else b"".join(reply.pieces()).decode())
                assert message[1] == unique
                if message[0] == 3:
                    return message[2].get("status")
                assert message[2] == "InternalError", message
        raise AssertionError("%s is refused for ever" % action)
