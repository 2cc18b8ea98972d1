"""The charge log: one line on flash for each session that has ended, also without a central system.

A folder of files of up to one block of flash, a line for each session: a checksum, and as JSON

    [number, connector, start, end, meterStart, meterStop, reason, idTag, sequence of its end in the journal]

with null for what is not known any more. Times are stamps: seconds since 2000, or negative (clock.py) in files whose
name ends with a `u`; those are mended once the time is known. A line is one append, which littlefs makes durable whole
or not at all; what a power cut has kept from it is made up for from the journal at the next boot.
"""

import json
from binascii import crc32

from ..base import loading
from ..base.log import ERROR

loading.seldom(__name__)

_FOLDER = "sessions"
_UNKNOWN = "u"
# A block of flash; a line has some 80 bytes, so that there are about a thousand.
_FILE_MAX = 4000
_FILES_MAX = 24
# With less room on flash (bytes) there are so many files at most: starts and stops come first.
_ROOM = 131072
_FEW = 2
# So many lines are read at a time.
_PIECE = 4


def _path(name) -> str:
    return _FOLDER + "/" + name


def _names(storage) -> list:
    """The files, oldest first. One that has been mended is left out: a power cut was quicker than its removal."""
    found = sorted([name for name in storage.each(_FOLDER) if name[:6].isdigit() and name[6:] in ("", _UNKNOWN)])
    return [name for name in found if len(name) == 6 or name[:6] not in found]


def _line(fields) -> bytes:
    text = json.dumps(fields).encode()
    return b"\n%08x " % (crc32(text) & 0xFFFFFFFF) + text


def _fields(line) -> "list | None":
    """What a line says; None for one that is damaged."""
    text = line[9:].rstrip(b"\n")
    try:
        if int(line[:8], 16) == crc32(text) & 0xFFFFFFFF:
            fields = json.loads(text)
            return fields if len(fields) == 9 else None
    except (ValueError, TypeError):
        pass
    return None


def _some(storage, name, at) -> list:
    """The lines of a file that follow the first `at`, some at a time. It is not held open: it may change in between."""
    file = storage.stream(_path(name))
    if file is None:
        return []
    with file:
        file.readline()  # what is before the first line break: nothing
        for _ in range(at):
            file.readline()
        found = [file.readline() for _ in range(_PIECE)]
    return [line for line in found if line]


def each(storage):
    """The fields of each session, oldest first. Between two of them the log may change."""
    done = ""
    while True:
        names = [name for name in _names(storage) if name[:6] > done]
        if not names:
            return
        done = names[0][:6]
        at = 0
        lines = _some(storage, names[0], at)
        while lines:
            at += len(lines)
            for line in lines:
                fields = _fields(line)
                if fields:
                    yield fields
            # It may have been mended in between.
            names = [name for name in _names(storage) if name[:6] == done]
            lines = _some(storage, names[0], at) if names else []


def _add(storage, journal, fields):
    """Write one line. Raises OSError."""
    names = _names(storage)
    if len(names) >= _FEW and (len(names) > _FILES_MAX or journal.free() < _ROOM):
        storage.remove(_path(names.pop(0)))
    line = _line(fields)
    name = names[-1] if names else None
    if name and _size(storage, name) + len(line) > _FILE_MAX:
        name = None
    if name is None:
        storage.mkdir(_FOLDER)
        name = "%06d" % (int(names[-1][:6]) + 1 if names else 1)
        if _earliest(fields) < 0:
            name += _UNKNOWN
    elif _earliest(fields) < 0 and len(name) == 6:
        storage.rename(_path(name), _path(name + _UNKNOWN))  # first: else a power cut hides what is to be mended
        name += _UNKNOWN
    storage.append(_path(name), line)


def _earliest(fields) -> int:
    """The stamp of the two that is negative, if one is; else 0."""
    _number, _connector, start, end = fields[:4]
    return min(0, start or 0, end or 0)


def _size(storage, name) -> int:
    with storage.stream(_path(name)) as file:
        return file.seek(0, 2)


def add(storage, journal, ended, wall):
    """A session has ended: (connector, its number, what is known of its start, the record of its end, the number of
    that). `wall` gives the time of a stamp. Raises OSError when flash is full, and no old line can make room."""
    connector, number, note, end, sequence = ended
    stamp, wh, reason, id_tag, _samples = end
    start = note["stamp"] if note else None
    begin = [None if at is None else at if at >= 0 else wall(at) or at for at in (start, stamp)]
    tag = note["tag"] if note else id_tag
    fields = [number, connector] + begin + [note["meter"] if note else None, wh, reason, tag, sequence]
    try:
        _add(storage, journal, fields)
    except OSError:
        names = _names(storage)
        if len(names) < 2:
            raise
        storage.remove(_path(names[0]))
        _add(storage, journal, fields)


def resume(storage, journal, note_of, log) -> int:
    """After a boot: write what a power cut has kept from the log, and see to it that the journal's numbers go on.

    Returns the newest stamp whose time is not known yet, 0 when there is none.
    """
    names = _names(storage)
    for name in list(storage.each(_FOLDER)):
        if name[6:] == _UNKNOWN and name not in names:
            storage.remove(_path(name))  # it is mended, and a power cut was quicker than this
    last = 0
    for fields in _all(storage, names[-1:]):
        last = max(last, fields[-1])
    journal.go_on_after(last)
    for sequence, connector, number, text in journal.ends_after(last):
        try:
            ended = connector, number, note_of(connector, number), json.loads(text), sequence
            add(storage, journal, ended, _nobody)
        except (OSError, ValueError, TypeError, IndexError) as error:
            log("charge log: the end of a session is not in it: %r" % error, ERROR)
    unknown = [name for name in _names(storage) if len(name) > 6]
    return min([0] + [_earliest(fields) for fields in _all(storage, unknown[-1:])])


def _all(storage, names):
    for name in names:
        at = 0
        lines = _some(storage, name, at)
        while lines:
            at += len(lines)
            for line in lines:
                fields = _fields(line)
                if fields:
                    yield fields
            lines = _some(storage, name, at)


def _nobody(stamp):
    """The time of a stamp while clock and epochs are not ready: it is mended later."""
    return None


def unmended(storage) -> bool:
    """Whether the log has times that are not known yet."""
    return [name for name in _names(storage) if len(name) > 6] != []


def mending(storage, wall):
    """Write those files anew now that the time is known: a generator that gives None after each piece of work.

    Whatever interrupts it: all is there once, and it begins again. Raises OSError when flash is full.
    """
    for name in _names(storage):
        if len(name) > 6:
            yield from storage.writing(_path(name[:6]), _mended(storage, name, wall))
            storage.remove(_path(name))


def _mended(storage, name, wall):
    """The lines of a file with their times; also those that are added meanwhile."""
    at = 0
    lines = _some(storage, name, at)
    while lines:
        at += len(lines)
        whole = b""
        for line in lines:
            fields = _fields(line)
            if fields:
                number, connector, start, end = fields[:4]
                start, end = [wall(at) or at if (at or 0) < 0 else at for at in (start, end)]
                fields[:4] = number, connector, start, end
                whole += _line(fields)
            else:
                whole += b"\n" + line.rstrip(b"\n")
        yield whole
        lines = _some(storage, name, at)
