"""Which connectors are Operative (OCPP 1.6 §5.2), through power cuts."""

from ..base import loading
from .energy_registers import read_list

loading.seldom(__name__)

_FILE = "availability"


def load(station, storage):
    """What was set before the boot."""
    flags = [flag is not False for flag in read_list(storage, _FILE, station.log)]
    if len(flags) == len(station.connectors) + 1:
        station.operative = flags[0]
        for connector, flag in zip(station.connectors, flags[1:]):
            connector.set_operative(flag)


def change(station, connector_id: int, operative: bool) -> str:
    """Accepted, Scheduled until the transaction's end, or Rejected; 0 is the station with all connectors.

    Rejected, and nothing has changed, also when it could not be kept through a power cut.
    """
    if connector_id == 0:
        meant = station.connectors
    else:
        connector = station.connector(connector_id)
        if connector is None:
            return "Rejected"
        # Also while the station is Inoperative: its status says nothing of a connector's (§4.9), and who asks for one
        # connector means it.
        meant = (connector,)
    # What is scheduled is stored as if done: after a power cut there is no transaction to wait for.
    flags = [operative if connector_id == 0 else station.operative if station.scheduled is None else station.scheduled]
    for connector in station.connectors:
        now = connector.operative if connector.scheduled is None else connector.scheduled
        flags.append(operative if connector in meant else now)
    try:
        station.storage.keep(_FILE, flags)
    except OSError as error:
        station.log("availability: not changed: flash says %s" % error)
        return "Rejected"
    scheduled = False
    for connector in meant:
        scheduled = connector.set_operative(operative) or scheduled
    if connector_id == 0:
        # The station is told Unavailable when the last of its transactions has ended, not before.
        station.scheduled = operative if scheduled else None
        if not scheduled:
            station.operative = operative
    return "Scheduled" if scheduled else "Accepted"
