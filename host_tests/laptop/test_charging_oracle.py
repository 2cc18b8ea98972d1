"""Charging profiles against an oracle that looks at every second by itself, from the payloads: what a composite
schedule says, and what vehicles are offered while profiles, transactions and power cuts come in any order."""

from datetime import timedelta

from charging_oracle import ORIGIN, SPAN, Installed, dated, moment, profiles
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.bench import BOARD, Bench


@given(st.lists(profiles(), min_size=1, max_size=7), st.integers(0, 400))
@settings(max_examples=250, deadline=None, derandomize=True)
def test_a_composite_schedule_is_what_every_second_by_itself_says(made, running):
    bench = Bench()
    bench.central.clock = bench.clock  # a Heartbeat must not set the clock back: what counts from the start would not
    bench.charging()
    bench.run(running * 1000, 5000)
    began = moment(bench.central.all("StartTransaction")[0]["timestamp"])
    now = bench.clock.now()
    came = ORIGIN + timedelta(seconds=now)
    installed = Installed()
    for number, (connector, profile) in enumerate(made):
        profile = dated(profile, now, number)
        request = {"connectorId": connector, "csChargingProfiles": profile}
        assert bench.ask("SetChargingProfile", request) == {"status": "Accepted"}
        installed.put(connector, profile, came)
    assert bench.clock.now() == now
    request = {"connectorId": 1, "duration": SPAN, "chargingRateUnit": "A"}
    answer = bench.ask("GetCompositeSchedule", request)["chargingSchedule"]
    periods = {period["startPeriod"]: period["limit"] for period in answer["chargingSchedulePeriod"]}
    assert answer["duration"] == SPAN or len(periods) == 48
    said = None
    for second in range(answer["duration"]):
        said = periods.get(second, said)
        wanted, _together = installed.allows(1, came + timedelta(seconds=second), began)
        assert abs(said - wanted) <= 0.0501, (second, said, wanted)
    bench.run(100)
    wanted, _together = installed.allows(1, came, began)
    assert abs(bench.evse.offered_ma / 1000 - (wanted if wanted >= 6 else 0)) < 0.01


connectors = st.integers(1, 2)
purposes = st.sampled_from(("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"))
requests = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"id": st.integers(1, 4)}),
    st.fixed_dictionaries({}, optional={"connectorId": st.integers(0, 2), "stackLevel": st.integers(0, 3)}),
    st.fixed_dictionaries({"chargingProfilePurpose": purposes}, optional={"stackLevel": st.integers(0, 3)}),
)
steps = st.one_of(
    st.tuples(st.just("person"), connectors),
    st.tuples(st.just("person"), connectors),
    st.tuples(st.just("set"), st.tuples(connectors, st.integers(0, 4), profiles())),
    st.tuples(st.just("set"), st.tuples(connectors, st.integers(0, 4), profiles())),
    st.tuples(st.just("set"), st.tuples(connectors, st.integers(0, 4), profiles())),
    st.tuples(st.just("remote"), st.tuples(connectors, profiles())),
    st.tuples(st.just("clear"), requests),
    st.tuples(st.just("cut"), st.none()),
    st.tuples(st.just("run"), st.sampled_from((1, 5, 30, 120, 600))),
)
CONFIG = {"ConnectionTimeOut": 0, "MeterValueSampleInterval": 0}


class Walk:
    """A station with two connectors, and what its central system knows."""

    def __init__(self):
        self.number = 100
        self.installed = Installed()
        self.running = {}  # connector → (transaction id, when it began)
        self.bench = Bench(2, config=CONFIG, board=dict(BOARD, transaction={"resume_after_power_cut": True}))
        self.bench.central.clock = self.bench.clock
        self.bench.central.answers["StartTransaction"] = self._start
        self.bench.central.answers["StopTransaction"] = self._stop

    def _start(self, payload):
        central = self.bench.central
        central.transactions += 1
        self.running[payload["connectorId"]] = central.transactions, moment(payload["timestamp"])
        return {"transactionId": central.transactions, "idTagInfo": {"status": "Accepted"}}

    def _stop(self, payload):
        ended = payload["transactionId"]
        self.running = {at: one for at, one in self.running.items() if one[0] != ended}
        self.installed.drop(lambda _key, _profile, of: of == ended)
        return {}

    def step(self, name, value):
        bench = self.bench
        if name == "person":
            bench.plug(value)
            bench.swipe("T%d" % value, value)
        elif name == "set":
            self._set(*value)
        elif name == "remote":
            self._remote(*value)
        elif name == "clear":
            matched = self.installed.drop(lambda key, profile, _of: matches(value, key, profile))
            assert bench.ask("ClearChargingProfile", value) == {"status": "Accepted" if matched else "Unknown"}
        elif name == "cut":
            self.bench = bench.cut(config=CONFIG)
            self.bench.central.clock = self.bench.clock
            self.bench.connect()
            self.bench.run(3000)
        else:
            bench.run(value * 1000, 200)
        self.bench.run(2500, 100)
        self.check()

    def _dated(self, made, number=0):
        self.number += 1
        return dated(made, self.bench.clock.now(), number or self.number)

    def _set(self, at, number, made):
        connector, profile = made
        profile = self._dated(profile, number)
        tx = profile["chargingProfilePurpose"] == "TxProfile"
        connector = at if tx else connector and at
        came = ORIGIN + timedelta(seconds=self.bench.clock.now())
        request = {"connectorId": connector, "csChargingProfiles": profile}
        answer = self.bench.ask("SetChargingProfile", request)
        of, _began = self.running.get(connector, (None, None)) if tx else (None, None)
        if tx and of is None:
            assert answer == {"status": "Rejected"}
        elif answer == {"status": "Accepted"}:
            self.installed.put(connector, profile, came, of)
        else:
            assert len(self.installed.all) >= 10

    def _remote(self, at, made):
        profile = dict(self._dated(made[1]), chargingProfilePurpose="TxProfile")
        if at not in self.running:
            self.bench.plug(at)
            came = ORIGIN + timedelta(seconds=self.bench.clock.now())
            request = {"idTag": "APP", "connectorId": at, "chargingProfile": profile}
            answer = self.bench.ask("RemoteStartTransaction", request)
            self.bench.run(2000)
            if answer == {"status": "Accepted"}:
                self.installed.put(at, profile, came, self.running[at][0])

    def check(self):
        """Each vehicle is offered what its profiles allow, and all together no more than the station's."""
        now = ORIGIN + timedelta(seconds=self.bench.clock.now())
        total, together = 0, None
        for at, evse in enumerate(self.bench.evses):
            offered = evse.offered_ma / 1000
            assert (at + 1 in self.running) == bool(self.bench.station.connectors[at].transaction)
            if at + 1 not in self.running:
                assert offered == 0
                continue
            wanted, together = self.installed.allows(at + 1, now, self.running[at + 1][1])
            total += offered
            assert offered < wanted + 0.01
            assert together is not None or abs(offered - (wanted if wanted >= 6 else 0)) < 0.01, (offered, wanted)
        assert together is None or total < together + 0.01


def matches(request, key, profile):
    if "id" in request:
        return profile["chargingProfileId"] == request["id"]
    names = ("connectorId", "stackLevel", "chargingProfilePurpose")
    return all(request.get(name, value) == value for name, value in zip(names, key))


@given(st.lists(steps, min_size=10, max_size=25))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_whatever_happens_vehicles_are_offered_what_the_profiles_allow(made):
    walk = Walk()
    for name, value in made:
        walk.step(name, value)
