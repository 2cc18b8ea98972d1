"""Writes the diagnostics file: what is known of the station, without secrets, and the log of a period."""

import json

from ..base import loading
from ..base.log import masked
from ..base.timestamp import to_text

loading.seldom(__name__)

_STAMP = 20  # characters of a date and time in the log


def parts(station, log_pieces, start: "int | None" = None, stop: "int | None" = None):
    """The diagnostics file, piece by piece: the station, without secrets, then the log of a period."""
    from .. import version
    from .reset_causes import known
    from .vendor.chargelet import report

    yield ("# Chargelet %s, %s\n" % (version.of(station.board), version.interpreter())).encode()
    yield b"%s\n\n# Configuration\n" % json.dumps(station.board.get("station", {})).encode()
    for key, readonly, text in station.config.report():
        if key.endswith("IdTag"):
            text = masked(text) if text else ""
        yield ("%s%s = %s\n" % (key, " (read-only)" if readonly else "", text)).encode()
    yield b"\n# Queue\n%s\n\n# Connectors\n" % json.dumps(report(station)).encode()
    for connector in station.connectors:
        evse = connector.evse
        status = station.notifier.current(connector.id)
        running = connector.transaction
        said = (connector.id, status, evse.pilot_state, evse.offered_ma, evse.contactor_closed, evse.meter.energy_wh())
        yield ("connector %d: %s, pilot %s, %d mA offered, contactor closed: %s, %d Wh" % said).encode()
        yield (", %d pulses may have been missed" % evse.meter.missed if evse.meter.missed else "").encode()
        yield (", transaction %s\n" % running.id if running else "\n").encode()
    yield b"\n# Boots\n%s\n\n# Log\n" % known(station.storage)
    yield from of_time(log_pieces, start, stop)


def of_time(pieces, start: "int | None", stop: "int | None"):
    """The lines of a period, from a log that comes in pieces of any length."""
    if start is None and stop is None:
        yield from pieces
        return
    first = to_text(start or 0).encode()
    last = b"9999" if stop is None else to_text(stop).encode()
    head = b""  # of a line, as long as it is too short to tell
    kept = None  # whether the line is wanted, once that is known
    for piece in pieces:
        at = 0
        while at < len(piece):
            end = piece.find(b"\n", at) + 1 or len(piece)
            part = piece[at:end]
            at = end
            if kept is None:
                head += part
                if len(head) < _STAMP and head[-1:] != b"\n":
                    continue
                # A line without a date is from before the clock was known.
                kept = head[:1] == b"+" or first <= head[:_STAMP] <= last
                part, head = head, b""
            if kept:
                yield part
            if part[-1:] == b"\n":
                kept = None
