"""An Rpc with what it has sent, and with a central system that says what a test wants."""

import json

from chargelet.base.pieces import finish
from chargelet.rpc.rpc import Rpc
from chargelet.rpc.wire import decoding
from fakes.clock import FakeClock
from fakes.lines import Lines


def decode(text):
    """What a text stands for, or ASCII in a buffer, with all the work done in one go."""
    return finish(decoding(text))


class Case:
    """An Rpc with a station that resets, and lists of what happened."""

    def __init__(self):
        self.clock = FakeClock()
        self.lines = Lines()
        self.listening = True
        self.handled = []
        self.result = {"status": "Accepted"}
        self.count = 0
        self.rpc = Rpc(self.clock, self.lines, self._id, self._handle, lambda: self.listening, lambda: 30000)
        self.answers = []

    def _id(self):
        self.count += 1
        return "own-%d" % self.count

    def _handle(self, action, payload):
        self.handled.append((action, payload))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    def send(self, value):
        """The reaction to a message of theirs, parsed."""
        reply = self.rpc.receive(value if isinstance(value, (str, bytes)) else json.dumps(value))
        return None if reply is None else json.loads(reply)

    def call(self):
        return json.loads(self.rpc.call("Heartbeat", {}, lambda *outcome: self.answers.append(outcome)))
