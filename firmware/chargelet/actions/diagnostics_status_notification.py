"""DiagnosticsStatusNotification (OCPP 1.6 §4.4, §6.17): what becomes of diagnostics that were asked for."""

from ..base import loading
from .patience import unheard

loading.seldom(__name__)


def next_call(station, asked: bool = False):
    """The call for the oldest state that has not been told; the present one when it was `asked` for."""
    progress = station.maintenance().diagnostics
    told = progress.newest() if asked else progress.oldest()
    if told is None:
        return None
    status, _request, ticket = told

    def answered(result, failure):
        progress.answered(ticket, not unheard(failure))

    return "DiagnosticsStatusNotification", {"status": status}, answered
