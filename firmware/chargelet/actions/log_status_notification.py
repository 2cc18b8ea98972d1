"""LogStatusNotification (security whitepaper §5.13, N01): what becomes of a log that was asked for."""

from ..base import loading
from .patience import unheard

loading.seldom(__name__)


def next_call(station, asked: bool = False):
    """The call for the oldest state that has not been told; the present one when it was `asked` for."""
    progress = station.maintenance().diagnostics
    told = progress.newest(True) if asked else progress.oldest()
    if told is None:
        return None
    status, request, ticket = told
    payload = {"status": status}
    if status != "Idle":
        payload["requestId"] = request

    def answered(result, failure):
        progress.answered(ticket, not unheard(failure))

    return "LogStatusNotification", payload, answered
