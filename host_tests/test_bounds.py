"""Every field of every call that is taken, with every kind of value that it should not have."""

import gc

from chargelet.actions import incoming
from chargelet.messages.tables import table
from fakes.bench import Bench
from fakes.fields import changed, places, sample, variants

ACTIONS = [action for _profile, actions in incoming._CALLS for action in actions]
# What a right payload must not do here: stop the transaction of connector 1, or reset.
MEANT = {
    "ChangeAvailability": {"type": "Operative"},
    "TriggerMessage": {"connectorId": 2},
    "ExtendedTriggerMessage": {"connectorId": 2},
    "RemoteStopTransaction": {"transactionId": 99},
}
# A table's field that is right alone may be wrong beside the others: then these words are right too.
NOT_HERE = "PropertyConstraintViolation"  # SetChargingProfile for a connector that is not there (errata 3.39)


def cases(action):
    """(what, payload, code or None) of each field in each way, and of the payload itself."""
    good = sample(action, "req", MEANT.get(action))
    for value in (None, [], "x", 5, [[[]]], {"surplus": 1}, dict(good, surplus=None)):
        code = "FormationViolation"
        if value is None or (isinstance(value, dict) and "surplus" not in good):
            needed = "!" in table(action, "req")
            if value is None or (needed and value == {"surplus": 1}):
                code = "OccurenceConstraintViolation" if needed else None
        yield "payload", value, code
    for path, needed, kind in places(table(action, "req")):
        now = good
        for step in path:
            now = now[step]
        for name, value, code in variants(needed and path[-1] != 0, kind, now):
            if 0 in path and name == "long":
                code = "PropertyConstraintViolation"  # refused before the list's element is made an object
            if path[-1] == 0:
                if name == "absent":
                    continue
                if name == "null":
                    code = "TypeConstraintViolation"
            yield "%s: %s" % (path, name), changed(good, path, value), code


def ask_all(bench, started):
    """Ask everything; how many cases there were."""
    count = 0
    for action in ACTIONS:
        for what, payload, code in cases(action):
            if action == "Reset" and code is None:
                continue
            answer = bench.ask(action, payload)
            case = (action, what, str(payload)[:60], answer)
            if code:
                assert answer == code, case + (code,)
            else:
                assert not isinstance(answer, str) or answer == NOT_HERE, case
            bench.turn()
            transaction = bench.station.connectors[0].transaction
            assert transaction and transaction.id == started and bench.evse.contactor_closed, case
            assert bench.resets == 0, case
            count += 1
    return count


def used():
    """Bytes of RAM in use; 0 where nobody can tell."""
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0


def test_no_value_of_any_field_does_harm():
    bench = Bench(connectors=2)
    bench.charging()
    started = bench.station.connectors[0].transaction.id
    count = ask_all(bench, started)
    before, gone = used(), []
    # What is lost is lost in each round. A collection that takes any number on the stack for an address may keep
    # something of one round, and lets go of it in the next.
    while not gone or (gone[-1] > 512 and len(gone) < 3):
        count += ask_all(bench, started)
        after = used()
        gone.append(after - before)
        before = after
    assert gone[-1] <= 512, "bytes of RAM that have gone, round by round: %s" % gone
    # The same with what is stored now, after the power has failed.
    again = bench.cut()
    bench = None
    again.connect()
    again.run(3000)
    assert not [line for line in again.lines if "damaged" in line], again.lines
    again.unplug()
    again.run(60000, 1000)
    again.charging("ANOTHER")
    count += ask_all(again, again.station.connectors[0].transaction.id)
    print("bounds: %d cases, RAM %s" % (count, gone))


def test_a_number_that_is_accepted_comes_back_after_a_restart():
    accepted = {"status": "Accepted"}
    profile = dict(sample("SetChargingProfile")["csChargingProfiles"], chargingProfilePurpose="TxDefaultProfile")
    for name in ("transactionId", "recurrencyKind", "validFrom", "validTo"):
        profile.pop(name)
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}  # of an empty list the version is 0
    kept = 0
    for number in (0, 1, -1, 2**30, 2**31 - 1, 2**31, 10**12, 2**53 - 1, 2**53, 10**18):
        bench = Bench(2)
        made = dict(profile, chargingProfileId=number)
        full = {"listVersion": number, "updateType": "Full", "localAuthorizationList": [entry]}
        asked = (
            bench.ask("SendLocalList", full),
            bench.ask("ReserveNow", dict(sample("ReserveNow"), connectorId=1, reservationId=number)),
            bench.ask("SetChargingProfile", {"connectorId": 2, "csChargingProfiles": made}),
        )
        after = bench.cut()
        after.connect()
        after.run(3000)
        found = (
            accepted if after.ask("GetLocalListVersion", {}) == {"listVersion": number} else None,
            after.ask("CancelReservation", {"reservationId": number}),
            after.ask("ClearChargingProfile", {"id": number}),
        )
        for before, now in zip(asked, found):
            assert before != accepted or now == accepted, (number, asked, found)
            kept += before == accepted
    assert kept > 15, kept


def test_no_value_of_any_key_does_harm():
    """Whatever is Accepted is kept, and the station charges with it, now and after a power cut."""
    bench = Bench(connectors=2)
    rows = bench.ask("GetConfiguration", {})["configurationKey"]
    names = [row["key"] for row in rows] + ["AuthorizationKey"]
    values = ["", " ", "0", "1", "-1", "2", "59", "60", "86400", "999999999", "9" * 500, "1.5", "1e3", "true", "FALSE"]
    values += ["null", "[]", "x" * 500, "x" * 501, "\u00e9\u20ac", "A\r\nB", "\x00", "Voltage,Voltage"]
    values += ["Energy.Active.Import.Register", "0.RST", "1.RST,2.TRS", ",", "00112233445566778899aabbccddeeff"]
    count = 0
    for name in names:
        least, most = None, None
        for value in values:
            answer = bench.ask("ChangeConfiguration", {"key": name, "value": value})
            count += 1
            if len(value) > 500:
                assert answer == "PropertyConstraintViolation", (name, answer)
                continue
            assert answer in ({"status": "Accepted"}, {"status": "Rejected"}), (name, value, answer)
            if answer["status"] == "Accepted":
                least, most = value if least is None else least, value
        before = [row["value"] for row in rows if row["key"] == name]
        for value in (least, most):
            if value is None:
                continue
            bench.ask("ChangeConfiguration", {"key": name, "value": value})
            for one in (bench, bench.cut()):
                if one is not bench:
                    one.connect()
                    one.run(3000)
                    assert not [line for line in one.lines if "damaged" in line or "left out" in line], one.lines
                told = one.ask("GetConfiguration", {"key": [name]})["configurationKey"]
                kept = "300" if name == "HeartbeatInterval" and one is not bench else value  # BootNotification.conf
                kept = kept.lower() if kept.upper() in ("TRUE", "FALSE") else kept
                assert [row["value"] for row in told] == ([kept] if before else []), (name, value, told)
                one.station.connectors[1].forget()  # with FreeVend the card before was for that one
                one.charging()
                one.unplug()
                one.run(5000, 1000)
                if one.station.connectors[0].transaction or one.evse.locked:  # …OnEVSideDisconnect=false
                    one.swipe()
                    one.run(5000, 1000)
                assert one.resets == 0 and not one.evse.contactor_closed, (name, value)
        if before and least is not None:
            assert bench.ask("ChangeConfiguration", {"key": name, "value": before[0]}) == {"status": "Accepted"}
    print("configuration: %d changes" % count)
