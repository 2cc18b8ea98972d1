"""`make check-board BOARD=…`: explains every mistake in a board file, a line each.

What is allowed stands in firmware/chargelet/hardware/board_keys.py: the board checks the same again when it boots.
"""

import argparse
import difflib
import sys
import tomllib

import rom

sys.path.insert(0, str(rom.FIRMWARE))
from chargelet.hardware import board_file, board_keys


def read(board: str) -> dict:
    """A board file's content. Raises FileNotFoundError, and ValueError where it is not TOML."""
    path = rom.board_folder(board) / "board.toml"
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: {error}") from None


def mistakes(table: dict) -> list:
    """A line for each mistake: the key's path, what was found, what is allowed, and what was perhaps meant."""
    return [explained(problem) for problem in board_file.problems(table)]


def explained(problem) -> str:
    path, found, allowed = problem
    line = board_file.explain(problem)
    if found == "an unknown key":
        meant = difflib.get_close_matches(path.split(".")[-1], allowed.split(", "), 1)
        name = path.split(".")[-1]
        where = [section for section in _sections() if name in board_keys.names(section) and section + name != path]
        if meant:
            line += f"; did you mean {meant[0]}?"
        elif where:
            line += f"; did you mean {where[0]}{path.split('.')[-1]}?"
    return line


def _sections() -> list:
    """The path of every section, with a dot behind it."""
    found, todo = [], [""]
    while todo:
        section = todo.pop()
        found.append(section)
        todo += [f"{section}{name}." for name in board_keys.names(section) if board_keys.names(f"{section}{name}.")]
    return sorted(found)


def summary(table: dict) -> str:
    """What a good board file says, defaults included, in a line."""
    connectors = table["connector"]
    safety = table["safety"]
    network = table.get("network", {"kind": "none"})["kind"]
    power = sum(one["max_current"] for one in connectors) * table["grid"]["voltage"] * table["grid"]["phases"] / 1000
    bench = ", on a bench" if safety["bench"] else ", nothing closes: bench is false" if safety["tier"] == "T0" else ""
    many = "1 connector" if len(connectors) == 1 else f"{len(connectors)} connectors"
    return f"{table['chip']}, {many}, {power:.1f} kW, network {network}, safety tier {safety['tier']}{bench}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make check-board", description=__doc__.split("\n\n")[0])
    parser.add_argument("boards", nargs="+", metavar="BOARD", help="a folder under boards/, or a path")
    wrong = 0
    for board in parser.parse_args().boards:
        try:
            table = read(board)
            found = mistakes(table)
        except (FileNotFoundError, ValueError) as error:
            table, found = None, [str(error)]
        for line in found:
            print(f"{board}: {line}")
        wrong += len(found)
        if not found:
            print(f"{board}: good: {summary(board_file.completed(table))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
