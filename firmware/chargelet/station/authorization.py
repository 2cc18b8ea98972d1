"""Knows which questions about idTags wait for the central system. Knows no payloads."""

KEYS = (("AuthorizeRemoteTxRequests", "RW", bool, True),)

# People in front of the station; the oldest question is dropped for the fifth.
_QUESTIONS_MOST = 4
# Nobody stands before a reader for longer than this without an answer.
_PATIENCE_MS = 60000


class Authorization:
    """Asks the central system about idTags (OCPP 1.6 §4.1), in the order of their presentation.

    A question is `(id_tag, connector_id or None, decided, uptime)`; `decided(status, parent_id_tag)`
    is called once.
    """

    def __init__(self, clock, log):
        self._clock = clock
        self._log = log
        self._questions = []
        self.online = False

    def ask(self, id_tag: str, connector_id: "int | None", decided):
        """Find out whether the idTag may charge; offline, nobody is known."""
        if not self.online:
            self._log("authorization: offline, and %s is not known here" % id_tag)
            decided("Invalid", None)
            return
        for question in self._questions:
            if question[0] == id_tag and question[1] == connector_id:
                return  # the same card again, while its answer is on the way
        if len(self._questions) >= _QUESTIONS_MOST:
            self._questions.pop(0)
        self._questions.append((id_tag, connector_id, decided, self._clock.uptime()))

    def next(self):
        """The oldest question that somebody still waits for, or None."""
        while self._questions and self._clock.uptime() - self._questions[0][3] > _PATIENCE_MS:
            self._questions.pop(0)
        return self._questions[0] if self._questions else None

    def answered(self, question, status: str, parent_id_tag: "str | None"):
        """The central system has decided."""
        if question in self._questions:
            self._questions.remove(question)
            self._log("authorization: %s is %s" % (question[0], status))
            question[2](status, parent_id_tag)

    def unanswered(self, question):
        """No usable answer: nobody charges on a guess."""
        self.answered(question, "Invalid", None)

    def offline(self):
        """The connection is gone: whoever waits is answered now."""
        self.online = False
        for question in list(self._questions):
            self.unanswered(question)
