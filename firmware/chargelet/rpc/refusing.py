"""What is made of a message that is none, of a call that is too large to look at, and of a call that was refused."""

from ..base import loading
from ..base.log import ERROR
from ..messages.errors import CallError
from ..messages.values import shown
from .taken import ID_MAX
from .wire import bytes_of, failed

loading.seldom(__name__)

_HEAD_MAX = 255
# The fields of no call but DataTransfer take more characters, by the bounds that are the default.
_CALL_MAX = 8192
# The longest code is OccurenceConstraintViolation.
_CODE_MAX = 40


def ignored(log, security, what: str):
    """Nothing is said to this."""
    log("rpc: ignored %s" % what)
    security("InvalidMessages", what)


def too_large(log, security, data, size: int) -> "str | None":
    """The answer to a call of which memory holds no more than the beginning."""
    log("rpc: %d characters are more than memory can hold" % size, ERROR)
    security("MemoryExhaustion", "RAM")
    return refused(log, data, _no_room(data, size))


def refused(log, data, error) -> "str | None":
    """The answer to a call of which only the beginning was looked at; None to what is no call."""
    log("rpc: refused: %s %s" % (error.code, error.text))
    unique, action = beginning(data) or (None, None)
    if unique is None or len(unique) > ID_MAX:
        return None
    return failed(unique, action, error.code, "%s: %s" % (action[:50], error.text))


def beginning(data) -> "tuple | None":
    """(id, action) of a CALL of which perhaps only the beginning is there, or None for another message."""
    parts = bytes(memoryview(bytes_of(data))[:_HEAD_MAX]).split(b'"')
    if len(parts) < 5:
        return None
    opening, unique, between, action = parts[:4]
    if b"\\" in unique + action or b"".join(opening.split()) != b"[2," or between.strip() != b",":
        return None
    try:
        return unique.decode(), action.decode()
    except UnicodeError:
        return None


def _no_room(data, size) -> CallError:
    """The error for a call that memory does not hold, of which this is the beginning."""
    _unique, action = beginning(data) or (None, None)
    # So long a call breaks a bound whatever the memory, but for the vendors' own.
    broken = size > _CALL_MAX and action and action != "DataTransfer"
    text = "%d characters are more than there is room for now; send less at a time" % size
    return CallError("PropertyConstraintViolation" if broken else "InternalError", text)


def error_of(rest) -> tuple:
    """(error code, text for the log) of a CALLERROR behind its id. A code is a word as OCPP-J 1.6 §4.2.3 writes them:
    whoever sends another means GenericError, and none of our own words for why there is no answer."""
    code, text = (list(rest) + ["", ""])[:2]
    if type(code) is not str or len(code) > _CODE_MAX or not code.isalpha() or not "A" <= code[0] <= "Z":
        return "GenericError", "%s %s" % (shown(code), shown(text))
    return code, shown(text)
