"""Writes log lines to standard error, and the newest of them to flash."""

import sys

from .timestamp import to_text

# What should not be, what happens, every message: the values of the key LogLevel.
ERROR, INFO, DEBUG = range(3)
# For whoever is at the console, and for no file: diagnostics are passed on to others.
ASIDE = -1
KEYS = "LogLevel RW 0..2 1"

# Lines wait in RAM until there are so many bytes of them: each file on flash costs a block of 4 kB.
_CHUNK = 1024
_FILES_MAX = 12
_PIECE = 256
# A line is one line and no longer than this, whoever's words are in it: else they could forge others, steer a terminal,
# or keep a serial line busy for seconds.
_LINE_MAX = 500
# An error that repeats without end must not wear out the flash.
_ERRORS_MS = 10000


def masked(id_tag: "str | None") -> str:
    """An idTag for the log and for diagnostics: the whole of it would be enough to charge with. Its end is enough
    to find the card by: four characters, or a third of a short one."""
    text = str(id_tag)
    return "**" + text[len(text) - min(4, len(text) // 3) :]


def one_line(text: str, most: int = _LINE_MAX) -> str:
    """A text for a log, whoever's words are in it (mbedTLS's begin with a line break): without what ends a line
    somewhere or steers a terminal, and no longer than `most` and three points."""
    if len(text) > most:
        text = text[:most] + "..."
    try:
        data = text.encode()
        if not data or (min(data) >= 32 and max(data) < 127):
            return text
    except UnicodeError:
        pass  # half a pair of surrogates
    parts = [" " if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" else c for c in text]
    return " ".join("".join(parts).split())


class Log:
    """Call it with one line of text, and a level; `most()`, once there is a configuration, says up to which is wanted.

    With a storage of its own the newest lines outlive a reboot: files of up to 1 kB, the oldest of which goes for the
    thirteenth, so that a line costs its own bytes and a twentieth of an erase. An ERROR is on flash at once, unless
    another was within the last ten seconds.
    """

    def __init__(self, clock, out=None, storage=None):
        self._clock = clock
        self._out = out or sys.stderr
        self._storage = storage
        self.most = None
        # One piece of RAM for good: lines that wait one by one would leave no large piece between them.
        self._waiting = bytearray(_CHUNK if storage else 0)
        self._used = 0
        self._error = None  # uptime of the last one that was put on flash at once

    def __call__(self, text: str, level: int = INFO):
        if level > (self.most() if self.most else INFO):
            return
        try:
            self._say(text, level)
        except MemoryError:
            pass  # whoever has said it goes on: no task ends for want of a line

    def _say(self, text, level):
        text = one_line(text)
        now = self._clock.now()
        stamp = to_text(now) if now is not None else "+%d s" % (self._clock.uptime() // 1000)
        line = "%s %s%s\n" % (stamp, "ERROR " if level == ERROR else "", text)
        self._out.write(line)
        if self._storage and level != ASIDE:
            self._keep(line)
            uptime = self._clock.uptime()
            if level == ERROR and (self._error is None or uptime - self._error >= _ERRORS_MS):
                self._error = uptime
                self.save()

    def _keep(self, line):
        try:
            data = line.encode()
        except UnicodeError:
            data = line.encode("ascii", "backslashreplace")  # half a pair of surrogates; MicroPython lets it pass
        if len(data) > _CHUNK:
            data = data[: _CHUNK - 1] + b"\n"
        if self._used + len(data) > _CHUNK:
            self.save()
        end = self._used + len(data)
        self._waiting[self._used : end] = data
        self._used = end

    def _names(self) -> list:
        return sorted([name for name in self._storage.names() if len(name) == 8 and name.isdigit()])

    def save(self):
        """Put on flash what waits in RAM: before a reset."""
        if not self._used:
            return
        text = memoryview(self._waiting)[: self._used]
        self._used = 0
        names = self._names()
        try:
            while len(names) >= _FILES_MAX:
                self._storage.remove(names.pop(0))
            self._storage.create("%08d" % (int(names[-1]) + 1 if names else 1), text)
        except OSError:
            pass  # a full flash: there are more important things

    def each(self):
        """The lines that there are, oldest first, as bytes in pieces that end anywhere. Between two pieces lines may
        come and files may go."""
        if not self._storage:
            return
        last = ""
        given = 0  # bytes of what waits in RAM, which becomes the next file
        while True:
            name = self._after(last)
            if name:
                last = name
                piece = self._piece(name, given)
                while piece:
                    given += len(piece)
                    yield piece
                    piece = self._piece(name, given)
                given = 0
            elif given < self._used:
                end = min(self._used, given + _PIECE)
                piece = bytes(memoryview(self._waiting)[given:end])
                given = end
                yield piece
            else:
                return

    def _after(self, last) -> "str | None":
        """The oldest file that is newer than one."""
        for name in self._names():
            if name > last:
                return name
        return None

    def _piece(self, name, at) -> bytes:
        """What a file has from there on, up to a bound; opened anew each time, for it may have gone."""
        file = self._storage.stream(name)
        if file is None:
            return b""
        with file:
            file.seek(at)
            return file.read(_PIECE)


# False where nobody reads standard error, because the serial line is another part's (device.py).
console = True


def print_trace(error):
    """To standard error, with where it came from: for the person at the console, where there is one."""
    if not console:
        return
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, sys.stderr)
    else:
        import traceback

        traceback.print_exception(error)
