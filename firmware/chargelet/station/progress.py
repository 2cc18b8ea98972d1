"""Keeps the states that a diagnostics or firmware job has reached until the central system has heard each, in order."""

# A state that got no answer so often is left out: what comes after it says more.
_TRIES_MOST = 5
# What a job is doing; the others are ends.
_WORK = ("Downloading", "Downloaded", "Installing", "Uploading")


class Progress:
    """What is told of diagnostics or of firmware (OCPP 1.6 §4.4, §4.5).

    `status` is the present state for TriggerMessage, Idle when nothing goes on. `untold` are the states that were
    reached and not acknowledged: those of one job, and the end of the one before it.
    """

    def __init__(self):
        self.status = "Idle"
        self.untold = []
        self._gone = 0  # how many have left `untold`: an answer is for the one that was oldest when it was told
        self._tries = 0

    def reach(self, status: str):
        """The job is now in this state."""
        self.status = status if status in _WORK else "Idle"
        if status in ("Downloading", "Uploading"):
            ends = [one for one in self.untold if one not in _WORK][-1:]
            self._gone += len(self.untold) - len(ends)
            self.untold = ends
            self._tries = 0
        if self.untold[-1:] != [status]:
            self.untold.append(status)

    def oldest(self) -> "tuple | None":
        """(status, ticket) of what is told next, or None."""
        return (self.untold[0], self._gone) if self.untold else None

    def newest(self) -> tuple:
        """(status, ticket) of the present state, for TriggerMessage: older states need not be told any more."""
        return (self.untold[-1], self._gone + len(self.untold) - 1) if self.untold else (self.status, self._gone - 1)

    def heard(self, ticket: int):
        """The central system knows the state of this ticket, and with it those before."""
        known = ticket - self._gone + 1
        if known > 0:
            del self.untold[:known]
            self._gone += known
            self._tries = 0

    def unheard(self, ticket: int):
        """No answer came: told again, but not for ever."""
        if ticket == self._gone:
            self._tries += 1
            if self._tries >= _TRIES_MOST:
                self.heard(ticket)
