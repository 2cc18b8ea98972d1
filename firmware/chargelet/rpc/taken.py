"""Checks what a central system sends, in pieces of work, and logs once what had to be mended."""

from ..base import loading
from ..base.log import DEBUG
from ..messages.check import ANSWER, CALL, check, elements
from ..messages.tables import table

# Longer ids are refused (OCPP-J 1.6 §4.1.4).
ID_MAX = 36

# So many different things that a central system writes in a way of its own are logged, once each.
_MENTIONED_MAX = 32


class Taken:
    """call() and answer() are generators that give None after each piece of work."""

    def __init__(self, log, security):
        self._log = log
        self._security = security
        self._mentioned = []  # hashes: those take next to no RAM

    def ignored(self, what: str):
        """Nothing is said to this."""
        from . import refusing

        refusing.ignored(self._log, self._security, what)

    def refused(self, data, error, size: int = 0) -> "str | None":
        """The answer to a call of which only the beginning was looked at: for this error, or with None because it has
        no room in memory. None to what is no call."""
        from . import refusing

        if error:
            return refusing.refused(self._log, data, error)
        return refusing.too_large(self._log, self._security, data, size)

    def short(self, data, again: bool) -> "str | None":
        """The answer to a call that there is no memory for. Raises MemoryError for what is none and is taken `again`;
        in the end nothing is said to that."""
        loading.settle()
        from . import refusing

        if again and refusing.beginning(data) is None:
            raise MemoryError
        return self.refused(data, None, len(data))

    def call(self, action: str, payload):
        """What is wrong with a call of theirs, as check() says it; it is mended where its meaning is certain."""
        fields = table(action, "req")
        if fields is None:
            return "NotImplemented", action[:50]
        return (yield from self._checking(action, fields, payload, CALL))

    def answer(self, action: str, refused: bool, rest):
        """(payload, error code) of an answer to a call of ours, of which one is None; `rest` is what stands behind its
        id. What a central system adds does no harm, so it is ignored."""
        payload, how = None, "refused"
        if refused:
            from . import refusing

            code, text = refusing.error_of(rest)
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
