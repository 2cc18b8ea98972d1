"""What becomes of transactions that a power cut has interrupted."""

from ..base import heap, loading
from ..base.log import masked
from . import metering, samples
from .transaction import Transaction

loading.seldom(__name__)

# What is interrupted waits so long after the boot for a meter that has a register of its own.
_HEARD_MS = 30000


def after_power_cut(station):
    """End what a power cut has interrupted, or, where the board allows it, see first whether the vehicle is there."""
    left = station.outbox.interrupted()
    for connector_id, number in list(left.items()):
        connector = station.connector(connector_id)
        goes_on = station.resumes and station.outbox.note_of(connector_id, number)
        if connector and (goes_on or not connector.evse.meter.known):
            connector.interrupt(number)
        else:
            _end(station, connector_id, number)
        del left[connector_id]  # one after the other: what finds no memory is done again


def _end(station, connector_id, number):
    """With what the register has by now, and at the last moment at which it is known to have run (OCPP 1.6 §7.36,
    PowerLoss, or Reboot): see energy_registers.py. The power may have been off for days."""
    connector = station.connector(connector_id)
    note = station.outbox.note_of(connector_id, number)
    wh = note["meter"] if note else 0
    stamp = note["stamp"] if note else station.clock.stamp()
    if connector:
        wh = station.energy_registers.after_cut_wh(connector, wh)
        alive = station.energy_registers.alive(connector_id, number)
        stamp = stamp if alive is None else alive
        connector.evse.meter.restore(wh)
        station.energy_registers.end(connector_id, wh)
    free = connector and note and station.authorization.free(note["tag"])
    station.log("connector %d: %s in a transaction; it ends at %d Wh" % (connector_id, station.interruption, wh))
    end = samples.last_register(station, wh)
    station.outbox.stop(connector_id, number, stamp, wh, station.interruption, None, end)
    if connector:
        connector.end(False)
        if free:
            connector.again()  # nobody comes with a card: the vehicle that is there charges on, as a new transaction


def step(station, connector):
    """The vehicle is there after the power cut: its transaction goes on. Not there, or not usable: it ends."""
    number = connector.interrupted
    if not connector.evse.meter.known and station.clock.uptime() < _HEARD_MS:
        return
    heap.need()  # it ends once, or goes on
    known = station.outbox.note_of(connector.id, number) if station.resumes else None
    if not known or not connector.evse.connected or connector.evse.fault or not connector.operative:
        if not known or not connector.looking() or connector.evse.fault:
            _end(station, connector.id, number)
        return
    clock = station.clock
    alive = station.energy_registers.alive(connector.id, number)
    frame = clock.frame_after(known["stamp"] if alive is None else alive)
    if clock.bound:
        station.unknown_time.keep()
    transaction = Transaction(number, known["tag"], known["parent"], clock.uptime(), known["stamp"], frame)
    transaction.id = known["id"]
    transaction.authorized = known["accepted"] or not station.config["StopTransactionOnInvalidId"]
    if not known["accepted"]:
        transaction.grace_wh = connector.evse.meter.energy_wh()
    metering.forget_moment(station, connector)
    connector.begin(transaction)
    station.log("connector %d: the transaction of %s goes on after a power cut" % (connector.id, masked(known["tag"])))
    if station.config["MeterValueSampleInterval"]:
        samples.tell(station, connector, "Interruption.End", station.config["MeterValuesSampledData"])
