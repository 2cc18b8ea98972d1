"""Checks what a central system sends, in pieces of work, and logs once what had to be mended."""

from ..base.log import DEBUG, ERROR
from ..messages.check import ANSWER, CALL, check, elements
from ..messages.tables import table
from ..messages.values import shown
from .wire import beginning, failed, no_room

# Longer ids are refused (OCPP-J 1.6 §4.1.4).
ID_MAX = 36

# So many different things that a central system writes in a way of its own are logged, once each.
_MENTIONED_MAX = 32
# The longest code is OccurenceConstraintViolation.
_CODE_MAX = 40


def error_of(rest) -> tuple:
    """(error code, text for the log) of a CALLERROR behind its id. A code is a word as OCPP-J 1.6 §4.2.3 writes them:
    whoever sends another means GenericError, and none of our own words for why there is no answer."""
    code, text = (list(rest) + ["", ""])[:2]
    if type(code) is not str or len(code) > _CODE_MAX or not code.isalpha() or not "A" <= code[0] <= "Z":
        return "GenericError", "%s %s" % (shown(code), shown(text))
    return code, shown(text)


class Taken:
    """call() and answer() are generators that give None after each piece of work."""

    def __init__(self, log, security):
        self._log = log
        self._security = security
        self._mentioned = []  # hashes: those take next to no RAM

    def ignored(self, what: str):
        """Nothing is said to this."""
        self._log("rpc: ignored %s" % what)
        self._security("InvalidMessages", what)

    def too_large(self, head, size) -> "str | None":
        """The answer to a call of which memory holds no more than the beginning."""
        self._log("rpc: %d characters are more than memory can hold" % size, ERROR)
        self._security("MemoryExhaustion", "RAM")
        return self.refused(head, no_room(head, size))

    def refused(self, head, error) -> "str | None":
        """The answer to a call of which only the beginning was looked at; None to what is no call."""
        self._log("rpc: refused: %s %s" % (error.code, error.text))
        unique, action = beginning(head) or (None, None)
        if unique is None or len(unique) > ID_MAX:
            return None
        return failed(unique, action, error.code, "%s: %s" % (action[:50], error.text))

    def call(self, action: str, fields: str, payload):
        """What is wrong with the payload of a call of theirs, as check() says it; it is mended where its meaning is
        certain."""
        return self._checking(action, fields, payload, CALL)

    def answer(self, action: str, refused: bool, rest):
        """(payload, error code) of an answer to a call of ours, of which one is None; `rest` is what stands behind its
        id. What a central system adds does no harm, so it is ignored."""
        payload, how = None, "refused"
        if refused:
            code, text = error_of(rest)
        else:
            payload, how = rest[0] if rest and rest[0] is not None else {}, "answered, which is unusable"
            code, text = (yield from self._checking(action, table(action, "conf"), payload, ANSWER)) or (None, "")
        self._log("rpc: %s is answered" % action, DEBUG)
        if code:
            self._log("rpc: %s is %s: %s %s" % (action, how, code, text))
        return None if code else payload, code

    def _checking(self, action, fields, payload, how):
        notes, later = [], []
        wrong = check(fields, payload, how, notes, later)
        for long, kind in later:
            if wrong is None:
                wrong = yield from elements(long, kind, how, notes)
        if wrong is None:
            for note in notes:
                self._mention("rpc: %s: %s" % (action, note))
        return wrong

    def _mention(self, text):
        mark = hash(text)
        if mark not in self._mentioned and len(self._mentioned) < _MENTIONED_MAX:
            self._mentioned.append(mark)
            self._log(text)
