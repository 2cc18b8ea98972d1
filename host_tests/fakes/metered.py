"""A station with real drivers in the simulated world; it records ends and starts with the contactor open only."""

from chargelet.hardware.modbus import ModbusError
from chargelet.hardware.modbus_meter import ModbusMeter
from chargelet.hardware.modbus_models import sdm230
from fakes.bench import Bench
from fakes.clock import run
from fakes.site import BY_INTERRUPT, CONNECTOR, Site

CONFIG = {"MeterValueSampleInterval": 0, "ConnectionTimeOut": 120}


class Bus:
    """A Modbus line with an SDM230 that has counted `before` Wh and what flows in this place; it may say nothing."""

    def __init__(self, point, before, clock):
        self.point = point
        self.before = before
        self.clock = clock
        self.silent = False
        self.silent_until = 0  # uptime in ms

    async def read(self, address, function, register, count):
        if self.silent or self.clock.uptime() < self.silent_until:
            raise ModbusError("no answer")
        if register != 0x48:
            return bytes(4)
        # A float of 32 bits, made of whole numbers.
        wh = self.before + self.point.count
        bits = exponent = 0
        while wh >> exponent + 1:
            exponent += 1
        bits = (exponent + 127 << 23) | (((wh << 23) >> exponent) & 0x7FFFFF)
        return bits.to_bytes(4, "big")


class WholeWh(ModbusMeter):
    """Its register is in Wh here, so that no digit is lost."""

    def __init__(self, bus, clock, log):
        ModbusMeter.__init__(self, bus, clock, log, sdm230.FUNCTION, sdm230.REGISTERS, 1)
        self._rows = tuple([row[:3] + (1, 1) if row[0][0] == "E" else row for row in self._rows])
        self._clock = clock
        self._next = 0
        self._idle = False

    def idle(self):
        ModbusMeter.idle(self)
        self._idle = True

    def step(self, now, flowing):
        """Asked once a second, as the line's task does, and of all moments while the contactor is on its way."""
        if self._clock.uptime() >= self._next or self._idle:
            self._idle = False
            self._next = self._clock.uptime() + 1000
            run(self._clock, self.refresh())


def bench_with(kind, before=5000):
    """A bench over real drivers; (bench, bus or None)."""
    # One of the kinds without a contact that tells where the contactor is: it is waited for all the same.
    site = Site(meter=BY_INTERRUPT, contactor={"coil": 13}) if kind == "interrupt" else Site(meter=CONNECTOR["meter"])
    bus = None
    if kind == "modbus":
        bus = Bus(site.point, before, site.clock)
        site.evse.meter = WholeWh(bus, site.clock, site.lines)
    bench = Bench(site=site, config=CONFIG)
    outbox = bench.station.outbox

    def watched(made):
        def recorded(*record):
            assert not site.point.closed, "recorded while energy may flow"
            return made(*record)

        return recorded

    outbox.start, outbox.stop = watched(outbox.start), watched(outbox.stop)
    return bench, site, bus


def until(bench, condition, ms):
    while not condition():
        assert ms > 0, (bench.status(), bench.lines)
        bench.run(100)
        ms -= 100


def start(bench, site, tag):
    """A vehicle is plugged in, and current flows."""
    site.vehicle.plug()
    bench.run(400)
    bench.swipe(tag)
    until(bench, lambda: site.point.closed, 45000)


def billed(bench, running=0):
    """What each transaction is billed that does not run, once each starts where the one before has stopped."""
    starts = [payload["meterStart"] for payload in bench.central.all("StartTransaction")]
    stops = [payload["meterStop"] for payload in bench.central.all("StopTransaction")]
    assert len(starts) == len(stops) + running and starts[1:] == stops[: len(starts) - 1], (starts, stops)
    return [stop - start for start, stop in zip(starts, stops)]
