"""A board on a serial port: its raw REPL by mpremote, files and hashes."""

import ast
import json
import sys
import time

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial.tools import list_ports

# The bytecode of mpy-cross 1.29 and of every MicroPython since 1.23.
_MPY = 6
# machine.Counter, and what else the drivers need, is there from here on.
_MIN = (1, 26)
_REBOOT_S = 15

_IS = """
import sys
i = sys.implementation
print(repr((i.name, tuple(i.version[:3]), getattr(i, '_mpy', 0) & 255, getattr(i, '_machine', sys.platform))))
"""

_HASHES = """
import hashlib, binascii
for n in %r:
    try:
        f = open(n, 'rb')
    except OSError:
        continue
    h = hashlib.sha256()
    b = f.read(512)
    while b:
        h.update(b)
        b = f.read(512)
    f.close()
    print(n, binascii.hexlify(h.digest()).decode())
"""

_LIST = """
import os
def w(d):
    try:
        l = list(os.ilistdir(d))
    except OSError:
        return
    for e in l:
        p = d + '/' + e[0]
        w(p) if e[1] & 0x4000 else print(p)
for d in %r:
    w(d)
"""


_PRUNE = """
import os
def w(d):
    try:
        l = list(os.ilistdir(d))
    except OSError:
        return
    for e in l:
        if e[1] & 0x4000:
            w(d + '/' + e[0])
    try:
        os.rmdir(d)
    except OSError:
        pass
for d in %r:
    w(d)
"""


class BoardError(Exception):
    """What went wrong with the board, and what to do next."""


class BoardLink:
    """A board that answers, each byte within `wait_s`. Raises BoardError for whatever goes wrong from here on."""

    def __init__(self, port: str, wait_s: int = 2):
        self.port = port
        self._wait_s = wait_s
        self._transport = None
        self._open()

    def _open(self):
        try:
            self._transport = SerialTransport(self.port, 115200, timeout=self._wait_s)
        except TransportError:
            raise BoardError(f"{self.port} cannot be opened; {ports()}") from None
        try:
            self._transport.enter_raw_repl(soft_reset=False, timeout_overall=max(10, self._wait_s))
        except TransportError:
            self._transport.close()
            raise BoardError(
                f"{self.port} is there, but no MicroPython answers: is another terminal open, has the board been "
                "flashed (make flash), is it the right port? Press the board's reset button and try again"
            ) from None

    def close(self):
        """Leave the board alone."""
        try:
            self._transport.exit_raw_repl()
            self._transport.close()
        except OSError:
            pass  # it has gone by itself

    def run(self, code: str, silent_s: int = 10) -> str:
        """What the board prints when it runs this; it may say nothing for so long."""
        try:
            said, wrong = self._transport.exec_raw(code, timeout=silent_s)
            if wrong:
                raise TransportExecError(code, wrong.decode(errors="replace"))
            return said.decode()
        except TransportExecError as error:
            raise BoardError(f"the board says: {error.error_output.strip().splitlines()[-1]}") from None
        except (TransportError, OSError) as error:
            raise BoardError(f"the board does not answer any more ({error}): reset it and try again") from None

    def machine(self) -> str:
        """What MicroPython calls the board."""
        return ast.literal_eval(self.run(_IS))[3]

    def check(self) -> str:
        """What kind of MicroPython it is; BoardError for one that cannot run this."""
        name, version, mpy, machine = ast.literal_eval(self.run(_IS))
        found = f"{machine}, {name} {'.'.join(map(str, version))}"
        if name != "micropython" or mpy != _MPY or tuple(version) < _MIN:
            raise BoardError(
                f"{found}: MicroPython {_MIN[0]}.{_MIN[1]} or later with bytecode version {_MPY} is needed; "
                "`make flash` puts one on the board"
            )
        return found

    def hashes(self, names) -> dict:
        """{name: SHA-256 in hexadecimal} of those files that are there."""
        found = {}
        names = list(names)
        for at in range(0, len(names), 20):
            for line in self.run(_HASHES % (names[at : at + 20],)).splitlines():
                name, _, digest = line.rpartition(" ")
                found[name] = digest
        return found

    def files(self, folders) -> list:
        """The paths of all files below these folders."""
        return self.run(_LIST % (list(folders),)).split()

    def write(self, name: str, content: bytes):
        """Write a file; the folders that it is in are made where they are not there."""
        parts = name.strip("/").split("/")[:-1]
        for depth in range(len(parts)):
            folder = "/" + "/".join(parts[: depth + 1])
            self.run(f"import os\ntry:\n    os.mkdir({folder!r})\nexcept OSError:\n    pass")
        try:
            self._transport.fs_writefile(name, content)
        except (TransportError, OSError) as error:
            text = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
            raise BoardError(f"{name} was not written: {text}") from None

    def remove(self, name: str):
        """Remove a file if it is there."""
        self.run(f"import os\ntry:\n    os.remove({name!r})\nexcept OSError:\n    pass")

    def prune(self, folders):
        """Remove these folders and those below them, where they are empty."""
        self.run(_PRUNE % (list(folders),))

    def patience(self, seconds: int):
        """Let a watchdog wait for so long, one that is running or none: with the program stopped nobody feeds it. A
        board that is left alone comes back by itself."""
        self.run(f"try:\n    from machine import WDT\n    WDT(timeout={seconds * 1000})\nexcept ImportError:\n    pass")

    def rename(self, name: str, other: str):
        """Give a file the name of another, which goes."""
        self.run(f"import os\nos.rename({name!r}, {other!r})")

    def reset(self, again: bool = True):
        """Reset the board, and with `again` come back to its REPL."""
        # Pins keep their levels through a reset until boot.py, so that runs before as well: contactors off.
        off = "try:\n    exec(open('/boot.py').read())\nexcept Exception:\n    pass\n"
        try:
            self._transport.exec_raw_no_follow(off + "import machine\nmachine.reset()")
            time.sleep(0.2)
            self._transport.close()
        except (TransportError, OSError):
            pass  # USB ports of the chip itself vanish with it
        if again:
            self._come_back()

    def _come_back(self):
        until = time.monotonic() + _REBOOT_S
        while True:
            try:
                self._open()
                return
            except BoardError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)


def ports() -> str:
    """What to do about a port that cannot be opened."""
    found = [port.device for port in list_ports.comports()]
    if not found:
        return "no serial port is there: is the cable one that carries data?"
    hint = " (on Linux your user has to be in the group dialout)" if sys.platform.startswith("linux") else ""
    return f"PORT is one of {', '.join(found)}, and no other program may have it open{hint}"


def as_json(table: dict) -> bytes:
    """A table as the device reads it."""
    return json.dumps(table, separators=(",", ":")).encode()
