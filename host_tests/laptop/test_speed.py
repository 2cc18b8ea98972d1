"""What the firmware takes of a chip's time stays within its budgets: counts, which say the same on every machine.

The tool is tools/speed.py; a round is host_tests/counting/reference.py. Milliseconds are for people, and not tested.
"""

import chip_speed
import pytest
import speed

import interpreter

pytestmark = [
    pytest.mark.skipif(not interpreter.there(), reason="it is counted in MicroPython"),
    pytest.mark.xdist_group("speed"),
]

# A machine that is shared disturbs even a count of rounds now and then: so often it is counted, and the least counts.
TRIES = 4

# (what, state of two connectors): (most, reason). A second of it.
BUDGETS = {
    ("rounds", "rest"): (240, "with two collections and 90 reads a tenth of an ESP32, of which 0.15 is the aim"),
    ("rounds", "charging"): (900, "0.35 of an ESP32; 0.40 with reads and collections is the aim, at 660 rounds"),
    ("collections", "rest"): (4, "each is a standstill of some 5 ms"),
    ("collections", "charging"): (8, "each is a standstill of some 5 ms"),
    ("reads", "rest"): (120, "nothing can be opened: the pilot is looked at ten times a second"),
    ("reads", "charging"): (1700, "16 reads of 70 µs span a period of the pilot, 50 times a second, twice"),
    ("wakes", "rest"): (20, "what is not due costs nothing"),
    ("wakes", "charging"): (70, "50 looks at the pilot, and the station's step when something is due"),
}

# The longest piece of work that a message takes, in rounds: (most, reason). 51 rounds are some 20 ms of an ESP32; what
# takes longer is in boards/SAFETY.md.
PIECES = {
    "DataTransfer, 8 kB": (330, "a text of any length is one value for the JSON parser"),
    "opening a connection": (200, "its answer is checked, and what it was opened with leaves RAM"),
    "SetChargingProfile, one period": (180, "its fields are checked in one go, then it is installed"),
    "SetChargingProfile, 24 periods": (180, "its fields are checked in one go, then it is installed"),
    "SetChargingProfile, 24 periods, default": (180, "its fields are checked in one go, then it is installed"),
}
# On a quiet machine the longest other one takes 125.
PIECE = 160, "most take 30 to 60; some write a file, or load their code first"

# The longest piece of work with keys and certificates: up to 52 rounds, RSA-4096 58, and a third for a busy machine.
KEYS_PIECE = 80
KEYS = {
    "SignCertificate: key, request, files": (6000, "some 2 s of an ESP32, once a year"),
    "a chain checked, RSA-4096, PSS, SHA-512": (12000, "some 4 s of an ESP32; SHA-512 is most of it"),
}

# What somebody costs who looks at the live values while both connectors charge, in rounds a second.
LOOKS = "a second of live values"
LOOKS_MAX = 200, "a twelfth of an ESP32, for two who look a sixth"
# What the set-up page costs beside a station that charges, each as a whole.
SET_UP = "set-up: "
SET_UP_MAX = {
    "set-up: POST /try, with a root": (700, "a certificate is read"),
    "set-up: POST /try, with a password for the page": (1600, "a password is hashed slowly, on purpose"),
    "set-up: POST /try, a wrong password": (1600, "likewise"),
}
SET_UP_OTHERS = 350, "a page is sent, or some words"

# How much more a message may cost with 200 waiting than with 50.
GROWTH = 2


def within(measure, problems):
    """Measure until nothing is over its budget, some times at most; what is over then.

    measure() gives {what: cost}, and of each the least counts.
    """
    least = {}
    for _ in range(TRIES):
        for what, cost in measure().items():
            least[what] = min(cost, least.get(what, cost))
        wrong = problems(least)
        if not wrong:
            break
    return wrong


@pytest.mark.parametrize("state", ["rest", "charging"])
def test_what_runs_all_the_time(state):
    budgets = {what: most for (what, at), (most, _) in BUDGETS.items() if at == state}

    def measure():
        (row,) = speed.run("shares", state, 2)
        assert row["alike"] > 1, "the windows differ"
        return {what: row[what] for what in budgets}

    def problems(costs):
        return [f"{what}: {costs[what]}, {most} are allowed" for what, most in budgets.items() if costs[what] > most]

    assert within(measure, problems) == []


def test_no_message_takes_long_in_one_piece():
    def measure():
        rows = [row for part in speed.SAID for row in speed.run("messages", part, heap=speed.MESSAGES_HEAP)]
        assert len(rows) > 38, "every message is played"
        return {row["what"]: row["piece"] for row in rows}

    def problems(costs):
        over = {what: (cost, PIECES.get(what, PIECE)[0]) for what, cost in costs.items()}
        return [f"{what}: {cost} rounds, {most} are allowed" for what, (cost, most) in over.items() if cost > most]

    assert within(measure, problems) == []


def test_the_page_gives_way():
    def measure():
        rows = speed.run("page", heap=speed.MESSAGES_HEAP)
        wholes = {"rounds, " + row["what"]: row["rounds"] for row in rows if row["what"].startswith((LOOKS, SET_UP))}
        return {**{row["what"]: row["piece"] for row in rows}, **wholes}

    def problems(costs):
        assert len(costs) > 35, "every route of both pages is asked for"
        allowed = {**dict.fromkeys(costs, PIECE), "rounds, " + LOOKS: LOOKS_MAX}
        for what in costs:
            if what.startswith("rounds, " + SET_UP):
                allowed[what] = SET_UP_MAX.get(what.removeprefix("rounds, "), SET_UP_OTHERS)
        most = {what: allowed[what][0] for what in costs}
        return [f"{what}: {cost} rounds, {most[what]} are allowed" for what, cost in costs.items() if cost > most[what]]

    assert within(measure, problems) == []


def test_the_cost_of_a_message_does_not_grow_with_the_queue():
    def measure():
        few, many = (speed.run("messages", count, heap=speed.MESSAGES_HEAP)[0] for count in (50, 200))
        few, many = (row["rounds"] / row["messages"] for row in (few, many))
        return {"times as much for a message with 200 waiting as with 50": many / few}

    def problems(costs):
        return [f"{cost:.1f} {what}" for what, cost in costs.items() if cost > GROWTH]

    assert within(measure, problems) == []


def test_the_estimate_is_of_the_slowest_source():
    found = chip_speed.round_ms(1.0)
    assert len(found) > 2 and found[0][0] == max(ms for ms, _ in found)
    row = {"rounds": 100, "collections": 2.0, "reads": 50.0}
    assert speed.share(row, 0.5) == pytest.approx((50 + 2 * chip_speed.COLLECTION_MS + 50 * chip_speed.READ_MS) / 1000)
    assert speed.piece_ms((10, 9000, 1, "link"), 4096, 0.5) == 5 + 3 * chip_speed.COLLECTION_MS


def test_keys_and_certificates_give_way():
    def measure():
        rows = speed.keys()
        pieces = {(what, "piece"): row["piece"] for what, row in rows.items()}
        return {**pieces, **{(what, "rounds"): rows[what]["rounds"] for what in KEYS}}

    def problems(costs):
        most = {(what, "rounds"): rounds for what, (rounds, _) in KEYS.items()}
        return [f"{what}: {cost}" for what, cost in costs.items() if cost > most.get(what, KEYS_PIECE)]

    assert within(measure, problems) == []
