"""What a station has made durable, and what a central system has seen of it: the two must agree."""

from chargelet.station import charge_log


def watch(bench, durable):
    """Note every record as (kind, connector, transaction, text, sequence) once it is durable, through power cuts."""
    journal = bench.whole.station.outbox._journal
    append = journal.append

    def noting(kind, connector, number, text, ordinal=0):
        sequence = append(kind, connector, number, text, ordinal)
        if kind in ACTIONS:
            durable.append((kind, connector, sequence if number is None else number, text, sequence))
        return sequence

    journal.append = noting


def reboot(bench, durable, **changes):
    """The power is back: bench.cut(), watched."""
    bench.records.cut(10**9)
    after = bench.cut(**changes)
    watch(after, durable)
    return after


def told(central):
    """The transaction messages that the central system has seen, in order."""
    return [call for call in central.sent if call[0] in ("StartTransaction", "MeterValues", "StopTransaction")]


def without_repetitions(messages):
    """(each message once, how many came again). Only the newest may come again: one record is due at a time."""
    once = []
    again = 0
    for message in messages:
        if once and message == once[-1]:
            again += 1
        else:
            once.append(message)
    return once, again


ACTIONS = {"S": "StartTransaction", "V": "MeterValues", "E": "StopTransaction"}


def check(central, durable):
    """All that was durable has arrived, in its order, nothing else has; returns how many messages came twice."""
    once, again = without_repetitions(told(central))
    wanted = [ACTIONS[record[0]] for record in durable]
    assert [action for action, _ in once] == wanted, ([action for action, _ in once], wanted)
    starts = [payload for action, payload in once if action == "StartTransaction"]
    stops = [payload for action, payload in once if action == "StopTransaction"]
    assert len(starts) == len(stops), "a transaction has no end, or two"
    newest = {}
    for (_, payload), (kind, connector, number, _, _) in zip(once, durable):
        if not number:
            continue  # of no transaction
        stamp = payload.get("timestamp") or payload["meterValue"][0]["timestamp"]
        # Another connector's may end later at an earlier moment: the last one at which it is known to have run.
        assert kind == "S" or newest.get((connector, number), "") <= stamp, (connector, number, stamp, newest)
        newest[connector, number] = stamp
    return again


def logged(bench, durable):
    """Each end that was durable is in the charge log once, in order, and nothing else is."""
    ends = [record for record in durable if record[0] == "E"]
    known = list(charge_log.each(bench.storage))
    assert [(fields[0], fields[1]) for fields in known] == [(record[2], record[1]) for record in ends], (known, ends)
    assert sorted([fields[8] for fields in known]) == sorted([record[4] for record in ends])
