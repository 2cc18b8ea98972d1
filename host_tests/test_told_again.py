"""What the central system has not acknowledged is told again, and nothing else waits for it (OCPP 1.6 §4.9)."""

from fakes.bench import Bench


def told(bench, connector_id=1):
    return bench.central.statuses(connector_id)


def silent(bench, connector_id):
    """StatusNotification of this connector is never answered."""

    def answer(payload):
        return None if payload["connectorId"] == connector_id else {}

    bench.central.answers["StatusNotification"] = answer


def test_a_status_in_flight_when_the_link_dies_is_told_on_the_next_one():
    for lasting in (False, True):
        bench = Bench()
        bench.central.answers["StatusNotification"] = None
        bench.plug()
        bench.run(200)
        assert told(bench)[-1] == "Preparing"
        bench.drop()
        if not lasting:
            bench.unplug()
        bench.run(1000)
        del bench.central.answers["StatusNotification"]
        del bench.central.sent[:]
        bench.connect()
        bench.run(1000)
        # It may have heard or not: what is now is told in either case.
        assert told(bench) == ["Preparing" if lasting else "Available"]


def test_a_lost_answer_is_made_up_for():
    bench = Bench(config={"MessageTimeout": 5})
    bench.central.answers["StatusNotification"] = None
    bench.plug()
    bench.run(6000)
    del bench.central.answers["StatusNotification"]
    bench.run(31000)
    assert told(bench) == ["Available", "Preparing", "Preparing"]
    bench.run(600000, 1000)
    assert told(bench) == ["Available", "Preparing", "Preparing"]


def test_a_central_system_that_never_answers_is_asked_ever_more_seldom():
    bench = Bench(2, config={"MeterValueSampleInterval": 0})
    silent(bench, 1)
    bench.plug()
    bench.swipe("CARD", 1)
    bench.run(60000, 500)
    assert len(bench.central.all("StartTransaction")) == 1
    for hour in range(6):
        del bench.central.sent[:]
        bench.run(3600000, 5000)
        assert len(told(bench)) <= (9 if hour == 0 else 2), hour
        assert len(bench.central.all("Heartbeat")) >= 10
    # Changes meanwhile cost nothing more, and the newest is what is told in the end.
    before = len(told(bench))
    for _ in range(20):
        bench.evse.wants = not bench.evse.wants
        bench.run(10000, 500)
    assert len(told(bench)) - before <= 1
    bench.swipe("CARD", 1)
    bench.run(60000, 500)
    assert len(bench.central.all("StopTransaction")) == 1
    bench.plug(2)
    bench.run(500)
    assert told(bench, 2)[-1] == "Preparing"
    del bench.central.answers["StatusNotification"]
    bench.run(4000000, 5000)
    assert told(bench)[-1] == "Finishing" and bench.status() == "Finishing"


def test_a_central_system_that_closes_each_time_still_gets_what_is_billed():
    bench = Bench()
    closing = []

    def close(payload):
        closing.append(payload)

    bench.plug()
    bench.swipe()
    bench.run(200)
    bench.drop()
    bench.evse.wants = False
    bench.swipe()
    bench.central.answers["StatusNotification"] = close
    for _ in range(5):
        bench.connect()
        bench.run(1000)
        if closing:
            bench.drop()
            del closing[:]
        bench.run(5000)
    assert len(bench.central.all("StopTransaction")) == 1


def test_a_status_that_there_was_no_memory_for_is_told_later():
    from chargelet.rpc import rpc

    bench = Bench()

    def short(message):
        if message[2] == "StatusNotification":
            raise MemoryError
        return real(message)

    real, rpc.encode = rpc.encode, short
    try:
        bench.plug()
        bench.run(1000)
    finally:
        rpc.encode = real
    assert bench.central.statuses() == ["Available"]
    bench.run(60000)
    assert bench.central.statuses() == ["Available", "Preparing"]
