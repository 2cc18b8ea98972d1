"""FirmwareStatusNotification (OCPP 1.6 §4.5, §6.19): what becomes of an update, or that there is none."""

from ..base import loading
from .patience import unheard

loading.seldom(__name__)


def next_call(station, asked: bool = False):
    """The call for the oldest state that has not been told; the present one when it was `asked` for."""
    maintenance = station.maintenance()
    progress = maintenance.firmware
    told = progress.newest() if asked else progress.oldest()
    if told is None:
        return None
    status, _request, ticket = told

    def answered(result, failure):
        progress.answered(ticket, not unheard(failure))
        maintenance.told()

    return "FirmwareStatusNotification", {"status": status}, answered
