"""What the station's lights show: each connector's status, and what became of a card."""

# Status, colour (red, green, blue), and ms of a blink, 0 where it shines steadily; boards/README.md has the same table.
# One lamp for several connectors shows the first of these that there is.
_SHOWN = (
    ("Faulted", 0xFF0000, 500),
    ("Preparing", 0xFFA000, 1000),
    ("Finishing", 0x00FF00, 1000),
    ("Charging", 0x0000FF, 0),
    ("SuspendedEV", 0x0000FF, 2000),
    ("SuspendedEVSE", 0x00A0FF, 2000),
    ("Reserved", 0xA000FF, 0),
    ("Available", 0x00FF00, 0),
    ("Unavailable", 0xFFFFFF, 4000),
)
_ACCEPTED = 0x00FF00
_REFUSED = 0xFF0000

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
        statuses = []
        for connector in station.connectors:
            status, *_rest = station.notifier.current(connector.id) or ("Unavailable",)
            statuses.append(status)
        if self._lights.count < len(statuses):
            return [self._of(statuses, now)]
        return [self._of((status,), now) for status in statuses]

    def _of(self, statuses, now):
        """The colour of the most urgent of these."""
        for status, colour, blink in _SHOWN:
            if status in statuses:
                return self._colour(colour, not blink or now % blink * 2 < blink)
        return self._colour(0, False)

    def _colour(self, colour, lit):
        intensity = self._station.config["LightIntensity"] if lit else 0
        return tuple([(colour >> bits & 0xFF) * intensity // 100 for bits in (16, 8, 0)])
