"""What the station's lights show: each connector's status, and what became of a card."""

# status, red green blue, and ms of a blink, 0 where it shines steadily. One text takes less RAM than a table; the table
# in boards/README.md is the same.
_SHOWN = (
    " Available 00FF00 0 Preparing FFA000 1000 Charging 0000FF 0 SuspendedEV 0000FF 2000 SuspendedEVSE 00A0FF 2000 "
    "Finishing 00FF00 1000 Reserved A000FF 0 Unavailable FFFFFF 4000 Faulted FF0000 500"
)
# One lamp for several connectors shows the first of these that there is.
_URGENCY = "Faulted Preparing Finishing Charging SuspendedEV SuspendedEVSE Reserved Available Unavailable"
_ACCEPTED = "00FF00"
_REFUSED = "FF0000"

_LOOK_MS = 100
# A blink for a card: as long dark as bright.
_CARD_MS = 400

# OCPP 1.6 §9.1.4 and §9.1.13.
KEYS = """
LightIntensity RW 0..100 50
BlinkRepeat RW 0..20 3
"""


class StatusLights:
    """`lights` has `count` lamps and `show(colours)`."""

    def __init__(self, station, lights):
        station.config.declare(KEYS)
        self._station = station
        self._lights = lights
        self._shown = None

    async def run(self):
        """Keep the lights up to date, for ever."""
        while True:
            colours = self.colours()
            if colours != self._shown:
                self._shown = colours
                self._lights.show(colours)
            await self._station.clock.sleep(_LOOK_MS)

    def colours(self) -> list:
        """What each lamp shows now."""
        station = self._station
        now = station.clock.uptime()
        accepted, presented = station.card or (False, None)
        if presented is not None and now - presented < station.config["BlinkRepeat"] * _CARD_MS:
            lit = (now - presented) % _CARD_MS * 2 < _CARD_MS
            return [self._colour(_ACCEPTED if accepted else _REFUSED, lit)]
        statuses = [station.notifier.current(connector.id) for connector in station.connectors]
        statuses = [status[0] if status else "Unavailable" for status in statuses]
        if self._lights.count < len(statuses):
            statuses = [[status for status in _URGENCY.split() if status in statuses][0]]
        return [self._of(status, now) for status in statuses]

    def _of(self, status, now):
        start = _SHOWN.find(" %s " % status) + len(status) + 2
        colour, blink = _SHOWN[start : start + 11].split()[:2]
        blink = int(blink)
        return self._colour(colour, not blink or now % blink * 2 < blink)

    def _colour(self, digits, lit):
        intensity = self._station.config["LightIntensity"] if lit else 0
        return tuple([int(digits[at : at + 2], 16) * intensity // 100 for at in (0, 2, 4)])
