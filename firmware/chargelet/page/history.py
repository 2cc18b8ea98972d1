"""What the running sessions have drawn so far, for their plots: in RAM, sixty bytes at most for each connector.

One bytearray each: the low byte of the session's number, how many turns a point stands for, how many have passed since
the newest, and the points. A session that has more of them keeps every other one, and a point stands for twice as long.
"""

from ..base import loading

loading.seldom(__name__)

# What a bytearray begins with.
_NUMBER = 0
_STRIDE = 1
_PASSED = 2
_HEAD = 3
_POINTS = 60
# What a point counts: 63 kW fit into a byte.
_UNIT_W = 250
_TURNS_MAX = 128


def look(page):
    """One turn: each running session may get a point."""
    for connector in page.station.connectors:
        running = connector.transaction
        if running is None:
            page.history.pop(connector.id, None)
            continue
        kept = page.history.get(connector.id)
        if kept is None or kept[_NUMBER] != running.number & 255:
            page.history[connector.id] = kept = bytearray((running.number & 255, 1, 0))
        kept[_PASSED] += 1
        if kept[_PASSED] < kept[_STRIDE]:
            continue
        if len(kept) >= _HEAD + _POINTS and kept[_STRIDE] < _TURNS_MAX:
            # This turn is the first half of the next point.
            rest = [kept[at] for at in range(_HEAD + 1, len(kept), 2)]
            page.history[connector.id] = bytearray([kept[_NUMBER], 2 * kept[_STRIDE], kept[_STRIDE]] + rest)
            continue
        kept[_PASSED] = 0
        if len(kept) >= _HEAD + _POINTS:
            kept = page.history[connector.id] = kept[:_HEAD] + kept[_HEAD + 1 :]
        kept.append(min(255, (max(0, connector.evse.meter.power_w() or 0) + _UNIT_W // 2) // _UNIT_W))


def table(page, turn_ms: int) -> dict:
    """{connector: [seconds between two points, their W]} of the sessions that run."""
    found = {}
    for connector in page.station.connectors:
        kept = page.history.get(connector.id)
        running = connector.transaction
        if kept and running and kept[_NUMBER] == running.number & 255:
            found[str(connector.id)] = [kept[_STRIDE] * turn_ms // 1000, [point * _UNIT_W for point in kept[_HEAD:]]]
    return found
