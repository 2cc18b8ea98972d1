"""Whatever vehicle, station and accidents do: the contactor is closed only when it may be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.site import DISCONNECT, MONITOR, THERMOMETER, Site
from test_cars import Garage

ACTIONS = st.one_of(
    st.tuples(st.just("plug"), st.none()),
    st.tuples(st.just("unplug"), st.none()),
    st.tuples(st.just("offer"), st.sampled_from((0, 5000, 6000, 16000, 32000, 40000))),
    st.tuples(st.just("wants"), st.booleans()),
    st.tuples(st.just("diode"), st.booleans()),
    st.tuples(st.just("short"), st.booleans()),
    st.tuples(st.just("ventilation"), st.booleans()),
    st.tuples(st.just("leaves_ms"), st.sampled_from((200, 1000, None))),
    st.tuples(st.just("lock"), st.booleans()),
    st.tuples(st.just("sticks"), st.booleans()),
    st.tuples(st.just("fault"), st.sampled_from((None, "GroundFailure"))),
    st.tuples(st.just("leaks"), st.booleans()),
    st.tuples(st.just("monitor_dead"), st.booleans()),
    st.tuples(st.just("celsius"), st.sampled_from((20, 70, 90))),
    st.tuples(st.just("cable_ohm"), st.sampled_from((220, 680, 1500, 20, 9000))),
    st.tuples(st.just("asleep"), st.booleans()),
    st.tuples(st.just("glitch_ohm"), st.sampled_from((None, 880, 2700))),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)
WHOLE = {"pilot": DISCONNECT, "residual_current": MONITOR, "temperature": THERMOMETER}


def act(site, name, value):
    vehicle, evse = site.vehicle, site.evse
    if name in ("plug", "unplug"):
        getattr(vehicle, name)()
    elif name == "offer":
        evse.offer(value)
    elif name == "lock":
        evse.lock() if value else evse.unlock()
    elif name == "sticks":
        site.point.bolt_sticks = value
    elif name in ("leaks", "monitor_dead", "celsius", "cable_ohm"):
        setattr(site.point, name, value)
    elif name == "fault":
        evse.set_fault(value)
    elif name != "wait":
        setattr(vehicle, name, value)


# A car that is about to charge: where the interesting things happen, and where chance alone seldom gets.
READY = [("plug", None), ("wait", 20), ("lock", True), ("wait", 40), ("offer", 16000), ("wait", 10)]


@given(
    st.lists(st.tuples(ACTIONS, st.integers(1, 150)), max_size=4),
    st.booleans(),
    st.lists(st.tuples(ACTIONS, st.integers(1, 150)), min_size=3, max_size=20),
)
@settings(max_examples=300, deadline=None)
def test_the_contactor_is_closed_only_when_it_may_be(before_that, ready, script):
    script = before_that + [(act_, 1) for act_ in READY if ready] + script
    site = Site(**WHOLE)
    point, vehicle, evse = site.point, site.vehicle, site.evse
    bad = {"unplugged": 0, "state": 0, "fault": 0, "unlocked": 0, "no offer": 0}
    wh = [0]
    diode = [0]  # for how long there has been none
    hot = [0]  # for how long; a sensor is asked once a second
    was = [False]

    def watch():
        diode[0] = 0 if vehicle.diode else diode[0] + 20
        hot[0] = 0 if point.celsius < 90 else hot[0] + 20
        if evse._contactor.commanded and not was[0]:
            assert diode[0] <= 60 and vehicle.plugged and point.bolt and evse.offered_ma >= 6000 and not evse.fault
            assert not point.leaks and hot[0] <= 1020 and evse.offered_ma <= evse.limit_ma()
        was[0] = evse._contactor.commanded
        # Each wrong fact may last as long as opening takes, and no longer: 100 ms, or 6 s without an offer.
        facts = {
            "unplugged": not vehicle.plugged,
            "state": not (vehicle.plugged and vehicle.s2 and not vehicle.short and not vehicle.ventilation),
            "fault": evse.fault is not None,
            "unlocked": not point.bolt,
            "no offer": not evse.offered_ma,
        }
        for name, wrong in facts.items():
            bad[name] = bad[name] + 20 if wrong and point.closed else 0
        assert bad["state"] <= 100 + 550, bad  # levels are not trusted right after a change of duty
        assert bad["unplugged"] <= 100, bad  # that is seen at any time
        assert bad["fault"] <= 40 and bad["unlocked"] <= 60 and bad["no offer"] <= 6200, bad
        assert 800 <= point.duty <= 9600 or point.duty in (0, 10000), point.duty
        assert evse.meter.energy_wh() >= wh[0]
        wh[0] = evse.meter.energy_wh()

    for (name, value), pause in script:
        before = point.closed
        act(site, name, value)
        if name == "unplug" and before:
            gone = [0]

            def watch_unplugged(gone=gone):
                watch()
                gone[0] += 20
                assert gone[0] <= 100 or not point.closed or vehicle.plugged

            site.run(120, watch_unplugged)
        site.run((value if name == "wait" else pause) * 20, watch)


@given(st.lists(st.tuples(ACTIONS, st.integers(10, 300)), min_size=3, max_size=12), st.lists(st.integers(0, 11)))
@settings(max_examples=150, deadline=None)
def test_only_changes_of_status_that_the_table_knows(script, cards):
    garage = Garage(**WHOLE)
    for at, ((name, value), pause) in enumerate(script):
        if at in cards:
            garage.bench.station.swipe("CARD")
        if name not in ("offer", "lock"):
            act(garage.site, name, value)
        garage.run(pause / 50)
    garage.statuses()
