"""A model of one transaction, with periodic samples each 30 s and aligned ones each minute: what may be told next."""

from chargelet.base.timestamp import from_text

# A record may be a step of the bench late, and stamps are whole seconds.
SLACK = 2


def stamp_of(payload):
    return from_text(payload.get("timestamp") or payload["meterValue"][0]["timestamp"])


class Moment:
    """When a record really became durable: the boot, true seconds, by how many it may be late, the register, and what
    the clock showed."""

    def __init__(self, boot, true, late, wh, clock):
        self.boot, self.true, self.late, self.wh, self.clock = boot, true, late, wh, clock


class Told:
    """A transaction as it is told, and what must be told of it next."""

    def __init__(self, payload, moment):
        self.start = payload
        self.known = moment.clock is not None
        self.newest = stamp_of(payload), moment
        self.began = moment.true  # in this boot
        self.resumed = False
        self.periodic = self.aligned = 0  # since then
        self.samples = []  # (stamp, register) of the periodic ones
        assert payload["meterStart"] == moment.wh, (payload, moment.wh)

    def goes_on(self, context, stamp, moment):
        """Values: in order, with true distances, in the context that they were taken in, and none is missing."""
        before, then = self.newest
        assert stamp >= before and moment.wh >= then.wh, (self.start, stamp, before)
        if moment.boot != then.boot:
            assert context == "Interruption.End", (self.start, context)
            self.began, self.resumed, self.periodic = moment.true, True, 0
        else:
            self._keeps_distance(stamp, moment)
            if context == "Sample.Periodic":
                self.periodic += 1
                passed = moment.true - self.began - 30 * self.periodic
                assert abs(passed) <= SLACK + moment.late, (self.start, stamp, self.periodic)
                self.samples.append((stamp, moment.wh))
            elif context == "Sample.Clock":
                self.aligned += 1
            else:
                assert context == "Trigger" and moment.late, (self.start, context)
        self.newest = stamp, moment

    def _keeps_distance(self, stamp, moment):
        before, then = self.newest
        slack = SLACK + moment.late + then.late
        assert abs((stamp - before) - (moment.true - then.true)) <= slack, (self.start, stamp, before)

    def ends(self, payload, moment, failed):
        """Its end; `failed`: when the power failed in it, if it did."""
        stamp, (before, then) = stamp_of(payload), self.newest
        assert stamp >= before and payload["meterStop"] == moment.wh >= then.wh, (payload, before, moment.wh, then.wh)
        last = moment.true
        if payload["reason"] == "PowerLoss":
            (last,) = failed
            if then.boot == moment.boot - 1:
                # The newest durable moment: of the newest sample, here.
                assert -SLACK - then.late <= last - then.true - (stamp - before) <= 60, (payload, before, last)
        else:
            assert then.boot == moment.boot, payload
            self._keeps_distance(stamp, moment)
            if self.known and not self.resumed:
                begun = stamp_of(self.start)
                minutes = stamp // 60 - begun // 60
                at_edge = begun % 60 >= 60 - SLACK or stamp % 60 <= SLACK
                assert minutes - at_edge <= self.aligned <= minutes, (self.start, payload, self.aligned)
        if then.boot == moment.boot or payload["reason"] == "PowerLoss":
            passed = last - self.began
            assert (passed - SLACK) // 30 <= self.periodic <= passed // 30, (self.start, payload, self.periodic)
        self._carries(payload, stamp)

    def _carries(self, payload, stamp):
        """The stop's own data: from its begin to its end, and in between some of what was told."""
        data = []
        for row in payload["transactionData"]:
            (value,) = row["sampledValue"]
            data.append((value["context"], from_text(row["timestamp"]), int(value["value"])))
        assert data[0] == ("Transaction.Begin", stamp_of(self.start), self.start["meterStart"]), (self.start, data)
        assert data[-1] == ("Transaction.End", stamp, payload["meterStop"]), (payload, data)
        at = 0
        for context, taken, wh in data[1:-1]:
            assert context == "Sample.Periodic" and (taken, wh) in self.samples[at:], (payload, data)
            at = self.samples.index((taken, wh)) + 1
        assert len(data) > 2 or not self.samples, payload
