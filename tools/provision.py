"""`make provision PORT=…`: gives a board its installation: Wi-Fi, central system, identity, password.

Takes installation.toml where there is one (installation.example.toml shows how it looks; it is never committed), asks
for what is missing, and writes /installation.json on the board, whole or not at all. All questions come before the
first word to the board: that stops its program, and a watchdog does not wait for answers.
"""

import argparse
import getpass
import hashlib
import json
import sys
import time
import tomllib
from pathlib import Path

import authority
import page_password
import rom
from board_link import BoardError, BoardLink, as_json

sys.path.insert(0, str(rom.FIRMWARE))
from chargelet import given_root, installation
from chargelet.base.pieces import finish
from chargelet.hardware import board_file
from uwebsockets.handshake import parse_url

FILE = "/installation.json"
EPOCH = 946684800  # boards count from 2000
# key of [csms] → the file on the board that the station takes over at its next start (provisioned.py)
CERTIFICATES = {
    "ca": "/authority.der", "manufacturer_ca": "/manufacturer.der", "certificate": "/client.pem", "key": "/client.key",
}  # fmt: skip
# path, question, whether it is a secret, whether it may be left empty
_QUESTIONS = (
    ("wifi.name", "Name of the Wi-Fi (empty: none)", False, True),
    ("wifi.password", "Its password (empty: an open Wi-Fi)", True, True),
    ("csms.url", "Address of the central system (ws:// or wss://, without the identity)", False, False),
    ("csms.identity", "Identity of this station (empty: the chip's own number)", False, True),
    ("csms.password", "Password for the central system (empty: none)", True, True),
)


_OWN = rom.ROOT / "installation.toml"
# A board that is stopped and then left alone comes back by itself after so long.
_PATIENCE_S = 60


def read(path: Path | None) -> dict:
    """What an installation file says; of the one at the top of the project nothing, where there is none. Raises
    ValueError for another one that is not there, and for what is not TOML."""
    named = path or _OWN
    if not named.exists():
        if path:
            raise ValueError(f"{path} is not there")
        return {}
    try:
        table = tomllib.loads(named.read_text())
    except ValueError as error:  # of TOML, or of UTF-8
        raise ValueError(f"{named.name}: {error}") from None
    for section in ("wifi", "csms"):
        if not isinstance(table.get(section, {}), dict):
            raise ValueError(f"{named.name}: {section}: no section; allowed: [{section}] with its keys below it")
    return table


def completed(table: dict, ask, ask_secret) -> dict:
    """The same table with answers to what it does not say. Raises ValueError where there is no answer."""
    for path, question, secret, optional in _QUESTIONS:
        section, name = path.split(".")
        if installation.alone(table):
            break  # it has nobody to talk to
        if name in table.get(section, {}) or (path == "wifi.password" and "wifi" not in table):
            continue
        answer = (ask_secret if secret else ask)(f"{question}: ").strip()
        if answer:
            table.setdefault(section, {})[name] = answer
        elif not optional:
            raise ValueError(
                f"{path}: an answer is needed, or the key in installation.toml; for a station without a central "
                "system, stand_alone = true there"
            )
    return table


def with_page(table: dict, ask_secret) -> dict:
    """The same table with a hash of the page's password, which is asked for. Raises ValueError for a bad one."""
    page = table.get("page")
    if page is None:
        answer = ask_secret("Password for the station's own page, 8 to 64 characters (empty: no page): ").strip()
        page = {"password": answer} if answer else None
    if page is not None:
        table["page"] = page_password.hashed(page)
    return table


def certificates(table: dict, folder: Path) -> dict:
    """{file on the board: content} of what [csms] names; the names leave the table. Raises OSError, ValueError: also
    for what its security profile needs and the table does not name."""
    csms = table.get("csms", {})
    found = {}
    for name, target in CERTIFICATES.items():
        if name in csms:
            path = folder / csms.pop(name)
            found[target] = _root(name, path) if target.endswith(".der") else authority.pem(path)
    there = [name for name, target in CERTIFICATES.items() if target in found]
    missing = [f"csms.{name}" for name in installation.lacking(csms.get("profile"), there)]
    if missing:
        raise ValueError(f"security profile {csms['profile']} needs {', '.join(missing)}: the path of a PEM file each")
    if (CERTIFICATES["certificate"] in found) != (CERTIFICATES["key"] in found):
        raise ValueError("csms.certificate and csms.key belong together")
    if CERTIFICATES["key"] in found:
        authority.fits(found[CERTIFICATES["certificate"]], found[CERTIFICATES["key"]])
    return found


def _root(name: str, path: Path) -> bytes:
    """A root in PEM as a board reads it, judged as a board would."""
    try:
        return finish(given_root.judged(path.read_text(), int(time.time()) - EPOCH))
    except ValueError as error:
        raise ValueError(f"csms.{name}: {error}; one certificate in PEM that is valid now is allowed") from None


def provision(link: BoardLink, table: dict, files: dict | None = None):
    """Put it onto the board: each old file stays until the new one is whole."""
    for name, content in (files or {}).items():
        _put(link, name, content)
    _put(link, FILE, as_json(table))


def _put(link, name, content):
    link.write(name + "~", content)
    if link.hashes([name + "~"]).get(name + "~") != hashlib.sha256(content).hexdigest():
        raise BoardError(f"what the board has of {name} is not what was sent: it is as it was, try again")
    link.rename(name + "~", name)


def refuse(table: dict, wifi: bool):
    """Raises BoardError that explains all that is wrong; `wifi`: whether the board needs one."""
    wrong = installation.problems(table, wifi) or _settings(table)
    if wrong:
        lines = [board_file.explain(problem) for problem in wrong]
        raise BoardError("\n".join([*lines, "nothing was written"]))


def _settings(table: dict) -> list:
    """Problems that a board would find only when it connects, or leaves a key out."""
    found = []
    for name in ("url", "secure_url"):
        url = table.get("csms", {}).get(name)
        try:
            if url is not None:
                parse_url(url)
        except ValueError as error:
            said = str(error).removeprefix("url: ")
            found.append((f"csms.{name}", said, "ws://HOST:PORT/PATH or wss://HOST:PORT/PATH"))
    for key, value in table.get("config", {}).items():
        if not isinstance(value, str | int):
            found.append((f"config.{key}", repr(value), "a text, a whole number, true or false"))
    return found


def needs_wifi(link: BoardLink) -> bool:
    """Whether the board file that was deployed wants a Wi-Fi."""
    text = link.run("try:\n    print(open('/board.json').read())\nexcept OSError:\n    print('null')")
    board = json.loads(text)
    if board is None:
        raise BoardError("there is no board file on the board: `make deploy` comes first")
    return board.get("network", {}).get("kind") == "wifi"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make provision", description=__doc__.split("\n\n")[0])
    parser.add_argument("port", help="the serial port, like /dev/ttyUSB0 or COM3")
    parser.add_argument("--file", type=Path, help="default: installation.toml, where there is one")
    options = parser.parse_args()
    try:
        table = read(options.file)
        ask, ask_secret = input, getpass.getpass
        if not sys.stdin.isatty():  # a script: the file says all
            ask = ask_secret = lambda question: ""
        table = with_page(completed(table, ask, ask_secret), ask_secret)
        files = certificates(table, (options.file or _OWN).parent)
        refuse(table, False)
        link = BoardLink(options.port)
        try:
            link.patience(_PATIENCE_S)
            wifi = needs_wifi(link)
            if not wifi and "wifi" in table:
                print("this board has no Wi-Fi: what is said of one is left out")
                del table["wifi"]
            refuse(table, wifi)
            provision(link, table, files)
            link.reset(again=False)
            print(f"written; the board restarts: `make console PORT={options.port}` shows what it says")
        finally:
            link.close()
    except (BoardError, OSError, ValueError) as error:
        print(f"provision: {error}", file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        print("provision: nothing was written", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
