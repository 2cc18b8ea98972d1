"""A naive reading of charging profiles, straight from the specification's words, and profiles of all kinds to try."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chargelet.base.timestamp import to_text

ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SPAN = 900


def moment(text):
    return datetime.fromisoformat(text)


def limit_of(profile, t, began):
    """The limit (unit, value, phases) of one profile at a moment, or None. `began` is when the transaction did, or when
    a limit of the station came."""
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


class Installed:
    """What a central system knows to be installed."""

    def __init__(self):
        self.all = {}  # (connector, stack level, purpose) → (profile, when it came, transaction id or None)

    def put(self, connector, profile, came, transaction=None):
        number, key = profile["chargingProfileId"], (profile["stackLevel"], profile["chargingProfilePurpose"])
        self.drop(lambda _key, known, _transaction: known["chargingProfileId"] == number)
        self.all[(connector, *key)] = profile, came, transaction

    def drop(self, matches):
        """Forget those for which a function of (key, profile, transaction id) is true; whether there was one."""
        gone = [key for key, (profile, _came, of) in self.all.items() if matches(key, profile, of)]
        for key in gone:
            del self.all[key]
        return bool(gone)

    def _said(self, purpose, connectors, t, began):
        levels = {}  # a connector's own replaces that of all on its level
        for (connector, level, its_purpose), (profile, came, _of) in sorted(self.all.items(), key=lambda one: one[0]):
            if its_purpose == purpose and connector in connectors:
                if not connector or "validTo" not in profile or t < moment(profile["validTo"]):
                    levels[level] = limit_of(profile, t, came if began is None else began)
        return max([one for one in levels.items() if one[1]], default=(None, None))[1]

    def allows(self, connector, t, began):
        """(amperes per phase that a connector may draw at a moment, those of all together or None)."""
        own = self._said("TxProfile", (connector,), t, began) or self._said(
            "TxDefaultProfile", (0, connector), t, began
        )
        together = self._said("ChargePointMaxProfile", (0,), t, None)
        least = min([32.0] + [amperes(limit) for limit in (own, together) if limit])
        return least, together and amperes(together)


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
    """(connector, profile with offsets in place of moments)."""
    purpose = draw(st.sampled_from(("ChargePointMaxProfile", "TxDefaultProfile", "TxDefaultProfile", "TxProfile")))
    connector = {"ChargePointMaxProfile": 0, "TxProfile": 1}.get(purpose, draw(st.integers(0, 1)))
    kind = draw(st.sampled_from(("Absolute", "Recurring", "Relative")))
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
