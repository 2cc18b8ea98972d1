"""Lights that show a connector's status, answer a card by blinks and obey their intensity."""

from chargelet.station.status_lights import StatusLights
from fakes.bench import Bench
from fakes.clock import run

DARK = (0, 0, 0)


class Lamps:
    """What was shown, newest last."""

    def __init__(self, count=1):
        self.count = count
        self.shown = []

    def show(self, colours):
        self.shown.append(colours)


def lit(bench, signals, ms=4000):
    """The colours of one lamp over a while, in order, without the dark."""
    seen = []
    for _ in range(ms // 100):
        bench.run(100)
        colour = signals.colours()[0]
        if any(colour) and (not seen or seen[-1] != colour):
            seen.append(colour)
    return seen


def test_lights_show_the_status_and_obey_the_intensity():
    bench = Bench()
    signals = StatusLights(bench.station, Lamps())
    assert signals.colours() == [(0, 127, 0)]
    bench.charging()
    bench.run(5000)
    assert signals.colours() == [(0, 0, 127)]
    assert bench.ask("ChangeConfiguration", {"key": "LightIntensity", "value": "100"})["status"] == "Accepted"
    assert signals.colours() == [(0, 0, 255)]
    assert bench.ask("ChangeConfiguration", {"key": "LightIntensity", "value": "101"})["status"] == "Rejected"
    bench.evse.set_fault("GroundFailure")
    bench.run(200)
    assert lit(bench, signals) == [(255, 0, 0)]
    bench.ask("ChangeConfiguration", {"key": "LightIntensity", "value": "0"})
    assert lit(bench, signals) == []


def blinks(bench, signals):
    """How often the lamp went from dark to some colour, and which."""
    bright, count, colours = False, 0, set()
    for _ in range(40):
        bench.run(50)
        colour = signals.colours()[0]
        if any(colour) and not bright:
            count += 1
        bright = any(colour)
        colours.add(colour)
    return count, colours


def test_a_card_is_answered_by_blinks():
    bench = Bench()
    signals = StatusLights(bench.station, Lamps())
    bench.ask("ChangeConfiguration", {"key": "BlinkRepeat", "value": "4"})
    bench.station.swipe("CARD")
    bench.run(50)
    count, colours = blinks(bench, signals)
    assert count in (4, 5) and (0, 127, 0) in colours and DARK in colours
    bench = Bench()
    signals = StatusLights(bench.station, Lamps())
    bench.central.answers["Authorize"] = {"idTagInfo": {"status": "Blocked"}}
    bench.station.swipe("CARD")
    bench.run(50)
    count, colours = blinks(bench, signals)
    assert count in (3, 4) and (127, 0, 0) in colours


def test_one_lamp_for_two_connectors_shows_what_is_more_urgent():
    bench = Bench(2)
    alone, each = StatusLights(bench.station, Lamps()), StatusLights(bench.station, Lamps(2))
    bench.charging()
    bench.run(6000)
    assert alone.colours() == [(0, 0, 127)] and each.colours() == [(0, 0, 127), (0, 127, 0)]


def test_lamps_are_written_when_something_changes():
    bench = Bench()
    lamps = Lamps()
    run(bench.clock, StatusLights(bench.station, lamps).run(), 5000)
    assert lamps.shown == [[(0, 127, 0)]]


def test_without_lights_their_keys_are_not_there():
    answer = Bench().ask("GetConfiguration", {"key": ["LightIntensity", "BlinkRepeat"]})
    assert answer["unknownKey"] == ["LightIntensity", "BlinkRepeat"]
