"""`make speed`: what the firmware takes of a chip's time, counted in rounds of a reference, and an estimate in ms.

Counts are of MicroPython over parts that cost nothing (host_tests/counting/). The milliseconds are an estimate, from
scores that others have published (chip_speed.py). The last line is JSON.
"""

import argparse
import json
import subprocess
import sys

import chip_speed
import speed_wire

import interpreter
import rom

TESTS = rom.ROOT / "host_tests"
STATES = ("rest", "vehicle", "charging")
# Room for the measuring itself: the heap does not change what is counted, but a large one is slow to look through.
HEAP = "1M"
MESSAGES_HEAP = "3M"
KEYS_HEAP = "500k"
SAID = "calls", "sessions", "samples"
WAITING = (50, 200, 900)
# Between two safety passes.
LIMIT_MS = 20
SHOWN = 12
MAX_S = 3000


def run(module: str, *arguments, heap=HEAP) -> list:
    """The lines of JSON that a module of host_tests/counting prints in MicroPython."""
    firmware = rom.station_files("simulator")
    firmware.pop("main.py")
    own = {
        str(path.relative_to(TESTS)): path
        for folder in ("fakes", "counting")
        for path in sorted((TESTS / folder).glob("*.py"))
    }
    own["speed_board.py"] = f"BOARD = {firmware['board.json'].decode()!r}\n".encode()
    given = [str(argument) for argument in arguments]
    command = interpreter.beside(firmware, own, f"counting.{module}", *given, heap_size=heap)
    done = subprocess.run(command, capture_output=True, text=True, timeout=MAX_S)
    if done.returncode:
        raise RuntimeError(f"counting.{module} {' '.join(given)}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def share(row: dict, round_ms: float) -> float:
    """How much of a chip that is, from 0.0."""
    ms = row["rounds"] * round_ms + row["collections"] * chip_speed.COLLECTION_MS + row["reads"] * chip_speed.READ_MS
    return ms / 1000


def shares(round_ms: float) -> dict:
    """{(state, connectors): row} with the share of an ESP32 in each row."""
    rows = {}
    for connectors in (1, 2):
        for state in STATES:
            (row,) = run("shares", state, connectors)
            row["share"] = share(row, round_ms)
            rows[state, connectors] = row
    return rows


def report_shares(rows: dict):
    print("\nWhat runs all the time, a second of it           rounds  collections  ADC reads  wake-ups  of an ESP32")
    for (state, connectors), row in rows.items():
        what = f"{state}, {connectors} connector{'s' if connectors > 1 else ''}"
        print(
            f"{what:<46}{row['rounds']:>9}{row['collections']:>13.1f}{row['reads']:>11.0f}{row['wakes']:>10.1f}"
            f"{100 * row['share']:>11.0f} %"
        )
    row = rows["charging", 2]
    print("\ncharging, 2 connectors, by task: ", end="")
    print(", ".join(f"{name} {rounds}" for name, rounds in sorted(row["by_task"].items(), key=lambda item: -item[1])))
    print("one of them at rest, with a vehicle, charging, 2 connectors, in rounds (and bytes of heap):")
    for name in row["calls"]:
        cells = (f"{rows[state, 2]['calls'][name]} ({rows[state, 2]['bytes'][name]})" for state in STATES)
        print(f"  {name:<16}{', '.join(cells)}")


def messages() -> dict:
    """{what: row} of all that is said between a station and its central system, and of what its journal does."""
    rows = {}
    for part in (*SAID, *WAITING, "thinning"):
        for row in run("messages", part, heap=MESSAGES_HEAP if part in SAID else "8M"):
            rows[row["what"]] = row
    return rows


def piece_ms(piece, threshold: int, round_ms: float) -> float:
    """What one piece of work takes, with the collections that fall into it for sure."""
    rounds, taken, asked, _ = piece
    return rounds * round_ms + (taken // threshold + asked) * chip_speed.COLLECTION_MS


def pieces(rows: dict, round_ms: float) -> list:
    """[(ms, what, task)] of the pieces between two safety passes, the longest first."""
    found = []
    for what, row in rows.items():
        for piece in row["longest"]:
            found.append((piece_ms(piece, row["threshold"], round_ms), what, piece[3]))
    return sorted(found, reverse=True)


def report_messages(rows: dict):
    print(f"\n{'Said and done (until it is answered)':<46}{'rounds':>9}{'bytes':>9}{'longest piece':>15}")
    for what, row in rows.items():
        each = f"  {row['rounds'] / row['messages']:.0f} a message" if "messages" in row else ""
        print(f"{what:<46}{row['rounds']:>9}{row['bytes']:>9}{row['piece']:>15.0f}{each}")


def page() -> dict:
    """{what: row} of the page's routes, and of a second of somebody who looks."""
    return {row["what"]: row for row in run("page", heap=MESSAGES_HEAP)}


def report_page(rows: dict):
    print(f"\n{'The page, while both connectors charge':<46}{'rounds':>9}{'longest piece':>15}")
    for what, row in rows.items():
        print(f"{what:<46}{row['rounds']:>9}{row['piece']:>15}")


def keys() -> dict:
    """{what: row} of keys and certificates."""
    return {row["what"]: row for row in run("keys", heap=KEYS_HEAP)}


def report_keys(rows: dict, round_ms: float):
    print(f"\n{'Keys and certificates':<46}{'rounds':>9}{'bytes':>9}{'longest piece':>15}{'pieces':>9}{'estimate':>12}")
    for what, row in rows.items():
        seconds = row["rounds"] * round_ms / 1000
        print(f"{what:<46}{row['rounds']:>9}{row['bytes']:>9}{row['piece']:>15}{row['pieces']:>9}{seconds:>10.2f} s")


def report_pieces(found: list):
    print(f"\nThe longest pieces of work between two safety passes, estimated ({LIMIT_MS} ms are the aim):")
    for ms, what, task in found[:SHOWN]:
        print(f"  {ms:>8.0f} ms  {task}: {what}")
    print(f"  {sum(ms > LIMIT_MS for ms, _, _ in found)} of {len(found)} take longer than that.")


def report_sources(calibration: dict) -> float:
    """The ms of a round that are used."""
    found = chip_speed.round_ms(calibration["switch"])
    print("One round of the reference (host_tests/counting/reference.py) on an ESP32, estimated from published scores:")
    for ms, source in found:
        print(f"  {ms:.3f} ms  {source}")
    print(
        f"The slowest counts. Here it took {calibration['round_ns']} ns. A collection counts as "
        f"{chip_speed.COLLECTION_MS} ms (here {calibration['collection']:.0f} rounds), "
        f"a read of the ADC as {chip_speed.READ_MS} ms."
    )
    return found[0][0]


def main():
    argparse.ArgumentParser(prog="make speed", description=__doc__.split("\n\n")[0]).parse_args()
    if not interpreter.there():
        sys.exit("speed: it is counted in MicroPython, and there is none here (tools/setup --retry looks for one)")
    (calibration,) = run("calibrate", heap="400k")
    round_ms = report_sources(calibration)
    rows = shares(round_ms)
    report_shares(rows)
    said = messages()
    report_messages(said)
    looked = page()
    report_page(looked)
    made = keys()
    report_keys(made, round_ms)
    longest = pieces(said, round_ms)
    report_pieces(longest)
    wire = speed_wire.measure()
    speed_wire.report(wire)
    print("All milliseconds but those on the wire are an estimate: nobody has measured this firmware on a chip yet.")
    both = {f"{state} {connectors}": row for (state, connectors), row in rows.items()}
    last = {
        "share_of_esp32_two_connectors": round(rows["charging", 2]["share"], 3),
        "share_at_rest": round(rows["rest", 2]["share"], 3),
        "longest_piece_ms_estimated": round(longest[0][0]),
        "longest_piece": longest[0][1],
        "drain_200_per_s": round(wire["drain_200_per_s"]),
        "drain_900_per_s": round(wire["drain_900_per_s"]),
        "remote_start_ms": round(wire["remote_start_ms"][1], 1),
        "card_to_start_ms": round(wire["card_to_start_ms"][1], 1),
        "round_ms": round(round_ms, 3),
        "rounds_a_second": {name: row["rounds"] for name, row in both.items()},
        "collections_a_second": {name: row["collections"] for name, row in both.items()},
        "adc_reads_a_second": {name: row["reads"] for name, row in both.items()},
        "wakes_a_second": {name: row["wakes"] for name, row in both.items()},
        "rounds": {what: row["rounds"] for what, row in said.items()},
        "pieces": {what: row["piece"] for what, row in {**said, **looked, **made}.items()},
        "page": {what: row["rounds"] for what, row in looked.items()},
        "keys": {what: row["rounds"] for what, row in made.items()},
    }
    print(json.dumps(last))


if __name__ == "__main__":
    main()
