"""The conversation and its calls, over one connection after another. Sockets are in transport/."""

import gc

from ..actions.conversation import Conversation
from ..actions.delivery import TOO_LARGE
from .rpc import Rpc


class Endpoint:
    """One charge point's end of OCPP-J. The transport says opened(), receive(), closed(), and asks next_frame()."""

    def __init__(self, station, new_id, check_sent=None):
        self.online = False
        self._station = station
        self._conversation = conversation = Conversation(station, lambda: self.rpc.heard)
        self.rpc = Rpc(
            station.clock,
            station.log,
            new_id,
            conversation.handle,
            conversation.listening,
            conversation.timeout_ms,
            check_sent,
            station.security.note,
        )

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self.rpc.busy

    def opened(self):
        """There is a connection."""
        self.online = True
        self._conversation.opened()
        self._station.woken()

    def closed(self):
        """The connection is gone, and what was in flight with it."""
        self.online = False
        self.rpc.close()
        self._conversation.closed()
        self._station.woken()

    def receive(self, data) -> "str | None":
        """Take a message in one go; returns what to send back, if anything."""
        self._station.woken()
        return self.rpc.receive(data)

    @property
    def waiting(self) -> bool:
        """Whether something is to be said that time alone does not make due."""
        return self.online and (self.rpc.later or not self.rpc.busy and self._conversation.waiting)

    def next_due(self) -> int:
        """Milliseconds until time alone may give next_frame() something to do. Facts that change wake the transport."""
        due = self.rpc.next_due()
        return due if self.rpc.busy else min(due, self._conversation.next_due())

    async def take(self, data) -> "str | None":
        """receive() that gives way to other tasks in between."""
        reply = await self.rpc.take(data)
        self._station.woken()
        return reply

    def prepare(self) -> bool:
        """Load what the next frame is made with; whether that was work."""
        return self.online and not self.rpc.busy and self._conversation.prepare()

    def next_frame(self) -> "str | None":
        """What to send now, if anything."""
        if not self.online:
            return None
        busy = self.rpc.busy
        late = self.rpc.step()
        if busy and not self.rpc.busy:
            self._station.woken()  # a call has timed out
        if late is not None:
            return late
        if self.rpc.busy:
            return None
        call = self._conversation.next_call()
        if call is None:
            return None
        try:
            return self.rpc.call(*call)
        except MemoryError:
            gc.collect()
            self._station.security.note("MemoryExhaustion", "RAM")
            _action, _payload, answered = call[:3]
            answered(None, TOO_LARGE)
            return None
