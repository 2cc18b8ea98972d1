"""Keeps the states that a diagnostics or firmware job has reached until the central system has heard each, in order."""

from ..base import loading

loading.seldom(__name__)

# A state that got no answer so often is left out: what comes after it says more.
_TRIES_MAX = 5
# What a job is doing; the others are ends.
_WORK = (
    "Downloading", "Downloaded", "Installing", "Uploading", "DownloadScheduled", "DownloadPaused", "SignatureVerified",
    "InstallScheduled", "InstallRebooting",
)  # fmt: skip
# Signed firmware has eight states from the beginning to an end, and there may be the end of a job before.
_UNTOLD_MAX = 9
_BEGIN = ("Downloading", "Uploading", "DownloadScheduled")


def _working(status) -> bool:
    return status in _WORK


class Progress:
    """What is told of diagnostics or of firmware (OCPP 1.6 §4.4, §4.5), or of a log and of signed firmware (security
    whitepaper N01, L01): these have the number of their `request`, the others None.

    `status` is the present state for a trigger, Idle when nothing goes on. `untold` are the states (status, request)
    that were reached and not acknowledged: those of one job, and the end of the one before it.
    """

    def __init__(self):
        self.status = "Idle"
        self.request = None
        self.untold = []
        self._gone = 0  # how many have left `untold`: an answer is for the one that was oldest when it was told
        self._tries = 0

    def reach(self, status: str, request: "int | None" = None):
        """The job is now in this state."""
        # How signed firmware has failed is told for as long as nothing newer is known (L01.FR.29).
        stays = _working(status) or (request is not None and status[:2] in ("Do", "In") and status != "Installed")
        self.status = status if stays else "Idle"
        self.request = request
        if status in _BEGIN:
            ends = [(told, of) for told, of in self.untold if not _working(told)][-1:]
            if status == "Downloading" and self.untold[-1:] == [("DownloadScheduled", request)]:
                ends += self.untold[-1:]
            self._gone += len(self.untold) - len(ends)
            self.untold = ends
            self._tries = 0
        if self.untold[-1:] != [(status, request)]:
            self.untold.append((status, request))
            if len(self.untold) > _UNTOLD_MAX:
                self.heard(self._gone)

    def oldest(self) -> "tuple | None":
        """(status, request, ticket) of what is told next, or None."""
        return self.untold[0] + (self._gone,) if self.untold else None

    def newest(self, numbered: bool = False) -> tuple:
        """(status, request, ticket) of the present state, for whoever asks: what went before it need not be told any
        more. Idle where the last job was not of the kind that was asked about."""
        if (self.request is not None) != numbered:
            return "Idle", None, self._gone - 1
        if self.untold:
            return self.untold[-1] + (self._gone + len(self.untold) - 1,)
        return self.status, self.request, self._gone - 1

    def heard(self, ticket: int):
        """The central system knows the state of this ticket, and with it those before."""
        known = ticket - self._gone + 1
        if known > 0:
            del self.untold[:known]
            self._gone += known
            self._tries = 0

    def answered(self, ticket: int, heard: bool):
        """The message about a state has ended. One that was not `heard` is sent again, but not for ever."""
        if not heard and ticket == self._gone:
            self._tries += 1
        if heard or self._tries >= _TRIES_MAX:
            self.heard(ticket)
