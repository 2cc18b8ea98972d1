"""Checks what a central system sends, in pieces of work, and logs once what had to be mended."""

from ..messages.check import ANSWER, CALL, check, elements
from ..messages.tables import table
from ..messages.values import shown

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
    """call() and answer() are generators that give None after each piece of work, and return what check() does."""

    def __init__(self, log):
        self._log = log
        self._mentioned = []  # hashes: those take next to no RAM

    def call(self, action: str, fields: str, payload):
        """What is wrong with the payload of a call of theirs; it is mended where its meaning is certain."""
        return self._checking(action, fields, payload, CALL)

    def answer(self, action: str, payload):
        """The same of an answer to a call of ours. What a central system adds does no harm, so it is ignored."""
        return self._checking(action, table(action, "conf"), payload, ANSWER)

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
