"""One charging profile: what it allows, and until when (OCPP 1.6 §3.13, §5.16).

Times are seconds since 2000; limits are tenths of the profile's unit, so that single-precision floats do no harm.
"""

import struct

_DAY = 86400
_WEEK = 604800
# A Monday, for a weekly profile that does not say where its weeks begin.
_MONDAY = 2 * _DAY
_PERIOD = "<iiB"
_PERIOD_SIZE = struct.calcsize(_PERIOD)

# What OCPP calls a purpose, and what it is called here and on flash.
PURPOSES = (("ChargePointMaxProfile", "Max"), ("TxDefaultProfile", "Default"), ("TxProfile", "Tx"))

_FIELDS = (
    "id", "purpose", "connector", "stack", "kind", "recurs", "valid_from", "valid_to", "start", "duration", "unit",
    "number", "installed",
)  # fmt: skip


class Profile:
    """A profile as it is installed.

    `purpose` is Max, Default or Tx; `recurs` the seconds after which a recurring one begins anew, else 0; `number` the
    station's own for the transaction of a Tx; `installed` when it came. What is not there is None.
    """

    def __init__(self, values, periods):
        (
            self.id,
            self.purpose,
            self.connector,
            self.stack,
            self.kind,
            self.recurs,
            self.valid_from,
            self.valid_to,
            self.start,
            self.duration,
            self.unit,
            self.number,
            self.installed,
        ) = values
        # Nine bytes for each: objects would take fifty.
        self._periods = b"".join([struct.pack(_PERIOD, *period) for period in periods])

    def _values(self) -> list:
        return [getattr(self, name) for name in _FIELDS]

    def stored(self) -> list:
        """Its arguments, to store it and make it again."""
        return [self._values(), list(self._each())]

    def again(self, other) -> bool:
        """Whether another one says the same, so that it has begun when this one did."""
        if self._values()[:-1] != other._values()[:-1] or self._periods != other._periods:
            return False
        if self.purpose != "Max" or self.kind == "Recurring" or (self.kind == "Absolute" and self.start is not None):
            return True
        # What a limit of the station counts from its coming it counts anew, if it changes at all.
        return self.duration is None and len(self._periods) == _PERIOD_SIZE

    def copy(self) -> "Profile":
        """A copy, which lies as low in RAM as there is room now."""
        made = Profile(self._values(), ())
        made._periods = bytes(memoryview(self._periods))
        return made

    def _each(self):
        for at in range(0, len(self._periods), _PERIOD_SIZE):
            yield struct.unpack_from(_PERIOD, self._periods, at)

    def lowest(self) -> int:
        """The least that any of its periods allows: for a station that does not know what time it is."""
        return min([limit for _start, limit, _phases in self._each()])

    def _anchor(self, t, began):
        """Where the schedule's zero lies, or None when nothing has begun."""
        if self.kind == "Recurring":
            base = self.start if self.start is not None else _MONDAY if self.recurs == _WEEK else 0
            return base if t < base else t - (t - base) % self.recurs
        if self.kind == "Absolute" and self.start is not None:
            return self.start
        # Relative, or an absolute one without a start: from the beginning of the transaction (§7.13).
        if self.purpose == "Max":
            if self.installed is None:
                return None
            # One that comes before it is valid begins when it is. A clock that was put back since must not lift the
            # limit: it has begun then.
            return min(t, max(self.installed, self.valid_from or 0))
        return began

    def at(self, t: int, began: "int | None") -> tuple:
        """(limit in tenths or None, phases, until) at a time; `began` is when the transaction did.

        None: it says nothing then, and a lower stack level has its turn (errata 3.43). `until` is when that may change,
        None for never.
        """
        if self.valid_from is not None and t < self.valid_from:
            return None, 0, self.valid_from
        if self.valid_to is not None and t >= self.valid_to:
            return None, 0, None
        anchor = self._anchor(t, began)
        if anchor is None:
            return None, 0, self.valid_to
        if t < anchor:
            return None, 0, sooner(self.valid_to, anchor)
        length = self.duration
        if self.recurs:
            # What is longer than the recurrence is never executed (errata 3.44).
            length = self.recurs if length is None else min(length, self.recurs)
        if length is not None and t - anchor >= length:
            return None, 0, sooner(self.valid_to, anchor + self.recurs) if self.recurs else self.valid_to
        limit = phases = None
        end = length
        for start, its_limit, its_phases in self._each():
            if start > t - anchor:
                end = start if end is None else min(end, start)
                break
            limit, phases = its_limit, its_phases
        until = self.valid_to if end is None else sooner(self.valid_to, anchor + end)
        return limit, phases, until


def sooner(one, other):
    """The earlier of two times, of which None is never."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
