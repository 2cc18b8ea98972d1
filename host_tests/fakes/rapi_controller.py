"""A controller that speaks RAPI as OpenEVSE's firmware does, and a connector behind it."""

from chargelet.hardware.rapi import Rapi, frame, unframed
from chargelet.hardware.rapi_evse import RapiEvse
from chargelet.hardware.rapi_meter import RapiMeter
from fakes.clock import FakeClock
from fakes.lines import Lines
from fakes.parts import Line


class Controller:
    """The safety controller: what it is told, and the car on its cable."""

    def __init__(self):
        self.enabled = False
        self.amps = 6
        self.most = 32
        self.car = 1  # 1 A, 2 B, 3 C
        self.fault = 0
        self.closed = False
        self.supervised = None
        self.ws = 0
        self.silent = False
        self.damaged = False
        self.refused = ()
        self.commands = []
        self.expired = False

    def step(self, ms):
        wants = self.enabled and self.car == 3 and not self.fault
        self.closed = wants
        if wants:
            self.ws += self.amps * 230 * ms // 1000

    def __call__(self, line):
        text = unframed(line.rstrip(b"\r"))
        assert text is not None and line.endswith(b"\r"), line
        self.commands.append(text)
        if self.silent:
            return b""
        answer = self._answer(text.split())
        made = frame(answer)
        return made[:-2] + b"0\r" if self.damaged else made

    def _answer(self, words):
        if words[0] in self.refused:
            return "NK"
        if words[0] == "FE":
            self.enabled = True
        elif words[0] in ("FS", "FD"):
            self.enabled = False
        elif words[0] == "SC":
            self.amps = min(int(words[1]), self.most)
            return "%s %d" % ("OK" if self.amps == int(words[1]) else "NK", self.amps)
        elif words == ["SY"]:
            if self.expired:
                return "NK"
        elif words[0] == "SY" and len(words) == 2:
            self.expired = words[1] != "165"
        elif words[0] == "SY":
            self.supervised = words[1:]
        elif words[0] == "GS":
            state = self.fault or (254 if not self.enabled else self.car)
            flags = (0x40 if self.closed else 0) | (0x100 if self.car > 1 else 0)
            return "OK %x 0 %x %x" % (state, self.car, flags)
        elif words[0] == "GG":
            return "OK %d 230500" % (self.amps * 1000 if self.closed else 0)
        elif words[0] == "GU":
            return "OK %d 0" % self.ws
        return "OK"


class Site:
    def __init__(self):
        self.clock, self.controller, self.lines = FakeClock(), Controller(), Lines()
        self.line = Line(self.controller)
        self.evse = RapiEvse(1, self.clock, self.lines, Rapi(self.line), RapiMeter(230), 32000)

    def run(self, ms):
        for _ in range(ms // 20):
            self.clock.advance(20)
            self.controller.step(20)
            self.evse.step()
