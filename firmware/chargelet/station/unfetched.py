"""The records of a station without a central system: the oldest go when there are too many."""

from . import outbox

# Of so many, a few hundred sessions, the oldest goes for each new one: flash is never full of what nobody wants.
_MAX = 500


def step(station):
    """Give up the oldest record, as if it had been delivered. The energy registers go on counting all.

    Only before any central system has accepted this station: from then on all that is to be billed is kept.
    """
    if len(station.outbox) <= _MAX or station.registration.ever:
        return
    record = station.outbox.oldest()
    if record is None:
        return
    kind = record[0]
    if kind == outbox.START:
        # What follows has no start any more: -1, as for a start that was given up (errata 3.18).
        station.outbox.started(record, -1)
    else:
        station.outbox.delivered(record)
