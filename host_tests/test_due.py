"""Before the moment that a station has named, a step changes nothing as long as nothing happens."""

from fakes.walk import Walk

STEPS = 80


class Watched:
    """Looks on while a station makes its steps: before the time that it has named, and with nothing happening, a step
    changes nothing."""

    def __init__(self, bench):
        self.station = bench.station
        self.evses = bench.evses
        self.early = 0  # steps before their time
        self._due = None
        self._facts = self._left = None
        self._step = bench.station.step
        bench.station.step = self.step
        bench.station.step_most_ms = 10**6

    def facts(self):
        """What hardware tells."""
        found = [self.station.clock.now() is None, self.station.authorization.online]
        for evse in self.evses:
            found += [evse.connected, evse.wants, evse.odd, evse.fault, evse.lock_sticks, evse.locked]
            found += [evse.offered_ma, evse.contactor_closed, min(evse.limits.values())]
        return found

    def state(self):
        """What a station has made of it."""
        station = self.station
        found = [len(station.notifier._events), len(station.outbox)]
        for connector in station.connectors:
            bolt, claim = connector.bolt, connector.claim
            running = connector.transaction
            found += [connector.finished, connector.vehicle_left, connector.waited_out, claim and claim.id_tag]
            found += [running and running.number, connector.ending is None, connector.reservation is None]
            found += [bolt.failed, bolt.kept, bolt.owner is None, bolt._sent, connector.blocked]
            found += [connector.operative, connector.scheduled]
            found.append(station.notifier.current(connector.id))
        return found

    def step(self):
        now = self.station.clock.uptime()
        quiet = self._due is not None and now < self._due and self.facts() == self._facts
        quiet = quiet and self.state() == self._left
        before = self.facts()
        wait_ms = self._step()
        self._facts, state = self.facts(), self.state()
        if self._facts != before:
            wait_ms = 0  # hardware has obeyed: real hardware says so, and the next step is at once
        if quiet:
            self.early += 1
            assert self._facts == before, (now, self._due, before, self._facts)
            assert state == self._left, (now, self._due, self._left, state)
        self._left = state
        # 1 ms is the least that a step may say: there is more to do at once.
        self._due = now + (wait_ms if wait_ms > 1 else 0)
        return wait_ms


def test_nothing_happens_before_it_is_due():
    early = 0
    for seed in range(100, 112):
        walk = Walk(seed)
        bench = None
        for _ in range(STEPS):
            if walk.bench is not bench:
                bench = walk.bench
                watched = Watched(bench)
            before = watched.early
            try:
                walk.step()
            except AssertionError as error:
                raise AssertionError("walk %d: %r" % (seed, error)) from error
            early += watched.early - before
    print("transitions: %d steps before anything was due changed nothing" % early)
    assert early > 1000
