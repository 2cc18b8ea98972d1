"""RAPI, the language of an OpenEVSE controller on a serial line: frames, questions, answers.

A frame: `$CC parameters^XX\\r`, XX the XOR of all before `^`. An answer is `$OK …` or `$NK …`; what begins with `$A`
the controller says by itself.
"""

from ..base.clock import ticks_diff

# An answer takes some milliseconds; a controller that switches its relay takes longer.
_ANSWER_MS = 500
_LINE_MAX = 80


def frame(text: str) -> bytes:
    """A command with its checksum."""
    line = ("$" + text).encode()
    xor = 0
    for byte in line:
        xor ^= byte
    return line + b"^%02X\r" % xor


def unframed(line: bytes) -> "str | None":
    """What a line says; None for one whose checksum is not right. Controllers before 2.0 send none."""
    start = line.find(b"$")
    if start < 0:
        return None
    line = line[start:]
    body, mark, given = line.partition(b"^")
    try:
        if mark:
            xor = 0
            for byte in body:
                xor ^= byte
            if int(given, 16) != xor:
                return None
        return body[1:].decode()
    except (ValueError, UnicodeError):
        return None


class Rapi:
    """One question at a time. `uart` is a machine.UART that does not wait (timeout 0)."""

    def __init__(self, uart):
        self._uart = uart
        self._buffer = b""
        self._asked = None  # (handler, ticks)
        self._waiting = []  # (text, handler)
        self.heard = None  # ticks of the last good line
        self.bad = 0  # lines that could not be believed

    def ask(self, text: str, handler, first: bool = False):
        """Send a command when it is its turn; `handler(words)` gets the answer ("OK", …), None where there is none."""
        if first:
            self._waiting.insert(0, (text, handler))
        else:
            self._waiting.append((text, handler))

    @property
    def idle(self) -> bool:
        return self._asked is None and not self._waiting

    def step(self, now: int, notice):
        """Let time pass; `notice(words)` gets what the controller says by itself."""
        while self._uart.any():
            self._buffer += self._uart.read() or b""
        while True:
            line, end, rest = self._buffer.partition(b"\r")
            if not end:
                break
            self._buffer = rest
            text = unframed(line)
            if text is None:
                self.bad += 1
            elif text[:2] in ("OK", "NK"):
                self.heard = now
                self._answered(text.split())
            elif text[:1] == "A":
                self.heard = now
                notice(text.split())
        if len(self._buffer) > _LINE_MAX:
            self._buffer = b""
        if self._asked:
            _handler, since = self._asked
            if ticks_diff(now, since) >= _ANSWER_MS:
                self._answered(None)
        if self._asked is None and self._waiting:
            text, handler = self._waiting.pop(0)
            self._asked = (handler, now)
            self._uart.write(frame(text))

    def _answered(self, words):
        if self._asked:
            handler = self._asked[0]
            self._asked = None
            handler(words)
