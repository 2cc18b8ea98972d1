"""Composite schedules against an oracle: a naive evaluator that looks at every second by itself, from the payloads."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chargelet.base.timestamp import to_text
from fakes.bench import Bench

ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SPAN = 900


def moment(text):
    return datetime.fromisoformat(text)


def limit_of(profile, t, began):
    """The limit (unit, value, phases) of one profile at a moment, or None; straight from the specification's words.
    `began` is when the transaction did, or when a limit of the station came."""
    if "validFrom" in profile and t < moment(profile["validFrom"]):
        return None
    if "validTo" in profile and t >= moment(profile["validTo"]):
        return None
    schedule = profile["chargingSchedule"]
    start = moment(schedule["startSchedule"]) if "startSchedule" in schedule else None
    kind = profile["chargingProfileKind"]
    if kind == "Recurring":
        length = DAY if profile["recurrencyKind"] == "Daily" else 7 * DAY
        begin = start or ORIGIN + 2 * DAY  # a Monday
        if t < begin:
            return None
        begin += (t - begin) // length * length
    elif kind == "Absolute" and start:
        begin = start
    else:
        begin = began
        if profile["chargingProfilePurpose"] == "ChargePointMaxProfile" and "validFrom" in profile:
            begin = max(began, moment(profile["validFrom"]))
    if t < begin:
        return None
    elapsed = (t - begin).total_seconds()
    if "duration" in schedule and elapsed >= schedule["duration"]:
        return None
    period = [one for one in schedule["chargingSchedulePeriod"] if one["startPeriod"] <= elapsed][-1]
    return schedule["chargingRateUnit"], period["limit"], period.get("numberPhases", 3)


def amperes(limit):
    unit, value, _phases = limit
    # All three phases are fed, whatever the profile says.
    return value if unit == "A" else value / (230 * 3)


def of_purpose(installed, purpose, connectors, t, began):
    levels = {}  # a connector's own replaces that of all on its level
    for connector, profile in sorted(installed, key=lambda one: one[0]):
        if profile["chargingProfilePurpose"] == purpose and connector in connectors:
            if not connector or "validTo" not in profile or t < moment(profile["validTo"]):
                levels[profile["stackLevel"]] = profile
    said = [(level, limit_of(profile, t, began)) for level, profile in levels.items()]
    return max([one for one in said if one[1]], default=(None, None))[1]


def oracle(installed, t, began, came):
    """Amperes per phase that connector 1 may draw at a moment."""
    own = of_purpose(installed, "TxProfile", (1,), t, began) or of_purpose(
        installed, "TxDefaultProfile", (0, 1), t, began
    )
    all_together = of_purpose(installed, "ChargePointMaxProfile", (0,), t, came)
    return min([32.0] + [amperes(limit) for limit in (own, all_together) if limit])


@st.composite
def schedules(draw):
    count = draw(st.integers(1, 4))
    starts = sorted(draw(st.sets(st.integers(1, SPAN), min_size=count - 1, max_size=count - 1)))
    unit = draw(st.sampled_from("AW"))
    periods = []
    for start in [0, *starts]:
        tenths = draw(st.integers(0, 400 if unit == "A" else 250000))
        period = {"startPeriod": start, "limit": tenths / 10}
        if draw(st.booleans()):
            period["numberPhases"] = draw(st.integers(1, 3))
        periods.append(period)
    made = {"chargingRateUnit": unit, "chargingSchedulePeriod": periods}
    if draw(st.booleans()):
        made["duration"] = draw(st.integers(1, 2 * SPAN))
    return made


offsets = st.integers(-SPAN, SPAN)


@st.composite
def profiles(draw):
    purpose = draw(st.sampled_from(("ChargePointMaxProfile", "TxDefaultProfile", "TxDefaultProfile", "TxProfile")))
    kinds = ("Absolute", "Recurring", "Relative")
    connector = {"ChargePointMaxProfile": 0, "TxProfile": 1}.get(purpose, draw(st.integers(0, 1)))
    kind = draw(st.sampled_from(kinds))
    schedule = draw(schedules())
    profile = {
        "chargingProfilePurpose": purpose,
        "stackLevel": draw(st.integers(0, 3)),
        "chargingProfileKind": kind,
        "chargingSchedule": schedule,
    }
    if draw(st.booleans()):
        days = draw(st.integers(0, 9)) if kind == "Recurring" else 0
        schedule["startSchedule"] = draw(offsets) - 86400 * days
    if kind == "Recurring":
        profile["recurrencyKind"] = draw(st.sampled_from(("Daily", "Weekly")))
    if draw(st.integers(0, 3)) == 0:
        profile["validFrom"] = draw(offsets)
    if draw(st.integers(0, 3)) == 0:
        profile["validTo"] = profile.get("validFrom", -SPAN) + draw(st.integers(1, 2 * SPAN))
    return connector, profile


def dated(profile, now, number):
    """The same with moments in place of offsets from now."""
    schedule = dict(profile["chargingSchedule"])
    made = dict(profile, chargingProfileId=number, chargingSchedule=schedule)
    for table, name in ((schedule, "startSchedule"), (made, "validFrom"), (made, "validTo")):
        if name in table:
            table[name] = to_text(now + table[name])
    return made


@given(st.lists(profiles(), min_size=1, max_size=7), st.integers(0, 400))
@settings(max_examples=250, deadline=None, derandomize=True)
def test_a_composite_schedule_is_what_every_second_by_itself_says(made, running):
    bench = Bench()
    bench.central.clock = bench.clock  # a Heartbeat must not set the clock back: what counts from the start would not
    bench.charging()
    bench.run(running * 1000, 5000)
    began = moment(bench.central.all("StartTransaction")[0]["timestamp"])
    now = bench.clock.now()
    installed = {}
    for number, (connector, profile) in enumerate(made):
        profile = dated(profile, now, number)
        request = {"connectorId": connector, "csChargingProfiles": profile}
        assert bench.ask("SetChargingProfile", request) == {"status": "Accepted"}
        installed[connector, profile["stackLevel"], profile["chargingProfilePurpose"]] = profile
    assert bench.clock.now() == now
    request = {"connectorId": 1, "duration": SPAN, "chargingRateUnit": "A"}
    answer = bench.ask("GetCompositeSchedule", request)["chargingSchedule"]
    periods = {period["startPeriod"]: period["limit"] for period in answer["chargingSchedulePeriod"]}
    assert answer["duration"] == SPAN or len(periods) == 48
    said = None
    came = ORIGIN + timedelta(seconds=now)
    installed = [(key[0], profile) for key, profile in installed.items()]
    for second in range(answer["duration"]):
        said = periods.get(second, said)
        wanted = oracle(installed, came + timedelta(seconds=second), began, came)
        assert abs(said - wanted) <= 0.0501, (second, said, wanted)
    bench.run(100)
    wanted = oracle(installed, came, began, came)
    assert abs(bench.evse.offered_ma / 1000 - (wanted if wanted >= 6 else 0)) < 0.01
