"""The checker: what is wrong with a payload, with which code, and in words."""

from chargelet.messages.check import check
from chargelet.messages.tables import is_standard, table


def verdict(action, payload, kind="req", lenient=False):
    return check(table(action, kind), payload, lenient)


def test_good_payloads():
    for action, payload in (
        ("Heartbeat", {}),
        ("Reset", {"type": "Soft"}),
        ("GetConfiguration", {"key": []}),
        ("GetConfiguration", {"key": ["a", "b"]}),
        ("Authorize", {"idTag": "x" * 20}),
        ("StopTransaction", {"transactionId": -1, "meterStop": 0, "timestamp": "2026-11-20T12:00:00Z"}),
        ("DataTransfer", {"vendorId": "v", "data": "x" * 5000}),
    ):
        assert verdict(action, payload) is None, (action, payload)


def test_each_violation_has_its_code_and_names_the_place():
    for action, payload, code, words in (
        ("Reset", {}, "OccurenceConstraintViolation", "type: is required"),
        ("Reset", {"type": None}, "TypeConstraintViolation", "type: null is not a text"),
        ("Reset", {"type": "Warm"}, "PropertyConstraintViolation", 'type: "Warm" is not one of Hard, Soft'),
        ("Reset", {"type": "soft"}, "PropertyConstraintViolation", "type"),
        ("Reset", {"type": "Soft", "a": 1}, "FormationViolation", '"a": is not a field here'),
        ("Reset", ["Soft"], "FormationViolation", "payload: a list is not an object"),
        ("UnlockConnector", {"connectorId": True}, "TypeConstraintViolation", "true is not a whole number"),
        ("UnlockConnector", {"connectorId": "1"}, "TypeConstraintViolation", "connectorId"),
        ("UnlockConnector", {"connectorId": 1.5}, "TypeConstraintViolation", "1.5"),
        ("UnlockConnector", {"connectorId": [1]}, "TypeConstraintViolation", "a list is not a whole number"),
        ("Authorize", {"idTag": "x" * 21}, "PropertyConstraintViolation", "idTag: has 21 characters, at most 20"),
        ("GetConfiguration", {"key": "a"}, "TypeConstraintViolation", "key: "),
        ("GetConfiguration", {"key": ["a", 5]}, "TypeConstraintViolation", "key[1]: 5 is not a text"),
    ):
        found = verdict(action, payload)
        assert found[0] == code and words in found[1], (payload, found)


def test_nested_fields_are_named_by_their_path():
    payload = {
        "connectorId": 1,
        "meterValue": [
            {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "1"}]},
            {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "1"}, {"value": 2}]},
        ],
    }
    assert verdict("MeterValues", payload)[1] == "meterValue[1].sampledValue[1].value: 2 is not a text"
    payload["meterValue"][1]["timestamp"] = "then"
    assert verdict("MeterValues", payload)[1].startswith('meterValue[1].timestamp: "then" is not a date')


def test_limits_have_one_decimal():
    def profile(limit):
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
        return {
            "idTag": "A",
            "chargingProfile": {
                "chargingProfileId": 1,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": schedule,
            },
        }

    for limit in (0, 6, 16.0, 8.1, 31.9, 11040.5, 0.1, -0.3):
        assert verdict("RemoteStartTransaction", profile(limit)) is None, limit
    for limit in (8.15, 0.05, 31.99):
        assert verdict("RemoteStartTransaction", profile(limit))[0] == "PropertyConstraintViolation", limit
    for limit in ("8", True, None):
        assert verdict("RemoteStartTransaction", profile(limit))[0] == "TypeConstraintViolation", limit


def test_lenient_passes_over_surplus_fields_only():
    good = {"currentTime": "2026-11-20T12:00:00Z", "extra": {"a": 1}}
    assert verdict("Heartbeat", good, "conf", True) is None
    assert verdict("Heartbeat", good, "conf")[0] == "FormationViolation"
    assert verdict("Heartbeat", {"extra": 1}, "conf", True)[0] == "OccurenceConstraintViolation"


def test_texts_stay_short_and_plain_whatever_comes():
    for value in ("\u00e4\ud800" * 1000, 10**300, -(10**40), 1e300, [[[]]], {"a": {}}):
        found = verdict("Reset", {"type": value})
        assert len(found[1]) < 200 and len(found[1].encode()) == len(found[1]), found


def test_which_actions_there_are():
    assert is_standard("Reset") and is_standard("SetChargingProfile")
    assert not is_standard("reset") and not is_standard("") and not is_standard("Nope")
    assert table("SetChargingProfile", "req") is None
