"""A station whose certificates are judged, or whose key is made, a piece of work at a time: something may come in
between."""

import json

from chargelet.certificates import arrivals, der, store
from chargelet.station import judged, renewal

from . import authority
from .bench import text_of
from .clock import run
from .secured import World, pem_of
from .stored import fits, strays

ROOTS = [pem_of(3), pem_of(4)]


class Pause:
    """The end of a piece of work."""

    def __init__(self, clock, ms):
        self._clock, self._ms = clock, ms

    def __iter__(self):
        yield None
        self._clock.advance(self._ms)

    __await__ = __iter__


class Meeting:
    """A station of profile 3 whose key is made or whose certificates are judged, a piece of work at a time."""

    def __init__(self):
        self.world = world = World(2, roots=(1, 2))
        world.set("CpoName", "Operator")
        assert world.signed(world.certificate()) == "Accepted" and world.set("SecurityProfile", 3) == "Accepted"
        world.arrive(2)
        self.answers = {}  # of each call its status, once it has come
        self.sent = {}  # what each call brought
        self.calls = []  # in their order
        self.must = []  # calls that have to be accepted: nothing happens beside them
        self._gone = []
        self.lost = False  # whether answers may have gone with a connection
        self.reads = 0
        self._count()

    @property
    def bench(self):
        return self.world.bench

    def _count(self):
        """Count what is done with flash."""
        storage = self.bench.storage
        for name in ("each", "read", "stream", "write", "remove", "rename"):
            self._counted(storage, name, getattr(storage, name))

    def _counted(self, storage, name, method):
        def counted(*arguments):
            self.reads += 1
            return method(*arguments)

        setattr(storage, name, counted)

    def call(self, action, payload, text=""):
        """A call comes; its answer may, too."""
        unique = "%s-%d" % (action, len(self.sent))
        self.sent[unique] = text
        self.calls.append(unique)
        reply = self.bench.endpoint.receive(json.dumps([2, unique, action, payload]))
        self.answers[unique] = None
        if reply:
            self._heard(reply)
        return unique

    def _heard(self, reply):
        _kind, unique, payload = json.loads(text_of(reply))
        self.answers[unique] = payload["status"]

    def hear(self):
        """What it has answered later."""
        while self.bench.heard:
            self._heard(self.bench.heard.pop())

    def asked(self):
        """The text of a certificate for the key that was asked for."""
        csr, self.world.station.security.csr = self.world.station.security.csr, None
        (asked,) = [one for one in der.blocks(csr, "CERTIFICATE REQUEST") if one]
        at = asked.find(b"\x03\x42\x00\x04") + 3
        leaf = authority.make("SIM-0001", asked[at : at + 65], "Root 1", authority.key(1)[0])
        return authority.pem(leaf)

    def key(self):
        """A key is made, and asked for."""
        self.world.station.security.wanted = True
        run(self.bench.clock, renewal.work(self.world.station))
        return self.asked()

    def play(self, work, at, event):
        """Do so many pieces of it, then let something happen, then do the rest. Returns the moments at which flash was
        looked at; None when it has ended before."""
        clock = self.bench.clock
        sleep, moments = clock.sleep, []
        clock.sleep = lambda ms: Pause(clock, ms)
        coroutine, done, seen = work(self.world.station), 0, self.reads
        try:
            while True:
                if done == at:
                    clock.sleep = sleep
                    event(self)
                    clock.sleep = lambda ms: Pause(clock, ms)
                    if self.bench.clock is not clock:
                        # The power has failed: nothing of it is tidied up.
                        self._gone.append(coroutine) if done else coroutine.close()
                        return []
                coroutine.send(None)
                done += 1
                if self.reads != seen:
                    seen = self.reads
                    moments.append(done)
        except StopIteration:
            return moments
        finally:
            clock.sleep = sleep

    def settle(self):
        """Whatever is left to do is done, as compose.py does it."""
        for _ in range(6):
            station = self.world.station
            if station.security.came:
                run(self.bench.clock, judged.work(station))
            elif renewal.due(station):
                run(self.bench.clock, renewal.work(station))
            if station.security.csr:
                text = self.asked()
                self.must.append(self.call("CertificateSigned", {"certificateChain": text}, text))
            self.bench.run(300)
            self.hear()

    def check(self, said):
        """What has to be so in the end."""
        self.settle()
        world, storage = self.world, self.bench.storage
        security = world.station.security
        assert not security.came and not security.csr and not security.wanted, said
        for unique, status in self.answers.items():
            assert status or self.lost, (said, unique, "has no answer")
            assert status == "Accepted" or unique not in self.must, (said, unique, status)
        world.arrive(4)
        used = world.asked[-1][2][1][0]
        pair = store.client(storage)
        assert world.profile == 3 and used == pair[0] and fits([storage.read(name) for name in pair]), said
        assert strays(storage) == [] and not storage.there(arrivals.NEW), (said, list(storage.each("certificates")))
        accepted = [self.sent[name] for name in self.calls if self.answers[name] == "Accepted"]
        for text in accepted:
            if text and text in ROOTS:
                assert text in self.roots(), (said, "a root that was accepted is lost")
        chains = [text for text in accepted if text and text not in ROOTS]
        if chains:
            kept = [storage.read(pair[0]).decode() for pair in (pair, store.client(storage, "next")) if pair]
            assert chains[-1] in kept, (said, "a certificate that was accepted is lost")
        return True

    def roots(self):
        return [authority.pem(self.bench.storage.read(name)) for name in store.names(self.bench.storage)]
