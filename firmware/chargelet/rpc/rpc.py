"""CALL, CALLRESULT and CALLERROR of OCPP-J, one call of ours at a time; without sockets."""

from ..base import heap
from ..base.log import DEBUG, ERROR, print_trace
from ..base.pieces import finish, in_turn, with_memory
from ..messages.errors import CallError
from .taken import ID_MAX, Taken
from .wire import Pieces, decoding, encode, failed, whole

# Ids beyond all reason are not even echoed.
_ID_ECHO_MAX = 255

# Answers that wait for something mechanical, and how often they are asked. More at once is somebody playing with us.
_LATER_MAX = 4
_LATER_MS = 50

_NEVER_MS = 3600000


class Rpc:
    """OCPP-J's remote procedure calls, with no input or output of their own.

    `handle(action, payload)` answers a call of theirs: it returns the payload of the CALLRESULT, or a function without
    arguments that returns the payload once it is known and None before, or raises CallError. `listening()` says whether
    calls are answered at all, `timeout_ms()` how long an answer to ours may take (MessageTimeout, errata 3.83),
    `new_id()` gives ids that are never given twice (OCPP-J errata 3.1). `check_sent(action, kind, payload)` sees all
    that we send, `security(event, info)` hears of what is no message.
    """

    def __init__(self, clock, log, new_id, handle, listening, timeout_ms, check_sent=None, security=None):
        self._clock = clock
        self._log = log
        self._new_id = new_id
        self._handle = handle
        self._listening = listening
        self._timeout_ms = timeout_ms
        self._check_sent = check_sent
        self._flight = None  # (id, action, answered, uptime, whether an answer counts when it is late)
        self._untold = None  # (result, failure) of the one in flight, for which there was no memory
        self._late = None  # such a one, that nothing is waiting for any more
        self._later = []  # (id, action, poll)
        self._taken = Taken(log, security or (lambda event, info: None))
        self.heard = 0  # how many answers and calls of theirs have been understood

    @property
    def busy(self) -> bool:
        """Whether a call of ours waits for its answer (OCPP-J 1.6 §4.1.1: no second one may go)."""
        return self._flight is not None

    @property
    def later(self) -> bool:
        """Whether an answer of ours is still being worked out."""
        return bool(self._later)

    def call(self, action: str, payload: dict, answered, late: bool = False) -> str:
        """The text of a CALL. `answered(result, failure)` is called exactly once, with one of both; `failure` is
        "timeout", "closed", or the error code of a CALLERROR. Raises MemoryError when it is too large: then nothing has
        happened. With `late` it is called again if after a failure "timeout" the result comes all the same, on this
        connection and before the next such time-out.
        """
        if self._flight is not None:
            raise RuntimeError("a call is in flight")
        if self._check_sent:
            self._check_sent(action, "req", whole(payload))
        unique = self._new_id()
        text = encode([2, unique, action, payload])  # for nobody's log: there may be secrets in it
        self._log("rpc: %s goes out as %s" % (action, unique), DEBUG)
        self._flight = (unique, action, answered, self._clock.uptime(), late)
        return text

    def step(self) -> "str | None":
        """Let time pass: give up on a late answer; returns the text of an answer of ours now ready."""
        if self._untold is not None:
            self._land(*self._untold)
        elif self._flight is not None:
            _unique, action, _answered, since, late = self._flight
            if self._clock.uptime() - since >= self._timeout_ms():
                self._log("rpc: no answer to %s" % action)
                if late:
                    self._late = self._flight
                self._land(None, "timeout")
        if not self._listening():
            self._later.clear()  # what was asked before is not answered either
        for later in self._later:
            reply = finish(self._attempt(*later))
            if reply is not None:
                self._later.remove(later)
                return reply
        return None

    def next_due(self) -> int:
        """Milliseconds until step() may have something to do."""
        if self._later or self._untold:
            return _LATER_MS
        if self._flight is None:
            return _NEVER_MS
        _unique, _action, _answered, since, _late = self._flight
        return since + self._timeout_ms() - self._clock.uptime()

    def close(self):
        """The connection is gone, and with it every call in flight in either direction. An answer that came counts."""
        self._later.clear()
        self._late = None
        self._land(*(self._untold or (None, "closed")))

    def receive(self, data) -> "str | None":
        """Take one WebSocket message in one go. Returns the text to answer with, if there is one."""
        return finish(self._received(data))

    async def take(self, data) -> "str | None":
        """receive() that gives way to other tasks after each piece of work: a long message takes an ESP32 a second.
        What there is no memory for is taken again soon, as long as nothing has come of it. Raises MemoryError."""
        try:
            return await with_memory(lambda: in_turn(self._received(data, True), self._clock), self._clock)
        except MemoryError:
            return await in_turn(self._received(data), self._clock)

    def _received(self, data, again=False):
        if hasattr(data, "head"):
            return self._refused(self._taken.refused(data.head, None, len(data)))
        if not isinstance(data, (str, bytearray, memoryview)):
            return self._taken.ignored("a binary message of %d bytes" % len(data))
        short = False
        try:
            message = yield from decoding(data)
        except ValueError as error:
            return self._taken.ignored("%d characters: %s" % (len(data), error))
        except CallError as error:
            return self._refused(self._taken.refused(data, error))
        except MemoryError:
            short = True
        if short:  # out of the handler: what was made of it has gone
            return self._refused(self._taken.short(data, again))
        if again:
            heap.need()
        kind, unique = message[:2] if type(message) is list and len(message) > 1 else (None, None)
        if type(unique) is not str:
            return self._taken.ignored("%d characters: not a message with an id" % len(data))
        if type(kind) is int and 2 <= kind <= 4 and len(unique) <= _ID_ECHO_MAX:
            yield
            if kind == 2:
                try:
                    return (yield from self._called(unique, message[2:]))
                except MemoryError:
                    raise OSError(12) from None  # it may be done: never twice, and a new connection says so
            yield from self._answered(kind == 4, unique, message[2:])
            return None
        # OCPP-J 1.6 §4.1.3: of a type that is not known the payload is ignored.
        return self._taken.ignored("a message of type %s" % str(kind)[:20])

    def _refused(self, text) -> "str | None":
        """The answer to a call that is not looked at, where calls are answered at all."""
        if text is None or not self._listening():
            return None
        self.heard += 1
        return text

    def _called(self, unique, rest):
        if not self._listening():
            self._log("rpc: not accepted by the central system, so its call is left alone")
            return None
        self.heard += 1
        action = rest[0] if rest else None
        return (yield from self._attempt(unique, action, self._dispatch, unique, rest))

    def _attempt(self, unique, action, answer, *arguments):
        """The one boundary where whatever goes wrong in an answer becomes a CALLERROR. What answers may be a generator,
        that gives None after each piece of work, and returns the payload or another generator."""
        try:
            result = answer(*arguments)
            while hasattr(result, "send"):
                result = yield from result
            if callable(result):
                if len(self._later) >= _LATER_MAX:
                    raise CallError("GenericError", "too many answers are outstanding")
                self._later.append((unique, action, result))
                return None
            if result is None:
                return None
            if self._check_sent:
                self._check_sent(action, "conf", whole(result))
            yield
            text = encode([3, unique, result])
            if isinstance(text, Pieces):
                yield from text.measuring()
            return text
        except CallError as error:
            self._log("rpc: %s refused: %s %s" % (action, error.code, error.text))
            return encode([4, unique, error.code, error.text[:255], {}])
        except Exception as error:
            print_trace(error)
            self._log("rpc: %s failed: %r" % (action, error), ERROR)
            return failed(unique, action, "InternalError", "%s: %s" % (action, type(error).__name__), error)

    def _dispatch(self, unique, rest):
        if len(unique) > ID_MAX:
            raise CallError("FormationViolation", "message id: longer than %d characters" % ID_MAX)
        action, payload = rest if len(rest) == 2 else (None, None)
        if type(action) is not str:
            raise CallError("FormationViolation", "a CALL is [2, id, action, payload]")
        self._log("rpc: %s comes in as %s" % (action[:50], unique), DEBUG)
        payload = {} if payload is None else payload  # it may be written so (OCPP-J 1.6 §4.2.1)
        wrong = yield from self._taken.call(action, payload)
        if wrong:
            raise CallError(*wrong)
        yield
        return self._handle(action, payload)

    def _answered(self, refused, unique, rest):
        """An answer has come: a CALLRESULT, or a CALLERROR that has `refused` a call."""
        flight, late = self._flight, self._late
        if late and late[0] == unique:
            flight = late
            self._log("rpc: the answer to %s is late" % unique)
            if refused:
                self._late = None
                return  # that it failed is known already
        elif flight is None or flight[0] != unique or self._untold:
            self._log("rpc: ignored an answer to nothing that was asked")
            return
        _unique, action, _answered, _since, _late = flight
        result, failure = yield from self._taken.answer(action, refused, rest)
        self.heard += 1
        # It may be late by now: checking a long answer takes its time.
        if flight is self._flight:
            self._flight = None
        elif flight is self._late:
            self._late = None
        else:
            return
        self._tell(flight, result, failure)

    def _land(self, result, failure):
        flight, self._flight, self._untold = self._flight, None, None
        if flight is not None:
            self._tell(flight, result, failure)

    def _tell(self, flight, result, failure):
        _unique, action, answered, _since, _late = flight
        try:
            if failure != "closed":
                heap.need()
            answered(result, failure)
        except MemoryError:
            if self._flight is None:
                self._flight, self._untold = flight, (result, failure)  # step() tells it again
        except Exception as error:
            print_trace(error)
            self._log("rpc: the answer to %s was not digested: %r" % (action, error), ERROR)
