"""Charging profiles and composite schedules as tests send and ask for them."""

from chargelet.base.timestamp import to_text


def schedule(limits, unit="A", **more):
    """A ChargingSchedule of (start, limit) or (start, limit, phases)."""
    periods = []
    for period in limits:
        made = {"startPeriod": period[0], "limit": period[1]}
        if len(period) > 2:
            made["numberPhases"] = period[2]
        periods.append(made)
    return dict(more, chargingRateUnit=unit, chargingSchedulePeriod=periods)


def profile(number, purpose, limits, stack=0, kind="Absolute", unit="A", schedule_more=None, **more):
    return dict(
        more,
        chargingProfileId=number,
        stackLevel=stack,
        chargingProfilePurpose=purpose,
        chargingProfileKind=kind,
        chargingSchedule=schedule(limits, unit, **(schedule_more or {})),
    )


def install(bench, connector_id, made):
    answer = bench.ask("SetChargingProfile", {"connectorId": connector_id, "csChargingProfiles": made})
    bench.run(100)
    return answer["status"] if isinstance(answer, dict) else answer


def composite(bench, connector_id, duration, unit="A"):
    request = {"connectorId": connector_id, "duration": duration, "chargingRateUnit": unit}
    answer = bench.ask("GetCompositeSchedule", request)
    assert answer["status"] == "Accepted" and answer["connectorId"] == connector_id
    made = answer["chargingSchedule"]
    assert made["chargingRateUnit"] == unit and made["duration"] == duration and "startSchedule" not in made
    return [(period["startPeriod"], period["limit"]) for period in made["chargingSchedulePeriod"]]


def now(bench, offset=0):
    return to_text(bench.clock.now() + offset)
