"""Memory that survives a reset but not a power cut: energy registers and latched faults.

A latched fault stays until somebody has switched the station off at the mains: that is when this memory is lost.
"""

import json
from binascii import crc32

_MAX = 2048


class RtcMemory:
    """`rtc` is a machine.RTC. What is damaged counts as not there."""

    def __init__(self, rtc):
        self._rtc = rtc

    def read(self) -> tuple:
        """(registers in Wh, latched faults or None, both one a meter or connector), two empty lists when there is
        nothing."""
        try:
            raw = bytes(self._rtc.memory())
            if len(raw) > 8 and int(raw[:8], 16) == crc32(raw[8:]) & 0xFFFFFFFF:
                registers, latches = json.loads(raw[8:])
                return registers, latches
        except (ValueError, TypeError):
            pass
        return [], []

    def write(self, registers, latches):
        """Costs no flash."""
        raw = json.dumps([registers, latches]).encode()
        if len(raw) + 8 <= _MAX:
            self._rtc.memory(b"%08x" % (crc32(raw) & 0xFFFFFFFF) + raw)
