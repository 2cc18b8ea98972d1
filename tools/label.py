"""`make label PORT=…`: the label of a board: its set-up network, that one's password, and both as a QR code.

The password is the board's own: drawn once, here or at its first set-up, and then the same until all of its flash is
erased. `make flash` and `make deploy` make the label too: a text and a drawing (SVG) in labels/, which git ignores.
Whoever has it can set the board up.
"""

import argparse
import sys
import time
from pathlib import Path

import segno

import rom
from board_link import BoardError, BoardLink

sys.path.insert(0, str(rom.FIRMWARE))
from chargelet import set_up

FOLDER = rom.ROOT / "labels"
_STATE = "/state/"
_UNIQUE = "import machine, binascii\nprint(binascii.hexlify(machine.unique_id()).decode())"
_READ = "try:\n    print(open(%r).read())\nexcept OSError:\n    print()"


class _Files:
    """The board's own storage, through its serial port, as set_up.py wants it."""

    def __init__(self, link):
        self._link = link

    def read(self, name):
        return self._link.run(_READ % (_STATE + name)).strip().encode()

    def write(self, name, content):
        self._link.write(_STATE + name, content)


def _escaped(text: str) -> str:
    """A text in a WIFI: code, where these letters mean something."""
    return "".join("\\" + letter if letter in '\\;,":' else letter for letter in text)


def wifi(name: str, password: str) -> str:
    """What a phone reads from the code: it then offers to join."""
    return f"WIFI:S:{_escaped(name)};T:WPA;P:{_escaped(password)};;"


def of(link: BoardLink) -> tuple:
    """(name, password) of the board's access point; a password is drawn where there is none. Raises BoardError."""
    name = set_up.name_of(bytes.fromhex(link.run(_UNIQUE).strip()))
    return name, set_up.own_password(_Files(link))


def wanted(table: dict) -> bool:
    """Whether a board with this file opens a Wi-Fi of its own to be set up."""
    return table.get("network", {}).get("kind") in ("wifi", "ethernet")


def written(name: str, password: str, folder: Path = FOLDER) -> list:
    """The label's files."""
    folder.mkdir(parents=True, exist_ok=True)
    text, drawing = folder / f"{name}.txt", folder / f"{name}.svg"
    code = wifi(name, password)
    text.write_text(
        f"Set-up Wi-Fi: {name}\nPassword: {password}\n{code}\n"
        "Join it, and open any address: the page tries out what you say, and keeps it when it works.\n"
    )
    segno.make(code, error="m", micro=False).save(str(drawing), scale=6, title=f"Wi-Fi {name}", desc=code)
    return [text, drawing]


def made(link: BoardLink, folder: Path = FOLDER) -> str:
    """Make the label; what is said of it. Raises BoardError, OSError."""
    name, password = of(link)
    files = " and ".join(str(path) for path in written(name, password, folder))
    return f"set-up Wi-Fi {name}, password {password}; its label: {files}"


def at_hand(link: BoardLink) -> str:
    """Make the label; what is said of it, also where that does not work: it is no part of what else is done."""
    try:
        return made(link)
    except (BoardError, OSError) as error:
        return f"its label is not made ({error}): `make label` tries again"


def once_it_answers(port: str, wait_s: int = 15) -> str:
    """Make the label of a board that is starting; what is said of it, also where the board does not answer."""
    until = time.monotonic() + wait_s
    while True:
        try:
            link = BoardLink(port)
            try:
                return made(link)
            finally:
                link.reset(again=False)
                link.close()
        except (BoardError, OSError):
            if time.monotonic() >= until:
                return "the board does not answer yet: `make deploy` makes its label, or `make label`"
            time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make label", description=__doc__.split("\n\n")[0])
    parser.add_argument("port", help="the serial port, like /dev/ttyUSB0 or COM3")
    options = parser.parse_args()
    try:
        link = BoardLink(options.port)
        try:
            print(made(link))
            link.reset(again=False)
        finally:
            link.close()
    except (BoardError, OSError, ValueError) as error:
        print(f"label: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
