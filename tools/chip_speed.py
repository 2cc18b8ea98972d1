"""What a chip takes for what was counted: published scores, the pessimistic end of them, and how they were converted.

All of it is an estimate. Nothing here was measured on a chip by us; a plain ESP32 at 240 MHz is meant unless something
else is said. A chip's flash cache, Wi-Fi and TLS are in none of the figures.
"""

# Milliseconds that one round of reference.py takes on an ESP32, by each source. The first two are rates a second of
# pystone in MicroPython's own perf_bench, a pass of which is 2.2 rounds where the firmware is frozen in (measured once;
# it varied from 2.15 to 2.29, and was 2.33 in Debian's MicroPython). The third is the time to come to the next of 100
# tasks; the tool measures what that is in rounds each time.
_PYSTONE_ROUNDS = 2.2
SOURCES = (
    ("perf_bench pystone 1166 a second: MicroPython issue 6565, a build of November 2020", 1000 / 1166.32),
    ("perf_bench pystone 1731 a second: the same issue, MicroPython 1.13", 1000 / 1731.94),
)
# rate.py of Peter Hinch's micropython-async, its issue 79: 322 µs on an ESP32 at 160 MHz, 218 µs on a C3, both with
# MicroPython 1.18, which has the interpreter's loop in RAM (MicroPython pull request 7850).
SWITCH_MS = 0.322
# The same program (a spigot for π, scruss 2025, MicroPython 1.24 and 1.25) took an ESP32 at 160 MHz 15.4 s, a C3 at
# 160 MHz 13.2 s and an S3 at 240 MHz 8.9 s; drawing took an ESP32 at 240 MHz 0.87 of the time at 160 (issue 8029).
OTHERS = (("esp32c3", 13.2 / 15.4), ("esp32s3", 8.9 / 15.4))

# A collection without PSRAM: 1.8 ms (MicroPython issue 8428), 2.0 to 2.5 ms (micropython-micro-gui issue 10). Twice the
# most of it, because our heap is nearly full of what lives. With PSRAM it is 20 to 100 ms there.
COLLECTION_MS = 5.0

# A read of the ADC takes 35 to 70 µs (MicroPython issue 7495 measured 35 with 1.15 and twice that with 1.16).
READ_MS = 0.07


def round_ms(switch_rounds: float) -> list:
    """[(ms, source)] of one round on an ESP32, the slowest first."""
    found = [(ms / _PYSTONE_ROUNDS, source) for source, ms in SOURCES]
    source = "rate.py 322 µs a switch at 160 MHz: micropython-async issue 79, MicroPython 1.18"
    found.append((SWITCH_MS / switch_rounds, source))
    return sorted(found, reverse=True)
