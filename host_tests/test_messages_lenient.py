"""What the checker takes as it is meant: null, whole floats, surplus fields, times as central systems write them."""

from chargelet.base.timestamp import from_text
from chargelet.messages.check import ANSWER, CALL
from fakes.payloads import STAMP, mended, profile, verdict


def test_limits_have_one_decimal():
    for limit in (0, 6, 16.0, 8.1, 31.9, 11040.5, 0.1, 99999999):
        assert verdict("RemoteStartTransaction", profile(limit)) is None, limit
    for limit in (8.15, 0.05, 31.99, -0.3, -1, 100000000, 10**40, 1e300, float("nan"), float("inf"), -float("inf")):
        assert verdict("RemoteStartTransaction", profile(limit))[0] == "PropertyConstraintViolation", limit
    for limit in ("8", True, None):
        assert verdict("RemoteStartTransaction", profile(limit))[0] == "TypeConstraintViolation", limit


def test_answers_may_have_surplus_fields():
    good = {"currentTime": "2026-11-20T12:00:00Z", "extra": {"a": 1}}
    assert verdict("Heartbeat", good, "conf", ANSWER) is None
    assert verdict("Heartbeat", good, "conf")[0] == "FormationViolation"
    assert verdict("Heartbeat", {"extra": 1}, "conf", ANSWER)[0] == "OccurenceConstraintViolation"


def test_null_is_absent_where_a_field_is_optional():
    info = {"status": "Accepted", "expiryDate": None, "parentIdTag": None}
    payload, notes = mended("StartTransaction", {"transactionId": 1, "idTagInfo": info}, "conf", ANSWER)
    assert payload == {"transactionId": 1, "idTagInfo": {"status": "Accepted"}}
    assert notes == ["expiryDate: null is taken as absent", "parentIdTag: null is taken as absent"]
    assert mended("StopTransaction", {"idTagInfo": None}, "conf", ANSWER)[0] == {}
    info = {"status": "Accepted", "expiryDate": None, "parentIdTag": None}
    entries = [{"idTag": "A", "idTagInfo": None}, {"idTag": "B", "idTagInfo": info}]
    update = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries}
    notes = mended("SendLocalList", update)[1]
    assert entries == [{"idTag": "A"}, {"idTag": "B", "idTagInfo": {"status": "Accepted"}}] and len(notes) == 3
    given = profile(6)
    given["connectorId"] = given["chargingProfile"]["recurrencyKind"] = None
    given["chargingProfile"]["chargingSchedule"]["minChargingRate"] = None
    assert mended("RemoteStartTransaction", given)[0] == profile(6)
    # Of what is required null says nothing, and what we send has none.
    assert verdict("Reset", {"type": None}, "req", CALL)[0] == "TypeConstraintViolation"
    assert verdict("GetConfiguration", {"key": [None]}, "req", CALL)[0] == "TypeConstraintViolation"
    assert verdict("GetConfiguration", {"key": None})[0] == "TypeConstraintViolation"


def test_what_is_optional_and_wrong_in_an_answer_is_left_out():
    info = {"status": "Accepted", "expiryDate": "2099-12-31", "parentIdTag": "x" * 21}
    payload, notes = mended("StartTransaction", {"transactionId": 7, "idTagInfo": info}, "conf", ANSWER)
    assert payload == {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}
    assert {note.split(":")[0] for note in notes} == {"expiryDate", "parentIdTag"}
    for info in ({}, {"status": "Fine"}, [], 5, "Accepted"):
        assert mended("StopTransaction", {"idTagInfo": info}, "conf", ANSWER)[0] == {}
    # What is required is not, and a call is refused: whoever has sent it hears of it.
    for info in ({}, {"status": "Fine"}, {"expiryDate": "2099-12-31"}):
        assert verdict("Authorize", {"idTagInfo": info}, "conf", ANSWER) is not None
    reserve = {"connectorId": 1, "expiryDate": "2036-01-01T00:00:00Z", "idTag": "A", "reservationId": 1}
    assert verdict("ReserveNow", dict(reserve, parentIdTag="x" * 21), "req", CALL)[0] == "PropertyConstraintViolation"


def test_an_empty_group_is_none():
    info = {"status": "Accepted", "parentIdTag": ""}
    assert mended("Authorize", {"idTagInfo": info}, "conf", ANSWER) == ({"idTagInfo": {"status": "Accepted"}}, [])
    reserve = {"connectorId": 1, "expiryDate": "2036-01-01T00:00:00Z", "idTag": "A", "reservationId": 1}
    assert mended("ReserveNow", dict(reserve, parentIdTag=""))[0] == reserve
    entry = {"idTag": "A", "idTagInfo": info}
    mended("SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [entry]})
    assert "parentIdTag" not in entry["idTagInfo"]
    assert mended("DataTransfer", {"vendorId": "v", "data": ""})[0]["data"] == "", "an empty text is one elsewhere"


def test_whole_numbers_may_be_written_with_a_point_as_far_as_they_are_certain():
    payload, notes = mended("BootNotification", {"status": "Accepted", "currentTime": STAMP, "interval": 300.0}, "conf")
    assert payload["interval"] == 300 and type(payload["interval"]) is int
    assert notes == ["interval: a whole number is written with a point"]
    assert mended("UnlockConnector", {"connectorId": 16777215.0})[0] == {"connectorId": 16777215}
    # In single precision 16777217.0 is 16777216: whose transaction would that be?
    for value in (16777216.0, 16777217.0, 1e18, 2.5, float("nan"), float("inf"), "300", True):
        found = verdict("RemoteStopTransaction", {"transactionId": value}, "req", CALL)
        assert found[0] == "TypeConstraintViolation", value


def test_a_number_in_an_answer_may_be_written_as_a_text():
    info = {"status": "Accepted"}
    payload, notes = mended("StartTransaction", {"transactionId": "17", "idTagInfo": info}, "conf", ANSWER)
    assert payload["transactionId"] == 17 and notes == ["transactionId: a number is written as a text"]
    for wrong in ("", "17a", " 17", "1.7", "-", "1" * 11, "\u0661"):
        answer = {"transactionId": wrong, "idTagInfo": info}
        assert verdict("StartTransaction", answer, "conf", ANSWER)[0] == "TypeConstraintViolation", wrong
    # A call with one is refused: whoever has sent it hears of it.
    assert verdict("UnlockConnector", {"connectorId": "1"}, "req", CALL)[0] == "TypeConstraintViolation"


def test_times_are_read_as_central_systems_write_them():
    for text in ("2026-11-20 12:00:00Z", "2026-11-20T12:00:00", "2026-11-20T14:00:00+0200", "2026-11-20T14:00:00+02",
                 "2026-11-20T12:00:00,123Z", "2026-11-20T12:00:00.5+0000", "2026-11-20T12:00Z", "2026-11-20 12:00",
                 "2026-11-20T14:00+02:00", "2026-11-20T14:00+0200", "2026-11-20T10:00-02"):  # fmt: skip
        assert from_text(text) == from_text(STAMP), text
        assert mended("Heartbeat", {"currentTime": text}, "conf", ANSWER)[1] == [
            "currentTime: the time is not written as RFC 3339 has it"
        ], text
    for text in (STAMP, "2026-11-20t12:00:00z", "2026-11-20T12:00:00.123+00:00", "2026-11-20T13:30:00+01:30"):
        assert from_text(text) == from_text(STAMP) and mended("Heartbeat", {"currentTime": text}, "conf")[1] == [], text
    for text in ("", "2026-11-20", "2026-11-20T12:00:00+2", "2026-11-20T12:00:00+02:0", "2026-11-20T12:00:00 CET",
                 "2026-11-20T12Z", "2026-11-20T12:00.5Z", "2026-11-20T12:0Z"):  # fmt: skip
        assert verdict("Heartbeat", {"currentTime": text}, "conf", ANSWER)[0] == "PropertyConstraintViolation", text
