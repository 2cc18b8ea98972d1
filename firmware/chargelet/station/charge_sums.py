"""Reads the charge log for people: sessions with times and names, as CSV, and summed by month and by card.

Everything is read one session after the other: a thousand of them never are in RAM.
"""

from ..base import loading
from ..base.log import masked
from ..base.timestamp import to_text
from ..journal.record import END, START, parts_of
from ..journal.sidecar import ASIDE_MAX
from . import charge_log

loading.seldom(__name__)

HEAD = "start,end,connector,card,Wh,meterStart,meterStop,reason,central system\r\n"

# What the central system has of a session's end.
TOLD, WAITS, ASIDE, ALONE, UNKNOWN = "told", "waiting", "set aside", "none", "unknown"

# No local time is further ahead of UTC: the beginning of a month that is further off than this is none of a session's.
_AHEAD_S = 14 * 3600
# So many sums are made in one pass over the log.
_AT_ONCE = 16


def rows(station, name_of_card=masked):
    """(start, end, connector, card, Wh, meterStart, meterStop, reason, whether the central system has it, the
    session's number) of each, oldest first. Times in seconds since 2000, None where nobody can say; so is Wh."""
    outbox, wall = station.outbox, station.clock.wall
    # Of whose start it would not hear, or the end, the central system cannot bill.
    aside, first, count = [], None, 0
    for name in outbox.sidecar.set_aside_names():
        count += 1
        sequence, kind, connector, number = parts_of(name) or (0, None, 0, 0)
        if kind in (START, END):
            aside.append((connector, number))
            first = sequence if first is None else min(first, sequence)
    if count < ASIDE_MAX or first is None:
        first = 0  # nothing of a session has made room yet
    alone = station.authorization.stand_alone and not station.registration.ever
    for number, connector, start, end, begin, stop, reason, tag, sequence in charge_log.each(station.storage):
        _kind, waits = (outbox.oldest() or (None, None))[:2]
        state = TOLD
        if alone:
            state = ALONE
        elif waits and sequence >= int(waits[:8], 16):
            state = WAITS
        elif (connector, number) in aside:
            state = ASIDE
        elif sequence < first:
            state = UNKNOWN
        start, end = [None if at is None else wall(at) for at in (start, end)]
        wh = None if begin is None else stop - begin
        yield start, end, connector, name_of_card(tag), wh, begin, stop, reason, state, number


def csv(station, name_of_card=masked, between=","):
    """The lines of a CSV file (RFC 4180), times in UTC. With a semicolon `between` the columns it is for spreadsheets
    where the comma is in numbers; those know UTF-8 by the mark that it begins with."""
    yield HEAD if between == "," else "\ufeff" + HEAD.replace(",", between)
    for row in rows(station, name_of_card):
        yield between.join([_cell(at, value, between) for at, value in enumerate(row[:9])]) + "\r\n"


def _cell(at, value, between) -> str:
    if value is None:
        return ""
    text = to_text(value) if at < 2 else str(value)
    if at == 3 and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        text = "'" + text  # else a spreadsheet would take a name for a formula
    if '"' in text or between in text or "\n" in text or "\r" in text:
        text = '"' + text.replace('"', '""') + '"'
    return text


def by_month(end, card, east=None) -> str:
    """The month in which a session has ended, such as 2026-11; empty where nobody knows. `east` says how many minutes
    local time is ahead of UTC at the beginning of each of the twelve months; without it they are months of UTC."""
    if end is not None and east:
        end += 60 * east[int(to_text(end + _AHEAD_S)[5:7]) - 1]
    return "" if end is None else to_text(end)[:7]


def by_card(end, card) -> str:
    """The card that a session was for; what comes behind a line break only tells it from others that look like it."""
    return card


def sums(station, key, name_of_card=masked):
    """(key, sessions, Wh) for each key in order, by_month or by_card; gives None while it works.

    As many passes over the log as there are sixteens of keys.
    """
    after = None
    while True:
        found = {}
        more = False
        for _start, end, _connector, card, wh, _begin, _stop, _reason, _state, _number in rows(station, name_of_card):
            name = key(end, card)
            if after is None or name > after:
                if name not in found and len(found) >= _AT_ONCE:
                    more = True
                    last = max(found)
                    if name > last:
                        yield None
                        continue
                    del found[last]
                sessions, whole = found.get(name, (0, 0))
                found[name] = sessions + 1, whole + (wh or 0)
            yield None
        for name in sorted(found):
            yield (name.split("\n")[0],) + found[name]
        if not more:
            return
        after = max(found)
